"""What an installed copy needs is in the wheel: package-data names every file of every room, and nothing that is not there."""

from __future__ import annotations

import subprocess
import tomllib
from glob import glob
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "gnn", "graph", "ingest", "kg", "nlp", "vision")
DECLARED: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]


def tracked(room: str) -> set[str]:
    """Paths below the room as git knows them, new ones that it does not ignore included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", room]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return {name.removeprefix(f"{room}/") for name in listed.split("\0") if name and (ROOT / name).is_file()}


def matched(room: str, pattern: str) -> set[str]:
    """Files that a glob of package-data names, by the rules that setuptools follows."""
    found = glob(pattern, root_dir=ROOT / room, recursive=True)  # noqa: PTH207 - in a Path, "assets/**" names folders only
    return {path for path in found if (ROOT / room / path).is_file()}


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_of_a_room_is_in_the_wheel(room: str) -> None:
    files = tracked(room)
    carried = set().union(*(matched(room, pattern) for pattern in DECLARED.get(room, [])))
    assert {path for path in files if not path.endswith(".py")} - carried == set()


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_stands_in_a_package(room: str) -> None:
    """A folder without __init__.py is no package: its modules would stay behind."""
    folders = {folder for path in tracked(room) if path.endswith(".py") for folder in Path(path).parents}
    assert [str(folder) for folder in sorted(folders) if not (ROOT / room / folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize(("room", "pattern"), [(room, pattern) for room, patterns in DECLARED.items() for pattern in patterns])
def test_every_declaration_finds_something(room: str, pattern: str) -> None:
    assert matched(room, pattern) & tracked(room)
