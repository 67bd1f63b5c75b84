"""How far does an institution lie above its peers in cost, stays, tests, visits and other figures together?"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import polars as pl
import pyarrow as pa

from kg.rule import Value
from kg.statistics import rows_of

READS = ("quarter_bill", "full_quarter", "net_line", "stay", "stay_return", "institution", "mdtrt_d", "visit_diagnosis")
INDICATORS = ("cost", "stay_days", "returns", "exams", "drugs", "material", "visits_per_person", "own_share", "nights")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(
            ("level", pa.int64()),
            ("index", pa.float64()),
            ("visits", pa.int64()),
            ("peers", pa.int64()),
            ("outstanding", pa.list_(pa.string())),
        ),
    ]
)
MIN_PEERS = 8
"""Fewer peers of the city are compared over the province; still fewer have no usual value."""
MIN_STAYS = 30
"""Days and returns of fewer stays say nothing."""

# one visit of the last full quarter: what it was for, what it cost and what of it was tests, drugs and material
# tier: of how many groups of levels the house is a member: both (three), one (two) or none
VISITS = """
WITH bill AS (
  SELECT b.mdtrt_id, MIN(b.fixmedins_code) AS fixmedins_code, MIN(b.psn_no) AS psn_no, SUM(b.fee_fen) AS fee, SUM(b.cash_fen) AS cash
  FROM quarter_bill b JOIN (SELECT MAX(quarter) AS quarter FROM full_quarter) q ON q.quarter = b.quarter
  WHERE b.mdtrt_id IS NOT NULL AND b.fee_fen > 0
  GROUP BY b.mdtrt_id
), line AS (
  SELECT l.mdtrt_id, SUM(l.fee_fen) AS listed,
         SUM(l.fee_fen) FILTER (WHERE substr(l.med_chrgitm_type, 1, 2) IN ('03', '04')) AS exams,
         SUM(l.fee_fen) FILTER (WHERE substr(l.list_type, 1, 2) = '10') AS drugs,
         SUM(l.fee_fen) FILTER (WHERE l.list_type = '301') AS material
  FROM net_line l SEMI JOIN bill b ON b.mdtrt_id = l.mdtrt_id
  GROUP BY l.mdtrt_id
)
SELECT b.*, l.listed, l.exams, l.drugs, l.material, s.stay_days,
       r.mdtrt_id IS NOT NULL AS went_home, r.gap_days <= $return_days AS returned,
       coalesce(s.disease, substr(d.diag_code, 1, 3), '') || (s.mdtrt_id IS NOT NULL) AS alike,
       -- a bare day is no hour
       CASE WHEN m.begntime <> CAST(CAST(m.begntime AS DATE) AS TIMESTAMP) THEN hour(m.begntime) NOT BETWEEN 5 AND 22 END AS at_night,
       i.medins_kind, i.admdvs, (SELECT COUNT(*) FROM code_group g WHERE g.list_name = 'hosp_lv' AND g.code = i.hosp_lv) AS tier
FROM bill b
JOIN mdtrt_d m ON m.mdtrt_id = b.mdtrt_id
JOIN institution i ON i.fixmedins_code = b.fixmedins_code AND i.medins_kind IS NOT NULL AND i.admdvs IS NOT NULL
LEFT JOIN line l ON l.mdtrt_id = b.mdtrt_id
LEFT JOIN stay s ON s.mdtrt_id = b.mdtrt_id
LEFT JOIN stay_return r ON r.mdtrt_id = b.mdtrt_id
LEFT JOIN (SELECT mdtrt_id, MIN(diag_code) AS diag_code FROM visit_diagnosis GROUP BY mdtrt_id) d ON d.mdtrt_id = b.mdtrt_id"""
CITED = """
SELECT b.fixmedins_code, list(struct_pack(setl_id := b.setl_id, fen := CAST(0 AS BIGINT)) ORDER BY b.setl_id) AS setl_d_rows
FROM quarter_bill b JOIN (SELECT MAX(quarter) AS quarter FROM full_quarter) q ON q.quarter = b.quarter GROUP BY b.fixmedins_code"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per institution whose index passes a line in the last full quarter."""
    visits = connection.sql(VISITS, params={"return_days": int(parameters["return_days"])}).pl()
    houses = _indicators(visits).filter(pl.col("visits") >= int(parameters["min_visits"]))
    judged = _against_peers(houses, float(parameters["z"]))
    lines = [float(parameters["line_1"]), float(parameters["line_2"]), float(parameters["line_3"])]
    level = sum((pl.col("index") >= line).cast(pl.Int64) for line in lines)
    hits = judged.with_columns(level=level).filter(
        (pl.col("level") > 0) & (pl.col("outstanding").list.len() >= int(parameters["min_indicators"]))
    )
    cited = connection.sql(CITED).pl()
    table: pa.Table = (
        hits.join(cited, on="fixmedins_code")
        .sort("fixmedins_code")
        .select(pl.lit("institution").alias("subject_type"), pl.col("fixmedins_code").alias("subject_id"), *ANSWER.names[2:])
        .to_arrow()
    )
    return table.cast(ANSWER)


def _indicators(visits: pl.DataFrame) -> pl.DataFrame:
    """One row per institution. Cost and days are held against what patients of the same illness cost and stay everywhere (1 = as usual)."""
    usual = visits.with_columns(
        usual_fee=pl.col("fee").cast(pl.Float64).mean().over("alike"), usual_days=pl.col("stay_days").mean().over("alike")
    )
    stays = pl.col("stay_days").count() >= MIN_STAYS
    return usual.group_by("fixmedins_code", "medins_kind", "tier", "admdvs").agg(
        visits=pl.len(),
        cost=pl.col("fee").cast(pl.Float64).sum() / pl.col("usual_fee").sum(),
        stay_days=pl.when(stays).then(pl.col("stay_days").sum() / pl.col("usual_days").filter(pl.col("stay_days").is_not_null()).sum()),
        returns=pl.when(pl.col("went_home").sum() >= MIN_STAYS).then(pl.col("returned").sum() / pl.col("went_home").sum()),
        **{name: pl.col(name).cast(pl.Float64).sum() / pl.col("listed").cast(pl.Float64).sum() for name in ("exams", "drugs", "material")},
        visits_per_person=pl.len() / pl.col("psn_no").n_unique(),
        own_share=pl.col("cash").cast(pl.Float64).sum() / pl.col("fee").cast(pl.Float64).filter(pl.col("cash").is_not_null()).sum(),
        nights=pl.col("at_night").mean(),
    )


def _against_peers(houses: pl.DataFrame, z: float) -> pl.DataFrame:
    """The index of each institution that has peers, and the indicators in which it stands out."""
    near = houses.with_columns(group=pl.col("admdvs").str.head(4), peers=pl.len().over("medins_kind", "tier", pl.col("admdvs").str.head(4)))
    wide = houses.with_columns(group=pl.col("admdvs").str.head(2), peers=pl.len().over("medins_kind", "tier", pl.col("admdvs").str.head(2)))
    compared = pl.concat(
        [
            _scored(near).filter(pl.col("peers") >= MIN_PEERS),
            _scored(wide)
            .join(near.filter(pl.col("peers") >= MIN_PEERS), on="fixmedins_code", how="anti")
            .filter(pl.col("peers") >= MIN_PEERS),
        ]
    )
    above = [f"{name}_above" for name in INDICATORS]
    names = [pl.when(pl.col(f"{name}_z") >= z).then(pl.lit(name)) for name in INDICATORS]
    return compared.with_columns(index=pl.mean_horizontal(above), outstanding=pl.concat_list(names).list.drop_nulls())


def _scored(houses: pl.DataFrame) -> pl.DataFrame:
    """Each indicator against the median of its group: how far above, and its robust z; null where the group does not differ."""
    columns = []
    for name in INDICATORS:
        value, median = pl.col(name), pl.col(name).median().over("medins_kind", "tier", "group")
        mad = (value - median).abs().median().over("medins_kind", "tier", "group") * 1.4826
        spread = (value.quantile(0.75) - value.quantile(0.25)).over("medins_kind", "tier", "group") / 1.349
        scale = pl.when(mad > 0).then(mad).when(spread > 0).then(spread)
        columns += [((value - median) / scale).alias(f"{name}_z")]
        columns += [pl.when(median > 0).then((value / median - 1).clip(lower_bound=0)).alias(f"{name}_above")]
    return houses.with_columns(columns)
