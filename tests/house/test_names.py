"""Laws of the house about names: where things stand, and what they may be called."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("app", "gnn", "graph", "ingest", "kg", "nlp", "vision")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "tools", "lib", "core"}


def tracked(*patterns: str) -> list[Path]:
    """Files of the repository as git sees them: known ones, and new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


MODULES = [path for path in tracked("*.py") if path.relative_to(ROOT).parts[0] in ROOMS]


def test_there_is_something_to_look_at():
    assert len(MODULES) > 20


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_resolves_inside_the_repository_and_belongs_to_no_other_distribution(room):
    spec = find_spec(room)
    assert spec is not None
    assert Path(spec.origin or "").resolve().is_relative_to(ROOT)
    assert set(packages_distributions().get(room, [])) <= {"ringscope"}


def test_no_module_bears_a_packages_name():
    third_party = {name for name in packages_distributions() if not name.startswith("_")} - set(ROOMS)
    bears = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.stem in ROOMS or path.stem == path.parent.name or (path.parent == ROOT / "app" and path.stem in third_party)
    ]
    assert bears == []


def test_no_module_beside_the_entry_hides_the_standard_library():
    """Streamlit puts the folder of app/main.py first on the path: app/queue.py would be everybody's `queue`."""
    assert [p.name for p in MODULES if p.parent == ROOT / "app" and p.stem in sys.stdlib_module_names] == []


def test_names_say_something():
    assert [str(p.relative_to(ROOT)) for p in MODULES if {p.stem, p.parent.name} & SAYS_NOTHING] == []


def test_no_pages_folder():
    """Streamlit would make a page of each file in it, past our own navigation."""
    assert [str(p) for p in tracked("*.py") if "pages" in p.relative_to(ROOT).parts[:-1]] == []


def test_tests_are_no_package():
    assert tracked("tests/**/__init__.py", "tests/__init__.py") == []


def test_every_folder_at_the_top_says_what_it_is_on_one_screen():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    missing = [folder for folder in sorted(folders) if not folder.startswith(".") and not (ROOT / folder / "README.md").exists()]
    assert missing == []
    long = [
        str(p.relative_to(ROOT)) for p in tracked("*README.md") if p.parent != ROOT and len(p.read_text(encoding="utf-8").splitlines()) > 60
    ]
    assert long == []


def test_every_module_says_what_it_is():
    silent = [
        str(p.relative_to(ROOT))
        for p in MODULES
        if p.name != "__init__.py" and not p.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []
