"""Who pays? Lines priced, settlements summed, and the fund's, the account's and the patient's shares."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import Ints, stream
from ingest.city.district import District
from ingest.city.period import Month
from ingest.city.places import CLINIC
from ingest.city.rows import Draft

_TOP_UP = 14_000
"""Mean monthly payment into a personal account, fen."""
_STAYS = ("21", "22", "24", "26", "28", "52")


def price(draft: Draft, district: District) -> pl.DataFrame:
    """Lines with `fee` and `inscp` in fen, and the number of the settlement that carries them."""
    lines, goods = draft.take("line"), district.goods
    item, cnt = lines["item"].to_numpy(), lines["cnt"].to_numpy()
    listed = lines["price"].to_numpy()
    unit = np.where(listed >= 0, listed, goods.price[item])
    fee = np.round(unit * cnt / 10_000).astype(np.int64)
    own = np.round(fee * goods.selfpay[item]).astype(np.int64)
    visits = draft.take("visit").select("vid", "psn", "inst", "med", "settled", "region")
    priced = lines.with_columns(price=pl.Series(unit), fee=pl.Series(fee), inscp=pl.Series(fee - own)).join(
        visits, on="vid", how="left", maintain_order="left"
    )
    return priced.with_columns(setl=pl.when(pl.col("settled") > 0).then(pl.col("vid") * 2 + (pl.col("origin") >= 0)).otherwise(-1))


def _ratio(
    district: District, med: list[str], inst: Ints, employee: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], Ints]:
    """(share of the fund, deductible in fen) of each settlement."""
    rank, kind = district.places.rank[inst], district.places.kind[inst]
    kinds = np.array(med)
    stay = np.isin(kinds, _STAYS)
    ward = np.select(
        [rank == 3, rank == 2], [np.where(employee, 0.82, 0.62), np.where(employee, 0.85, 0.72)], np.where(employee, 0.88, 0.82)
    )
    share = np.select(
        [stay, kinds == "14", kinds == "41", kind == CLINIC],
        [
            ward,
            np.where(employee, 0.78, 0.68),
            np.where(district.places.pays_outpatient[inst], np.where(employee, 0.5, 0.45), 0.0),
            np.where(employee, 0.6, 0.55),
        ],
        np.where(employee, 0.6, 0.5),
    )
    deductible = np.where(stay, np.select([rank == 3, rank == 2], [90_000, 60_000], 30_000), 0)
    return share, deductible


def settle(draft: Draft, district: District, month: Month, priced: pl.DataFrame) -> pl.DataFrame:
    """One row a settlement, refunds included, with every payer's part. Moves the personal accounts."""
    sums = priced.filter(pl.col("setl") >= 0).group_by("setl").agg(pl.col("fee").sum(), pl.col("inscp").sum(), pl.col("vid").first())
    visits = draft.take("visit")
    rows = sums.join(visits, on="vid", how="left").with_columns(refunded=pl.col("setl") % 2 == 1)
    rows = rows.with_columns(when=pl.when("refunded").then("refund").otherwise("settled")).sort("when", "setl")
    psn = rows["psn"].to_numpy().astype(np.int64)
    employee = district.people.insutype[psn] == "310"
    share, deductible = _ratio(district, rows["med"].to_list(), rows["inst"].to_numpy().astype(np.int64), employee)
    inscp, fee = rows["inscp"].to_numpy(), rows["fee"].to_numpy()
    less = np.minimum(np.abs(inscp), deductible)
    fund = np.sign(inscp) * np.floor((np.abs(inscp) - less) * share).astype(np.int64)
    rows = rows.with_columns(
        fund=pl.Series(fund), deducted=pl.Series(np.sign(inscp) * less), rest=pl.Series(fee - fund), share=pl.Series(share)
    )
    return _accounts(rows, district, month, psn)


def _accounts(rows: pl.DataFrame, district: District, month: Month, psn: Ints) -> pl.DataFrame:
    """Personal accounts pay what the fund does not, while they last; a refund gives back what was paid."""
    rng = stream(district.seed, "top up", month.number)
    purse = district.carry.purse
    holders = district.people.insutype == "310"
    purse += np.where(holders, (_TOP_UP * rng.uniform(0.5, 1.6, len(purse))).astype(np.int64), 0)
    owner = district.people.purse[psn]
    rest, refunded = rows["rest"].to_numpy(), rows["refunded"].to_numpy()
    # what was paid in cash and came over the desk takes nothing from an account
    asks = np.where((owner >= 0) & ~refunded & (rows["manual"] == "").to_numpy(), rest, 0)
    order = np.lexsort((np.arange(len(owner)), owner))
    total = np.zeros(len(owner), dtype=np.int64)
    running = np.cumsum(asks[order])
    starts = np.searchsorted(owner[order], owner[order])
    total[order] = running - np.where(starts > 0, running[starts - 1], 0)
    limit = np.where(owner >= 0, purse[owner], 0)
    paid = np.minimum(limit, total) - np.minimum(limit, total - asks)
    by_setl = dict(zip(rows["setl"].to_list(), paid.tolist(), strict=True))
    given_back = np.array(
        [-by_setl.get(s - 1, 0) if r else 0 for s, r in zip(rows["setl"].to_list(), refunded.tolist(), strict=True)], dtype=np.int64
    )
    paid = np.where(refunded, given_back, paid)
    left = np.maximum(limit - np.minimum(limit, total), 0)
    np.subtract.at(purse, owner[owner >= 0], paid[owner >= 0])
    own = owner == psn
    return rows.with_columns(
        acct=pl.Series(np.where(own, paid, 0)),
        mutual=pl.Series(np.where(own, 0, paid)),
        cash=pl.Series(rest - paid),
        balance=pl.Series(np.where(own, left, 0)),
        employee=pl.Series(district.people.insutype[psn] == "310"),
    )
