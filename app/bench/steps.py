"""The steps that the bench times, each run as a process of its own: `python -m app.bench.steps STEP WORDS...`.

The last line of a step's output is one JSON object with what it wants to tell.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from graph.home import Home

Said = Mapping[str, Any]


def city(out: str, persons: str, months: str, seed: str) -> Said:
    """A synthetic city."""
    from ingest.city import build

    build(Path(out), persons=int(persons), months=int(months), seed=int(seed))
    return {}


def city_by_month(out: str, persons: str, months: str, seed: str) -> Said:
    """A synthetic city that delivers every month."""
    from ingest.city import build

    build(Path(out), persons=int(persons), months=int(months), seed=int(seed), monthly=True)
    return {}


def book(home: str, delivery: str) -> Said:
    """Ours: files to book, identities, quarantine and reconciliation included."""
    from ingest.door import ingest

    report = ingest(Path(delivery), Home(Path(home)))
    loaded = {name: table.loaded for name, table in report.tables.items()}
    return {"lines": loaded.get("fee_list_d", 0), "rows": sum(loaded.values())}


def duckdb_alone(delivery: str, out: str) -> Said:
    """The peer: DuckDB reads the same CSVs with the contract's types and writes Parquet by table and month, claim lines in order.

    No check, no identity, no reconciliation. Broken values become null.
    """
    import duckdb

    from graph.contract import CONTRACT

    connection = duckdb.connect(config={"memory_limit": "3GB", "temp_directory": f"{out}.tmp"})
    for path in sorted(Path(delivery).glob("*.csv")):
        table = CONTRACT[path.stem]
        source = f"read_csv('{path}', all_varchar = true, header = true, quote = '\"', escape = '\"')"  # the sniffer misses rare quotes
        present = [c[0] for c in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()]
        casts = ", ".join(_cast(table.columns[name].kind, name) for name in present if name in table.columns)
        day = f"try_cast(nullif({table.month}, '') AS TIMESTAMP)"
        month = f"coalesce(strftime({day}, '%Y%m'), '000000')" if table.month in present else "'000000'"
        order = "ORDER BY month, mdtrt_id" if table.name == "fee_list_d" else ""
        Path(out).mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"COPY (SELECT {casts}, {month} AS month FROM {source} {order}) "
            f"TO '{out}/{table.name}' (FORMAT parquet, PARTITION_BY (month), OVERWRITE_OR_IGNORE)"
        )
    return {}


def _cast(kind: str, name: str) -> str:
    from graph.contract import BOOK_TYPE

    # nullif keeps DuckDB from moving the cast into its CSV reader, where one broken date ends the whole read
    text = f"""nullif("{name}", '')"""
    if kind == "fen":
        return f'CAST(round(try_cast({text} AS DECIMAL(18,4)) * 100) AS BIGINT) AS "{name}"'
    sql = BOOK_TYPE[kind]  # type: ignore[index]
    return f'"{name}"' if sql == "VARCHAR" else f'try_cast({text} AS {sql}) AS "{name}"'


def rules(home: str) -> Said:
    """Every active rule over the book; those that walk the graph need its server."""
    import tempfile

    from kg.engine import detect

    place = Home(Path(home))
    with tempfile.TemporaryDirectory() as folder:
        report = detect(place, run_dir=Path(folder), run_id="bench")
    ran = [rule for rule in report.rules if rule.switched_off is None]
    return {"seconds": report.seconds, "rules": len(ran), "findings": report.findings, "lines": _claim_lines(place)}


def _claim_lines(home: Home) -> int:
    from graph.book import Manifest

    return sum(file.rows for file in Manifest.read(home.book).tables["fee_list_d"].values())


def leads(home: str) -> Said:
    """Book, graph and server to leads."""
    from app.leads import run
    from graph.server import Server
    from ingest.load import load_graph

    place = Home(Path(home))
    Server(place).start()
    try:
        load_graph(place)
        made = run(place)
    finally:
        Server(place).stop()
    return {"leads": made.leads, "findings": made.findings}


def grades(*homes_and_keys: str) -> Said:
    """The grades of several cities, pooled."""
    from app.bench.pooled import pool
    from app.evaluate import evaluate

    pairs = zip(homes_and_keys[::2], homes_and_keys[1::2], strict=True)
    return pool([evaluate(Home(Path(home)), Path(key)).to_json() for home, key in pairs])


def load(home: str, mode: str) -> Said:
    """Ours: the book into a running server."""
    from ingest.load import load_graph

    report = load_graph(Home(Path(home)), mode=mode)  # type: ignore[arg-type]
    return vars(report)


def bare_import(home: str, scratch: str) -> Said:
    """The peer: a bare `database import full` of ready-made files (writing them is not timed)."""
    import shutil
    import subprocess

    import duckdb

    from graph.server import java
    from graph.server.bulk import import_command
    from graph.server.jars import jars
    from graph.server.place import Place
    from ingest.load_full import import_files
    from ingest.load_state import Shelf

    place, folder = Place(Home(Path(scratch)).make()), Path(scratch)
    state = Shelf(Home(Path(home))).current()
    if state is None:
        raise SystemExit("load the graph first")
    shutil.rmtree(folder / "csv", ignore_errors=True)
    files = import_files(duckdb.connect(), state.folder, folder / "csv", state.goal)
    place.make()
    target = place.other_data()
    shutil.rmtree(target, ignore_errors=True)
    conf = folder / "conf"
    conf.mkdir(exist_ok=True)
    (conf / "neo4j.conf").write_text(f"server.directories.data={target}\n", encoding="utf-8")
    command = import_command([str(java.runtime())], jars(), place, files, folder / "report")
    environment = java.environment() | {"NEO4J_HOME": str(place.root), "NEO4J_CONF": str(conf)}
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    shutil.rmtree(folder)
    return {"seconds": seconds}


def driver_loop(home: str, rows: str) -> Said:
    """The peer: one MERGE a row, as a first script would write it, on this server; the nodes are removed again."""
    from graph.store import Store

    wanted = int(rows)
    with Store.open(Home(Path(home))) as store:
        started = time.monotonic()
        for number in range(wanted):
            store.write("MERGE (n:BenchLoop {id: row.id}) SET n.amount_fen = row.fen", [{"id": number, "fen": number}])
        seconds = time.monotonic() - started
        store.write("MATCH (n:BenchLoop) DETACH DELETE n", [{}])
    return {"rows_a_second": wanted / seconds}


def networkx_graph(home: str, limit: str) -> Said:
    """The peer: the same nodes and relationships as a networkx graph, up to `limit` relationships of each type."""
    import duckdb
    import networkx as nx

    from ingest import projection
    from ingest.load_state import Shelf
    from ingest.projection import BOOK_RELS

    state = Shelf(Home(Path(home))).current()
    if state is None:
        raise SystemExit("load the graph first")
    db, graph = duckdb.connect(), nx.MultiDiGraph()
    started = time.monotonic()
    for rel in BOOK_RELS:
        files = f"{projection.folder(state.folder, rel)}/*.parquet"
        found = db.execute(f"SELECT start_label, start_key, end_label, end_key FROM read_parquet('{files}') LIMIT {int(limit)}")
        while part := found.fetchmany(100_000):
            graph.add_edges_from(((a, b), (c, d), rel.name) for a, b, c, d in part)
    return {"seconds": time.monotonic() - started, "rels": graph.number_of_edges(), "nodes": graph.number_of_nodes()}


STEPS: Mapping[str, Callable[..., Said]] = {
    step.__name__: step
    for step in (city, city_by_month, book, duckdb_alone, rules, leads, grades, load, bare_import, driver_loop, networkx_graph)
}

if __name__ == "__main__":
    # the ring steps load networkit, whose memory must not stand in the others' figures
    step = STEPS.get(sys.argv[1]) or importlib.import_module("app.bench.ring_steps").STEPS[sys.argv[1]]
    sys.stdout.write("\n" + json.dumps(step(*sys.argv[2:]), ensure_ascii=False, default=str) + "\n")
