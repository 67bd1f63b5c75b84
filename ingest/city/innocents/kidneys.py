"""Why may dialysis look wrong? An early stop, a holiday elsewhere, kidneys that still work a little, a bill once a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import dialysis
from ingest.city.cast import Cast
from ingest.city.chance import Ints, stream
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows


@dataclass
class Kidney(Story):
    """All sessions of some honest patients, with one thing that looks odd."""

    patients: Ints
    kind: str
    partner: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        rng = stream(district.seed, "kidney", self.deed.number, month.number)
        psn, inst, beg, machine = dialysis.plan(district, month, rng)
        keep = np.isin(psn, self.patients)
        psn, inst, beg, machine = psn[keep], inst[keep], beg[keep], machine[keep]
        odd = np.full(len(psn), month.number in self.active)
        if self.kind == "away":
            odd &= (beg > month.beg + 6 * DAY) & (beg < month.beg + 19 * DAY)
            inst = np.where(odd, self.partner, inst)
            # the partner keeps its last machine for guests
            machine = np.where(odd, district.places.machines[self.partner], machine)
        if self.kind == "early":
            odd &= rng.random(len(psn)) < 0.12
        done = dialysis.sessions(draft, district, rng, psn, inst, beg, machine)
        done = done.with_columns(story=pl.Series(np.where(odd, self.deed.number, 0)).cast(pl.Int32))
        strange = pl.Series(odd)
        if self.kind == "urine":
            done = done.with_columns(
                before=pl.when(strange).then((pl.col("after") + pl.Series(rng.uniform(0.2, 0.6, len(psn)))).round(1)).otherwise("before")
            )
        if self.kind == "early":
            minutes = pl.Series(rng.integers(95, 185, len(psn)))
            part = (pl.col("before") - (pl.col("before") - pl.col("after")) * 0.5).round(1)
            done = done.with_columns(
                end=pl.when(strange).then(pl.col("beg") + minutes * 60).otherwise("end"),
                after=pl.when(strange).then(part).otherwise("after"),
            )
        draft.add("session", done)
        dialysis.checks(draft, rng, done)
        dialysis.bill(draft, district, rng, done)
        self._note(draft, done.filter(strange))

    def _note(self, draft: Draft, odd: pl.DataFrame) -> None:
        """The chart says why."""
        text = {"early": "低血压，透析提前下机", "away": "外出期间在协作中心透析，持联系函"}.get(self.kind)
        if text and odd.height:
            draft.add(
                "order",
                rows("order", odd.height, vid=odd["vid"], beg=odd["beg"], end=odd["end"], kind="临时", text=text, story=self.deed.number),
            )


def _kidney(kind: str) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        honest = cast.honest["machines"]
        if len(honest) < 2:
            return None
        inst, partner = (int(i) for i in cast.rng.permutation(honest)[:2])
        known = dialysis.slots(cast.district)[0]
        patients = cast.folk(1 if kind == "away" else 2, known[cast.district.habits.dialysis[known] == inst], apart=False)
        if not len(patients):
            return None
        deed.join("patient", patients.tolist())
        return Kidney(deed, cast.months(turn), patients, kind, partner)

    return cast_it


STORIES: Stories = {
    "early_stop": ("dialysis_fraud", "stopped early for low blood pressure, with faces, weights and a note", _kidney("early")),
    "away_from_home": ("dialysis_fraud", "dialysed at the partner centre during a journey, with a letter", _kidney("away")),
    "some_urine": ("dialysis_fraud", "kidneys still work a little: small losses of weight", _kidney("urine")),
}
