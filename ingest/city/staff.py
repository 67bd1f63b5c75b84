"""Who works where? Doctors by department, nurses, pharmacists and technicians, and the days on which they are away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingest.city import names
from ingest.city.chance import Bools, Ints, Strings, digits, join, scramble, stream
from ingest.city.ills import DEPARTMENTS, DEPT
from ingest.city.period import DAY, START, seconds
from ingest.city.places import CLINIC, DIALYSIS, HEALTH_CENTRE, HOSPITAL, PHARMACY, REHAB, Places

_WARDS = ("内科", "外科", "妇产科", "儿科", "骨科", "中医科", "神经内科", "肿瘤科", "眼科", "康复科", "肾内科", "急诊科")
_SERVICES = ("检验科", "影像科", "康复治疗室")
"""Departments that write reports or treat on a doctor's order."""
_SPECIALTIES = ("心内科", "呼吸内科", "消化内科", "耳鼻喉科", "皮肤科", "泌尿外科")
_TEAMS = {
    HEALTH_CENTRE: ("全科", "中医科", "检验科", "影像科"),
    CLINIC: ("全科",),
    DIALYSIS: ("肾内科",),
    PHARMACY: ("药房",),
    REHAB: ("康复科", "内科", "中医科", *_SERVICES),
}
_HOSPITAL_WARDS = {
    1: ("内科", "骨科", "中医科", "康复科", "外科", *_SERVICES),
    2: (*_WARDS, *_SPECIALTIES[:3], "麻醉科", *_SERVICES),
    3: (*_WARDS, *_SPECIALTIES, "麻醉科", "重症医学科", *_SERVICES),
}
_TECHNICIANS = ("检验科", "康复治疗室")
_LEAVES = 5
"""Absences drawn for each member of staff over the two years that a city can last."""


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
    """1 doctor, 2 nurse, 3 pharmacist, 4 technician."""
    first: Ints
    """(institution, department) -> first member."""
    count: Ints
    """(institution, department) -> number of members."""
    gone: Ints
    """(member, absence) -> first second of leave or travel."""
    back: Ints
    put_off: Bools
    """(member, absence): it stands in the roster, and was worked."""

    def __len__(self) -> int:
        return len(self.code)

    def away(self, member: Ints, at: Ints) -> Bools:
        """Was that member of staff on leave or on a journey? Nobody (-1) is never away."""
        who = np.maximum(member, 0)
        absent = (self.gone[who] <= at[:, None]) & (at[:, None] < self.back[who]) & ~self.put_off[who]
        found: Bools = absent.any(axis=1) & (member >= 0)
        return found

    def serve(self, rng: np.random.Generator, inst: Ints, dept: Ints, at: Ints) -> Ints:
        """A doctor on duty of that department (each has one free day a week); -1 where the department has none."""
        count = self.count[inst, dept]
        turn = rng.integers(0, 1 << 30, len(inst)) % np.maximum(count, 1)
        free = (turn + inst) % 7 == (at // DAY) % 7
        turn = np.where(free & (count > 1), (turn + 1) % np.maximum(count, 1), turn)
        for _ in range(int(count.max(initial=0))):  # who stands in may be away as well
            gone = self.away(np.where(count > 0, self.first[inst, dept] + turn, -1), at)
            if not gone.any():
                break
            turn = np.where(gone, (turn + 1) % np.maximum(count, 1), turn)
        return np.where(count > 0, self.first[inst, dept] + turn, -1)

    def member(self, inst: Ints, dept: str, pick: Ints, instead: Ints) -> Ints:
        """Somebody of a department, `pick` says who; `instead` where the place has no such department."""
        count = self.count[inst, DEPT[dept]]
        return np.where(count > 0, self.first[inst, DEPT[dept]] + pick % np.maximum(count, 1), instead)

    def department(self, places: Places, inst: Ints, dept: Ints) -> Ints:
        """The department that treats it there: hospitals have the specialty, small places a general one."""
        general = np.select([places.kind[inst] == PHARMACY, places.kind[inst] == DIALYSIS], [DEPT["药房"], DEPT["肾内科"]], DEPT["全科"])
        wide = np.array([DEPT[_WIDER.get(name, name)] for name in DEPARTMENTS])[dept]
        found = np.where(self.count[inst, dept] > 0, dept, wide)
        return np.where(self.count[inst, found] > 0, found, np.where(self.count[inst, general] > 0, general, DEPT["内科"]))


_WIDER = {
    "心内科": "内科",
    "呼吸内科": "内科",
    "消化内科": "内科",
    "重症医学科": "内科",
    "皮肤科": "内科",
    "耳鼻喉科": "外科",
    "泌尿外科": "外科",
}
"""A specialty and the department that treats its patients where there is none."""


def _posts(places: Places) -> list[tuple[int, int, str]]:
    posts = []
    for inst, kind in enumerate(places.kind.tolist()):
        wards = _HOSPITAL_WARDS[int(places.rank[inst])] if kind == HOSPITAL else _TEAMS[kind]
        for ward in wards:
            team = {HOSPITAL: 2 + places.rank[inst] + places.beds[inst] // 60, HEALTH_CENTRE: 3, DIALYSIS: 3, PHARMACY: 2, REHAB: 3}.get(
                kind, 1
            )
            if ward in _SERVICES:
                team = 2 + places.beds[inst] // (5 if ward == "康复治疗室" else 60)
            posts += [(inst, DEPT[ward], _trade(kind, ward))] * int(team)
        nurses = int(places.beds[inst] // 3 + places.machines[inst] // 2)
        posts += [(inst, DEPT["护理部"], "2")] * nurses
    return posts


def _trade(kind: str, ward: str) -> str:
    return "3" if kind == PHARMACY else "4" if ward in _TECHNICIANS else "1"


def _absences(rng: np.random.Generator, n: int) -> tuple[Ints, Ints]:
    """(gone, back): some two absences a year, three days to two weeks, by whole days."""
    day = seconds(START) // DAY + rng.integers(-20, 730, (n, _LEAVES))
    length = rng.choice([3, 4, 5, 7, 10, 14], (n, _LEAVES))
    return day * DAY, (day + length) * DAY


def _struck(gone: Ints, back: Ints, head: Ints) -> Ints:
    """`back` without the leaves that a department's head does not take because the second is away: somebody is always there."""
    own, others = (gone[head][:, :, None], back[head][:, :, None]), (gone[head + 1][:, None, :], back[head + 1][:, None, :])
    clash = ((own[0] < others[1]) & (others[0] < own[1])).any(axis=2)
    found = back.copy()
    found[head] = np.where(clash, gone[head], back[head])
    return found


def hire(seed: int, places: Places) -> Staff:
    """Fill every post."""
    rng = stream(seed, "staff")
    posts = sorted(_posts(places))
    n = len(posts)
    inst, dept = np.array([post[0] for post in posts]), np.array([post[1] for post in posts])
    kind = np.array([post[2] for post in posts])
    count = np.zeros((len(places), len(DEPARTMENTS)), dtype=np.int64)
    np.add.at(count, (inst, dept), 1)
    first = (np.cumsum(count.ravel()) - count.ravel()).reshape(count.shape)
    birth = rng.integers(-3000, 11_000, n).astype("datetime64[D]").astype(str)
    serial = digits(scramble(np.arange(n), 19, seed + 5) + 1, 6)
    gone, back = _absences(stream(seed, "absences"), n)
    back = _struck(gone, back, first[count > 1])
    return Staff(
        code=join(np.select([kind == "2", kind == "3", kind == "4"], ["N", "HY", "HJ"], "D"), names.AREA, "01", serial),
        name=names.persons(rng, n),
        certno=names.certificates(np.full(n, 8), np.char.replace(birth, "-", ""), rng.integers(1, 3, n), np.arange(n)),
        phone=names.phones(rng, n),
        inst=inst,
        dept=dept,
        kind=kind,
        first=first,
        count=count,
        gone=gone,
        back=back,
        put_off=np.zeros(gone.shape, dtype=bool),
    )
