"""What can be billed? Drugs, services and consumables: published codes as facts, our own well-formed codes, and prices of our own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np

from ingest.city.chance import Ints, Strings, mix

MADE_UP = "made up"

# use -> (low, high) yuan of one billed unit, charge type of 1.3 of the domain notes
_PRICES: Mapping[str, tuple[float, float, str]] = {
    "htn": (18, 46, "09"),
    "dm": (16, 60, "09"),
    "lipid": (22, 58, "09"),
    "heart": (18, 62, "09"),
    "dear": (110, 380, "09"),
    "cold": (12, 38, "09"),
    "abx": (14, 42, "09"),
    "gi": (15, 48, "09"),
    "pain": (18, 52, "09"),
    "skin": (14, 36, "09"),
    "tonic": (60, 320, "11"),
    "sleep_z": (20, 45, "11"),
    "gyn": (18, 55, "11"),
    "uro": (25, 78, "11"),
    "child": (14, 40, "11"),
    "birth": (30, 160, "09"),
    "onc_oral_m": (380, 1200, "09"),
    "onc_oral_f": (120, 420, "09"),
    "nutrition": (60, 180, "09"),
    "tcm_inj": (25, 95, "11"),
    "onc_tcm": (90, 220, "11"),
    "stroke_inj": (30, 120, "09"),
    "fluid": (3, 8, "09"),
    "inj_abx": (12, 75, "09"),
    "inj_gi": (15, 60, "09"),
    "inj_resp": (9, 40, "09"),
    "inj_neuro": (12, 60, "09"),
    "dial": (18, 90, "09"),
    "onc": (120, 900, "09"),
    "anaes": (40, 120, "09"),
    "herb": (0.03, 0.6, "10"),
    "bed": (20, 48, "01"),
    "bed_icu": (120, 180, "01"),
    "round": (12, 25, "02"),
    "visit": (6, 20, "02"),
    "visit_gp": (10, 12, "12"),
    "visit_em": (15, 22, "02"),
    "nurse1": (25, 40, "07"),
    "nurse2": (15, 25, "07"),
    "nurse3": (8, 14, "07"),
    "nurse_new": (20, 30, "07"),
    "nurse_extra": (6, 12, "07"),
    "em_watch": (80, 140, "05"),
    "icu": (180, 300, "05"),
    "rescue3": (180, 260, "05"),
    "rescue2": (90, 150, "05"),
    "infuse": (8, 16, "05"),
    "inject": (3, 6, "05"),
    "blood_draw": (3, 6, "05"),
    "oxygen": (24, 60, "05"),
    "nebul": (8, 15, "05"),
    "dressing": (15, 30, "05"),
    "phlegm": (15, 30, "05"),
    "nippv": (120, 240, "05"),
    "ecg_mon": (48, 96, "05"),
    "abpm": (80, 140, "03"),
    "spo2": (24, 48, "05"),
    "physio": (15, 40, "05"),
    "rehab": (25, 50, "05"),
    "rehab_eval": (40, 70, "05"),
    "tcm_acu": (20, 55, "05"),
    "tcm_patch": (20, 45, "05"),
    "tcm_mix": (8, 16, "05"),
    "chemo": (30, 60, "05"),
    "glu_bed": (8, 12, "04"),
    "stool": (4, 10, "04"),
    "stool_par": (4, 8, "04"),
    "lab_glu": (5, 10, "04"),
    "lab_hba1c": (45, 70, "04"),
    "lab_ogtt": (20, 40, "04"),
    "lab_k": (6, 12, "04"),
    "lab_na": (6, 12, "04"),
    "lab_ca": (6, 12, "04"),
    "cbc": (15, 25, "04"),
    "urine": (8, 15, "04"),
    "liver": (40, 70, "04"),
    "kidney": (25, 45, "04"),
    "coag": (50, 80, "04"),
    "crp": (18, 30, "04"),
    "ecg": (15, 25, "03"),
    "xray": (60, 90, "03"),
    "ct": (160, 260, "03"),
    "mri": (320, 480, "03"),
    "us": (90, 150, "03"),
    "lung": (60, 110, "03"),
    "lung_dil": (80, 140, "03"),
    "lung_prov": (120, 200, "03"),
    "lung_bed": (40, 70, "03"),
    "sleep": (220, 380, "03"),
    "eeg": (90, 160, "03"),
    "gastroscopy": (120, 220, "03"),
    "egv": (600, 900, "05"),
    "hd": (300, 420, "05"),
    "hp": (350, 500, "05"),
    "fx_splint": (120, 220, "05"),
    "fx_reduce": (150, 260, "05"),
    "analg": (60, 100, "05"),
    "anaes_mon": (30, 60, "05"),
    "art_bp": (60, 100, "05"),
    "consult_health": (5, 10, "12"),
    "home_round": (15, 30, "12"),
    "ext_fix": (20, 40, "05"),
    "op_birth": (900, 1500, "06"),
    "op_general": (800, 1800, "06"),
    "op_knee": (2200, 3500, "06"),
    "op_fracture": (1500, 2600, "06"),
    "op_polyp": (400, 700, "06"),
    "op_hernia": (700, 1300, "06"),
    "op_appendix": (700, 1300, "06"),
    "op_uro": (900, 1700, "06"),
    "op_ent": (1100, 2000, "06"),
    "op_coronary": (2600, 3600, "06"),
    "op_gyn": (1200, 2100, "06"),
    "day_package": (500, 900, "14"),
    "adm_package": (90, 180, "14"),
    "op_eye": (900, 1600, "06"),
    "op_anaes": (500, 900, "06"),
    "delivery": (500, 900, "06"),
    "c_infuse": (3, 18, "08"),
    "c_syringe": (0.6, 2, "08"),
    "c_dialyser": (90, 180, "08"),
    "c_fistula": (8, 20, "08"),
    "c_oxygen": (5, 15, "08"),
    "c_knee": (5200, 9500, "08"),
    "c_plate": (1400, 3800, "08"),
    "c_lens": (900, 2600, "08"),
    "c_stent": (700, 900, "08"),
    "c_mesh": (500, 1600, "08"),
    "c_dress": (8, 30, "08"),
    **dict.fromkeys(("one_alt", "one_ast", "one_tbil", "one_alb"), (20.0, 30.0, "04")),
    **dict.fromkeys(("one_crea", "one_urea", "one_ua"), (16.0, 24.0, "04")),
    **dict.fromkeys(("one_pt", "one_aptt", "one_ddi"), (28.0, 40.0, "04")),
}
_NOT_PAID = ("阿胶", "鹿茸口服液", "西洋参胶囊", "黄芪精", "入院评估套餐(本院)")
PHARMACY_USES = (
    "htn",
    "dm",
    "lipid",
    "heart",
    "dear",
    "cold",
    "abx",
    "gi",
    "pain",
    "skin",
    "tonic",
    "sleep_z",
    "gyn",
    "uro",
    "child",
    "onc_oral_m",
    "onc_oral_f",
)
"""What a pharmacy keeps on its shelves; each box carries a trace code."""
_FORMS = (
    ("片", "片剂", "片"),
    ("胶囊", "胶囊剂", "粒"),
    ("颗粒", "颗粒剂", "袋"),
    ("口服液", "口服溶液剂", "支"),
    ("丸", "丸剂", "丸"),
    ("注射", "注射剂", "支"),
    ("栓", "栓剂", "枚"),
)


def _list_type(code: str) -> str:
    return {"X": "101", "Z": "101", "T": "102", "C": "301"}.get(code[0], "201")


@dataclass(frozen=True)
class Goods:
    """Everything that has a code, as parallel arrays; an item is an index into them."""

    code: Strings
    name: Strings
    use: Strings
    limit: Strings
    made_up: Strings

    @cached_property
    def uses(self) -> Mapping[str, Ints]:
        """Items by use."""
        return {use: np.flatnonzero(self.use == use) for use in sorted(set(self.use.tolist()))}

    @cached_property
    def price(self) -> Ints:
        """List price of one unit in millionths of a yuan."""
        share = (mix(np.arange(len(self.code)), 77) % 1000) / 1000
        low, high = (np.array([_PRICES[use][end] for use in self.use.tolist()]) for end in (0, 1))
        yuan = low + (high - low) * share**1.5
        digits = np.where(self.list_type == "102", 4, 2)
        return np.array([round(value, int(d)) * 1_000_000 for value, d in zip(yuan, digits, strict=True)]).round().astype(np.int64)

    @cached_property
    def list_type(self) -> Strings:
        return np.array([_list_type(code) for code in self.code.tolist()])

    @cached_property
    def charge_type(self) -> Strings:
        return np.array([_PRICES[use][2] for use in self.use.tolist()])

    @cached_property
    def level(self) -> Strings:
        """Payment class 01 (whole), 02 (a tenth by the patient first), 03 (not paid)."""
        second = mix(np.arange(len(self.code)), 5) % 100 < 45
        level = np.where(np.isin(self.list_type, ["101", "301"]) & second, "02", "01")
        return np.where(np.isin(self.name, _NOT_PAID), "03", level)

    @cached_property
    def selfpay(self) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        return np.select([self.level == "02", self.level == "03"], [0.1, 1.0], 0.0)

    @cached_property
    def boxed(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Drugs that leave in a box with a trace code."""
        return np.isin(self.use, PHARMACY_USES)

    @cached_property
    def form(self) -> Strings:
        return np.array([next((form for mark, form, _ in _FORMS if mark in name), "") for name in self.name.tolist()])

    @cached_property
    def spec(self) -> Strings:
        """Pack, of our own: tablets a box and the like."""
        packs = (7, 10, 12, 14, 20, 24, 28, 30, 36)
        spec = []
        for number, name in enumerate(self.name.tolist()):
            unit = next((unit for mark, _, unit in _FORMS if mark in name), "")
            spec.append(f"{packs[int(mix(number, 9)) % len(packs)]}{unit}/盒" if unit and self.boxed[number] else unit)
        return np.array(spec)

    def one(self, use: str) -> int:
        """The first item of a use."""
        return int(self.uses[use][0])

    def coded(self, code: str) -> int:
        return int(np.flatnonzero(self.code == code)[0])


def read() -> Goods:
    """The catalogue of codes.csv."""
    with (files(__package__) / "codes.csv").open(encoding="utf-8") as text:
        table = list(csv.DictReader(text))
    column = {name: np.array([row[name] for row in table]) for name in ("code", "name", "use", "limit", "source")}
    return Goods(column["code"], column["name"], column["use"], column["limit"], column["source"])
