"""Every word on the screen stands in the catalogue, in both languages, and is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from app.widgets.text import sentence
from app.words import CATALOGUE

ROOT = Path(__file__).parents[3] / "app"
SOURCES = [ROOT / "main.py", *sorted((ROOT / "views").glob("*.py")), *sorted((ROOT / "widgets").glob("*.py"))]
HAN = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef]")
DATA = {"text.py", "queue.py"}
"""Modules that match Chinese sentences (units, 疑似): patterns to look for, not words to show."""


def _strings(path: Path) -> list[tuple[int, str]]:
    """String literals of a module, docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = [n for n in ast.walk(tree) if isinstance(n, ast.Module | ast.FunctionDef | ast.ClassDef)]
    said = {id(e.value) for n in nodes for e in n.body if isinstance(e, ast.Expr)}
    return [(n.lineno, n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in said]


@pytest.mark.parametrize("key", sorted(CATALOGUE))
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    words = CATALOGUE[key]
    fields = [sorted(name for _, name, _, _ in Formatter().parse(words[lang]) if name) for lang in ("zh", "en")]

    assert set(words) == {"zh", "en"}
    assert all(words.values())
    assert fields[0] == fields[1]
    assert not HAN.search(words["en"]) or key.startswith("letter.")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_no_page_writes_chinese_of_its_own(path: Path) -> None:
    allowed = {"中文", " 万"} | ({text for _, text in _strings(path)} if path.name in DATA else set())

    assert [(line, text) for line, text in _strings(path) if HAN.search(text) and text not in allowed] == []


def _asked() -> tuple[set[str], set[str]]:
    """(whole keys, prefixes) that the pages ask the catalogue for."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    whole = set(re.findall(r"""\b(?:t|known)\(\s*["']([a-z_]+\.[a-zA-Z_0-9]+)["']""", text))
    whole |= set(re.findall(r"""t\("([a-z]+\.[a-z_]+)" if """, text)) | set(re.findall(r"""else "([a-z]+\.[a-z_]+)"\)""", text))
    return whole, set(re.findall(r"""\b(?:t|known)\(f?["']([a-z_]+\.[a-z_]*)(?:\{|["'] \+)""", text))


def test_every_key_that_is_asked_for_exists() -> None:
    whole, prefixes = _asked()

    assert whole - set(CATALOGUE) == set()
    assert [prefix for prefix in prefixes if not any(key.startswith(prefix) for key in CATALOGUE)] == []


def test_every_key_is_used() -> None:
    whole, prefixes = _asked()

    assert [key for key in CATALOGUE if key not in whole and not key.startswith(tuple(prefixes))] == []


def test_figures_of_an_allegation_are_bold_and_dates_and_codes_are_not() -> None:
    assert sentence("第1人民医院第44店 412 枚追溯码，2026-03-02 至 3 月 9 日，群体 21ba8cec6e172a50") == (
        '第1人民医院第44店 <b>412 枚</b>追溯码，<span class="whole">2026-03-02</span> 至 3 月 9 日，群体 21ba8cec6e172a50'
    )


def test_an_allegation_is_shown_and_never_run() -> None:
    assert "<script>" not in sentence("仁<script>alert(1)</script>堂药店 3 行")
