"""The room's own font slices, as a stylesheet with the fonts inside: only those that hold a character of this text."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from importlib.resources import files

FAMILY = "RingscopeSans"
"""Without a blank: pyvis takes blanks out of its options."""
_FONTS = files("app") / "assets" / "fonts"
_FACE = re.compile(r'@font-face\{font-family:"Ringscope Sans".*?url\((?P<file>[\w.-]+)\).*?unicode-range:(?P<ranges>[^}]+)\}')


def stylesheet(text: str) -> str:
    """One rule a slice; a later rule wins where two hold a character, as in the room."""
    wanted = set(map(ord, text))
    return "".join(_rule(file, ranges) for file, ranges in _slices() if any(point in span for span in _spans(ranges) for point in wanted))


@cache
def _slices() -> list[tuple[str, str]]:
    css = (_FONTS / "fonts.css").read_text(encoding="utf-8")
    return [(face["file"], face["ranges"]) for face in _FACE.finditer(css)]


def _spans(ranges: str) -> list[range]:
    pairs = (part.strip().upper().removeprefix("U+").partition("-") for part in ranges.split(","))
    return [range(int(low, 16), int(high or low, 16) + 1) for low, _, high in pairs]


def _rule(file: str, ranges: str) -> str:
    data = b64encode((_FONTS / file).read_bytes()).decode()
    return f'@font-face{{font-family:"{FAMILY}";src:url(data:font/woff2;base64,{data}) format("woff2");unicode-range:{ranges}}}\n'
