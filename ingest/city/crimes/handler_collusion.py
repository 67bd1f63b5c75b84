"""The insider (经办勾结): a handler of the bureau pays bills that no hospital wrote, to friends.

Ways: many claimants, one account; reviewed by himself under a colleague's login; typed in when nobody is there; a long illness
registered the day before the bill that needs it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import bills, counter, registers, stays
from ingest.city.bureau import desk
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints
from ingest.city.district import District
from ingest.city.ills import BY_CODE, ILLS
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

WAYS = ("one_account", "self_approval", "at_night", "benefit_first")
_CLAIMS = {"easy": (3, 4), "medium": (2, 3), "hard": (1, 2)}
_ILLS = np.array([BY_CODE[code] for code in ("J18.900", "I63.900", "I25.100", "E11.900", "J44.100", "A09.901")])
_LONG = BY_CODE["B18.100"]


@dataclass
class HandlerCollusion:
    """One handler and the friends whose names and accounts he uses."""

    deed: Deed
    handler: int
    friends: Ints
    inst: int
    """The hospital whose bills he imitates; it knows nothing."""
    active: set[int]
    entered: int
    """When the friends' long illness is entered, in the first active month."""

    @property
    def _marks(self) -> counter.Marks:
        return counter.Marks(scheme=self.deed.number)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing: the bills are made of paper only."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        rng = district.rng("insider", self.deed.number, month.number)
        n = min(len(self.friends), int(rng.integers(*_CLAIMS[self.deed.note], endpoint=True)))
        psn = rng.permutation(self.friends)[:n]
        cases = (
            self._long(draft, district, month, rng, psn)
            if self.deed.mechanism == "benefit_first"
            else self._stays(draft, district, month, rng, psn)
        )
        way, easy = self.deed.mechanism, self.deed.note == "easy"
        if way == "self_approval" or (easy and way == "at_night"):
            desk.process(draft, district, rng, cases, reviewer=np.full(cases.height, self.handler))
        if way == "one_account" or easy:
            self._pay(draft, district, rng, cases)

    def _stays(self, draft: Draft, district: District, month: Month, rng: np.random.Generator, psn: Ints) -> pl.DataFrame:
        """Stays that were never lain: a bill like any other, no bed, no chart, no check."""
        n = len(psn)
        beg = month.beg + rng.integers(0, 12, n) * DAY + rng.integers(8 * 3600, 18 * 3600, n)
        want = stays.Admission(psn, np.full(n, self.inst), rng.choice(_ILLS, n), beg, stays.discharge(rng, beg, rng.uniform(5, 11, n)))
        bed = pl.Series([stays.label(int(b)) for b in rng.integers(0, max(2, district.places.beds[self.inst]), n)], dtype=pl.String)
        given = {"manual": pl.Series(rng.choice(desk.REASONS, n), dtype=pl.String), "handler": self.handler, "scheme": self.deed.number}
        frame = stays.frame(draft, district, rng, want, bed, settled=self._when(district, rng, want.end), **given)
        scratch = Draft(draft.serials)
        bills.write(scratch, district, rng, frame)
        draft.add("visit", frame)
        draft.add("line", scratch.take("line").with_columns(pl.lit("-").alias("codes")))
        return frame

    def _long(self, draft: Draft, district: District, month: Month, rng: np.random.Generator, psn: Ints) -> pl.DataFrame:
        """Dear drugs of the illness that he has just entered for them."""
        n, goods = len(psn), district.goods
        first = max(self.entered, month.beg)
        gap = {"easy": (1, 4), "medium": (2, 7), "hard": (5, 12)}[self.deed.note]
        at = first + rng.integers(*gap, n) * DAY + rng.integers(8 * 3600, 16 * 3600, n)
        items = [[goods.one("visit")] + [int(i) for i in rng.choice(goods.uses["dear"], 2, replace=False)] for _ in range(n)]
        basket = counter.Basket.of(items, [[1, *rng.integers(2, 6, 2).tolist()] for _ in range(n)])
        scratch = Draft(draft.serials)
        counter.sell(scratch, district, rng, psn, np.full(n, self.inst), at, basket, marks=self._marks, med="14", ill=_LONG)
        frame = scratch.take("visit").with_columns(
            pl.Series("manual", rng.choice(desk.REASONS, n), dtype=pl.String),
            pl.lit(self.handler, pl.Int16).alias("handler"),
            pl.Series("settled", self._when(district, rng, at)),
        )
        draft.add("visit", frame)
        draft.add("line", scratch.take("line").with_columns(pl.lit("-").alias("codes")))
        return frame

    def _when(self, district: District, rng: np.random.Generator, ended: Ints) -> Ints:
        """When the money is granted: in office hours, or when the house is empty."""
        night = self.deed.mechanism == "at_night"
        hour = rng.choice([5, 6, 20, 21, 22, 23], len(ended)) if night else rng.integers(9, 17, len(ended))
        day = ended // DAY + rng.integers(2, 12, len(ended))
        granted: Ints = np.minimum(day, district.until // DAY - 2) * DAY + hour * 3600 + rng.integers(0, 3600, len(ended))
        return granted

    def _pay(self, draft: Draft, district: District, rng: np.random.Generator, cases: pl.DataFrame) -> None:
        """To the account of the first friend, whoever claims; in hard cases only for every second claim."""
        some = cases if self.deed.note != "hard" else cases[::2]
        owner, n = int(self.friends[0]), some.height
        names = {"payer_name": "医疗保障基金支出户", "payee_name": str(district.people.name[owner]), "note": "零星报销"}
        draft.add(
            "txn",
            rows(
                "txn",
                n,
                payer=desk.fund_account(district),
                payee=str(registers.accounts(district)[owner]),
                at=some["settled"] + pl.Series(rng.integers(1, 4, n) * DAY),
                vid=some["vid"],
                scheme=self.deed.number,
                **names,
            ),
        )

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """The long illness stands in the register, entered by the insider."""
        if self.deed.mechanism != "benefit_first":
            return
        frame, folk = tables["opsp_reg"], district.people
        code = str(district.places.code[self.inst])
        entered = pl.DataFrame(
            {
                "psn_no": folk.psn_no[self.friends],
                "dise_no": ILLS[_LONG].code,
                "begndate": str(np.datetime64(self.entered, "s").astype("datetime64[D]")),
                "dise_name": ILLS[_LONG].name,
                "fixmedins_code": code,
                "dr_code": None,
                "opter_id": str(registers.handlers(district)[self.handler]),
                "scheme": self.deed.number,
                "story": 0,
            },
            schema=frame.schema,
        )
        tables["opsp_reg"] = pl.concat([frame, entered])


def plant(cast: Cast, deed: Deed, turn: int) -> HandlerCollusion | None:
    """Cast one scheme."""
    district, rng = cast.district, cast.rng
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    insiders = crooked(district)
    handler = int(insiders[turn % len(insiders)])
    grown = cast.adults()
    healthy = grown[district.people.ill[grown] < 0]
    friends = cast.folk({"easy": 4, "medium": 3, "hard": 2}[deed.note], healthy)
    if len(friends) < 2:
        return None
    able = district.places.of("hospital")
    inst = int(rng.choice(able[district.places.rank[able] >= 2]))
    deed.join("handler", [handler], "insider")
    deed.join("patient", friends.tolist(), "payee")
    active = cast.months(turn, least=0.7)
    entered = cast.calendar[min(active)].beg + int(rng.integers(1, 12)) * DAY
    return HandlerCollusion(deed, handler, friends, inst, active, entered)


def crooked(district: District) -> Ints:
    """The insiders: a quarter of the handlers, two at least."""
    n = len(registers.handlers(district))
    found: Ints = district.rng("insiders").permutation(n)[: max(2, round(n * 0.25))]
    return found
