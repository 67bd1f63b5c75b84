"""Measure the grades on three reported seeds and put the table into README.md, between its two marks.

usage: python tools/grades.py [JSON of `ringscope bench --only grades --json`]
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPEN, CLOSE = "<!-- grades -->", "<!-- /grades -->"


def measured() -> dict[str, object]:
    """The bench's JSON: read from the file that was named, else measured now."""
    if len(sys.argv) > 1:
        return dict(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    command = [sys.executable, "-m", "app.cli", "bench", "--only", "grades", "--json"]
    said = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(said.stdout))


def table(figures: list[dict[str, object]]) -> str:
    """One line for each figure, with its counts, its interval, its target, and whether it is met."""
    lines = ["| figure | measured | found / right of all, 95 % interval | target | met |", "| --- | --- | --- | --- | --- |"]
    for figure in figures:
        value, _, detail = str(figure["measured"]).partition("·")
        met = "yes" if figure["met"] else "**no**"
        lines.append(f"| {figure['name']} | {value.strip()} | {detail.strip()} | {str(figure['target']).strip()} | {met} |")
    return "\n".join(lines)


if __name__ == "__main__":
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    made = f"{OPEN}\n{table(measured()['figures'])}\n{CLOSE}"  # type: ignore[arg-type]
    readme.write_text(re.sub(f"{OPEN}.*{CLOSE}", lambda _: made, text, flags=re.DOTALL), encoding="utf-8")
    print("README.md")
