"""Early warnings: findings of rules that say where to look. Beside the leads of their subject each is one more source; alone it makes none.

It cites whole quarters, so it takes no part in roll-up, money or probability: a curve that rises says nothing about a single bill.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from graph.book import ask
from kg.rulebook import RULEBOOK


def split_findings(connection: duckdb.DuckDBPyConnection, findings: Path) -> None:
    """Name a run's findings: `finding`, of which leads are made, and `warning`, which only stand beside them.

    A hospital, clinic or pharmacy is an institution from here on.
    """
    warning = pl.DataFrame({"rule_id": [rule.id for rule in RULEBOOK.values() if rule.warns]}, schema={"rule_id": pl.String})
    connection.register("warning_rule", warning)
    for relation, how in (("finding", "ANTI"), ("warning", "SEMI")):
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT * REPLACE ({_KIND} AS subject_type)"
            f" FROM read_parquet('{findings}') {how} JOIN warning_rule USING (rule_id)"
        )


def warning_sources(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`lead_id, warning`: the JSON sources that warnings add to each lead; needs `lead_finding`."""
    return ask(connection, _BESIDE)


_KIND = "CASE WHEN subject_type IN ('hospital', 'clinic', 'pharmacy') THEN 'institution' ELSE subject_type END"
_BESIDE = """
WITH about AS (
  SELECT DISTINCT rule_id, rule_version, subject_type, subject_id FROM warning
), beside AS (
  SELECT DISTINCT l.lead_id, to_json(struct_pack(kind := 'rule', id := a.rule_id, version := a.rule_version, score := NULL))::VARCHAR AS t
  FROM lead_finding AS l JOIN about AS a USING (subject_type, subject_id)
)
SELECT lead_id, list(t ORDER BY t) AS warning FROM beside GROUP BY lead_id
"""
