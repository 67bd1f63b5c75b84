"""Law of the house: a court needs no platform. The verifier imports the standard library, cryptography and duckdb, nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "app" / "verify"
ALLOWED = {*sys.stdlib_module_names, "cryptography", "duckdb"}


def imported(path: Path) -> set[str]:
    """First names of what a module imports; its own package's modules are relative."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0] if node.level == 0 else ".")
            assert node.level <= 1, f"{path.name} reaches out of its folder"
    return found - {"."}


def test_it_imports_what_a_court_has() -> None:
    modules = list(FOLDER.glob("*.py"))
    assert len(modules) > 5
    assert {name for path in modules for name in imported(path)} - ALLOWED == set()


def test_duckdb_is_asked_for_only_where_it_is_used() -> None:
    """At the top of a module it would be needed by everybody."""
    at_the_top = [
        path.name
        for path in FOLDER.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "duckdb" in ast.dump(node)
    ]
    assert at_the_top == []
