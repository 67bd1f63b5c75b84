"""Only what changed: rows of the new state that the old one lacks, and keys of the old one that are gone.

The comparison runs in DuckDB over 64-bit row hashes, so its memory is eight bytes a row whatever the rows hold. Two states of ten
million rows miss a changed row with a probability of one in a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock

import duckdb

from graph.nodes import NODES
from graph.schema import NodeType, Prop, RelType, When
from graph.statements import create_node, create_rel, delete_node, delete_rel, merge_node, merge_rel
from graph.store import Store
from ingest import load_turns, projection
from ingest.projection import BOOK_NODES, BOOK_RELS, KINDS, Progress, name_of

BATCH = 20_000
"""Rows of one transaction. Warm: 10,000 rows gave 5,600 relationships a second where 40,000 gave 7,100 (a busy machine)."""
Kind = NodeType | RelType


@dataclass(frozen=True)
class Difference:
    """Rows to write and keys to delete, waiting in tables of the DuckDB connection."""

    upserts: Mapping[str, int]
    """Type -> rows that are new or changed."""
    gone: Mapping[str, int]

    @property
    def rows(self) -> int:
        return sum(self.upserts.values()) + sum(self.gone.values())


def compare(db: duckdb.DuckDBPyConnection, old: Path | None, new: Path) -> Difference:
    """What leads from `old` (None = an empty graph) to `new`."""
    counts = {name_of(kind): _compare(db, old, new, kind) for kind in KINDS}
    return Difference({name: n for name, (n, _) in counts.items() if n}, {name: n for name, (_, n) in counts.items() if n})


def apply(db: duckdb.DuckDBPyConnection, store: Store, difference: Difference, progress: Progress = None, *, resumed: bool = False) -> None:
    """Write it: relationships go before their nodes, nodes come before their relationships.

    What the old state lacks is created without a look. `resumed`: a part of it may be in the graph by now, so everything is looked for.
    """
    writing = _Writing(db, store, difference, progress)
    for stage in (_gone_rels(), _gone_nodes(), _nodes(resumed), _rels(resumed)):
        load_turns.run_all(list(writing.jobs(stage)))


@dataclass(frozen=True)
class _Part:
    """One statement and the SQL of its rows."""

    kind: Kind
    table: str
    statement: str
    query: str
    touches: tuple[str, ...]


class _Writing:
    """A difference on its way into the graph."""

    def __init__(self, db: duckdb.DuckDBPyConnection, store: Store, difference: Difference, progress: Progress) -> None:
        self.db, self.store, self.difference, self.progress = db, store, difference, progress
        self.done, self.lock = 0, Lock()

    def jobs(self, stage: Iterable[_Part]) -> Iterator[load_turns.Job]:
        """Of the types in which something changed."""
        for part in stage:
            changed = self.difference.upserts if part.table == "upsert" else self.difference.gone
            if rows := changed.get(name_of(part.kind), 0):
                yield load_turns.Job(frozenset(part.touches), rows, partial(self._write, part))

    def _write(self, part: _Part) -> None:
        for rows in _batches(self.db, part.query):
            sent = self.store.write(part.statement, rows, batch=BATCH)
            with self.lock:
                self.done += sent
                if self.progress:
                    self.progress(f"writing {name_of(part.kind)}", min(1.0, self.done / max(1, self.difference.rows)))


def _gone_rels() -> Iterator[_Part]:
    for rel in BOOK_RELS:
        for pair in rel.ends:
            yield _Part(rel, "gone", delete_rel(rel, *pair), _rel_rows("gone", rel, pair), pair)


def _gone_nodes() -> Iterator[_Part]:
    for node in BOOK_NODES:
        rows = f'SELECT "{node.key.name}" AS k FROM gone_{node.label}'
        yield _Part(node, "gone", delete_node(node), rows, tuple(NODES))  # what runs tied to it goes too, whatever it is


def _nodes(resumed: bool) -> Iterator[_Part]:
    for node in BOOK_NODES:
        for write, which in ((merge_node, "true" if resumed else "NOT fresh"), (create_node, "false" if resumed else "fresh")):
            yield _Part(node, "upsert", write(node), _node_rows(node, which), (node.label,))


def _rels(resumed: bool) -> Iterator[_Part]:
    for rel in BOOK_RELS:
        for pair in rel.ends:
            for write, which in ((merge_rel, "true" if resumed else "NOT fresh"), (create_rel, "false" if resumed else "fresh")):
                yield _Part(rel, "upsert", write(rel, *pair), _rel_rows("upsert", rel, pair, which), pair)


def _compare(db: duckdb.DuckDBPyConnection, old: Path | None, new: Path, kind: Kind) -> tuple[int, int]:
    """Make `upsert_<type>`, whose `fresh` says that the key is new, and `gone_<type>`; returns their row counts."""
    name, columns = name_of(kind), ", ".join(f'"{c}"' for c in projection.columns(kind))
    after = f"read_parquet('{projection.folder(new, kind)}/*.parquet')"
    key = ", ".join(f'"{c}"' for c in _key(kind))
    if old is None:
        db.execute(f"CREATE OR REPLACE VIEW upsert_{name} AS SELECT *, true AS fresh FROM {after}")
        db.execute(f"CREATE OR REPLACE TABLE gone_{name} AS SELECT {key} FROM {after} WHERE false")
    else:
        before = f"read_parquet('{projection.folder(old, kind)}/*.parquet')"
        db.execute(
            f"CREATE OR REPLACE TABLE upsert_{name} AS "
            f"SELECT *, hash({key}) NOT IN (SELECT hash({key}) FROM {before}) AS fresh FROM {after} "
            f"WHERE hash({columns}) NOT IN (SELECT hash({columns}) FROM {before})"
        )
        db.execute(
            f"CREATE OR REPLACE TABLE gone_{name} AS SELECT {key} FROM {before} "
            f"WHERE hash({columns}) NOT IN (SELECT hash({columns}) FROM {after}) "
            f"AND hash({key}) NOT IN (SELECT hash({key}) FROM upsert_{name})"
        )
    return _count(db, f"upsert_{name}"), _count(db, f"gone_{name}")


def _key(kind: Kind) -> list[str]:
    """Columns that name one row of a type."""
    if isinstance(kind, NodeType):
        return [kind.key.name]
    return ["start_label", "start_key", "end_label", "end_key", *([kind.apart] if kind.apart else [])]


def _node_rows(node: NodeType, which: str) -> str:
    also = ", CASE WHEN also IS NULL THEN [] ELSE [also] END AS also" if node.also else ""
    return f'SELECT "{node.key.name}" AS k{_named(node.props)}{also} FROM upsert_{node.label} WHERE {which}'


def _rel_rows(table: str, rel: RelType, pair: tuple[str, str], which: str = "true") -> str:
    props = [p for p in rel.props if table == "upsert" or p.name == rel.apart]
    return (
        f"SELECT start_key AS s, end_key AS e{_named(props)} FROM {table}_{rel.name} "
        f"WHERE start_label = '{pair[0]}' AND end_label = '{pair[1]}' AND {which} ORDER BY start_key"
    )


def _named(props: Iterable[Prop]) -> str:
    """Columns of the properties. Moments go as text: packing a datetime takes the driver 40 microseconds."""
    return "".join(f", {_iso(p.name) if p.held is When else _quoted(p.name)} AS {_quoted(p.name)}" for p in props)


def _iso(name: str) -> str:
    return f"strftime({_quoted(name)}, '%Y-%m-%dT%H:%M:%S.%f')"


def _quoted(name: str) -> str:
    return f'"{name}"'


def _batches(db: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[dict[str, object]]]:
    for batch in db.cursor().sql(query).to_arrow_reader(BATCH):
        yield batch.to_pylist()


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    row = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0
