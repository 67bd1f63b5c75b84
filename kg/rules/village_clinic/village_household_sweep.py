"""Whole households whose cards are settled at a village clinic one after the other, old and young for the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from graph.significance import benjamini_hochberg
from kg import clinic_runs
from kg.rule import Value
from kg.statistics import MEMBER, ring_id, rows_of

READS = ("clinic_bill", "net_line", "visit_diagnosis", "mdtrt_d")
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("members", pa.list_(MEMBER)), ("setl_d_rows", rows_of("setl_id"))),
        *(
            ("households", pa.int64()),
            ("cards", pa.int64()),
            ("alike", pa.float64()),
            ("p", pa.float64()),
            ("began_at", pa.timestamp("us")),
        ),
    ]
)
SHUFFLES, SEED = 9_999, 20260101
"""Shuffled orders that a run is held against; the seed is fixed, so that a run gives the same p again."""

# what each bill was for; a visit without drugs (a vaccination, a check-up) is none
TREATED = """
SELECT m.mdtrt_id, m.age, COALESCE(m.otp_diag_info, d.diagnosis) AS diagnosis, l.basket
FROM mdtrt_d m
JOIN (SELECT mdtrt_id, STRING_AGG(DISTINCT med_list_codg, ',' ORDER BY med_list_codg) AS basket
      FROM net_line WHERE substr(list_type, 1, 2) = '10' GROUP BY mdtrt_id) l ON l.mdtrt_id = m.mdtrt_id
LEFT JOIN (SELECT mdtrt_id, MIN(diag_code) AS diagnosis FROM visit_diagnosis GROUP BY mdtrt_id) d ON d.mdtrt_id = m.mdtrt_id
SEMI JOIN clinic_bill b ON b.mdtrt_id = m.mdtrt_id"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per run of bills that goes from household to household."""
    treated = connection.sql(TREATED).pl()
    swept = [
        (run, cards)
        for run in clinic_runs.runs(connection, int(parameters["max_gap"]))
        if (cards := _whole_households(run, int(parameters["members"]))) is not None
        and cards["household"].n_unique() >= int(parameters["min_households"])
    ]
    chances = np.array([_chance(run) for run, _ in swept], dtype=np.float64)
    stands = benjamini_hochberg(chances, float(parameters["alpha"]))
    found = ((cards.join(treated, on="mdtrt_id"), p) for (_, cards), p, stood in zip(swept, chances, stands, strict=True) if stood)
    return pa.Table.from_pylist([hit for cards, p in found for hit in _hits(cards, float(p), parameters)], schema=ANSWER)


def _whole_households(run: pl.DataFrame, members: int) -> pl.DataFrame | None:
    """The bills of households of which `members` persons stand side by side in the run."""
    side_by_side = run.with_columns(block=(pl.col("household") != pl.col("household").shift()).fill_null(True).cum_sum())
    whole = side_by_side.filter(pl.col("psn_no").n_unique().over("block") >= members)
    return whole if whole.height else None


def _chance(run: pl.DataFrame) -> float:
    """Share of shuffled orders in which as many neighbours share a household."""
    household = run["household"].rank("dense").to_numpy()
    shuffled = np.random.default_rng(SEED).permuted(np.tile(household, (SHUFFLES, 1)), axis=1)
    side_by_side = (household[1:] == household[:-1]).sum()
    return float((1 + ((shuffled[:, 1:] == shuffled[:, :-1]).sum(axis=1) >= side_by_side).sum()) / (SHUFFLES + 1))


def _hits(cards: pl.DataFrame, p: float, parameters: Mapping[str, Value]) -> Iterator[dict[str, object]]:
    """The swept households, if old and young alike got the same."""
    if not cards.height:
        return
    alike = max(_share(cards["basket"]), _share(cards["diagnosis"]))
    young, old = (cards["age"] < int(parameters["young"])).any(), (cards["age"] >= int(parameters["old"])).any()
    if alike < float(parameters["alike"]) or not (young and old):
        return
    place, persons = str(cards["fixmedins_code"][0]), sorted(set(cards["psn_no"].to_list()))
    members = [("institution", place, "provider"), *(("patient", person, "unknowing") for person in persons)]
    yield {
        "subject_type": "ring",
        "subject_id": ring_id("card_collecting", [place, *persons]),
        "members": [{"type": kind, "id": name, "role": role} for kind, name, role in members],
        "setl_d_rows": [{"setl_id": setl_id, "fen": 0} for setl_id in sorted(cards["setl_id"].to_list())],
        "households": cards["household"].n_unique(),
        "cards": len(persons),
        "alike": alike,
        "p": p,
        "began_at": cards["setl_time"].min(),
    }


def _share(answers: pl.Series) -> float:
    """Of all bills, the share with the commonest answer; an unknown one is like none."""
    known = answers.drop_nulls()
    return float(known.value_counts()["count"].max()) / len(answers) if len(known) else 0.0  # type: ignore[arg-type]
