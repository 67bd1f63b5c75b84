"""Rings as objects (rings.parquet): members with roles and reasons, ties, money shared out, p, life over runs, the leads they join.

A ring is what the leads of subject `ring` name. Its members and money are the lead's; what a ring rule knows beside them (ties, how dense
a group chance would show) stands in its finding's facts. A ring that only ordinary rules found has no p.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from graph.book import ask
from graph.rings import CULPABLE, Heir, heirs, share_out

COLUMNS = {
    **dict.fromkeys(("ring_id", "lead_id", "pattern", "life", "state"), pl.String),
    **dict.fromkeys(("members", "ties", "bridges", "before", "joined", "left", "leads", "period", "benign_checks", "sources"), pl.String),
    **dict.fromkeys(("score", "p_value", "false_share"), pl.Float64),
    **dict.fromkeys(("size", "draws", "amount_fen", "paid_fen"), pl.Int64),
    "run_id": pl.String,
}
"""Columns of rings.parquet; lists are JSON text, as in leads.parquet. `score` is the density that p_value and false_share judge."""
NESTED = ("members", "ties", "bridges", "before", "joined", "left", "leads", "period", "benign_checks", "sources")

_EVERYWHERE = ("organiser", "collector", "recruiter")
"""Roles whose hands every line of the ring went through, though no bill names them."""
_ROW_NAMES = {"patient": "psn_no", "institution": "fixmedins_code", "doctor": "stff_code", "employer": "emp_no", "handler": "opter_id"}

Member = dict[str, Any]


def write_rings(connection: duckdb.DuckDBPyConnection, folder: Path, leads: pl.DataFrame, before: pl.DataFrame) -> None:
    """Write rings.parquet; `before` is `pattern, ring_id, member` of the run before. Needs the tables of rollup and money."""
    found = leads.filter((pl.col("subject_type") == "ring") & (pl.col("state") != "gone"))
    told = _told(connection)
    stocks = {
        str(ring): frozenset(f"{m['type']}:{m['id']}" for m in json.loads(members))
        for ring, members in found.select("subject_id", "members").iter_rows()
    }
    old = {str(ring): frozenset(them) for ring, them in before.group_by("ring_id").agg("member").iter_rows()}
    life = heirs(stocks, old)
    joins = _leads_by_name(leads.filter((pl.col("state") != "gone") & ~pl.col("closed")))
    rows = [
        _ring(connection, lead, told[str(lead["subject_id"])], life[str(lead["subject_id"])], joins) for lead in found.iter_rows(named=True)
    ]
    pl.DataFrame(rows, schema=COLUMNS, orient="row").write_parquet(folder / "rings.parquet")


def _told(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """Ring -> what each finding of a ring rule says of it: facts and members."""
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    query = """
        SELECT r.ring_id, f.facts, f.members FROM ring_name AS r JOIN finding AS f USING (finding_id)
        WHERE json_extract(f.facts, '$.p_value') IS NOT NULL ORDER BY r.ring_id, f.finding_id
    """
    for ring, facts, members in connection.execute(query).fetchall():
        told[ring].append({**json.loads(facts), "members": json.loads(members)})
    return told


def _ring(
    connection: duckdb.DuckDBPyConnection, lead: Mapping[str, Any], told: list[dict[str, Any]], heir: Heir, joins: Mapping[str, set[str]]
) -> dict[str, object]:
    members = _members(json.loads(lead["members"]), told)
    _share(ask(connection, "SELECT * FROM lead_evidence WHERE lead_id = $lead", {"lead": lead["lead_id"]}), members)
    named = {other for m in members if m["role"] in CULPABLE for other in joins.get(f"{m['type']}:{m['id']}", ())} - {lead["lead_id"]}
    densest = max(told, key=lambda one: float(one["score"]), default={})
    return {
        **{
            name: lead[name]
            for name in ("lead_id", "pattern", "state", "amount_fen", "paid_fen", "period", "benign_checks", "sources", "run_id")
        },
        **{name: densest.get(name) for name in ("score", "p_value", "false_share", "draws")},
        "ring_id": lead["subject_id"],
        "size": len(members),
        "life": heir.state,
        "members": _json(members),
        "ties": _json([tie for one in told for tie in one["ties"]]),
        "bridges": _json([bridge for one in told for bridge in one["bridges"]]),
        "before": _json(heir.before),
        "joined": _json(sorted(map(str, heir.joined))),
        "left": _json(sorted(map(str, heir.left))),
        "leads": _json(sorted(named)),
    }


def _members(listed: list[Member], told: list[dict[str, Any]]) -> list[Member]:
    """The lead's members, each with the reason that a ring rule gave for this role."""
    reasons = {(m["type"], m["id"], m["role"]): (m["reason_zh"], m["reason_en"]) for one in told for m in one["members"]}
    members = []
    for m in listed:
        role = m.get("role") or "participant"
        zh, en = reasons.get((m["type"], m["id"], role), ("由命中的规则列为成员", "named by the rules that hit"))
        members.append({"type": m["type"], "id": m["id"], "role": role, "reason_zh": zh, "reason_en": en, "loss_fen": 0})
    return members


def _share(rows: pl.DataFrame, members: list[Member]) -> None:
    """Put each member's share of the ring's money beside him (graph/rings/loss.py says by which rule)."""
    paid = rows.filter(pl.col("amount_fen") > 0).sort("source_table", "key")
    culpable = [n for n, m in enumerate(members) if m["role"] in CULPABLE]
    everywhere = [n for n in culpable if members[n]["role"] in _EVERYWHERE]
    touched = [(line, n) for line in range(paid.height) for n in everywhere]
    for kind, column in _ROW_NAMES.items():
        at = {members[n]["id"]: n for n in culpable if members[n]["type"] == kind}
        touched += [(line, at[name]) for line, name in enumerate(paid[column].to_list()) if name in at] if at else []
    pairs = np.array(sorted(set(touched)), dtype=np.int64).reshape(-1, 2)
    shares = share_out(pairs[:, 0], pairs[:, 1], paid["amount_fen"].to_numpy().astype(np.int64), len(members))
    for m, fen in zip(members, shares.tolist(), strict=True):
        m["loss_fen"] = fen


def _leads_by_name(leads: pl.DataFrame) -> dict[str, set[str]]:
    """TYPE:ID -> leads whose subject it is."""
    named: dict[str, set[str]] = defaultdict(set)
    for lead_id, kind, name in leads.select("lead_id", "subject_type", "subject_id").iter_rows():
        named[f"{kind}:{name}"].add(lead_id)
    return named


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
