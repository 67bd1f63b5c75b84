"""A handler to whom one institution and the same faces come, or whose claims give no reason, beyond what a common counter deals out."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from scipy.stats import binom

from graph.significance import benjamini_hochberg
from kg.rule import Value
from kg.statistics import rows_of

READS = ("desk_bill",)
ANSWER = pa.schema(
    [
        *(("subject_type", pa.string()), ("subject_id", pa.string()), ("setl_d_rows", rows_of("setl_id"))),
        *(("claims", pa.int64()), ("office_share", pa.float64()), ("signs", pa.string()), ("institution", pa.string())),
    ]
)
CLAIMS = """
SELECT setl_id, identity, fixmedins_code AS place, opter_id AS handler, COALESCE(optins_no, '') AS office,
       COALESCE(trim(manl_reim_rea), '') = '' AS unreasoned
FROM desk_bill
WHERE by_hand AND opter_id IS NOT NULL AND setl_time IS NOT NULL
ORDER BY setl_time, setl_id"""


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per handler with two signs of three: one institution, faces that return elsewhere too, no reasons."""
    claims = _dealt(connection.sql(CLAIMS).pl(), int(parameters["min_colleagues"]))
    alpha = float(parameters["alpha"])
    places = _favoured(claims, alpha)
    favoured = claims.join(places, on=["handler", "place"], how="semi")
    # a desk for one hospital sees its patients again: faces count only where the handler favours nothing
    returning = _returning(claims.join(places, on=["handler", "place"], how="anti"), claims)
    signs = [("institution", favoured), ("faces", _standing(returning, alpha)), ("no reason", _unreasoned(claims, alpha))]
    listed = [(sign, rows) for sign, rows in signs if rows.height]
    rows = [hit for handler in sorted(claims["handler"].unique()) if (hit := _judge(handler, claims, listed, parameters))]
    return pa.Table.from_pylist(rows, schema=ANSWER)


def _dealt(claims: pl.DataFrame, min_colleagues: int) -> pl.DataFrame:
    """Claims of offices with enough colleagues, and each handler's share of his office."""
    handlers = pl.col("handler").n_unique().over("office")
    share = pl.len().over("office", "handler") / pl.len().over("office")
    return claims.filter(handlers > min_colleagues).with_columns(share=share)


def _tail(hits: pl.Series, of: pl.Series, chance: pl.Series) -> pl.Series:
    """P(at least so many hits) when each claim falls to the handler by his share."""
    return pl.Series(binom.sf(hits.to_numpy() - 1, of.to_numpy(), np.clip(chance.to_numpy(), 1e-12, 1)), dtype=pl.Float64)


def _stands(counted: pl.DataFrame, alpha: float) -> pl.DataFrame:
    """Rows (hits, of, chance) that chance does not explain."""
    p = _tail(counted["hits"], counted["of"], counted["chance"]).to_numpy()
    return counted.filter(pl.Series(benjamini_hochberg(p, alpha), dtype=pl.Boolean))


def _favoured(claims: pl.DataFrame, alpha: float) -> pl.DataFrame:
    """(handler, place): institutions whose claims come to one handler beyond his share."""
    whole = claims.with_columns(of=pl.len().over("office", "place"))
    counted = whole.group_by("office", "handler", "place", maintain_order=True).agg(
        hits=pl.len(), of=pl.first("of"), chance=pl.first("share")
    )
    return _stands(counted, alpha).select("handler", "place")


def _returning(claims: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Claims of persons who had claimed before, and whether they came back to the same handler."""
    before = every.select("setl_id", last=pl.col("handler").shift(1).over("office", "identity"))
    return claims.join(before, on="setl_id").filter(pl.col("last").is_not_null())


def _standing(returning: pl.DataFrame, alpha: float) -> pl.DataFrame:
    same = returning.filter(pl.col("last") == pl.col("handler"))
    shares = returning.group_by("handler").agg(chance=pl.first("share"))
    counted = returning.group_by("last").agg(of=pl.len(), hits=(pl.col("last") == pl.col("handler")).sum()).rename({"last": "handler"})
    return same.join(_stands(counted.join(shares, on="handler").sort("handler"), alpha), on="handler", how="semi")


def _unreasoned(claims: pl.DataFrame, alpha: float) -> pl.DataFrame:
    """Claims without a reason, of handlers who leave it out beyond their colleagues."""
    counted = claims.group_by("office", "handler").agg(of=pl.len(), hits=pl.col("unreasoned").sum()).sort("office", "handler")
    others_of, others = pl.col("of").sum().over("office") - pl.col("of"), pl.col("hits").sum().over("office") - pl.col("hits")
    # one more than was seen, because a rate of nought cannot be known
    counted = counted.with_columns(chance=(others + 1) / (others_of + 1))
    return claims.filter("unreasoned").join(_stands(counted, alpha), on=["office", "handler"], how="semi")


def _judge(
    handler: str, claims: pl.DataFrame, signs: list[tuple[str, pl.DataFrame]], parameters: Mapping[str, Value]
) -> dict[str, object] | None:
    own = claims.filter(pl.col("handler") == handler)
    shown = [(sign, rows) for sign, all_rows in signs if (rows := all_rows.filter(pl.col("handler") == handler)).height]
    if own.height < int(parameters["min_n"]) or len(shown) < int(parameters["min_signs"]):
        return None
    cited = pl.concat([rows.select("setl_id") for _, rows in shown]).unique().sort("setl_id")["setl_id"]
    places = [rows for sign, rows in shown if sign == "institution"]
    return {
        "subject_type": "handler",
        "subject_id": handler,
        "setl_d_rows": [{"setl_id": name, "fen": 0} for name in cited.to_list()],
        "claims": own.height,
        "office_share": float(own["share"][0]),
        "signs": ", ".join(sign for sign, _ in shown),
        "institution": places[0].group_by("place").len().sort("len", "place", descending=[True, False])["place"][0] if places else None,
    }
