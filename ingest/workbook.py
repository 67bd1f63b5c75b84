"""How does an Excel sheet become records? Its header, wherever it stands, and the text that each cell has in the contract's terms.

A workbook says less than a CSV file: a number has lost its leading zeros and what it had beyond 15 digits, a code that looks like a day
has become one. What is certainly lost keeps its row out, with the reason; what may be lost is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

import pyarrow as pa
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from graph.contract import Column
from graph.errors import InputAtFault
from ingest.sheet import Cell, Row, Sheet, opened

MOST_RECORDS = 1_000_000
"""Of one workbook, as the contract says; a sheet ends at 1,048,576 rows, and an export that fills it was cut."""
EXACT_DIGITS = 15
"""What Excel keeps of a number."""
LAST_DAY = 2_958_465
"""Serial number of 9999-12-31: a larger number in a date column is a day in digits, YYYYMMDD."""
_HEADER_WITHIN = 30
_BATCH = 20_000
_FOOTERS = ("合计", "总计", "小计", "备注", "说明", "注:", "注：", "制表", "填表", "审核", "复核", "打印")
"""Words with which a row that is no record begins."""

Known = Callable[[tuple[str, ...]], int]
"""How many of these names are columns of the table."""


@dataclass(frozen=True)
class Layout:
    """Where the records of a sheet begin, and what its columns are called."""

    names: tuple[str, ...]
    skipped: int
    """Filled rows up to and with the header."""


def header(path: Path, known: Known) -> tuple[str, ...]:
    """The names of the columns. Raises InputAtFault when no sheet, or more than one, holds anything."""
    with opened(path) as sheets:
        return _layout(_only(path, sheets), known).names


def batches(path: Path, known: Known, columns: Sequence[Column | None], numeric: Counter[str]) -> Iterator[pa.Table]:
    """The records after the header: text columns c0, c1, ..., then `_reason` and `_line` (null for a good record).

    `numeric` counts, by code column, the cells that are numbers: leading zeros, if they had any, are lost and cannot be restored.
    """
    schema = pa.schema([(name, pa.string()) for name in (*(f"c{place}" for place in range(len(columns))), "_reason", "_line")])
    with opened(path) as sheets:
        sheet = _only(path, sheets)
        rows = islice(sheet.rows(), _layout(sheet, known).skipped, None)
        total = 0
        while part := [_record(row, columns, sheet, numeric) for row in islice(rows, _BATCH)]:
            total += len(part)
            if total > MOST_RECORDS:
                raise InputAtFault(
                    f"{path.name} holds more than {MOST_RECORDS:,} rows",
                    f"at most {MOST_RECORDS:,} rows in a workbook: what the export had beyond the sheet's end is not in it",
                    "export the table as CSV in UTF-8",
                )
            yield pa.table([pa.array(column, pa.string()) for column in zip(*part, strict=True)], schema=schema)


def _only(path: Path, sheets: tuple[Sheet, ...]) -> Sheet:
    if len(sheets) == 1:
        return sheets[0]
    if not sheets:
        raise InputAtFault(f"{path.name} is empty", "a sheet with a header and its rows", "export the table again, with its header")
    raise InputAtFault(
        f"{path.name} holds rows on {len(sheets)} sheets: {', '.join(sheet.title for sheet in sheets)}",
        "one table on one sheet, hidden sheets included",
        "save each sheet that belongs to the table as a workbook of its own (<table>_1.xlsx, <table>_2.xlsx) and remove the others",
    )


def _layout(sheet: Sheet, known: Known) -> Layout:
    """The row, or two rows under merged headings, that names most columns: titles and remarks may stand above it."""
    first = list(islice(sheet.rows(), _HEADER_WITHIN))
    width = max(max(row) for row in first) + 1
    names = [tuple(row[p][1].strip() if p in row else "" for p in range(width)) for row in first]
    both = [tuple(low or high for high, low in zip(*pair, strict=True)) for pair in pairwise(names)]
    layouts = [Layout(n, at) for at, n in enumerate(names, 1)] + [Layout(n, at) for at, n in enumerate(both, 2)]
    best = max(layouts, key=lambda layout: known(layout.names))  # of equals the first: one row before two
    while_named = max((place for place, name in enumerate(best.names, 1) if name), default=1)
    named = (name or f"column {get_column_letter(place)}" for place, name in enumerate(best.names[:while_named], 1))
    return Layout(tuple(named), best.skipped)


def _record(row: Row, columns: Sequence[Column | None], sheet: Sheet, numeric: Counter[str]) -> list[str | None]:
    if row[min(row)][1].lstrip().startswith(_FOOTERS) and not _has_key(row, columns):
        return _lost(row, columns, "a footer or a subtotal, no record: it names no key")
    if beyond := [place for place in row if place >= len(columns)]:
        return _lost(row, columns, f"column {get_column_letter(beyond[0] + 1)} is filled and has no header")
    cells: list[str | None] = [None] * len(columns)
    for place, cell in row.items():
        column = columns[place]
        if column and (why := _fault(cell, column)):
            return _lost(row, columns, f"{column.name}, column {get_column_letter(place + 1)}: {why}")
        cells[place] = text_of(cell, column, sheet)
        if column and cell[0] == "number" and column.kind == "code" and not column.codes:
            numeric[column.name] += 1
    return [*cells, None, None]


def _has_key(row: Row, columns: Sequence[Column | None]) -> bool:
    """Whether a cell behind the first stands in a code column that must be filled."""
    first = min(row)
    filled = (columns[place] for place in row if first < place < len(columns))
    return any(column is not None and column.mark == "key" and column.kind == "code" for column in filled)


def _lost(row: Row, columns: Sequence[Column | None], reason: str) -> list[str | None]:
    return [*[None] * len(columns), reason, " | ".join(text for _, (_, text) in sorted(row.items()))]


def _fault(cell: Cell, column: Column) -> str | None:
    """What a cell has lost for certain."""
    kind, text = cell
    if kind == "error":
        return f"the cell holds the error {text}"
    if kind == "formula":
        return "a formula without its value: open the workbook in Excel and save it"
    if column.kind != "code":
        return None
    if kind == "date":
        return "Excel made a day of this code: format the column as text and export again"
    if kind == "number" and len(_plain(text).strip("-").replace(".", "")) > EXACT_DIGITS:
        return f"a code as a number of more than {EXACT_DIGITS} digits: the rest is lost; format the column as text and export again"
    return None


def text_of(cell: Cell, column: Column | None, sheet: Sheet) -> str | None:
    """A cell as a CSV file would say it."""
    kind, text = cell
    if kind not in {"number", "date"}:
        return text
    timely = column is not None and column.kind in {"time", "date"}
    if kind == "date" or (timely and _is_serial(text)):
        return _day(text, sheet.epoch) or text
    return _plain(text)


def _is_serial(text: str) -> bool:
    return 0 <= float(text) <= LAST_DAY


@lru_cache(4096)
def _day(text: str, epoch: datetime) -> str | None:
    """Of a serial number: days since the epoch, the time of day as its fraction; below 1 it is a time without a day."""
    try:
        when = from_excel(float(text), epoch)
    except (ValueError, OverflowError):
        return None
    if isinstance(when, timedelta | time):
        when = datetime.min + when if isinstance(when, timedelta) else datetime.combine(datetime.min, when)
        return f"{when:%H:%M:%S}"
    whole = when + timedelta(microseconds=500_000)
    return f"{whole:%Y-%m-%d %H:%M:%S}"


@lru_cache(4096)
def _plain(text: str) -> str:
    """A number as Excel shows it, by 15 digits and without an exponent: 0.30000000000000004 in the file is 0.3 in the cell."""
    if len(text) <= EXACT_DIGITS and "E" not in text and "e" not in text:
        return text.removesuffix(".0")
    number = format(Decimal(format(float(text), f".{EXACT_DIGITS}g")), "f")
    return number.rstrip("0").rstrip(".") if "." in number else number

