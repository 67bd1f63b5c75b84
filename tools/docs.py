"""Write the pages that are made from the code: docs/CONTRACT.md, docs/SCHEMA.md, docs/RULES.md, docs/COMMANDS.md."""

from __future__ import annotations

from pathlib import Path

from app.pages import PAGES

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    for name, make in PAGES.items():
        path = ROOT / "docs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(path.relative_to(ROOT))
