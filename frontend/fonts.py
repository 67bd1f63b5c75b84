r"""Cut and name the fonts the room serves: run once by a developer, its output is checked in (see frontend/README.md).

    npm i --prefix "$DIR" @fontsource-variable/noto-sans-sc@5.3.1 @fontsource-variable/inter@5.3.0 \
        @fontsource/ibm-plex-mono@5.3.0 @expo-google-fonts/noto-sans-sc@0.4.3
    uv run --no-project --with fonttools,brotli python frontend/fonts.py "$DIR/node_modules" app/assets/fonts

The variable slices of Noto lack 8,700 basic characters and names such as 䶮㛃𬘡𫖯; those come as further slices of the complete
regular cut, so that nobody's name is ever drawn as an empty box.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font
from fontTools.ttLib import TTFont

SLICE = 253
"""Characters in one rare slice: about 50 KB, the size of the published ones."""
LATIN = (
    "U+0000-00B6,U+00B8-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-2013,U+2015-2017,U+201E-2025,U+2027-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
"""Inter without — ‘ ’ “ ” … ·: those stay Noto's, or Chinese quotation marks shrink to half a square."""
MARKS = "—‘’“”…·"
LATIN_EXT = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,"
    "U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)


def face(family: str, file: str, weight: str, ranges: str) -> str:
    """One @font-face rule; file names carry their version, so they are cached for good."""
    return (
        f'@font-face{{font-family:"{family}";font-style:normal;font-display:swap;font-weight:{weight};'
        f'src:url({file}) format("woff2");unicode-range:{ranges}}}\n'
    )


def characters(ranges: str) -> set[int]:
    """The code points of a CSS unicode-range."""
    found: set[int] = set()
    for part in ranges.split(","):
        low, _, high = part.strip().upper().removeprefix("U+").partition("-")
        found.update(range(int(low, 16), int(high or low, 16) + 1))
    return found


def unicode_range(points: list[int]) -> str:
    """The shortest CSS unicode-range for sorted code points."""
    runs: list[list[int]] = []
    for point in points:
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def published(source: Path, out: Path) -> tuple[str, set[int]]:
    """Copy Noto's numbered variable slices; answer their rules and the characters they hold."""
    css = (source / "wght.css").read_text(encoding="utf-8")
    rules, held = "", set()
    for name, ranges in re.findall(r"url\(\./files/(noto-sans-sc-\d+-wght-normal\.woff2)\).*?unicode-range: ([^;]+);", css, re.S):
        file = name.replace("-wght-normal", "").replace("noto-sans-sc-", "sc-")
        shutil.copyfile(source / "files" / name, out / file)
        rules += face("Ringscope Sans", file, "100 900", ranges)
        held |= characters(ranges) & set(TTFont(source / "files" / name).getBestCmap())
    return rules, held


def rare(ttf: Path, held: set[int], out: Path) -> str:
    """Cut every character that the published slices lack."""
    wanted = (point for point in TTFont(ttf).getBestCmap() if point not in held and (point >= 0x2E80 or chr(point) in MARKS))
    missing = sorted(wanted, key=lambda point: (point < 0x2E80, point))
    rules = ""
    for number, start in enumerate(range(0, len(missing), SLICE)):
        points = missing[start : start + SLICE]
        options = Options(flavor="woff2", layout_features=["locl"], hinting=False, desubroutinize=True)
        font = load_font(str(ttf), options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        save_font(font, str(out / f"sc-rare-{number}.woff2"), options)
        rules += face("Ringscope Sans", f"sc-rare-{number}.woff2", "100 900", unicode_range(sorted(points)))
    return rules


def main(modules: Path, out: Path) -> None:
    """Write the slices, the stylesheet that names them and the licence of each family."""
    out.mkdir(parents=True, exist_ok=True)
    noto, inter = modules / "@fontsource-variable/noto-sans-sc", modules / "@fontsource-variable/inter"
    plex, whole = modules / "@fontsource/ibm-plex-mono", modules / "@expo-google-fonts/noto-sans-sc"
    rules, held = published(noto, out)
    rules += rare(whole / "400Regular/NotoSansSC_400Regular.ttf", held, out)
    for file, ranges in (("latin-ext", LATIN_EXT), ("latin", LATIN)):  # after Noto: the later rule wins where both have a glyph
        shutil.copyfile(inter / f"files/inter-{file}-wght-normal.woff2", out / f"inter-{file}.woff2")
        rules += face("Ringscope Sans", f"inter-{file}.woff2", "100 900", ranges)
    for weight in ("400", "600"):
        shutil.copyfile(plex / f"files/ibm-plex-mono-latin-{weight}-normal.woff2", out / f"mono-{weight}.woff2")
        rules += face("Ringscope Mono", f"mono-{weight}.woff2", weight, LATIN)
    (out / "fonts.css").write_text("/* generated by frontend/fonts.py */\n" + rules, encoding="utf-8")
    licences = {
        "noto-sans-sc": noto / "LICENSE",
        "noto-sans-sc-regular": whole / "LICENSE_FONT",
        "inter": inter / "LICENSE",
        "ibm-plex-mono": plex / "LICENSE",
    }
    for family, text in licences.items():
        shutil.copyfile(text, out / f"OFL-{family}.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
