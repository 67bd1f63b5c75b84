"""A whole graph at once: `database import full` into the data folder that is not in use."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from graph import process
from graph.errors import EnvironmentAtFault, InputAtFault
from graph.server import archive, disk, java
from graph.server.jars import Progress, jars
from graph.server.logs import rotate
from graph.server.place import MIB, Place, machine_memory
from graph.server.trouble import explain, tail

DATABASE = "neo4j"
STORE_PER_INPUT = 4
"""Bytes of store and temporary files per byte of CSV: 67 MB of a city of 20,000 persons became a store of 156 MB."""
GZ_RATIO = 6
"""Bytes of CSV per byte of gz, for the disk estimate."""
STAGE = re.compile(r"\((\d)/(\d)\) ([A-Z][a-z ]+)")
TOLD = re.compile(r"^\s*(data source|in field|raw field value|original error): ?(.+)$", re.MULTILINE)
"""The lines in which the importer names the file, the field and what is wrong with it."""
SOURCE = re.compile(r"BufferedCharSeeker\[source:(.+?), position:\d+, line:\d+\]")
"""How the importer writes a file's name."""
CAUSE = re.compile(r"^Caused by: [\w.$]+: (.+)$", re.MULTILINE)
PERCENT = re.compile(r"(\d+)%")


@dataclass(frozen=True)
class FileGroup:
    """Files that share one header: `--nodes=NAME=header,part,part`."""

    header: Path
    """A CSV file of one line, in Neo4j's import notation."""
    parts: Sequence[Path]
    """CSV without header, plain or .gz."""
    name: str = ""
    """Labels (`Institution:Hospital`) or the relationship type, where no :LABEL or :TYPE column says it."""

    def argument(self, option: str) -> str:
        files = ",".join(str(path) for path in (self.header, *self.parts))
        return f"--{option}={self.name + '=' if self.name else ''}{files}"


@dataclass(frozen=True)
class ImportFiles:
    """Everything the new graph shall hold."""

    nodes: Sequence[FileGroup]
    rels: Sequence[FileGroup]
    id_type: Literal["string", "integer", "actual"] = "string"
    """`string`: keys as they are. `integer`: whole numbers, quicker to look up. `actual`: the numbers become the store's own ids."""
    skip_bad_relationships: bool = False
    """Skip and report a relationship to a missing node instead of failing."""
    multiline: bool = False
    """Whether a quoted value may hold a line end. The importer then reads with one thread only: better to write none."""

    def input_bytes(self) -> int:
        """Size as plain CSV, an estimate where parts are packed."""
        parts = [part for group in (*self.nodes, *self.rels) for part in group.parts]
        return sum(part.stat().st_size * (GZ_RATIO if part.suffix == ".gz" else 1) for part in parts)


def run(place: Place, target: Path, files: ImportFiles, *, free: disk.Free, progress: Progress) -> None:
    """Build the graph in `target`, which is emptied first and removed on failure.

    Raises InputAtFault with the importer's own report, or EnvironmentAtFault when the machine is to blame.
    """
    _reap(place)
    if target.exists():
        shutil.rmtree(target)
    disk.need(place.root, disk.NEEDED_TO_RUN + STORE_PER_INPUT * files.input_bytes(), "importing the graph", free)
    target.mkdir(mode=0o700)
    log, report = place.logs / "neo4j-import.log", place.logs / "neo4j-import.report"
    rotate(log)
    report.unlink(missing_ok=True)
    conf = _write_conf(place, target)
    runtime, lib = java.runtime(), jars(progress)
    command = import_command([str(runtime), *archive.flags(runtime, lib, progress)], lib, place, files, report)
    environment = java.environment() | {"NEO4J_HOME": str(place.root), "NEO4J_CONF": str(conf)}
    code = _watch(process.spawn(command, log, environment), log, progress)
    if code != 0:
        shutil.rmtree(target, ignore_errors=True)
        raise _failed(code, log, report)


def import_command(runtime: Sequence[str], lib: Sequence[Path], place: Place, files: ImportFiles, report: Path) -> list[str]:
    """`runtime` is the program with the flags of the class archive."""
    memory = machine_memory() // MIB
    heap, off_heap = max(512, min(2048, memory // 8)), max(256, min(2048, memory // 8))
    return [
        *runtime,
        f"-Xmx{heap}m",
        "-XX:+UseG1GC",
        import_mark(place),
        *java.OPENS,
        "-cp",
        java.class_path(lib),
        "org.neo4j.cli.AdminTool",
        "database",
        "import",
        "full",
        DATABASE,
        *(group.argument("nodes") for group in files.nodes),
        *(group.argument("relationships") for group in files.rels),
        f"--id-type={files.id_type}",
        f"--max-off-heap-memory={off_heap}m",
        f"--multiline-fields={str(files.multiline).lower()}",
        "--verbose",
        f"--skip-bad-relationships={str(files.skip_bad_relationships).lower()}",
        f"--report-file={report}",
    ]


def import_mark(place: Place) -> str:
    """The argument by which an import of this home is known among all processes."""
    return f"-Dringscope.import={place.root}"


def take_over_accounts(old: Path, new: Path) -> None:
    """Copy the stopped server's system database, which holds the password, so that the restart need not create one."""
    for kind in ("databases", "transactions"):
        source = old / kind / "system"
        if source.exists():
            shutil.copytree(source, new / kind / "system", dirs_exist_ok=True)


def _write_conf(place: Place, target: Path) -> Path:
    folder = place.root / "conf.import"
    folder.mkdir(exist_ok=True, mode=0o700)
    (folder / "neo4j.conf").write_text(f"server.directories.data={target}\nserver.directories.logs={place.logs}\n", encoding="utf-8")
    return folder


def _watch(pid: int, log: Path, progress: Progress) -> int:
    """The process's exit status; its own figures are passed on meanwhile."""
    while True:
        code = process.exit_code(pid)
        if code is not None:
            return code
        if progress:
            progress(*_stage(tail(log)))
        time.sleep(0.05)


def _stage(text: str) -> tuple[str, float | None]:
    """(what the importer does, how far it is) out of the end of its log."""
    stages = list(STAGE.finditer(text))
    if not stages:
        return "importing the graph", None
    last = stages[-1]
    number, total = int(last[1]), int(last[2])
    percents = PERCENT.findall(text[last.end() :])
    within = int(percents[-1]) / 100 if percents else 0.0
    return f"importing the graph: {last[3].strip().lower()}", (number - 1 + within) / total


def _failed(code: int, log: Path, report: Path) -> EnvironmentAtFault | InputAtFault:
    text = tail(log)
    environment = explain(text, "the import failed", log)
    if environment.expected:  # recognised as the machine's fault
        return environment
    named = [f"{what}: {value}" for what, value in TOLD.findall(SOURCE.sub(lambda file: file[1], text))]
    said = named or CAUSE.findall(text)[-1:] or tail(report).splitlines()
    return InputAtFault(
        f"the import failed (code {code}): {'; '.join(list(dict.fromkeys(said))[:4]) or 'it does not say why'}",
        "unique keys, values of the declared type, relationships that have both ends",
        f"the old graph still stands; read {log}",
    )


def _reap(place: Place) -> None:
    """End an import whose parent was killed: it still writes into the folder that we are about to use."""
    for pid in process.with_argument(import_mark(place)):
        if born := process.birth(pid):
            process.end(pid, born, patience=2.0)
