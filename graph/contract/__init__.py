"""What may be delivered: every table and column of the data contract, declared once as TOML beside this file.

The checks, the casts, the documentation page, the synthetic city's writer and the book's layout are generated from `CONTRACT`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Literal, cast

Kind = Literal["code", "text", "free", "fen", "price", "quantity", "decimal", "integer", "real", "time", "date", "vector"]
Mark = Literal["key", "required", "optional"]
Identity = Literal["name", "certificate", "phone", "address", "account"]

BOOK_TYPE: Mapping[Kind, str] = {
    "code": "VARCHAR",
    "text": "VARCHAR",
    "free": "VARCHAR",
    "fen": "BIGINT",  # decimal yuan in files, integer fen inside
    "price": "DECIMAL(18,6)",  # a herb at 0.035 yuan a gram must not become 4 fen
    "quantity": "DECIMAL(16,4)",
    "decimal": "DECIMAL(18,4)",
    "integer": "BIGINT",
    "real": "DOUBLE",
    "time": "TIMESTAMP",  # naive, Asia/Shanghai
    "date": "DATE",
    "vector": "FLOAT[]",
}
"""DuckDB type of each kind inside the book."""

IDENTITY_EXTRAS: Mapping[Identity, tuple[tuple[str, str], ...]] = {
    "certificate": (("ok", "BOOLEAN"), ("sex", "VARCHAR"), ("brdy", "DATE")),
    "address": (("area", "VARCHAR"),),
}
"""Columns the book keeps beside `<column>_h`: `<column>_<suffix>`."""

PROVENANCE: tuple[tuple[str, str], ...] = (("delivery_id", "VARCHAR"), ("source_file", "VARCHAR"), ("source_record", "BIGINT"))
"""Where a row of the book came from; source_record 1 is the first row after the header."""


@dataclass(frozen=True)
class Column:
    """One column of a delivered table."""

    name: str
    kind: Kind
    mark: Mark = "optional"
    zh: str = ""
    identity: Identity | None = None
    """A clear value that only the encrypted identity store may hold; the book keeps its HMAC as `<name>_h`."""
    codes: str | None = None
    """Name of the code list in codes.toml; values outside it are counted as warnings."""
    aliases: tuple[str, ...] = ()
    split: bool = False
    """One cell may hold several values joined by `;`; they are also written to `trac_d`."""

    @property
    def book_columns(self) -> tuple[tuple[str, str], ...]:
        """(name, DuckDB type) of the book's columns that hold this column."""
        if self.identity is None:
            return ((self.name, BOOK_TYPE[self.kind]),)
        extras = IDENTITY_EXTRAS.get(self.identity, ())
        # only a person's own certificate and address carry readable parts; mdtrt_cert_no may hold any voucher number
        kept = extras if self.name in {"certno", "addr"} else ()
        return ((f"{self.name}_h", "VARCHAR"), *((f"{self.name}_{suffix}", kind) for suffix, kind in kept))


@dataclass(frozen=True)
class Table:
    """One delivered table."""

    name: str
    zh: str
    section: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    """Empty: the rows have no key and get a `row_id`."""
    month: str | None = None
    """Time column that chooses the book's month folder; None or null = 000000."""
    sums: tuple[str, ...] = ()
    """Money columns that must reconcile to the fen."""
    needed: bool = False
    says: str = ""

    @property
    def has_row_id(self) -> bool:
        return not self.key

    @property
    def filled(self) -> tuple[str, ...]:
        """Columns marked K: a null puts the row into quarantine."""
        return tuple(c.name for c in self.columns.values() if c.mark == "key")

    @property
    def required(self) -> tuple[str, ...]:
        """Columns marked R or K: they must exist in the delivery."""
        return tuple(c.name for c in self.columns.values() if c.mark != "optional")

    @property
    def in_book(self) -> bool:
        """Face templates never enter the book."""
        return self.name != "face_template"

    @property
    def book_columns(self) -> tuple[tuple[str, str], ...]:
        """(name, DuckDB type) of every column of the book's Parquet files, in order."""
        first = (("row_id", "VARCHAR"),) if self.has_row_id else ()
        return (*first, *self.typed_columns, *PROVENANCE)

    @property
    def typed_columns(self) -> tuple[tuple[str, str], ...]:
        """(name, DuckDB type) of the declared columns alone."""
        return tuple(pair for column in self.columns.values() for pair in column.book_columns)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """Every accepted header (lower case, Chinese title, alias) -> column name."""
        accepted: dict[str, str] = {}
        for column in self.columns.values():
            for header in (column.name, column.zh, *column.aliases):
                if header:
                    accepted.setdefault(header.lower(), column.name)
        return accepted


@dataclass(frozen=True)
class CodeList:
    """National values of one code, and whether provinces append digits to them."""

    values: Mapping[str, str]
    stems: bool = False
    groups: Mapping[str, tuple[str, ...]] = ()  # type: ignore[assignment]

    def label(self, code: str) -> str | None:
        """The Chinese label, by the longest listed prefix where provinces append digits."""
        if code in self.values or not self.stems:
            return self.values.get(code)
        return next((self.values[code[:n]] for n in range(len(code), 0, -1) if code[:n] in self.values), None)


@dataclass(frozen=True)
class Contract:
    """All tables and code lists."""

    tables: Mapping[str, Table]
    codes: Mapping[str, CodeList]

    def __getitem__(self, table: str) -> Table:
        return self.tables[table]

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables.values())


def _column(name: str, raw: dict[str, object]) -> Column:
    return Column(
        name=name,
        kind=cast(Kind, raw["kind"]),
        mark=cast(Mark, raw.get("mark", "optional")),
        zh=str(raw.get("zh", "")),
        identity=cast("Identity | None", raw.get("identity")),
        codes=cast("str | None", raw.get("codes")),
        aliases=tuple(cast("list[str]", raw.get("aliases", []))),
        split=bool(raw.get("split", False)),
    )


def _table(name: str, raw: dict[str, object]) -> Table:
    columns = cast("dict[str, dict[str, object]]", raw["columns"])
    return Table(
        name=name,
        zh=str(raw["zh"]),
        section=str(raw["section"]),
        columns={column: _column(column, spec) for column, spec in columns.items()},
        key=tuple(cast("list[str]", raw["key"])),
        month=cast("str | None", raw.get("month")),
        sums=tuple(cast("list[str]", raw.get("sums", []))),
        needed=bool(raw.get("needed", False)),
        says=str(raw.get("says", "")),
    )


def _codes(raw: dict[str, object]) -> CodeList:
    groups = {key: tuple(cast("list[str]", value)) for key, value in raw.items() if key not in {"values", "stems"}}
    return CodeList(values=cast("dict[str, str]", raw["values"]), stems=bool(raw.get("stems", False)), groups=groups)


def _load() -> Contract:
    here = files(__package__)
    tables: dict[str, Table] = {}
    for part in ("claims", "places", "stock", "scenes", "outcomes", "registers"):
        parsed = tomllib.loads((here / f"{part}.toml").read_text(encoding="utf-8"))
        tables.update({name: _table(name, raw) for name, raw in parsed.items()})
    codes = tomllib.loads((here / "codes.toml").read_text(encoding="utf-8"))
    return Contract(tables=tables, codes={name: _codes(raw) for name, raw in codes.items()})


def _load_knowledge() -> Mapping[str, Table]:
    declared = tomllib.loads((files(__package__) / "knowledge.toml").read_text(encoding="utf-8"))
    origin = declared.pop("origin")["columns"]
    return {name: _table(name, {**raw, "columns": {**raw["columns"], **origin}}) for name, raw in declared.items()}


CONTRACT = _load()
KNOWLEDGE = _load_knowledge()
"""Tables of the knowledge library: no part of a delivery or of the book."""
