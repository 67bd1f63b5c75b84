"""Findings become leads: which subject does each evidence row accuse? The rule at the head of patterns.toml, as relations.

Reads the relations `finding` and `evidence` (one run of the rules), writes `lead_row` (one row per finding, evidence row and lead) and
`lead_member`. A finding that an innocent story explains entirely (`closed_finding`) takes no part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import duckdb
import polars as pl

from app.leads import rings
from app.leads.precedence import take_off_earlier
from graph.book import ask
from graph.rings import CULPABLE
from kg.patterns import PATTERNS

PERSONS = 3
"""Persons whose rows must name one institution or doctor before it, and not they, become the subject (patterns.toml, head)."""


@dataclass(frozen=True)
class RollUp:
    """What the run has to say about the roll-up."""

    fallback_rows: int
    """Evidence rows that name no listed subject type and went to their institution."""
    lost_rows: int
    """Evidence rows that name not even an institution; they support no lead."""
    without_evidence: int
    """Findings that cite no row; they support no lead."""
    other_deed: int = 0
    """Findings whose rows an earlier pattern of the family already alleges; they support no lead."""


def roll_up(connection: duckdb.DuckDBPyConnection, rings_before: pl.DataFrame) -> RollUp:
    """Write `lead_row` and `lead_member`; `rings_before` is `pattern, ring_id, member` of the previous run."""
    _prepare(connection)
    gone = take_off_earlier(connection)
    connection.execute(_WHOSE)
    _name_rings(connection, rings_before)
    connection.execute(_SPLIT, {"persons": PERSONS})
    connection.execute(_LEAD_ROW)
    connection.execute(_LEAD_MEMBER, {"roles": list(CULPABLE)})
    return replace(_says(connection), other_deed=gone)


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    listed = [(p.key, place, subject) for p in PATTERNS.values() for place, subject in enumerate(p.lead_subject)]
    connection.register("listed_frame", pl.DataFrame(listed, schema=["pattern", "place", "subject"], orient="row"))
    connection.execute("CREATE OR REPLACE TEMP TABLE listed AS SELECT * FROM listed_frame")
    connection.execute(_LIVE)


def _name_rings(connection: duckdb.DuckDBPyConnection, before: pl.DataFrame) -> None:
    """Give each ring finding that its pattern allows as a subject the id of its ring."""
    groups = ask(
        connection, "SELECT pattern, finding_id, type || ':' || id AS member FROM member SEMI JOIN ring_finding USING (finding_id)"
    )
    merged = rings.merge(groups)
    named = rings.name(merged.join(groups, on=["pattern", "finding_id"]).select("pattern", "ring", "member").unique(), before)
    connection.register("ring_frame", merged.join(named, on="ring").select("finding_id", "ring_id"))
    connection.execute("CREATE OR REPLACE TEMP TABLE ring_name AS SELECT * FROM ring_frame")


def _says(connection: duckdb.DuckDBPyConnection) -> RollUp:
    counts = connection.execute("""
        SELECT (SELECT COUNT(*) FROM split_row WHERE fallback AND subject_id IS NOT NULL),
               (SELECT COUNT(*) FROM split_row WHERE subject_id IS NULL),
               (SELECT COUNT(*) FROM live_finding ANTI JOIN live_evidence USING (finding_id))
    """).fetchone()
    assert counts is not None
    return RollUp(*(int(count) for count in counts))


_LIVE = """
CREATE OR REPLACE TEMP TABLE live_finding AS
SELECT finding_id, rule_id, rule_version, pattern, level, members, prior, work_hours, estimate_fen, subject_type, subject_id
FROM finding ANTI JOIN closed_finding USING (finding_id);
"""

_WHOSE = """
CREATE OR REPLACE TEMP TABLE own_finding AS    -- keeps its own subject, because its pattern lists the type
SELECT f.* FROM live_finding AS f JOIN listed AS l ON l.pattern = f.pattern AND l.subject = f.subject_type
WHERE f.subject_type <> 'ring' AND f.subject_id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE member AS
SELECT finding_id, pattern,
       CASE WHEN m.type IN ('hospital', 'clinic', 'pharmacy') THEN 'institution' ELSE m.type END AS type, m.id AS id, m.role AS role
FROM (SELECT finding_id, pattern, UNNEST(from_json(members, '[{"type":"VARCHAR","id":"VARCHAR","role":"VARCHAR"}]')) AS m
      FROM live_finding WHERE members IS NOT NULL AND members <> '')
WHERE m.id IS NOT NULL;

CREATE OR REPLACE TEMP TABLE ring_finding AS
SELECT f.finding_id FROM live_finding AS f JOIN listed AS l ON l.pattern = f.pattern AND l.subject = 'ring'
WHERE f.subject_type = 'ring' AND EXISTS (SELECT 1 FROM member AS m WHERE m.finding_id = f.finding_id);
"""

_SPLIT = """
CREATE OR REPLACE TEMP TABLE split_finding AS
SELECT * FROM live_finding ANTI JOIN own_finding USING (finding_id) ANTI JOIN ring_finding USING (finding_id);

CREATE OR REPLACE TEMP TABLE named AS     -- each row of a finding to be split, and whom it names of each listed type
SELECT e.n, e.finding_id, e.fixmedins_code, f.pattern, f.level, l.place, l.subject, e.psn_no,
       CASE l.subject WHEN 'institution' THEN e.fixmedins_code WHEN 'doctor' THEN e.stff_code WHEN 'patient' THEN e.psn_no
                      WHEN 'employer' THEN e.emp_no WHEN 'handler' THEN e.opter_id END AS id   -- no row names a ring
FROM live_evidence AS e JOIN split_finding AS f USING (finding_id) JOIN listed AS l USING (pattern);

CREATE OR REPLACE TEMP TABLE split_row AS
WITH crowd AS (
  SELECT pattern, subject, id, COUNT(DISTINCT psn_no) AS persons FROM named WHERE id IS NOT NULL GROUP BY pattern, subject, id
), chosen AS (
  SELECT n.n, ANY_VALUE(n.finding_id) AS finding_id, ANY_VALUE(n.fixmedins_code) AS fixmedins_code,
         MIN(n.place) FILTER (WHERE c.persons >= CASE WHEN n.level = 'clear_violation' THEN 1 ELSE $persons END) AS first_place,
         MAX(n.place) FILTER (WHERE n.id IS NOT NULL) AS last_place
  FROM named AS n LEFT JOIN crowd AS c ON c.pattern = n.pattern AND c.subject = n.subject AND c.id = n.id
  GROUP BY n.n
)
SELECT c.n, c.finding_id, coalesce(p.subject, 'institution') AS subject_type, coalesce(p.id, c.fixmedins_code) AS subject_id,
       p.n IS NULL AS fallback
FROM chosen AS c
LEFT JOIN named AS p ON p.n = c.n AND p.place = coalesce(c.first_place, c.last_place);
"""

_LEAD_ROW = """
CREATE OR REPLACE TEMP TABLE lead_row AS
WITH placed AS (
  SELECT e.n, e.finding_id, o.subject_type, o.subject_id FROM live_evidence AS e JOIN own_finding AS o USING (finding_id)
  UNION ALL SELECT e.n, e.finding_id, 'ring', r.ring_id FROM live_evidence AS e JOIN ring_name AS r USING (finding_id)
  UNION ALL SELECT n, finding_id, subject_type, subject_id FROM split_row WHERE subject_id IS NOT NULL
)
SELECT substr(md5(f.pattern || '|' || p.subject_type || '|' || p.subject_id), 1, 16) AS lead_id,
       f.pattern, p.subject_type, p.subject_id, f.finding_id, f.rule_id, p.n
FROM placed AS p JOIN live_finding AS f ON f.finding_id = p.finding_id;

CREATE OR REPLACE TEMP TABLE lead_finding AS
SELECT DISTINCT lead_id, pattern, subject_type, subject_id, finding_id FROM lead_row;
"""

# only a finding that keeps its subject, or a ring, brings its members along: a row split off to another subject does not accuse them all
_LEAD_MEMBER = """
CREATE OR REPLACE TEMP TABLE lead_member AS
WITH brought AS (
  SELECT l.lead_id, m.type, m.id, m.role, coalesce(list_position($roles, m.role), 99) AS grave
  FROM lead_finding AS l JOIN member AS m USING (finding_id)
  WHERE (l.subject_type = 'ring' OR EXISTS (SELECT 1 FROM own_finding AS o WHERE o.finding_id = l.finding_id))
    AND NOT (m.type = l.subject_type AND m.id = l.subject_id)
)
SELECT lead_id, type, id, ARG_MIN(role, grave) AS role FROM brought GROUP BY lead_id, type, id;
"""
