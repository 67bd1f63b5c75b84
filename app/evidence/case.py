"""Everything that a bundle freezes of one lead, gathered once: the lead, its rows, its findings, its people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import duckdb
import polars as pl

from app.leads import Leads
from app.leads.explanation import Explanation
from app.leads.names import HIDDEN_NAMES, Names
from app.leads.precedence import KEPT
from app.widgets.picture import COLUMNS, LABELS, Picture, draw, people, whole
from graph import book
from graph.book import ask
from graph.errors import InputAtFault
from graph.home import Home
from kg.rule import Rule
from kg.rulebook import RULEBOOK
from kg.site import site_rules

Row = dict[str, Any]
_EVERY = 1 << 40


@dataclass(frozen=True)
class Case:
    """One lead and all that is cited for it. `clear` holds names in clear, by node, in a full copy only."""

    home: Home
    leads: Leads
    lead: Mapping[str, Any]
    explanation: Explanation
    book: duckdb.DuckDBPyConnection
    clear: Mapping[str, str]

    @classmethod
    def open(cls, home: Home, lead_id: str, run_id: str | None = None) -> Case:
        """Raises WrongUse when the run has no such lead, InputAtFault when a cited row is no longer in the book."""
        leads = Leads.open(home, run_id)
        case = cls(home, leads, leads.lead(lead_id), leads.explanation(lead_id), book.connect(home, memory="1GB", threads=2), {})
        case.check_rows()
        return case

    def in_clear(self, names: Mapping[str, str]) -> Case:
        """The same case with these names shown."""
        return replace(self, clear=names)

    @property
    def lead_id(self) -> str:
        return str(self.lead["lead_id"])

    @cached_property
    def cited(self) -> pl.DataFrame:
        """The resolved evidence rows of the lead."""
        return self.leads.cited(self.lead_id)

    @cached_property
    def rows(self) -> Mapping[str, pl.DataFrame]:
        """Table -> the cited rows as they stand in the book, `claimed_fen`, rules and provenance beside."""
        return {table: self.leads.evidence(self.lead_id, table, _EVERY) for table in self.leads.tables(self.lead_id)}

    def check_rows(self) -> None:
        """Refuse a lead whose rows are gone: what cannot be shown proves nothing."""
        wanted = self.leads.tables(self.lead_id)
        gone = {table: n - self.rows[table].height for table, n in wanted.items() if self.rows[table].height != n}
        if gone:
            raise InputAtFault(
                "rows that this lead cites are no longer in the book: " + ", ".join(f"{n} of {wanted[t]} in {t}" for t, n in gone.items()),
                "every cited row; a delivery was withdrawn or corrected since the run " + self.leads.run_id,
                "ringscope detect, then make the bundle of the new lead",
            )

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules behind the lead, with this site's own parameter values."""
        site = site_rules(self.home)
        named = [str(source["id"]) for source in self.lead["sources"] if source["kind"] == "rule"]
        return {id: site.get(id, RULEBOOK[id]) for id in named if id in RULEBOOK}

    @cached_property
    def findings(self) -> list[Row]:
        """The rule hits behind the lead, each with its evidence as `table, key, amount_fen`."""
        found = ask(self.book.cursor(), _FINDINGS.format(run=self.leads.folder), {"lead": self.lead_id, "share": KEPT})
        return [
            {**row, "facts": json.loads(row["facts"] or "{}"), "evidence": json.loads(row["evidence"])}
            for row in found.iter_rows(named=True)
        ]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Node -> what this copy shows of its name."""
        return {**Names(self.home, self.book).shown(self.ids), **self.clear}

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Every node that the lead names or its rows cite."""
        named = [f"{LABELS[kind]}:{key}" for kind, key, _ in people(self.lead) if kind in LABELS]
        cited = [f"{label}:{value}" for column, label in COLUMNS.items() for value in self.cited[column].drop_nulls().unique().sort()]
        return tuple(dict.fromkeys((*named, *cited)))

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        return Names(self.home, self.book).kinds(self.ids)

    def hidden_names(self) -> Iterable[tuple[str, str, str]]:
        """(node, key, pseudonym of the name) of each person whose name is hidden."""
        names = Names(self.home, self.book)
        for label in HIDDEN_NAMES:
            keys = [node.partition(":")[2] for node in self.ids if node.startswith(f"{label}:")]
            yield from ((f"{label}:{key}", key, h) for key, h in sorted(names.pseudonyms(label, keys).items()))

    @cached_property
    def subgraph(self) -> Picture:
        """Everyone and every tie, nothing folded."""
        return whole(self.lead, self.cited, self.names, self.kinds)

    @cached_property
    def picture(self) -> Picture:
        """What is drawn: crowds folded as the room folds them."""
        return draw(self.lead, self.cited, self.names, self.kinds)


_FINDINGS = """
WITH mine AS (SELECT DISTINCT source_table, key, unnest(rule_ids) AS rule_id
              FROM read_parquet('{run}/lead_evidence.parquet') WHERE lead_id = $lead),
     hit AS (SELECT f.finding_id, count(*) AS cited, count(m.key) AS left_to_it
             FROM read_parquet('{run}/findings.parquet') f JOIN read_parquet('{run}/evidence.parquet') e USING (finding_id)
             LEFT JOIN mine m ON m.rule_id = f.rule_id AND m.source_table = e.source_table AND m.key = e.key
             WHERE f.rule_id IN (SELECT rule_id FROM mine) GROUP BY f.finding_id),
     kept AS (SELECT finding_id FROM hit WHERE left_to_it >= cited * $share),
     entry AS (SELECT finding_id, '[' || string_agg('{{"table": "' || source_table || '", "key": ' || key || ', "amount_fen": '
                                              || coalesce(amount_fen, 0) || '}}', ', ' ORDER BY source_table, key) || ']' AS evidence
               FROM read_parquet('{run}/evidence.parquet') SEMI JOIN kept USING (finding_id) GROUP BY finding_id)
SELECT f.finding_id, f.rule_id, f.rule_version, f.subject_type, f.subject_id, f.amount_fen, f.estimate_fen, f.facts, f.run_id,
       entry.evidence
FROM read_parquet('{run}/findings.parquet') f JOIN entry USING (finding_id) ORDER BY f.rule_id, f.finding_id"""
