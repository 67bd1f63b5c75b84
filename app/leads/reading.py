"""The leads of a run, read back: pages for the queue, one lead whole, its cited rows in the book, and files for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from app.leads import cited, export, ring_objects
from app.leads.assemble import ORDER
from app.leads.explanation import Explanation, explanation
from app.leads.folder import find_run, read_report
from graph import book
from graph.book import ask
from graph.errors import WrongUse
from graph.home import Home
from kg.law.texts import Texts

NESTED = ("subject", "members", "period", "sources", "legal", "benign_checks")
"""Fields that leads.parquet holds as JSON text."""


@dataclass(frozen=True)
class Leads:
    """One complete run."""

    home: Home
    folder: Path

    @classmethod
    def open(cls, home: Home, run_id: str | None = None) -> Leads:
        """The named run, else the current one; WrongUse when there is none."""
        return cls(home, find_run(home, run_id))

    @property
    def run_id(self) -> str:
        return self.folder.name

    @property
    def report(self) -> Mapping[str, object]:
        """What the run says about itself."""
        return read_report(self.folder)

    @cached_property
    def _db(self) -> duckdb.DuckDBPyConnection:
        """The book, and this run's leads and evidence. Each use takes a cursor: pages may read at the same time."""
        connection = book.connect(self.home, memory="1GB", threads=2)
        for name in ("leads", "lead_evidence"):
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{self.folder / name}.parquet')")
        return connection

    def page(
        self,
        filters: Mapping[str, object] | None = None,
        sort: str = "rank",
        limit: int = 50,
        offset: int = 0,
        *,
        descending: bool = False,
        everything: bool = False,
    ) -> pl.DataFrame:
        """Leads whose columns equal `filters` (a list = any of it). Closed and gone ones only with `everything`."""
        where, values = self._where(filters or {}, everything=everything)
        self._known(sort)
        order = f'"{sort}" {"DESC" if descending else "ASC"} NULLS LAST, rank'
        query = f"SELECT * FROM leads WHERE {where} ORDER BY {order} LIMIT {int(limit)} OFFSET {int(offset)}"
        return ask(self._db.cursor(), query, values)

    def count(self, filters: Mapping[str, object] | None = None, *, everything: bool = False) -> int:
        where, values = self._where(filters or {}, everything=everything)
        row = self._db.cursor().execute(f"SELECT COUNT(*) FROM leads WHERE {where}", values).fetchone()
        return int(row[0]) if row else 0

    def _where(self, filters: Mapping[str, object], *, everything: bool) -> tuple[str, list[object]]:
        terms = ["true" if everything else "NOT closed AND state <> 'gone'"]
        for column in filters:
            self._known(column)
            terms.append(f'list_contains(?, "{column}")')
        return " AND ".join(terms), [list(w) if isinstance(w, (list, tuple, set, frozenset)) else [w] for w in filters.values()]

    def _known(self, column: str) -> None:
        columns = [row[0] for row in self._db.cursor().execute("DESCRIBE leads").fetchall()]
        if column not in columns:
            raise WrongUse(f"the column {column!r} of leads", "one of: " + ", ".join(columns))

    def lead(self, lead_id: str) -> dict[str, object]:
        """One lead: the object of data-contract 2.1 without its evidence list, and the sentences, names and figures beside it."""
        found = ask(self._db.cursor(), "SELECT * FROM leads WHERE lead_id = ?", [lead_id])
        if found.is_empty():
            raise WrongUse(f"the lead {lead_id}", f"a lead of the run {self.run_id}", "ringscope leads")
        return {name: json.loads(value) if name in NESTED else value for name, value in found.row(0, named=True).items()}

    def naming(self, kind: str, key: str) -> list[str]:
        """Leads about this subject, or that name it as a member, best first."""
        member = json.dumps({"type": kind, "id": key}, ensure_ascii=False)[1:-1].replace(": ", ":").replace(", ", ",")
        query = "SELECT lead_id FROM leads WHERE (subject_type = ? AND subject_id = ?) OR contains(members, ?) ORDER BY rank"
        return [row[0] for row in self._db.cursor().execute(query, [kind, key, member]).fetchall()]

    def cited(self, lead_id: str) -> pl.DataFrame:
        """The resolved evidence rows of a lead: who, where, when and which unit of each, without the row itself."""
        return pl.scan_parquet(self.folder / "lead_evidence.parquet").filter(pl.col("lead_id") == lead_id).collect()

    def tables(self, lead_id: str) -> dict[str, int]:
        """Which tables the lead cites, and how many rows of each."""
        query = "SELECT source_table, COUNT(*) FROM lead_evidence WHERE lead_id = ? GROUP BY source_table ORDER BY source_table"
        return dict(self._db.cursor().execute(query, [lead_id]).fetchall())

    def evidence(self, lead_id: str, table: str | None = None, limit: int = 200, offset: int = 0) -> pl.DataFrame:
        """Cited rows as they stand in the book, with claimed fen, rules, and the delivery, file and record each came from.

        Without `table`, the references of all tables: table, key, day, fen, rules.
        """
        if table is None:
            return cited.references(self._db.cursor(), lead_id, limit, offset)
        return cited.rows(self._db.cursor(), lead_id, table, limit, offset)

    def sources(self, lead_id: str) -> dict[str, dict[str, int]]:
        """Source -> table -> rows of the lead that it cites; the source `""` is all of them together."""
        query = """
            SELECT source, source_table, COUNT(*)
            FROM (SELECT UNNEST(rule_ids) AS source, source_table FROM lead_evidence WHERE lead_id = ?)
            GROUP BY source, source_table ORDER BY source, source_table
        """
        found: dict[str, dict[str, int]] = {"": self.tables(lead_id)}
        for source, table, n in self._db.cursor().execute(query, [lead_id]).fetchall():
            found.setdefault(source, {})[table] = n
        return found

    def explanation(self, lead_id: str) -> Explanation:
        """The lead in sentences, with the official words of the law where they are loaded."""
        return explanation(self.lead(lead_id), self.sources(lead_id), Texts.open(self.home))

    def explain(self, what: str) -> dict[str, object]:
        """A lead by its id, or the best lead that names TYPE:ID, with its explanation."""
        kind, colon, key = what.partition(":")
        named = self.naming(kind, key) if colon else [what]
        if not named:
            raise WrongUse(
                f"{what} in no lead of the run {self.run_id}",
                "a lead id, or a TYPE:ID such as patient:P001 that a lead names",
                "ringscope leads",
            )
        return {**self.lead(named[0]), "also_in": named[1:], "explanation": self.explanation(named[0]).to_json()}

    def write(self, form: str = "table", out: Path | None = None, *, everything: bool = False) -> None:
        """All leads by rank as table, jsonl (data-contract 2.1), csv or parquet; to standard output when `out` is None."""
        leads = self.page({}, "rank", 1 << 40, 0, everything=everything)
        if form == "jsonl":
            export.lines(cited.as_json(self._db.cursor(), leads.select(*ORDER), NESTED), out)
        else:
            export.frame(leads, form, out, columns=("rank", "lead_id", "score", "amount_fen", "sentence_zh"))

    def write_findings(self, form: str = "table", out: Path | None = None) -> None:
        """The rule hits of the run (data-contract 2.2)."""
        columns = ("finding_id", "rule_id", "subject_type", "subject_id", "amount_fen", "estimate_fen")
        if form == "jsonl":
            export.lines(cited.findings_as_json(self._db.cursor(), self.folder), out)
        else:
            export.frame(pl.read_parquet(self.folder / "findings.parquet"), form, out, columns=columns)

    def rings(self) -> pl.DataFrame:
        """The rings of the run, most money first; none in a run of a version that wrote no rings."""
        path = self.folder / "rings.parquet"
        found = pl.read_parquet(path) if path.exists() else pl.DataFrame(schema=ring_objects.COLUMNS)
        return found.sort("amount_fen", "ring_id", descending=[True, False])

    def write_rings(self, form: str = "table", out: Path | None = None) -> None:
        """The rings of the run as table, jsonl, csv or parquet."""
        if form == "jsonl":
            export.lines(cited.objects(self.rings(), ring_objects.NESTED), out)
        else:
            shown = self.rings().with_columns(pl.col("p_value", "false_share").round(3)) if form == "table" else self.rings()
            export.frame(shown, form, out, columns=("ring_id", "pattern", "life", "size", "amount_fen", "p_value", "false_share"))
