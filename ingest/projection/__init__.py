"""From the book to the graph's rows: one SQL text per node and relationship type, run by DuckDB into Parquet files.

`base/` holds what several types share; it is computed once, in the order of `BASES`. A type's text yields its key and its declared
properties under their names: a node its key, a relationship `start_key` and `end_key`, plus `start_label` and `end_label` where its
declaration allows several. Whatever a relationship names exists: missing ends are completed as nodes that carry their key only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

import duckdb

from graph.book import Manifest
from graph.codes import trace_form_sql
from graph.errors import WrongUse
from graph.home import Home
from graph.identity import Identities
from graph.nodes import NODES
from graph.rels import RELS
from graph.schema import LOADED, NodeType, Prop, RelType
from kg.knowledge.library import Library

Detail = Literal["full", "aggregated"]
Progress = Callable[[str, float | None], None] | None

BASES = (
    "visit_settlement",
    "visit_place",
    "settlement_alone",
    "shared_invoice",
    "stay",
    "item_line",
    "item",
    "item_limit",
    "phone_use",
    "address_use",
    "account_use",
    "sale",
    "purchase",
)
"""Shared relations, each may use those before it."""

BOOK_NODES: tuple[NodeType, ...] = tuple(n for n in NODES.values() if n.writer in LOADED)
BOOK_RELS: tuple[RelType, ...] = tuple(r for r in RELS.values() if r.writer in LOADED)
KINDS: tuple[NodeType | RelType, ...] = (*BOOK_NODES, *BOOK_RELS)


@dataclass(frozen=True)
class Settings:
    """What a site may choose, under [graph] in config.toml."""

    detail: Detail = "full"
    """full = one BILLED edge per settlement and item; aggregated = per institution or doctor, item and month."""
    hub_persons: int = 200
    """A phone, address or account of more persons than this joins nobody (catalogue: not a household)."""
    hub_spread: int = 50
    """A phone of more persons than this is a hub too when they live in more than `hub_areas` areas."""
    hub_areas: int = 10
    hub_settlements: int = 1000
    """An operator's account needs more settlements than this, and a twentieth of all, to count as a machine."""
    full_up_to: int = 20_000_000
    """Claim lines; beyond it `detail = "auto"` (the default) means aggregated."""

    @classmethod
    def of(cls, home: Home) -> Settings:
        """The site's choice; `auto` is decided by the number of claim lines in the book."""
        try:
            chosen = tomllib.loads(home.config.read_text(encoding="utf-8")).get("graph", {})
        except OSError:
            chosen = {}
        numbers = {name: int(chosen[name]) for name in ("hub_persons", "hub_spread", "hub_areas", "hub_settlements") if name in chosen}
        detail, full_up_to = chosen.get("detail", "auto"), int(chosen.get("full_up_to", cls.full_up_to))
        if detail not in ("auto", "full", "aggregated"):
            raise WrongUse(f"config.toml: [graph] detail = {detail!r}", "auto, full or aggregated", f"correct {home.config}")
        if detail == "auto":
            lines = sum(file.rows for file in Manifest.read(home.book).tables.get("fee_list_d", {}).values())
            detail = "full" if lines <= full_up_to else "aggregated"
        return cls(detail=detail, full_up_to=full_up_to, **numbers)


def sql(name: str) -> str:
    """The text of one projection, by its path under this folder without `.sql`."""
    return (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")


def texts() -> str:
    """All texts in one: a changed projection means another graph."""
    names = [*(f"base/{base}" for base in BASES), *(name_of(kind) for kind in KINDS)]
    return "\n".join(sql(name) for name in names)


def project(db: duckdb.DuckDBPyConnection, home: Home, target: Path, settings: Settings, progress: Progress = None) -> None:
    """Write `target`/<type>/*.parquet for every type that comes from the book. `db` is a connection of `graph.book.connect`."""
    _prepare(db, home, settings)
    shared = target / "base"
    shared.mkdir(parents=True)
    for base in BASES:
        _copy(db, sql(f"base/{base}"), shared / f"{base}.parquet")
        db.execute(f"CREATE VIEW {base} AS FROM read_parquet('{shared / base}.parquet')")
    for n, rel in enumerate(BOOK_RELS):
        if progress:
            progress(f"deriving {rel.name}", n / len(KINDS))
        _copy(db, _rel_query(rel), folder(target, rel) / "book.parquet")
    for n, node in enumerate(BOOK_NODES, len(BOOK_RELS)):
        if progress:
            progress(f"deriving {node.label}", n / len(KINDS))
        _copy(db, _node_query(node), folder(target, node) / "book.parquet")
        _complete(db, target, node)


def name_of(kind: NodeType | RelType) -> str:
    """Label or relationship type."""
    return kind.label if isinstance(kind, NodeType) else kind.name


def folder(target: Path, kind: NodeType | RelType) -> Path:
    """Where one type's files lie."""
    return target / name_of(kind)


def columns(kind: NodeType | RelType) -> list[str]:
    """Column names of one type's files, in order."""
    props = [p.name for p in kind.props]
    if isinstance(kind, NodeType):
        return [kind.key.name, *props, *(["also"] if kind.also else [])]
    return ["start_label", "start_key", "end_label", "end_key", *props]


def _prepare(db: duckdb.DuckDBPyConnection, home: Home, settings: Settings) -> None:
    db.execute("SET preserve_insertion_order = false")
    db.execute(f"CREATE MACRO trace_form(code) AS {trace_form_sql('code')}")
    db.execute(
        "CREATE TABLE setting AS SELECT ? AS detail, ? AS hub_persons, ? AS hub_spread, ? AS hub_areas, ? AS hub_settlements",
        [settings.detail, settings.hub_persons, settings.hub_spread, settings.hub_areas, settings.hub_settlements],
    )
    db.execute("CREATE TABLE cited_settlement (setl_id VARCHAR)")
    cited = cited_evidence(home)
    if cited and settings.detail == "aggregated":
        db.execute(f"INSERT INTO cited_settlement SELECT DISTINCT setl_id FROM read_parquet('{cited}') WHERE setl_id IS NOT NULL")
    _name_suppliers(db, home)
    Library.of(home).fill(db)


def cited_evidence(home: Home) -> Path | None:
    """The evidence of the current run's leads: with aggregated detail only the settlements it cites keep their BILLED edges."""
    pointer = home.runs / "CURRENT"
    if not pointer.exists():
        return None
    path = home.runs / pointer.read_text(encoding="utf-8").strip() / "lead_evidence.parquet"
    return path if path.exists() else None


def _name_suppliers(db: duckdb.DuckDBPyConnection, home: Home) -> None:
    """`supplier(spler_name, spler_h)`: a small trader may bear a person's name, so the graph knows suppliers by HMAC only."""
    names = [str(row[0]) for row in db.execute("SELECT DISTINCT spler_name FROM purcinfo_3503 WHERE spler_name IS NOT NULL").fetchall()]
    db.execute("CREATE TABLE supplier (spler_name VARCHAR, spler_h VARCHAR)")
    if names:
        with Identities.open(home) as identities:
            pseudonyms = identities.register("name", sorted(names))
        pairs = [[name, h] for name, h in zip(sorted(names), pseudonyms, strict=True) if h]
        if pairs:
            db.executemany("INSERT INTO supplier VALUES (?, ?)", pairs)


def _copy(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    db.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def _node_query(node: NodeType) -> str:
    also = ", also" if node.also else ""
    return f"SELECT {_cast_key(node)}{_cast(node.props)}{also} FROM ({sql(node.label)}) WHERE {node.key.name} <> ''"


def _rel_query(rel: RelType) -> str:
    """One type's text with labels filled in, empty ends left out and every property in its declared type."""
    query = sql(rel.name)
    start = "start_label" if len(rel.starts) > 1 else f"'{rel.starts[0]}' AS start_label"
    end = "end_label" if len(rel.stops) > 1 else f"'{rel.stops[0]}' AS end_label"
    return f"SELECT {start}, start_key, {end}, end_key{_cast(rel.props)} FROM ({query}) WHERE start_key <> '' AND end_key <> ''"


def _cast_key(node: NodeType) -> str:
    return f'CAST("{node.key.name}" AS VARCHAR) AS "{node.key.name}"'


def _cast(props: Sequence[Prop]) -> str:
    return "".join(f', CAST("{p.name}" AS {p.held.duckdb}) AS "{p.name}"' for p in props)


def _complete(db: duckdb.DuckDBPyConnection, target: Path, node: NodeType) -> None:
    """Add the nodes that some relationship names and no register knows."""
    named = " UNION ALL ".join(_ends_at(target, node.label))
    if not named:
        return
    here = folder(target, node)
    query = (
        f"SELECT DISTINCT k AS {node.key.name}{''.join(f', CAST(NULL AS {p.held.duckdb}) AS {p.name}' for p in node.props)}"
        f"{', CAST(NULL AS VARCHAR) AS also' if node.also else ''} FROM ({named}) "
        f"WHERE k NOT IN (SELECT {node.key.name} FROM read_parquet('{here / 'book.parquet'}'))"
    )
    _copy(db, query, here / "named.parquet")


def _ends_at(target: Path, label: str) -> Iterator[str]:
    for rel in BOOK_RELS:
        path = folder(target, rel) / "book.parquet"
        if label in rel.starts:
            yield f"SELECT start_key AS k FROM read_parquet('{path}') WHERE start_label = '{label}'"
        if label in rel.stops:
            yield f"SELECT end_key AS k FROM read_parquet('{path}') WHERE end_label = '{label}'"
