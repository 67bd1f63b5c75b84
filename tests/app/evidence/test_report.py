"""Printing: a character without a glyph is an error, and no word of a delivery is markup."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.evidence.printing import pdf
from app.evidence.report import Block, Report, Section
from app.words import CATALOGUE
from graph.errors import EnvironmentAtFault
from graph.rings import ROLES

NOTHING = {"nodes": [], "edges": [], "legend": {}, "caption": ""}
DAY = datetime(2026, 3, 1)


def printed(text: str) -> bytes:
    section = Section("一、疑点", (Block("text", text),))
    return pdf(Report("报告", text, (("姓名", text),), (section,), ("制作人",), "脱敏副本 · x"), NOTHING, DAY)


@pytest.mark.parametrize("role", ["subject", *ROLES])
def test_every_role_of_the_closed_list_is_called_by_a_chinese_word(role: str) -> None:
    assert not CATALOGUE[f"role.{role}"]["zh"].isascii()


def test_rare_characters_of_names_are_printed() -> None:
    assert printed("朱镕基 䶮㛃𬘡𫖯").startswith(b"%PDF-")


def test_a_character_without_a_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(EnvironmentAtFault, match="no glyph for \U00030000"):
        printed("王\U00030000")


@pytest.mark.parametrize(
    "text", ['#panic("run")', "$x", '#include "/etc/passwd"', "*", "_", "<a>", "@b", "\\", "`", "= x", "//", "/*", "[", "]", "{", '"']
)
def test_no_word_of_a_delivery_is_markup(text: str) -> None:
    assert printed(text).startswith(b"%PDF-")


def test_the_same_report_is_the_same_file() -> None:
    assert printed("甲") == printed("甲")
