"""Stays paid under a dearer illness than the one that stands in their chart, in a hospital where this is a habit."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
import pyarrow as pa

from kg.chart import DIAGNOSES, named
from kg.rule import Value
from kg.statistics import rows_of

READS = ("clinical_note", "stay_bill", "visit_diagnosis", "mdtrt_d")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("mdtrt_d_rows", rows_of("mdtrt_id"))),
        ("clinical_note_rows", rows_of("note_id")),
        *(("stays", pa.int64()), ("stays_with_a_chart", pa.int64()), ("house_rate", pa.float64()), ("usual_rate", pa.float64())),
    ]
)

NOTES = """
SELECT n.note_id, n.mdtrt_id, b.fixmedins_code, b.disease AS coded, n.text
FROM clinical_note n
JOIN stay_bill b ON b.mdtrt_id = n.mdtrt_id
WHERE n.note_type = 'discharge' AND n.text IS NOT NULL AND b.disease IS NOT NULL
ORDER BY n.note_id"""

# what a name means is what most who code it write: nobody's own table is needed
MEANING = """
SELECT told, disease FROM (
  SELECT dscg_maindiag_name AS told, substr(dscg_maindiag_code, 1, 3) AS disease, COUNT(*) AS n
  FROM mdtrt_d
  WHERE vali_flag = '1' AND dscg_maindiag_name IS NOT NULL AND dscg_maindiag_code IS NOT NULL
  GROUP BY dscg_maindiag_name, substr(dscg_maindiag_code, 1, 3)
) x
QUALIFY ROW_NUMBER() OVER (PARTITION BY told ORDER BY n DESC, disease) = 1"""

COSTS = """
SELECT fixmedins_code, disease, MEDIAN(CAST(fee_fen AS DOUBLE)) AS fen
FROM stay_bill
WHERE disease IS NOT NULL
GROUP BY fixmedins_code, disease"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per hospital."""
    notes = connection.sql(NOTES).pl()
    told = named(notes, DIAGNOSES).join(connection.sql(MEANING).pl(), on="told")
    # several diagnoses in the chart, one of them coded: the choice of the main one is another question
    chart = told.group_by("note_id", "mdtrt_id", "fixmedins_code", "coded").agg(
        disease=pl.col("disease").first(), agrees=(pl.col("disease") == pl.col("coded")).any()
    )
    dearer = _dearer(chart.filter(~pl.col("agrees")), connection.sql(COSTS).pl(), parameters)
    rows = [_hit(house, dearer) for house in _habits(chart, dearer, parameters).iter_rows(named=True)]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _dearer(other: pl.DataFrame, costs: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """Of charts that name another illness, those whose coded one costs more in the other hospitals."""
    place = other.select("fixmedins_code").unique()
    usual = (
        place.join(costs.rename({"fixmedins_code": "elsewhere"}), how="cross")
        .filter(pl.col("elsewhere") != pl.col("fixmedins_code"))
        .group_by("fixmedins_code", "disease")
        .agg(pl.col("fen").median())
    )
    priced = other.join(usual, on=["fixmedins_code", "disease"]).join(
        usual, left_on=["fixmedins_code", "coded"], right_on=["fixmedins_code", "disease"], suffix="_coded"
    )
    gain = pl.col("fen_coded") - pl.col("fen")
    return priced.filter((gain >= pl.col("fen") * float(parameters["gain"])) & (gain >= float(parameters["min_gain"])))


def _habits(chart: pl.DataFrame, dearer: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """Hospitals beyond the usual rate and beyond chance."""
    stays = chart.group_by("fixmedins_code").agg(charts=pl.col("mdtrt_id").n_unique())
    rate = stays.join(dearer.group_by("fixmedins_code").agg(stays=pl.col("mdtrt_id").n_unique()), on="fixmedins_code", how="left")
    rate = rate.with_columns(pl.col("stays").fill_null(0)).with_columns(rate=pl.col("stays") / pl.col("charts"))
    usual = rate["rate"].median() if rate.height >= int(parameters["min_peers"]) else 0.0
    expected = pl.col("charts") * usual * float(parameters["times"])
    beyond = pl.col("stays") >= int(parameters["min_stays"]) + expected + float(parameters["z"]) * expected.sqrt()
    return rate.with_columns(usual_rate=pl.lit(usual, pl.Float64)).filter(beyond).sort("fixmedins_code")


def _hit(house: Mapping[str, object], dearer: pl.DataFrame) -> dict[str, object]:
    mine = dearer.filter(pl.col("fixmedins_code") == house["fixmedins_code"])
    return {
        "subject_type": "institution",
        "subject_id": house["fixmedins_code"],
        "mdtrt_d_rows": [{"mdtrt_id": name, "fen": 0} for name in mine["mdtrt_id"].unique().sort().to_list()],
        "clinical_note_rows": [{"note_id": name, "fen": 0} for name in mine["note_id"].unique().sort().to_list()],
        "stays": house["stays"],
        "stays_with_a_chart": house["charts"],
        "house_rate": house["rate"],
        "usual_rate": house["usual_rate"],
    }
