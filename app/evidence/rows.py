"""The cited rows as lines of JSON, each with its delivery, file, record and the file's hash; and the further rows a replay needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, get_args

import duckdb

from app.evidence.case import Case, Row
from app.evidence.installed import installed, tables_of
from app.verify.replay import CONTEXT, ROWS
from graph.book import TRACE_TABLE, ask
from graph.contract import CONTRACT, KNOWLEDGE
from kg.evidence import STOCK
from kg.knowledge.library import Library
from kg.relations import create_knowledge
from kg.rule import Rule

MOST = 20_000
"""Rows that one rule's replay may add to a bundle: more would carry people out of the house whom the lead does not name."""
_TIES = ("mdtrt_id", "setl_id")
_REGISTERS = {"fixmedins_b": "fixmedins_code", "medstff_b": "stff_code", "psn_b": "psn_no", "insu_emp_b": "emp_no", "psn_insu_d": "psn_no"}
"""Tables of which the rows of whoever is cited are enclosed -> their column."""


def deliveries(case: Case) -> list[Row]:
    """Each delivery that the rows came from: its note and the SHA-256 of its files."""
    ids = {str(id) for frame in case.rows.values() for id in frame["delivery_id"].drop_nulls().unique()}
    return [_delivery(case, id) for id in sorted(ids)]


def _delivery(case: Case, id: str) -> Row:
    path = case.home.deliveries / id / "manifest.json"
    if not path.exists():
        return {"delivery_id": id, "files": {}}
    said = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: said.get(name) for name in ("delivery_id", "name", "taken_in", "source", "kind", "period", "synthetic")}
    return {**kept, "files": {name: measured["sha256"] for name, measured in said.get("files", {}).items()}}


def cited(case: Case) -> dict[str, bytes]:
    """Path in the bag -> the cited rows of one table."""
    hashes = {(d["delivery_id"], file): value for d in deliveries(case) for file, value in d["files"].items()}
    return {
        f"{ROWS}{table}.jsonl".removeprefix("data/"): lines(
            {**row, "source_sha256": hashes.get((row["delivery_id"], row["source_file"]))} for row in frame.iter_rows(named=True)
        )
        for table, frame in case.rows.items()
    }


def lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line, nulls left out."""
    return b"".join(
        json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False, default=_plain).encode() + b"\n" for row in rows
    )


def _plain(value: object) -> str:
    """Times and exact decimals as text, so that no digit is lost."""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} in a row of the book")


Reach = Literal["near", "house"]
REACHES: tuple[Reach, ...] = get_args(Reach)
"""How far a replay's rows reach: those of the same visits, settlements and trace codes; or all of the cited institutions too."""


@dataclass(frozen=True)
class Surroundings:
    """The rows beside the cited ones that a rule reads, and the register entries of whoever is cited."""

    case: Case

    def of(self, rule: Rule, reach: Reach) -> dict[str, list[Row]] | None:
        """Table -> rows; None when there would be too many."""
        found: dict[str, list[Row]] = {}
        for table in tables_of(rule):
            rows = self._rows(table, rule, reach)
            if rows:
                found[table] = rows
            if sum(map(len, found.values())) > MOST:
                return None
        return found

    @cached_property
    def _db(self) -> duckdb.DuckDBPyConnection:
        """The book, the library, and what the findings of the lead cite."""
        db = self.case.book.cursor()
        create_knowledge(db, Library.of(self.case.home))
        evidence = f"read_parquet('{self.case.leads.folder / 'evidence.parquet'}')"
        ids = [finding["finding_id"] for finding in self.case.findings]
        db.execute(f"CREATE TEMP TABLE behind AS SELECT * FROM {evidence} WHERE list_contains($ids, finding_id)", {"ids": ids})
        for statement in _NEAR.split(";"):
            db.execute(statement)
        return db

    def _rows(self, table: str, rule: Rule, reach: Reach) -> list[Row]:
        if table in KNOWLEDGE:
            own = f"WHERE rule_kind = '{rule.id}'" if table == "kb_point" else ""
            return self._ask(f"SELECT * FROM {table} {own}")
        if table == TRACE_TABLE:
            return self._ask("SELECT t.* FROM trac_d t SEMI JOIN cited_code c USING (drug_trac_codg)")
        return self._ask(f"SELECT * FROM {table} WHERE {self._near(table, reach)}")

    def _near(self, table: str, reach: Reach) -> str:
        """Which rows of a book table: those cited, those of the same visit, settlement or trace code, the register entries."""
        columns = [name for name, _ in installed().tables[table]["columns"]]
        first = installed().tables[table]["key"][0]
        terms = [f"{first} IN (SELECT json_extract_string(key, '$.{first}') FROM behind WHERE source_table = '{table}')"]
        if reach == "house" and "fixmedins_code" in columns:
            terms.append("fixmedins_code IN (SELECT fixmedins_code FROM behind)")
        if table in _REGISTERS:
            terms.append(f"{_REGISTERS[table]} IN (SELECT {_REGISTERS[table]} FROM behind)")
        else:
            terms += [f"{column} IN (SELECT {column} FROM near_{column})" for column in _TIES if column in columns]
        if table in STOCK:
            terms.append(f"row_id IN (SELECT row_id FROM coded WHERE source_table = '{table}')")
        return " OR ".join(terms)

    def _ask(self, query: str) -> list[Row]:
        return ask(self._db, f"{query} LIMIT {MOST + 1}").to_dicts()


_NEAR = """
CREATE OR REPLACE TEMP TABLE cited_code AS
SELECT DISTINCT substr(unit, 6) AS drug_trac_codg FROM (SELECT unnest(units) AS unit FROM behind) WHERE unit LIKE 'trac:%';
CREATE OR REPLACE TEMP TABLE coded AS SELECT source_table, row_id FROM trac_d SEMI JOIN cited_code USING (drug_trac_codg);
CREATE OR REPLACE TEMP TABLE near_mdtrt_id AS
SELECT mdtrt_id FROM behind WHERE mdtrt_id IS NOT NULL
UNION SELECT mdtrt_id FROM drug_trac_3513 WHERE row_id IN (SELECT row_id FROM coded WHERE source_table = 'drug_trac_3513');
CREATE OR REPLACE TEMP TABLE near_setl_id AS
SELECT setl_id FROM behind WHERE setl_id IS NOT NULL
UNION SELECT setl_id FROM fee_list_d WHERE mdtrt_id IN (SELECT mdtrt_id FROM near_mdtrt_id)
UNION SELECT setl_id FROM selinfo_3505 WHERE row_id IN (SELECT row_id FROM coded WHERE source_table = 'selinfo_3505')"""


def context(case: Case, chosen: Mapping[str, Mapping[str, list[Row]]]) -> Iterator[tuple[str, bytes]]:
    """(path in the bag, rows that are enclosed for a replay and not cited), over all rules."""
    tables: dict[str, dict[str, Row]] = {}
    for found in chosen.values():
        for table, around in found.items():
            tables.setdefault(table, {}).update({_name(table, row): row for row in around})
    for table, named in sorted(tables.items()):
        mine = {_name(table, row) for row in case.rows[table].iter_rows(named=True)} if table in case.rows else set()
        if left := [row for name, row in named.items() if name not in mine]:
            yield f"{CONTEXT}{table}.jsonl".removeprefix("data/"), lines(left)


def _name(table: str, row: Mapping[str, Any]) -> str:
    key = installed().tables[table]["key"]
    named = {name: row.get(name) for name in key} if table in CONTRACT.tables else row  # two points of one key are two points
    return json.dumps(named, ensure_ascii=False, default=_plain)
