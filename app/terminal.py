"""What the commands print for people: progress bars, tables and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from graph.contract import CONTRACT
from graph.errors import WrongUse

if TYPE_CHECKING:
    from app.evaluate.report import Report

Progress = Callable[[str, float | None], None]


listener: ContextVar[Progress | None] = ContextVar("listener", default=None)
"""Who is told how far a command is when it answers a machine: the job that it runs for."""


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Progress | None]:
    """One bar on stderr whose text says what is being done; when the output is for machines, the listener is told, if there is one."""
    if quiet:
        yield listener.get()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=28), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def say(message: str, fraction: float | None) -> None:
            bar.update(task, description=message, total=None if fraction is None else 1.0, completed=fraction or 0)

        yield say


def day(text: str | None) -> date | None:
    """A day given on the command line."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"the day {text!r}", "YYYY-MM-DD, for example 2025-07-31") from None


def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals and thousands separators."""
    return "" if fen is None else f"{fen / 100:,.2f}"


def _table(*headers: str, title: str | None = None, right: Sequence[int] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", pad_edge=False)
    for index, header in enumerate(headers):
        table.add_column(header, justify="right" if index in right else "left", overflow="fold")
    return table


def plain_table(*headers: str, rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> Table:
    """Headers over rows of text."""
    table = _table(*headers, right=right)
    for row in rows:
        table.add_row(*row)
    return table


def reconciliation(report: Mapping[str, Any]) -> Group:
    """Read = loaded + quarantined + repeated, in rows and to the fen."""
    rows = _table("表", "读入", "入账", "隔离", "重复", "金额 读入", "金额 入账", title="对账 reconciliation", right=(1, 2, 3, 4, 5, 6))
    for name, counts in report["tables"].items():
        sums: Mapping[str, int] = next(iter(counts["sums"].values()), {})
        label = f"{CONTRACT[name].zh} {name}" if name in CONTRACT.tables else name
        figures = [f"{counts[k]:,}" for k in ("read", "loaded", "quarantined", "repeated")]
        rows.add_row(label, *figures, yuan(sums.get("read_fen")), yuan(sums.get("loaded_fen")))
    notes = [Text(f"隔离 {len(report['quarantine']):,} 行 quarantined rows")] if report["quarantine"] else []
    notes += [
        Text(f"  {entry['file']} 第 {entry['record']} 行 {entry['column']}: {entry['value']} · {entry['reason']}")
        for entry in report["quarantine"][:8]
    ]
    if len(report["quarantine"]) > 8:
        notes.append(Text(f"  … {len(report['quarantine']) - 8:,} more: --json"))
    notes += _warnings(report["warnings"])
    if report["unknown_columns"]:
        notes.append(Text(f"未识别的列 unknown columns: {report['unknown_columns']}"))
    if report["switched_off"]:
        notes.append(Text(f"停用 switched off: {', '.join(map(str, report['switched_off']))}"))
    return Group(rows, *notes)


def _warnings(found: Sequence[Mapping[str, Any]]) -> list[Text]:
    told = [Text(f"注意 {w['table']} {w['column']}".rstrip() + f": {w['what']} · {w['rows']:,}") for w in found[:8]]
    return [*told, Text(f"  … {len(found) - 8:,} more: --json")] if len(found) > 8 else told


def run_table(run: Mapping[str, Any]) -> Group:
    """What a run found, by pattern."""
    table = _table("模式 pattern", "线索 leads", "可追回 元", title=f"run {run['run_id']}", right=(1, 2))
    for row in run["patterns"]:
        table.add_row(f"{row['zh']} {row['pattern']}", f"{row['leads']:,}", yuan(row["amount_fen"]))
    return Group(table, Text(f"{run['findings']:,} findings · {run['leads']:,} leads · {run['seconds']:.1f} s"), *_silent(run))


def _silent(run: Mapping[str, Any]) -> list[Text]:
    """Tables that stopped coming, and the rules that were not tested in those months."""
    rules: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for rule in (run["rules"] or {}).get("rules", ()):
        for name, months in rule["silent"].items():
            rules.setdefault((name, tuple(months)), []).append(rule["rule_id"])
    return [
        Text(f"{name} 断供 did not come in {', '.join(map(str, months))}; not testable there: {', '.join(ids)}")
        for (name, months), ids in rules.items()
    ]


def rules(rows: Sequence[Mapping[str, Any]]) -> Table:
    """The rulebook at a glance."""
    table = _table("规则", "id", "模式", "级别", "方法", "状态")
    for row in rows:
        status = row["status"] + (f": {row['retired_because']}" if row["retired_because"] else "")
        table.add_row(row["name_zh"], row["id"], row["pattern"], row["level"], row["method"], status)
    return table


def trials(rows: Sequence[Mapping[str, Any]]) -> Group:
    """Each case: what fired, and what kept rows from being judged."""
    lines: list[Text] = []
    for row in rows:
        verdict = "" if row["as_expected"] else "  ✗ 与案例名不符 not what the case's name says"
        lines.append(Text(f"{row['case']}: {len(row['findings'])} findings{verdict}", style="bold"))
        for found in row["findings"]:
            money = f"{yuan(found['amount_fen'])} 元 · {found['evidence_rows']} rows"
            facts = ", ".join(f"{name}={value}" for name, value in found["facts"].items())
            lines.append(Text(f"  ＋ {found['subject_type']} {found['subject_id']} · {money} · {facts}"))
        lines += [Text(f"  － {reason}") for reason in row["why_not"]]
    return Group(*lines)


def whatif(value: Mapping[str, Any]) -> Group:
    """The rule as it is beside the rule as it would be."""
    new = ", ".join(f"{name}={setting}" for name, setting in value["values"].items())
    table = _table("", "现在 now", f"改后 {new}", title=value["rule"], right=(1, 2))
    now, then = value["now"], value["then"]
    for label, name in (("命中 findings", "findings"), ("线索 leads", "leads"), ("机构 institutions", "institutions")):
        table.add_row(label, f"{now[name]:,}", f"{then[name]:,}")
    table.add_row("可追回 元", yuan(now["amount_fen"]), yuan(then["amount_fen"]))
    table.add_row("核查 日 reviewer days", f"{now['reviewer_days']:g}", f"{then['reviewer_days']:g}")
    peers = _table("同类机构 peer group", "线索 now", "then", "机构 now", "then", right=(1, 2, 3, 4))
    for row in value["groups"]:
        peers.add_row(
            row["peers"] or "—", *(f"{row[name]:,}" for name in ("leads_now", "leads_then", "institutions_now", "institutions_then"))
        )
    share = f"{value['overturned']} / {value['decided']}" if value["decided"] else "尚无处理结果 no outcome yet"
    moved = [Text(f"{sign} {row['sentence_zh']}") for sign, side in (("＋", "entering"), ("－", "leaving")) for row in value[side][:10]]
    return Group(table, peers, Text(f"已处理中被推翻 overturned so far: {share}"), *moved)


def changes(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Changes of rule values at this site."""
    table = _table("", "规则 rule", "新值 values", "理由 reason", "提出 by", "批准 by", "状态 state")
    for row in rows:
        values = ", ".join(f"{name}={value}" for name, value in row["values"].items())
        table.add_row(row["id"], row["rule"], values, row["reason"], row["proposed_by"], row["approved_by"], row["state"])
    return table


def clues(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Every clue and the leads that it points at."""
    table = _table("线索 clue", "来源 source", "收到 received", "对象 subject", "结算 settlement", "关联线索 leads")
    for row in rows:
        subject = f"{row['subject_type']} {row['subject_id']}" if row["subject_id"] else ""
        leads = ", ".join(row["leads"]) or "没有规则命中 no rule saw anything"
        table.add_row(row["clue_id"], row["source"], str(row["received_at"]), subject, row["setl_id"] or "", leads)
    return table


def explanation(value: Mapping[str, Any]) -> Group:
    """A lead in sentences: what, of whom, on which facts, by what law, against what doubt, what next; Chinese, then English."""
    said = value["explanation"]
    lines = [line for lang in ("zh", "en") for line in (Text(value[f"sentence_{lang}"], style="bold"), *_told(said, lang), Text())]
    also = [Text(f"另见 also in: {', '.join(value['also_in'])}")] if value["also_in"] else []
    return Group(*lines, *also)


HEADINGS = {
    "alleged": ("指称", "Alleged"),
    "about": ("对象", "About"),
    "period": ("期间", "Period"),
    "money": ("金额", "Money"),
    "facts": ("依据", "Facts"),
    "elements": ("要件", "Elements of law"),
    "provisions": ("条文", "Law"),
    "against": ("相反的解释", "Against it"),
    "next": ("下一步", "Next"),
}


def _told(said: Mapping[str, Any], lang: str) -> list[Text]:
    lines: list[Text] = []
    for part, names in HEADINGS.items():
        heading, held = names[lang == "en"], said[part]
        if isinstance(held, Mapping):
            lines.append(Text(f"{heading}: {held[lang]}"))
            continue
        lines.append(Text(f"{heading}:" if held else f"{heading}: —"))
        for entry in held:
            lines.append(Text(f"  · {entry.get('words', entry)[lang]}"))
            if lang == "zh" and (quote := entry.get("quote")):
                lines.append(Text(f"    《{quote['title']}》（自 {quote['version']} 起的文本）：{quote['text']}", style="italic"))
    return lines


def law_loaded(value: Mapping[str, Any]) -> Group:
    """What became of each official text."""
    table = _table("法规 id", "文本自 version", "条 articles", "sha256", "", title="载入 loaded", right=(2,))
    for row in value["loaded"]:
        table.add_row(row["id"], str(row["version"]), str(row["articles"]), row["sha256"][:12], row["state"])
    passed = [Text(f"不是法规文本，略过 passed over: {', '.join(value['passed_over'])}")] if value["passed_over"] else []
    return Group(table, *passed)


def law(value: Mapping[str, Any]) -> Group:
    """The loaded texts, and the cited articles that lack theirs."""
    table = _table("法规 id", "简称", "文本自 version", "条 articles", "sha256", right=(3,))
    for row in value["texts"]:
        table.add_row(row["id"], row["short"], str(row["version"]), str(row["articles"]), row["sha256"][:12])
    lacking = [entry["zh"] for entry in value["lacking"]]
    return Group(table, Text(f"引用而未载入原文的条文 cited without text: {len(lacking)}"), *(Text(f"  {name}") for name in lacking))


def grades(report: Report) -> Group:
    """The figures of data-contract 2.4 with their Wilson intervals."""
    headers = ("模式 pattern", "方案 schemes", "发现 found", "召回 recall", "线索 leads", "正确 right", "准确 precision")
    table = _table(*headers, right=range(1, 7))
    for grade in (*report.patterns, report.all):
        found, right = f"{grade.found:g} / {grade.schemes}", f"{grade.right:g}"
        name = f"{grade.zh} {grade.pattern}"
        table.add_row(name, str(grade.schemes), found, str(grade.recall), str(grade.leads), right, str(grade.precision))
    innocents, rings = report.innocents, report.rings
    honest = "; ".join(f"{h.type} {h.named:,} / {h.total:,}" for h in report.honest)
    return Group(
        table,
        Text(f"无辜被指 innocents accused: {innocents.accused} / {innocents.total}  {innocents.rate}"),
        Text(f"守规者被点名 honest named: {honest}"),
        Text(f"团伙 rings: {rings.truths} true, member F1 {rings.f1 or '—'}; {rings.leads} ring leads, false {rings.fdr}"),
        Text(f"找回金额 money found: {'—' if report.money_found is None else f'{report.money_found:.1%}'} of {yuan(report.money_fen)} 元"),
    )


def doctor(found: Sequence[Any]) -> Table:
    """Each wall and tool of this machine, and what to type where one is missing."""
    table = _table("", "检查", "所见", "怎么办")
    for fact in found:
        table.add_row("[green]✓[/]" if fact.ok else "[red]✗[/]", fact.name, str(fact.detail), str(fact.fix or ""))
    return table


def bench(value: Mapping[str, Any]) -> Group:
    """Every measured figure beside its target."""
    table = _table("figure", "measured", "target", "met", title=f"{value['persons']:,} persons × {value['months']} months", right=(1, 2))
    for row in value["figures"]:
        met = "" if row.get("met") is None else ("yes" if row["met"] else "NO")
        table.add_row(row["name"], row["measured"], row.get("target", ""), met)
    return Group(table)
