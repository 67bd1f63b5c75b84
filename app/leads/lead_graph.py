"""Leads and rings in Neo4j: (:Lead)-[:ABOUT {role}]->(whom), (:Ring)-[:HAS_MEMBER {role}]->(whom).

The run's folder is the truth, this its picture.

Nodes of people and places are the loader's: a subject that it has not loaded gets no relationship, rather than a node of its own.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from app.leads.folder import find_run
from graph.errors import RingscopeError
from graph.home import Home
from graph.nodes import NODES
from graph.store import Store

LABELS = {
    "institution": "Institution",
    "doctor": "Doctor",
    "patient": "Patient",
    "employer": "Employer",
    "handler": "Handler",
    "phone": "Phone",
    "address": "Address",
    "bank_account": "BankAccount",
    "trace_code": "TraceCode",
    "face": "Face",
    "ring": "Ring",
}
"""Type of a subject or member -> label of its node."""

_LEAD = """
MERGE (lead:Lead {lead_id: row.lead_id})
SET lead.pattern = row.pattern, lead.level = row.level, lead.score = row.score, lead.rank = row.rank, lead.amount_fen = row.amount_fen,
    lead.state = row.state, lead.run_id = row.run_id
WITH lead OPTIONAL MATCH (lead)-[old:ABOUT|FOUND_BY]->() DELETE old"""
_RING = """
MERGE (ring:Ring {ring_id: row.subject_id})
SET ring.pattern = row.pattern, ring.score = row.score, ring.size = row.size, ring.run_id = row.run_id
WITH ring OPTIONAL MATCH (ring)-[old:HAS_MEMBER]->() DELETE old"""
_OLD = "MATCH (old) WHERE (old:Lead OR old:Ring) AND old.run_id <> row.run_id DETACH DELETE old"
_RULE = """
MERGE (rule:Rule {rule_id: row.id}) SET rule.version = row.version, rule.pattern = row.pattern
WITH rule, row MATCH (lead:Lead {lead_id: row.lead_id}) MERGE (lead)-[:FOUND_BY]->(rule)"""
_ABOUT = """
MATCH (lead:Lead {{lead_id: row.lead_id}}) MATCH (it:{label} {{{key}: row.id}})
MERGE (lead)-[about:ABOUT]->(it) SET about.role = row.role"""
_MEMBER = """
MATCH (ring:Ring {{ring_id: row.subject_id}}) MATCH (it:{label} {{{key}: row.id}})
MERGE (ring)-[member:HAS_MEMBER]->(it) SET member.role = row.role"""


def write_graph(home: Home, run: Path) -> str:
    """Replace the leads in the graph by those of this run; returns what was done, or why the graph was left alone."""
    leads = pl.read_parquet(run / "leads.parquet").filter((pl.col("state") != "gone") & ~pl.col("closed"))
    try:
        with Store.open(home) as store:
            if not store.is_up():
                return "the graph server is not running; the leads are in the run's folder"
            _write(store, leads, run.name)
    except RingscopeError as fault:
        return f"the graph was left alone: {fault.seen}"
    return f"{leads.height} leads"


def write_again(home: Home) -> str:
    """The current run's leads, after a whole load left them out; returns what was done."""
    return write_graph(home, find_run(home, None))


def _write(store: Store, leads: pl.DataFrame, run_id: str) -> None:
    named = leads.select("lead_id", "subject_type", "subject_id", "pattern", "level", "score", "rank", "amount_fen", "state", "run_id")
    members = _listed(leads, "members", {"type": pl.String, "id": pl.String, "role": pl.String}).with_columns(
        pl.col("role").fill_null("participant")
    )
    sizes = members.group_by("lead_id").agg(pl.len().alias("size"))
    store.write(_LEAD, named.to_dicts())
    store.write(_RING, named.filter(pl.col("subject_type") == "ring").join(sizes, on="lead_id", how="left").to_dicts())
    store.write(_OLD, [{"run_id": run_id}])
    sources = _listed(leads, "sources", {"kind": pl.String, "id": pl.String, "version": pl.Int64})
    store.write(_RULE, sources.filter(pl.col("kind").is_in(["rule", "ring"])).to_dicts())
    subjects = named.select(
        "lead_id", "subject_id", pl.col("subject_type").alias("type"), pl.col("subject_id").alias("id"), pl.lit("subject").alias("role")
    )
    of_rings = members.filter(pl.col("subject_type") == "ring")
    of_others = members.filter(pl.col("subject_type") != "ring")
    for kind, label in LABELS.items():
        place = {"label": label, "key": NODES[label].key.name}
        for rows, statement in ((subjects, _ABOUT), (of_others, _ABOUT), (of_rings, _MEMBER)):
            store.write(statement.format(**place), rows.filter(pl.col("type") == kind).to_dicts())


def _listed(leads: pl.DataFrame, column: str, fields: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """The JSON list of a column, one row an entry, beside the lead and its subject."""
    parsed = leads.select("lead_id", "pattern", "subject_type", "subject_id", pl.col(column).str.json_decode(pl.List(pl.Struct(fields))))
    return parsed.explode(column).drop_nulls(column).unnest(column)
