"""What does a laboratory measure for each test, and how high is it? Reference values of common knowledge, per person, ill and sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from ingest.city.chance import Floats, Ints, Strings, mix
from ingest.city.ills import ILLS


@dataclass(frozen=True)
class Analyte:
    """One measured value: its median, spread between and within persons (log scale), decimals (-1 = a grade, -2 = a blood group)."""

    name: str
    unit: str
    median: float
    between: float
    within: float
    decimals: int
    raised: tuple[tuple[str, float], ...] = ()
    """Beginning of an ill's code -> factor."""


_INFLAMED = (("J", 1.45), ("A", 1.8), ("K35", 1.9), ("K81", 1.7), ("N73", 1.3))
_KIDNEY, _SUGAR, _LIVER, _CHEMO = (("N18", 9.0),), (("E11", 1.75),), (("B18", 2.6), ("K81", 1.5)), (("Z51", 0.6),)

_PANELS: Mapping[str, tuple[Analyte, ...]] = {
    "cbc": (
        Analyte("白细胞计数", "10^9/L", 6.3, 0.2, 0.1, 2, (*_INFLAMED, *_CHEMO)),
        Analyte("血红蛋白", "g/L", 134, 0.09, 0.03, 0, (("N18", 0.75), ("Z51", 0.85))),
        Analyte("血小板计数", "10^9/L", 212, 0.22, 0.08, 0, _CHEMO),
        Analyte("中性粒细胞百分比", "%", 59, 0.1, 0.07, 1, (("J18", 1.25), ("A", 1.3), ("K35", 1.35))),
    ),
    "crp": (Analyte("C反应蛋白", "mg/L", 2.4, 0.6, 0.3, 1, (("J", 9.0), ("A", 22.0), ("K35", 16.0), ("K81", 12.0), ("N73", 5.0))),),
    "liver": (
        Analyte("丙氨酸氨基转移酶", "U/L", 21, 0.35, 0.15, 0, _LIVER),
        Analyte("天门冬氨酸氨基转移酶", "U/L", 23, 0.28, 0.13, 0, _LIVER),
        Analyte("总胆红素", "umol/L", 11.8, 0.3, 0.15, 1, (("P59", 14.0), ("K81", 1.8), ("B18", 1.5))),
        Analyte("白蛋白", "g/L", 42, 0.07, 0.03, 1, (("A41", 0.75), ("N18", 0.88))),
    ),
    "kidney": (
        Analyte("肌酐", "umol/L", 68, 0.2, 0.06, 0, _KIDNEY),
        Analyte("尿素", "mmol/L", 5.2, 0.22, 0.12, 2, (("N18", 4.0),)),
        Analyte("尿酸", "umol/L", 318, 0.22, 0.07, 0, (("N18", 1.3),)),
    ),
    "coag": (
        Analyte("凝血酶原时间", "s", 11.8, 0.06, 0.03, 1),
        Analyte("活化部分凝血活酶时间", "s", 29.5, 0.08, 0.04, 1),
        Analyte("D-二聚体", "mg/L", 0.32, 0.5, 0.3, 2, (("A41", 6.0), ("S72", 5.0), ("I63", 1.8))),
        Analyte("ABO血型", "", 1, 0, 0, -2),  # drawn before an operation, with the same tube
    ),
    "lab_glu": (Analyte("葡萄糖", "mmol/L", 5.2, 0.1, 0.08, 2, _SUGAR),),
    "glu_bed": (Analyte("末梢血糖", "mmol/L", 6.1, 0.12, 0.2, 1, _SUGAR),),
    "lab_hba1c": (Analyte("糖化血红蛋白", "%", 5.6, 0.07, 0.02, 1, (("E11", 1.45),)),),
    "lab_ogtt": (Analyte("餐后2小时血糖", "mmol/L", 7.2, 0.2, 0.1, 2, _SUGAR),),
    "lab_k": (Analyte("钾", "mmol/L", 4.1, 0.06, 0.05, 2, (("N18", 1.25), ("A09", 0.9))),),
    "lab_na": (Analyte("钠", "mmol/L", 140.2, 0.012, 0.01, 1),),
    "lab_ca": (Analyte("钙", "mmol/L", 2.31, 0.04, 0.025, 2, (("N18", 0.9),)),),
    "urine": (
        Analyte("尿蛋白", "", 0.5, 0.5, 0.4, -1, (("N18", 6.0), ("E11", 2.0))),
        Analyte("尿白细胞", "", 0.5, 0.5, 0.5, -1, (("N20", 2.5), ("N73", 2.5))),
        Analyte("尿比重", "", 1.017, 0.003, 0.003, 3),
    ),
    "stool": (Analyte("粪便白细胞", "", 0.5, 0.4, 0.4, -1, (("A09", 5.0),)),),
    "stool_par": (Analyte("寄生虫卵", "", 0.3, 0.2, 0.2, -1),),
}
SINGLES: Mapping[str, tuple[str, ...]] = {
    "liver": ("one_alt", "one_ast", "one_tbil", "one_alb"),
    "kidney": ("one_crea", "one_urea", "one_ua"),
    "coag": ("one_pt", "one_aptt", "one_ddi"),
}
"""Panels with one price whose values can also be asked for one by one, in the order of the panel."""
ANALYTES: Mapping[str, tuple[Analyte, ...]] = {
    **_PANELS,
    **{one: (_PANELS[panel][at],) for panel, ones in SINGLES.items() for at, one in enumerate(ones)},
}
TUBES: Mapping[str, int] = {"cbc": 0, "glu_bed": 4, **dict.fromkeys(("coag", *SINGLES["coag"]), 1), "urine": 2, "stool": 3, "stool_par": 3}
"""Which tests share a sample; all others are done from one tube of serum (5)."""
_GRADES = np.array(["阴性", "±", "1+", "2+", "3+"])
_GROUPS, _GROUP_SHARES = np.array(["O", "A", "B", "AB"]), np.array([0.33, 0.61, 0.9])
_MISTYPED = 0.001
"""Blood groups entered wrongly."""


def values(rng: np.random.Generator, one: Analyte, psn: Ints, ill: Ints) -> Strings:
    """What is measured: a person keeps to his own level, every sample differs a little."""
    if one.decimals == -2:
        return _groups(rng, psn)
    own = ndtri((mix(psn, len(one.name) * 131 + int(one.median * 100), 23) % 9973 + 1) / 9975)
    factor = np.array([next((f for head, f in one.raised if kind.code.startswith(head)), 1.0) for kind in ILLS])[ill]
    level = one.median * factor ** rng.uniform(0.55, 1.1, len(psn)) * np.exp(one.between * own + one.within * rng.standard_normal(len(psn)))
    return _graded(level) if one.decimals < 0 else np.char.mod(f"%.{one.decimals}f", level)


def _groups(rng: np.random.Generator, psn: Ints) -> Strings:
    """A person's blood group is the same for life, whatever is typed."""
    born = np.searchsorted(_GROUP_SHARES, mix(psn, 71) % 1000 / 1000)
    return _GROUPS[(born + (rng.random(len(psn)) < _MISTYPED)) % 4]


def _graded(level: Floats) -> Strings:
    return _GRADES[np.digitize(level, [1.0, 1.6, 2.6, 4.0])]
