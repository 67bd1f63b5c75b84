"""Who lies in hospital, in which bed, until when? Admissions, transfers, cycles and births."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
import polars as pl

from ingest.city import bills, faces
from ingest.city.chance import Bools, Floats, Ints, choose, stream
from ingest.city.district import District
from ingest.city.ills import BY_CODE, DEPT, ILLS
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

CORRIDOR = 20
"""Approved beds to one that is put up beside them in busy weeks."""
STAY_RATE = 0.27
"""Stays a person-year, cycles of chemotherapy apart."""
ADMISSION_HOURS = np.array([0.3, 0.2, 0.2, 0.2, 0.2, 0.3, 0.5, 1, 8, 12, 12, 8, 2, 3, 8, 9, 7, 4, 2, 1.5, 1, 1, 0.7, 0.5])
BIRTHS = (BY_CODE["O80.900"], BY_CODE["O82.900"])
CHEMO = BY_CODE["Z51.103"]
GRAVE = tuple(BY_CODE[code] for code in ("I50.900", "A41.900", "J18.900", "I63.900", "J44.100"))
BY_DAY = tuple(number for number, one in enumerate(ILLS) if one.day)
"""What can be operated on within a day (日间手术)."""


@dataclass(frozen=True)
class Admission:
    """Stays that want a bed: parallel arrays."""

    psn: Ints
    inst: Ints
    ill: Ints
    beg: Ints
    end: Ints


def beds(district: District, want: Admission) -> tuple[Admission, pl.Series]:
    """Give each stay a bed that is free from admission to discharge, in the corridor where the wards are full; who finds none stays away.

    One bed, one patient.
    """
    carry, places = district.carry, district.places
    chosen, labels = [], []
    for row in np.argsort(want.beg, kind="stable").tolist():
        inst = int(want.inst[row])
        approved = int(places.beds[inst])
        free = carry.bed_free.setdefault(inst, np.zeros(approved + approved // CORRIDOR, dtype=np.int64))
        open_beds = np.flatnonzero(free + 3600 <= want.beg[row])
        open_beds = open_beds[: max(1, int(np.sum(open_beds < approved)))]
        if len(open_beds) and carry.ward_to[want.psn[row]] < want.beg[row]:
            bed = int(open_beds[want.psn[row] % len(open_beds)])
            free[bed] = want.end[row]
            carry.lain.setdefault(inst, []).append((bed, int(want.beg[row]), int(want.end[row])))
            carry.ward_from[want.psn[row]], carry.ward_to[want.psn[row]] = want.beg[row], want.end[row]
            chosen.append(row)
            labels.append(label(bed))
    keep = np.array(chosen, dtype=np.int64)
    return Admission(*(field[keep] for field in (want.psn, want.inst, want.ill, want.beg, want.end))), pl.Series(labels, dtype=pl.String)


def extra_beds(district: District, inst: int, beg: Ints, end: Ints) -> pl.Series:
    """Beds of a house that turns nobody away: a free one, or one more in the corridor under a number of its own. One bed, one patient."""
    lain, numbers = district.carry.lain.setdefault(inst, []), []
    for into, out in zip(beg.tolist(), (end + (end == 0) * (district.until - end)).tolist(), strict=True):
        taken = {bed for bed, first, last in lain if first < out and into < last}
        number = next(bed for bed in count() if bed not in taken)
        lain.append((number, into, out))
        free = district.carry.bed_free.get(inst)
        if free is not None and number < len(free):
            free[number] = max(int(free[number]), out)
        numbers.append(label(number))
    return pl.Series(numbers, dtype=pl.String)


def label(bed: int) -> str:
    """Ward and bed number as a nurse writes them."""
    return f"{bed // 12 + 1}病区{bed % 12 + 1:02d}床"


def lengths(rng: np.random.Generator, ill: Ints) -> Floats:
    """Days in hospital."""
    days = np.array([one.days for one in ILLS])[ill] * rng.lognormal(-0.06, 0.34, len(ill))
    return np.where(rng.random(len(ill)) < 0.02, rng.uniform(0.4, 1.2, len(ill)), np.clip(days, 1.5, 40))


def discharge(rng: np.random.Generator, beg: Ints, days: Floats) -> Ints:
    """Discharge in working hours of the last day, after admission."""
    day = (beg + (days * DAY).astype(np.int64)) // DAY
    end: Ints = np.maximum(day * DAY + rng.integers(8 * 3600, 16 * 3600, len(beg)), beg + 6 * 3600)
    return end


def ward_ills(district: District, rng: np.random.Generator, psn: Ints) -> Ints:
    """Why each person is admitted: by age group and sex."""
    group, sex = district.people.group[psn], district.people.sex[psn]
    ill = np.zeros(len(psn), dtype=np.int64)
    for age in range(4):
        for kind in (1, 2):
            here = np.flatnonzero((group == age) & (sex == kind))
            ill[here] = choose(rng, [one.ward[age] if one.sex in (0, kind) else 0.0 for one in ILLS], len(here))
    return ill


def _where(district: District, rng: np.random.Generator, psn: Ints, ill: Ints) -> Ints:
    level = np.array([one.level for one in ILLS])[ill]
    rehab = np.isin(ill, [BY_CODE["M51.202"], BY_CODE["I69.300"]])
    county, private, city = district.habits.hospitals[psn].T
    options = np.stack([district.habits.centre[psn], county, private, city, district.habits.rehab[psn]], axis=1)
    light, heavy = choose(rng, [0.3, 0.4, 0.16, 0.14], len(psn)), choose(rng, [0, 0.56, 0, 0.44], len(psn))
    turn = np.where(rehab, choose(rng, [0.08, 0.25, 0.25, 0.1, 0.32], len(psn)), np.where(level > 2, 3, np.where(level > 1, heavy, light)))
    return options[np.arange(len(psn)), turn]


def _ordinary(district: District, month: Month, rng: np.random.Generator) -> Admission:
    folk = district.people
    need = folk.frailty * np.interp(folk.age, [0, 4, 12, 30, 55, 75], [1.2, 1.0, 0.4, 0.6, 1.1, 2.2])
    need = np.where((district.carry.ward_to >= month.beg - 12 * DAY) | folk.cancer | folk.dialysis, 0.0, need)
    psn = np.unique(choose(rng, need, rng.poisson(len(folk) * STAY_RATE / 12)))
    psn = rng.permutation(psn)
    psn, ill = one_birth(district.carry.mothers, psn, ward_ills(district, rng, psn))
    beg = (
        month.beg
        + rng.integers(0, month.days, len(psn)) * DAY
        + choose(rng, ADMISSION_HOURS, len(psn)) * 3600
        + rng.integers(0, 3600, len(psn))
    )
    want = Admission(psn, _where(district, rng, psn, ill), ill, beg, discharge(rng, beg, lengths(rng, ill)))
    return _alive(district, rng, _by_day(district, rng, want))


def one_birth(mothers: set[int], psn: Ints, ill: Ints) -> tuple[Ints, Ints]:
    """Who gave birth in an earlier month does not come for another child; who does so now is added to `mothers`."""
    birth = np.isin(ill, BIRTHS)
    again = birth & np.isin(psn, list(mothers))
    mothers.update(psn[birth & ~again].tolist())
    return psn[~again], ill[~again]


def _by_day(district: District, rng: np.random.Generator, want: Admission) -> Admission:
    """Some operations are planned for one day: in the morning in, in the evening out."""
    share = np.array([one.day for one in ILLS])[want.ill]
    short = (rng.random(len(want.psn)) < share) & (district.places.scanner[want.inst] == 2)
    beg = np.where(short, want.beg // DAY * DAY + rng.integers(7 * 3600, 9 * 3600, len(short)), want.beg)
    end = np.where(short, beg // DAY * DAY + rng.integers(17 * 3600, 20 * 3600, len(short)), want.end)
    return Admission(want.psn, want.inst, want.ill, beg, end)


def _alive(district: District, rng: np.random.Generator, want: Admission) -> Admission:
    """A stay ends with the patient's death; the dead and the travellers are not admitted."""
    last = district.people.died[want.psn] * DAY
    end = np.where(want.end >= last, last + rng.integers(600, 20 * 3600, len(last)), want.end)
    keep = (want.beg < last - 3600) & district.living(want.psn, want.beg) & (district.living(want.psn, want.end) | (want.end >= last))
    return Admission(*(part[keep] for part in (want.psn, want.inst, want.ill, want.beg, end)))


def _last(district: District, month: Month, rng: np.random.Generator) -> Admission:
    """Half of those who die are in hospital then."""
    folk = district.people
    psn = np.flatnonzero((folk.died * DAY >= month.beg + 2 * DAY) & (folk.died * DAY < month.end) & (rng.random(len(folk)) < 0.5))
    beg = folk.died[psn] * DAY - rng.integers(1, 9, len(psn)) * DAY + rng.integers(8 * 3600, 22 * 3600, len(psn))
    beg = np.maximum(beg, month.beg + 3600)
    ill = rng.choice(GRAVE, len(psn))
    inst = np.where(rng.random(len(psn)) < 0.5, district.habits.hospitals[psn, 0], district.habits.hospitals[psn, 2])
    return Admission(psn, inst, ill, beg, folk.died[psn] * DAY + rng.integers(600, 20 * 3600, len(psn)))


def _cycles(district: District, month: Month, rng: np.random.Generator) -> Admission:
    """Chemotherapy every 21 days, three or four days each."""
    patients = np.flatnonzero(district.people.cancer)
    first = month.beg // DAY
    day = first + (patients * 5 - first) % 21
    psn, day = np.concatenate([patients, patients]), np.concatenate([day, day + 21])
    psn, day = psn[day * DAY < month.end], day[day * DAY < month.end]
    beg = day * DAY + rng.integers(8 * 3600, 11 * 3600, len(psn))
    inst = np.where(psn % 2 == 0, district.habits.hospitals[psn, 0], district.habits.hospitals[psn, 2])
    return Admission(psn, inst, np.full(len(psn), CHEMO), beg, discharge(rng, beg, rng.uniform(2.5, 4.2, len(psn))))


def frame(draft: Draft, district: District, rng: np.random.Generator, stay: Admission, bed: pl.Series, **given: object) -> pl.DataFrame:
    """Stays as visits: department, attending doctor, way of discharge, settlement; marks and references as given."""
    n = len(stay.psn)
    dept = district.staff.department(district.places, stay.inst, np.array([DEPT[one.dept] for one in ILLS])[stay.ill])
    short = (stay.end - stay.beg < 14 * 3600) & np.isin(stay.ill, BY_DAY)
    med = np.select([short, np.isin(stay.ill, BIRTHS), (stay.beg % DAY) // 3600 >= 20], ["28", "52", "24"], "21")
    draw, over = rng.random(n), stay.end >= district.until
    dying = stay.end >= district.people.died[stay.psn] * DAY
    columns: dict[str, object] = {
        "vid": draft.number("visit", n),
        "psn": stay.psn,
        "inst": stay.inst,
        "ill": stay.ill,
        "beg": stay.beg,
        "end": np.where(over, 0, stay.end),
        "med": pl.Series(med, dtype=pl.String),
        "dept": dept,
        "doctor": district.staff.serve(rng, stay.inst, dept, stay.beg),
        "bed": bed,
        "way": pl.Series(np.select([over, dying, draw < 0.93, draw < 0.97], ["", "5", "1", "4"], "3"), dtype=pl.String),
        "settled": np.where(over, 0, stay.end + rng.integers(600, 7200, n)),
        "till": rng.integers(1, 7, n),
    }
    return rows("visit", n, **{**columns, **given})  # type: ignore[arg-type]


def _transfers(draft: Draft, district: District, rng: np.random.Generator, stays: pl.DataFrame) -> pl.DataFrame:
    """A few are sent upward: discharged by transfer and admitted at the city hospital the same day. Returns all stays."""
    city = district.habits.hospitals[:, 2]
    small = district.places.rank[stays["inst"].to_numpy()] < 3
    go = np.flatnonzero(
        small
        & (rng.random(stays.height) < 0.022)
        & (stays["end"].to_numpy() > 0)
        & ~np.isin(stays["ill"].to_numpy(), (*BIRTHS, *BY_DAY))
        & (stays["way"] != "5").to_numpy()
    )
    psn, end = stays["psn"].to_numpy()[go].astype(np.int64), stays["end"].to_numpy()[go]
    beg = end + rng.integers(3600, 5 * 3600, len(go))
    want = Admission(psn, city[psn], stays["ill"].to_numpy()[go].astype(np.int64), beg, discharge(rng, beg, rng.uniform(4, 12, len(go))))
    got, bed = beds(district, _alive(district, rng, want))
    source = {int(p): int(v) for p, v in zip(psn, stays["vid"].to_numpy()[go], strict=True)}
    before = np.array([source[int(p)] for p in got.psn], dtype=np.int64)
    moved = frame(draft, district, rng, got, bed, before=before)
    ways = stays["way"].to_numpy().copy()
    ways[np.isin(stays["vid"].to_numpy(), before)] = "2"
    return pl.concat([stays.with_columns(way=pl.Series(ways, dtype=pl.String)), moved])


def newborns(draft: Draft, stays: pl.DataFrame, rng: np.random.Generator, share: float) -> pl.DataFrame:
    """Children who lie with their mothers and are billed on the mother's number in the mother's bed (nwb_flag)."""
    births = stays.filter(pl.col("ill").is_in(BIRTHS) & (pl.col("end") - pl.col("beg") > 2 * DAY))
    births = births.filter(pl.Series(rng.random(births.height) < share))
    return births.with_columns(
        vid=pl.Series(draft.number("visit", births.height)),
        newborn=pl.lit(True),
        beg=pl.col("beg") + DAY,
        settled=pl.col("settled") + 300,
    )


def admit(draft: Draft, district: District, month: Month) -> None:
    """All honest stays that begin in the month, with their bills and face checks."""
    rng = stream(district.seed, "stays", month.number)
    ordinary, cycles = _ordinary(district, month, rng), _cycles(district, month, rng)
    every = (ordinary, _alive(district, rng, cycles), _last(district, month, rng))
    both = Admission(*(np.concatenate([getattr(a, f) for a in every]) for f in ("psn", "inst", "ill", "beg", "end")))
    got, bed = beds(district, both)
    stays = _transfers(draft, district, rng, frame(draft, district, rng, got, bed))
    draft.add("visit", stays)
    leaves = bills.leaves(draft, stays, rng)
    bills.write(draft, district, rng, stays, absent=leaves)
    bills.orders(draft, district, rng, stays)
    children = newborns(draft, stays, rng, 0.55)
    draft.add("visit", children)
    bills.cradle(draft, district, rng, children)
    faces.ward(draft, district, rng, stays, absent=leaves, outage=faces.outages(district, month))


def marked(stays: pl.DataFrame) -> Bools:
    """Rows that belong to a scheme."""
    return stays["scheme"].to_numpy() > 0
