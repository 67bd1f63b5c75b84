"""A site's own tables: CSV, Parquet or a sheet called kb_<table>, with the columns of the declaration, read as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from graph.contract import KNOWLEDGE, Table
from graph.errors import InputAtFault
from kg.knowledge.kinds import BY_NAME, UNITS, WINDOWS, Kind
from kg.knowledge.sheet import Cell, Sheet, named, read_sheets

Row = dict[str, Cell]


def is_own(path: Path) -> bool:
    """Whether the file is a site's table by its name; a workbook may also hold several, by the names of its sheets."""
    return table_named(path.stem) is not None


def table_named(title: str) -> Table | None:
    """The table that a file or a sheet is called after: kb_point, or kb_point-2026."""
    name = title.strip().lower()
    return next((KNOWLEDGE[known] for known in sorted(KNOWLEDGE, key=len, reverse=True) if name.startswith(known)), None)


def read_own(path: Path) -> Iterator[tuple[Table, list[Row]]]:
    """Each table of a file with its rows, origin filled in. Raises InputAtFault naming file and row."""
    match path.suffix.lower():
        case ".xlsx":
            for sheet in read_sheets(path, lambda header: bool(set(map(str.lower, header)) & _ANY_HEADER)):
                yield _table(sheet, table_named(sheet.title) or table_named(path.stem))
        case ".csv":
            yield _table(_sheet(path, pl.read_csv(path, infer_schema=False, encoding="utf8-lossy")), table_named(path.stem))
        case _:
            yield _table(_sheet(path, pl.read_parquet(path)), table_named(path.stem))


_ANY_HEADER = {header for table in KNOWLEDGE.values() for header in table.headers}


def _sheet(path: Path, frame: pl.DataFrame) -> Sheet:
    rows = frame.with_columns(pl.col(pl.Date).cast(pl.String)).rows()
    return Sheet(path.name, path.stem, tuple(frame.columns), tuple(enumerate(rows, 2 if path.suffix.lower() == ".csv" else 1)))


def _table(sheet: Sheet, table: Table | None) -> tuple[Table, list[Row]]:
    if table is None:
        expected = f"a name that begins with one of {', '.join(KNOWLEDGE)}"
        raise InputAtFault(f"{sheet.file}, sheet {sheet.title}: which table this is", expected, "rename the sheet or the file")
    columns = [table.headers.get(text.lower()) for text in sheet.header]
    if unknown := [text for text, name in zip(sheet.header, columns, strict=True) if text and name is None]:
        raise InputAtFault(
            f"{sheet.file}: {table.name} has no column {', '.join(unknown)}", _listed(table), "rename or take out the column"
        )
    if missing := sorted(set(table.required) - set(columns)):
        raise InputAtFault(f"{sheet.file}: {table.name} lacks {', '.join(missing)}", _listed(table), "add the column")
    return table, [_row(table, sheet, n, row) for n, row in named(sheet, columns)]


def _listed(table: Table) -> str:
    return f"columns among {', '.join(table.columns)}"


def _row(table: Table, sheet: Sheet, n: int, row: Row) -> Row:
    for name in table.filled:
        if row[name] is None or not str(row[name]).strip():
            raise InputAtFault(f"{sheet.where(n)}: {name} is empty", "a value in every row", "fill it, or take the row out")
    for name, cell in row.items():
        if table.columns[name].kind == "code" and isinstance(cell, int | float):
            raise InputAtFault(
                f"{sheet.where(n)}: {name} {cell} is a number", "codes as text: a number loses its zeros", "format it as text"
            )
    full: Row = {"source_file": sheet.file, "source_row": n, **{name: cell for name, cell in row.items() if cell is not None}}
    return _in_our_words(sheet, n, full) if table.name == "kb_point" else full


def _in_our_words(sheet: Sheet, n: int, row: Row) -> Row:
    """A point may be written in the published words; the library holds one spelling."""
    kind = BY_NAME.get(str(row["rule_kind"]))
    if kind is None:
        raise InputAtFault(f"{sheet.where(n)}: rule_kind {row['rule_kind']}", f"one of {', '.join(BY_NAME)}", "correct the row")
    words: Sequence[tuple[str, Mapping[str, str]]] = (("limit_value", kind.values), ("limit_unit", UNITS), ("window", WINDOWS))
    spelled = {name: known[str(row[name])] for name, known in words if str(row.get(name)) in known}
    _check_value(sheet, n, kind, {**row, **spelled})
    return {**row, **spelled, "rule_kind": kind.id}


def _check_value(sheet: Sheet, n: int, kind: Kind, row: Row) -> None:
    value = row.get("limit_value")
    if kind.values and value not in kind.values.values():
        raise InputAtFault(f"{sheet.where(n)}: limit_value {value}", f"one of {', '.join(kind.values)}", "correct the row")
