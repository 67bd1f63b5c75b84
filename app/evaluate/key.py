"""The answer key of a synthetic city, read and checked: schemes, innocents, rings (data-contract 2.3)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import polars as pl
from pydantic import BaseModel, Field, ValidationError

from graph.contract import CONTRACT
from graph.errors import InputAtFault
from kg.patterns import PATTERNS


class Member(BaseModel):
    """Who took part; a key may use roles of its own."""

    type: str
    id: str
    role: str | None = None


class Record(BaseModel):
    """One row of the delivery, by table and key."""

    table: str
    key: dict[str, str | int | float | None]


class Scheme(BaseModel):
    """One planted crime."""

    scheme_id: str
    pattern: str
    difficulty: Literal["easy", "medium", "hard"] = "medium"
    members: list[Member] = Field(default_factory=list)
    records: list[Record] = Field(default_factory=list)
    amount_fen: int = Field(default=0, ge=0)


class Innocent(BaseModel):
    """One look-alike that must stay quiet."""

    innocent_id: str
    looks_like: str = ""
    why: str = ""
    members: list[Member] = Field(default_factory=list)
    records: list[Record] = Field(default_factory=list)


T = TypeVar("T", Scheme, Innocent)


@dataclass(frozen=True)
class Key:
    """All of an answer key."""

    schemes: tuple[Scheme, ...]
    innocents: tuple[Innocent, ...]
    rings: tuple[Scheme, ...]

    def members(self, of: Iterable[Scheme] | Iterable[Innocent]) -> pl.DataFrame:
        """`id_of, type, id, role`, a row a member."""
        rows = [(_id(item), m.type, m.id, m.role) for item in of for m in item.members]
        return pl.DataFrame(rows, schema=dict.fromkeys(("id_of", "type", "id", "role"), pl.String), orient="row")

    def records(self, of: Iterable[Scheme] | Iterable[Innocent]) -> pl.DataFrame:
        """`id_of, source_table, key`, a row a record; the key as JSON."""
        rows = [(_id(item), r.table, json.dumps(r.key, ensure_ascii=False)) for item in of for r in item.records]
        return pl.DataFrame(rows, schema=dict.fromkeys(("id_of", "source_table", "key"), pl.String), orient="row")


def _id(item: Scheme | Innocent) -> str:
    return item.scheme_id if isinstance(item, Scheme) else item.innocent_id


def read_key(folder: Path) -> Key:
    """The key in this folder. Raises InputAtFault with file and line for whatever cannot be graded."""
    if not (folder / "schemes.jsonl").exists():
        raise InputAtFault(f"no schemes.jsonl in {folder}", "the answer_key folder of a city", "ringscope city OUT writes OUT/answer_key")
    schemes = tuple(_read(folder / "schemes.jsonl", Scheme))
    innocents = tuple(_read(folder / "innocents.jsonl", Innocent))
    rings = tuple(_read(folder / "rings.jsonl", Scheme))
    for name, ids in (("schemes", [s.scheme_id for s in schemes]), ("innocents", [i.innocent_id for i in innocents])):
        if len(ids) != len(set(ids)):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            raise InputAtFault(f"{name}.jsonl names {twice[0]} twice", "each id once", "give every scheme its own id")
    return Key(schemes, innocents, rings)


def _read(path: Path, model: type[T]) -> Iterator[T]:
    if not path.exists():
        return
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not text.strip():
            continue
        where = f"{path.name} line {number}"
        try:
            item = model.model_validate_json(text)
        except ValidationError as fault:
            first = fault.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the line"
            raise InputAtFault(f"{where}: {place}: {first['msg']}", "a line of data-contract 2.3", "correct the key") from None
        _check(where, item)
        yield item


def _check(where: str, item: Scheme | Innocent) -> None:
    if isinstance(item, Scheme) and item.pattern not in PATTERNS:
        raise InputAtFault(f"{where}: pattern {item.pattern}", "one of: " + ", ".join(PATTERNS), "correct the key")
    for record in item.records:
        if record.table not in CONTRACT.tables:
            raise InputAtFault(f"{where}: table {record.table}", "a table of the data contract", "correct the key")
