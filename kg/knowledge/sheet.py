"""A sheet of a workbook as rows under a header: the header is searched for, footers and blank rows left out, merged cells understood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from graph.errors import InputAtFault

Cell = str | int | float | None
HEADER_WITHIN = 10
"""Titles and remarks may stand above the header; further down nobody looks for it."""
FOOTERS = ("合计", "总计", "备注：", "备注:", "说明：", "说明:", "注：", "注:")
"""Words with which a row below the table begins."""


@dataclass(frozen=True)
class Sheet:
    """One sheet."""

    file: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    """(row number in the sheet, cells in the order of the header)."""

    def where(self, row: int) -> str:
        """Sheet and row in words."""
        return f"{self.file}, sheet {self.title}, row {row}"


def read_sheets(path: Path, is_header: Callable[[Sequence[str]], bool]) -> tuple[Sheet, ...]:
    """Every sheet that is not empty. Raises InputAtFault when the file is no workbook, has no header or is merged where facts stand."""
    try:
        book = load_workbook(path)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise InputAtFault(f"{path.name} does not open as a workbook ({error})", "an .xlsx workbook", "save it again as .xlsx") from None
    return tuple(sheet for one in book.worksheets if (sheet := _sheet(path.name, one, is_header)))


def _sheet(file: str, sheet: Worksheet, is_header: Callable[[Sequence[str]], bool]) -> Sheet | None:
    if all(cell is None for row in sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True) for cell in row):
        return None
    number, header = _header(file, sheet, is_header)
    # a sheet may declare 16,384 columns: nothing right of the header is read
    values = dict(enumerate(sheet.iter_rows(number + 1, max_col=len(header), values_only=True), number + 1))
    last = max((n for n, row in values.items() if not _is_footer(row)), default=number)
    rows = {n: [_plain(cell) for cell in row] for n, row in values.items() if n <= last and not _is_footer(row)}
    for merged in sheet.merged_cells.ranges:
        _carry_down(file, sheet.title, rows, (merged.min_row, merged.max_row, merged.min_col - 1, merged.max_col - 1))
    return Sheet(file, sheet.title, header, tuple((n, tuple(row)) for n, row in sorted(rows.items())))


def _header(file: str, sheet: Worksheet, is_header: Callable[[Sequence[str]], bool]) -> tuple[int, tuple[str, ...]]:
    for number, row in enumerate(sheet.iter_rows(max_row=HEADER_WITHIN, values_only=True), 1):
        texts = [str(cell).strip() if cell is not None else "" for cell in row]
        while texts and not texts[-1]:
            texts.pop()
        if is_header(texts):
            return number, tuple(texts)
    first = next(sheet.iter_rows(max_row=1, max_col=8, values_only=True))
    seen = ", ".join(str(cell) for cell in first if cell is not None) or "nothing"
    raise InputAtFault(
        f"{file}, sheet {sheet.title}: no header in the first {HEADER_WITHIN} rows; row 1 holds {seen}",
        "the headers of a published workbook, or a sheet called kb_<table> with the columns of docs/CONTRACT.md",
        "put the header into the first rows, or take this sheet out",
    )


def _is_footer(row: Sequence[object]) -> bool:
    filled = [cell for cell in row if cell is not None and str(cell).strip()]
    return not filled or (isinstance(filled[0], str) and (filled[0].strip() in {"合计", "总计"} or filled[0].strip().startswith(FOOTERS)))


def _carry_down(file: str, title: str, rows: dict[int, list[Cell]], area: tuple[int, int, int, int]) -> None:
    """A cell merged over several rows means its value in each; one merged over several columns means nothing that we know."""
    top, bottom, left, right = area
    inside = [n for n in range(top, bottom + 1) if n in rows]
    if not inside or left >= len(rows[inside[0]]):
        return
    if right > left:
        raise InputAtFault(f"{file}, sheet {title}, row {inside[0]}: cells merged over columns", "one value in one cell", "unmerge them")
    for n in inside:
        rows[n][left] = rows[inside[0]][left]


def _plain(cell: object) -> Cell:
    match cell:
        case None | int() | float():
            return cell
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell).strip() or None


def named(sheet: Sheet, columns: Sequence[str | None]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """Rows as mappings under these names; a header without a name is left out."""
    for n, row in sheet.rows:
        yield n, {name: cell for name, cell in zip(columns, row, strict=True) if name}


def titles(path: Path) -> list[str]:
    """Titles of the sheets, without reading them."""
    try:
        book = load_workbook(path, read_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError):
        return []
    with closing(book):
        return list(book.sheetnames)
