"""The grades as figures, JSON and a Markdown table. Point estimates are compared with targets; Wilson intervals stand beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import duckdb
import polars as pl

from graph.book import ask
from kg.patterns import PATTERNS

Z = 1.959964
"""Normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % Wilson interval; None where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, hits: float, total: float) -> Rate:
        """`hits` may hold halves: a misnamed lead is half right."""
        if not total:
            return cls(None, None, None)
        share, square = hits / total, Z * Z
        centre, width = share + square / (2 * total), Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
        low, high = ((centre + side * width) / (1 + square / total) for side in (-1, 1))
        return cls(round(share, 4), round(max(low, 0.0), 4), round(min(high, 1.0), 4))

    def __str__(self) -> str:
        return "—" if self.value is None else f"{self.value:.3f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True)
class Grade:
    """Recall and precision of one pattern, or of all."""

    pattern: str
    zh: str
    schemes: int
    found: float
    recall: Rate
    leads: int
    right: float
    misnamed: int
    """Leads right only for another pattern of the family: each counts half."""
    precision: Rate


@dataclass(frozen=True)
class Found:
    """Recall of one pattern at one difficulty."""

    pattern: str
    difficulty: str
    schemes: int
    found: float
    recall: Rate


@dataclass(frozen=True)
class Accused:
    """Look-alikes that a lead accuses, all or of one kind."""

    looks_like: str
    total: int
    accused: int
    rate: Rate


@dataclass(frozen=True)
class Honest:
    """Entities of one type that are no culprits, and how many of them any lead names."""

    type: str
    total: int
    named: int
    rate: Rate


@dataclass(frozen=True)
class Rings:
    """Rings of the key and ring leads."""

    truths: int
    f1: float | None
    """Mean over the key's rings of the best member F1."""
    leads: int
    false: int
    fdr: Rate


@dataclass(frozen=True)
class Report:
    """One run, graded."""

    run_id: str
    patterns: tuple[Grade, ...]
    all: Grade
    difficulties: tuple[Found, ...]
    innocents: Accused
    lookalikes: tuple[Accused, ...]
    honest: tuple[Honest, ...]
    rings: Rings
    money_found: float | None
    money_fen: int
    """Money of all schemes; `money_found` is the share of it that right leads cite."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)

    def to_markdown(self) -> str:
        """The table of the README, and the figures under it."""
        head = ("pattern", "schemes", "found", "recall", "leads", "right", "precision")
        rows = [
            (f"{g.zh} `{g.pattern}`", g.schemes, f"{g.found:g}", g.recall, g.leads, f"{g.right:g}", g.precision)
            for g in (*self.patterns, self.all)
        ]
        honest = "; ".join(f"{h.type} {h.named:,} of {h.total:,}" for h in self.honest)
        money = "—" if self.money_found is None else f"{self.money_found:.3f}"
        f1 = "—" if self.rings.f1 is None else f"{self.rings.f1:.3f}"
        return "\n".join(
            (
                _markdown(head, rows),
                "",
                f"Innocents accused: {self.innocents.accused} of {self.innocents.total}, {self.innocents.rate}. Honest named: {honest}.",
                f"Rings: {self.rings.truths} in the key, member F1 {f1}; {self.rings.leads} ring leads, false {self.rings.fdr}. "
                f"Money found: {money}.",
            )
        )


def _markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join(["---"] * len(head)) + " |"]
    return "\n".join([*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)])


def read_grades(connection: duckdb.DuckDBPyConnection, run_id: str) -> Report:
    """The report, from the tables that `grade` wrote."""
    leads = ask(connection, "SELECT pattern, credit FROM lead_grade")
    schemes = ask(connection, "SELECT pattern, difficulty, credit FROM scheme_grade")
    graded = sorted({*leads["pattern"], *schemes["pattern"]}, key=list(PATTERNS).index)
    looks = ask(connection, _LOOKALIKES)
    honest = ask(connection, "SELECT type, total, named FROM honest_grade ORDER BY type")
    money = ask(connection, _MONEY).row(0)
    return Report(
        run_id=run_id,
        patterns=tuple(
            _grade(p, PATTERNS[p].zh, schemes.filter(pl.col("pattern") == p), leads.filter(pl.col("pattern") == p)) for p in graded
        ),
        all=_grade("all", "合计", schemes, leads),
        difficulties=tuple(_difficulties(schemes, graded)),
        innocents=_accused("", int(looks["total"].sum()), int(looks["accused"].sum())),
        lookalikes=tuple(_accused(*row) for row in looks.iter_rows()),
        honest=tuple(Honest(kind, total, named, Rate.of(named, total)) for kind, total, named in honest.iter_rows()),
        rings=_rings(connection),
        money_found=round(money[1] / money[0], 4) if money[0] else None,
        money_fen=int(money[0]),
    )


_MONEY = """
SELECT CAST(coalesce(SUM(amount_fen), 0) AS BIGINT) AS total, CAST(coalesce(SUM(found_fen), 0) AS BIGINT) AS found FROM scheme_money
"""
_LOOKALIKES = """
SELECT looks_like, COUNT(*) AS total, COUNT(*) FILTER (WHERE accused) AS accused FROM innocent_grade GROUP BY looks_like ORDER BY looks_like
"""


def _grade(pattern: str, zh: str, schemes: pl.DataFrame, leads: pl.DataFrame) -> Grade:
    found, right = float(schemes["credit"].sum()), float(leads["credit"].sum())
    misnamed = int((leads["credit"] == 0.5).sum())
    recall, precision = Rate.of(found, schemes.height), Rate.of(right, leads.height)
    return Grade(pattern, zh, schemes.height, found, recall, leads.height, right, misnamed, precision)


def _difficulties(schemes: pl.DataFrame, patterns: Sequence[str]) -> list[Found]:
    chosen = [
        (p, d, schemes.filter((pl.col("pattern") == p) & (pl.col("difficulty") == d))) for p in patterns for d in ("easy", "medium", "hard")
    ]
    return [Found(p, d, s.height, float(s["credit"].sum()), Rate.of(float(s["credit"].sum()), s.height)) for p, d, s in chosen if s.height]


def _accused(looks_like: str, total: int, accused: int) -> Accused:
    return Accused(looks_like, total, accused, Rate.of(accused, total))


def _rings(connection: duckdb.DuckDBPyConnection) -> Rings:
    best = ask(connection, "SELECT f1 FROM ring_truth")["f1"]
    true = ask(connection, "SELECT true_ring FROM ring_lead")["true_ring"]
    mean = best.mean()
    false = int((~true).sum()) if true.len() else 0
    return Rings(best.len(), round(float(mean), 4) if isinstance(mean, float) else None, true.len(), false, Rate.of(false, true.len()))
