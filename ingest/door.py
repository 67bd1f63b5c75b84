"""The one door into the book: `check` gives the contract's verdict on a delivery, `ingest` takes it in."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from graph.book import Manifest
from graph.contract import CONTRACT
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from graph.identity import Identities
from graph.lock import hold
from ingest import against_book, quarantine, stage, volume
from ingest import withdraw as withdrawal
from ingest.check import Warning_, noted, null_shares, warnings
from ingest.commit import Loaded, Writer, sweep
from ingest.delivery import Delivery, SourceFile, find
from ingest.judge import judge
from ingest.pseudonyms import Register, number_rows, register
from ingest.read import Header, Measure, measure, read_header
from ingest.reconcile import Count, Report, Sum, count
from ingest.replace import uncorrectable
from ingest.stage import Staged

Progress = Callable[[str, float | None], None]
SHORT = 16
"""Hexadecimal digits of a delivery's id."""


@dataclass(frozen=True)
class Read:
    """A delivery, staged and judged, as far as it could be."""

    delivery: Delivery
    measures: dict[str, Measure]
    tables: tuple[Staged, ...]
    faults: tuple[InputAtFault, ...]

    @property
    def delivery_id(self) -> str:
        return _identity(self.delivery, self.measures)


def check(folder: Path, home: Home | None = None, *, progress: Progress | None = None) -> Report:
    """Read and judge a delivery and keep nothing; with a home, tables of its book count as there."""
    booked = set(Manifest.read(home.book).tables) if home else set[str]()
    with (
        tempfile.TemporaryDirectory(prefix="ringscope-") as spill,
        _measured(find(folder)) as (delivery, measures),
        stage.workshop(Path(spill) / "stage") as connection,
    ):
        read = _read(connection, delivery, measures, booked, progress)
        if home:
            read = replace(read, faults=(*read.faults, *volume.faults(connection, read.tables, home, delivery.note)))
        counts = {staged.table.name: count(connection, staged, None) for staged in read.tables}
        return _report(connection, read, counts, booked)


def ingest(
    folder: Path, home: Home, *, name: str | None = None, any_volume: bool = False, progress: Progress | None = None
) -> Report:
    """Take a delivery into the book, all of it or nothing; taking it in again changes nothing.

    `any_volume`: somebody has given a reason for an unusual number of rows.
    An unusable delivery changes nothing either and says why in its report. Raises EnvironmentAtFault while another ingest is at work.
    """
    with hold(home.make(), "ingest", f"taking in {folder.resolve()}"):
        manifest = Manifest.read(home.book)
        sweep(home, manifest)
        with _measured(find(folder)) as (delivery, measures):
            if delivery.note.kind == "withdraw":
                return _withdraw(home, manifest, delivery, name, progress)
            _one_world(home, manifest, delivery)
            if manifest.deliveries and (known := _identity(delivery, _all(measures))) in manifest.deliveries:
                return _again(home, known)
            with stage.workshop(home.root / "tmp" / "ingest") as connection, Identities.open(home) as identities:
                return _take_in(connection, identities, home, delivery, measures, name, any_volume, progress)


def _take_in(
    connection: duckdb.DuckDBPyConnection,
    identities: Register,
    home: Home,
    delivery: Delivery,
    measures: dict[str, Future[Measure]],
    name: str | None,
    any_volume: bool,
    progress: Progress | None,
) -> Report:
    booked = set(Manifest.read(home.book).tables)
    read = _read(connection, delivery, measures, booked, progress)
    if not any_volume:
        read = replace(read, faults=(*read.faults, *volume.faults(connection, read.tables, home, delivery.note)))
    if read.faults:
        counts = {staged.table.name: count(connection, staged, None) for staged in read.tables}
        return _report(connection, read, counts, booked)
    if progress:
        progress("identities", None)
    register(connection, read.tables, identities)
    writer = Writer(connection, home, read.delivery_id, delivery.note)
    counts, notes = {}, list[Warning_]()
    for n, staged in enumerate(read.tables):
        if progress:
            progress(f"book: {staged.table.name}", n / len(read.tables))
        number_rows(connection, staged)
        if staged.table.in_book:
            added = against_book.judge(connection, staged, home, delivery.note.kind, writer.draft, read.delivery_id)
            if added:
                notes.append(noted(staged.table.name, "a correction of a row that is not in the book: it was added", added))
            counts[staged.table.name] = count(connection, staged, writer.write(staged))
        else:
            counts[staged.table.name] = count(connection, staged, _keep_faces(connection, staged, home, read.delivery_id, identities))
    report = _report(connection, read, counts, booked, notes)
    writer.commit(lambda: _describe(connection, read, report, writer.draft, name, identities))
    return report


def _withdraw(home: Home, manifest: Manifest, delivery: Delivery, name: str | None, progress: Progress | None) -> Report:
    """Take a delivery out of the book. Its withdrawal is a delivery too: when the same content comes again, it can be withdrawn again."""
    wanted = delivery.note.withdraws
    if before := withdrawal.withdrawn_before(home, manifest, wanted):
        return replace(_again(home, before), warnings=(noted("", f"{wanted} was withdrawn before: nothing changed", 0),))
    gone = withdrawal.named(home, manifest, wanted)
    world = delivery.note.model_copy(update={"synthetic": gone.about["synthetic"]})  # what is withdrawn leaves its people in the vault
    delivery = replace(delivery, note=world)
    said = json.dumps([delivery.note.model_dump(mode="json"), manifest.version])
    delivery_id = hashlib.sha256(said.encode()).hexdigest()[:SHORT]
    with stage.workshop(home.root / "tmp" / "ingest") as connection, Identities.open(home) as identities:
        writer = Writer(connection, home, delivery_id, delivery.note)
        changed = withdrawal.withdraw(connection, home, writer, gone, lambda what: progress(what, None) if progress else None)
        moved = tuple(
            noted(table, what, rows)
            for table, (went, came) in changed.items()
            for what, rows in (("withdrawn: gone from the book", went), ("withdrawn: back in the book", came))
            if rows
        )
        report = Report(delivery_id, switched_off=_absent({t.name for t in CONTRACT if not t.in_book or writer.months(t)}), warnings=moved)

        def describe() -> None:
            _write_about(writer.draft, delivery, report, name, {"files": {}, "withdrew": [gone.folder.name, gone.about["name"]]})
            quarantine.keep(connection, [], [], writer.draft, identities)

        writer.commit(describe, without=gone.folder.name)
    return report


def _absent(present: set[str]) -> tuple[str, ...]:
    return tuple(table.name for table in CONTRACT if table.name not in present)


def _read(
    connection: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    measures: dict[str, Future[Measure]],
    booked: set[str],
    progress: Progress | None,
) -> Read:
    headers, faults = _headers(connection, delivery, booked)
    unusable = {file.table for file in delivery.files if file.name not in headers}
    tables: list[Staged] = []
    for n, name in enumerate(delivery.tables):
        if progress:
            progress(f"reading {name}", n / len(delivery.tables))
        if name not in unusable:
            try:
                tables.append(_stage(connection, name, delivery, headers, measures))
            except InputAtFault as fault:
                faults.append(fault)
    known = _all(measures)
    for staged in tables:
        judge(connection, staged, _repeated_files(staged, known), delivery.folder)
    return Read(delivery, known, tuple(tables), tuple(faults))


def _stage(
    connection: duckdb.DuckDBPyConnection, table: str, delivery: Delivery, headers: dict[str, Header], measures: dict[str, Future[Measure]]
) -> Staged:
    files = delivery.files_of(table)
    stage.create(connection, CONTRACT[table], {column for file in files for column in headers[file.name].columns if column})
    staged = Staged(CONTRACT[table], ())
    for file in files:
        part = stage.read_file(connection, file, headers[file.name], measures[file.name], staged.rows)
        staged = replace(staged, files=(*staged.files, part))
    return staged


def _headers(connection: duckdb.DuckDBPyConnection, delivery: Delivery, booked: set[str]) -> tuple[dict[str, Header], list[InputAtFault]]:
    """Headers of the files that have all required columns, and what is wrong with the delivery as a whole."""
    headers: dict[str, Header] = {}
    faults = [
        InputAtFault(
            f"no file for {table.name} ({table.zh})",
            "it in the delivery, or already in the book",
            f"add {table.name}.csv, or name its files in delivery.toml",
        )
        for table in CONTRACT
        if table.needed and table.name not in delivery.tables and table.name not in booked
    ]
    if delivery.note.kind == "correction":
        faults += [fault for name in delivery.tables if (fault := uncorrectable(CONTRACT[name]))]
    for file in delivery.files:
        try:
            header = read_header(file, connection)
        except InputAtFault as fault:
            faults.append(fault)
            continue
        missing = [name for name in CONTRACT[file.table].required if name not in header.columns]
        if missing:
            faults.append(_lacking(file, header, missing))
        else:
            headers[file.name] = header
    return headers, faults


def _lacking(file: SourceFile, header: Header, missing: list[str]) -> InputAtFault:
    hint = f'map your header in delivery.toml: [tables.{file.table}.columns] "your header" = "{missing[0]}"'
    if len(header.names) == 1 and (other := next((d for d in "\t|;\x01" if d in header.names[0]), None)):
        hint = f"the fields seem to be separated by {other!r}: set delimiter for [tables.{file.table}] in delivery.toml"
    columns = CONTRACT[file.table].columns
    return InputAtFault(
        f"{file.name} lacks {', '.join(f'{m} ({columns[m].zh})' if columns[m].zh else m for m in missing)}; "
        f"its header is {', '.join(header.names[:12])}{' ...' if len(header.names) > 12 else ''}",
        "every column that the contract marks K or R",
        hint,
    )


def _repeated_files(staged: Staged, measures: dict[str, Measure]) -> set[str]:
    """Files that are, byte for byte, an earlier file of the same table."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for part in staged.files:
        digest = measures[part.file.name].sha256
        if digest in seen:
            repeated.add(part.file.name)
        seen.add(digest)
    return repeated


def _report(
    connection: duckdb.DuckDBPyConnection, read: Read, counts: dict[str, Count], booked: set[str], notes: Sequence[Warning_] = ()
) -> Report:
    unknown = {s.table.name: tuple(dict.fromkeys(c for f in s.files for c in f.header.unknown)) for s in read.tables}
    return Report(
        delivery_id=read.delivery_id,
        tables=counts,
        quarantine=tuple(entry for staged in read.tables for entry in quarantine.entries(connection, staged)),
        unknown_columns={table: columns for table, columns in unknown.items() if columns},
        switched_off=_absent(booked | {table for table, counted in counts.items() if counted.loaded}),
        warnings=(*notes, *(w for staged in read.tables for w in warnings(connection, staged))),
        faults=read.faults,
    )


def _describe(
    connection: duckdb.DuckDBPyConnection, read: Read, report: Report, folder: Path, name: str | None, identities: Register
) -> None:
    """The parts of a snapshot beside its rows: manifest, quarantine and null shares."""
    _write_about(folder, read.delivery, report, name, {"files": {file: vars(measured) for file, measured in read.measures.items()}})
    quarantine.keep(connection, list(read.tables), list(report.quarantine), folder, identities)
    if shares := [select for staged in read.tables if (select := null_shares(staged))]:
        pq.write_table(connection.sql(" UNION ALL ".join(shares)).to_arrow_table(), folder / "nulls.parquet")


def _write_about(folder: Path, delivery: Delivery, report: Report, name: str | None, more: dict[str, object]) -> None:
    about = {
        "delivery_id": report.delivery_id,
        "name": name or delivery.folder.resolve().name,
        "taken_in": datetime.now().astimezone().isoformat(timespec="seconds"),
        **delivery.note.model_dump(mode="json", include={"source", "kind", "period", "synthetic"}),
        "unknown_files": list(delivery.unknown_files),
        "report": {key: value for key, value in report.to_json().items() if key != "quarantine"},
        **more,
    }
    (folder / "manifest.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def _keep_faces(connection: duckdb.DuckDBPyConnection, staged: Staged, home: Home, delivery_id: str, identities: Register) -> Loaded:
    """Face templates go, sealed, to faces/ and nowhere else."""
    return quarantine.seal_rows(connection, staged, home.faces / f"{delivery_id}.parquet", identities)


def _again(home: Home, delivery_id: str) -> Report:
    """The report of a delivery that the book already holds: what was loaded then is repeated now."""
    folder = home.deliveries / delivery_id
    said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["report"]
    counts = {}
    for table, c in said["tables"].items():
        sums = {
            column: Sum(s["read_fen"], 0, s["quarantined_fen"], s["repeated_fen"] + s["loaded_fen"], s["unreadable_rows"])
            for column, s in c["sums"].items()
        }
        counts[table] = Count(c["read"], 0, c["quarantined"], c["repeated"] + c["loaded"], sums)
    unknown = {table: tuple(columns) for table, columns in said["unknown_columns"].items()}
    off = tuple(said["switched_off"])
    return Report(delivery_id, counts, tuple(quarantine.read(folder)), unknown, off, tuple(said["warnings"]))


@contextmanager
def _measured(delivery: Delivery) -> Iterator[tuple[Delivery, dict[str, Future[Measure]]]]:
    """Hash and count the files beside the reader, in the order in which it asks for them."""
    files = (file for table in delivery.tables for file in delivery.files_of(table))
    with ThreadPoolExecutor(max_workers=2, thread_name_prefix="measure") as pool:
        yield delivery, {file.name: pool.submit(measure, file.path) for file in files}


def _all(measures: dict[str, Future[Measure]]) -> dict[str, Measure]:
    return {name: future.result() for name, future in measures.items()}


def _identity(delivery: Delivery, measures: dict[str, Measure]) -> str:
    """A delivery is its content: the same files with the same note have the same id, wherever they lie."""
    said = delivery.note.model_dump(mode="json")
    content = json.dumps([said, sorted((name, m.sha256) for name, m in measures.items())], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:SHORT]


def _one_world(home: Home, manifest: Manifest, delivery: Delivery) -> None:
    """Synthetic and real people never share a home."""
    for known in manifest.deliveries[:1]:
        path = home.deliveries / known / "manifest.json"
        if path.exists() and json.loads(path.read_text(encoding="utf-8"))["synthetic"] != delivery.note.synthetic:
            kinds = ("real", "synthetic") if delivery.note.synthetic else ("synthetic", "real")
            seen = f"{kinds[1]} people for {home.root}, which holds {kinds[0]} ones"
            raise WrongUse(seen, "one kind in one home", "name another with --home")
