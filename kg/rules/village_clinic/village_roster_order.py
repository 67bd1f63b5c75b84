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
from kg import clinic_runs
from kg.rule import Value
from kg.statistics import rows_of

READS = ("clinic_bill",)
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(("households", pa.int64()), ("tau", pa.float64()), ("p", pa.float64()), ("began_at", pa.timestamp("us"))),
    ]
)


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
    judged = [
        _judged(run)
        for run in clinic_runs.runs(connection, int(parameters["max_gap"]))
        if run["household"].n_unique() >= int(parameters["min_households"])
    ]
    stands = benjamini_hochberg(np.array([run.p for run in judged], dtype=np.float64), float(parameters["alpha"]))
    hits = [run for run, stood in zip(judged, stands, strict=True) if stood and run.tau >= float(parameters["tau"])]
    return pa.Table.from_pylist([_hit(run) for run in hits], schema=ANSWER)


def _judged(run: pl.DataFrame) -> Run:
    cards = run.unique("household", keep="first", maintain_order=True)["psn_no"]
    order = kendalltau(np.arange(len(cards)), cards.rank("ordinal").to_numpy())
    tau, p = abs(float(order.statistic)), float(order.pvalue)
    return Run(str(run["fixmedins_code"][0]), sorted(run["setl_id"].to_list()), run["setl_time"][0], len(cards), tau, p)


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
