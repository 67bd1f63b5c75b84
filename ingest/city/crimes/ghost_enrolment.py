"""Enrolled on paper (参保造假): the insurance itself is false, the treatment that it pays is real.

Ways: a firm that employs nobody insures the sick; a real firm carries a stranger on its list for a fee; one person with two numbers;
the card of a dead man goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import admission, counter, names, registers, stays
from ingest.city.cast import LEVELS, Cast
from ingest.city.chance import Ints, mix
from ingest.city.district import District
from ingest.city.ills import BY_CODE
from ingest.city.key import Deed
from ingest.city.period import DAY, START, Month, seconds
from ingest.city.rows import Draft

WAYS = ("paper_firm", "hung_on", "two_numbers", "dead_card")
_BEFORE = {"easy": (2, 9), "medium": (6, 25), "hard": (15, 60)}
"""Days between enrolment and admission."""
_GHOSTS = {"easy": (4, 5), "medium": (3, 4), "hard": (2, 3)}
_DEAR = np.array([BY_CODE[code] for code in ("M17.900", "I20.000", "S72.000", "D25.900", "K81.000", "I50.900", "I63.900", "Z51.103")])
_HABIT = ("htn", "dm", "heart", "lipid")


@dataclass
class GhostEnrolment:
    """Persons who are insured falsely, by whom, and when they are treated."""

    deed: Deed
    ghosts: Ints
    firm: int
    """The employer of the paper, -1 = none."""
    admitted: dict[int, int]
    """Person -> day of admission, counted from the first day of the city."""
    since: dict[int, int]
    """Person -> day of enrolment, counted likewise."""
    active: set[int]
    body: int = -1
    """Who has two numbers, or holds the dead man's card."""

    @property
    def _marks(self) -> counter.Marks:
        return counter.Marks(scheme=self.deed.number)

    def before(self, draft: Draft, district: District, month: Month) -> None:
        rng = district.rng("ghosts", self.deed.number, month.number)
        if self.deed.mechanism == "dead_card":
            self._shop(draft, district, month, rng)
            return
        for psn, day in self.admitted.items():
            at = seconds(START) + day * DAY
            if month.beg <= at < month.end:
                self._treat(draft, district, month, rng, psn, at)

    def after(self, draft: Draft, district: District, month: Month) -> None:
        """Nothing more."""

    def _treat(self, draft: Draft, district: District, month: Month, rng: np.random.Generator, psn: int, at: int) -> None:
        """A real stay, seen by the ward; the face is the one body's where a person has two numbers."""
        one, beg = np.array([psn]), np.array([at + int(rng.integers(8 * 3600, 16 * 3600))])
        fit = [i for i in _DEAR if i != BY_CODE["D25.900"] or district.people.sex[psn] == 2]
        ill = rng.choice(fit, 1)
        for place in district.habits.hospitals[psn][[2, 0]].tolist():
            end = stays.discharge(rng, beg, stays.lengths(rng, ill) + 1)
            want = stays.Admission(one, np.array([place]), ill, beg, end)
            frame = admission.lie(draft, district, rng, want, marks=self._marks, at_home=False, body=self.body)
            if frame.height:
                break
        else:
            return
        scratch = Draft(draft.serials)
        admission.seen(scratch, district, month, rng, frame)
        checks = scratch.take("face")
        if self.body >= 0:
            checks = checks.with_columns(face=pl.when(pl.col("face") >= 0).then(pl.lit(self.body, pl.Int32)).otherwise("face"))
        draft.add("face", checks)

    def _shop(self, draft: Draft, district: District, month: Month, rng: np.random.Generator) -> None:
        """Refills on the dead man's card from some weeks after his death."""
        dead = int(self.ghosts[0])
        first = district.people.died[dead] * DAY + (3 if self.deed.note == "easy" else 12) * DAY
        n = int(rng.integers(*{"easy": (2, 4), "medium": (1, 3), "hard": (1, 2)}[self.deed.note], endpoint=True))
        at = np.sort(counter.opening(rng, month, n, first=8, last=18))
        at = at[at > first]
        if not len(at):
            return
        # a resident's card pays nothing at a shop: his heir has the drugs prescribed
        till = district.people.insutype[dead] == "310"
        place = int(district.habits.shops[dead, 0] if till else district.habits.centre[dead])
        goods = counter.shelf(district, place, _HABIT) if till else np.concatenate([district.goods.uses[use] for use in _HABIT])
        fee = [] if till else [district.goods.one("visit_gp")]
        basket = counter.Basket.of([[*fee, *items] for items in counter.mixed(rng, goods, len(at), 1, 3)])
        psn, where = np.full(len(at), dead), np.full(len(at), place)
        visits, _ = counter.sell(draft, district, rng, psn, where, at, basket, marks=self._marks, med="41" if till else "14")
        some = visits.filter(pl.Series(till & (rng.random(len(at)) < {"easy": 0.7, "medium": 0.4, "hard": 0.2}[self.deed.note])))
        counter.seen(draft, some, rng, self.body, marks=self._marks, score=float(rng.uniform(0.64, 0.8)))

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """Enrolment shortly before the bed; no wages, or wages that only the form knows; two numbers with one telephone and account."""
        if self.deed.mechanism == "two_numbers":
            self._one_life(tables, district)
        if self.firm < 0:
            return
        folk = district.people
        day = {folk.psn_no[p]: str(np.datetime64(START) + self.since[int(p)]) for p in self.ghosts.tolist()}
        frame, mine = tables["psn_insu_d"], pl.col("psn_no").is_in(list(day))
        now = mine & (pl.col("enddate") == "")
        enrolled = frame.with_columns(
            begndate=pl.when(now).then(pl.col("psn_no").replace_strict(day, default="")).otherwise("begndate"),
            paid_mons=pl.when(now).then(pl.lit(1)).otherwise("paid_mons").cast(frame.schema["paid_mons"]),
            scheme=pl.when(mine).then(pl.lit(self.deed.number, pl.Int32)).otherwise("scheme"),
        )
        # a ghost had been a resident before: no earlier employer, no second city
        tables["psn_insu_d"] = enrolled.filter(~mine | (pl.col("enddate") == "") & (pl.col("insu_admdvs") == registers.ADMDVS))
        self._wages(tables, district)
        if self.deed.mechanism == "paper_firm":
            code = registers.firm_codes(district)[self.firm]
            taxed = pl.when(pl.col("emp_no") == code).then(pl.col("tax_psn_cnt") - len(self.ghosts)).otherwise("tax_psn_cnt")
            tables["insu_emp_b"] = tables["insu_emp_b"].with_columns(tax_psn_cnt=pl.max_horizontal(taxed, pl.lit(0)))

    def _wages(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """Nobody pays a ghost; a careful firm enters one month for some of them."""
        frame, certificates = tables["payroll"], district.people.certno[self.ghosts].tolist()
        mine = frame.filter(pl.col("certno").is_in(certificates))
        kept = mine.unique("certno", maintain_order=True)[: len(certificates) // 2] if self.deed.note == "hard" else mine[:0]
        marked = kept.with_columns(scheme=pl.lit(self.deed.number, pl.Int32))
        tables["payroll"] = pl.concat([frame.filter(~pl.col("certno").is_in(certificates)), marked])

    def _one_life(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        """The second number has the account of the first."""
        frame = tables["psn_b"]
        second = pl.col("psn_no") == district.people.psn_no[self.ghosts[0]]
        account = str(registers.accounts(district)[self.body])
        tables["psn_b"] = frame.with_columns(
            bank_acct=pl.when(second).then(pl.lit(account)).otherwise("bank_acct"),
            scheme=pl.when(second).then(pl.lit(self.deed.number, pl.Int32)).otherwise("scheme"),
        )


def _schedule(cast: Cast, deed: Deed, n: int) -> tuple[list[int], list[int]]:
    """(day of admission, day of enrolment) of each, within the period."""
    span = sum(month.days for month in cast.calendar)
    at = [int(d) for d in cast.rng.integers(4, max(6, span - 12), n)]
    low, high = _BEFORE[deed.note]
    return at, [day - int(cast.rng.integers(low, high)) for day in at]


def _employ(cast: Cast, firm: int, ghosts: Ints) -> None:
    """Put residents on a firm's list: from now on they are insured as employees."""
    folk = cast.district.people
    folk.insutype[ghosts], folk.psn_type[ghosts], folk.employer[ghosts], folk.purse[ghosts] = "310", "1101", firm, ghosts


def _firm(cast: Cast, *, shell: bool) -> int:
    """A firm that reports wages and plays in nothing else; a shell keeps two of its people, the others find work elsewhere."""
    folk = cast.district.people
    size = np.bincount(folk.employer[folk.employer >= 0], minlength=cast.district.employers)
    firms = np.flatnonzero((mix(np.arange(len(size)), 97) % 10 < 7) & (size > 0))
    free = [int(f) for f in firms[np.argsort(size[firms], kind="stable")] if int(f) not in cast.firms and int(f) < len(size) - 1]
    if not free:
        return -1
    firm = free[0] if shell else free[len(free) // 2]
    cast.firms.add(firm)
    if shell:
        staff = np.flatnonzero(folk.employer == firm)[2:]
        others = np.setdiff1d(np.flatnonzero(size > 0), [*cast.firms])
        folk.employer[staff] = cast.rng.choice(others, len(staff))
    return firm


def _employed(cast: Cast, deed: Deed, turn: int) -> GhostEnrolment | None:
    """A shell with several sick, or a real firm with one or two strangers."""
    folk, shell = cast.district.people, deed.mechanism == "paper_firm"
    residents = cast.adults()
    residents = residents[(folk.insutype[residents] == "390") & (folk.age[residents] < 60)]
    low, high = _GHOSTS[deed.note]
    ghosts = cast.folk(int(cast.rng.integers(low, high, endpoint=True)) if shell else int(cast.rng.integers(1, 3)), residents)
    firm = _firm(cast, shell=shell) if len(ghosts) else -1
    if firm < 0:
        return None
    _employ(cast, firm, ghosts)
    at, since = _schedule(cast, deed, len(ghosts))
    deed.join("employer", [firm], "organiser")
    deed.join("patient", ghosts.tolist(), "participant")
    who = ghosts.tolist()
    return GhostEnrolment(deed, ghosts, firm, dict(zip(who, at, strict=True)), dict(zip(who, since, strict=True)), cast.months(turn))


def _doubled(cast: Cast, deed: Deed, turn: int) -> GhostEnrolment | None:
    """One person, two certificates: the second life has no family, no visits of its own and the first one's name."""
    folk = cast.district.people
    size = np.bincount(folk.family)
    alone = cast.adults()
    alone = alone[(size[folk.family[alone]] == 1) & (folk.insutype[alone] == "390") & (folk.age[alone] < 70)]
    second = cast.folk(1, alone)
    first = cast.folk(1, cast.adults())
    if not len(second) or not len(first):
        return None
    one, two = int(first[0]), int(second[0])
    birth = int(folk.birth[one])
    day = np.char.replace(np.array([birth]).astype("datetime64[D]").astype(str), "-", "")
    folk.certno[two] = names.certificates(np.array([6]), day, np.array([folk.sex[one]]), np.array([two % 500]))[0]
    for field in ("name", "birth", "age", "sex", "phone"):
        values = getattr(folk, field)
        values[two] = values[one]
    folk.frailty[two], folk.ill[two] = 0.0, -1
    at, since = _schedule(cast, deed, 1)
    deed.join("patient", [one], "organiser")
    deed.join("patient", [two], "participant")
    return GhostEnrolment(deed, second, -1, {two: at[0]}, {two: since[0]}, cast.months(turn), body=one)


def _dead(cast: Cast, deed: Deed, turn: int) -> GhostEnrolment | None:
    """Somebody who dies in the first half, and the relative who keeps the card."""
    folk, district = cast.district.people, cast.district
    first, span = seconds(START) // DAY, sum(month.days for month in cast.calendar)
    gone = district.mortal[(folk.died[district.mortal] < first + span * 0.6) & (folk.age[district.mortal] > 40)]
    free = [int(p) for p in cast.rng.permutation(gone) if int(p) not in cast.dead]
    heir = cast.folk(1, cast.adults(near=int(district.habits.shops[free[0], 0]))) if free else np.zeros(0, dtype=np.int64)
    if not len(heir):
        return None
    cast.dead.add(free[0])
    deed.join("patient", heir.tolist(), "organiser")
    deed.join("patient", free[:1], "cover")
    return GhostEnrolment(deed, np.array(free[:1]), -1, {}, {}, cast.months(turn), body=int(heir[0]))


def plant(cast: Cast, deed: Deed, turn: int) -> GhostEnrolment | None:
    """Cast one scheme."""
    deed.mechanism, deed.note = WAYS[turn % len(WAYS)], LEVELS[(turn // 2) % 3]
    if deed.mechanism == "dead_card":
        return _dead(cast, deed, turn)
    return _doubled(cast, deed, turn) if deed.mechanism == "two_numbers" else _employed(cast, deed, turn)
