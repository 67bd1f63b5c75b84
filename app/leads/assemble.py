"""From rolled-up rows to leads: figures, verdicts, law, rank and sentence of each, in the columns of leads.parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import duckdb
import polars as pl

from app.leads import rank, sentence
from app.leads.clues import clue_sources
from app.leads.warnings import warning_sources
from graph.book import ask
from kg.benign import verdicts
from kg.law import law_for
from kg.rulebook import RULEBOOK

# fmt: off
ORDER = (
    "lead_id", "rank", "pattern", "level", "score", "score_kind", "subject", "members", "amount_fen", "estimate_fen", "period", "sources",
    "evidence_rows", "legal", "benign_checks", "state", "prior_verdict", "first_seen", "run_id",
)
"""Fields of a lead, in the order of data-contract 2.1; `evidence` stands in lead_evidence.parquet."""

BESIDE = (
    "subject_type", "subject_id", "institution_name", "paid_fen", "work_hours", "value", "hours_before", "persons", "visits", "settlements",
    "codes", "records", "institutions", "cleared_at", "closed", "sentence_zh", "sentence_en",
)
"""What leads.parquet holds beside them, for the room and the next run."""
# fmt: on

FIGURES = {name: name for name in ("persons", "visits", "settlements", "codes", "records", "institutions")} | {"rows": "evidence_rows"}
"""Figure of a sentence -> column."""


def assemble(connection: duckdb.DuckDBPyConnection, run_id: str) -> pl.DataFrame:
    """All leads of this run, gone ones of the run before included, ranked. Needs the tables of rollup, money, life and benign."""
    leads = ask(connection, _LEADS)
    for part in (_chances(connection), _members(connection), _checks(connection)):
        leads = leads.join(part, on="lead_id", how="left", maintain_order="left")
    filled = leads.with_columns(
        pl.col("doubts").fill_null(0),
        pl.col("members", "benign_checks").fill_null("[]"),
        pl.lit(run_id).alias("run_id"),
        # 明确违规 needs no judgement; where an innocent story could not be ruled out, somebody must judge
        pl.when(pl.col("doubts").fill_null(0) > 0).then(pl.lit("suspicious")).otherwise(pl.col("level")).alias("level"),
    )
    ranked = rank.score(_with_gone(connection, filled, run_id))
    return _written(ranked).select(*ORDER, *BESIDE)


def _chances(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Per lead: probability before doubts, hours, and the sources as JSON. One rule counts once, however often it hit.

    Warnings and clues come after: they change nothing.
    """
    rules = ask(
        connection,
        """
        SELECT l.lead_id, f.rule_id, MAX(f.rule_version) AS version, MAX(f.prior) AS prior, MAX(f.work_hours) AS hours
        FROM lead_finding AS l JOIN live_finding AS f USING (finding_id) GROUP BY l.lead_id, f.rule_id ORDER BY l.lead_id, f.rule_id
    """,
    )
    rings = [rule.id for rule in RULEBOOK.values() if rule.finds_rings]
    kind = pl.when(pl.col("rule_id").is_in(rings)).then(pl.lit("ring")).otherwise(pl.lit("rule"))
    source = pl.struct(kind.alias("kind"), pl.col("rule_id").alias("id"), "version", pl.col("prior").alias("score"))
    return (
        rules.group_by("lead_id")
        .agg(
            rank.noisy_or("prior").alias("chance"),
            pl.col("hours").max().alias("work_hours"),  # one visit to the subject checks all of its rules
            pl.len().alias("rules"),
            source.struct.json_encode().alias("source"),
        )
        .join(warning_sources(connection), on="lead_id", how="left")
        .join(clue_sources(connection), on="lead_id", how="left")
        .with_columns(_array(pl.concat_list("source", pl.col("warning", "clue").fill_null([]))).alias("sources"))
        .drop("source", "warning", "clue")
    )


def _members(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    members = ask(connection, "SELECT lead_id, type, id, role FROM lead_member ORDER BY lead_id, type, id")
    return (
        members.group_by("lead_id")
        .agg(pl.struct("type", "id", "role").struct.json_encode().alias("member"))
        .select("lead_id", _array(pl.col("member")).alias("members"))
    )


def _checks(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    found = verdicts(connection)
    open_story = pl.col("verdict") == "not_excluded"
    return (
        found.group_by("lead_id")
        .agg(
            open_story.sum().alias("doubts"),
            pl.col("name").filter(open_story).alias("not_excluded"),
            (pl.col("verdict") == "excluded").sum().alias("ruled_out"),
            pl.struct("name", "verdict", "detail", "detail_en").struct.json_encode().alias("check"),
        )
        .with_columns(_array(pl.col("check")).alias("benign_checks"))
        .drop("check")
    )


def _array(texts: pl.Expr) -> pl.Expr:
    """A list of JSON texts as one JSON array."""
    return pl.format("[{}]", texts.list.join(", "))


def _with_gone(connection: duckdb.DuckDBPyConnection, leads: pl.DataFrame, run_id: str) -> pl.DataFrame:
    """Leads that this run no longer supports, as the run before described them."""
    gone = ask(connection, "SELECT * FROM gone_lead")
    if gone.is_empty():
        return leads
    kept = gone.drop("score", "score_kind", "value", "rank", "hours_before").with_columns(
        pl.lit("gone").alias("state"), gone["score"].alias("chance"), pl.lit(0).alias("doubts"), pl.lit(run_id).alias("run_id")
    )
    return pl.concat([leads, kept], how="diagonal_relaxed")


def _written(leads: pl.DataFrame) -> pl.DataFrame:
    """Subject, period, law and sentences: one pass over leads, never over their rows."""
    texts = [_texts(row) for row in leads.iter_rows(named=True)]
    return leads.with_columns(
        pl.DataFrame(texts, schema=dict.fromkeys(("subject", "period", "legal", "sentence_zh", "sentence_en"), pl.String))
    )


def _texts(row: Mapping[str, object]) -> dict[str, str]:
    """What a gone lead already says stays as it was said."""
    if row["state"] == "gone":
        return {name: str(row[name]) for name in ("subject", "period", "legal", "sentence_zh", "sentence_en")}
    first, last = row["period_from"], row["period_to"]
    period = (first, last) if isinstance(first, date) and isinstance(last, date) else None
    claim = sentence.Claim(
        pattern=str(row["pattern"]),
        level=str(row["level"]),
        subject_type=str(row["subject_type"]),
        subject_id=str(row["subject_id"]),
        name=str(row["institution_name"] or ""),
        period=period,
        rules=int(str(row["rules"])),
        score=float(str(row["score"])),
        figures={name: int(str(row[column])) for name, column in FIGURES.items()},
        amount_fen=int(str(row["amount_fen"])),
        estimate_fen=None if row["estimate_fen"] is None else int(str(row["estimate_fen"])),
        not_excluded=list(row["not_excluded"] or ()),  # type: ignore[call-overload]
        ruled_out=int(str(row["ruled_out"] or 0)),
    )
    law = law_for(claim.pattern, period[1] if period else None)
    return {
        "subject": _json({"type": claim.subject_type, "id": claim.subject_id}),
        "period": _json([str(day) for day in period] if period else []),
        "legal": _json(law.citations(claim.subject_type)),
        "sentence_zh": sentence.zh(claim),
        "sentence_en": sentence.en(claim),
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_LEADS = """
WITH unit AS (SELECT DISTINCT lead_id, UNNEST(units) AS unit FROM lead_evidence), code AS (
  SELECT lead_id, COUNT(*) AS codes FROM unit WHERE starts_with(unit, 'trac:') GROUP BY lead_id
), figure AS (
  SELECT lead_id, COUNT(*) AS evidence_rows, coalesce(nullif(COUNT_IF(source_table <> 'fee_list_d'), 0), COUNT(*)) AS records,
         COUNT(DISTINCT psn_no) AS persons, COUNT(DISTINCT mdtrt_id) AS visits,
         COUNT(DISTINCT setl_id) AS settlements, COUNT(DISTINCT fixmedins_code) AS institutions,
         MIN(day) AS period_from, MAX(day) AS period_to
  FROM lead_evidence GROUP BY lead_id
), subject AS (
  SELECT l.lead_id, ANY_VALUE(l.pattern) AS pattern, ANY_VALUE(l.subject_type) AS subject_type, ANY_VALUE(l.subject_id) AS subject_id,
         CASE WHEN BOOL_OR(f.level = 'clear_violation') THEN 'clear_violation' ELSE 'suspicious' END AS level
  FROM lead_finding AS l JOIN live_finding AS f USING (finding_id) GROUP BY l.lead_id
), place AS (
  SELECT fixmedins_code, ARG_MAX(fixmedins_name, coalesce(begndate, DATE '1900-01-01')) AS name FROM fixmedins_b GROUP BY fixmedins_code
), firm AS (SELECT emp_no, ANY_VALUE(emp_name) AS name FROM insu_emp_b GROUP BY emp_no)
SELECT s.*, f.* EXCLUDE (lead_id), coalesce(c.codes, 0) AS codes, m.amount_fen, m.paid_fen, m.estimate_fen,
       e.state, e.prior_verdict, e.cleared_at, e.closed, e.first_seen,
       CASE s.subject_type WHEN 'institution' THEN p.name WHEN 'employer' THEN i.name END AS institution_name
FROM subject AS s
JOIN figure AS f ON f.lead_id = s.lead_id
JOIN lead_money AS m ON m.lead_id = s.lead_id
JOIN lead_life AS e ON e.lead_id = s.lead_id
LEFT JOIN code AS c ON c.lead_id = s.lead_id
LEFT JOIN place AS p ON p.fixmedins_code = s.subject_id AND s.subject_type = 'institution'
LEFT JOIN firm AS i ON i.emp_no = s.subject_id AND s.subject_type = 'employer'
ORDER BY s.lead_id
"""
