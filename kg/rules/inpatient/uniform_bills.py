"""Bills of different patients that are one bill: the same items, in the same number, on the same day after admission."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from kg.rule import Value
from kg.statistics import components, rows_of

READS = ("stay_bill", "stay_line", "household")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("mdtrt_d_rows", rows_of("mdtrt_id")), ("estimate_fen", pa.int64())),
        *(("stays", pa.int64()), ("households", pa.int64()), ("equal_totals", pa.int64()), ("smallest_likeness", pa.float64())),
    ]
)

STAYS = """
SELECT b.mdtrt_id, b.fixmedins_code, COALESCE(b.disease, '') AS disease, b.fee_fen, b.inscp_fen,
       COALESCE(h.household, b.psn_no) AS household
FROM stay_bill b
LEFT JOIN household h ON h.psn_no = b.psn_no
WHERE COALESCE(b.disease, '') NOT IN ('Z51', 'Z49', 'N18')
ORDER BY b.mdtrt_id"""

WORDS = """
SELECT l.mdtrt_id,
       CONCAT_WS(' ', l.med_list_codg, date_diff('day', CAST(b.begntime AS DATE), l.day), SUM(l.cnt)) AS word
FROM stay_line l
JOIN stay_bill b ON b.mdtrt_id = l.mdtrt_id
WHERE l.day IS NOT NULL AND b.begntime IS NOT NULL
GROUP BY l.mdtrt_id, l.med_list_codg, l.day, b.begntime"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per group of bills alike."""
    stays = connection.sql(STAYS).pl().with_row_index("stay")
    own = _own_words(stays, connection.sql(WORDS).pl(), parameters)
    alike = _alike(own, float(parameters["sim"]))
    groups = [stays.filter(pl.col("stay").is_in(group)) for group in components(alike.select("a", "b").to_numpy().astype(np.int64))]
    rows = [_hit(group, alike) for group in groups if group["household"].n_unique() >= int(parameters["min_group"])]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _own_words(stays: pl.DataFrame, words: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """stay, fixmedins_code, household, word, size: without the order set of the illness, of stays that keep enough of their own."""
    said = words.join(stays, on="mdtrt_id")
    ill = stays.group_by("disease").agg(all_stays=pl.len())
    written = said.group_by("disease", "word").agg(stays=pl.len(), houses=pl.col("fixmedins_code").n_unique()).join(ill, on="disease")
    # most patients of the illness have it, or it is written alike in another house: a standard, nobody's copy
    standard = written.filter((pl.col("stays") >= pl.col("all_stays") * float(parameters["standard"])) & (pl.col("houses") > 1))
    own = said.join(standard, on=["disease", "word"], how="anti").with_columns(size=pl.len().over("stay"))
    return own.filter(pl.col("size") >= int(parameters["min_words"])).select("stay", "fixmedins_code", "household", "word", "size")


def _alike(own: pl.DataFrame, sim: float) -> pl.DataFrame:
    """a, b, likeness: pairs of stays of one house and two households that share `sim` of all their words.

    Two sets so much alike share one of their few rarest words: only those pairs are compared.
    """
    place = ["fixmedins_code", "word"]
    ranked = (
        own.with_columns(often=pl.len().over(place)).sort("stay", "often", "word").with_columns(nth=pl.int_range(pl.len()).over("stay"))
    )
    rare = ranked.filter((pl.col("nth") <= (pl.col("size") * (1 - sim)).floor()) & (pl.col("often") > 1))
    pairs = rare.join(rare, on=place, suffix="_b").filter(
        (pl.col("stay") < pl.col("stay_b")) & (pl.col("household") != pl.col("household_b"))
    )
    pairs = pairs.filter(pl.min_horizontal("size", "size_b") >= sim * pl.max_horizontal("size", "size_b"))
    shared = (
        pairs.select("size", "size_b", a="stay", b="stay_b")
        .unique()
        .join(own.select("word", a="stay"), on="a")
        .join(own.select("word", b="stay"), on=["b", "word"])
        .group_by("a", "b", "size", "size_b")
        .agg(shared=pl.len())
    )
    likeness = pl.col("shared") / (pl.col("size") + pl.col("size_b") - pl.col("shared"))
    return shared.with_columns(likeness=likeness).filter(pl.col("likeness") >= sim).sort("a", "b")


def _hit(group: pl.DataFrame, alike: pl.DataFrame) -> dict[str, object]:
    """The answer for one group. One bill may be the true one from which the others were copied: the estimate leaves out the dearest."""
    fen = group["inscp_fen"].to_numpy()
    return {
        "subject_type": "institution",
        "subject_id": group["fixmedins_code"][0],
        "mdtrt_d_rows": [{"mdtrt_id": name, "fen": 0} for name in group["mdtrt_id"].to_list()],
        "estimate_fen": int(fen.sum() - fen.max()),
        "stays": group.height,
        "households": group["household"].n_unique(),
        "equal_totals": group.group_by("fee_fen").len()["len"].max(),
        "smallest_likeness": alike.join(group.select(a="stay"), on="a", how="semi")["likeness"].min(),
    }
