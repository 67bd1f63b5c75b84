"""What this machine has and lacks for a Neo4j: one finding per fact, each with what to do."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass

from graph.endpoint import Endpoint
from graph.errors import RingscopeError
from graph.home import Home
from graph.server import disk, java
from graph.server.jars import cache, locked, missing
from graph.server.managed import Server
from graph.server.place import MIB, Memory, machine_memory
from graph.store import Store

COMFORTABLE_DISK = 10 << 30
"""Bytes: 20,000 persons over 6 months take 0.6 GB (book 90 MB, graph 156 MB, its logs 258 MB, kept state 28 MB)."""
LEAST_MEMORY = 4 << 30
"""Bytes: Neo4j at its smallest, DuckDB and the room."""


@dataclass(frozen=True)
class Finding:
    """One fact about the machine."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def facts(home: Home, *, free: disk.Free = disk.free) -> list[Finding]:
    """Everything that decides whether the server can run here. Starts and fetches nothing."""
    home.make()
    own = Endpoint.own()
    server = [_own(home, own)] if own else [_java(), _jars(), _server(home)]
    return [*server, _disk(home, free), _memory(), _keys(home), *(_walls(home) if own and server[0].ok else [])]


def _told(name: str, fact: Callable[[], str]) -> Finding:
    """A fact that raises when it does not hold."""
    try:
        return Finding(name, ok=True, detail=fact())
    except RingscopeError as error:
        return Finding(name, ok=False, detail=error.seen, fix=error.fix)


def _java() -> Finding:
    return _told("java", lambda: str(java.runtime()))


def _jars() -> Finding:
    lacking = missing()
    if not lacking:
        return Finding("jars", ok=True, detail=f"all {len(locked())} in {cache() / 'lib'}")
    detail = f"{len(lacking)} of {len(locked())} are still to be fetched"
    # they are fetched when they are first needed: their absence is no fault of the machine
    return Finding("jars", ok=True, detail=detail, fix="ringscope server start fetches them")


def _server(home: Home) -> Finding:
    status = Server(home).status()
    detail = f"{status.state}, Neo4j {status.version}" + (f", 127.0.0.1:{status.port}, process {status.pid}" if status.pid else "")
    # a server that was not started is no fault of the machine
    return Finding("server", ok=True, detail=detail, fix="" if status.pid else "ringscope server start")


def _disk(home: Home, free: disk.Free) -> Finding:
    there = free(home.root)
    fix = "" if there >= COMFORTABLE_DISK else "free some space, or move the home to a larger disk (--home DIR)"
    return Finding("disk", ok=there >= COMFORTABLE_DISK, detail=f"{there / (1 << 30):.1f} GB free at {home.root}", fix=fix)


def _memory() -> Finding:
    total, given = machine_memory(), Memory.of_machine()
    detail = f"{total / (1 << 30):.1f} GB, of which Neo4j gets {given.heap} MB heap and {given.page_cache} MB page cache"
    enough = total >= LEAST_MEMORY - 256 * MIB
    return Finding("memory", ok=enough, detail=detail, fix="" if enough else "a machine with at least 4 GB")


def _keys(home: Home) -> Finding:
    if not home.keys.exists():
        return Finding("keys", ok=True, detail=f"{home.keys} comes with the first delivery")
    mode = stat.S_IMODE(home.keys.stat().st_mode)
    if home.keys.is_relative_to(home.root):
        return Finding("keys", ok=False, detail=f"{home.keys} lies inside the home", fix="point RINGSCOPE_KEYS at a folder elsewhere")
    fix = f"chmod 700 {home.keys}" if mode & 0o077 else ""
    return Finding("keys", ok=not fix, detail=f"{home.keys}, mode {mode:04o}", fix=fix)


def _own(home: Home, own: Endpoint) -> Finding:
    def fact() -> str:
        with Store.open(home) as store:
            return f"{own.uri} as {own.user}, {store.read('CALL dbms.components() YIELD versions RETURN versions[0] AS v')[0]['v']}"

    return _told("own server", fact)


WALLS = {
    "dbms.security.allow_csv_import_from_file_urls": ("false", "LOAD CSV could read this server's files"),
    "internal.dbms.cypher_ip_blocklist": ("0.0.0.0/0,::/0", "LOAD CSV could reach the network"),
    "dbms.security.auth_enabled": ("true", "anyone who reaches the port may read"),
}
"""Settings that the managed server has and the user's own server may lack, with what a missing one means."""


def _walls(home: Home) -> list[Finding]:
    with Store.open(home) as store:
        rows = store.read("SHOW SETTINGS YIELD name, value WHERE name IN $names RETURN name, value", {"names": list(WALLS)})
    values = {str(row["name"]): str(row["value"]) for row in rows}
    return [
        Finding(
            f"wall {name}",
            ok=values.get(name) == wanted,
            detail=f"{name} = {values.get(name, 'not shown')}",
            fix="" if values.get(name) == wanted else f"{name}={wanted} in that server's neo4j.conf: {danger}",
        )
        for name, (wanted, danger) in WALLS.items()
    ]
