"""Grading by data-contract 2.4, as joins of leads and schemes over units of evidence. Each query says one sentence of the contract."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from app.evaluate.key import Key
from graph.contract import CONTRACT
from graph.errors import RingscopeError
from kg.evidence import resolve
from kg.patterns import PATTERNS

RING_PATTERNS = ("card_collecting", "reflux_drug", "induced_admission")
RING_CULPRITS = 3
"""A scheme of these patterns with at least so many culprits is a ring."""

HONEST = {
    "patient": ("psn_b", "psn_no"),
    "doctor": ("medstff_b", "stff_code"),
    "institution": ("fixmedins_b", "fixmedins_code"),
    "employer": ("insu_emp_b", "emp_no"),
}
"""Type of entity -> the register that knows all of them. Handlers are the opter_id of any table."""


class DuplicateLead(RingscopeError):
    """Two leads with equal pattern and subject: an error of the product, not of the key."""


def grade(connection: duckdb.DuckDBPyConnection, run: Path, key: Key) -> None:
    """Write what the report reads: lead_grade, scheme_grade, scheme_money, innocent_grade, honest_grade, ring_truth, ring_lead."""
    _load_leads(connection, run)
    _load_key(connection, key)
    for query in (_UNITS, _NAMES, _POINTS, _RIGHT, _FOUND, _INNOCENTS, _RINGS, _MONEY):
        connection.execute(query)
    connection.execute(_honest())


def _load_leads(connection: duckdb.DuckDBPyConnection, run: Path) -> None:
    connection.execute(_LEADS.format(run=run))
    twice = connection.execute("""
        SELECT pattern, subject_type, subject_id FROM lead
        GROUP BY pattern, subject_type, subject_id HAVING COUNT(*) > 1 ORDER BY ALL LIMIT 1
    """).fetchone()
    if twice:
        raise DuplicateLead(
            "two leads of " + " ".join(twice), "at most one lead for a pattern and subject", "report this: the roll-up is wrong"
        )


def _load_key(connection: duckdb.DuckDBPyConnection, key: Key) -> None:
    families = [(p.key, p.family) for p in PATTERNS.values()]
    schemes = [(s.scheme_id, s.pattern, s.difficulty, s.amount_fen) for s in key.schemes]
    innocents = [(i.innocent_id, i.looks_like) for i in key.innocents]
    frames = {
        "family": pl.DataFrame(families, schema={"pattern": pl.String, "family": pl.String}, orient="row"),
        "scheme": pl.DataFrame(
            schemes, schema={"scheme_id": pl.String, "pattern": pl.String, "difficulty": pl.String, "amount_fen": pl.Int64}, orient="row"
        ),
        "innocent": pl.DataFrame(innocents, schema={"innocent_id": pl.String, "looks_like": pl.String}, orient="row"),
        "scheme_member": key.members(key.schemes),
        "innocent_member": key.members(key.innocents),
        "ring_member": key.members(key.rings),
        "scheme_record": key.records(key.schemes),
        "innocent_record": key.records(key.innocents),
    }
    for name, frame in frames.items():
        connection.register(f"{name}_frame", frame)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_frame")
    resolve(connection, "scheme_record", "scheme_row")
    resolve(connection, "innocent_record", "innocent_row")


_LEADS = """
CREATE OR REPLACE TEMP TABLE lead AS     -- every line of `leads` counts; gone and closed ones are no lines
SELECT lead_id, pattern, subject_type, subject_id, members FROM read_parquet('{run}/leads.parquet') WHERE NOT closed AND state <> 'gone';

CREATE OR REPLACE TEMP TABLE lead_row AS
SELECT lead_id, source_table, key, amount_fen, units FROM read_parquet('{run}/lead_evidence.parquet') SEMI JOIN lead USING (lead_id);
"""

_UNITS = """
CREATE OR REPLACE TEMP TABLE lead_unit AS
SELECT DISTINCT lead_id, unit FROM (SELECT lead_id, UNNEST(units) AS unit FROM lead_row) WHERE unit IS NOT NULL;
CREATE OR REPLACE TEMP TABLE scheme_unit AS
SELECT DISTINCT id_of AS scheme_id, unit FROM (SELECT id_of, UNNEST(units) AS unit FROM scheme_row) WHERE unit IS NOT NULL;
CREATE OR REPLACE TEMP TABLE innocent_unit AS      -- units of any scheme are taken off first
SELECT DISTINCT id_of AS innocent_id, unit FROM (SELECT id_of, UNNEST(units) AS unit FROM innocent_row)
WHERE unit IS NOT NULL AND unit NOT IN (SELECT unit FROM scheme_unit);
"""

# a hospital, clinic or pharmacy is an institution; only these five types can be culprits, and only in a culpable role
_NAMES = """
CREATE OR REPLACE TEMP MACRO kind_of(type) AS CASE WHEN type IN ('hospital', 'clinic', 'pharmacy') THEN 'institution' ELSE type END;
CREATE OR REPLACE TEMP MACRO culpable(type, role) AS
  kind_of(type) IN ('patient', 'doctor', 'institution', 'employer', 'handler')
  AND coalesce(role NOT IN ('victim', 'cover', 'unknowing', 'witness'), true);

CREATE OR REPLACE TEMP TABLE culprit AS
SELECT DISTINCT id_of AS scheme_id, kind_of(type) AS type, id FROM scheme_member WHERE culpable(type, role);

CREATE OR REPLACE TEMP TABLE lead_name AS          -- the subject always counts, members by the rule for culprits
SELECT lead_id, kind_of(subject_type) AS type, subject_id AS id FROM lead
UNION
SELECT lead_id, kind_of(m.type), m.id
FROM (SELECT lead_id, UNNEST(from_json(members, '[{"type":"VARCHAR","id":"VARCHAR","role":"VARCHAR"}]')) AS m FROM lead)
WHERE culpable(m.type, m.role);
"""

# a lead points at a scheme when it names a culprit and touches a unit (a scheme without records: names one), or covers a fifth of its units
_POINTS = """
CREATE OR REPLACE TEMP TABLE points AS
WITH touch AS (
  SELECT lead_id, scheme_id, COUNT(*) AS shared FROM lead_unit JOIN scheme_unit USING (unit) GROUP BY lead_id, scheme_id
), names AS (
  SELECT DISTINCT n.lead_id, c.scheme_id FROM lead_name AS n JOIN culprit AS c ON c.type = n.type AND c.id = n.id
), size AS (SELECT scheme_id, COUNT(*) AS units FROM scheme_unit GROUP BY scheme_id),
pair AS (
  SELECT lead_id, scheme_id FROM touch UNION SELECT lead_id, scheme_id FROM names
), judged AS (
  SELECT p.lead_id, p.scheme_id, n.lead_id IS NOT NULL AS names_culprit, coalesce(t.shared, 0) AS shared, coalesce(z.units, 0) AS units
  FROM pair AS p
  LEFT JOIN touch AS t ON t.lead_id = p.lead_id AND t.scheme_id = p.scheme_id
  LEFT JOIN names AS n ON n.lead_id = p.lead_id AND n.scheme_id = p.scheme_id
  LEFT JOIN size AS z ON z.scheme_id = p.scheme_id
)
SELECT j.lead_id, j.scheme_id, s.pattern AS scheme_pattern, l.pattern AS lead_pattern, j.names_culprit
FROM judged AS j
JOIN lead AS l ON l.lead_id = j.lead_id JOIN scheme AS s ON s.scheme_id = j.scheme_id
JOIN family AS lf ON lf.pattern = l.pattern JOIN family AS sf ON sf.pattern = s.pattern AND sf.family = lf.family
WHERE j.names_culprit AND (j.shared > 0 OR j.units = 0) OR j.units > 0 AND j.shared * 5 >= j.units;
"""

# right: a third of its own units (half, when it names no culprit) belong to the schemes that it points at; without evidence never
_RIGHT = """
CREATE OR REPLACE TEMP TABLE right_for AS
WITH size AS (SELECT lead_id, COUNT(*) AS units FROM lead_unit GROUP BY lead_id),
aimed AS (
  SELECT lead_id, scheme_pattern AS pattern, BOOL_OR(names_culprit) AS names_culprit FROM points GROUP BY lead_id, scheme_pattern
), inside AS (
  SELECT p.lead_id, p.scheme_pattern AS pattern, COUNT(DISTINCT u.unit) AS units
  FROM points AS p JOIN scheme_unit AS s ON s.scheme_id = p.scheme_id JOIN lead_unit AS u ON u.lead_id = p.lead_id AND u.unit = s.unit
  GROUP BY p.lead_id, p.scheme_pattern
)
SELECT a.lead_id, a.pattern
FROM aimed AS a JOIN inside AS i ON i.lead_id = a.lead_id AND i.pattern = a.pattern JOIN size AS z ON z.lead_id = a.lead_id
WHERE i.units * CASE WHEN a.names_culprit THEN 3 ELSE 2 END >= z.units;

CREATE OR REPLACE TEMP TABLE lead_grade AS
SELECT l.lead_id, l.pattern, CASE WHEN COUNT(r.pattern) FILTER (WHERE r.pattern = l.pattern) > 0 THEN 1e0
                                  WHEN COUNT(r.pattern) > 0 THEN 0.5e0 ELSE 0e0 END AS credit    -- 0.5: misnamed
FROM lead AS l LEFT JOIN right_for AS r ON r.lead_id = l.lead_id GROUP BY l.lead_id, l.pattern;
"""

_FOUND = """
CREATE OR REPLACE TEMP TABLE scheme_grade AS
SELECT s.scheme_id, s.pattern, s.difficulty,
       coalesce(MAX(CASE WHEN g.credit = 1 AND p.lead_pattern = s.pattern THEN 1e0
                         WHEN g.credit = 0.5 THEN 0.5e0 END), 0e0) AS credit
FROM scheme AS s
LEFT JOIN points AS p ON p.scheme_id = s.scheme_id
  AND EXISTS (SELECT 1 FROM right_for AS r WHERE r.lead_id = p.lead_id AND r.pattern = s.pattern)
LEFT JOIN lead_grade AS g ON g.lead_id = p.lead_id
GROUP BY s.scheme_id, s.pattern, s.difficulty;
"""

# accused: a lead of any pattern names one of its members (unless a culprit of some scheme) or covers a fifth of its units
_INNOCENTS = """
CREATE OR REPLACE TEMP TABLE innocent_grade AS
WITH named AS (
  SELECT DISTINCT m.id_of AS innocent_id
  FROM innocent_member AS m JOIN lead_name AS n ON n.type = kind_of(m.type) AND n.id = m.id
  WHERE NOT EXISTS (SELECT 1 FROM culprit AS c WHERE c.type = kind_of(m.type) AND c.id = m.id)
), size AS (SELECT innocent_id, COUNT(*) AS units FROM innocent_unit GROUP BY innocent_id),
touch AS (
  SELECT lead_id, innocent_id, COUNT(*) AS shared FROM lead_unit JOIN innocent_unit USING (unit) GROUP BY lead_id, innocent_id
), covered AS (
  SELECT DISTINCT innocent_id FROM touch JOIN size USING (innocent_id) WHERE shared * 5 >= units
)
SELECT i.innocent_id, i.looks_like,
       i.innocent_id IN (SELECT innocent_id FROM named) OR i.innocent_id IN (SELECT innocent_id FROM covered) AS accused
FROM innocent AS i;
"""

# each truth takes the prediction of highest member F1; a ring lead is true when half of the members it names lie in one truth
_RINGS = f"""
CREATE OR REPLACE TEMP TABLE truth AS
WITH large AS (
  SELECT scheme_id FROM culprit JOIN scheme USING (scheme_id) WHERE pattern IN {RING_PATTERNS}
  GROUP BY scheme_id HAVING COUNT(*) >= {RING_CULPRITS}
)
SELECT 'scheme|' || scheme_id AS truth, type, id FROM culprit SEMI JOIN large USING (scheme_id)
UNION SELECT 'ring|' || id_of, kind_of(type), id FROM ring_member WHERE culpable(type, role);

CREATE OR REPLACE TEMP TABLE prediction AS
SELECT n.lead_id, n.type, n.id FROM lead_name AS n JOIN lead AS l USING (lead_id) WHERE l.subject_type = 'ring' AND n.type <> 'ring';

CREATE OR REPLACE TEMP TABLE overlap AS
WITH t AS (SELECT truth, COUNT(*) AS members FROM truth GROUP BY truth),
p AS (SELECT lead_id, COUNT(*) AS members FROM prediction GROUP BY lead_id)
SELECT x.truth, x.lead_id, x.shared, t.members AS truly, p.members AS named, 2e0 * x.shared / (t.members + p.members) AS f1
FROM (SELECT truth, lead_id, COUNT(*) AS shared FROM truth JOIN prediction USING (type, id) GROUP BY truth, lead_id) AS x
JOIN t USING (truth) JOIN p USING (lead_id);

CREATE OR REPLACE TEMP TABLE ring_truth AS
SELECT truth, coalesce(MAX(f1), 0e0) AS f1 FROM (SELECT DISTINCT truth FROM truth) LEFT JOIN overlap USING (truth) GROUP BY truth;
CREATE OR REPLACE TEMP TABLE ring_lead AS
SELECT lead_id, coalesce(BOOL_OR(shared * 2 >= named), false) AS true_ring
FROM (SELECT lead_id FROM lead WHERE subject_type = 'ring') LEFT JOIN overlap USING (lead_id) GROUP BY lead_id;
"""

# money found: of each scheme at most its amount, from distinct evidence rows of right leads on its units
_MONEY = """
CREATE OR REPLACE TEMP TABLE scheme_money AS
WITH row_unit AS (
  SELECT DISTINCT r.source_table, r.key, r.unit
  FROM (SELECT lead_id, source_table, key, UNNEST(units) AS unit FROM lead_row) AS r
  JOIN lead_grade AS g ON g.lead_id = r.lead_id AND g.credit = 1.0
), worth AS (
  SELECT r.source_table, r.key, MAX(r.amount_fen) AS fen
  FROM lead_row AS r JOIN lead_grade AS g ON g.lead_id = r.lead_id AND g.credit = 1.0 GROUP BY r.source_table, r.key
), on_scheme AS (
  SELECT DISTINCT s.scheme_id, r.source_table, r.key FROM scheme_unit AS s JOIN row_unit AS r ON r.unit = s.unit
), cited AS (
  SELECT o.scheme_id, SUM(coalesce(w.fen, 0)) AS fen
  FROM on_scheme AS o JOIN worth AS w ON w.source_table = o.source_table AND w.key = o.key GROUP BY o.scheme_id
)
SELECT s.scheme_id, s.amount_fen, CAST(LEAST(s.amount_fen, coalesce(c.fen, 0)) AS BIGINT) AS found_fen
FROM scheme AS s LEFT JOIN cited AS c ON c.scheme_id = s.scheme_id;
"""


def _honest() -> str:
    """Who is in a register, or handles claims, and is no culprit of any scheme; and which of them any lead names."""
    known = [f"SELECT '{kind}' AS type, {column} AS id FROM {table}" for kind, (table, column) in HONEST.items()]
    known += [
        f"SELECT 'handler', opter_id FROM {t.name} WHERE opter_id IS NOT NULL" for t in CONTRACT if t.in_book and "opter_id" in t.columns
    ]
    return f"""
CREATE OR REPLACE TEMP TABLE honest_grade AS
SELECT h.type, COUNT(*) AS total, COUNT(n.id) AS named
FROM (({" UNION ".join(known)}) EXCEPT SELECT type, id FROM culprit) AS h
LEFT JOIN (SELECT DISTINCT type, id FROM lead_name) AS n ON n.type = h.type AND n.id = h.id
GROUP BY h.type ORDER BY h.type;
"""
