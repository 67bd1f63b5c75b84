"""What is worth a warning in rows that load all the same? Unknown codes, codes of the wrong form, dates without a day, null shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb

from graph.codes import COLUMN_FORMS, fits_sql
from graph.contract import CONTRACT, CodeList
from ingest.cast import quoted
from ingest.stage import Staged, numbers

Warning_ = Mapping[str, str | int]
_SHOWN = 5
NUMERIC = "a number in a code column of a workbook: leading zeros are lost and cannot be restored; export the column as text"
_MARKS = {
    "_undated": "a time of day without a date: the date is unknown",
    "_rounded": "an amount finer than a fen: half a fen goes up",
}
"""What staging notes about a row -> what it means."""


def noted(table: str, what: str, rows: int) -> Warning_:
    """A warning about rows of a table, whatever their columns."""
    return {"table": table, "column": "", "what": what, "rows": rows, "values": ""}


def warnings(connection: duckdb.DuckDBPyConnection, staged: Staged) -> list[Warning_]:
    """One entry for each column that deserves one: table, column, what, rows, and a few of the values."""
    found: list[Warning_] = []
    for column in staged.present:
        if column.identity:
            continue
        if column.codes:
            known = _known(f'"{column.name}"', CONTRACT.codes[column.codes])
            found += _values(connection, staged, column.name, known, f"not in the code list {column.codes}")
        if column.name in COLUMN_FORMS and not column.split:
            found += _values(connection, staged, column.name, fits_sql(column.name), "not of the national form")
    for mark, what in _MARKS.items():
        (rows,) = numbers(connection, f"SELECT count(*) FROM {staged.name} WHERE {mark} AND _column IS NULL")
        if rows:
            found.append(noted(staged.table.name, what, rows))
    for name, rows in sum((Counter(file.numeric) for file in staged.files), Counter()).items():
        found.append({**noted(staged.table.name, NUMERIC, rows), "column": name})
    return found


def _known(column: str, codes: CodeList) -> str:
    values = ", ".join(map(quoted, codes.values))
    if not codes.stems:
        return f"{column} IN ({values})"
    return "(" + " OR ".join(f"starts_with({column}, {quoted(stem)})" for stem in codes.values) + ")"


def _values(connection: duckdb.DuckDBPyConnection, staged: Staged, column: str, fits: str, what: str) -> list[Warning_]:
    distinct = f'SELECT "{column}", count(*) AS n FROM {staged.name} WHERE _column IS NULL AND "{column}" IS NOT NULL GROUP BY 1'
    rows = connection.execute(f'SELECT "{column}", n FROM ({distinct}) WHERE NOT {fits} ORDER BY n DESC, 1').fetchall()
    if not rows:
        return []
    shown = ", ".join(str(row[0])[:40] for row in rows[:_SHOWN])
    return [{"table": staged.table.name, "column": column, "what": what, "rows": sum(row[1] for row in rows), "values": shown}]


def null_shares(staged: Staged) -> str | None:
    """SELECT of table, column, institution, rows and nulls; None for a table without institutions."""
    if "fixmedins_code" not in {column.name for column in staged.present}:
        return None
    columns = [c.name for c in staged.present if c.mark != "key" and c.name != "fixmedins_code"]
    if not columns:
        return None
    counts = ", ".join(f'count("{name}") AS "{name}"' for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return (
        f'SELECT {quoted(staged.table.name)} AS "table", "column", fixmedins_code, seen AS "rows", seen - filled AS nulls FROM ('
        f"UNPIVOT (SELECT fixmedins_code, count(*) AS seen, {counts} FROM {staged.name} WHERE _column IS NULL GROUP BY fixmedins_code) "
        f'ON {names} INTO NAME "column" VALUE filled) WHERE filled < seen'
    )
