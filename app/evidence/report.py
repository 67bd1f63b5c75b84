"""The report: what it says, once, for both the PDF and the editable copy. Chinese, in the order in which a hearing asks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import polars as pl

from app.evidence.case import Case
from app.evidence.findings import tables_named
from app.evidence.rows import deliveries
from app.leads.explanation import VERDICTS
from app.leads.sentence import SUBJECT
from app.widgets.picture import LABELS, people
from app.words import CATALOGUE
from graph.contract import CONTRACT
from kg.benign import CHECKS

PRINTED = 600
"""Evidence rows in the report; the bundle holds all."""
NAMED = 300
"""People in the report's table of roles."""
WHAT = ("medins_list_name", "hilist_name", "diag_name", "oprn_oprt_name", "check_kind", "drug_trac_codg", "med_list_codg", "med_type")
"""Columns that say what a row is about, the most telling first."""
COPIES = {"masked": "脱敏副本", "full": "完整副本（含真实姓名）"}
NUMBERS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Block:
    """A paragraph, a list, a table or the picture."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    """Relative widths of a table's columns."""
    right: tuple[int, ...] = ()
    """Columns of figures."""


@dataclass(frozen=True)
class Section:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """Cover, sections, signature block."""

    title: str
    allegation: str
    cover: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    signatures: tuple[str, ...]
    watermark: str

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def report(case: Case, copy: str, made: datetime, by: str, watermark: str) -> Report:
    """The report of one copy, `masked` or `full`."""
    lead, said = case.lead, case.explanation
    return Report(
        title="医保基金疑点线索证据报告",
        allegation=str(lead["sentence_zh"]),
        cover=(
            ("线索编号", case.lead_id),
            ("指向", said.alleged.zh),
            ("对象", said.about.zh),
            ("期间", said.period.zh),
            ("金额", said.money.zh),
            ("检测批次", case.leads.run_id),
            ("副本", COPIES[copy]),
            ("制作", f"{by}，{made:%Y-%m-%d %H:%M:%S}"),
        ),
        sections=tuple(Section(f"{NUMBERS[n]}、{s.title}", s.blocks) for n, s in enumerate(_sections(case))),
        signatures=("制作人", "复核人", "被检查单位（签章）", "日期"),
        watermark=watermark,
    )


def _sections(case: Case) -> Iterator[Section]:
    said = case.explanation
    note = "本报告陈述记录所载事实与由此产生的疑点，不是处理决定；金额为引用明细的医保范围内金额，每行只计一次。"
    yield Section("疑点", (_text(str(case.lead["sentence_zh"])), _text(said.money.zh), _text(note)))
    yield Section("涉及对象", tuple(_people(case)))
    yield Section("为何怀疑", (_items(fact.words.zh for fact in said.facts), *_findings(case)))
    yield Section("不利于本疑点的情形", tuple(_against(case)))
    yield Section("法律要素与条款", tuple(_law(case)))
    yield Section("关系图", (Block("figure"),))
    yield Section("证据清单", tuple(_rows(case)))
    yield Section("规则与参数", tuple(_rules(case)))
    yield Section("来源与核验", tuple(_origin(case)))


def _text(text: str) -> Block:
    return Block("text", text)


def _items(items: Iterator[str] | Sequence[str]) -> Block:
    return Block("list", items=tuple(items))


def _table(headers: Sequence[str], rows: Sequence[tuple[str, ...]], widths: Sequence[int], right: Sequence[int] = ()) -> Block:
    return Block("table", headers=tuple(headers), rows=tuple(rows), widths=tuple(widths), right=tuple(right))


def _people(case: Case) -> Iterator[Block]:
    everyone = people(case.lead)
    rows = [
        (
            SUBJECT[kind][0] if kind in SUBJECT else kind,
            key,
            case.names.get(f"{LABELS.get(kind, kind)}:{key}", "—"),
            CATALOGUE[f"role.{role}"]["zh"] if role else "—",  # a rule may name a member without saying what he did
        )
        for kind, key, role in everyone[:NAMED]
    ]
    if rows:
        yield _table(("类别", "编号", "名称", "角色"), rows, (2, 4, 3, 2))
    if len(everyone) > NAMED:
        yield _text(f"列出 {NAMED} / {len(everyone):,}，其余见 data/lead.json。")
    yield _text("角色由规则推定；持卡人可能不知情，也可能是受害人。")


def _findings(case: Case) -> Iterator[Block]:
    n = len(case.findings)
    yield _text(f"上述来源共 {n:,} 条命中，逐条列于 data/findings.json；引用 {tables_named(case)}。")


def _against(case: Case) -> Iterator[Block]:
    checks = sorted(case.lead["benign_checks"], key=lambda check: ("not_excluded", "no_data", "excluded").index(check["verdict"]))
    rows = [(CHECKS[c["name"]].zh if c["name"] in CHECKS else c["name"], VERDICTS[c["verdict"]][0], c["detail"]) for c in checks]
    if rows:
        yield _table(("可能的正当解释", "检验结果", "依据"), rows, (4, 2, 6))
    else:
        yield _text("未登记须检验的正当解释。")
    if case.rules:
        yield _text("各规则的已知误报、盲区与核实办法列于 data/rules/rules.json。")


def _law(case: Case) -> Iterator[Block]:
    said = case.explanation
    rows = [
        (shown.element.fact, f"{sum(shown.tables.values()):,} 行" if shown.tables else "尚缺", shown.element.evidence)
        for shown in said.elements
    ]
    if rows:
        yield _table(("须证明的事实", "已引用", "通常由此证明"), rows, (4, 2, 5))
    for provision in said.provisions:
        yield _text(provision.words.zh)
        if provision.quote:
            yield Block("quote", provision.quote.text)


def _rows(case: Case) -> Iterator[Block]:
    shown = _listed(case)
    total = sum(frame.height for frame in case.rows.values())
    yield _text(f"引用 {tables_named(case)}，共 {total:,} 行；下表列出 {len(shown):,} / {total:,} 行，全部原始行见 data/rows/。")
    headers = ("序号", "表", "日期", "人员", "机构", "内容", "主键", "金额 元", "来源文件", "记录号")
    yield _table(headers, shown, (2, 4, 5, 7, 6, 6, 8, 4, 6, 3), (0, 7, 9))


def _listed(case: Case) -> list[tuple[str, ...]]:
    """The first PRINTED rows over all tables, each with its file and record."""
    refs = {(r["source_table"], r["key"]): r for r in case.cited.iter_rows(named=True)}
    rows: list[tuple[str, ...]] = []
    for table, frame in case.rows.items():
        key = CONTRACT[table].key or ("row_id",)
        by_key = {tuple(str(json.loads(k).get(name)) for name in key): r for (t, k), r in refs.items() if t == table}
        for row in frame.head(PRINTED - len(rows)).iter_rows(named=True):
            ref = by_key.get(tuple(str(row.get(name)) for name in key), {})
            rows.append((str(len(rows) + 1), *_line(table, key, row, ref)))
    return rows


def _line(table: str, key: Sequence[str], row: dict[str, Any], ref: dict[str, Any]) -> tuple[str, ...]:
    named = " ".join(str(row.get(name) or "") for name in key)
    fen = row["claimed_fen"]
    who, where = str(ref.get("psn_no") or ""), str(ref.get("fixmedins_code") or "")
    day = str(ref.get("day") or "")
    what = next((str(row[name]) for name in WHAT if row.get(name)), "")
    return CONTRACT[table].zh, day, who, where, what, named, f"{(fen or 0) / 100:,.2f}", str(row["source_file"]), str(row["source_record"])


def _rules(case: Case) -> Iterator[Block]:
    yield _text("规则按检测时的文本与参数附于 data/rules/；参数的理由随附。")
    for rule in case.rules.values():
        yield Block("heading", f"{rule.name_zh}（{rule.id}，第 {rule.version} 版，先验 {rule.prior:.0%}）")
        if rule.parameters:
            yield _table(("参数", "值", "单位"), [(name, str(p.value), p.unit) for name, p in rule.parameters.items()], (5, 2, 5))


def _origin(case: Case) -> Iterator[Block]:
    files = {(d["delivery_id"], f): h for d in deliveries(case) for f, h in d["files"].items()}
    used = _used(case)
    rows = [(delivery, file, files.get((delivery, file), "快照不在本机")) for delivery, file in used]
    yield _table(("交付", "文件", "SHA-256"), rows, (3, 4, 9))
    yield _text(
        "本报告是证据包的一部分。包内每个文件的哈希由清单列出，清单由站点密钥（Ed25519）签名；以 ringscope verify 或独立核验程序核验。"
    )


def _used(case: Case) -> list[tuple[str, str]]:
    frames = [frame.select("delivery_id", "source_file").unique() for frame in case.rows.values() if frame.height]
    return sorted((str(d), str(f)) for d, f in pl.concat(frames).unique().iter_rows()) if frames else []
