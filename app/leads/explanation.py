"""A lead in plain sentences, Chinese and English: what is alleged and of whom, on which facts, by what law, against what doubt, what next.

The command `explain` prints it and the lead page shows it: one function for both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.leads import citation
from app.leads.sentence import SUBJECT
from graph.contract import CONTRACT
from kg.benign import CHECKS
from kg.law import Article, Element, Section, law_for
from kg.law.texts import Quote, Texts
from kg.patterns import PATTERNS
from kg.rulebook import RULEBOOK

KINDS = {
    "rule": ("规则", "rule"),
    "ring": ("关联群体", "ring"),
    "model": ("模型评分", "model"),
    "record": ("病历文书", "record"),
    "face": ("人脸核验", "face check"),
    "clue": ("线索登记", "clue"),
}
LEVELS = {"clear_violation": ("明确违规", "clear violation"), "suspicious": ("疑似", "suspicious")}
VERDICTS = {
    "excluded": ("不成立", "does not hold"),
    "not_excluded": ("未能排除", "not ruled out"),
    "no_data": ("无数据可检验", "no data to test"),
}
SECTIONS: Mapping[Section, tuple[str, str]] = {
    "duty": ("义务", "duty"),
    "plain": ("无骗取目的", "without intent"),
    "fraud": ("以骗取为目的", "with intent"),
}
NEXT_STEPS = 8


@dataclass(frozen=True)
class Words:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Fact:
    """One source of the lead and the rows that it cites, by table."""

    source: Mapping[str, Any]
    tables: Mapping[str, int]
    words: Words


@dataclass(frozen=True)
class Shown:
    """One element of law and the cited rows that speak to it; none: it is still to be shown."""

    element: Element
    tables: Mapping[str, int]
    words: Words


@dataclass(frozen=True)
class Provision:
    """One article that the lead names, what it may bring, and its official words where they are loaded."""

    article: Article
    quote: Quote | None
    words: Words


@dataclass(frozen=True)
class Explanation:
    """A lead, explained."""

    alleged: Words
    about: Words
    period: Words
    money: Words
    facts: tuple[Fact, ...]
    elements: tuple[Shown, ...]
    provisions: tuple[Provision, ...]
    against: tuple[Words, ...]
    next: tuple[Words, ...]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def explanation(lead: Mapping[str, Any], cited: Mapping[str, Mapping[str, int]], texts: Texts) -> Explanation:
    """`cited`: source id -> table -> rows of the lead that it cites; the id `""` holds the rows of all sources together."""
    tables = cited.get("", {})
    last_day = date.fromisoformat(lead["period"][-1]) if lead["period"] else None
    law = law_for(lead["pattern"], last_day)
    elements = tuple(_shown(element, {t: tables[t] for t in element.tables if t in tables}) for element in law.elements)
    provisions = [_provision(a, texts.quote(a.citation(), last_day)) for a in law.binding(lead["subject"]["type"])]
    return Explanation(
        alleged=_alleged(lead),
        about=_about(lead),
        period=_period(lead["period"]),
        money=_money(lead),
        facts=tuple(_fact(source, cited.get(source["id"], {})) for source in lead["sources"]),
        elements=elements,
        provisions=tuple(p for place, p in enumerate(provisions) if p.words not in [q.words for q in provisions[:place]]),
        against=tuple(_against(check) for check in lead["benign_checks"]),
        next=_next(lead, elements),
    )


def _alleged(lead: Mapping[str, Any]) -> Words:
    pattern, level = PATTERNS[lead["pattern"]], LEVELS[lead["level"]]
    return Words(f"{pattern.zh}（{level[0]}）", f"{pattern.en} ({level[1]}): {pattern.is_}")


def _about(lead: Mapping[str, Any]) -> Words:
    kind, subject = SUBJECT[lead["subject"]["type"]], lead["subject"]["id"]
    name, members = lead.get("institution_name") or "", len(lead["members"])
    zh = f"{kind[0]} {subject}{f' {name}' if name else ''}" + (f"，成员 {members} 个" if members else "")
    return Words(zh, f"{kind[1]} {subject}{f' {name}' if name else ''}" + (f", {members} members" if members else ""))


def _period(period: Sequence[str]) -> Words:
    return Words(f"{period[0]} 至 {period[-1]}", f"{period[0]} to {period[-1]}") if period else Words("期间不明", "period unknown")


def _money(lead: Mapping[str, Any]) -> Words:
    amount, paid, estimate = lead["amount_fen"], lead.get("paid_fen"), lead.get("estimate_fen")
    zh, en = [f"可追回 {amount / 100:,.2f} 元"], [f"{amount / 100:,.2f} yuan recoverable"]
    if paid is not None:
        zh.append(f"医保已支付 {paid / 100:,.2f} 元")
        en.append(f"{paid / 100:,.2f} yuan paid by insurance")
    if estimate:
        zh.append(f"另估算损失 {estimate / 100:,.2f} 元，不计入")
        en.append(f"loss estimated at {estimate / 100:,.2f} yuan, not added")
    return Words("；".join(zh), "; ".join(en))


def _rows(tables: Mapping[str, int]) -> Words:
    """`就诊 3 行、费用明细 12 行`."""
    zh = "、".join(f"{CONTRACT[name].zh if name in CONTRACT.tables else name} {n:,} 行" for name, n in tables.items())
    return Words(zh, ", ".join(f"{n:,} rows of {name}" for name, n in tables.items()))


def _fact(source: Mapping[str, Any], tables: Mapping[str, int]) -> Fact:
    kind, rule, rows = KINDS[source["kind"]], RULEBOOK.get(source["id"]), _rows(tables)
    if source["kind"] == "clue":  # who told what stays with the clue
        return Fact(
            source,
            tables,
            Words(
                f"{kind[0]} {source['id']}：指向同一对象或者同一笔结算", f"{kind[1]} {source['id']}: names the same subject or settlement"
            ),
        )
    version = f" v{source['version']}" if source.get("version") else ""
    prior = source.get("score")
    zh = f"{kind[0]}“{rule.name_zh if rule else source['id']}”（{source['id']}{version}{'' if prior is None else f'，先验 {prior:.0%}'}）"
    en = f"{kind[1]} “{rule.name_en if rule else source['id']}” ({source['id']}{version}{'' if prior is None else f', prior {prior:.0%}'})"
    return Fact(source, tables, Words(f"{zh}：{rows.zh or '没有单独的证据行'}", f"{en}: {rows.en or 'no rows of its own'}"))


def _shown(element: Element, tables: Mapping[str, int]) -> Shown:
    rows = _rows(tables)
    zh_mark, en_mark = ("（仅骗取须证）", " (only for intent)") if element.intent else ("", "")
    if tables:
        words = Words(f"有据 {element.fact}{zh_mark}：{rows.zh}", f"rows speak to it: {element.fact_en}{en_mark}: {rows.en}")
    else:
        words = Words(
            f"尚缺 {element.fact}{zh_mark}：须取 {element.evidence}", f"missing: {element.fact_en}{en_mark}: obtain {element.evidence_en}"
        )
    return Shown(element, tables, words)


def _provision(article: Article, quote: Quote | None) -> Provision:
    section, brings, named = SECTIONS[article.section], article.consequence, article.citation()
    when_zh, when_en = (f"，{article.when}", f", {article.when_en}") if article.when else ("", "")
    zh = f"{citation.citation_zh(named)}（{section[0]}{when_zh}）" + (f"：{citation.consequence_zh(brings)}" if brings else "")
    en = f"{citation.citation_en(named)} ({section[1]}{when_en})" + (f": {citation.consequence_en(brings)}" if brings else "")
    if not article.explicit:
        zh, en = f"{zh}〔条文未点名，归类须法制审核〕", f"{en} [the act is not named; our classification, for legal review]"
    return Provision(article, quote, Words(zh, en))


def _against(check: Mapping[str, Any]) -> Words:
    verdict, story = VERDICTS[check["verdict"]], CHECKS.get(check["name"])
    zh = f"{verdict[0]} {story.zh if story else check['name']}：{check['detail']}"
    return Words(zh, f"{verdict[1]}: {story.en if story else check['name']}: {check.get('detail_en') or check['detail']}")


def _next(lead: Mapping[str, Any], elements: Sequence[Shown]) -> tuple[Words, ...]:
    """Doubts first, then what the law asks for and no row shows; intent last, for it decides only which article applies."""
    doubts = [c for c in lead["benign_checks"] if c["verdict"] != "excluded"]
    checks = [CHECKS[c["name"]] for c in doubts if c["name"] in CHECKS]
    missing = sorted((s.element for s in elements if not s.tables), key=lambda element: element.intent)
    steps = [Words(f"先核实是否属于：{check.zh}", f"check first: {check.en.lower()}") for check in checks]
    steps += [Words(f"调取{e.evidence}，证明“{e.fact}”", f"obtain {e.evidence_en}; to show: {e.fact_en}") for e in missing]
    return tuple(steps[:NEXT_STEPS])
