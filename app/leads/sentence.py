"""The allegation in one sentence: fact, source, doubt. Numbers have units, a prior is called a prior, what was not ruled out is said."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from kg.benign import CHECKS

FACTS: Mapping[str, Mapping[str, str]] = tomllib.loads((files(__package__) / "sentences.toml").read_text(encoding="utf-8"))

SUBJECT = {
    "institution": ("机构", "institution"),
    "doctor": ("医师", "doctor"),
    "patient": ("持卡人", "card holder"),
    "employer": ("参保单位", "employer"),
    "handler": ("经办人", "handler"),
    "ring": ("关联群体", "group"),
}
"""What a subject is called: a holder of a card, never a cheat."""


@dataclass(frozen=True)
class Claim:
    """What a sentence is made of."""

    pattern: str
    level: str
    subject_type: str
    subject_id: str
    name: str
    """The public name of an institution or employer, empty for a person: people stay under their number."""
    figures: Mapping[str, int]
    period: tuple[date, date] | None
    amount_fen: int
    estimate_fen: int | None
    rules: int
    score: float
    not_excluded: Sequence[str]
    """Names of the innocent stories that could not be ruled out."""
    ruled_out: int = 0
    """How many innocent stories were tested and do not hold; a story that could not be tested is neither."""


def zh(claim: Claim) -> str:
    who = claim.name or f"{SUBJECT[claim.subject_type][0]} {claim.subject_id}"
    when = f"，{claim.period[0]} 至 {claim.period[1]}" if claim.period else ""
    level = "明确违规" if claim.level == "clear_violation" else "疑似"
    money = f"可追回 {claim.amount_fen / 100:,.2f} 元" if claim.amount_fen else _estimate_zh(claim.estimate_fen)
    source = f"依据 {claim.rules} 条规则、{claim.figures['rows']:,} 行记录，概率 {claim.score:.2f}（先验）"
    open_stories = "、".join(CHECKS[name].zh if name in CHECKS else name for name in claim.not_excluded)
    doubt = f"{open_stories}未能排除" if open_stories else "已检验的其他解释均未成立" if claim.ruled_out else "其他解释均无数据可检验"
    return f"{who}（{level}）：{FACTS[claim.pattern]['zh'].format(**_spelled(claim.figures))}{when}；{money}；{source}；{doubt}。"


def en(claim: Claim) -> str:
    who = claim.name or f"{SUBJECT[claim.subject_type][1].capitalize()} {claim.subject_id}"
    when = f", {claim.period[0]} to {claim.period[1]}" if claim.period else ""
    level = "clear violation" if claim.level == "clear_violation" else "suspicious"
    money = f"{claim.amount_fen / 100:,.2f} yuan recoverable" if claim.amount_fen else _estimate_en(claim.estimate_fen)
    source = f"{claim.rules} rule{'s' if claim.rules > 1 else ''}, {claim.figures['rows']:,} rows, probability {claim.score:.2f} (prior)"
    open_stories = ", ".join(CHECKS[name].en.lower() if name in CHECKS else name for name in claim.not_excluded)
    tested = "no tested innocent explanation held" if claim.ruled_out else "no innocent explanation could be tested"
    doubt = f"could not be ruled out: {open_stories}" if open_stories else tested
    return f"{who} ({level}): {FACTS[claim.pattern]['en'].format(**_spelled(claim.figures))}{when}; {money}; {source}; {doubt}."


def _spelled(figures: Mapping[str, int]) -> dict[str, str]:
    return {name: f"{number:,}" for name, number in figures.items()}


def _estimate_zh(fen: int | None) -> str:
    return f"估算损失 {fen / 100:,.2f} 元（不计入可追回）" if fen else "未计金额"


def _estimate_en(fen: int | None) -> str:
    return f"loss estimated at {fen / 100:,.2f} yuan, not recoverable as such" if fen else "no amount"
