"""From a rule's answer to findings and their evidence: one shape for all methods, and an identity that survives reruns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from graph.contract import CONTRACT
from graph.errors import RingscopeError
from kg.evidence import resolve
from kg.rule import Rule

SUFFIX = "_rows"
"""`fee_list_d_rows` holds the cited rows of fee_list_d: a list of structs of key columns and `fen`."""
_FIXED = {"subject_type", "subject_id", "estimate_fen", "members"}

_TABLES = """
CREATE OR REPLACE TEMP TABLE hit (rule_id VARCHAR, n BIGINT, subject_type VARCHAR, subject_id VARCHAR, estimate_fen BIGINT,
                                  members VARCHAR, facts VARCHAR);
CREATE OR REPLACE TEMP TABLE cite (rule_id VARCHAR, n BIGINT, source_table VARCHAR, key VARCHAR, fen BIGINT)"""

_IDENTIFY = """
CREATE OR REPLACE TEMP TABLE cited AS
WITH once AS (SELECT rule_id, n, source_table, key, max(coalesce(fen, 0)) AS amount_fen FROM cite GROUP BY ALL),
     named AS (SELECT rule_id, n, string_agg(source_table || key, chr(10) ORDER BY source_table, key) AS rows FROM once GROUP BY ALL)
SELECT md5(concat_ws(chr(10), h.rule_id, h.subject_type, h.subject_id, named.rows)) AS finding_id, once.*
FROM once JOIN named USING (rule_id, n) JOIN hit h USING (rule_id, n)"""

_FINDINGS = """
CREATE OR REPLACE TEMP TABLE finding AS
WITH sum_of AS (
  SELECT finding_id, min(rule_id) AS rule_id, min(n) AS n, count(*) AS evidence_rows, min(day) AS period_from, max(day) AS period_to,
         CAST(sum(amount_fen) FILTER (WHERE source_table = 'fee_list_d') AS BIGINT) AS amount_fen
  FROM resolved GROUP BY finding_id)
SELECT s.finding_id, h.rule_id, r.version AS rule_version, r.pattern, r.level, h.subject_type, h.subject_id,
       s.amount_fen, h.estimate_fen, h.facts, r.prior, r.work_hours, r.benign_checks, s.period_from, s.period_to,
       CAST(s.evidence_rows AS INTEGER) AS evidence_rows, h.members, CAST($run_id AS VARCHAR) AS run_id
FROM sum_of s JOIN hit h USING (rule_id, n) JOIN rule_of r USING (rule_id)
WHERE coalesce(s.period_to >= CAST($date_from AS DATE), true) AND coalesce(s.period_from <= CAST($date_to AS DATE), true)
ORDER BY h.rule_id, h.subject_id, s.finding_id"""

_UNTESTABLE = """
DELETE FROM resolved WHERE finding_id IN (
  SELECT finding_id FROM resolved WHERE rule_id = $rule_id AND list_contains($months, year(day) * 100 + month(day)))"""

_COLUMNS = (
    "finding_id, source_table, key, amount_fen, units, psn_no, fixmedins_code, stff_code, emp_no, opter_id, mdtrt_id, setl_id, bkkp_sn, "
    'day, "month", paid_cap'
)

_RULES = """
CREATE OR REPLACE TEMP TABLE rule_of (rule_id VARCHAR, version INTEGER, pattern VARCHAR, level VARCHAR, prior DOUBLE, work_hours DOUBLE,
                                      benign_checks VARCHAR[])"""

_EVIDENCE = f"""
SELECT {_COLUMNS} FROM resolved WHERE finding_id IN (SELECT finding_id FROM finding) ORDER BY finding_id, source_table, key"""


class BadAnswer(RingscopeError):
    """A query whose columns are not those of a finding."""


def open_findings(connection: duckdb.DuckDBPyConnection) -> None:
    """Empty tables for a run's hits and citations."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)


def check_columns(rule: Rule, columns: Mapping[str, object]) -> None:
    """Refuse an answer without a subject or without evidence rows. `columns` maps name to type, as text or as the driver gives it."""
    missing = {"subject_type", "subject_id"} - set(columns)
    cited = [name.removesuffix(SUFFIX) for name in columns if name.endswith(SUFFIX)]
    unknown = [table for table in cited if table not in CONTRACT.tables]
    if missing or not cited or unknown:
        seen = f"rule {rule.id} returns {', '.join(columns)}"
        raise BadAnswer(seen, "subject_type, subject_id and at least one <table>_rows of the contract", "correct the query")
    for table in cited:
        lacking = [name for name in _key_of(table) if name not in str(columns[f"{table}{SUFFIX}"])]
        if rule.method != "cypher" and lacking:
            raise BadAnswer(f"{table}_rows of rule {rule.id} lacks {', '.join(lacking)}", "the whole key of each cited row", "add it")


def add_hits(connection: duckdb.DuckDBPyConnection, rule: Rule, answer: pa.Table) -> int:
    """Take in one rule's answer; returns how many hits it has."""
    check_columns(rule, {field.name: field.type for field in answer.schema})
    if not answer.num_rows:
        return 0
    numbered = answer.append_column("n", pa.array(range(answer.num_rows), pa.int64()))
    connection.register("answer", numbered)
    connection.execute(_insert_hits(answer.column_names), {"rule_id": rule.id})
    for column in answer.column_names:
        if column.endswith(SUFFIX):
            connection.execute(_insert_cites(column.removesuffix(SUFFIX)), {"rule_id": rule.id})
    connection.unregister("answer")
    return int(answer.num_rows)


def cite_whole(connection: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> None:
    """Cite every net line of the visits and settlements that these rules take for fraud as a whole: one pass over the lines for all."""
    for table in ("mdtrt_d", "setl_d"):
        if ids := [rule.id for rule in rules if table in rule.whole]:
            connection.execute(_insert_whole(table), {"rules": ids})


def write_findings(
    connection: duckdb.DuckDBPyConnection,
    rules: Mapping[str, Rule],
    run_dir: Path,
    run_id: str,
    period: tuple[str | None, str | None] = (None, None),
    silent: Mapping[str, Collection[int]] | None = None,
) -> dict[str, int]:
    """Resolve the evidence, write findings.parquet and evidence.parquet; returns findings by rule.

    `period` keeps the findings whose evidence touches it; what lies outside is still read, because a resale in May needs its sale in April.
    `silent` names by rule the months in which a table that it needs did not come: a finding that touches one is left out.
    """
    connection.execute(_IDENTIFY)
    resolve(connection, "cited", "resolved")
    for rule, months in (silent or {}).items():
        connection.execute(_UNTESTABLE, {"rule_id": rule, "months": list(months)})
    connection.execute(_RULES)
    connection.executemany(
        "INSERT INTO rule_of VALUES (?, ?, ?, ?, ?, ?, ?)",
        [[r.id, r.version, r.pattern, r.level, r.prior, r.work_hours, list(r.benign_checks)] for r in rules.values()],
    )
    connection.execute(_FINDINGS, {"run_id": run_id, "date_from": period[0], "date_to": period[1]})
    run_dir.mkdir(parents=True, exist_ok=True)
    for name, query in (("findings", "SELECT * FROM finding"), ("evidence", _EVIDENCE)):
        part = run_dir / f"{name}.parquet.part"
        connection.execute(f"COPY ({query}) TO '{part}' (FORMAT parquet)")
        part.replace(run_dir / f"{name}.parquet")
    return dict(connection.execute("SELECT rule_id, count(*) FROM finding GROUP BY rule_id").fetchall())


def as_table(rows: list[dict[str, object]]) -> pa.Table:
    """A graph query's rows as an Arrow table; without rows, an empty answer of the right shape."""
    if rows:
        return pa.Table.from_pylist(rows)
    cited = pa.list_(pa.struct([("setl_id", pa.string()), ("fen", pa.int64())]))
    return pa.schema([("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", cited)]).empty_table()


def _key_of(table: str) -> tuple[str, ...]:
    return CONTRACT[table].key or ("row_id",)


def _insert_hits(columns: list[str]) -> str:
    facts = [name for name in columns if name not in _FIXED and not name.endswith(SUFFIX)]
    packed = f"to_json(struct_pack({', '.join(f'{name} := {name}' for name in facts)}))" if facts else "'{}'"
    estimate = "CAST(round(estimate_fen) AS BIGINT)" if "estimate_fen" in columns else "NULL"
    members = "CAST(to_json(members) AS VARCHAR)" if "members" in columns else "NULL"
    return f"INSERT INTO hit SELECT $rule_id, n, subject_type, subject_id, {estimate}, {members}, CAST({packed} AS VARCHAR) FROM answer"


def _insert_cites(table: str) -> str:
    key = ", ".join(f"{name} := x.{name}" for name in _key_of(table))
    return f"""INSERT INTO cite SELECT $rule_id, n, '{table}', CAST(to_json(struct_pack({key})) AS VARCHAR), x.fen
               FROM (SELECT n, unnest({table}{SUFFIX}) AS x FROM answer)"""


def _insert_whole(table: str) -> str:
    by = CONTRACT[table].key[0]
    return f"""INSERT INTO cite
SELECT w.rule_id, w.n, 'fee_list_d', CAST(to_json(struct_pack(mdtrt_id := l.mdtrt_id, bkkp_sn := l.bkkp_sn)) AS VARCHAR), l.inscp_fen
FROM (SELECT DISTINCT rule_id, n, json_extract_string(key, '$.{by}') AS {by} FROM cite
      WHERE list_contains($rules, rule_id) AND source_table = '{table}') w
JOIN net_line l ON l.{by} = w.{by}"""
