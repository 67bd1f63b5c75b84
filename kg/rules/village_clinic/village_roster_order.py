"""Bills of a village clinic that follow each other in the order of the insurance roster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from scipy.stats import kendalltau

from graph.significance import benjamini_hochberg
from kg.rule import Value
from kg.statistics import rows_of

READS = ("net_settlement", "institution", "household", "face_check")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(("households", pa.int64()), ("tau", pa.float64()), ("p", pa.float64()), ("began_at", pa.timestamp("us"))),
    ]
)

SETTLED = """
SELECT n.setl_id, n.psn_no, n.fixmedins_code, n.setl_time, COALESCE(h.household, n.psn_no) AS household, c.psn_no IS NOT NULL AS seen
FROM net_settlement n
JOIN institution i ON i.fixmedins_code = n.fixmedins_code AND i.medins_kind = 'village_clinic'
LEFT JOIN household h ON h.psn_no = n.psn_no
LEFT JOIN (SELECT DISTINCT psn_no, fixmedins_code, CAST(check_time AS DATE) AS day FROM face_check WHERE result = 'pass') c
  ON c.psn_no = n.psn_no AND c.fixmedins_code = n.fixmedins_code AND c.day = CAST(n.setl_time AS DATE)
-- a bare day is no order
WHERE n.setl_time IS NOT NULL AND n.setl_time <> CAST(CAST(n.setl_time AS DATE) AS TIMESTAMP)
ORDER BY n.fixmedins_code, n.setl_time, n.setl_id"""


@dataclass(frozen=True)
class Run:
    """Bills without a pause between them, and how far their households, each by its first card, stand in the order of the roster."""

    place: str
    settlements: list[str]
    began_at: datetime
    households: int
    tau: float
    p: float


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per run of bills whose order is the roster's."""
    settled = connection.sql(SETTLED).pl()
    pause = pl.col("setl_time").diff().over("fixmedins_code").dt.total_seconds().fill_null(0)
    numbered = settled.with_columns(run=(pause > int(parameters["max_gap"])).cum_sum().over("fixmedins_code"))
    runs = [
        _judged(run)
        for _, run in numbered.group_by("fixmedins_code", "run", maintain_order=True)
        if run["household"].n_unique() >= int(parameters["min_households"]) and not _called_up(run)
    ]
    stands = benjamini_hochberg(np.array([run.p for run in runs], dtype=np.float64), float(parameters["alpha"]))
    hits = [run for run, stood in zip(runs, stands, strict=True) if stood and run.tau >= float(parameters["tau"])]
    return pa.Table.from_pylist([_hit(run) for run in hits], schema=ANSWER)


def _judged(run: pl.DataFrame) -> Run:
    cards = run.unique("household", keep="first", maintain_order=True)["psn_no"]
    order = kendalltau(np.arange(len(cards)), cards.rank("ordinal").to_numpy())
    tau, p = abs(float(order.statistic)), float(order.pvalue)
    return Run(str(run["fixmedins_code"][0]), sorted(run["setl_id"].to_list()), run["setl_time"][0], len(cards), tau, p)


def _called_up(run: pl.DataFrame) -> bool:
    """Whether a camera saw half of the persons: then they came, in whatever order they were called."""
    persons = run.unique("psn_no")
    return 2 * int(persons["seen"].sum()) >= persons.height


def _hit(run: Run) -> dict[str, object]:
    return {
        "subject_type": "institution",
        "subject_id": run.place,
        "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in run.settlements],
        "households": run.households,
        "tau": run.tau,
        "p": run.p,
        "began_at": run.began_at,
    }
