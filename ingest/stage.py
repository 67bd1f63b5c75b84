"""How do the files of a table become one staged table of typed rows, each with its file and record, and with its first flaw if it has one?

Staged tables live in one encrypted temporary file whose key is never written down: identities are still in clear here. A row keeps the
text it was delivered with only when it is flawed. Rows stand in the order of the files, so a record number is a difference of row ids.
"""

from __future__ import annotations

import secrets
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from graph.contract import BOOK_TYPE, CONTRACT, Column, Table
from graph.errors import InputAtFault
from ingest import cast
from ingest.cast import quoted
from ingest.delivery import SourceFile
from ingest.read import Header, Measure, from_workbook, relation, tolerant

TEXT_KINDS = frozenset({"code", "text", "free"})
MEMORY = "1600MB"


@dataclass(frozen=True)
class StagedFile:
    """Where the rows of one file lie in the staged table."""

    file: SourceFile
    header: Header
    first: int
    """Row id of its record 1."""
    rows: int
    numeric: Mapping[str, int] = field(default_factory=dict)
    """Code columns of a workbook -> cells that are numbers."""


@dataclass(frozen=True)
class Staged:
    """One staged table: `stage.<name>`."""

    table: Table
    files: tuple[StagedFile, ...]

    @property
    def name(self) -> str:
        return f"stage.{self.table.name}"

    @property
    def present(self) -> tuple[Column, ...]:
        """Contract columns that some file has, in the order of the contract."""
        found = {column for staged in self.files for column in staged.header.columns}
        return tuple(column for column in self.table.columns.values() if column.name in found)

    @property
    def rows(self) -> int:
        return sum(file.rows for file in self.files)

    def place(self, rid: str) -> tuple[str, str]:
        """SQL of the file name and of the record number of a row id."""
        last = max(len(self.files) - 1, 0)
        names = [f"WHEN {rid} < {f.first + f.rows} THEN {quoted(f.file.name)}" for f in self.files[:last] if f.rows]
        firsts = [f"WHEN {rid} < {f.first + f.rows} THEN {f.first}" for f in self.files[:last] if f.rows]
        name = quoted(self.files[last].file.name)
        if not names:
            return name, f"{rid} - {self.files[last].first} + 1"
        return f"CASE {' '.join(names)} ELSE {name} END", f"{rid} - CASE {' '.join(firsts)} ELSE {self.files[last].first} END + 1"


@contextmanager
def workshop(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection with an empty `stage`, whose file and spilled memory lie in the folder `spill`, which is gone afterwards."""
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(parents=True, mode=0o700)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    try:
        with duckdb.connect(config=config) as connection:
            # DuckDB calls its built-in cipher "unsafe" because its nonces are not certified; the key is this process's own and dies with it
            connection.execute("SET force_mbedtls_unsafe = true")
            connection.execute("SET temp_file_encryption = true")
            connection.execute("SET GLOBAL TimeZone = 'Asia/Shanghai'")  # only matters for Parquet files that hold instants
            connection.execute("SET enable_progress_bar = false")
            connection.execute(f"ATTACH {quoted(str(spill / 'stage.duckdb'))} AS stage (ENCRYPTION_KEY '{secrets.token_hex(32)}')")
            yield connection
    finally:
        shutil.rmtree(spill, ignore_errors=True)


def create(connection: duckdb.DuckDBPyConnection, table: Table, present: Collection[str]) -> None:
    """An empty staged table: the delivered contract columns (identities still as text), then what is said about a row."""
    columns = [f'"{c.name}" {"VARCHAR" if c.identity else BOOK_TYPE[c.kind]}' for c in table.columns.values() if c.name in present]
    said = [f"{name} VARCHAR" for name in ("_column", "_value", "_reason", "_raw")]
    connection.execute(f"CREATE TABLE stage.{table.name} ({', '.join([*columns, *said, '_undated BOOLEAN', '_rounded BOOLEAN'])})")


def read_file(connection: duckdb.DuckDBPyConnection, file: SourceFile, header: Header, measured: Future[Measure], first: int) -> StagedFile:
    """Append a file to its staged table: by the fast reader if it accounts for every line, else by the tolerant one."""
    insert = f"INSERT INTO stage.{file.table} BY NAME "
    if file.form == "xlsx":
        return _sheet(connection, file, header, insert, first)
    if _fast(connection, file, header, measured, insert, first):
        return StagedFile(file, header, first, _count(connection, file.table) - first)
    if measured.result().lines < 0:
        raise InputAtFault(f"{file.name} breaks off", "a whole archive", "copy it again from its source")
    _insert(connection, tolerant(file, header), insert + _typed(CONTRACT[file.table], header))
    return StagedFile(file, header, first, _count(connection, file.table) - first)


def _sheet(connection: duckdb.DuckDBPyConnection, file: SourceFile, header: Header, insert: str, first: int) -> StagedFile:
    numeric: Counter[str] = Counter()
    typed = insert + _typed(CONTRACT[file.table], header)
    for part in from_workbook(file, header, numeric):  # piece by piece, so that what it raises arrives here as it was raised
        _insert(connection, part, typed)
    return StagedFile(file, header, first, _count(connection, file.table) - first, numeric)


def _insert(connection: duckdb.DuckDBPyConnection, records: object, typed: str) -> None:
    connection.register("records", records)
    try:
        connection.execute(typed.replace("{source}", "records"))
    finally:
        connection.unregister("records")


def _fast(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, header: Header, measured: Future[Measure], insert: str, first: int
) -> bool:
    csv = file.form == "csv"
    if csv and header.encoding != "utf-8":
        return False
    typed = _typed(CONTRACT[file.table], header, tidy=csv and measured.result().tidy)
    connection.execute("BEGIN")
    try:
        connection.execute(insert + typed.replace("{source}", relation(file, header)))
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        if csv:
            return False
        said = str(error).splitlines()[0][:200]
        raise InputAtFault(f"{file.name} cannot be read: {said}", "a whole Parquet file", "export it again") from error
    facts = measured.result()
    if csv and (facts.has_nul or _count(connection, file.table) - first + 1 != facts.lines):
        connection.execute("ROLLBACK")
        return False
    connection.execute("COMMIT")
    return True


def numbers(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    """The one row of a query whose columns are whole numbers."""
    (row,) = connection.execute(query).fetchall()
    return tuple(map(int, row))


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return numbers(connection, f"SELECT count(*) FROM stage.{table}")[0]


def _typed(table: Table, header: Header, *, tidy: bool = False) -> str:
    """The one projection that every row goes through; `{source}` stands for its reader. `tidy`: no cell needs cleaning."""
    columns = [table.columns[name] for name in header.columns if name]
    texts = ", ".join(f'{cast.clean(header.cell(c.name), c, "_untidy")} AS "t_{c.name}"' for c in columns)
    untidy = "false" if tidy else cast.untidy([header.cell(c.name) for c in columns if c.kind != "free"])
    cleaned = f"SELECT *, {texts} FROM (SELECT *, {untidy} AS _untidy FROM {{source}})"
    typed = [c for c in columns if c.kind not in TEXT_KINDS]
    values = ", ".join(["*", *(f'{_value(c, header)} AS "v_{c.name}"' for c in typed)])
    flaw = _first_flaw(table, columns)
    shown = " ".join(f'WHEN {quoted(c.name)} THEN "t_{c.name}"' for c in columns)
    kept = ", ".join(f"{quoted(name)}: c{place}" for place, name in enumerate(_distinct(header.names)))
    out = [f'"{"v" if c in typed else "t"}_{c.name}" AS "{c.name}"' for c in columns]
    undated = [f'("v_{c.name}" IS NULL AND {cast.is_time_only(f"""t_{c.name}""")})' for c in typed if c.kind == "time"]
    rounded = [cast.is_finer_than_a_fen(f"t_{c.name}") for c in typed if c.kind == "fen"]
    return (
        f"SELECT {', '.join(out)}, _column, CASE WHEN _column IS NOT NULL THEN CASE _column {shown} END END AS _value, _reason, "
        f"CASE WHEN _column IS NOT NULL THEN coalesce(_line, CAST(to_json({{{kept}}}) AS VARCHAR)) END AS _raw, "
        f"{' OR '.join(undated) or 'false'} AS _undated, {' OR '.join(rounded) or 'false'} AS _rounded "
        f"FROM (SELECT *, {flaw} AS _column FROM (SELECT {values} FROM ({cleaned})))"
    )


def _first_flaw(table: Table, columns: list[Column]) -> str:
    """Name of the first column that is empty but marked K, or that holds what its kind cannot; '' for a record without fields."""
    arms = ["WHEN _reason IS NOT NULL THEN ''"]
    for column in table.columns.values():
        text, broken = f'"t_{column.name}"', ""
        if column not in columns:
            if column.mark == "key":
                arms.append(f"WHEN true THEN {quoted(column.name)}")
            continue
        if column.kind not in TEXT_KINDS:
            broken = f'{text} IS NOT NULL AND "v_{column.name}" IS NULL'
            if column.kind == "time" and column.mark != "key":
                broken += f" AND NOT {cast.is_time_only(text)}"
        if column.mark == "key":
            broken = f"{text} IS NULL" + (f" OR ({broken})" if broken else "")
        if broken:
            arms.append(f"WHEN {broken} THEN {quoted(column.name)}")
    return f"CASE {' '.join(arms)} END"


def _value(column: Column, header: Header) -> str:
    """The cast of a column; a time of day takes its date from begndate or enddate where the row has one (data-contract 1)."""
    text = f'"t_{column.name}"'
    value = cast.cast(column.kind, text)
    days = [name for name in ("begndate", "enddate") if name in header.columns]
    if column.kind != "time" or not days:
        return value
    if not column.name.startswith("beg"):
        days.reverse()
    day = "coalesce(" + ", ".join(cast.cast("date", f'"t_{name}"') for name in days) + ")"
    return f"CASE WHEN {cast.is_time_only(text)} THEN {cast.on_day(text, day)} ELSE {value} END"


def _distinct(names: tuple[str, ...]) -> list[str]:
    seen: dict[str, int] = {}
    made = []
    for name in names:
        seen[name.lower()] = seen.get(name.lower(), 0) + 1
        made.append(name if seen[name.lower()] == 1 else f"{name}#{seen[name.lower()]}")
    return made
