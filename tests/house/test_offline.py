"""Law of the house: the product asks nothing of the internet, and carries no address of the machine that built it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    ".py",
    ".toml",
    ".sql",
    ".cypher",
    ".js",
    ".mjs",
    ".ts",
    ".css",
    ".html",
    ".svg",
    ".json",
    ".sh",
    ".cfg",
    ".yaml",
    ".yml",
    ".lock",
    ".txt",
    ".md",
    ".csv",
)
LICENCES = re.compile(r"(^|/)(LICEN[CS]E[^/]*|licen[cs]es/[^/]*|OFL-[^/]*)$")

ADDRESS = re.compile(r"https?://[^\s\"'`<>)\]]+")
ALLOWED = re.compile(
    r"https?://(127\.0\.0\.1|localhost|\[::1\]|\{)"  # this machine, or a variable in its place
    r"|http://(www\.w3\.org/|graphml\.graphdrawing\.org/xmlns)"  # names of XML namespaces: never fetched
)
# in two halves: whoever searches the repository for such a host finds none, not even here
HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "maven" + ".org",
    "registry" + ".yarnpkg",
    "artifactory",
    "nexus" + ".",
    "mirrors" + ".",
)
MACHINE = re.compile(r"(?<![\w./-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers", "t" + "mp")) + r")/\w")


def sources() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = [ROOT / name for name in listed.split("\0") if name and name.endswith(SOURCES) and not LICENCES.search(name)]
    return [path for path in paths if path.is_file() and path != Path(__file__).resolve()]


def lines_with(found: re.Pattern[str], *, but: re.Pattern[str] | None = None, ending: tuple[str, ...] = SOURCES) -> list[str]:
    hits = []
    for path in sources():
        if not path.name.endswith(ending):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            hits += [f"{path.relative_to(ROOT)}:{number} {m[0]}" for m in found.finditer(line) if but is None or not but.match(m[0])]
    return hits


def test_the_patterns_find_what_they_are_for():
    assert ADDRESS.search("get('https" + "://example.org/x')")
    assert ALLOWED.match("http://127.0.0.1:8501")
    assert not ALLOWED.match("https" + "://cdn.example.org")
    assert MACHINE.search("open('/ho" + "me/wang/x')")
    assert not MACHINE.search("a/ho" + "me/wang")
    assert len(sources()) > 50


def test_no_source_names_an_address_outside_this_machine():
    code = tuple(ending for ending in SOURCES if ending != ".md")
    assert lines_with(ADDRESS, but=ALLOWED, ending=code) == []


@pytest.mark.parametrize("host", HOSTS)
def test_no_registry_is_named(host):
    assert lines_with(re.compile(re.escape(host))) == []


def test_no_path_of_a_machine():
    assert lines_with(MACHINE) == []
