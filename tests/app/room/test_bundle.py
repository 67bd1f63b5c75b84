"""The checked-in bundle is what its sources say, and brings its licences; no node is needed to know."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from graph.nodes import NODES

ROOT = Path(__file__).parents[3]
FRONTEND, ASSETS = ROOT / "frontend", ROOT / "app" / "assets"


def _sources() -> str:
    digest = sha256()
    for name in ("build.mjs", "icons.json", "package-lock.json", *sorted(f"src/{p.name}" for p in (FRONTEND / "src").iterdir())):
        digest.update(f"{name}\0".encode() + (FRONTEND / name).read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.mark.parametrize("name", ["network.js", "network.css"])
def test_the_bundle_was_built_from_these_sources(name: str) -> None:
    first = (ASSETS / name).read_text(encoding="utf-8").partition("\n")[0]

    assert f"sources sha256 {_sources()}" in first, "the sources changed after the bundle was built: make bundle"


def test_the_lock_names_no_address() -> None:
    assert "://" not in (FRONTEND / "package-lock.json").read_text(encoding="utf-8")


def test_every_kind_of_node_has_its_icon() -> None:
    looks = [look for node in NODES.values() for look in (node.look, *dict(node.also or {}).values())]

    assert {look.icon for look in looks} <= set(json.loads((FRONTEND / "icons.json").read_text(encoding="utf-8")))


def test_every_family_has_its_colours_and_shape() -> None:
    css, shapes = (ASSETS / "room.css").read_text(encoding="utf-8"), (FRONTEND / "src" / "families.js").read_text(encoding="utf-8")

    for family in {node.look.family for node in NODES.values()}:
        assert css.count(f"--k-{family}:") == 2, f"{family}: one colour for light, one for dark"
        assert f"  {family}: {{ shape:" in shapes


def test_light_and_dark_define_the_same_colours() -> None:
    light, dark = re.findall(r":root \{(.*?)\}", (ASSETS / "room.css").read_text(encoding="utf-8"), re.S)

    assert set(re.findall(r"(--[\w-]+):", light)) == set(re.findall(r"(--[\w-]+):", dark))


@pytest.mark.parametrize("name", ["cytoscape", "cytoscape-fcose", "cose-base", "layout-base", "lucide-static"])
def test_what_is_bundled_brings_its_licence(name: str) -> None:
    text = (ASSETS / "licences" / f"{name}.txt").read_text(encoding="utf-8")

    assert "Permission" in text
    assert name.split("-")[0] in (ASSETS / "README.md").read_text(encoding="utf-8").lower()
