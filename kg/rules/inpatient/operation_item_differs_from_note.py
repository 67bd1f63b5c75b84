"""Operations billed at a dearer item than the one that the surgeon's note names."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
import pyarrow as pa

from kg.chart import OPERATION, named
from kg.rule import Value
from kg.statistics import rows_of

READS = ("clinical_note", "mdtrt_d", "net_line", "fee_list_d")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn"))),
        ("clinical_note_rows", rows_of("note_id")),
        *(("operations", pa.int64()), ("item_billed", pa.string()), ("item_in_note", pa.string())),
    ]
)

NOTES = """
SELECT n.note_id, n.mdtrt_id, m.fixmedins_code, CAST(n.note_time AS DATE) AS day, n.text
FROM clinical_note n
JOIN mdtrt_d m ON m.mdtrt_id = n.mdtrt_id AND m.vali_flag = '1'
WHERE n.note_type = 'operation' AND n.text IS NOT NULL AND n.note_time IS NOT NULL
ORDER BY n.note_id"""

LINES = """
SELECT l.mdtrt_id, l.bkkp_sn, CAST(l.fee_ocur_time AS DATE) AS billed_on, CAST(l.pric AS DOUBLE) AS price, l.inscp_fen,
       COALESCE(f.hilist_name, f.medins_list_name) AS billed
FROM net_line l
JOIN fee_list_d f ON f.mdtrt_id = l.mdtrt_id AND f.bkkp_sn = l.bkkp_sn
WHERE substr(l.med_chrgitm_type, 1, 2) = '06' AND l.pric > 0 AND COALESCE(f.hilist_name, f.medins_list_name) IS NOT NULL
ORDER BY l.mdtrt_id, l.bkkp_sn"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per hospital: lines that no note of their stay names, beside a note whose own operation was not billed."""
    lines = connection.sql(LINES).pl()
    usual = lines.group_by("billed").agg(usual=pl.col("price").median())
    # a name that is on no price list here is not understood, and its stay not judged
    told = named(connection.sql(NOTES).pl(), OPERATION).join(usual, left_on="told", right_on="billed")
    unbilled = told.join(lines, left_on=["mdtrt_id", "told"], right_on=["mdtrt_id", "billed"], how="anti")
    unnamed = lines.join(told, left_on=["mdtrt_id", "billed"], right_on=["mdtrt_id", "told"], how="anti").join(usual, on="billed")
    pairs = unnamed.join(unbilled, on="mdtrt_id", suffix="_told")
    same_day = (pl.col("billed_on") - pl.col("day")).dt.total_days().abs() <= 1
    dearer = pl.col("usual") >= pl.col("usual_told") * (1 + float(parameters["gain"]))
    # of several operations in a note the dearest speaks for the hospital
    hits = (
        pairs.filter(same_day & dearer)
        .sort("usual_told", "note_id", descending=[True, False])
        .unique(["mdtrt_id", "bkkp_sn"], keep="first", maintain_order=True)
        .sort("mdtrt_id", "bkkp_sn")
    )
    least = int(parameters["min_operations"])
    houses = hits.sort("fixmedins_code").group_by("fixmedins_code", maintain_order=True)
    return pa.Table.from_pylist([_hit(house, lines) for (house,), lines in houses if lines.height >= least], schema=ANSWER)


def _hit(house: object, lines: pl.DataFrame) -> dict[str, object]:
    """What the note supports is paid: the rest of the line is claimed."""
    over = (pl.col("inscp_fen") * (1 - pl.col("usual_told") / pl.col("usual"))).floor().cast(pl.Int64)
    return {
        "subject_type": "institution",
        "subject_id": house,
        "fee_list_d_rows": lines.select("mdtrt_id", "bkkp_sn", fen=over).to_dicts(),
        "clinical_note_rows": [{"note_id": name, "fen": 0} for name in lines["note_id"].unique().sort().to_list()],
        "operations": lines.height,
        "item_billed": lines["billed"][0],
        "item_in_note": lines["told"][0],
    }
