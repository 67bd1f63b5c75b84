"""The stock and trace tables of a month (3501-3506, 3513) from what was sold, bought, returned and counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from ingest.city.chance import Ints, digits, join, mix, stream
from ingest.city.claims import MARKS, Keys
from ingest.city.district import District
from ingest.city.names import PLACE_WORDS
from ingest.city.output import moment, take
from ingest.city.period import DAY, START, Month
from ingest.city.places import PHARMACY
from ingest.city.rows import Draft
from ingest.city.stock import kept, lines_at

SUPPLIERS = np.array([f"{word}医药有限公司" for word in PLACE_WORDS[:12]])
_CODES = pl.when(pl.col("codes").str.len_chars() > 5).then("codes").alias("drug_trac_codg")


def _common(frame: pl.DataFrame, district: District) -> list[pl.Expr | pl.Series]:
    return [
        take(district.places.code, frame["inst"]).alias("fixmedins_code"),
        take(district.goods.code, frame["item"]).alias("med_list_codg"),
    ]


def _lot(inst: Ints, item: Ints) -> pl.Series:
    return pl.Series("manu_lotnum", join("L", digits(mix(item, inst % 7, 91) % 10**6, 6)))


def sales(draft: Draft, district: District, month: Month, key: Keys) -> pl.DataFrame:
    """selinfo_3505: insured and self-pay sales of pharmacies."""
    rng = stream(district.seed, "sales", month.number)
    shop = district.places.kind == PHARMACY
    lines = lines_at(draft, district)
    lines = lines.filter(pl.Series(shop[lines["inst"].to_numpy()]) & (pl.col("cnt") > 0)).with_columns(
        kind=pl.lit("1"), setl=pl.col("vid") * 2
    )
    cash = draft.take("sale").filter(pl.col("move") == "sale").with_columns(setl=pl.lit(-1, pl.Int64))
    columns = ["inst", "item", "at", "cnt", "psn", "codes", "kind", "till", "vid", "setl", "split", "scheme", "story"]
    frame = pl.concat([lines.select(columns), cash.select(columns)])
    frame = frame.with_columns(order=pl.Series(rng.permutation(frame.height))).sort("order")
    frame = frame.join(key.visits, on="vid", how="left", maintain_order="left").join(
        key.settlements, on="setl", how="left", maintain_order="left"
    )
    folk, staff, inst = district.people, district.staff, frame["inst"].to_numpy()
    seller = staff.first[inst, 13] + frame["till"].to_numpy() % np.maximum(staff.count[inst, 13], 1)
    return frame.select(
        *_common(frame, district),
        pl.col("cnt").alias("sel_retn_cnt"),
        moment("at").alias("sel_retn_time"),
        pl.col("kind").alias("mdtrt_setl_type"),
        "setl_id",
        pl.col("mdtrt_id").alias("mdtrt_sn"),
        take(folk.psn_no, frame["psn"]).alias("psn_no"),
        take(folk.name, frame["psn"]).alias("psn_name"),
        take(folk.certno, frame["psn"]).alias("certno"),
        pl.Series("finl_trns_pric", district.goods.price[frame["item"].to_numpy()] / 1e6),
        take(staff.name, pl.Series(seller)).alias("phar_name"),
        _lot(inst, frame["item"].to_numpy()),
        pl.Series("rtal_docno", join("D", digits(rng.permutation(frame.height) + month.number * 10**7, 10))),
        pl.when("split").then(pl.lit("1")).otherwise(pl.lit("0")).alias("trdn_flag"),
        _CODES,
        take(staff.name, pl.Series(seller)).alias("sel_retn_opter_name"),
        pl.Series("term_no", join("T", digits(frame["till"].to_numpy().astype(np.int64), 1))),
        *MARKS,
    )


def uses(draft: Draft, district: District, month: Month, key: Keys) -> pl.DataFrame:
    """drug_trac_3513: one row for each scanned box of an insured sale."""
    rng = stream(district.seed, "uses", month.number)
    lines = lines_at(draft, district).filter((pl.col("cnt") > 0) & (pl.col("codes").str.len_chars() > 5))
    frame = lines.with_columns(drug_trac_codg=pl.col("codes").str.split(";")).explode("drug_trac_codg", empty_as_null=True, keep_nulls=True)
    frame = frame.with_columns(
        order=pl.Series(rng.permutation(frame.height)), made=pl.col("at") + 20 + pl.Series(rng.integers(0, 60, frame.height))
    ).sort("order")
    frame = frame.join(key.visits, on="vid", how="left", maintain_order="left").join(key.lines, on="lid", how="left", maintain_order="left")
    return frame.select(
        *_common(frame, district),
        "drug_trac_codg",
        moment("made").alias("crte_time"),
        pl.lit("1").alias("mdtrt_setl_type"),
        "mdtrt_id",
        "bkkp_sn",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        pl.when("split").then(pl.lit("1")).otherwise(pl.lit("0")).alias("trdn_flag"),
        *MARKS,
    )


def _moves(draft: Draft, district: District, month: Month, *moves: str) -> pl.DataFrame:
    rng = stream(district.seed, "moves", *moves, month.number)
    frame = draft.take("sale").filter(pl.col("move").is_in(moves))
    return frame.with_columns(order=pl.Series(rng.permutation(frame.height))).sort("order")


def purchases(draft: Draft, district: District, month: Month, move: str) -> pl.DataFrame:
    """purcinfo_3503 (`purchase`) or purcretn_3504 (`supplier_return`)."""
    frame = _moves(draft, district, month, move)
    inst, item = frame["inst"].to_numpy().astype(np.int64), frame["item"].to_numpy().astype(np.int64)
    cost = np.round(district.goods.price[item] / 1e6 * (0.72 + mix(inst, item, 3) % 100 / 1000), 4)
    stub = mix(inst, item, frame["at"].to_numpy(), 17)
    return frame.select(
        *_common(frame, district),
        pl.col("cnt").alias("purc_retn_cnt"),
        moment("at").alias("purc_retn_stoin_time"),
        take(SUPPLIERS, frame["supplier"]).alias("spler_name"),
        pl.Series("finl_trns_pric", cost),
        _lot(inst, item),
        pl.Series("expy_end", np.char.add((2027 + item % 2).astype(str), "-06-30")),
        pl.Series("dynt_no", join("S", digits(stub % 10**10, 10))),
        pl.Series("purc_invo_no", digits(mix(stub, 5) % 10**8, 8)),
        _CODES,
        *MARKS,
    )


def returns(draft: Draft, district: District, month: Month, key: Keys) -> pl.DataFrame:
    """selretn_3506; it names the settlement that was taken back."""
    frame = _moves(draft, district, month, "return").with_columns(setl=pl.col("vid") * 2)
    frame = frame.join(key.settlements, on="setl", how="left", maintain_order="left")
    return frame.select(
        *_common(frame, district),
        pl.col("cnt").alias("sel_retn_cnt"),
        moment("at").alias("sel_retn_time"),
        "setl_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        _CODES,
        pl.when("split").then(pl.lit("1")).otherwise(pl.lit("0")).alias("trdn_flag"),
        *MARKS,
    )


def changes(draft: Draft, district: District, month: Month) -> pl.DataFrame:
    """invchg_3502: breakage, losses, transfers between branches."""
    frame = _moves(draft, district, month, "change_out", "change_in")
    return frame.select(
        *_common(frame, district),
        pl.col("kind").alias("inv_chg_type"),
        moment("at").alias("inv_chg_time"),
        "cnt",
        pl.Series("pric", district.goods.price[frame["item"].to_numpy()] / 1e6),
        _lot(frame["inst"].to_numpy().astype(np.int64), frame["item"].to_numpy().astype(np.int64)),
        _CODES,
        *MARKS,
    )


def counts(draft: Draft, district: District, month: Month | None, *, last: bool) -> pl.DataFrame:
    """invinfo_3501 at the end of a day: everything before the first month and after the last, what moved in between."""
    shelf = kept(district) | (district.carry.counted != 0)
    day = START - dt.timedelta(days=1)
    if month is not None:
        day = month.first + dt.timedelta(days=month.days - 1)
        moved = np.zeros(shelf.shape, dtype=bool)
        lines, sales = lines_at(draft, district), draft.take("sale")
        for frame in (lines, sales):
            moved[frame["inst"].to_numpy(), frame["item"].to_numpy()] = True
        shelf = shelf & (moved | last) & (district.places.kind == PHARMACY)[:, None]
    inst, item = np.nonzero(shelf)
    left = np.maximum(district.carry.counted[inst, item], 0.0)
    frame = pl.DataFrame({"inst": inst, "item": item, "left": left})
    return frame.select(
        *_common(frame, district),
        pl.lit(day).alias("invdate"),
        pl.col("left").alias("inv_cnt"),
        pl.lit(0, pl.Int32).alias("scheme"),
        pl.lit(0, pl.Int32).alias("story"),
    )


__all__ = ["DAY", "changes", "counts", "purchases", "returns", "sales", "uses"]
