"""Who goes where by day? Purchases at pharmacies, outpatient contacts and the monthly refills of the chronically ill."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import baskets, faces
from ingest.city.chance import Bools, Ints, choose, stream
from ingest.city.district import District, in_ward
from ingest.city.ills import BY_CODE, CHRONIC, DEPT, ILLS
from ingest.city.period import DAY, Month
from ingest.city.places import HOSPITAL, PHARMACY, tills
from ingest.city.rows import Draft, rows

SHOP_RATE, CLINIC_RATE = 1.75, 1.7
"""Contacts a person-year, refills apart."""
REFUND_SHARE = 0.036
SHOP_HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 5, 9, 10, 7, 4, 4, 6, 7, 8, 9, 9, 8, 6, 1, 0, 0], dtype=float)
CLINIC_HOURS = np.array([0, 0, 0, 0, 0, 0, 0, 1, 10, 12, 10, 5, 1, 2, 7, 7, 5, 1, 0.5, 0.3, 0.2, 0.1, 0.05, 0.05])
_RARE = ("tcm_patch", "tcm_mix", "fx_splint", "fx_reduce", "eeg", "sleep", "one_alt", "one_crea", "one_ua", "one_pt")
"""Services that are now and then given by day, one at a time."""
_CHRONIC = np.array([BY_CODE[code] for code in CHRONIC])


def moments(rng: np.random.Generator, month: Month, n: int, hours: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Ints:
    """Times within a month: weekends are quieter, hours as given."""
    day = choose(rng, [0.8 if (month.first.weekday() + d) % 7 >= 5 else 1.0 for d in range(month.days)], n)
    return month.beg + day * DAY + choose(rng, hours, n) * 3600 + rng.integers(0, 3600, n)


def _ills(district: District, rng: np.random.Generator, psn: Ints) -> Ints:
    """What brings each person: by age group and sex."""
    group, sex = district.people.group[psn], district.people.sex[psn]
    ill = np.zeros(len(psn), dtype=np.int64)
    for age in range(4):
        for kind in (1, 2):
            here = np.flatnonzero((group == age) & (sex == kind))
            ill[here] = choose(rng, [one.clinic[age] if one.sex in (0, kind) else 0.0 for one in ILLS], len(here))
    return ill


def _shops(district: District, rng: np.random.Generator, psn: Ints) -> Ints:
    near = district.habits.shops[psn, choose(rng, [0.62, 0.24, 0.14], len(psn))]
    anywhere = district.places.of(PHARMACY)[rng.integers(0, len(district.places.of(PHARMACY)), len(psn))]
    return np.where(rng.random(len(psn)) < 0.05, anywhere, near)


def _clinics(district: District, rng: np.random.Generator, psn: Ints) -> Ints:
    rural = district.land.rural[district.people.area[psn]]
    habits = district.habits
    country = choose(rng, [0.36, 0.24, 0.24, 0.06, 0.10], len(psn))
    town = choose(rng, [0.03, 0.22, 0.4, 0.12, 0.23], len(psn))
    options = np.stack([habits.clinic[psn], habits.centre[psn], *habits.hospitals[psn].T], axis=1)
    return options[np.arange(len(psn)), np.where(rural, country, town)]


def _visits(
    draft: Draft, district: District, rng: np.random.Generator, psn: Ints, inst: Ints, at: Ints, ill: Ints, med: pl.Series
) -> pl.DataFrame:
    n = len(psn)
    dept = district.staff.department(district.places, inst, np.array([DEPT[one.dept] for one in ILLS])[ill])
    soon, later = at + rng.integers(600, 5400, n), (at // DAY + rng.integers(1, 5, n)) * DAY + rng.integers(9 * 3600, 18 * 3600, n)
    refund = np.where(rng.random(n) < REFUND_SHARE, np.where(rng.random(n) < 0.5, soon, later), 0)
    return rows(
        "visit",
        n,
        vid=draft.number("visit", n),
        psn=psn,
        inst=inst,
        beg=at,
        end=at + rng.integers(120, 1200, n),
        med=med,
        dept=dept,
        doctor=district.staff.serve(rng, inst, dept, at),
        ill=ill,
        till=tills(district.places, inst, rng),
        refund=refund,
        cert=pl.Series(np.where(rng.random(n) < 0.55, "01", np.where(rng.random(n) < 0.9, "03", "02"))),
        settled=at + rng.integers(5, 100, n),
    )


def drug_lines(
    draft: Draft, district: District, rng: np.random.Generator, visits: pl.DataFrame, counts: Ints, *, habit: Bools | None = None
) -> pl.DataFrame:
    """Drug lines for visits: `counts` of them each, by the visit's ill; persons with a habit take what they always take."""
    ill, psn, inst = (visits[name].to_numpy().astype(np.int64) for name in ("ill", "psn", "inst"))
    at = np.repeat(np.arange(visits.height), counts)
    use = baskets.picked(baskets.menu(district.goods).drugs, ill[at], rng)
    at, use = at[use >= 0], use[use >= 0]
    item = baskets.items_of(district.goods, use, inst[at], rng)
    boxes = choose(rng, [0.66, 0.25, 0.09], len(at)) + 1
    if habit is not None:
        steady = habit[at]
        item = np.where(steady, baskets.habit_items(district.goods, use, psn[at], inst[at]), item)
        boxes = np.where(steady, 1 + (psn[at] * 7 + item) % 3, boxes)
    return _lines(draft, visits, at, item, boxes, rng)


def _lines(draft: Draft, visits: pl.DataFrame, at: Ints, item: Ints, cnt: Ints, rng: np.random.Generator) -> pl.DataFrame:
    vid = visits["vid"].to_numpy()[at]
    keep = baskets.once(vid, item)
    at, item, cnt, vid = at[keep], item[keep], cnt[keep], vid[keep]
    n = len(at)
    when = visits["settled"].to_numpy()[at] - rng.integers(1, 60, n)
    return rows(
        "line",
        n,
        lid=draft.number("line", n),
        vid=vid,
        item=item,
        at=when,
        cnt=cnt.astype(float),
        doctor=visits["doctor"].to_numpy()[at],
        dept=visits["dept"].to_numpy()[at],
        order=vid,
        days=np.minimum(cnt * 10, 90),
    )


def service_lines(draft: Draft, district: District, rng: np.random.Generator, visits: pl.DataFrame) -> pl.DataFrame:
    """Consultation, tests and small treatments of outpatient contacts."""
    card, places = baskets.menu(district.goods), district.places
    ill, inst = visits["ill"].to_numpy().astype(np.int64), visits["inst"].to_numpy().astype(np.int64)
    n = visits.height
    fee = np.where(
        places.kind[inst] == HOSPITAL,
        np.where(visits["med"].to_numpy() == "13", card.use("visit_em"), card.use("visit")),
        card.use("visit_gp"),
    )
    parts = [(np.arange(n), fee)]
    labs = places.rank[inst] >= 1
    for chance in (0.42, 0.25):
        use = baskets.picked(card.tests, ill, rng)
        at = np.flatnonzero(labs & (use >= 0) & (rng.random(n) < chance))
        parts.append((at, baskets.pictured(card, use[at], places.scanner[inst[at]])))
    for name, chance in (("infuse", 0.12), ("inject", 0.06), ("tcm_acu", 0.05), ("blood_draw", 0.2), ("dressing", 0.02)):
        at = np.flatnonzero(rng.random(n) < chance * (labs | (name in ("infuse", "inject"))))
        parts.append((at, np.full(len(at), card.use(name))))
    rare = np.flatnonzero(labs & (rng.random(n) < 0.03))
    parts.append((rare, np.array([card.use(name) for name in _RARE])[rng.integers(0, len(_RARE), len(rare))]))
    at, use = np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])
    item = card.items[use, rng.integers(0, 1 << 30, len(use)) % card.counts[use]]
    return _lines(draft, visits, at, item, np.ones(len(at), dtype=np.int64), rng)


def _outbreak(district: District, month: Month, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """(persons, times) of villages where an infection goes round for a week."""
    areas = rng.choice(len(district.land), size=max(1, len(district.land) // 25), replace=False)
    sick = np.flatnonzero(np.isin(district.people.area, areas) & (rng.random(len(district.people)) < 0.07))
    start = month.beg + (district.people.area[sick] * 5 % 20) * DAY
    return sick, start + rng.integers(0, 7, len(sick)) * DAY + 8 * 3600 + rng.integers(0, 10 * 3600, len(sick))


def _shopping(draft: Draft, district: District, month: Month) -> None:
    rng = stream(district.seed, "shopping", month.number)
    folk, weight = district.people, district.people.frailty
    n = rng.poisson(len(folk) * SHOP_RATE / 12)
    psn, at = choose(rng, weight, n), moments(rng, month, n, SHOP_HOURS)
    ill, inst = _ills(district, rng, psn), _shops(district, rng, psn)
    sick, when = _outbreak(district, month, stream(district.seed, "outbreak", month.number))
    some = rng.random(len(sick)) < 0.5
    psn, at = np.append(psn, sick[some]), np.append(at, when[some])
    ill, inst = np.append(ill, np.full(some.sum(), BY_CODE["J06.900"])), np.append(inst, district.habits.shops[sick[some], 0])
    # one hand pays for two of a family: the second card follows within minutes
    lead = np.flatnonzero((rng.random(len(psn)) < 0.035) & (folk.contact[psn] >= 0))
    psn, inst = np.append(psn, folk.contact[psn[lead]]), np.append(inst, inst[lead])
    at, ill = np.append(at, at[lead] + rng.integers(50, 260, len(lead))), np.append(ill, _ills(district, rng, folk.contact[psn[lead]]))
    keep = ~in_ward(district, psn, at) & ~folk.cancer[psn] & district.living(psn, at)
    visits = _visits(draft, district, rng, psn[keep], inst[keep], at[keep], ill[keep], pl.Series(["41"]).new_from_index(0, int(keep.sum())))
    draft.add("visit", visits)
    faces.till(draft, visits.filter(pl.col("inst") % 4 == 0), rng, share=0.35)
    draft.add("line", drug_lines(draft, district, rng, visits, choose(rng, [0.3, 0.4, 0.2, 0.1], visits.height) + 1))


def _outpatients(draft: Draft, district: District, month: Month) -> None:
    rng = stream(district.seed, "outpatients", month.number)
    folk = district.people
    n = rng.poisson(len(folk) * CLINIC_RATE / 12)
    psn, at = choose(rng, folk.frailty, n), moments(rng, month, n, CLINIC_HOURS)
    ill, inst = _ills(district, rng, psn), _clinics(district, rng, psn)
    sick, when = _outbreak(district, month, stream(district.seed, "outbreak", month.number))
    psn, at = np.append(psn, sick), np.append(at, when)
    ill, inst = np.append(ill, np.full(len(sick), BY_CODE["J06.900"])), np.append(inst, _clinics(district, rng, sick))
    keep = ~in_ward(district, psn, at) & ~folk.cancer[psn] & district.living(psn, at)
    psn, at, ill, inst = psn[keep], at[keep], ill[keep], inst[keep]
    late = (at % DAY // 3600 >= 18) | (rng.random(len(psn)) < 0.03)
    med = pl.Series(np.where(late & (district.places.kind[inst] == HOSPITAL), "13", "11"))
    visits = _visits(draft, district, rng, psn, inst, at, ill, med)
    draft.add("visit", visits)
    draft.add("line", service_lines(draft, district, rng, visits))
    draft.add("line", drug_lines(draft, district, rng, visits, choose(rng, [0.12, 0.3, 0.33, 0.25], visits.height)))


def _refills(draft: Draft, district: District, month: Month) -> None:
    """About once a month, on much the same day, at the usual place."""
    rng = stream(district.seed, "refills", month.number)
    folk, habits = district.people, district.habits
    psn = np.flatnonzero((folk.ill >= 0) & (rng.random(len(folk)) < 0.42) & ~folk.cancer)
    day = np.clip((psn * 37) % 28 + rng.integers(-2, 3, len(psn)), 0, month.days - 1)
    at = month.beg + day * DAY + choose(rng, SHOP_HOURS[:18], len(psn)) * 3600 + rng.integers(0, 3600, len(psn))
    where = (psn * 13) % 10
    inst = np.select([where < 6, where < 8], [habits.shops[psn, 0], habits.centre[psn]], habits.hospitals[psn, 0])
    keep = ~in_ward(district, psn, at) & district.living(psn, at)
    psn, at, inst = psn[keep], at[keep], inst[keep]
    shop = district.places.kind[inst] == PHARMACY
    registered = (psn * 11) % 10 < 6
    med = pl.Series(np.where(registered & ~shop, "14", np.where(shop, "41", "11")))
    visits = _visits(draft, district, rng, psn, inst, at, _CHRONIC[folk.ill[psn]], med)
    draft.add("visit", visits)
    draft.add("line", drug_lines(draft, district, rng, visits, 1 + psn % 3, habit=np.ones(len(psn), dtype=bool)))
    away = visits.filter(pl.Series(~shop))
    fee, one = np.full(away.height, district.goods.one("visit")), np.ones(away.height, dtype=np.int64)
    draft.add("line", _lines(draft, away, np.arange(away.height), fee, one, rng))


def attend(draft: Draft, district: District, month: Month) -> None:
    """All honest contacts of a month that are no stay."""
    _shopping(draft, district, month)
    _outpatients(draft, district, month)
    _refills(draft, district, month)
