"""Results of different patients that are one result to the last digit, where chance would give it to hardly anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import polars as pl
import pyarrow as pa

from kg.rule import Value
from kg.statistics import rows_of

READS = ("test_rpot", "mdtrt_d", "household", "net_line")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string())),
        ("test_rpot_rows", rows_of("rpot_id", "item_name", "med_list_codg", "samp_no")),
        ("fee_list_d_rows", rows_of("mdtrt_id", "bkkp_sn")),
        *(("reports", pa.int64()), ("patients", pa.int64()), ("patients_of_one_result", pa.int64()), ("shared_tubes", pa.int64())),
    ]
)

# a grade, a sign or a blood group is shared by many
VALUES = """
SELECT r.rpot_id, r.item_name, r.med_list_codg, r.samp_no, r.mdtrt_id, r.value, r.test_time, m.psn_no, m.fixmedins_code,
       COALESCE(h.household, m.psn_no) AS household
FROM test_rpot r
JOIN mdtrt_d m ON m.mdtrt_id = r.mdtrt_id AND m.vali_flag = '1'
LEFT JOIN household h ON h.psn_no = m.psn_no
WHERE r.test_time IS NOT NULL AND r.samp_no IS NOT NULL AND regexp_matches(r.value, '^[0-9]+([.][0-9]+)?$')
ORDER BY r.rpot_id, r.med_list_codg, r.item_name"""

LINES = """
SELECT DISTINCT c.fixmedins_code, l.mdtrt_id, l.bkkp_sn, l.inscp_fen
FROM copied c
JOIN net_line l ON l.mdtrt_id = c.mdtrt_id AND l.med_list_codg = c.med_list_codg
 AND ABS(date_diff('day', CAST(l.fee_ocur_time AS DATE), CAST(c.done_at AS DATE))) <= 1
ORDER BY l.mdtrt_id, l.bkkp_sn"""

ONE = ["fixmedins_code", "med_list_codg", "result"]
"""One result of one test in one house."""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house that copies results."""
    values = connection.sql(VALUES).pl()
    copied = _copied(_reports(values, int(parameters["min_items"])), parameters)
    connection.register("copied", copied.filter(pl.col("psn_no") != pl.col("owner")).to_arrow())
    lines = connection.sql(LINES).pl()
    connection.unregister("copied")
    return pa.Table.from_pylist(list(_houses(copied, values, lines)), schema=ANSWER)


def _reports(values: pl.DataFrame, min_items: int) -> pl.DataFrame:
    """One row a report: its result as a text, and the share of patients to whom chance would give it, were its values independent."""
    test = ["med_list_codg", "item_name"]
    share = values.group_by(*test, "value").len("n").with_columns(share=pl.col("n") / pl.col("n").sum().over(test))
    told = values.join(share.drop("n"), on=[*test, "value"])
    return (
        told.group_by("rpot_id", "med_list_codg", "mdtrt_id", "psn_no", "household", "fixmedins_code")
        .agg(
            done_at=pl.col("test_time").min(),
            samp_no=pl.col("samp_no").min(),
            result=pl.concat_str("item_name", pl.lit("="), "value").sort().str.join(";"),
            chance=pl.col("share").log().sum().exp(),
            items=pl.col("item_name").n_unique(),
        )
        .filter(pl.col("items") >= min_items)
    )


def _copied(reports: pl.DataFrame, parameters: Mapping[str, Value]) -> pl.DataFrame:
    """The reports of each result that too many share; the first patient may be the true one."""
    tested = reports.group_by("fixmedins_code", "med_list_codg").agg(tested=pl.col("psn_no").n_unique())
    alike = reports.join(tested, on=["fixmedins_code", "med_list_codg"]).with_columns(
        households=pl.col("household").n_unique().over(ONE), sharing=pl.col("psn_no").n_unique().over(ONE)
    )
    enough = pl.col("households") >= int(parameters["min_persons"])
    rare = pl.col("tested") * pl.col("chance") <= float(parameters["chance"])
    return alike.filter(enough & rare).sort("done_at", "rpot_id").with_columns(owner=pl.col("psn_no").first().over(ONE))


def _houses(copied: pl.DataFrame, values: pl.DataFrame, lines: pl.DataFrame) -> Iterator[dict[str, object]]:
    for (house,), reports in copied.sort("fixmedins_code", "rpot_id").group_by("fixmedins_code", maintain_order=True):
        cited = values.join(reports.select("rpot_id", "med_list_codg"), on=["rpot_id", "med_list_codg"], how="semi")
        billed = lines.filter(pl.col("fixmedins_code") == house)
        tubes = reports.group_by("samp_no").agg(persons=pl.col("psn_no").n_unique())
        yield {
            "subject_type": "institution",
            "subject_id": house,
            "test_rpot_rows": cited.select("rpot_id", "item_name", "med_list_codg", "samp_no", fen=pl.lit(0, pl.Int64)).to_dicts(),
            "fee_list_d_rows": billed.select("mdtrt_id", "bkkp_sn", fen="inscp_fen").to_dicts(),
            "reports": reports.height,
            "patients": reports["psn_no"].n_unique(),
            "patients_of_one_result": reports["sharing"].max(),
            "shared_tubes": tubes.filter(pl.col("persons") > 1).height,
        }
