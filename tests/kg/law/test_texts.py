"""Official texts: a folder is taken in whole or refused with every fault; words are quoted by number and by the day of the act."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph.errors import EnvironmentAtFault, InputAtFault
from graph.home import Home
from kg.law.texts import Texts, load

CITED = {"statute": "fund_reg", "article": "38", "paragraph": "1", "item": "1"}
HEAD = 'id = "{id}"\ntitle = "试验条例"\nshort_title = "条例"\neffective = "{day}"\n'
ARTICLE = """
[[article]]
no = "38"
text = "第一款。第二款。"
paragraphs = [{ no = "1", text = "PARAGRAPH" }, { no = "2", text = "SECOND" }]
items = [{ no = "1", paragraph = "1", text = "ITEM" }]
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").make()


def folder(tmp_path: Path, **files: str) -> Path:
    made = tmp_path / "law"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        (made / f"{name}.toml").write_text(text, encoding="utf-8")
    return made


def statute(words: str = "ITEM", day: str = "2021-05-01", name: str = "fund_reg", more: str = "") -> str:
    return HEAD.format(id=name, day=day) + more + ARTICLE.replace("ITEM", words)


def words(home: Home, on: date | None = None, **other: str | None) -> str | None:
    quote = Texts.open(home).quote({**CITED, **other}, on)
    return quote.text if quote else None


def test_an_item_a_paragraph_and_an_article_are_quoted_by_number(tmp_path: Path, home: Home) -> None:
    load(home, folder(tmp_path, a=statute()))

    assert words(home) == "ITEM"
    assert words(home, item=None) == "PARAGRAPH"
    assert words(home, item=None, paragraph=None) == "第一款。第二款。"
    assert words(home, item="9") is None
    assert words(home, article="99") is None


def test_the_wording_is_that_of_the_day_of_the_act(tmp_path: Path, home: Home) -> None:
    later = statute("LATER", day="2021-05-01", more='version = "2025-01-01"\n')
    load(home, folder(tmp_path, a=statute("FIRST"), b=later))

    assert words(home, date(2024, 12, 31)) == "FIRST"
    assert words(home, date(2025, 1, 1)) == "LATER"
    assert words(home, date(2021, 4, 30)) is None


def test_todays_wording_is_not_quoted_for_an_act_before_the_amendment(tmp_path: Path, home: Home) -> None:
    load(home, folder(tmp_path, sil=statute(day="2011-07-01", name="sil")))

    assert words(home, date(2019, 1, 1), statute="sil") == "ITEM"
    assert words(home, date(2016, 1, 1), statute="sil") is None


def test_an_old_wording_is_not_quoted_for_an_act_after_the_amendment(tmp_path: Path, home: Home) -> None:
    load(home, folder(tmp_path, sil=statute(day="2011-07-01", name="sil", more='version = "2011-07-01"\n')))

    assert words(home, date(2016, 1, 1), statute="sil") == "ITEM"
    assert words(home, date(2019, 1, 1), statute="sil") is None


def test_an_uncertain_number_is_never_quoted(tmp_path: Path, home: Home) -> None:
    rules = HEAD.format(id="fund_rules", day="2026-04-01") + '[[article]]\nno = "待核-01"\ntext = ""\nconfidence = "summary-only"\n'
    load(home, folder(tmp_path, rules=rules))

    assert words(home, statute="fund_rules", article=None, paragraph=None, item=None) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id = ", "no TOML"),
        ('id = "x"\n', "lacks title"),
        (statute().replace('"2021-05-01"', '"in May"'), "is no day"),
        (statute() + ARTICLE, "article 38 stands twice"),
        (statute().replace("第一款。第二款。", " "), "article 38: no text"),
        (statute().replace('no = "2"', 'no = "1"'), "two paragraphs bear one number"),
        (statute().replace('no = "38"', 'no = "待核-01"'), "under an uncertain number"),
    ],
)
def test_one_bad_file_refuses_the_folder_and_says_why(tmp_path: Path, home: Home, text: str, said: str) -> None:
    with pytest.raises(InputAtFault, match=said) as fault:
        load(home, folder(tmp_path, good=statute(), bad=text))

    assert "bad.toml" in fault.value.seen
    assert Texts.open(home).texts == ()


def test_two_files_of_one_version_are_refused(tmp_path: Path, home: Home) -> None:
    with pytest.raises(InputAtFault, match="both hold fund_reg"):
        load(home, folder(tmp_path, a=statute(), b=statute("OTHER")))


def test_a_folder_without_statutes_is_refused_and_other_toml_is_passed_over(tmp_path: Path, home: Home) -> None:
    with pytest.raises(InputAtFault, match="no statute"):
        load(home, folder(tmp_path, notes="[[pattern]]\nkey = 1\n"))
    loaded, passed_over = load(home, folder(tmp_path, a=statute()))

    assert [text.state for text in loaded] == ["new"]
    assert passed_over == ["notes.toml"]


def test_loading_again_says_whether_the_words_changed(tmp_path: Path, home: Home) -> None:
    load(home, folder(tmp_path, a=statute()))
    assert load(home, folder(tmp_path, a=statute()))[0][0].state == "unchanged"
    assert load(home, folder(tmp_path, a=statute("OTHER")))[0][0].state == "replaced"
    assert words(home) == "OTHER"


def test_a_changed_byte_in_the_home_shows(tmp_path: Path, home: Home) -> None:
    load(home, folder(tmp_path, a=statute()))
    stored = next(home.law.glob("*.toml"))
    stored.write_text(stored.read_text(encoding="utf-8").replace("ITEM", "EVIL"), encoding="utf-8")

    with pytest.raises(EnvironmentAtFault, match="was changed after it was loaded"):
        Texts.open(home)


def test_what_is_cited_and_not_loaded_is_named(tmp_path: Path, home: Home) -> None:
    assert CITED in Texts.open(home).lacking()
    load(home, folder(tmp_path, a=statute()))

    lacking = Texts.open(home).lacking()
    assert CITED not in lacking
    assert {**CITED, "item": "3"} in lacking
