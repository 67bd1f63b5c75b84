"""What do people fall ill of, who treats it and with what? A short list of common conditions, by our own judgement."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Ill:
    """A condition: weights are per age group (child, young, middle, old) and only compare conditions with each other."""

    code: str
    name: str
    dept: str
    clinic: tuple[float, float, float, float] = (0, 0, 0, 0)
    """How often it is seen by day, at clinics and pharmacies."""
    ward: tuple[float, float, float, float] = (0, 0, 0, 0)
    """How often it is admitted."""
    drugs: tuple[str, ...] = ()
    infusions: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    operation: str = ""
    days: float = 8.0
    sex: int = 0
    level: int = 1
    """Lowest level of institution that admits it (1 health centre, 2 county hospital, 3 city hospital)."""
    extra: tuple[str, ...] = ()
    """Goods that come with each day of the stay."""
    operated: float = 0.9
    """Share of the stays in which the operation is done."""
    icu: float = 0.0
    """Share of the stays that begin in intensive care, where there is one."""
    day: float = 0.0
    """Share of the operations that are done and left within a day (日间手术)."""


def _numbers(text: str) -> tuple[float, float, float, float]:
    child, young, middle, old = (float(part) for part in text.split())
    return child, young, middle, old


def _ill(row: Mapping[str, str]) -> Ill:
    drugs, infusions, tests, extra = (tuple(row[name].split()) for name in ("drugs", "infusions", "tests", "extra"))
    days, operated, icu, day = (float(row[name]) for name in ("days", "operated", "icu", "day"))
    return Ill(
        code=row["code"],
        name=row["name"],
        dept=row["dept"],
        clinic=_numbers(row["clinic"]),
        ward=_numbers(row["ward"]),
        drugs=drugs,
        infusions=infusions,
        tests=tests,
        operation=row["operation"],
        days=days,
        sex=int(row["sex"]),
        level=int(row["level"]),
        extra=extra,
        operated=operated,
        icu=icu,
        day=day,
    )


def _read() -> tuple[Ill, ...]:
    with (files(__package__) / "ills.csv").open(encoding="utf-8") as text:
        return tuple(_ill(row) for row in csv.DictReader(text))


ILLS = _read()

BY_CODE = {ill.code: number for number, ill in enumerate(ILLS)}
CHRONIC = ("I10.x00", "E11.900", "I25.100", "B18.100")
DEPARTMENTS = (
    "内科",
    "外科",
    "妇产科",
    "儿科",
    "骨科",
    "中医科",
    "神经内科",
    "肿瘤科",
    "眼科",
    "康复科",
    "肾内科",
    "全科",
    "急诊科",
    "药房",
    "护理部",
    "麻醉科",
    "检验科",
    "影像科",
    "重症医学科",
    "康复治疗室",
    "心内科",
    "呼吸内科",
    "消化内科",
    "耳鼻喉科",
    "皮肤科",
    "泌尿外科",
)
DEPT = {name: number for number, name in enumerate(DEPARTMENTS)}
