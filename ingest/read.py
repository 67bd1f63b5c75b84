"""How does a delivered file become rows of text? Its header, its quotes and encoding, and the relation that DuckDB reads it by.

Two readers give the same records. The fast one is DuckDB's own parallel reader in strict mode; it counts only when the file has exactly
as many lines as records, so that no row can be lost or glued to another. Every other CSV file goes to `ingest.tolerant`, sheets go to
`ingest.workbook`.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

import duckdb
import numpy as np
import pyarrow as pa

from graph.contract import CONTRACT
from graph.errors import InputAtFault
from ingest import workbook
from ingest.cast import quoted
from ingest.delivery import SourceFile
from ingest.tolerant import Shape, batches, fields_of

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_SUSPECT = (b"\t", b"\r", b"\xef", *(blank.encode() for blank in "\u00a0\u200b\u3000"))
"""Blanks, and the byte that every full-width form begins with."""
_WORD = np.array([code >= 0x80 or chr(code).isalnum() for code in range(256)])
EXTRA = ("_reason", "_line")
"""Columns beside the cells: why a record could not be cut into fields, and its text as it stood."""


@dataclass(frozen=True)
class Header:
    """The first line of a file, or the schema of a Parquet file."""

    names: tuple[str, ...]
    """As delivered."""
    columns: tuple[str | None, ...]
    """Contract column at each place; None = unknown."""
    quote: str = '"'
    encoding: str = "utf-8"

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(name for name, column in zip(self.names, self.columns, strict=True) if column is None)

    def cell(self, column: str) -> str:
        """Name of the text column that holds a contract column."""
        return f"c{self.columns.index(column)}"


@dataclass(frozen=True)
class Measure:
    """What the bytes of a file say by themselves."""

    sha256: str
    size: int
    lines: int
    """Line feeds, plus one for a last line without; -1 = an archive that does not unpack."""
    has_nul: bool
    tidy: bool = False
    """No cell of this plain UTF-8 text can need cleaning, whatever its delimiter. False says nothing."""


def measure(path: Path) -> Measure:
    """Hash a file and count its lines, in one pass beside the reader's."""
    digest, lines, size, last, nul, tidy = hashlib.sha256(), 0, 0, b"\n", False, True
    text = path.name.lower().endswith(".csv") or not path.name.lower().endswith((".gz", ".parquet", ".xlsx"))
    before = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if text:
                lines, last, nul = lines + chunk.count(b"\n"), chunk[-1:], nul or b"\0" in chunk
                tidy = tidy and _tidy(before + chunk)
                before = (before + chunk[-2:])[-2:]
    tidy = text and tidy and _tidy(before + b"\n")
    if path.name.lower().endswith(".gz"):
        lines, last, nul = _unpacked(path)
    return Measure(digest.hexdigest(), size, lines + (last != b"\n"), nul, tidy)


def _tidy(piece: bytes) -> bool:
    """Only spaces that stand inside words, and nothing of full width: no cell begins or ends with a blank."""
    if any(mark[:1] in piece and mark in piece for mark in _SUSPECT):  # one byte is found faster than three, and most are not there
        return False
    codes = np.frombuffer(piece, np.uint8)
    at = np.flatnonzero(codes[1:-1] == ord(" ")) + 1
    return bool(_WORD[codes[at - 1]].all() and _WORD[codes[at + 1]].all())


def _unpacked(path: Path) -> tuple[int, bytes, bool]:
    lines, last, nul = 0, b"\n", False
    try:
        for chunk in chunks(path):
            lines, last, nul = lines + chunk.count(b"\n"), chunk[-1:], nul or b"\0" in chunk
    except InputAtFault:
        return -1, b"\n", True
    return lines, last, nul


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a plain or gzipped file; a broken archive raises InputAtFault."""
    packed = path.name.lower().endswith(".gz")
    with cast(BinaryIO, gzip.GzipFile(path)) if packed else path.open("rb") as file:
        while True:
            try:
                chunk = file.read(_CHUNK)
            except (OSError, EOFError, ValueError) as error:
                raise InputAtFault(f"{path.name} breaks off: {error}", "a whole file", "copy it again from its source") from error
            if not chunk:
                return
            yield chunk


def read_header(file: SourceFile, connection: duckdb.DuckDBPyConnection) -> Header:
    """The header of a file; raises InputAtFault when there is none."""
    if file.form == "parquet":
        try:
            rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(str(file.path))})").fetchall()
        except duckdb.Error as error:
            raise InputAtFault(f"{file.name} is no Parquet file: {_first_line(error)}", "Parquet", "export it again") from error
        names = tuple(str(row[0]) for row in rows)
        return Header(names, columns_of(file, names))
    if file.form == "xlsx":
        names = workbook.header(file.path, partial(_known, file))
        return Header(names, columns_of(file, names))
    sample = next(chunks(file.path), b"")[:_SAMPLE]
    if not sample.strip(b"\r\n \t\0"):
        raise InputAtFault(f"{file.name} is empty", "a header line with the column names", "export the table again, with its header")
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise InputAtFault(f"{file.name} is UTF-16", "UTF-8 or GB18030", "save it as CSV in UTF-8")
    encoding = file.encoding or _encoding_of(sample)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample).removeprefix("\ufeff")
    lines = [line.removesuffix("\r") for line in text.split("\n" if "\n" in text else "\r")]
    quote = file.quote or _quote_of(lines[:200], file.delimiter)
    fields = fields_of(lines[0], file.delimiter, quote) or lines[0].split(file.delimiter)
    names = tuple(field.strip() for field in fields)
    return Header(names, columns_of(file, names), quote, encoding)


def _encoding_of(sample: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _quote_of(lines: list[str], delimiter: str) -> str:
    """The quote that opens and closes more fields; `"` unless `'` clearly does."""

    def closed(quote: str) -> int:
        edge, mark = re.escape(delimiter), re.escape(quote)
        starts = sum(len(re.findall(f"(?:^|{edge}){mark}", line)) for line in lines)
        ends = sum(len(re.findall(f"{mark}(?:{edge}|$)", line)) for line in lines)
        return min(starts, ends)

    return "'" if closed("'") > closed('"') else '"'


def columns_of(file: SourceFile, names: tuple[str, ...]) -> tuple[str | None, ...]:
    """Contract column of each header; of two headers for one column the exact name wins and the other is unknown."""
    headers, renamed = CONTRACT[file.table].headers, {k.lower(): v for k, v in file.renamed.items()}
    wanted = [renamed.get(name.lower()) or headers.get(name.lower()) for name in names]
    chosen: dict[str, int] = {}
    for place, (name, column) in enumerate(zip(names, wanted, strict=True)):
        if column and (column not in chosen or (name.lower() == column and names[chosen[column]].lower() != column)):
            chosen[column] = place
    return tuple(column if column and chosen[column] == place else None for place, column in enumerate(wanted))


def _known(file: SourceFile, names: tuple[str, ...]) -> int:
    return sum(column is not None for column in columns_of(file, names))


def relation(file: SourceFile, header: Header) -> str:
    """SQL of the fast reader: text columns c0, c1, ... and the two extra columns, empty."""
    nothing = ", ".join(f'CAST(NULL AS VARCHAR) AS "{name}"' for name in EXTRA)
    if file.form == "parquet":
        cells = ", ".join(f"{_parquet_text(name)} AS c{place}" for place, name in enumerate(header.names))
        return f"(SELECT {cells}, {nothing} FROM read_parquet({quoted(str(file.path))}))"
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(header.names)))
    return (
        f"(SELECT *, {nothing} FROM read_csv({quoted(str(file.path))}, auto_detect = false, header = true, columns = {{{columns}}}, "
        f"delim = {quoted(file.delimiter)}, quote = {quoted(header.quote)}, escape = {quoted(header.quote)}, strict_mode = true))"
    )


def _parquet_text(name: str) -> str:
    column = '"' + name.replace('"', '""') + '"'
    # a flag stored as BOOLEAN is the code 1 or 0; an instant becomes the naive Shanghai time that the contract speaks
    return (
        f"CASE typeof({column}) WHEN 'BOOLEAN' THEN CAST(TRY_CAST(CAST({column} AS VARCHAR) AS BOOLEAN)::INTEGER AS VARCHAR) "
        f"ELSE regexp_replace(CAST({column} AS VARCHAR), '[+]08(:00)?$', '') END"
    )


def from_workbook(file: SourceFile, header: Header, numeric: Counter[str]) -> Iterator[pa.Table]:
    """Records of a workbook, with the same columns; counts numbers in code columns."""
    declared = CONTRACT[file.table].columns
    columns = [declared[name] if name else None for name in header.columns]
    return workbook.batches(file.path, partial(_known, file), columns, numeric)


def tolerant(file: SourceFile, header: Header) -> object:
    """Arrow batches of the tolerant reader, with the same columns."""
    shape = Shape(len(header.names), file.delimiter, header.quote, file.encoding, free_places(file, header))
    return batches(lambda: chunks(file.path), shape)


def free_places(file: SourceFile, header: Header) -> frozenset[int]:
    """Places of the columns that may hold line feeds: free text, and what the contract does not know."""
    columns = CONTRACT[file.table].columns
    return frozenset(p for p, name in enumerate(header.columns) if name is None or columns[name].kind in {"free", "text"})


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
