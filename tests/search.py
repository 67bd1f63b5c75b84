"""Looks for people in clear wherever a home keeps something: files as bytes, Parquet and gzip decoded, every string of the graph."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from graph.contract import CONTRACT
from graph.home import Home
from graph.store import Store

TOO_SHORT = 9
"""Bytes: a two-character name (6 bytes) is also part of other words, and random bytes hold it now and then."""
ENCODINGS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class Hit:
    """A planted value that stands in clear somewhere."""

    place: str
    value: str


def planted(data: Path, *, limit: int = 5_000) -> dict[str, set[str]]:
    """Clear values of the identity columns of a delivery of CSVs, by kind: at most `limit` of a kind, evenly spread over its rows."""
    found: dict[str, set[str]] = {}
    with duckdb.connect() as connection:
        for table in CONTRACT:
            path = data / f"{table.name}.csv"
            identities = [column for column in table.columns.values() if column.identity]
            if not path.exists() or not identities:
                continue
            relation = connection.read_csv(str(path), all_varchar=True, quotechar='"')
            for column in (c for c in identities if c.name in relation.columns):
                values = relation.project(f'trim("{column.name}") AS v').filter("v <> ''").distinct().order("v").fetchall()
                step = len(values) // limit + 1
                found.setdefault(str(column.identity), set()).update(v for (v,) in values[::step])
        public = _organisations(connection, data)
    return {kind: values - public for kind, values in found.items()}


def _organisations(connection: duckdb.DuckDBPyConnection, data: Path) -> set[str]:
    """Names of firms and places: an account may be theirs, and purchases and registers name them for everybody."""
    columns = {"fixmedins_b": "fixmedins_name", "insu_emp_b": "emp_name", "purcinfo_3503": "spler_name"}
    files = [(f"{data / table}.csv", column) for table, column in columns.items() if (data / f"{table}.csv").exists()]
    return {
        name
        for file, column in files
        for (name,) in connection.read_csv(file, all_varchar=True, quotechar='"').project(column).distinct().fetchall()
    }


def search_home(home: Home, values: Iterable[str], scratch: Path, *, graph: bool = True) -> list[Hit]:
    """Every place of the home (and of its graph) that holds one of the values in clear. `scratch` takes what had to be decoded."""
    wanted = {v for v in values if len(v.encode()) >= TOO_SHORT}
    assert wanted, "nothing to look for"
    decoded = scratch / "decoded"
    _decode(home.root, decoded)
    if graph:
        with Store.open(home) as store:
            _write(decoded / "graph.txt", _strings_of(store))
    patterns = scratch / "wanted.txt"
    patterns.write_bytes(b"\n".join(sorted({v.encode(e, "ignore") for v in wanted for e in ENCODINGS})))
    # byte by byte over all files at once: thousands of values in gigabytes are quick for grep and for nothing in Python
    command = [shutil.which("grep") or "grep", "-r", "-a", "-o", "-F", "-f", str(patterns), str(home.root), str(decoded)]
    said = subprocess.run(command, capture_output=True, env={**os.environ, "LC_ALL": "C"})
    assert said.returncode in (0, 1), said.stderr
    return sorted({_hit(line, scratch) for line in said.stdout.splitlines()}, key=str)


def without(values: Mapping[str, Collection[str]], public: Collection[str]) -> set[str]:
    """All values but those that are public too, as a clinic's name that is its owner's name."""
    return {v for kind in values.values() for v in kind} - set(public)


def _decode(root: Path, target: Path) -> None:
    target.mkdir(parents=True)
    with duckdb.connect() as connection:
        for number, path in enumerate(sorted(p for p in root.rglob("*") if p.is_file())):
            plain = target / f"{number}-{path.name}.txt"
            if path.suffix == ".parquet":
                connection.read_parquet(str(path)).write_csv(str(plain))
            elif path.suffix == ".gz":
                plain.write_bytes(gzip.decompress(path.read_bytes()))


def _strings_of(store: Store) -> Iterable[str]:
    """Distinct values of every property, of nodes and relationships, by property: a whole graph is too much for one answer."""
    for key in (row["propertyKey"] for row in store.read("CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey")):
        for where in ("MATCH (x)", "MATCH ()-[x]->()"):
            rows = store.read(f"{where} WHERE x[$key] IS NOT NULL RETURN DISTINCT x[$key] AS v", {"key": key}, timeout=300)
            yield from (str(row["v"]) for row in rows)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in lines)


def _hit(line: bytes, scratch: Path) -> Hit:
    place, _, value = line.partition(b":")
    name = os.fsdecode(place).removeprefix(f"{scratch}/")
    try:
        return Hit(name, value.decode())
    except UnicodeDecodeError:
        return Hit(name, value.decode("gb18030"))
