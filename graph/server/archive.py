"""Quick starts: Neo4j's classes, parsed once into an archive that every later Java maps (class data sharing).

Measured on 2 busy cores: a start and its first answer take 6.4 s of processor time instead of 11.2, an import 3 s less; making the
archive takes 28 s, once.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from graph.errors import EnvironmentAtFault
from graph.lock import hold_file
from graph.server import jars as fetched
from graph.server.jars import Progress

LIMIT = 120.0
"""Seconds to make it; without an archive everything works, a few seconds slower."""
KEPT = 3
"""Archives of this cache: each environment that brings a Java of its own needs one of 130 MB."""


def flags(java: Path, jars: Sequence[Path], progress: Progress = None) -> list[str]:
    """The option that maps the archive, which is made when it is not there yet; nothing when it cannot be made."""
    archive = fetched.cache() / f"classes-{_fingerprint(java, jars)}.jsa"
    if not archive.exists():
        if progress:
            progress("preparing Neo4j for quick starts (once)", None)
        archive.parent.mkdir(parents=True, exist_ok=True)
        try:
            with hold_file(archive.with_name("archive.lock"), "the class archive", "making it", wait=0):
                made = archive.exists() or _make(java, jars, archive)
        except EnvironmentAtFault:  # another process is making it: quicker to start without than to wait
            made = False
        if not made:
            return []
    return [f"-XX:SharedArchiveFile={archive}"]


def _fingerprint(java: Path, jars: Sequence[Path]) -> str:
    """Java maps an archive only for the very files it was made from: a touched jar, or another list, means another archive."""
    facts = [(str(path), (stat := path.stat()).st_size, stat.st_mtime_ns) for path in (java, *jars)]
    return hashlib.sha256(repr(facts).encode() + _packed_names()).hexdigest()[:12]


def _packed_names() -> bytes:
    """The classes to put in, one name a line; `tools/neo4j_classes.py` writes the file."""
    return files("graph.server").joinpath("classes.txt.gz").read_bytes()


def _make(java: Path, jars: Sequence[Path], archive: Path) -> bool:
    for old in sorted(archive.parent.glob("classes-*.jsa"), key=lambda path: path.stat().st_mtime)[: 1 - KEPT]:
        old.unlink()
    names = archive.with_suffix(f".{os.getpid()}.names")
    part = archive.with_suffix(f".{os.getpid()}.part")
    names.write_bytes(gzip.decompress(_packed_names()))
    command = [
        str(java),
        "-Xshare:dump",
        "-Xmx1g",
        "-XX:+UseG1GC",
        f"-XX:SharedClassListFile={names}",
        f"-XX:SharedArchiveFile={part}",
        "-cp",
        os.pathsep.join(map(str, jars)),
    ]
    try:
        subprocess.run(command, check=True, timeout=LIMIT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        part.replace(archive)
    except (OSError, subprocess.SubprocessError):
        return False
    finally:
        names.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return True
