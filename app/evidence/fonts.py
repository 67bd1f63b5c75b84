"""The fonts of the report: Noto Sans SC, two weights, packed in the product and unpacked once into the user's cache."""

from __future__ import annotations

import hashlib
import lzma
import os
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

import typst

from graph.errors import EnvironmentAtFault

FAMILY = "Noto Sans SC"
FONTS = {
    "NotoSansSC-Regular.ttf": "d45f67f0a7c0ca3f256950777ce6a61cc7ce5f9696d02900cbbaac25f8aa7d16",
    "NotoSansSC-Bold.ttf": "9a38ae0ab28cd5a256f9ea8e00dedc688aac17f7915fcb000572990afa956b96",
}
"""File -> SHA-256 as published (npm @expo-google-fonts/noto-sans-sc 0.4.3, OFL-1.1)."""
PACKED = files("app") / "assets" / "fonts"


@cache
def fonts() -> typst.Fonts:
    """These fonts and no others: what the machine has installed changes no report."""
    folder = {unpacked(name).parent for name in FONTS}.pop()
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    if FAMILY not in found.families():  # without any font Typst would print nothing, and say nothing
        raise EnvironmentAtFault(f"no {FAMILY} in {folder}", "the fonts that come with the product", f"remove {folder}, it is made again")
    return found


def unpacked(name: str) -> Path:
    """The font file in the user's cache, byte for byte as published; EnvironmentAtFault when the packed one is missing or another."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ringscope" / "fonts"
    path = base / name
    if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == FONTS[name]:
        return path
    packed = PACKED / f"{name}.xz"
    if not packed.is_file():
        raise EnvironmentAtFault(f"no font {packed}", "the fonts that come with the product", "install the product again")
    content = lzma.decompress(packed.read_bytes())
    if hashlib.sha256(content).hexdigest() != FONTS[name]:
        raise EnvironmentAtFault(f"{packed} is another font", f"SHA-256 {FONTS[name]}", "install the product again")
    base.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=base)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(draft).replace(path)
    return path
