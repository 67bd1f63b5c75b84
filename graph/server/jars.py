"""The 213 jars of Neo4j: fetched by exact coordinate, each checked against its locked hash, kept once per user.

Only the list in `graph/neo4j.lock` counts. jgo's own resolving gives other versions than Maven's, so it is never asked to resolve.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from graph.errors import EnvironmentAtFault
from graph.lock import hold_file

VERSION = "5.26.30"
"""The Neo4j that the lock file names."""
THREADS = 8
"""Downloads at once: the repository's answer time, not the machine's cores, is what is waited for."""
FETCH_LIMIT = 1800.0
"""Seconds to wait for another process that is fetching on a slow line."""
AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
"""Where distributions keep the certificate authorities that the machine trusts."""

Progress = Callable[[str, float | None], None] | None
"""Told what is being done and how far it is (0..1, None = unknown)."""


@dataclass(frozen=True)
class Jar:
    """One locked file."""

    sha256: str
    coordinate: str
    """group:artifact:version[:classifier]"""

    @property
    def file(self) -> str:
        return "-".join(self.coordinate.split(":")[1:]) + ".jar"

    def is_right(self, path: Path) -> bool:
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def locked() -> tuple[Jar, ...]:
    lines = files("graph").joinpath("neo4j.lock").read_text(encoding="utf-8").splitlines()
    return tuple(Jar(*line.split()) for line in lines if line.strip())


def cache() -> Path:
    """The user's cache for this Neo4j version; `lib/` inside holds the jars."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ringscope" / f"neo4j-{VERSION}"


def jars(progress: Progress = None, *, wanted: Sequence[Jar] | None = None) -> tuple[Path, ...]:
    """All jars, in the order of the lock file. Fetches what is missing; raises EnvironmentAtFault naming every jar that is not right.

    RINGSCOPE_JARS=DIR is an offline site's own copy: it is checked and used where it lies, and nothing is fetched.
    """
    wanted = locked() if wanted is None else wanted
    if offline := os.environ.get("RINGSCOPE_JARS"):
        return _offline(Path(offline).expanduser().resolve(), wanted)
    lib = cache() / "lib"
    lib.mkdir(parents=True, exist_ok=True)
    if not all(_known_right(jar, lib / jar.file) for jar in wanted):
        with alone("fetching Neo4j's jars"):
            _fetch_all([jar for jar in wanted if not _known_right(jar, lib / jar.file)], lib, progress)
            shutil.rmtree(lib.parent / "m2", ignore_errors=True)
    return tuple(lib / jar.file for jar in wanted)


def missing() -> tuple[Jar, ...]:
    """What a start would have to fetch, or what the offline site's folder lacks."""
    if offline := os.environ.get("RINGSCOPE_JARS"):
        return tuple(jar for jar in locked() if not jar.is_right(Path(offline).expanduser() / jar.file))
    return tuple(jar for jar in locked() if not _known_right(jar, cache() / "lib" / jar.file))


def alone(why: str) -> AbstractContextManager[None]:
    """One process at a time fills the cache; the others wait and find it filled."""
    return hold_file(cache() / "lock", "Neo4j's cache", why, wait=FETCH_LIMIT)


def _known_right(jar: Jar, path: Path) -> bool:
    """A jar whose hash was checked when it was put there is not read again at each start; a changed file is."""
    seal = path.with_suffix(".ok")
    try:
        return seal.read_text(encoding="utf-8") == _seal_text(jar, path)
    except OSError:
        return False


def _seal_text(jar: Jar, path: Path) -> str:
    stat = path.stat()
    return f"{jar.sha256} {stat.st_size} {stat.st_mtime_ns}"


def _offline(folder: Path, wanted: Sequence[Jar]) -> tuple[Path, ...]:
    wrong = [jar for jar in wanted if not jar.is_right(folder / jar.file)]
    if wrong:
        named = ", ".join(jar.file for jar in wrong[:5]) + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        raise EnvironmentAtFault(
            f"RINGSCOPE_JARS={folder} lacks or holds altered: {named}",
            f"the {len(wanted)} jars of graph/neo4j.lock, each with its sha256",
            f"copy {cache() / 'lib'} from a machine that has fetched them",
        )
    return tuple(folder / jar.file for jar in wanted)


def _fetch_all(missing: Sequence[Jar], lib: Path, progress: Progress) -> None:
    fetch = _fetcher(lib)
    faults: list[str] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for done, future in enumerate(as_completed([pool.submit(fetch, jar) for jar in missing]), start=1):
            if fault := future.result():
                faults.append(fault)
            if progress:
                progress(f"Neo4j {VERSION}: jar {done} of {len(missing)}", done / len(missing))
    if faults:
        raise EnvironmentAtFault(
            f"{len(faults)} of {len(missing)} jars did not come right: {'; '.join(sorted(faults)[:3])}",
            "every jar of graph/neo4j.lock with its sha256",
            "run it again with a way to Maven Central, or set RINGSCOPE_JARS to a folder that holds the jars",
        )


def _fetcher(lib: Path) -> Callable[[Jar], str | None]:
    """A function that brings one jar into `lib` and returns what went wrong, if anything."""
    if found := next((path for path in AUTHORITIES if Path(path).exists()), None):
        # an office proxy that re-signs TLS is in the machine's list, not in the one that requests brings along
        os.environ.setdefault("REQUESTS_CA_BUNDLE", found)
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=lib.parent / "m2", timeout=60)

    def fetch(jar: Jar) -> str | None:
        target = lib / jar.file
        if not jar.is_right(target):
            group, artifact, version, *classifier = jar.coordinate.split(":")
            try:
                source = Path(context.project(group, artifact).at_version(version).artifact(classifier[0] if classifier else "").resolve())
            except Exception as error:  # whatever the network did, the user is told which jar and why
                return f"{jar.coordinate}: {type(error).__name__}: {error}"
            if not jar.is_right(source):
                source.unlink(missing_ok=True)
                return f"{jar.coordinate}: the file that came is not the one that was locked"
            part = target.with_suffix(f".{os.getpid()}.part")
            shutil.copyfile(source, part)
            part.replace(target)
            source.unlink(missing_ok=True)
        target.with_suffix(".ok").write_text(_seal_text(jar, target), encoding="utf-8")
        return None

    return fetch
