"""Dialysis that was none (血透造假): the session is billed in full, the patient was there for an hour, for a signature, or not at all.

Ways: a bill without a session; a session without a face; weights copied; an hour instead of four; more sessions than machines;
more sessions than any patient has; sessions while the patient lies in another hospital; one picture for coming and going.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, dialysis, faces, stays
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Bools, Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft

WAYS = ("no_session", "no_face", "no_weight", "too_short", "no_machine", "too_many", "lies_elsewhere", "one_picture")
_SHARE = {"easy": (0.7, 1.0), "medium": (0.4, 0.6), "hard": (0.15, 0.3)}


@dataclass
class DialysisFraud:
    """One dialysis unit and the patients in whose name it bills."""

    deed: Deed
    inst: int
    patients: Ints
    active: set[int]
    elsewhere: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """All sessions of these patients: the real ones, and the others."""
        rng = district.rng("false dialysis", self.deed.number, month.number)
        if month.number in self.active and self.deed.mechanism == "lies_elsewhere":
            self._lie_elsewhere(draft, district, month, rng)
        psn, inst, beg, machine = (
            dialysis.plan(district, month, rng) if self.deed.mechanism != "lies_elsewhere" else self._all(district, month, rng)
        )
        keep = np.isin(psn, self.patients)
        done = dialysis.sessions(draft, district, rng, psn[keep], inst[keep], beg[keep], machine[keep])
        share = float(rng.uniform(*_SHARE[self.deed.note])) if month.number in self.active else 0.0
        false = rng.random(done.height) < share
        if self.deed.mechanism == "lies_elsewhere":
            carry = district.carry
            lying = (beg[keep] > carry.ward_from[psn[keep]]) & (beg[keep] < carry.ward_to[psn[keep]])
            false = lying & (month.number in self.active)
            done, false = done.filter(pl.Series(~lying | false)), false[~lying | false]
        if self.deed.mechanism == "too_many":
            extra = self._extra(draft, district, rng, done.filter(pl.Series(false)))
            done, false = pl.concat([done, extra]), np.concatenate([np.zeros(done.height, dtype=bool), np.ones(extra.height, dtype=bool)])
        done = done.with_columns(scheme=pl.Series(np.where(false, self.deed.number, 0)).cast(pl.Int32))
        self._write(draft, district, rng, done, false)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    def _all(self, district: District, month: Month, rng: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints]:
        """The plan as if nobody were in a ward."""
        carry = district.carry
        kept = carry.ward_from[self.patients].copy(), carry.ward_to[self.patients].copy()
        carry.ward_to[self.patients] = 0
        planned = dialysis.plan(district, month, rng)
        carry.ward_from[self.patients], carry.ward_to[self.patients] = kept
        return planned

    def _lie_elsewhere(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        """The patients really lie in another hospital for a week or two."""
        n = len(self.patients)
        beg = month.beg + rng.integers(1, 14, n) * DAY + rng.integers(9 * 3600, 15 * 3600, n)
        want = stays.Admission(
            self.patients, np.full(n, self.elsewhere), np.full(n, BY_CODE["J18.900"]), beg, stays.discharge(rng, beg, rng.uniform(7, 13, n))
        )
        got, bed = stays.beds(district, want)
        if len(got.psn):
            frame = stays.frame(draft, district, rng, got, bed)
            draft.add("visit", frame)
            bills.write(draft, district, rng, frame)
            faces.ward(draft, district, rng, frame, absent=None, outage=pl.DataFrame())

    def _extra(self, draft: Draft, district: District, rng: np.random.Generator, base: pl.DataFrame) -> pl.DataFrame:
        """Billed once more on the next day."""
        psn, inst = base["psn"].to_numpy().astype(np.int64), base["inst"].to_numpy().astype(np.int64)
        return dialysis.sessions(
            draft,
            district,
            rng,
            psn,
            inst,
            base["beg"].to_numpy() + DAY + rng.integers(-1800, 1800, len(psn)),
            base["machine"].to_numpy().astype(np.int64),
        )

    def _write(self, draft: Draft, district: District, rng: np.random.Generator, done: pl.DataFrame, false: Bools) -> None:
        way, level = self.deed.mechanism, self.deed.note
        dialysis.bill(draft, district, rng, done)
        there = np.ones(done.height, dtype=bool)
        wrong = pl.Series(false)
        shown = done
        if way == "no_session":
            shown, there = done.filter(~wrong), there[~false]
        if way == "too_short":
            minutes = {"easy": (20, 70), "medium": (60, 130), "hard": (110, 160)}[level]
            shown = done.with_columns(
                end=pl.when(wrong).then(pl.col("beg") + 60 * pl.Series(rng.integers(*minutes, done.height))).otherwise("end")
            )
        if way in ("no_weight", "no_face", "no_machine", "too_many", "one_picture"):
            still = pl.Series(rng.random(done.height) < (0.9 if way == "no_weight" else 0.4))
            shown = shown.with_columns(after=pl.when(wrong & still).then("before").otherwise("after"))
        if way == "no_machine":
            shown = self._crowd(shown, wrong)
        draft.add("session", shown)
        self._checks(draft, rng, shown, false if way != "no_session" else np.zeros(shown.height, dtype=bool))

    def _crowd(self, done: pl.DataFrame, wrong: pl.Series) -> pl.DataFrame:
        """The false sessions all stand on the first machines of the room, at hours when these are in use."""
        return done.with_columns(machine=pl.when(wrong).then(1 + pl.col("psn") % 2).otherwise("machine").cast(pl.Int16))

    def _checks(self, draft: Draft, rng: np.random.Generator, shown: pl.DataFrame, false: Bools) -> None:
        way = self.deed.mechanism
        if way in ("too_short", "no_weight"):  # the patient comes, signs in and goes
            return dialysis.checks(draft, rng, shown)
        left_in = {"no_face": 0.35, "no_machine": 0.3, "too_many": 0.15, "lies_elsewhere": 0.05, "one_picture": 1.0}.get(way, 1.0)
        came = ~false | (rng.random(shown.height) < left_in)
        left = ~false | (rng.random(shown.height) < (1.0 if way == "one_picture" else 0.08))
        if way != "one_picture":
            return dialysis.checks(draft, rng, shown, came=came, left=left)
        scratch = Draft(draft.serials)
        dialysis.checks(scratch, rng, shown, came=came, left=left)
        checks = scratch.take("face")
        same = pl.when(pl.col("scheme") > 0).then(pl.col("pair") // 2 + 1_000_000_000)
        draft.add("face", checks.with_columns(picture=pl.coalesce(same, "picture")))
        return None


def plant(cast: Cast, deed: Deed, turn: int) -> DialysisFraud | None:
    """Cast one scheme; None where a unit has no patient left."""
    district = cast.district
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    inst = cast.crook("machines", "dialysis")
    known = dialysis.slots(district)[0]
    pool = known[district.habits.dialysis[known] == inst]
    free = len(set(pool.tolist()) - cast.taken)
    patients = cast.folk(min({"easy": 4, "medium": 3, "hard": 2}[deed.note], max(1, free // 2)), pool, apart=False)
    if not len(patients):
        return None
    deed.join("institution", [inst], "provider")
    deed.join("patient", patients.tolist(), "participant" if turn % 2 else "unknowing")
    return DialysisFraud(deed, inst, patients, cast.months(turn), cast.upright("hospital"))
