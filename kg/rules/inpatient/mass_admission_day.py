"""Groups of one village, firm or contact that enter a hospital together and leave together, against what that weekday usually brings."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import rows_of

READS = ("stay_bill", "household", "mdtrt_d", "psn_b", "setl_list_4101", "fixmedins_b")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("mdtrt_d_rows", rows_of("mdtrt_id")), ("estimate_fen", pa.int64())),
        *(("origin", pa.string()), ("day", pa.date32()), ("persons", pa.int64()), ("expected", pa.float64()), ("p", pa.float64())),
    ]
)

# infections and injuries come in groups by themselves
ADMISSIONS = """
CREATE OR REPLACE TEMP TABLE arrival AS
WITH said AS (
  SELECT b.*, CAST(b.begntime AS DATE) AS day, COALESCE(h.household, b.psn_no) AS home,
         COALESCE(m.addr_area, p.addr_area) AS village, m.emp_no, COALESCE(m.coner_tel_h, c.coner_tel_h) AS contact
  FROM stay_bill b
  JOIN mdtrt_d m ON m.mdtrt_id = b.mdtrt_id
  LEFT JOIN psn_b p ON p.psn_no = b.psn_no
  LEFT JOIN household h ON h.psn_no = b.psn_no
  LEFT JOIN (SELECT mdtrt_id, MIN(coner_tel_h) AS coner_tel_h FROM setl_list_4101 GROUP BY mdtrt_id) c ON c.mdtrt_id = b.mdtrt_id
  WHERE b.begntime IS NOT NULL AND NOT regexp_matches(COALESCE(b.disease, ''), '^(A|B|J0|J1|J2|S|T)'))
SELECT *, 'village' AS kind, village AS origin FROM said WHERE village IS NOT NULL
UNION ALL SELECT *, 'employer' AS kind, emp_no AS origin FROM said WHERE emp_no IS NOT NULL
UNION ALL SELECT s.*, 'contact' AS kind, contact AS origin FROM said s
ANTI JOIN fixmedins_b i ON i.tel_h = s.contact WHERE s.contact IS NOT NULL"""

# a bus that runs every Monday is in the Mondays' rate; one arrival more than was seen, because a rate of nought cannot be known
GROUPS = """
WITH daily AS (SELECT fixmedins_code, kind, origin, day, COUNT(DISTINCT identity) AS persons FROM arrival GROUP BY ALL),
     span AS (SELECT fixmedins_code, MIN(day) AS first_day, MAX(day) AS last_day FROM daily GROUP BY fixmedins_code),
     usual AS (SELECT *, SUM(persons) OVER weekdays - persons AS on_weekday, SUM(persons) OVER days - persons AS altogether
               FROM daily
               WINDOW days AS (PARTITION BY fixmedins_code, kind, origin),
                      weekdays AS (PARTITION BY fixmedins_code, kind, origin, date_diff('day', DATE '2000-01-03', day) % 7))
SELECT u.fixmedins_code, u.kind, u.origin, u.day, u.persons,
       GREATEST((u.on_weekday + 1) / GREATEST(date_diff('day', s.first_day, s.last_day) / 7.0, 1),
                (u.altogether + 1) / GREATEST(date_diff('day', s.first_day, s.last_day), 1)) AS expected
FROM usual u JOIN span s ON s.fixmedins_code = u.fixmedins_code
ORDER BY u.fixmedins_code, u.kind, u.origin, u.day"""

MEMBERS = "SELECT * FROM arrival WHERE fixmedins_code = $place AND kind = $kind AND origin = $origin AND day = $day ORDER BY mdtrt_id"
ELSEWHERE = """
SELECT COUNT(DISTINCT identity) FROM arrival
WHERE kind = $kind AND origin = $origin AND fixmedins_code <> $place AND disease IN (SELECT UNNEST($diseases))
  AND ABS(date_diff('day', day, CAST($day AS DATE))) <= 7"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per group: who came together, left together and needed no bed in a hurry."""
    connection.execute(ADMISSIONS)
    groups = connection.sql(GROUPS).pl()
    tail = poisson_tail(groups["persons"].to_numpy().astype(np.int64), groups["expected"].to_numpy().astype(np.float64))
    stands = benjamini_hochberg(tail, float(parameters["alpha"]))
    crowds = groups.with_columns(p=pl.Series(tail, dtype=pl.Float64)).filter(pl.Series(stands, dtype=pl.Boolean))
    crowds = crowds.filter(pl.col("persons") >= int(parameters["min_group"]))
    rows = [hit for crowd in crowds.iter_rows(named=True) if (hit := _judge(connection, crowd, parameters))]
    connection.execute("DROP TABLE arrival")
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _judge(connection: duckdb.DuckDBPyConnection, crowd: Mapping[str, object], parameters: Mapping[str, Value]) -> dict[str, object] | None:
    where = {"place": crowd["fixmedins_code"], "kind": crowd["kind"], "origin": crowd["origin"], "day": crowd["day"]}
    members = connection.sql(MEMBERS, params=where).pl()
    light = members.filter(~pl.col("operated") & ~pl.col("urgent"))
    if light["home"].n_unique() < int(parameters["min_group"]) or light.height < members.height * float(parameters["together_share"]):
        return None
    leaving = light["ends_at"].dt.date()
    together = (leaving - leaving.median()).dt.total_days().abs() <= 1
    if together.sum() < light.height * float(parameters["together_share"]):
        return None
    ills = light["disease"].drop_nulls().unique().to_list()
    [others] = connection.execute(ELSEWHERE, {**where, "diseases": ills}).fetchall()
    if others[0] >= int(parameters["min_group"]):
        return None  # an illness that goes round there fills other hospitals too
    return {
        "subject_type": "institution",
        "subject_id": crowd["fixmedins_code"],
        "mdtrt_d_rows": [{"mdtrt_id": name, "fen": 0} for name in light["mdtrt_id"].to_list()],
        "estimate_fen": int(light["inscp_fen"].sum()),
        "origin": crowd["kind"],
        "day": crowd["day"],
        "persons": light.height,
        "expected": crowd["expected"],
        "p": crowd["p"],
    }
