"""The tolerant reader: a CSV file that is not quite one becomes records, and what cannot be cut into fields is kept with a reason.

Records are lines. A line feed inside quotes belongs to a record only where free text may stand and the quote closes in time; otherwise
the quote was never closed, and only its own line is lost to it. Blank lines are no records.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

Chunks = Callable[[], Iterator[bytes]]
Record = tuple[list[str | None], str | None, str | None]
"""Cells, why they could not be told, and the line as it stood."""

_BATCH = 20_000
_LONGEST_FIELD = 2_000
"""Lines that one quoted field may span."""
_LINES_JUDGED = 200_000
"""Lines beyond ASCII that decide between encodings."""


@dataclass(frozen=True)
class Shape:
    """What the header and delivery.toml say about a file."""

    width: int
    """Fields of a record."""
    delimiter: str
    quote: str
    encoding: str | None
    """None: found by looking at the file."""
    free: frozenset[int]
    """Places where a line feed may belong to the text."""


def batches(chunks: Chunks, shape: Shape) -> pa.RecordBatchReader:
    """Records as Arrow batches: text columns c0, c1, ..., then `_reason` and `_line` (null for a good record)."""
    names = [*(f"c{place}" for place in range(shape.width)), "_reason", "_line"]
    schema = pa.schema([(name, pa.string()) for name in names])

    def made() -> Iterator[pa.RecordBatch]:
        rows: list[list[str | None]] = []
        for cells, reason, line in records(chunks, shape):
            rows.append([*cells, reason, line])
            if len(rows) == _BATCH:
                yield _batch(rows, schema)
                rows = []
        if rows:
            yield _batch(rows, schema)

    return pa.RecordBatchReader.from_batches(schema, made())


def _batch(rows: list[list[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema=schema)


def records(chunks: Chunks, shape: Shape) -> Iterator[Record]:
    """The records after the header line."""
    known = shape.encoding or detect(chunks)
    lines = _Lines(text_lines(chunks, known))
    next(lines, None)
    for line in lines:
        if not line.strip():
            continue
        yield _record(line, lines, shape, known)


def _record(line: str, lines: _Lines, shape: Shape, encoding: str) -> Record:
    width = shape.width
    if not line.isascii() and any("\udc80" <= c <= "\udcff" for c in line):
        return _lost(width, f"bytes that are not {encoding}", line)
    if "\0" in line:
        return _lost(width, "a NUL byte", line)
    fields = line.split(shape.delimiter) if shape.quote not in line else fields_of(line, shape.delimiter, shape.quote)
    if fields is None:
        fields = _over_lines(line, lines, shape)
    if fields is None:
        return _lost(width, "a quote that is opened and not closed, or closed in the middle of a field", line)
    if len(fields) > width and any(field.strip() for field in fields[width:]):
        return _lost(width, f"{len(fields)} fields where the header has {width}", line)
    cells: list[str | None] = [*fields[:width], *([None] * (width - len(fields)))]
    return cells, None, None


def _lost(width: int, reason: str, line: str) -> Record:
    return [None] * width, reason, line.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _over_lines(line: str, lines: _Lines, shape: Shape) -> list[str] | None:
    """Fields of a record that goes on over the next lines; None, with those lines put back, when they are records of their own."""
    taken: list[str] = []
    marks = line.count(shape.quote)
    while len(taken) < _LONGEST_FIELD and (more := next(lines, None)) is not None:
        taken.append(more)
        marks += more.count(shape.quote)
        if marks % 2 or shape.quote not in more:
            continue
        fields = fields_of("\n".join((line, *taken)), shape.delimiter, shape.quote)
        if fields is not None:
            if len(fields) == shape.width and all(place in shape.free for place, field in enumerate(fields) if "\n" in field):
                return fields
            break
    lines.put_back(taken)
    return None


def fields_of(text: str, delimiter: str, quote: str) -> list[str] | None:
    """Fields of one record; None when a quoted field is not closed right before a delimiter or the end.

    A quote inside an unquoted field is a character like any other; a quote inside a quoted one is doubled.
    """
    fields: list[str] = []
    at = 0
    while True:
        if text.startswith(quote, at):
            end = _closing(text, at + 1, quote)
            if end is None or (end + 1 < len(text) and text[end + 1] != delimiter):
                return None
            fields.append(text[at + 1 : end].replace(quote * 2, quote))
            at = end + 1
        else:
            end = text.find(delimiter, at)
            end = len(text) if end < 0 else end
            fields.append(text[at:end])
            at = end
        if at >= len(text):
            return fields
        at += 1


def _closing(text: str, at: int, quote: str) -> int | None:
    """Place of the quote that closes a field whose text starts at `at`."""
    while (end := text.find(quote, at)) >= 0:
        if not text.startswith(quote, end + 1):
            return end
        at = end + 2
    return None


class _Lines:
    """Lines that can be put back."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._again = source, list[str]()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        return self._again.pop() if self._again else next(self._source)

    def put_back(self, lines: list[str]) -> None:
        self._again.extend(reversed(lines))


def text_lines(chunks: Chunks, encoding: str) -> Iterator[str]:
    """Decoded lines without their ends; bytes that do not decode stay as surrogates, so that their line can be named."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
    end, rest, first = "", "", True
    for chunk in chunks():
        text = decoder.decode(chunk)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        rest += text
        end = end or ("\n" if "\n" in rest else "\r" if "\r" in rest else "")
        if end:
            *whole, rest = rest.split(end)
            yield from (line.removesuffix("\r") for line in whole)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield rest.removesuffix("\r")


def detect(chunks: Chunks) -> str:
    """UTF-8 or GB18030, by which of the two fewer lines contradict; much Chinese UTF-8 would also decode as GB18030."""
    judged = wrong = 0
    rest = b""
    for chunk in chunks():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            if not line.isascii():
                judged += 1
                wrong += not _is_utf8(line)
        if judged > _LINES_JUDGED:
            break
    if not rest.isascii():
        judged, wrong = judged + 1, wrong + (not _is_utf8(rest))
    return "gb18030" if wrong * 2 > judged else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
