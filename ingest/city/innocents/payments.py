"""Why may enrolment and payment look arranged? A new job, an accident at work, a line that was down, a relief cashier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import admission, counter, registers, stays
from ingest.city.bureau import desk
from ingest.city.cast import Cast
from ingest.city.chance import Ints, mix
from ingest.city.crimes.double_reimbursement import REGION
from ingest.city.crimes.handler_collusion import crooked
from ingest.city.district import District
from ingest.city.ills import BY_CODE, CHRONIC, ILLS
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows


@dataclass
class OneStay(Story):
    """A real stay of one person at a hospital, and what else is told of it."""

    people: Ints
    inst: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active or not len(self.people):
            return
        rng = district.rng("one stay", self.deed.number, month.number)
        psn, self.people = self.people[:1], self.people[1:]
        beg = month.beg + rng.integers(1, 10, 1) * DAY + rng.integers(8 * 3600, 18 * 3600, 1)
        want = stays.Admission(psn, np.array([self.inst]), self.ill(rng), beg, stays.discharge(rng, beg, rng.uniform(4, 9, 1)))
        frame = admission.lie(draft, district, rng, want, marks=self.marks, at_home=False, **self.given())
        admission.seen(draft, district, month, rng, frame)
        self.told(draft, frame, rng)

    def ill(self, rng: np.random.Generator) -> Ints:
        """Why the person is admitted."""
        found: Ints = rng.choice([BY_CODE[code] for code in ("K81.000", "J18.900", "S52.500")], 1)
        return found

    def given(self) -> dict[str, object]:
        """Columns of the stay."""
        return {}

    def told(self, draft: Draft, frame: pl.DataFrame, rng: np.random.Generator) -> None:
        """What follows."""


@dataclass
class NewJob(OneStay):
    """Hired and paid every month, ill some weeks later."""

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        frame, codes = tables["psn_insu_d"], district.people.psn_no[self.people].tolist()
        mine = pl.col("psn_no").is_in(codes) & (pl.col("enddate") == "") & (pl.col("insu_admdvs") == registers.ADMDVS)
        begun = str(np.datetime64("2025-07-01") - 20)
        tables["psn_insu_d"] = frame.with_columns(
            begndate=pl.when(mine).then(pl.lit(begun)).otherwise("begndate"),
            story=pl.when(mine).then(pl.lit(self.deed.number, pl.Int32)).otherwise("story"),
        )


@dataclass
class TakenOver(OneStay):
    """An accident at work: the fund's payment was taken back when the work injury fund paid."""

    def ill(self, rng: np.random.Generator) -> Ints:
        found: Ints = rng.choice([BY_CODE["S52.500"]], 1)
        return found

    def told(self, draft: Draft, frame: pl.DataFrame, rng: np.random.Generator) -> None:
        done = frame.filter(pl.col("settled") > 0)
        back = pl.col("settled") + int(rng.integers(3, 12)) * DAY
        visits, mine = draft.take("visit"), pl.col("vid").is_in(done["vid"].implode())
        draft.put("visit", visits.with_columns(refund=pl.when(mine).then(back).otherwise("refund")))
        n, at = done.height, done["beg"] - 3 * 3600
        share = rng.uniform(1.8, 2.5, n)
        draft.add("payer", rows("payer", n, vid=done["vid"], kind="work_injury", at=at, share=share, story=self.deed.number))


@dataclass
class MovedHere(OneStay):
    """Moved from the other region: the last bill there was settled there, once."""

    def given(self) -> dict[str, object]:
        return {"region": REGION}


@dataclass
class LineDown(Ward):
    """The line of one hospital was down: one handler enters all its bills, each is paid to the patient's own account."""

    handler: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("line down", self.deed.number, month.number)
        cases = self.stays(draft).filter((pl.col("settled") > 0) & (pl.col("manual") == "") & (pl.col("way") != "5")).head(6)
        n = cases.height
        later = (cases["end"].to_numpy() // DAY + rng.integers(5, 12, n)) * DAY + rng.integers(9 * 3600, 18 * 3600, n)
        changed = cases.select(
            "vid",
            when=pl.Series(np.minimum(later, district.until - 3600), dtype=pl.Int64),
        )
        visits = draft.take("visit").join(changed, on="vid", how="left", maintain_order="left")
        hit = pl.col("when").is_not_null()
        draft.put(
            "visit",
            visits.with_columns(
                settled=pl.coalesce("when", "settled"),
                manual=pl.when(hit).then(pl.lit(desk.REASONS[0])).otherwise("manual"),
                handler=pl.when(hit).then(pl.lit(self.handler, pl.Int16)).otherwise("handler"),
                refund=pl.when(hit).then(0).otherwise("refund"),
            ).drop("when"),
        )
        self.name(draft, cases)


@dataclass
class NewlyRegistered(Story):
    """A long illness found on examination, registered, and from then on the usual supply every month."""

    people: Ints
    day: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        at = np.full(len(self.people), month.beg) + (self.people % 9 + 15) * DAY + 9 * 3600 + self.people % 20_000
        at = at[at > self.day * DAY]
        if month.number not in self.active or len(at) < len(self.people):
            return
        rng, goods = district.rng("registered", self.deed.number, month.number), district.goods
        use = [ILLS[BY_CODE[CHRONIC[i]]].drugs[0] for i in district.people.ill[self.people].tolist()]
        basket = counter.Basket.of([[goods.one("visit_gp"), int(rng.choice(goods.uses[one]))] for one in use], [[1, 3]] * len(use))
        place = district.habits.centre[self.people]
        counter.sell(draft, district, rng, self.people, place, at, basket, marks=self.marks, med="14")

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        frame, folk = tables["opsp_reg"], district.people
        kind = np.array([BY_CODE[code] for code in CHRONIC])[folk.ill[self.people]]
        code, name = (np.array([getattr(one, field) for one in ILLS])[kind] for field in ("code", "name"))
        some = registers.handlers(district)
        tables["opsp_reg"] = pl.concat(
            [
                frame,
                pl.DataFrame(
                    {
                        "psn_no": folk.psn_no[self.people],
                        "dise_no": code,
                        "begndate": str(np.datetime64(self.day, "D")),
                        "dise_name": name,
                        "fixmedins_code": district.places.code[district.habits.centre[self.people]],
                        "dr_code": None,
                        "opter_id": some[self.people % len(some)],
                        "scheme": 0,
                        "story": self.deed.number,
                    },
                    schema=frame.schema,
                ),
            ]
        )


@dataclass
class ReliefCashier(Story):
    """For some days the cashier of one branch serves at another of the chain."""

    home: int
    branch: int

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("relief", self.deed.number, month.number)
        first = month.beg + int(rng.integers(1, month.days - 8)) * DAY
        visits = draft.take("visit")
        span = (pl.col("settled") >= first) & (pl.col("settled") < first + 5 * DAY)
        mine = (pl.col("inst") == self.branch) & span & (pl.col("scheme") == 0) & (pl.col("story") == 0) & (pl.col("till") == 1)
        draft.put(
            "visit",
            visits.with_columns(
                typed=pl.when(mine).then(pl.lit(self.home, pl.Int32)).otherwise("typed"),
                story=pl.when(mine).then(pl.lit(self.deed.number, pl.Int32)).otherwise("story"),
            ),
        )


def _stay(kind: type[OneStay], *, paid: bool = False) -> Told:
    """Employees; `paid`: of a firm that reports their wages."""

    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story | None:
        folk, places = cast.district.people, cast.district.places
        pool = cast.adults(employee=True)
        firm = folk.employer[pool]
        fit = (firm >= 0) & ~np.isin(firm, [*cast.firms])
        people = cast.folk(2, pool[fit & ((mix(np.maximum(firm, 0), 97) % 10 < 7) | (not paid))])
        wards = cast.honest["hospital"]
        able = wards[places.rank[wards] >= 2]
        if not len(people) or not len(able):
            return None
        deed.join("patient", people.tolist())
        return kind(deed, cast.months(turn), people, int(cast.rng.choice(able)))

    return cast_it


def _line_down(cast: Cast, deed: Deed, turn: int) -> Story | None:
    wards = cast.honest["hospital"]
    handlers = np.setdiff1d(np.arange(len(registers.handlers(cast.district))), crooked(cast.district))
    handler = int(handlers[turn % len(handlers)])
    deed.join("handler", [handler])
    return LineDown(deed, cast.months(turn), int(cast.rng.choice(wards)), frozenset(cast.taken), handler)


def _registered(cast: Cast, deed: Deed, turn: int) -> Story | None:
    folk = cast.district.people
    pool = cast.adults()
    people = cast.folk(3, pool[(folk.ill[pool] >= 0) & ((pool * 11) % 10 >= 6)])
    if not len(people):
        return None
    deed.join("patient", people.tolist())
    day = cast.calendar[0].beg // DAY + int(cast.rng.integers(3, 14))
    return NewlyRegistered(deed, cast.months(turn), people, day)


def _relief(cast: Cast, deed: Deed, turn: int) -> Story | None:
    chain, shops = cast.district.places.chain, cast.honest["pharmacy"]
    pairs = [(int(a), int(b)) for a in shops for b in shops if a != b and chain[a] >= 0 and chain[a] == chain[b]]
    if not pairs:
        return None
    home, branch = pairs[int(cast.rng.integers(len(pairs)))]
    deed.join("institution", [home, branch])
    return ReliefCashier(deed, cast.months(turn), home, branch)


STORIES: Stories = {
    "new_job": ("ghost_enrolment", "hired and paid, ill some weeks later", _stay(NewJob, paid=True)),
    "taken_over": ("double_reimbursement", "the fund's payment was taken back when the work injury fund paid", _stay(TakenOver)),
    "moved_here": ("double_reimbursement", "the other region settled the bill there, once", _stay(MovedHere)),
    "line_down": ("handler_collusion", "one handler enters the bills of a hospital whose line was down", _line_down),
    "newly_registered": ("handler_collusion", "a long illness found, registered and then treated as usual", _registered),
    "relief_cashier": ("non_designated", "a cashier helps out at another branch of the chain", _relief),
}
