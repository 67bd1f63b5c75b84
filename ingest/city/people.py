"""Who lives here? Families in villages and town quarters, their insurance, phones, firms and long illnesses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.city import names
from ingest.city.chance import Bools, Floats, Ints, Strings, choose, digits, join, scramble, stream
from ingest.city.period import EPOCH, START

PLACEHOLDERS = np.array(["13800138000", "同上", "无", "00000000000"])
GROUP_CHILD, GROUP_YOUNG, GROUP_MIDDLE, GROUP_OLD = range(4)


@dataclass(frozen=True)
class People:
    """All insured persons as parallel arrays; a person is an index into them."""

    psn_no: Strings
    name: Strings
    certno: Strings
    birth: Ints
    """Days since 1970."""
    age: Ints
    sex: Ints
    """1 man, 2 woman."""
    family: Ints
    area: Ints
    """Village or town quarter."""
    address: Strings
    phone: Strings
    contact: Ints
    """The family member named as contact, -1 = none."""
    contact_phone: Strings
    insutype: Strings
    psn_type: Strings
    employer: Ints
    frailty: Floats
    """Relative need of care, mean 1."""
    purse: Ints
    """Whose personal account pays at the till: own, a family member's (共济), or -1."""
    ill: Ints
    """Long illness (index into CHRONIC), -1 = none."""
    dialysis: Bools
    cancer: Bools
    home: Ints
    """Nursing home number, -1 = own home."""
    died: Ints
    """Day since 1970 on which the person dies; for most long after the period."""
    gone: Ints
    """First and last day of a journey abroad; last before first = none."""
    back: Ints

    def __len__(self) -> int:
        return len(self.psn_no)

    @property
    def group(self) -> Ints:
        """Age group: child, young, middle, old."""
        return np.digitize(self.age, [15, 40, 62])


@dataclass(frozen=True)
class Land:
    """Villages and town quarters, and where they lie (degrees)."""

    town: Ints
    rural: Bools
    name: Strings
    lnt: Floats
    lat: Floats
    office_phone: Strings

    def __len__(self) -> int:
        return len(self.town)


def settle(seed: int, persons: int) -> Land:
    """Lay out towns and their villages."""
    rng = stream(seed, "land")
    areas = max(16, round(persons / 1000))
    towns = max(4, round(areas / 10))
    town = np.arange(areas) % towns
    rural = rng.random(areas) < 0.62
    x, y = rng.normal(115.2, 0.16, towns), rng.normal(31.4, 0.13, towns)
    words = np.array(names.TOWN_NAMES)
    surname = np.array(list(names.SURNAMES))[rng.integers(0, 60, areas)]
    ending = np.where(rural, "家村", "家园社区")
    label = join(
        words[town % len(words)], np.where(town >= len(words), "新", ""), "镇", surname, words[rng.integers(0, len(words), areas)], ending
    )
    return Land(
        town, rural, label, x[town] + rng.normal(0, 0.03, areas), y[town] + rng.normal(0, 0.03, areas), names.desk_phones(rng, areas)
    )


def _households(rng: np.random.Generator, n: int) -> tuple[Ints, Ints]:
    """(family of each person, place in the family: 0 head, 1 spouse, 2.. children or parents)."""
    sizes = choose(rng, [0.2, 0.27, 0.26, 0.17, 0.1], n) + 1
    ends = np.cumsum(sizes)
    count = int(np.searchsorted(ends, n)) + 1
    family = np.repeat(np.arange(count), sizes[:count])[:n]
    return family, np.arange(n) - (ends[family] - sizes[family])


def _ages(rng: np.random.Generator, family: Ints, place: Ints) -> tuple[Ints, Ints]:
    """(birth day, sex). Twins are born on one day; parents of the head move in with young families."""
    today = (START - EPOCH).days
    families = int(family[-1]) + 1
    head = rng.triangular(22, 52, 92, families)[family]
    wife = head + rng.normal(-1.5, 3, families)[family]
    parent = (rng.random(families)[family] < 0.3) & (head < 58) & (place >= 3)
    child = head - 25 - rng.gamma(4, 1.4, len(family))
    age = np.select(
        [place == 0, place == 1, parent, child >= 0],
        [head, wife, head + 25 + rng.normal(0, 3, len(family)), child],
        rng.uniform(18, 70, len(family)),
    )
    birth = today - (np.clip(age, 0.1, 99) * 365.25).astype(np.int64)
    twin = np.flatnonzero((place == 3) & (rng.random(len(family)) < 0.03) & ~parent)
    birth[twin] = birth[twin - 1]
    head_sex = np.where(rng.random(families) < 0.75, 1, 2)[family]
    sex = np.select([place == 0, place == 1], [head_sex, 3 - head_sex], np.where(rng.random(len(family)) < 0.51, 1, 2))
    return birth, sex.astype(np.int64)


def _names(rng: np.random.Generator, family: Ints, place: Ints) -> Strings:
    """A family shares its surname, but for the spouse and a few others."""
    n = len(family)
    surname = np.array(list(names.SURNAMES))[choose(rng, 1 / (np.arange(60) + 6.0), int(family[-1]) + 1)][family]
    return np.where((place == 1) | (rng.random(n) < 0.04), names.persons(rng, n), names.persons(rng, n, surname))


def _insurance(rng: np.random.Generator, age: Ints, urban: Bools) -> tuple[Strings, Strings]:
    works = rng.random(len(age)) < np.where(urban, 0.62, 0.22)
    kind = np.where(works & (age >= 20), "310", "390")
    employee = np.where(age >= 58, "1201", np.where(rng.random(len(age)) < 0.15, "1103", "1101"))
    resident = np.select([age < 7, age < 18, (age < 23) & urban], ["1402", "1403", "1404"], "1501")
    return kind, np.where(kind == "310", employee, resident)


def _phones(rng: np.random.Generator, age: Ints, head: Ints) -> Strings:
    """Children and some old people give the head's number; a few give nothing, or a placeholder."""
    phone = names.phones(rng, len(age)).astype("U16")
    borrowed = (age < 16) | ((age > 74) & (rng.random(len(age)) < 0.5))
    phone = np.where(borrowed, phone[head], phone)
    draw = rng.random(len(age))
    return np.where(draw < 0.02, PLACEHOLDERS[rng.integers(0, len(PLACEHOLDERS), len(age))], np.where(draw < 0.05, "", phone))


def live(seed: int, n: int, land: Land, employers: int) -> People:
    """Fill the land with `n` insured persons."""
    rng = stream(seed, "people")
    family, place = _households(rng, n)
    birth, sex = _ages(rng, family, place)
    age = ((START - EPOCH).days - birth) // 365
    area = choose(rng, rng.uniform(0.5, 1.5, len(land)), int(family[-1]) + 1)[family]
    head = np.searchsorted(family, np.arange(int(family[-1]) + 1))[family]
    name = _names(rng, family, place)
    insutype, psn_type = _insurance(rng, age, ~land.rural[area])
    phone = _phones(rng, age, head)
    address = _addresses(rng, land, area, family)
    home = np.where((age > 72) & (rng.random(n) < 0.025), area % max(2, n // 20_000 + 1), -1)
    certno = _certificates(rng, area % 6, birth, sex)
    contact = _contacts(rng, family, place, head)
    cancer, dialysis = rng.random(n) < np.where(age > 45, 0.005, 0.0006), rng.random(n) < np.where(age > 38, 0.0052, 0.0006)
    return People(
        psn_no=join("99", digits(scramble(np.arange(n), 40, seed + 3), 13)),
        name=name,
        certno=certno,
        birth=birth,
        age=age,
        sex=sex,
        family=family,
        area=area,
        address=np.where(home >= 0, join("颐养养老院", digits(np.maximum(home, 0) + 1, 1), "号院"), address),
        phone=phone,
        contact=contact,
        contact_phone=_called(rng, land, area, age, contact, phone),
        insutype=insutype,
        psn_type=psn_type,
        employer=_employers(rng, psn_type, employers),
        frailty=_frailty(rng, age),
        purse=_purses(rng, family, insutype),
        ill=_long_ills(rng, age),
        home=home,
        dialysis=dialysis,
        cancer=cancer,
        died=_deaths(stream(seed, "deaths"), age, dialysis, cancer),
        **dict(zip(("gone", "back"), _journeys(stream(seed, "journeys"), age, dialysis | cancer), strict=True)),
    )


def _journeys(rng: np.random.Generator, age: Ints, sick: Bools) -> tuple[Ints, Ints]:
    """(first, last day) abroad; one adult in a hundred and fifty travels, for a week to four months."""
    first = (START - EPOCH).days + rng.integers(0, 600, len(age))
    goes = (rng.random(len(age)) < 1 / 150) & (age > 20) & (age < 75) & ~sick
    return first, np.where(goes, first + rng.integers(7, 120, len(age)), first - 1)


def _deaths(rng: np.random.Generator, age: Ints, dialysis: Bools, cancer: Bools) -> Ints:
    """Last day of each: a yearly risk by age, of our own judgement, several times that of the seriously ill."""
    risk = np.interp(age, [0, 1, 40, 60, 75, 85, 99], [0.004, 0.0005, 0.0012, 0.006, 0.026, 0.08, 0.22])
    risk = risk * np.where(cancer, 6.0, np.where(dialysis, 4.0, 1.0))
    day: Ints = (START - EPOCH).days + (rng.exponential(1.0, len(age)) / risk * 365).astype(np.int64)
    return day


def _certificates(rng: np.random.Generator, district: Ints, birth: Ints, sex: Ints) -> Strings:
    born = np.char.replace(birth.astype("datetime64[D]").astype(str), "-", "")
    return names.certificates(district + 1, born, sex, _birth_ranks(rng, district, birth, sex))


def _birth_ranks(rng: np.random.Generator, district: Ints, birth: Ints, sex: Ints) -> Ints:
    """How many of one district, day and sex came before: the serial in a certificate."""
    n = len(birth)
    order = np.lexsort((rng.random(n), sex, birth, district))
    key = (district * 10**6 + (birth + 40_000) * 4 + sex)[order]
    starts = np.flatnonzero(np.diff(key, prepend=key[0] - 1))
    rank = np.zeros(n, dtype=np.int64)
    rank[order] = np.arange(n) - np.repeat(starts, np.diff(np.append(starts, n)))
    return rank


def _contacts(rng: np.random.Generator, family: Ints, place: Ints, head: Ints) -> Ints:
    """The head of the family, of the head the spouse; one in five names nobody."""
    n = len(family)
    mate = np.where(place == 0, np.minimum(head + 1, n - 1), head)
    return np.where((family[mate] == family) & (rng.random(n) < 0.8) & (mate != np.arange(n)), mate, -1)


def _called(rng: np.random.Generator, land: Land, area: Ints, age: Ints, contact: Ints, phone: Strings) -> Strings:
    """The contact's number; for some old villagers the village office answers."""
    elder = (age > 68) & land.rural[area] & (rng.random(len(age)) < 0.12)
    return np.where(elder, land.office_phone[area], np.where(contact >= 0, phone[contact], ""))


def _addresses(rng: np.random.Generator, land: Land, area: Ints, family: Ints) -> Strings:
    """A door per family; some doors are shared (two families, workers' dormitories)."""
    families = int(family[-1]) + 1
    door = rng.integers(1, 400, families)[family]
    part = rng.integers(1, 9, families)[family]
    dormitory = (rng.random(families) < 0.01)[family]
    plain = join(land.name[area], digits(part, 1), np.where(land.rural[area], "组", "栋"), digits(door, 1), "号")
    return np.where(dormitory, join(land.name[area], "集体宿舍", digits(part % 2 + 1, 1), "栋"), plain)


def _employers(rng: np.random.Generator, psn_type: Strings, employers: int) -> Ints:
    size = 1 / (np.arange(employers) + 3.0) ** 0.7
    return np.where(np.char.startswith(psn_type, "11"), choose(rng, size, len(psn_type)), -1)


def _frailty(rng: np.random.Generator, age: Ints) -> Floats:
    by_age = np.interp(age, [0, 5, 15, 35, 60, 75, 99], [1.5, 1.3, 0.5, 0.6, 1.2, 2.0, 2.2])
    need: Floats = by_age * rng.lognormal(-0.3, 0.75, len(age))
    mean = float(need.mean())
    return need / mean


def _purses(rng: np.random.Generator, family: Ints, insutype: Strings) -> Ints:
    """Employees pay from their own account; four in ten of their relatives are bound to it."""
    n = len(family)
    own = np.where(insutype == "310", np.arange(n), -1)
    payer = np.full(int(family[-1]) + 1, -1)
    holders = np.flatnonzero(own >= 0)[::-1]
    payer[family[holders]] = holders
    return np.where((own < 0) & (rng.random(n) < 0.42), payer[family], own)


def _long_ills(rng: np.random.Generator, age: Ints) -> Ints:
    draw = rng.random(len(age))
    pressure, sugar = np.interp(age, [30, 60, 80], [0.02, 0.26, 0.4]), np.interp(age, [30, 60, 80], [0.01, 0.11, 0.15])
    heart, liver = np.interp(age, [40, 60, 80], [0.0, 0.06, 0.14]), np.where(age > 25, 0.015, 0.0)
    edges = np.cumsum([pressure, sugar, heart, liver], axis=0)
    return np.where(draw < edges[3], (draw[None, :] >= edges).sum(axis=0), -1)
