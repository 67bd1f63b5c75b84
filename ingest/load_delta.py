"""Only what changed: rows of the new state that the old one lacks, and keys of the old one that are gone.

The comparison runs in DuckDB over 64-bit row hashes, so its memory is eight bytes a row whatever the rows hold. Two states of ten
million rows miss a changed row with a probability of one in a million.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.schema import NodeType, RelType
from graph.statements import delete_node, delete_rel, merge_node, merge_rel
from graph.store import Store
from ingest import projection
from ingest.projection import BOOK_NODES, BOOK_RELS, KINDS, Progress, name_of

BATCH = 40_000
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


def apply(db: duckdb.DuckDBPyConnection, store: Store, difference: Difference, progress: Progress = None) -> None:
    """Write it: relationships go before their nodes, nodes come before their relationships. May be repeated from the start."""
    done = 0
    for kind, statements in _work(difference):
        for statement, query in statements:
            for rows in _batches(db, query):
                done += store.write(statement, rows, batch=BATCH)
                if progress:
                    progress(f"writing {name_of(kind)}", min(1.0, done / max(1, difference.rows)))


def _work(difference: Difference) -> Iterator[tuple[Kind, Iterator[tuple[str, str]]]]:
    for rel in BOOK_RELS:
        if name_of(rel) in difference.gone:
            yield rel, ((delete_rel(rel, *pair), _rel_rows("gone", rel, pair)) for pair in rel.ends)
    for node in BOOK_NODES:
        if name_of(node) in difference.gone:
            yield node, iter([(delete_node(node), f"SELECT \"{node.key.name}\" AS k FROM gone_{node.label}")])
    for node in BOOK_NODES:
        if name_of(node) in difference.upserts:
            yield node, iter([(merge_node(node), _node_rows(node))])
    for rel in BOOK_RELS:
        if name_of(rel) in difference.upserts:
            yield rel, ((merge_rel(rel, *pair), _rel_rows("upsert", rel, pair)) for pair in rel.ends)


def _compare(db: duckdb.DuckDBPyConnection, old: Path | None, new: Path, kind: Kind) -> tuple[int, int]:
    """Make `upsert_<type>` and `gone_<type>`; returns their row counts."""
    name, columns = name_of(kind), ", ".join(f'"{c}"' for c in projection.columns(kind))
    after = f"read_parquet('{projection.folder(new, kind)}/*.parquet')"
    key = ", ".join(f'"{c}"' for c in _key(kind))
    if old is None:
        db.execute(f"CREATE OR REPLACE VIEW upsert_{name} AS FROM {after}")
        db.execute(f"CREATE OR REPLACE TABLE gone_{name} AS SELECT {key} FROM {after} WHERE false")
    else:
        before = f"read_parquet('{projection.folder(old, kind)}/*.parquet')"
        db.execute(
            f"CREATE OR REPLACE TABLE upsert_{name} AS FROM {after} "
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


def _node_rows(node: NodeType) -> str:
    also = ", CASE WHEN also IS NULL THEN [] ELSE [also] END AS also" if node.also else ""
    return f'SELECT "{node.key.name}" AS k{_named(p.name for p in node.props)}{also} FROM upsert_{node.label}'


def _rel_rows(table: str, rel: RelType, pair: tuple[str, str]) -> str:
    names = [p.name for p in rel.props if table == "upsert" or p.name == rel.apart]
    return (
        f"SELECT start_key AS s, end_key AS e{_named(names)} FROM {table}_{rel.name} "
        f"WHERE start_label = '{pair[0]}' AND end_label = '{pair[1]}'"
    )


def _named(names: Iterable[str]) -> str:
    return "".join(f', "{name}"' for name in names)


def _batches(db: duckdb.DuckDBPyConnection, query: str) -> Iterator[list[dict[str, object]]]:
    for batch in db.cursor().sql(query).to_arrow_reader(BATCH):
        yield batch.to_pylist()


def _count(db: duckdb.DuckDBPyConnection, table: str) -> int:
    row = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0

