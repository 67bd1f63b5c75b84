"""Limits that stand only in the free text of a published point: age bands, courses, spacings, exceptions."""

from __future__ import annotations

import re

_NUMBERING = re.compile(r"(?:(?<=[:：;；])|^)\d+\.(?=\d+岁|[^\d])")
"""`1.` of a list, which must not be read as a part of the age behind it."""
_BAND = re.compile(r"(\d+)岁?(?:至|-|~|－|—)(\d+)岁(以下)?")
_FROM = re.compile(r"(\d+)岁(?:及\d+岁)?以上")
_COURSE = re.compile(r"(?:不超过|最多支付)(\d+)(天|个月)")
_SPACING = re.compile(r"间隔时间不短于(\d+)天")
YEAR = 365
"""Days of a year or of twelve months; such a course counts from the first use, not in days of use."""


def age_band(note: str) -> tuple[int | None, int | None]:
    """(first year inside, first year outside) of the widest band that the text states; None where it states no such end."""
    text = _NUMBERING.sub("", note)
    bands = [(int(low), int(high) + (0 if below else 1)) for low, high, below in _BAND.findall(text)]
    if bands:
        return min(low for low, _ in bands), max(high for _, high in bands)
    above = [int(low) for low in _FROM.findall(text)]
    return (min(above), None) if above else (None, None)


def course_days(text: str) -> int | None:
    """The longest course that the text states, in days."""
    if "一年" in text:
        return YEAR
    found = [YEAR if unit == "个月" and n == "12" else int(n) * (30 if unit == "个月" else 1) for n, unit in _COURSE.findall(text)]
    return max(found, default=None)


def spacing_days(text: str) -> int | None:
    """The least number of days between two services."""
    if "每周最多" in text:
        return 7
    found = _SPACING.search(text)
    return int(found.group(1)) if found else None


def per_stay(text: str) -> bool:
    """Whether a course is counted within one stay."""
    return "单次住院" in text


def exception(kind: str, note: str) -> str | None:
    """What the text allows beyond the value: emergency care for inpatient drugs, eye hospitals of level two for drugs of level three,
    anybody for what follows a first prescription.
    """
    if kind == "drug_care_setting_limit" and "急诊" in note:
        return "emergency"
    if kind == "drug_institution_level_limit" and "二级及以上眼科专科医院" in note:
        return "eye_hospital_level_two"
    if kind == "drug_institution_level_limit" and "首次处方" in note:
        return "after_first_prescription"
    return None
