"""Patients who pass through the same three hospitals, one after the other, oftener than the sizes of these hospitals explain."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg, poisson_tail
from kg.rule import Value
from kg.statistics import MEMBER, ring_id, rows_of

READS = ("stay_bill", "hospital_peer", "household")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER)), ("mdtrt_d_rows", rows_of("mdtrt_id"))),
        *(("estimate_fen", pa.int64()), ("chain", pa.string()), ("persons", pa.int64()), ("expected", pa.float64()), ("p", pa.float64())),
    ]
)

# neither cut nor urgent in the second and third house, and neither of them above the one before: no referral to somebody who can do more
CHAINS = """
WITH step AS (
  SELECT b.*, LEAD(mdtrt_id) OVER visits AS second_id, LEAD(fixmedins_code) OVER visits AS second, LEAD(begntime) OVER visits AS second_in,
         LEAD(ends_at) OVER visits AS second_out, LEAD(operated OR urgent) OVER visits AS second_needed,
         LEAD(inscp_fen) OVER visits AS second_fen,
         LEAD(mdtrt_id, 2) OVER visits AS third_id, LEAD(fixmedins_code, 2) OVER visits AS third, LEAD(begntime, 2) OVER visits AS third_in,
         LEAD(operated OR urgent, 2) OVER visits AS third_needed, LEAD(inscp_fen, 2) OVER visits AS third_fen
  FROM stay_bill b
  WHERE COALESCE(b.disease, '') NOT IN ('Z51', 'Z49', 'N18')
  WINDOW visits AS (PARTITION BY b.identity ORDER BY b.begntime, b.mdtrt_id)
)
SELECT s.fixmedins_code AS first, s.second, s.third, s.psn_no, COALESCE(h.household, s.psn_no) AS household,
       s.mdtrt_id, s.second_id, s.third_id,
       s.second_fen + s.third_fen AS fen
FROM step s
LEFT JOIN household h ON h.psn_no = s.psn_no
JOIN hospital_peer x ON x.fixmedins_code = s.second AND x.peer = s.fixmedins_code
JOIN hospital_peer y ON y.fixmedins_code = s.third AND y.peer = s.second
WHERE NOT s.second_needed AND NOT s.third_needed
  AND date_diff('day', CAST(s.ends_at AS DATE), CAST(s.second_in AS DATE)) BETWEEN 0 AND $gap_days
  AND date_diff('day', CAST(s.second_out AS DATE), CAST(s.third_in AS DATE)) BETWEEN 0 AND $gap_days
ORDER BY s.mdtrt_id"""

SIZES = "SELECT fixmedins_code AS house, COUNT(*) AS stays FROM stay_bill GROUP BY fixmedins_code"


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per chain of three hospitals."""
    chains = connection.sql(CHAINS, params={"gap_days": int(parameters["gap_days"])}).pl()
    judged = _judge(chains, connection.sql(SIZES).pl(), parameters)
    rows = [_ring(chains.join(one, on=["first", "second", "third"], how="semi"), one.row(0, named=True)) for one in judged.iter_slices(1)]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _judge(chains: pl.DataFrame, sizes: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """first, second, third, persons, expected, p: chains beyond what the sizes of the second and third house would draw."""
    route = ["first", "second", "third"]
    seen = chains.group_by(route).agg(persons=pl.col("household").n_unique()).sort(route)
    starts = chains.group_by("first").agg(starts=pl.col("household").n_unique())
    share = sizes.with_columns(share=pl.col("stays") / pl.col("stays").sum())
    due = seen.join(starts, on="first")
    for place in ("first", "second", "third"):
        due = due.join(share.select(pl.col("house").alias(place), pl.col("share").alias(f"{place}_share")), on=place)
    # from each house the way leads to any other
    expected = (
        pl.col("starts") * pl.col("second_share") / (1 - pl.col("first_share")) * pl.col("third_share") / (1 - pl.col("second_share"))
    )
    due = due.with_columns(expected=expected).sort(route)
    p = poisson_tail(due["persons"].cast(pl.Int64).to_numpy(), due["expected"].to_numpy())
    stands = benjamini_hochberg(p, float(parameters["alpha"]))
    due = due.with_columns(p=pl.Series(p, dtype=pl.Float64), stands=pl.Series(stands, dtype=pl.Boolean))
    return due.filter(pl.col("stands") & (pl.col("persons") >= int(parameters["min_persons"])))


def _ring(chain: pl.DataFrame, judged: Mapping[str, object]) -> dict[str, object]:
    """The answer for one chain: its patients, its hospitals, all their stays; the money of the second and third is an estimate."""
    houses = sorted({str(judged[place]) for place in ("first", "second", "third")})
    patients = sorted(set(chain["psn_no"]))
    stays = sorted({*chain["mdtrt_id"], *chain["second_id"], *chain["third_id"]})
    return {
        "subject_type": "ring",
        "subject_id": ring_id("hospital_hopping_sequence", [" > ".join(str(judged[place]) for place in ("first", "second", "third"))]),
        "members": [
            *({"type": "institution", "id": house, "role": "provider"} for house in houses),
            *({"type": "patient", "id": patient, "role": "participant"} for patient in patients),
        ],
        "mdtrt_d_rows": [{"mdtrt_id": name, "fen": 0} for name in stays],
        "estimate_fen": chain["fen"].sum(),
        "chain": " > ".join(str(judged[place]) for place in ("first", "second", "third")),
        "persons": judged["persons"],
        "expected": judged["expected"],
        "p": judged["p"],
    }
