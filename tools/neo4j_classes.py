"""Renew graph/server/classes.txt.gz after the Neo4j in graph/neo4j.lock or the Java runtime has changed.

A server that answers a query and an import of one row are run with Java's own record of the classes that they load.
usage: python tools/neo4j_classes.py
"""

from __future__ import annotations

import gzip
import re
import tempfile
from pathlib import Path

import graph.server.archive as archive
from graph.home import Home
from graph.server import FileGroup, ImportFiles, Server
from graph.store import Store

TARGET = Path(archive.__file__).with_name("classes.txt.gz")
MADE_AT_RUN_TIME = re.compile(r"^[#@]|\$\$Lambda|LambdaForm|\$Proxy\d|source:")
"""Lines for classes that exist in no jar."""


def main() -> None:
    lines: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        made = iter(range(100))
        archive.flags = lambda *_: [f"-XX:DumpLoadedClassList={room / f'{next(made)}.classes'}"]  # type: ignore[assignment]
        home = Home(room / "home")
        (room / "header").write_text("id:ID,name,at:localdatetime\n")
        (room / "rows").write_text("1,a,2026-01-01T00:00:00\n")
        (room / "ends").write_text(":START_ID,:END_ID\n")
        (room / "edges").write_text("1,1\n")
        server = Server(home)
        nodes, rels = FileGroup(room / "header", [room / "rows"], "N"), FileGroup(room / "ends", [room / "edges"], "R")
        try:
            server.import_full(ImportFiles([nodes], [rels]))
            with Store.open(home) as store:
                store.run_schema(["CREATE CONSTRAINT c IF NOT EXISTS FOR (n:N) REQUIRE n.id IS UNIQUE"])
                store.write("MATCH (n:N {id: '1'}) MERGE (m:N {id: row.id}) MERGE (n)-[:R]->(m)", [{"id": "2"}])
                store.read("MATCH path = (:N)-[:R*1..2]-(:N) RETURN path, count(*) AS n")
        finally:
            server.stop()
        for path in room.glob("*.classes"):
            lines.update(re.sub(r" id: \d+$", "", line) for line in path.read_text().splitlines() if not MADE_AT_RUN_TIME.search(line))
    TARGET.write_bytes(gzip.compress(("\n".join(sorted(lines)) + "\n").encode(), 9, mtime=0))
    print(f"{len(lines)} classes in {TARGET}")


if __name__ == "__main__":
    main()
