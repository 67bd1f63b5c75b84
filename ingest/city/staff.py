"""Who works where? Doctors by department, nurses and pharmacists, and the tills' operators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.city import names
from ingest.city.chance import Ints, Strings, digits, join, scramble, stream
from ingest.city.ills import DEPARTMENTS, DEPT
from ingest.city.period import DAY
from ingest.city.places import CLINIC, DIALYSIS, HEALTH_CENTRE, HOSPITAL, PHARMACY, Places

_WARDS = ("内科", "外科", "妇产科", "儿科", "骨科", "中医科", "神经内科", "肿瘤科", "眼科", "康复科", "肾内科", "急诊科")
_TEAMS = {HEALTH_CENTRE: ("全科", "中医科"), CLINIC: ("全科",), DIALYSIS: ("肾内科",), PHARMACY: ("药房",)}


@dataclass(frozen=True)
class Staff:
    """All staff as parallel arrays, sorted by institution and department; a person of staff is an index."""

    code: Strings
    name: Strings
    certno: Strings
    phone: Strings
    inst: Ints
    dept: Ints
    kind: Strings
    """1 doctor, 2 nurse, 3 pharmacist."""
    first: Ints
    """(institution, department) -> first member."""
    count: Ints
    """(institution, department) -> number of members."""

    def __len__(self) -> int:
        return len(self.code)

    def serve(self, rng: np.random.Generator, inst: Ints, dept: Ints, at: Ints) -> Ints:
        """A doctor on duty of that department (each has one free day a week); -1 where the department has none."""
        count = self.count[inst, dept]
        turn = rng.integers(0, 1 << 30, len(inst)) % np.maximum(count, 1)
        free = (turn + inst) % 7 == (at // DAY) % 7
        turn = np.where(free & (count > 1), (turn + 1) % np.maximum(count, 1), turn)
        return np.where(count > 0, self.first[inst, dept] + turn, -1)

    def department(self, places: Places, inst: Ints, dept: Ints) -> Ints:
        """The department that treats it there: hospitals have the specialty, small places a general one."""
        general = np.select([places.kind[inst] == PHARMACY, places.kind[inst] == DIALYSIS], [DEPT["药房"], DEPT["肾内科"]], DEPT["全科"])
        return np.where(self.count[inst, dept] > 0, dept, np.where(self.count[inst, general] > 0, general, DEPT["内科"]))


def _posts(places: Places, rng: np.random.Generator) -> list[tuple[int, int, str]]:
    posts = []
    for inst, kind in enumerate(places.kind.tolist()):
        wards = _WARDS if kind == HOSPITAL else _TEAMS[kind]
        if kind == HOSPITAL and places.rank[inst] == 1:
            wards = ("内科", "骨科", "中医科", "康复科", "外科")
        for ward in wards:
            team = {HOSPITAL: 2 + places.rank[inst] + places.beds[inst] // 60, HEALTH_CENTRE: 3, DIALYSIS: 3, PHARMACY: 2}.get(kind, 1)
            posts += [(inst, DEPT[ward], "3" if kind == PHARMACY else "1")] * int(team)
        nurses = int(places.beds[inst] // 3 + places.machines[inst] // 2)
        posts += [(inst, DEPT["护理部"], "2")] * nurses
    del rng
    return posts


def hire(seed: int, places: Places) -> Staff:
    """Fill every post."""
    rng = stream(seed, "staff")
    posts = sorted(_posts(places, rng))
    n = len(posts)
    inst, dept = np.array([post[0] for post in posts]), np.array([post[1] for post in posts])
    kind = np.array([post[2] for post in posts])
    count = np.zeros((len(places), len(DEPARTMENTS)), dtype=np.int64)
    np.add.at(count, (inst, dept), 1)
    first = (np.cumsum(count.ravel()) - count.ravel()).reshape(count.shape)
    birth = rng.integers(-3000, 11_000, n).astype("datetime64[D]").astype(str)
    serial = digits(scramble(np.arange(n), 19, seed + 5) + 1, 6)
    return Staff(
        code=join(np.select([kind == "2", kind == "3"], ["N", "HY"], "D"), names.AREA, "01", serial),
        name=names.persons(rng, n),
        certno=names.certificates(np.full(n, 8), np.char.replace(birth, "-", ""), rng.integers(1, 3, n), np.arange(n)),
        phone=names.phones(rng, n),
        inst=inst,
        dept=dept,
        kind=kind,
        first=first,
        count=count,
    )
