"""The published workbooks of rule points, as they are: one sheet of items, or names and their codes on two sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from graph.codes import fits
from graph.errors import InputAtFault
from kg.knowledge.kinds import KINDS, UNITS, WINDOWS, Kind, titled
from kg.knowledge.limits import YEAR, age_band, course_days, exception, per_stay, spacing_days
from kg.knowledge.sheet import Cell, Sheet, named, read_sheets

Row = dict[str, Cell]
HEADERS: Mapping[str, str | None] = {
    **dict.fromkeys(("药品通用名", "项目名称", "主项名称"), "name"),
    **dict.fromkeys(("药品代码", "国标代码", "项目代码", "项目编码", "主项编码"), "code"),
    **dict.fromkeys(("药品说明", "项目说明", "备注"), "note"),
    **dict.fromkeys(("限定对象", "限定值域", "限定性别"), "value"),
    **dict.fromkeys(("限制数量", "频次上限"), "quantity"),
    "限定类型": "limit_type",
    "从项名称": "pair_name",
    "从项编码": "pair_code",
    "频度": "window",
    "数量单位": "unit",
    "疗程周期": "period",
    **dict.fromkeys(("序号", "对应知识点序号", "检出逻辑", "逻辑依据", "知识点对应药品代码数量"), None),
}
"""Published header -> what it holds; None: nothing that a rule needs."""


def is_published(header: Sequence[str]) -> bool:
    """Whether this is the header of a published workbook."""
    return "name" in {HEADERS.get(text) for text in header}


def read_workbook(path: Path) -> list[Row]:
    """The points of one workbook as rows of kb_point. Raises InputAtFault naming sheet and row."""
    sheets = read_sheets(path, is_published)
    columns = {sheet.title: _columns(sheet) for sheet in sheets}
    names = [sheet for sheet in sheets if "code" not in columns[sheet.title]]
    about = _about(names, columns)
    title = " ".join([path.stem, *(sheet.title for sheet in sheets)])
    points = [
        _point(sheet, n, {**_described(sheet, n, row, about), **row}, title)
        for sheet in sheets
        if sheet not in names
        for n, row in named(sheet, columns[sheet.title])
    ]
    _all_have_codes(path, about, points)
    if not points:
        raise InputAtFault(f"{path.name} holds no code", "a sheet with a column of codes", "load the workbook as it was published")
    return points


def _columns(sheet: Sheet) -> list[str | None]:
    if unknown := [text for text in sheet.header if text and text not in HEADERS]:
        known = ", ".join(HEADERS)
        raise InputAtFault(f"{sheet.where(0)}: the header {', '.join(unknown)}", f"headers among {known}", "load the workbook as published")
    return [HEADERS.get(text) for text in sheet.header]


def _about(names: Sequence[Sheet], columns: Mapping[str, list[str | None]]) -> dict[str, Row]:
    """What the sheet of names says about each generic name."""
    found: dict[str, Row] = {}
    for sheet in names:
        for n, row in named(sheet, columns[sheet.title]):
            name = str(row["name"])
            if name in found and found[name] != row:
                raise InputAtFault(
                    f"{sheet.where(n)}: {name} stands twice with different limits", "one limit for a name", "correct the sheet"
                )
            found[name] = row
    return found


def _described(sheet: Sheet, n: int, row: Row, about: Mapping[str, Row]) -> Row:
    if not about:
        return {}
    if row["name"] not in about:
        raise InputAtFault(f"{sheet.where(n)}: {row['name']} is not on the sheet of names", "every code under a described name", "add it")
    return about[str(row["name"])]


def _all_have_codes(path: Path, about: Mapping[str, Row], points: Sequence[Row]) -> None:
    if bare := sorted(set(about) - {str(point["subject_name"]) for point in points}):
        raise InputAtFault(
            f"{path.name}: {', '.join(bare[:5])} without a code", "codes for every name", "add the codes on the second sheet"
        )


def _point(sheet: Sheet, n: int, row: Row, title: str) -> Row:
    code = _code(sheet, n, row.get("code"))
    kind = _kind(sheet, n, row, code, title)
    note = str(row.get("note") or "")
    point: Row = {
        "rule_kind": kind.id,
        "subject_code": code,
        "subject_name": row["name"],
        "limit_type": row.get("limit_type"),
        "limit_value": _said(sheet, n, kind.values, row.get("value")) if kind.values else row.get("value"),
        "exception": exception(kind.id, note),
        "note": note or None,
        "source_file": sheet.file,
        "source_row": n,
        "published": kind.published.isoformat() if kind.published else None,
    }
    return {**point, **dict(_numbers(sheet, n, row, kind, note))}


def _numbers(sheet: Sheet, n: int, row: Row, kind: Kind, note: str) -> Iterator[tuple[str, Cell]]:
    """What a kind's rule counts with."""
    if row.get("pair_code") is not None:
        yield from (("pair_code", _code(sheet, n, row["pair_code"])), ("pair_name", row["pair_name"]))
        yield "window", _said(sheet, n, WINDOWS, row["window"])
    if "quantity" in row:
        yield "limit_qty", _number(sheet, n, row["quantity"])
        yield "limit_unit", _said(sheet, n, UNITS, row["unit"]) if "unit" in row else "time"
    if "period" in row:
        yield "period_days", _number(sheet, n, row["period"])
    if kind.id == "child_drug_payment_limit":
        yield from zip(("age_from", "age_to"), age_band(note), strict=True)
    if kind.id in {"drug_payment_course_exceeded", "service_payment_course_exceeded"}:
        yield from _course(sheet, n, str(row.get("value") or ""), note)


def _course(sheet: Sheet, n: int, value: str, note: str) -> Iterator[tuple[str, Cell]]:
    """The longer of two numbers that disagree: the doubt is the person's."""
    stated = int(value.removesuffix("天")) if value.removesuffix("天").isdigit() else None
    days = max((d for d in (stated, course_days(note)) if d is not None), default=None)
    if days is None:
        raise InputAtFault(
            f"{sheet.where(n)}: no course in {value or note!r}", "a number of days, in the value or in the text", "correct the row"
        )
    yield from (("limit_qty", days), ("limit_unit", "day"), ("period_days", spacing_days(note)))
    yield "window", "visit" if per_stay(note) else "first use" if days == YEAR else "episode"


def _code(sheet: Sheet, n: int, value: Cell) -> str:
    if value is None:
        raise InputAtFault(f"{sheet.where(n)}: no code", "a code in every row above the footer", "fill it, or take the row out")
    if not isinstance(value, str):
        raise InputAtFault(
            f"{sheet.where(n)}: the code {value} is a number", "codes as text: a number loses its zeros", "load the original"
        )
    if not fits("med_list_codg", value):
        raise InputAtFault(f"{sheet.where(n)}: the code {value}", "a national code of a drug or a service item", "correct the row")
    return value


def _kind(sheet: Sheet, n: int, row: Row, code: str, title: str) -> Kind:
    if kind := titled(title):
        return kind
    if "pair_code" in row:
        return KINDS["service_duplicate_pair"]
    of = "service" if code[0].isdigit() else "drug"
    limit_type, value, note = (row.get(name) for name in ("limit_type", "value", "note"))
    for kind in KINDS.values():
        if kind.fits(of, _text(limit_type), _text(value), _text(note)):
            return kind
    seen = f"{sheet.where(n)}: limit {limit_type} = {value}, a title without the name of a rule"
    raise InputAtFault(
        seen, f"a title or a limit of one of {', '.join(k.zh for k in KINDS.values())}", "load the workbook as it was published"
    )


def _text(cell: Cell) -> str | None:
    return None if cell is None else str(cell)


def _said(sheet: Sheet, n: int, words: Mapping[str, str], value: Cell) -> str:
    if value not in words:
        raise InputAtFault(f"{sheet.where(n)}: {value}", f"one of {', '.join(words)}", "correct the row, or report a new published word")
    return words[str(value)]


def _number(sheet: Sheet, n: int, value: Cell) -> int:
    if not isinstance(value, int) or value < 1:
        raise InputAtFault(f"{sheet.where(n)}: {value!r}", "a whole number above 0", "correct the row")
    return value
