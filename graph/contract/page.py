"""docs/CONTRACT.md, written from the declarations: what a bureau may deliver, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.contract import CONTRACT, KNOWLEDGE, Column, Table

MARKS = {"key": "K", "required": "R", "optional": ""}
SECTIONS = {
    "1.1": "Claims 就诊、结算、费用",
    "1.2": "Who and where 机构、人员、单位",
    "1.3": "Stock and trace codes 进销存与追溯码",
    "1.4": "Scenes, faces, records 场景、人脸、病历",
    "1.5": "Money, outcomes, clues 资金、结果、线索",
    "1.6": "Registers 登记簿",
    "1.7": "Knowledge 知识库 (`ringscope knowledge load`, no part of a delivery)",
}
HEAD = """# The data contract
Generated from `graph/contract/*.toml` by `python -m graph.contract.page`; a test fails when this page is stale. How files, headers,
dates and amounts may be written stands in `ingest/README.md`.

K = must be filled, else the row goes to quarantine. R = the column must exist. A header may be the column, the same in capitals, its
title 中文, or an alias. *identity* columns never enter the book in clear: it holds `<column>_h`, their pseudonym.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([HEAD, *_sections(), *_codes()]) + "\n"


def _sections() -> Iterator[str]:
    for number, title in SECTIONS.items():
        yield f"## {title}\n"
        for table in (*CONTRACT, *KNOWLEDGE.values()):
            if table.section == number:
                yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    key = " + ".join(f"`{name}`" for name in table.key) or "none (each row gets a `row_id`)"
    facts = [f"key {key}"]
    if table.name in CONTRACT.tables:
        facts += [f"month by `{table.month}`" if table.month else "no month", "needed" if table.needed else "optional"]
    sums = f"; sums that must reconcile: {', '.join(f'`{name}`' for name in table.sums)}" if table.sums else ""
    yield f"### {table.name} {table.zh}\n"
    yield f"{table.says + ' ' if table.says else ''}{', '.join(facts).capitalize()}{sums}.\n"
    yield "| column | title | kind | mark | notes |\n| --- | --- | --- | --- | --- |"
    yield from map(_column, table.columns.values())
    yield ""


def _column(column: Column) -> str:
    notes = [f"*identity: {column.identity}*"] if column.identity else []
    notes += [f"code list `{column.codes}`"] if column.codes else []
    notes += [f"alias {', '.join(f'`{alias}`' for alias in column.aliases)}"] if column.aliases else []
    notes += ["several joined by `;`"] if column.split else []
    return f"| `{column.name}` | {column.zh} | {column.kind} | {MARKS[column.mark]} | {'; '.join(notes)} |"


def _codes() -> Iterator[str]:
    yield "## Code lists 代码表\n"
    yield "A value outside its list loads and is counted. *stems*: provinces append digits, the longest listed prefix decides.\n"
    yield "| list | values |\n| --- | --- |"
    for name, codes in CONTRACT.codes.items():
        values = ", ".join(f"{code} {label}" for code, label in codes.values.items())
        yield f"| `{name}`{' *stems*' if codes.stems else ''} | {values} |"


if __name__ == "__main__":
    target = Path(__file__).parents[2] / "docs" / "CONTRACT.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(page(), encoding="utf-8")
