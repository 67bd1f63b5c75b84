"""The form in which official texts are handed over: one TOML a statute, read whole or refused with every fault that it has."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg.law import STATUTES

_TOP = ("id", "title", "short_title", "effective", "article")
_UNCERTAIN = "待核"


@dataclass(frozen=True)
class Text:
    """The wording of one statute in one version."""

    id: str
    title: str
    short: str
    number: str
    version: date
    """Day from which this wording applies."""
    status: str
    articles: Mapping[str, Mapping[str, Any]]
    sha256: str

    def wording(self, article: str, paragraph: str = "", item: str = "") -> str:
        """The words of an article, paragraph or item; empty where the file has none of that number."""
        held = self.articles.get(article, {})
        parts: list[Mapping[str, Any]] = [held] if held else []
        if paragraph and (paragraphs := held.get("paragraphs")):
            parts = [p for p in paragraphs if p["no"] == paragraph]
        if item and (items := held.get("items")):
            parts = [i for i in items if i["no"] == item and i.get("paragraph", paragraph) == paragraph]
        return str(parts[0].get("text", "")).strip() if parts else ""


def is_statute(raw: Mapping[str, Any]) -> bool:
    """A file with neither an id nor articles is something else (a mapping, a note) and is passed over."""
    return "id" in raw or "article" in raw


def parse(path: Path) -> tuple[Text | None, list[str]]:
    """(the statute, what is wrong with it); (None, []) for a TOML that is no statute."""
    data = path.read_bytes()
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [f"no TOML in UTF-8 ({error})"]
    if not is_statute(raw):
        return None, []
    faults = [*_faults(raw)]
    return (None, faults) if faults else (_text(raw, hashlib.sha256(data).hexdigest()), [])


def _text(raw: Mapping[str, Any], sha256: str) -> Text:
    known = STATUTES.get(raw["id"])
    # a text that does not name its version is today's consolidated wording: it applies from the last amendment
    first = raw.get("version") or (known.amended[-1] if known and known.amended else raw["effective"])
    return Text(
        id=raw["id"],
        title=raw["title"],
        short=raw["short_title"],
        number=raw.get("number", ""),
        version=first if isinstance(first, date) else date.fromisoformat(first),
        status=raw.get("status", ""),
        articles={article["no"]: article for article in raw["article"]},
        sha256=sha256,
    )


def _faults(raw: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"lacks {name}" for name in _TOP if not raw.get(name))
    yield from (f"{name} = {raw[name]!r} is no day" for name in ("effective", "version") if raw.get(name) and not _is_day(raw[name]))
    yield from (f"{name} is no text" for name in ("id", "title", "short_title") if raw.get(name) and not isinstance(raw[name], str))
    articles = raw.get("article") or []
    if not isinstance(articles, list):
        yield "article is no list: write [[article]]"
        return
    seen: set[str] = set()
    for place, article in enumerate(articles, 1):
        number = article.get("no")
        if not number or not isinstance(number, str):
            yield f"article {place}: no is missing or no text"
            continue
        if number in seen:
            yield f"article {number} stands twice"
        seen.add(number)
        yield from (f"article {number}: {fault}" for fault in _article_faults(article))


def _article_faults(article: Mapping[str, Any]) -> Iterator[str]:
    text = article.get("text")
    if not isinstance(text, str) or (not text.strip() and article.get("confidence") != "summary-only"):
        yield "no text, and it is not marked summary-only"
    for kind in ("paragraphs", "items"):
        parts = article.get(kind, [])
        if not isinstance(parts, list) or not all(isinstance(p, dict) and isinstance(p.get("no"), str) and p.get("text") for p in parts):
            yield f"{kind} are not a list of {{no, text}}"
        elif len({(p.get("paragraph"), p["no"]) for p in parts}) < len(parts):
            yield f"two {kind} bear one number"
    if isinstance(article["no"], str) and article["no"].startswith(_UNCERTAIN) and isinstance(text, str) and text.strip():
        yield "official words under an uncertain number"


def _is_day(value: object) -> bool:
    try:
        return isinstance(value, date) or bool(date.fromisoformat(str(value)))
    except ValueError:
        return False
