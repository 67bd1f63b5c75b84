"""Running one rule over a case file, and what it found."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
import pyarrow as pa

from graph.book import TRACE_TABLE, book_columns
from graph.contract import CONTRACT, KNOWLEDGE
from kg import engine
from kg.findings import add_hits, cite_whole, open_findings, write_findings
from kg.knowledge.library import Library, Part, Version
from kg.knowledge.typed import typed
from kg.relations import prepare
from kg.rulebook import RULEBOOK, answer, reads
from tests.kg.facts import Fact, Row, many


@dataclass(frozen=True)
class Finding:
    subject: tuple[str, str]
    rows: tuple[tuple[str, Row, int], ...]
    facts: Row
    amount_fen: int | None
    members: tuple[tuple[str, str, str], ...]

    @property
    def evidence(self) -> list[tuple[str, Row, int]]:
        """The cited rows that carry money."""
        return [cited for cited in self.rows if cited[2]]

    def cites(self, table: str) -> list[Row]:
        """Keys of the cited rows of one table."""
        return [key for name, key, _ in self.rows if name == table]


@dataclass(frozen=True)
class Fired:
    findings: tuple[Finding, ...]
    not_testable: dict[str, int]

    def only(self) -> Finding:
        assert len(self.findings) == 1, f"{len(self.findings)} findings: {[f.subject for f in self.findings]}"
        return self.findings[0]

    def none(self) -> bool:
        assert not self.findings, f"fired on {[f.subject for f in self.findings]}"
        return True

    @property
    def subjects(self) -> set[str]:
        return {finding.subject[1] for finding in self.findings}

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)


class Given(Library):
    """What the product carries, and a site's own rows."""

    def __init__(self, own: Mapping[str, pl.DataFrame]) -> None:
        super().__init__(None, [Version("given", "", tuple(Part("given", name, "own", name, len(frame)) for name, frame in own.items()))])
        self.own = own

    def frame(self, part: Part) -> pl.DataFrame:
        return self.own[part.table] if part.layer == "own" else super().frame(part)


def library(facts: Iterable[Fact]) -> Library:
    """The rows of kb_ tables among the facts, as a load leaves them, over what the product carries."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for fact in facts:
        for table, columns in fact.rows:
            if table in KNOWLEDGE:
                by_table[table].append({"source_file": "own.csv", "source_row": len(by_table[table]) + 2, **columns})
    return Given({table: typed(KNOWLEDGE[table], rows, {}) for table, rows in by_table.items()})


def fire(rule_id: str, *facts: Fact, silent: Collection[int] = ()) -> Fired:
    """Run one SQL or Python rule over these facts, as the engine does: views, rule, findings, resolved evidence.

    `silent`: months in which a table that it needs did not come.
    """
    rule = RULEBOOK[rule_id]
    with duckdb.connect() as book, TemporaryDirectory() as folder:
        fill(book, many(facts))
        list(prepare(book, reads(rule), library(facts)))
        open_findings(book)
        add_hits(book, rule, answer(rule, book))
        cite_whole(book, [rule])
        unknown = {column: sum(places.values()) for column, places in engine.not_testable(book, rule).items()}
        write_findings(book, {rule_id: rule}, Path(folder), "test", silent={rule_id: silent})
        return Fired(tuple(read_findings(Path(folder))), unknown)


def read_findings(folder: Path) -> list[Finding]:
    """findings.parquet and evidence.parquet of a run, as values."""
    with duckdb.connect() as db:
        cited = defaultdict(list)
        evidence = db.execute(f"SELECT finding_id, source_table, key, amount_fen FROM '{folder}/evidence.parquet' ORDER BY ALL").fetchall()
        for finding, table, key, fen in evidence:
            cited[finding].append((table, _cited_key(table, json.loads(key)), fen))
        columns = "finding_id, subject_type, subject_id, facts, amount_fen, members"
        return [
            Finding((kind, name), tuple(cited[finding]), json.loads(facts), amount, _members(members))
            for finding, kind, name, facts, amount, members in db.execute(
                f"SELECT {columns} FROM '{folder}/findings.parquet' ORDER BY subject_id, finding_id"
            ).fetchall()
        ]


def _cited_key(table: str, key: Row) -> Row:
    wanted = CONTRACT[table].key or ("row_id",)
    return {name: key[name] for name in wanted}


def _members(listed: str | None) -> tuple[tuple[str, str, str], ...]:
    return tuple((m["type"], m["id"], m["role"]) for m in json.loads(listed or "[]"))


def fill(book: duckdb.DuckDBPyConnection, facts: Fact) -> None:
    """Every table of the contract, empty or holding these rows; keyless rows get a row_id, codes are split."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for table, columns in facts.rows:
        if table in KNOWLEDGE:
            continue
        given = dict(columns)
        if CONTRACT[table].has_row_id:
            given.setdefault("row_id", f"{table}-{len(by_table[table]) + 1}")
            codes = str(given.get("drug_trac_codg") or "").split(";")
            by_table[TRACE_TABLE] += [{"source_table": table, "row_id": given["row_id"], "drug_trac_codg": c} for c in codes if c]
        by_table[table].append(given)
    for table in (*(t.name for t in CONTRACT if t.in_book), TRACE_TABLE):
        declared = [*book_columns(table), ("month", "BIGINT")]
        typed = ", ".join(f'"{name}" {kind}' for name, kind in declared)
        book.execute(f"CREATE TABLE {table} ({typed})")
        rows = by_table[table]
        if unknown := {name for given in rows for name in given} - {name for name, _ in declared}:
            raise ValueError(f"{table} has no column {sorted(unknown)}")
        if rows:
            names = sorted({name for given in rows for name in given})
            given_rows = pa.table({name: pa.array([_plain(given.get(name)) for given in rows]) for name in names})
            book.register("given_rows", given_rows)
            book.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(names)} FROM given_rows")
            book.unregister("given_rows")


def _plain(value: object) -> object:
    """As text, which the table's own types cast: one column may hold texts and times."""
    return None if value is None else str(value)
