"""The fonts draw every Chinese name, rare ones included, and leave Chinese punctuation alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FONTS = Path(__file__).parents[3] / "app" / "assets" / "fonts"
FACES = re.findall(
    r'font-family:"([^"]+)".*?src:url\(([^)]+)\).*?unicode-range:([^}]+)\}', (FONTS / "fonts.css").read_text(encoding="utf-8")
)


def _holds(ranges: str, character: str) -> bool:
    point = ord(character)
    bounds = (part.removeprefix("U+").removeprefix("u+").partition("-") for part in ranges.split(","))
    return any(int(low, 16) <= point <= int(high or low, 16) for low, _, high in bounds)


def _file_of(character: str) -> str:
    """The slice a browser takes: the last rule that holds the character."""
    return [file for family, file, ranges in FACES if family == "Ringscope Sans" and _holds(ranges, character)][-1]


def test_each_rule_has_its_file_and_each_file_its_rule() -> None:
    assert sorted(file for _, file, _ in FACES) == sorted(p.name for p in FONTS.glob("*.woff2"))


@pytest.mark.parametrize("character", "医保张镕䶮㛃𬘡𫖯，。（）")
def test_every_name_is_drawn(character: str) -> None:
    assert _file_of(character).startswith("sc-")


@pytest.mark.parametrize("mark", "“”‘’…—·")
def test_chinese_marks_stay_chinese(mark: str) -> None:
    assert not _file_of(mark).startswith("inter")


def test_latin_and_digits_come_from_inter() -> None:
    assert {_file_of(c) for c in "Ringscope 0123456789-,.%"} == {"inter-latin.woff2"}


def test_each_family_brings_its_licence() -> None:
    assert all("SIL Open Font License" in p.read_text(encoding="utf-8") for p in FONTS.glob("OFL-*.txt"))
    assert len(list(FONTS.glob("OFL-*.txt"))) == 4
