"""Which rows of the book does a delivery take the place of? Its kind decides (data-contract 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from graph.contract import Table
from graph.errors import InputAtFault
from ingest.delivery import DeliveryKind


def replaced(table: Table, kind: DeliveryKind, period: tuple[date, date] | None, key: Sequence[str], rows: str) -> str:
    """SQL condition on a row `o` of the book. `rows` are the delivery's, `key` the key columns that they have."""
    if kind == "correction":
        return _same(rows, key) if key else _same_day(table, rows)
    if kind != "full":
        return "false"
    if period is None or table.month is None:
        return "true"
    within = f"coalesce(CAST(o.\"{table.month}\" AS DATE) BETWEEN DATE '{period[0]}' AND DATE '{period[1]}', false)"
    return f"({within} OR {_same(rows, key)})" if key else within


def uncorrectable(table: Table) -> InputAtFault | None:
    """Why no correction can name rows of this table: it has neither a key nor an institution and a day."""
    if table.key or (table.month and "fixmedins_code" in table.columns):
        return None
    return InputAtFault(
        f"a correction of {table.name}, whose rows have neither a key nor an institution with a day",
        "a table that a correction can name rows of",
        f'deliver {table.name} as kind = "full", which replaces all of it, or withdraw the delivery that brought it',
    )


def _same(rows: str, key: Sequence[str]) -> str:
    return f"EXISTS (FROM {rows} s WHERE " + " AND ".join(f's."{name}" IS NOT DISTINCT FROM o."{name}"' for name in key) + ")"


def _same_day(table: Table, rows: str) -> str:
    day = f'CAST({{}}."{table.month}" AS DATE)'
    same = f"s.fixmedins_code IS NOT DISTINCT FROM o.fixmedins_code AND {day.format('s')} IS NOT DISTINCT FROM {day.format('o')}"
    return f"EXISTS (FROM {rows} s WHERE {same})"
