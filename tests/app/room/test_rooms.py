"""Streamlit stays in its room, and no page loads what a page must not load."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = ("app", "gnn", "graph", "ingest", "kg", "nlp", "vision")


def _imports(path: Path) -> set[str]:
    """Top names of everything a module imports, inside functions too."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    whole = {alias.name.split(".")[0] for n in nodes if isinstance(n, ast.Import) for alias in n.names}
    return whole | {str(n.module).split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom) and n.module}


def _of_the_room(path: Path) -> bool:
    return path.parent in {ROOT / "app" / "views", ROOT / "app" / "widgets"} or path in {
        ROOT / "app" / "main.py",
        ROOT / "app" / "serve.py",
    }


def test_streamlit_is_imported_by_the_room_only() -> None:
    modules = [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]

    assert [path for path in modules if "streamlit" in _imports(path) and not _of_the_room(path)] == []


def test_no_page_loads_models() -> None:
    pages = [path for path in (ROOT / "app").rglob("*.py") if _of_the_room(path)]

    assert [path.name for path in pages if _imports(path) & {"gnn", "nlp", "vision", "torch", "spacy", "insightface", "neo4j"}] == []
