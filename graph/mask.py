"""How a clear identity is shown where nobody asked for it in clear: 张*国, 138****2207."""

from __future__ import annotations

from graph import normalise
from graph.contract import Identity

UNKNOWN = "未知"


def mask(kind: Identity, clear: str | None) -> str:
    """The masked form of a clear value; what is left must not find the person again."""
    text = (clear or "").strip()
    if not text:
        return UNKNOWN
    if kind == "name":
        return text[0] + "*" * max(1, len(text) - 2) + (text[-1] if len(text) > 2 else "")
    if kind == "address":
        return (normalise.address_area(text) or text[:2]) + "***"
    head, tail = {"phone": (3, 4), "certificate": (3, 2), "account": (4, 4)}[kind]
    # a short number would be given away by its ends
    head, tail = (head, tail) if len(text) >= head + tail + 4 else (1, 1)
    return text[:head] + "*" * max(2, len(text) - head - tail) + text[-tail:] if len(text) > 2 else "*" * len(text)
