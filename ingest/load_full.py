"""The whole graph as import files: Parquet of the projection to CSV parts, one per thread, written by DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb

from graph.nodes import NODES
from graph.rels import RELS
from graph.schema import NodeType, RelType
from graph.server import FileGroup, ImportFiles
from graph.statements import node_header, rel_header
from graph.store import MARKER
from ingest import projection
from ingest.load_state import Goal
from ingest.projection import BOOK_NODES, BOOK_RELS

AS_CSV = "(FORMAT csv, HEADER false, PER_THREAD_OUTPUT true, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%f')"
"""Neo4j wants the T of ISO 8601. Plain files: packing them costs the two cores more than the disk saves."""


def import_files(db: duckdb.DuckDBPyConnection, state: Path, csv: Path, goal: Goal) -> ImportFiles:
    """Write everything under `csv` and say what it is."""
    csv.mkdir(parents=True)
    nodes = [group for node in BOOK_NODES if (group := _node_group(db, state, csv, node))]
    rels = [group for rel in BOOK_RELS for pair in rel.ends if (group := _rel_group(db, state, csv, rel, pair))]
    return ImportFiles(nodes=[_marker(csv, goal), *nodes], rels=rels)


def _node_group(db: duckdb.DuckDBPyConnection, state: Path, csv: Path, node: NodeType) -> FileGroup | None:
    here = projection.folder(state, node)
    return _write(db, f"SELECT * FROM read_parquet('{here}/*.parquet')", csv / node.label, node_header(node), node.label)


def _rel_group(db: duckdb.DuckDBPyConnection, state: Path, csv: Path, rel: RelType, pair: tuple[str, str]) -> FileGroup | None:
    here, (start, end) = projection.folder(state, rel), pair
    query = (
        f"SELECT * EXCLUDE (start_label, end_label) FROM read_parquet('{here}/*.parquet') "
        f"WHERE start_label = '{start}' AND end_label = '{end}'"
    )
    return _write(db, query, csv / f"{rel.name}-{start}-{end}", rel_header(rel, start, end), rel.name)


def _write(db: duckdb.DuckDBPyConnection, query: str, parts: Path, header: str, name: str) -> FileGroup | None:
    """One group of files; None where there is nothing to import."""
    copied = db.execute(f"COPY ({query}) TO '{parts}' {AS_CSV}").fetchone()
    if not copied or not copied[0]:
        return None
    head = parts.with_suffix(".header.csv")
    head.write_text(header + "\n", encoding="utf-8")
    return FileGroup(header=head, parts=sorted(parts.glob("*.csv")), name=name)


def _marker(csv: Path, goal: Goal) -> FileGroup:
    head, part = csv / f"{MARKER}.header.csv", csv / f"{MARKER}.csv"
    names = [f"{name}:{'ID(Marker)' if name == 'id' else 'string'}" for name in goal.marker]
    head.write_text(",".join(names) + "\n", encoding="utf-8")
    part.write_text(",".join(str(value) for value in goal.marker.values()) + "\n", encoding="utf-8")
    return FileGroup(header=head, parts=[part], name=MARKER)


def size(db: duckdb.DuckDBPyConnection, state: Path) -> tuple[int, int]:
    """(nodes, relationships) of a kept state."""
    return _rows(db, state, tuple(NODES[n.label] for n in BOOK_NODES)), _rows(db, state, tuple(RELS[r.name] for r in BOOK_RELS))


def _rows(db: duckdb.DuckDBPyConnection, state: Path, kinds: tuple[NodeType | RelType, ...]) -> int:
    counts = " UNION ALL ".join(f"SELECT COUNT(*) AS n FROM read_parquet('{projection.folder(state, kind)}/*.parquet')" for kind in kinds)
    row = db.execute(f"SELECT CAST(SUM(n) AS BIGINT) FROM ({counts})").fetchone()
    return int(row[0]) if row else 0
