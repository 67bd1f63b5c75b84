"""What had been said and decided before? Tips, some of them false, and cases with their delays and errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from ingest.city.chance import Ints, stream
from ingest.city.district import District
from ingest.city.output import Ids
from ingest.city.period import DAY, START, seconds
from ingest.city.records import phrases

if TYPE_CHECKING:
    from ingest.city.plot import Plot

_STAGES = (("screened", 0), ("first_review", 12), ("appeal", 40), ("second_review", 60), ("panel", 95))
"""Stages of a case and the days until they are decided."""
_WRONG = 0.12
"""Share of the decisions that say the opposite of what was true."""


def _named(plot: Plot, kind: str) -> Ints:
    """Members of that type in any scheme."""
    return np.array(sorted({m.index for deed in plot.schemes for m in deed.members if m.type == kind}), dtype=np.int64)


def _subjects(district: District, plot: Plot, rng: np.random.Generator, true: int, false: int) -> list[tuple[str, int, bool]]:
    """(type, index, guilty): half of the guilty and of the innocent are institutions, the rest patients and doctors."""
    sizes = {"institution": len(district.places), "doctor": len(district.staff), "patient": len(district.people)}
    found: list[tuple[str, int, bool]] = []
    for kind, share in (("institution", 0.5), ("doctor", 0.2), ("patient", 0.3)):
        guilty = _named(plot, kind)
        if len(guilty):
            found += [(kind, int(i), True) for i in rng.choice(guilty, max(1, int(true * share)))]
        pool = np.setdiff1d(np.arange(sizes[kind]), guilty)
        found += [(kind, int(i), False) for i in rng.choice(pool, max(1, int(false * share)))]
    return [found[i] for i in rng.permutation(len(found)).tolist()]


def clues(district: District, plot: Plot, ids: Mapping[str, Sequence[str]], give: Ids) -> pl.DataFrame:
    """clue: tips about schemes and about nothing, in equal numbers."""
    rng = stream(district.seed, "clues")
    some = max(4, len(plot.schemes) // 4)
    told = _subjects(district, plot, rng, some, some)
    n, span = len(told), district.until - seconds(START)
    at = seconds(START) + rng.integers(0, span, n)
    return pl.DataFrame(
        {
            "clue_id": give.give("clue", n, rng),
            "source": rng.choice(["tip_line", "letter", "superior", "media"], n),
            "received_at": pl.from_epoch(pl.Series(at), time_unit="s"),
            "text": phrases.some(rng, "tip", n),
            "subject_type": [kind for kind, _, _ in told],
            "subject_id": [ids[kind][index] for kind, index, _ in told],
        }
    )


def outcomes(district: District, plot: Plot, ids: Mapping[str, Sequence[str]], give: Ids) -> pl.DataFrame:
    """case_outcome: each case walks some of the stages, weeks apart; some decisions are wrong, some of those are mended later."""
    rng = stream(district.seed, "outcomes")
    some = max(6, len(plot.schemes) // 2)
    patterns = sorted({deed.pattern for deed in plot.schemes})
    found = []
    for kind, index, guilty in _subjects(district, plot, rng, some, some):
        opened = seconds(START) - int(rng.integers(20, 400)) * DAY
        pattern, amount, wrong = str(rng.choice(patterns)), int(rng.integers(300, 90_000)) * 100, rng.random() < _WRONG
        for stage, wait in _STAGES[: int(rng.integers(1, len(_STAGES) + 1))]:
            upheld = guilty != (wrong and stage in ("screened", "first_review"))
            result = "partly" if upheld and rng.random() < 0.2 else "upheld" if upheld else "cleared"
            at = opened + int(wait + rng.integers(0, 25)) * DAY + int(rng.integers(8, 18)) * 3600
            found.append((kind, ids[kind][index], stage, result, at, pattern, amount / 100 if upheld else 0.0))
    schema = ["subject_type", "subject_id", "stage", "result", "at", "pattern", "amount"]
    frame = pl.DataFrame(found, schema=schema, orient="row")
    return frame.select(
        pl.Series("outcome_id", give.give("outcome", frame.height, rng)),
        "subject_type",
        "subject_id",
        "stage",
        "result",
        pl.from_epoch("at", time_unit="s").alias("decided_at"),
        "pattern",
        "amount",
    )
