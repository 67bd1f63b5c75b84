"""How does a cell become a value? SQL expressions that clean a text cell and cast it; NULL means that the cell does not say one.

Amounts go from decimal text to integer fen without ever being a float. A cell that holds text but casts to NULL is broken.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.contract import BOOK_TYPE, Column, Kind

_FULL = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000"
_HALF = "".join(map(chr, range(0x21, 0x7F))) + " "
_BLANK = " \t\r\n\u00a0\ufeff\u200b"
_UNTIDY = f"^[{_BLANK}]|[{_BLANK}]$|[\uff01-\uff5e\u3000]"
_BETWEEN = "\x1f"
_MAYBE_UNTIDY = f"{_BETWEEN} | {_BETWEEN}|[{_BLANK[1:]}\uff01-\uff5e\u3000]"
"""On a whole record: never misses an untidy cell, and may name a tidy one."""

_DAY = r"[1-9][0-9]{3}([-/])[0-9]{1,2}[-/][0-9]{1,2}"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_NUMBER = r"[+-]?([0-9]{{1,{whole}}}(\.[0-9]{{0,{exact}}}{more})?|\.[0-9]{{1,{exact}}}{more})"

REASON: dict[Kind, str] = {
    "fen": "no amount in yuan",
    "price": "no price with at most six decimals",
    "quantity": "no quantity with at most four decimals",
    "decimal": "no number",
    "integer": "no whole number",
    "real": "no number",
    "time": "no time that exists (YYYY-MM-DD HH:MM:SS)",
    "date": "no date that exists (YYYY-MM-DD)",
    "vector": "no list of numbers",
}
"""What is wrong with a broken cell of this kind."""
EMPTY = "must be filled"


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def untidy(cells: Sequence[str]) -> str:
    """Whether some of these cells of a record may need cleaning: one look at the record costs less than one at each of its cells."""
    together = ", ".join(["''", *cells, "''"])
    return f"regexp_matches(concat_ws({quoted(_BETWEEN)}, {together}), {quoted(_MAYBE_UNTIDY)})"


def clean(cell: str, column: Column, untidy: str) -> str:
    """Trimmed, full width to half width, empty to NULL; free text is kept character by character. `untidy` tells of the record."""
    if column.kind == "free":
        return f"nullif({cell}, '')"
    tidy = f"trim(translate({cell}, {quoted(_FULL)}, {quoted(_HALF)}), {quoted(_BLANK)})"
    cleaned = f"CASE WHEN regexp_matches({cell}, {quoted(_UNTIDY)}) THEN {tidy} ELSE {cell} END"
    return f"nullif(CASE WHEN {untidy} THEN {cleaned} ELSE {cell} END, '')"


def cast(kind: Kind, text: str) -> str:
    """The value of a clean text, or NULL."""
    match kind:
        case "fen":
            # half a fen goes up, as the text says it and never by way of a float; what may not fit 64 bits as fen is widened, which is slow
            narrow = f"TRY_CAST({text} AS DECIMAL(16,2))"
            wide = f"CAST(TRY_CAST({text} AS DECIMAL(18,2)) AS DECIMAL(20,2))"
            fen = f"CASE WHEN length({text}) < 14 THEN CAST({narrow} * 100 AS BIGINT) ELSE CAST({wide} * 100 AS BIGINT) END"
            return _number(text, 15, 30, fen)
        case "price":
            return _number(text, 12, 6, f"TRY_CAST({text} AS DECIMAL(18,6))")
        case "quantity":
            return _number(text, 12, 4, f"TRY_CAST({text} AS DECIMAL(16,4))")
        case "decimal":
            return _number(text, 14, 15, f"TRY_CAST({text} AS DECIMAL(18,4))")
        case "integer":
            return f"CASE WHEN regexp_full_match({text}, '[+-]?[0-9]{{1,18}}(\\.0*)?') THEN CAST(split_part({text}, '.', 1) AS BIGINT) END"
        case "real":
            return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN CAST({text} AS DOUBLE) END"
        case "time":
            return _time(text)
        case "date":
            return f"CAST({_time(text)} AS DATE)"
        case "vector":
            return f"TRY_CAST({text} AS {BOOK_TYPE['vector']})"
        case _:
            return text


def is_finer_than_a_fen(text: str) -> str:
    """Whether an amount had to be rounded: its third decimal or a later one is not nought."""
    point = f"position('.' IN {text})"
    # only a text with a third decimal is looked at: CASE evaluates no more than it must, AND does
    return f"CASE WHEN {point} BETWEEN 1 AND length({text}) - 3 THEN rtrim(substr({text}, {point} + 3), '0') <> '' ELSE false END"


def is_time_only(text: str) -> str:
    """Whether a clean text is a time of day without a date."""
    return f"regexp_full_match({text}, {quoted(_CLOCK)})"


def on_day(text: str, day: str) -> str:
    """A time of day on a given DATE."""
    return f"TRY_CAST(strftime({day}, '%Y-%m-%d ') || {text} AS TIMESTAMP)"


def _number(text: str, whole: int, exact: int, value: str) -> str:
    pattern = _NUMBER.format(whole=whole, exact=exact, more="0*")
    return f"CASE WHEN regexp_full_match({text}, {quoted(pattern)}) THEN {value} END"


def _time(text: str) -> str:
    # the digits are checked first: DuckDB also takes 'infinity', 'epoch' and years of five digits for times
    spelled = f"regexp_full_match({text}, {quoted(_DAY + '([ T]+' + _CLOCK + ')?')})"
    short = f"length({text}) < 19 AND regexp_full_match({text}, '.* [0-9]{{1,2}}:[0-9]{{2}}')"
    minutes = f"CASE WHEN {short} THEN {text} || ':00' ELSE {text} END"
    return (
        f"CASE WHEN {spelled} THEN TRY_CAST({minutes} AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, '[1-9][0-9]{{7}}') THEN try_strptime({text}, '%Y%m%d') "
        f"WHEN regexp_full_match({text}, '[1-9][0-9]{{13}}') THEN try_strptime({text}, '%Y%m%d%H%M%S') END"
    )
