"""Blocks of a page: HTML in the room's look, the top bar, tags, icons, columns that stack on a narrow screen."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.widgets.text import esc, language, rich, t

Tone = Literal["", "accent", "ok", "warn", "bad"]


def html(body: str) -> None:
    """Put `body` on the page in the room's look; whoever builds it escapes what came from data."""
    st.html(f'<div class="rs" lang="{language()}">{body}</div>')


def el(name: str, *inner: str, kind: str = "", tip: str = "", style: str = "") -> str:
    """One HTML element: `inner` is HTML, `kind` its class, `tip` its definition for the pointer and the screen reader."""
    said = "".join(f' {key}="{esc(value)}"' for key, value in (("class", kind), ("title", tip), ("style", style)) if value)
    return f"<{name}{said}>{''.join(inner)}</{name}>"


def icon(name: str, size: int = 16) -> str:
    """A lucide icon in the colour of the text around it."""
    return f'<i class="icon" aria-hidden="true" style="width:{size}px;height:{size}px;--icon:url(/room/icons/{name}.svg)"></i>'


def tag(text: str, tone: Tone = "", tip: str = "") -> str:
    """A state in a word or two; `tip` is its definition."""
    return el("span", esc(text), kind=f"tag {tone}".strip(), tip=tip)


def heading(text: str, note: str = "") -> str:
    """A section's title with its caption."""
    return el("h2", esc(text), " ", el("small", rich(note)))


def badge(family: str, name: str) -> str:
    """The small mark of a node kind, as on the canvas."""
    return el("span", icon(name, 10), kind=f"badge {family}")


def table(headers: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """An HTML table; `headers` are (title, class), cells are HTML."""
    head = "".join(el("th", esc(title), kind=kind) for title, kind in headers)
    lines = ("".join(el("td", cell, kind=kind) for (_, kind), cell in zip(headers, row, strict=True)) for row in rows)
    body = "".join(el("tr", line) for line in lines)
    return el("div", el("table", el("thead", el("tr", head)), el("tbody", body), kind="t"), kind="wide")


def card(title: str, lines: Sequence[str], *, mark: str = "circle-alert", tone: str = "warn") -> str:
    """A state in our own words: what was seen, what to do. `lines` are HTML."""
    return el("div", el("h2", icon(mark), " ", esc(title)), *(el("p", line) for line in lines), kind=f"card {tone}")


def bar(crumbs: Sequence[tuple[str, str]], facts: Sequence[str]) -> None:
    """The top bar: where we are, and on which delivery, run and graph everything below rests. `crumbs` are (title, address or nothing)."""
    *before, (here, _) = crumbs
    links = "".join(f"{_crumb(title, address)} <span class='sep'>/</span> " for title, address in before)
    right = '<span class="sep">|</span>'.join(f"<span>{fact}</span>" for fact in facts)
    html(f'<div class="rs-bar"><span>{links}<b>{esc(here)}</b></span><span class="gap"></span>{right}</div>')


def _crumb(title: str, address: str) -> str:
    return f'<a href="{address}?lang={language()}" target="_self">{esc(title)}</a>' if address else esc(title)


def split(key: str, ratio: Sequence[float], gap: Literal["small", "medium", "large"] = "medium") -> list[DeltaGenerator]:
    """Columns that stack below 1180 px; what must be weighed side by side is no split but plain columns."""
    with st.container(key=f"split-{key}"):
        return st.columns(ratio, gap=gap)


def glyphs(texts: Iterable[object]) -> None:
    """Ask the browser for the font slices a canvas table is about to need: canvas text is drawn once and would keep its empty boxes."""
    han = "".join(sorted({c for text in texts for c in str(text) if ord(c) > 0x2E7F}))
    with st.container(key=f"glyphs-{zlib.crc32(han.encode())}"):
        st.html(f'<span aria-hidden="true" style="font-size:13px">{esc(han)}<b style="font-weight:600">{esc(han)}</b></span>')


@contextmanager
def guarded(where: str) -> Iterator[None]:
    """Whatever goes wrong inside becomes our card with a number, and the number stands in the log beside the traceback."""
    try:
        yield
    except Exception:  # the last door: a reader never sees a traceback
        html(card(t("trouble.title"), [rich(t("trouble.line", number=logged(where)))]))


def logged(where: str) -> str:
    """Log the exception in hand; answers the number under which it stands in the log."""
    number = uuid4().hex[:8]
    logging.getLogger("ringscope.room").exception("%s failed, number %s", where, number)
    return number
