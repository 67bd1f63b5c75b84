"""Paid twice (重复报销): one expense is claimed from the fund although the fund, another region or another payer has paid it.

Ways: the paper invoice of a bill that was settled on the spot; a bill that the other region of insurance has paid; an accident at work
that the work injury fund paid; an accident on the road that its author paid.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from ingest.city import admission, registers, stays
from ingest.city.bureau.desk import REASONS
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.counter import HONEST, Marks
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

WAYS = ("same_invoice", "work_injury", "two_regions", "third_party")
_INJURED = np.array([BY_CODE[code] for code in ("S52.500", "S72.000", "M51.202")])
_AGAIN = {"easy": (5, 12), "medium": (10, 25), "hard": (18, 40)}
"""Days until the same bill is handed in again."""
_PART = {"easy": (1.0, 1.0), "medium": (0.8, 1.0), "hard": (0.4, 0.7)}
"""Share of the lines that is handed in again."""
_BORNE = (1.7, 2.5)
"""What the other payer gave, in parts of what the fund left to the patient: most of the whole bill."""
REGION = "990201"
"""The other region, in which some work and are insured too."""


@dataclass
class DoubleReimbursement:
    """Patients with a real stay that is paid twice; who finds no bed in the period takes no part."""

    deed: Deed
    patients: Ints
    inst: int
    active: set[int]
    stays: list[int] = field(default_factory=list)
    """Visits of this month whose bill comes again."""

    @property
    def _abroad(self) -> bool:
        return self.deed.mechanism == "two_regions"

    @property
    def _other(self) -> bool:
        """Somebody beside the fund pays."""
        return self.deed.mechanism in ("work_injury", "third_party")

    def before(self, draft: Draft, district: District, month: Month) -> None:
        self.stays = []
        if month.number not in self.active or not len(self.patients):
            return
        rng = district.rng("paid twice", self.deed.number, month.number)
        psn, self.patients = self.patients[:1], np.roll(self.patients, -1)
        ill = rng.choice(_INJURED, 1) if self._other else stays.ward_ills(district, rng, psn)
        beg = month.beg + rng.integers(0, 9, 1) * DAY + rng.integers(8 * 3600, 20 * 3600, 1)
        want = stays.Admission(psn, np.array([self.inst]), ill, beg, stays.discharge(rng, beg, rng.uniform(3, 8, 1)))
        marks = Marks(scheme=self.deed.number) if self._other else HONEST
        frame = admission.lie(draft, district, rng, want, marks=marks, at_home=False, region=REGION if self._abroad else "")
        admission.seen(draft, district, month, rng, frame)
        self.stays = frame["vid"].to_list()
        if self._other:
            self.deed.join("patient", frame["psn"].to_list(), "organiser")
        if self._other:
            self._pay(draft, frame, rng)

    def _pay(self, draft: Draft, frame: pl.DataFrame, rng: np.random.Generator) -> None:
        """The other payer's register: the day of the accident, in hard cases only the day of the payment and no invoice."""
        n, hard = frame.height, self.deed.note == "hard"
        late = frame["settled"].to_numpy() + rng.integers(8, 30, n) * DAY
        at = late if hard else frame["beg"].to_numpy() - rng.integers(1800, 30 * 3600, n)
        share, invoice = rng.uniform(*_BORNE, n), np.full(n, self.deed.note == "easy" or (not hard and bool(rng.random() < 0.5)))
        kind = self.deed.mechanism
        draft.add("payer", rows("payer", n, vid=frame["vid"], kind=kind, at=at, share=share, invoice=invoice, scheme=self.deed.number))

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """The desk types the same bill in again; the ward knows nothing of it, so no paper follows."""
        first = draft.take("visit").filter(pl.col("vid").is_in(self.stays) & (pl.col("settled") > 0))
        if self._other or not first.height:
            return
        self.deed.join("patient", first["psn"].to_list(), "organiser")
        rng, n = district.rng("handed in again", self.deed.number, month.number), first.height
        later = (first["settled"].to_numpy() // DAY + rng.integers(*_AGAIN[self.deed.note], n, endpoint=True)) * DAY
        at = np.minimum(later + rng.integers(9 * 3600, 17 * 3600, n), district.until - 3600)
        same = not self._abroad or self.deed.note == "easy"
        mark = pl.lit(self.deed.number, pl.Int32).alias("scheme")
        again = first.with_columns(
            pl.Series("vid", draft.number("visit", n)),
            pl.Series("settled", np.maximum(at, first["settled"].to_numpy() + 3600)),
            pl.Series("manual", rng.choice(REASONS, n), dtype=pl.String),
            pl.Series("handler", rng.integers(0, len(registers.handlers(district)), n)).cast(pl.Int16),
            pl.lit("").alias("region"),
            (pl.col("vid") if same else pl.lit(-1, pl.Int64)).alias("invoice"),
            mark,
        )
        draft.add("visit", again.select(first.columns))
        number = pl.DataFrame({"vid": first["vid"], "new": again["vid"]})
        lines = draft.take("line")
        copy = lines.join(number, on="vid", how="inner").filter(pl.col("cnt") > 0).sort("lid")
        share = float(rng.uniform(*_PART[self.deed.note]))
        copy = copy.filter(pl.Series(rng.random(copy.height) < share))
        copied = copy.with_columns(
            pl.Series("lid", draft.number("line", copy.height)), pl.col("new").alias("vid"), pl.lit("-").alias("codes"), mark
        )
        draft.add("line", copied.select(lines.columns))

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """Who is paid by two regions is insured in two."""
        if not self._abroad:
            return
        frame = tables["psn_insu_d"]
        mine = frame.filter(pl.col("psn_no").is_in(district.people.psn_no[self.patients].tolist())).unique("psn_no", maintain_order=True)
        second = mine.with_columns(
            (pl.col("psn_insu_rlts_id") + "B").alias("psn_insu_rlts_id"), pl.lit(REGION).alias("insu_admdvs"), pl.lit("").alias("emp_no")
        )
        tables["psn_insu_d"] = pl.concat([frame, second.select(frame.columns)])


def plant(cast: Cast, deed: Deed, turn: int) -> DoubleReimbursement | None:
    """Cast one scheme."""
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    work = deed.mechanism in ("work_injury", "two_regions")
    patients = cast.folk({"easy": 3, "medium": 2, "hard": 2}[deed.note], cast.adults(employee=work))
    if not len(patients):
        return None
    places = cast.district.places
    able = places.of("hospital")[places.rank[places.of("hospital")] >= 2]
    return DoubleReimbursement(deed, patients, int(cast.rng.choice(able)), cast.months(turn, least=0.8))
