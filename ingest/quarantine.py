"""What was kept out, and how can it be looked at? Each row with its file, record, column, value and reason; the row itself sealed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from graph.contract import CONTRACT
from graph.mask import mask
from ingest.commit import Loaded
from ingest.judge import QUARANTINED, good, verdicts
from ingest.pseudonyms import Register
from ingest.stage import Staged

FILE = "quarantine.parquet"
_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Entry:
    """One row that was kept out."""

    table: str
    file: str
    record: int
    """1 = the first row after the header."""
    column: str
    """Empty when the record could not be cut into fields."""
    value: str
    """Masked in identity columns."""
    reason: str

    def to_json(self) -> dict[str, object]:
        return dict(vars(self))


def entries(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[Entry]:
    """The quarantined rows of a table, in the order of the files."""
    name, record = staged.place("rid")
    rows = connection.execute(
        f"SELECT {name}, {record}, coalesce(col, ''), value, reason FROM {verdicts(staged.table)} "
        f"WHERE outcome = '{QUARANTINED}' ORDER BY rid"
    ).fetchall()
    return [Entry(staged.table.name, str(f), int(n), str(c), _shown(staged.table.name, c, v), str(why)) for f, n, c, v, why in rows]


def _shown(table: str, column: str, value: str | None) -> str:
    declared = CONTRACT[table].columns.get(column)
    if value is None or declared is None:
        return ""
    return mask(declared.identity, value) if declared.identity else value[:_LONGEST_VALUE]


def keep(connection: duckdb.DuckDBPyConnection, tables: list[Staged], found: list[Entry], folder: Path, identities: Register) -> None:
    """Write the quarantine of a delivery; `row` is the row as delivered, sealed (`Identities.unseal` opens it)."""
    rows: list[str | None] = []
    for staged in tables:
        cells = ", ".join(f"'{c.name}': s.\"{c.name}\"" for c in staged.present)
        kept = connection.execute(
            f"SELECT coalesce(x.raw, CAST(to_json({{{cells}}}) AS VARCHAR)) FROM {verdicts(staged.table)} x "
            f"JOIN {staged.name} s ON s.rowid = x.rid WHERE x.outcome = '{QUARANTINED}' ORDER BY x.rid"
        ).fetchall()
        rows += [cast(str, row[0]) for row in kept]
    columns = {name: [getattr(entry, name) for entry in found] for name in ("table", "file", "record", "column", "value", "reason")}
    kinds = {"record": pa.int64()}
    arrays = {name: pa.array(values, kinds.get(name, pa.string())) for name, values in columns.items()}
    pq.write_table(pa.table({**arrays, "row": pa.array(identities.seal(rows), pa.string())}), folder / FILE)


def seal_rows(connection: duckdb.DuckDBPyConnection, staged: Staged, file: Path, identities: Register) -> Loaded:
    """Write the good rows of a table that never enters the book: its key in clear, the row sealed."""
    key = ", ".join(f's."{name}"' for name in staged.table.key)
    cells = ", ".join(f"'{c.name}': s.\"{c.name}\"" for c in staged.present)
    table = connection.sql(
        f"SELECT {key}, CAST(to_json({{{cells}}}) AS VARCHAR) AS row FROM {staged.name} s WHERE {good(staged)} ORDER BY s.rowid"
    ).to_arrow_table()
    sealed = pa.array(identities.seal(table.column("row").to_pylist()), pa.string())
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pq.write_table(table.set_column(table.column_names.index("row"), "row", sealed), file)
    return Loaded(table.num_rows, {})


def read(folder: Path) -> list[Entry]:
    """The quarantine of a delivery that was taken in before."""
    stored = pq.read_table(folder / FILE).drop_columns(["row"]).to_pylist()
    return [Entry(**row) for row in stored]
