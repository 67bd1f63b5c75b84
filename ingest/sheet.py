"""What stands in the cells of a workbook's sheets? Told row by row as the file says it, so that memory does not grow with the rows.

openpyxl opens the package (sheets, shared texts, which formats are dates); expat walks the cells, which openpyxl takes minutes for. The
text of a number is kept as the file has it, and a formula without its value is told from an empty cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as BrokenStream

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from graph.errors import InputAtFault

Kind = Literal["text", "number", "date", "flag", "error", "formula"]
"""`formula`: one whose value the file does not hold; the others show their last value."""
Cell = tuple[Kind, str]
Row = Mapping[int, Cell]
"""Place (0 = column A) -> what stands there; empty cells are not."""
LARGEST = 8 << 30
"""Bytes that a workbook may unpack to: a million rows of 60 columns are 5 GB."""
LARGEST_TEXTS = 1 << 29
"""Bytes of shared texts, which alone are held in memory."""
_CHUNK = 1 << 16
_BROKEN = (InvalidFileException, BadZipFile, BrokenStream, ExpatError, KeyError, ValueError, TypeError, AttributeError, IndexError)
_UNREAD = (OSError, EOFError, RuntimeError, SyntaxError)


@dataclass(frozen=True)
class Sheet:
    """One sheet, not yet read."""

    title: str
    epoch: Any
    """The day that serial number 0 means: 1899-12-30, or 1904-01-01 in workbooks of old Macs."""
    _book: Any
    _sheet: Any

    def rows(self) -> Iterator[Row]:
        """The rows that hold anything, in their order."""
        teller = _Teller(self._sheet._shared_strings, self._book._date_formats | self._book._timedelta_formats)
        with self._sheet._get_source() as source:
            while chunk := source.read(_CHUNK):
                teller.feed(chunk)
                yield from teller.told()


@contextmanager
def opened(path: Path) -> Iterator[tuple[Sheet, ...]]:
    """The sheets of a workbook that hold anything. Raises InputAtFault when it does not open, or breaks off while it is read."""
    try:
        with ZipFile(path) as package:
            sizes = {part.filename: part.file_size for part in package.infolist()}
        if sum(sizes.values()) > LARGEST or sizes.get("xl/sharedStrings.xml", 0) > LARGEST_TEXTS:
            raise InputAtFault(
                f"{path.name} unpacks to {sum(sizes.values()) >> 20:,} MB",
                f"a workbook of at most {LARGEST >> 30} GB, {LARGEST_TEXTS >> 20} MB of them texts",
                "save the table as CSV in UTF-8",
            )
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheets = (Sheet(one.title, book.epoch, book, one) for one in book.worksheets)
            yield tuple(sheet for sheet in sheets if next(sheet.rows(), None))
        finally:
            book.close()
    except (*_BROKEN, *_UNREAD) as error:
        raise InputAtFault(
            f"{path.name} does not open as a workbook ({error or type(error).__name__})",
            "a whole .xlsx workbook without a password",
            "save it again as .xlsx, or as CSV in UTF-8",
        ) from error


class _Teller:
    """Listens to the events of the sheet's XML and keeps the rows that are complete."""

    def __init__(self, texts: list[str], dates: set[int]) -> None:
        self._texts, self._dates = texts, dates
        self._parser = ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._rows: list[Row] = []
        self._row: dict[int, Cell] = {}
        self._places: dict[str, int] = {}
        self._place, self._type, self._style, self._formula = -1, "n", 0, False
        self._text: list[str] = []

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk)

    def told(self) -> list[Row]:
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "c":
                self._place = self._placed(attributes.get("r", ""))
                self._type, self._style, self._formula = attributes.get("t", "n"), int(attributes.get("s", 0)), False
                self._text.clear()
            case "v" | "t":
                self._parser.CharacterDataHandler = self._text.append
            case "f":
                self._formula = True
            case "row":
                self._row, self._place = {}, -1

    def _end(self, name: str) -> None:
        match name.rpartition(" ")[2]:
            case "v" | "t":
                self._parser.CharacterDataHandler = None
            case "rPh":
                self._text.pop()  # how a Japanese or Chinese text is pronounced
            case "c":
                if cell := self._cell():
                    self._row[self._place] = cell
            case "row":
                if self._row:
                    self._rows.append(self._row)

    def _placed(self, reference: str) -> int:
        letters = reference.rstrip("0123456789")
        if not letters:
            return self._place + 1
        if letters not in self._places:
            self._places[letters] = column_index_from_string(letters) - 1
        return self._places[letters]

    def _cell(self) -> Cell | None:
        text = "".join(self._text)
        if not text:
            return ("formula", "") if self._formula and self._type != "str" else None
        match self._type:
            case "s":
                shared = self._texts[int(text)]
                return ("text", shared) if shared else None
            case "n":
                return "date" if self._style in self._dates else "number", text
            case "b":
                return "flag", text
            case "e":
                return "error", text
            case "d":
                return "text", text.replace("T", " ")
            case _:
                return "text", text
