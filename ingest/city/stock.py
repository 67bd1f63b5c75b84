"""Which boxes left the shelf, and when did they come? Codes for every sale, purchases in time, returns, counts."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import boxes
from ingest.city.baskets import stocked
from ingest.city.chance import Bools, Ints, stream
from ingest.city.district import District
from ingest.city.period import DAY, Month
from ingest.city.places import CLINIC, PHARMACY
from ingest.city.rows import Draft, rows

_OUTGOING = ("sale", "change_out", "supplier_return", "opened")
"""Moves that take a box from the shelf; `opened` is a pack that is sold in parts."""


def kept(district: District) -> Bools:
    """(institution, item): what each pharmacy keeps on its shelves."""
    shops = (district.places.kind == PHARMACY)[:, None] & district.goods.boxed[None, :]
    inst, item = np.nonzero(shops)
    full = np.zeros(shops.shape, dtype=bool)
    full[inst, item] = stocked(inst, item)
    return full


def opening(district: District) -> None:
    """Shelves before the first day: one or two lots of everything that the shop keeps."""
    inst, item = np.nonzero(kept(district))
    size = boxes.lot_size(inst, item) * (1 + (inst * 7 + item) % 2)
    district.carry.bought[inst, item] = size
    district.carry.counted[inst, item] = size


def lines_at(draft: Draft, district: District) -> pl.DataFrame:
    """Lines of boxed drugs with the institution, the person and the kind of visit."""
    lines = draft.take("line").join(draft.take("visit").select("vid", "inst", "psn", "med", "till"), on="vid", how="left")
    return lines.filter(pl.Series(district.goods.boxed[lines["item"].to_numpy()]))


def lines_of(draft: Draft, district: District, inst: int) -> pl.DataFrame:
    """Lines of boxed drugs at one institution that no deed has claimed."""
    here = draft.take("visit").filter(pl.col("inst") == inst).select("vid", "inst", "psn", "med", "till")
    lines = draft.take("line").filter(pl.col("vid").is_in(here["vid"].implode())).join(here, on="vid", how="left", maintain_order="left")
    free = ~pl.col("lid").is_in(sorted(draft.claimed)) & (pl.col("scheme") == 0) & (pl.col("story") == 0)
    return lines.filter(free & pl.Series(district.goods.boxed[lines["item"].to_numpy()]))


def _requests(draft: Draft, district: District) -> pl.DataFrame:
    """Everything that takes boxes from a pharmacy's shelf: (source, key, inst, item, at, cnt)."""
    shop = district.places.kind == PHARMACY
    lines = lines_at(draft, district)
    lines = lines.filter(pl.Series(shop[lines["inst"].to_numpy()]) & (pl.col("cnt") > 0) & (pl.col("codes") == "") & ~pl.col("off_shelf"))
    sales = draft.take("sale").with_row_index("key")
    sales = sales.filter(pl.col("move").is_in(_OUTGOING) & (pl.col("codes") == "") & ~pl.col("off_shelf"))
    columns = ("inst", "item", "at", "cnt")
    return pl.concat(
        [
            lines.select(pl.lit(0).alias("source"), pl.col("lid").alias("key"), *columns),
            sales.select(pl.lit(1).alias("source"), pl.col("key").cast(pl.Int64), *columns),
        ]
    )


def shelve(draft: Draft, district: District, month: Month) -> None:
    """Give every request its boxes in order of time, and buy lots before they are needed."""
    wanted = _requests(draft, district).sort("inst", "item", "at", "source", "key")
    count = wanted["cnt"].to_numpy().astype(np.int64)
    row = np.repeat(np.arange(wanted.height), count)
    inst, item, at = (wanted[name].to_numpy().astype(np.int64)[row] for name in ("inst", "item", "at"))
    pair = inst * 1024 + item
    first = np.searchsorted(pair, pair)
    ordinal = district.carry.sold[inst, item] + np.arange(len(row)) - first
    code = boxes.codes(inst, item, boxes.shelf_order(inst, item, ordinal), district.seed)
    _buy(draft, district, month, pair, at)
    np.add.at(district.carry.sold, (inst, item), 1)
    given = pl.DataFrame({"row": row, "code": code}).group_by("row", maintain_order=True).agg(pl.col("code").str.join(";"))
    wanted = wanted.with_columns(codes=given["code"]) if wanted.height else wanted.with_columns(codes=pl.lit(""))
    _hand_over(draft, wanted)


def _hand_over(draft: Draft, wanted: pl.DataFrame) -> None:
    lines, sales = draft.take("line"), draft.take("sale").with_row_index("key")
    to_lines = wanted.filter(pl.col("source") == 0).select(pl.col("key").alias("lid"), pl.col("codes").alias("given"))
    to_sales = wanted.filter(pl.col("source") == 1).select(pl.col("key").cast(pl.UInt32), pl.col("codes").alias("given"))
    draft.put(
        "line",
        lines.join(to_lines, on="lid", how="left", maintain_order="left").with_columns(codes=pl.coalesce("given", "codes")).drop("given"),
    )
    draft.put(
        "sale",
        sales.join(to_sales, on="key", how="left", maintain_order="left")
        .with_columns(codes=pl.coalesce("given", "codes"))
        .drop("given", "key"),
    )


def _buy(draft: Draft, district: District, month: Month, pair: Ints, at: Ints) -> None:
    """Order when a third of a lot is left; the lot is on the shelf before the last box is gone."""
    carry, rng = district.carry, stream(district.seed, "suppliers", month.number)
    pairs, start, taken = np.unique(pair, return_index=True, return_counts=True)
    inst, item = pairs // 1024, pairs % 1024
    size = boxes.lot_size(inst, item)
    have, gone = carry.bought[inst, item], carry.sold[inst, item]
    lots = np.maximum(0, -(-(gone + taken + size // 3 - have) // size))
    row = np.repeat(np.arange(len(pairs)), lots)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(lots) - lots, lots)
    lot_first = have[row] + turn * size[row]

    def when(ordinal: Ints, missing: int) -> Ints:
        index = ordinal - gone[row]
        inside = (index >= 0) & (index < taken[row])
        return np.where(inside, at[np.minimum(start[row] + np.clip(index, 0, None), len(at) - 1)] if len(at) else missing, missing)

    low, needed = when(lot_first - size[row] // 3, month.beg), when(lot_first, month.end)
    arrival = np.minimum((low // DAY + 1) * DAY + rng.integers(8 * 3600, 11 * 3600, len(row)), np.minimum(needed, month.end) - 1800)
    # a shop that sells much in one day had ordered ahead
    arrival = np.maximum(arrival, month.beg + 60)
    inst, item, size = inst[row], item[row], size[row]
    np.add.at(carry.bought, (inst, item), size)
    codes = _lot_codes(inst, item, lot_first, size, district.seed)
    draft.add(
        "sale",
        rows(
            "sale",
            len(row),
            move="purchase",
            inst=inst,
            item=item,
            at=arrival,
            cnt=size.astype(float),
            codes=codes if len(row) else "",
            supplier=(inst * 3 + item) % 9,
        ),
    )


def _lot_codes(inst: Ints, item: Ints, first: Ints, size: Ints, seed: int) -> pl.Series:
    """The codes of each lot, joined by semicolons."""
    row = np.repeat(np.arange(len(size)), size)
    box = np.repeat(first, size) + np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    code = boxes.codes(inst[row], item[row], box, seed)
    return pl.DataFrame({"row": row, "code": code}).group_by("row", maintain_order=True).agg(pl.col("code").str.join(";"))["code"]


def forget(draft: Draft, district: District, month: Month) -> None:
    """Tills forget to scan now and then; the box leaves the shelf all the same."""
    rng = stream(district.seed, "forgotten scans", month.number)
    shop = district.places.kind == PHARMACY
    lines = lines_at(draft, district).filter((pl.col("scheme") == 0) & (pl.col("story") == 0) & (pl.col("codes").str.len_chars() > 5))
    inst = lines["inst"].to_numpy()
    careless = np.where(inst % 5 == 0, 0.05, 0.012)
    hit = lines.filter(pl.Series(shop[inst] & (rng.random(lines.height) < careless)))["lid"]
    here = pl.col("lid").is_in(hit.implode())
    draft.put("line", draft.take("line").with_columns(codes=pl.when(here).then(pl.lit("-")).otherwise("codes")))


def rescan(draft: Draft, district: District, month: Month) -> None:
    """A box that came back is put on the shelf again, unless the wholesaler takes it; one in three is sold once more within the month."""
    rng = stream(district.seed, "rescan", month.number)
    back = draft.take("sale").filter(
        (pl.col("move") == "return") & ~pl.col("codes").str.contains(";") & (pl.col("codes").str.len_chars() > 5) & (pl.col("scheme") == 0)
    )
    gone = draft.take("sale").filter(pl.col("move") == "supplier_return")["codes"]
    back = (
        back.filter(pl.Series(rng.random(back.height) < 0.35) & ~pl.col("codes").is_in(gone.implode()))
        .select("inst", "item", "at", "codes")
        .unique(["inst", "item"], maintain_order=True)
        .sort("at")
    )
    lines = lines_at(draft, district).filter(
        (pl.col("cnt") == 1)
        & (pl.col("scheme") == 0)
        & (pl.col("story") == 0)
        & (pl.col("codes").str.len_chars() > 5)
        & (pl.col("origin") < 0)
    )
    taken = set(back["codes"].to_list())
    refunded = draft.take("line").filter(pl.col("origin") >= 0)["origin"]
    lines = lines.filter(~pl.col("codes").is_in(taken) & ~pl.col("lid").is_in(refunded.implode())).sort("at")
    met = back.join_asof(
        lines.select("inst", "item", "lid", pl.col("at")), on="at", by=["inst", "item"], strategy="forward", check_sortedness=False
    )
    swap = met.filter(pl.col("lid").is_not_null()).unique("lid", maintain_order=True).select("lid", pl.col("codes").alias("given"))
    whole = (
        draft.take("line")
        .join(swap, on="lid", how="left", maintain_order="left")
        .with_columns(codes=pl.coalesce("given", "codes"))
        .drop("given")
    )
    draft.put("line", whole)


def dispense(draft: Draft, district: District) -> None:
    """Boxes that hospitals and clinics hand to outpatients; a third of the village clinics do not scan."""
    places = district.places
    lines = lines_at(draft, district)
    inst = lines["inst"].to_numpy()
    scans = (places.kind[inst] != PHARMACY) & ~((places.kind[inst] == CLINIC) & (inst % 3 == 0))
    lines = lines.filter(pl.Series(scans) & (pl.col("cnt") > 0) & (pl.col("codes") == "") & pl.col("med").is_in(["11", "13", "14"])).sort(
        "inst", "item", "at", "lid"
    )
    count = lines["cnt"].to_numpy().astype(np.int64)
    row = np.repeat(np.arange(lines.height), count)
    inst, item = lines["inst"].to_numpy().astype(np.int64)[row], lines["item"].to_numpy().astype(np.int64)[row]
    pair = inst * 1024 + item
    ordinal = district.carry.dispensed[inst, item] + np.arange(len(row)) - np.searchsorted(pair, pair)
    np.add.at(district.carry.dispensed, (inst, item), 1)
    code = boxes.codes(inst, item, ordinal, district.seed, ward=True)
    given = pl.DataFrame({"row": row, "code": code}).group_by("row", maintain_order=True).agg(pl.col("code").str.join(";"))
    to_lines = lines.select("lid").with_columns(given=given["code"]) if lines.height else lines.select("lid").with_columns(given=pl.lit(""))
    draft.put(
        "line",
        draft.take("line")
        .join(to_lines, on="lid", how="left", maintain_order="left")
        .with_columns(codes=pl.coalesce("given", "codes"))
        .drop("given"),
    )


def count(draft: Draft, district: District) -> None:
    """Move the real shelf by what really came and went."""
    shop = district.places.kind == PHARMACY
    lines = lines_at(draft, district)
    lines = lines.filter(pl.Series(shop[lines["inst"].to_numpy()]) & ~pl.col("off_shelf") & (pl.col("cnt") > 0))
    sales = draft.take("sale").filter(~pl.col("off_shelf"))
    incoming = pl.col("move").is_in(["purchase", "return", "change_in"])
    for frame, sign in ((lines, -1.0), (sales.filter(incoming), 1.0), (sales.filter(~incoming), -1.0)):
        whole = frame.filter(~pl.col("split"))
        np.add.at(district.carry.counted, (whole["inst"].to_numpy(), whole["item"].to_numpy()), sign * whole["cnt"].to_numpy())
