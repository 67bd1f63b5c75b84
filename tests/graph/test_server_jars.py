"""What comes from the network is what was locked, or it is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import EnvironmentAtFault
from graph.server import VERSION
from graph.server.jars import Jar, cache, jars, locked

ANNOTATIONS = next(jar for jar in locked() if jar.coordinate.startswith("org.neo4j:annotations:"))


def test_the_lock_names_213_jars_of_one_version() -> None:
    own = {jar.coordinate.split(":")[2] for jar in locked() if jar.coordinate.startswith("org.neo4j:")}

    assert len({jar.file for jar in locked()}) == len(locked()) == 213
    assert VERSION in own


def test_a_jar_with_another_hash_is_named_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("RINGSCOPE_JARS", raising=False)
    group, artifact, version = ANNOTATIONS.coordinate.split(":")
    fetched = cache() / "m2" / group.replace(".", "/") / artifact / version / f"{artifact}-{version}.jar"
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(b"not what was locked")

    with pytest.raises(EnvironmentAtFault, match=f"{ANNOTATIONS.coordinate}: the file that came is not the one") as error:
        jars(wanted=[ANNOTATIONS])

    assert error.value.exit_code == 3
    assert list((cache() / "lib").glob("*.jar")) == []


def test_an_offline_site_is_told_which_jars_it_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGSCOPE_JARS", str(tmp_path))
    good = Jar("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "a.b:hello:1")  # sha256 of "hello"
    (tmp_path / "hello-1.jar").write_bytes(b"hello")
    (tmp_path / ANNOTATIONS.file).write_bytes(b"altered")

    assert jars(wanted=[good]) == (tmp_path / "hello-1.jar",)
    with pytest.raises(EnvironmentAtFault, match=ANNOTATIONS.file):
        jars(wanted=[good, ANNOTATIONS])
