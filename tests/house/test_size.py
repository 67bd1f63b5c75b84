"""Law of the house: one screen, one idea."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE, LONGEST_FUNCTION = 400, 40
LONG_MODULES: dict[str, str] = {}
"""Path -> why it stays in one piece."""
LONG_FUNCTIONS: dict[str, str] = {}
"""`path:function` -> why it stays in one piece."""


def modules() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", "*.py"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """(path:name, lines) of each function, its docstring and decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
            docstring = (first.end_lineno or 0) - first.lineno + 1 if said else 0
            yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_modules_stay_short():
    lines = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert len(lines) > 20
    assert {name: n for name, n in lines.items() if n > LONGEST_MODULE and name not in LONG_MODULES} == {}
    assert [name for name in LONG_MODULES if lines.get(name, 0) <= LONGEST_MODULE] == [], "exceptions that are none any more"


def test_functions_stay_short():
    """Outside the tests: there a long function is one long list of rows."""
    lines = dict(pair for path in modules() if path.relative_to(ROOT).parts[0] != "tests" for pair in functions(path))
    assert {name: n for name, n in lines.items() if n > LONGEST_FUNCTION and name not in LONG_FUNCTIONS} == {}
    assert [name for name in LONG_FUNCTIONS if lines.get(name, 0) <= LONGEST_FUNCTION] == [], "exceptions that are none any more"
