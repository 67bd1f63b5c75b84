"""Every word on the screen comes from the catalogue (app/words.py), in Chinese or in English; this module chooses and escapes it."""

from __future__ import annotations

import re
from html import escape
from typing import cast, get_args

import streamlit as st

from app.words import CATALOGUE, Lang


def language() -> Lang:
    """The session's language; the address's `?lang=` decides when the session begins."""
    if "lang" not in st.session_state:
        asked = st.query_params.get("lang", "zh")
        st.session_state["lang"] = asked if asked in get_args(Lang) else "zh"
    return cast(Lang, st.session_state["lang"])


def t(key: str, **values: object) -> str:
    """The words of `key` in the session's language, as plain text."""
    return CATALOGUE[key][language()].format(**values)


def known(key: str, otherwise: str) -> str:
    """The words of `key`, or `otherwise` where the catalogue has none: for values that come from data."""
    return t(key) if key in CATALOGUE else otherwise


def either(zh: str, en: str) -> str:
    """The one of two texts that the session reads."""
    return zh if language() == "zh" else en


def esc(text: object) -> str:
    """Text for HTML: whatever a delivery holds is shown, never run."""
    return escape("" if text is None else str(text))


def rich(text: str) -> str:
    """HTML of a text whose `**parts**` are bold."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", esc(text))


_ZH = "元|%|人|名|枚|盒|次|行|家|张|例|条|笔|天|夜|晚"
_EN = "yuan|persons?|people|boxes|rows|card holders|cards?|trace codes|codes|stays|visits|lines|institutions"
_FIGURE = re.compile(rf"(?<![A-Za-z\d\-/.年月第])(\d[\d,]*(?:\.\d+)?(?:\s?(?:{_ZH}|{_EN}))?)(?![A-Za-z\d\-/]|\s?[年月日])")
"""A number with its unit, but no part of a date or of a code."""
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})")


def sentence(text: str) -> str:
    """HTML of an allegation: its figures are bold, its dates are not and stay on one line."""
    return _DATE.sub(r'<span class="whole">\1</span>', _FIGURE.sub(r"<b>\1</b>", esc(text)))


def yuan(fen: int | None) -> str:
    """Fen as yuan with two decimals and thousands separators; a dash when unknown."""
    return "—" if fen is None else f"{fen / 100:,.2f}"


def short_yuan(fen: int | None) -> str:
    """Yuan for previews: ten thousands in Chinese, thousands in English."""
    if fen is None:
        return "—"
    value = fen / 100
    if language() == "zh":
        return f"{value / 10_000:,.2f} 万" if value >= 10_000 else f"{value:,.0f}"  # noqa: RUF100 - 万 is the unit itself
    return f"{value / 1000:,.1f}k" if value >= 1000 else f"{value:,.0f}"
