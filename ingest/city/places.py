"""Where are people treated, and where do they buy? Institutions, their beds and machines, and who lives near what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ingest.city import names
from ingest.city.chance import Bools, Floats, Ints, Strings, digits, join, scramble, stream
from ingest.city.people import Land

HOSPITAL, HEALTH_CENTRE, CLINIC, PHARMACY, DIALYSIS = "hospital", "health_centre", "village_clinic", "pharmacy", "dialysis_centre"
REHAB = "rehab_hospital"


@dataclass(frozen=True)
class Places:
    """All institutions as parallel arrays; an institution is an index into them."""

    code: Strings
    name: Strings
    kind: Strings
    rank: Ints
    """0 shop or clinic, 1 primary, 2 county level, 3 city level."""
    hosp_lv: Strings
    area: Ints
    lnt: Floats
    lat: Floats
    beds: Ints
    machines: Ints
    chain: Ints
    """Pharmacy chain, -1 = on its own."""
    private: Bools
    has_faces: Bools
    """Sends face checks."""
    pays_outpatient: Bools
    """A pharmacy where the pooled fund pays too (门诊统筹)."""
    all_night: Bools
    phone: Strings
    account: Strings
    legal: Strings
    legal_certno: Strings
    uscc: Strings
    address: Strings

    def __len__(self) -> int:
        return len(self.code)

    @cached_property
    def inpatient(self) -> Ints:
        return np.flatnonzero(self.beds > 0)

    @cached_property
    def dialysis(self) -> Ints:
        return np.flatnonzero(self.machines > 0)

    @cached_property
    def scanner(self) -> Ints:
        """The largest machine for pictures: 0 X-ray, 1 computed tomography, 2 magnetic resonance too."""
        return np.select([(self.kind == HOSPITAL) & (self.rank >= 2), self.kind == HOSPITAL], [2, 1], 0)

    def of(self, *kinds: str) -> Ints:
        """Institutions of some kinds."""
        return np.flatnonzero(np.isin(self.kind, kinds))


def _kinds(persons: int, land: Land, rng: np.random.Generator) -> tuple[Strings, Ints, Ints]:
    """(kind, rank, area) of every institution."""
    rural = np.flatnonzero(land.rural)
    hospitals, centres = max(9, -(-persons // 2700)), max(6, round(persons / 4500))
    shops, dialysis, rehab = max(26, round(persons / 750)), max(2, round(persons / 8300)), max(2, round(persons / 8300))
    # a third of the hospitals of each rank: a peer group needs a dozen members among 100,000 persons
    rank = 3 - np.arange(hospitals) * 3 // hospitals
    kind = (
        [HOSPITAL] * hospitals
        + [HEALTH_CENTRE] * centres
        + [CLINIC] * len(rural)
        + [PHARMACY] * shops
        + [DIALYSIS] * dialysis
        + [REHAB] * rehab
    )
    ranks = np.concatenate([rank, np.ones(centres), np.zeros(len(rural) + shops), np.ones(dialysis + rehab)]).astype(np.int64)
    free = rng.integers(0, len(land), hospitals + centres + shops + dialysis + rehab)
    area = np.concatenate([free[: hospitals + centres], rural, free[hospitals + centres :]])
    return np.array(kind), ranks, area


def _titles(rng: np.random.Generator, kind: Strings, rank: Ints, land: Land, area: Ints, chain: Ints) -> Strings:
    n = len(kind)
    town = np.array(names.TOWN_NAMES)[land.town[area] % len(names.TOWN_NAMES)]
    word = np.array(names.PLACE_WORDS)
    own = word[rng.permutation(n) % len(word)]
    number = digits(np.arange(n) % 97 + 1, 1)
    chains = join(word[np.maximum(chain, 0) % len(word)], "大药房", town, "第", number, "店")
    hospital = np.select(
        [rank == 3, rank == 2], [join("示范市第", number, "人民医院"), join(town, "县级", own, "医院")], join(town, own, "医院")
    )
    return np.select(
        [kind == HOSPITAL, kind == HEALTH_CENTRE, kind == CLINIC, kind == DIALYSIS, kind == REHAB, chain >= 0],
        [
            hospital,
            join(town, "镇中心卫生院", number),
            join(land.name[area], "卫生室"),
            join(town, own, "血液透析中心"),
            join(town, own, "康复医院"),
            chains,
        ],
        join(town, own, "药店"),
    )


def _beds(rng: np.random.Generator, persons: int, kind: Strings, rank: Ints) -> Ints:
    """Approved beds, for a district in which some 0.6% of the people lie in hospital on a day."""
    weight = np.select(
        [rank == 3, (kind == HOSPITAL) & (rank == 2), kind == HOSPITAL, kind == HEALTH_CENTRE, kind == REHAB],
        [9.0, 6.0, 2.5, 1.6, 2.2],
        0.0,
    )
    weight = weight * rng.uniform(0.7, 1.3, len(kind))
    return np.where(weight > 0, np.maximum(12, np.ceil(weight / weight.sum() * persons * 0.0125 / 3) * 3), 0).astype(np.int64)


def build(seed: int, persons: int, land: Land) -> Places:
    """Put the district's institutions on the map."""
    rng = stream(seed, "places")
    kind, rank, area = _kinds(persons, land, rng)
    n = len(kind)
    chain = np.where((kind == PHARMACY) & (rng.random(n) < 0.45), rng.integers(0, max(3, n // 60), n), -1)
    beds = _beds(rng, persons, kind, rank)
    units = np.flatnonzero((kind == HOSPITAL) & (rank >= 2))
    machines = np.where(kind == DIALYSIS, 1, 0)
    machines[units[: max(3, len(units) // 2)]] = 1
    machines = machines * np.ceil(persons * 0.0034 / 4 / max(1, machines.sum()) * rng.uniform(1.2, 1.8, n) + 3).astype(np.int64)
    letter = np.where(kind == PHARMACY, "P", "H")
    private = np.isin(kind, (PHARMACY, DIALYSIS, REHAB)) | ((kind == HOSPITAL) & (rank == 1))
    return Places(
        code=join(letter, names.AREA, "01", digits(rng.permutation(99_000)[:n] + 500, 5)),
        name=_titles(rng, kind, rank, land, area, chain),
        kind=kind,
        rank=rank,
        hosp_lv=np.select([rank == 3, rank == 2, beds > 0], ["02", "05", "08"], "11"),
        area=area,
        lnt=land.lnt[area] + rng.normal(0, 0.006, n),
        lat=land.lat[area] + rng.normal(0, 0.006, n),
        beds=beds,
        machines=machines,
        chain=chain,
        private=private,
        has_faces=(beds > 0) & (rng.random(n) < 0.8) | (machines > 0),
        pays_outpatient=(kind == PHARMACY) & (rng.random(n) < 0.45),
        all_night=(kind == PHARMACY) & (rng.random(n) < 0.06),
        phone=names.desk_phones(rng, n),
        account=names.accounts(rng, n),
        legal=names.persons(rng, n),
        legal_certno=_legal_certificates(rng, n),
        uscc=np.array(names.social_credit_codes(scramble(np.arange(n), 22, seed))),
        address=join(land.name[area], "街道", digits(rng.integers(1, 300, n), 1), "号"),
    )


def _legal_certificates(rng: np.random.Generator, n: int) -> Strings:
    birth = (rng.integers(-8000, 8000, n)).astype("datetime64[D]").astype(str)
    return names.certificates(np.full(n, 9), np.char.replace(birth, "-", ""), rng.integers(1, 3, n), np.arange(n))


@dataclass(frozen=True)
class Habits:
    """Which institutions each person usually goes to."""

    shops: Ints
    """(person, 3): pharmacies near home, the usual one first."""
    clinic: Ints
    centre: Ints
    hospitals: Ints
    """(person, 3): county hospital, private hospital, city hospital."""
    dialysis: Ints
    rehab: Ints


def habits(seed: int, land: Land, places: Places, area: Ints) -> Habits:
    """Near places are chosen more often; chance decides between near ones."""
    rng = stream(seed, "habits")
    span = np.hypot(land.lnt[:, None] - places.lnt[None, :], land.lat[:, None] - places.lat[None, :])
    pull = np.array([{3: 6.0, 2: 2.0}.get(int(r), 1.0) for r in places.rank])

    def near(members: Ints, reach: float) -> Ints:
        weights = pull[members][None, :] * np.exp(-span[:, members] / reach) + 1e-9
        edges = np.cumsum(weights, axis=1)
        draw = rng.random(len(area)) * edges[area, -1]
        chosen: Ints = members[np.minimum((draw[:, None] >= edges[area]).sum(axis=1), len(members) - 1)]
        return chosen

    shops = np.stack([near(places.of(PHARMACY), reach) for reach in (0.02, 0.03, 0.06)], axis=1)
    hospital = places.of(HOSPITAL)
    wards = [hospital[places.rank[hospital] == rank] for rank in (2, 1, 3)]
    return Habits(
        shops=shops,
        clinic=near(places.of(CLINIC), 0.01),
        centre=near(places.of(HEALTH_CENTRE), 0.03),
        hospitals=np.stack([near(ward, 0.15) for ward in wards], axis=1),
        dialysis=near(places.dialysis, 0.1),
        rehab=near(places.of(REHAB), 0.15),
    )


def tills(places: Places, inst: Ints, rng: np.random.Generator) -> Ints:
    """The till or window that served: two at a pharmacy, one at a clinic, six at a hospital."""
    count = np.select([places.kind[inst] == PHARMACY, places.kind[inst] == CLINIC], [2, 1], 6)
    till: Ints = rng.integers(0, 60, len(inst)) % count + 1
    return till
