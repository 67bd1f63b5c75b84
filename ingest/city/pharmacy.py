"""What else moves at the till? Self-pay sales, refunds with their returned boxes, breakage and transfers within a chain."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city.chance import stream
from ingest.city.district import District
from ingest.city.period import DAY, Month
from ingest.city.places import PHARMACY
from ingest.city.rows import Draft, rows
from ingest.city.stock import lines_at
from ingest.city.visits import SHOP_HOURS, moments


def sell_for_cash(draft: Draft, district: District, month: Month) -> None:
    """Sales without a card: the same articles, some third of the insured volume."""
    rng = stream(district.seed, "cash", month.number)
    shop = district.places.kind == PHARMACY
    lines = lines_at(draft, district).filter((pl.col("scheme") == 0) & (pl.col("codes") == ""))
    lines = lines.filter(pl.Series(shop[lines["inst"].to_numpy()] & (rng.random(lines.height) < 0.32)))
    n = lines.height
    draft.add(
        "sale",
        rows(
            "sale",
            n,
            inst=lines["inst"],
            item=lines["item"],
            at=moments(rng, month, n, SHOP_HOURS),
            kind="2",
            till=1 + rng.integers(0, 2, n),
        ),
    )
    broken = lines.filter(pl.Series(rng.random(n) < 0.012))
    at = moments(rng, month, broken.height, SHOP_HOURS)
    kind = pl.Series(np.where(rng.random(broken.height) < 0.7, "105", "104"), dtype=pl.String)
    draft.add("sale", rows("sale", broken.height, move="change_out", inst=broken["inst"], item=broken["item"], at=at, kind=kind))


def mark_refunds(draft: Draft, month: Month) -> None:
    """A refund is handled before the month's count; stays and what is still open are not refunded here."""
    visits = draft.take("visit")
    late = month.end - 7200
    fits = (pl.col("refund") > 0) & (pl.col("settled") > 0) & (pl.col("settled") + 60 < late)
    draft.put("visit", visits.with_columns(refund=pl.when(fits).then(pl.min_horizontal("refund", pl.lit(late))).otherwise(0)))


def take_back(draft: Draft, district: District) -> None:
    """Negative lines of refunded visits, and the returned boxes at pharmacies."""
    visits = draft.take("visit").filter(pl.col("refund") > 0)
    lines = draft.take("line").filter(pl.col("origin") < 0)
    back = lines.join(visits.select("vid", "refund", "inst", "psn"), on="vid", how="inner")
    negative = back.with_columns(
        lid=pl.Series(draft.number("line", back.height)),
        origin=pl.col("lid"),
        cnt=-pl.col("cnt"),
        at=pl.col("refund"),
        off_shelf=pl.lit(True),
        codes=pl.lit("-"),
        scheme=pl.lit(0, pl.Int32),
        story=pl.col("story"),
    )
    draft.add("line", negative.select(lines.columns))
    shop = (district.places.kind == PHARMACY)[back["inst"].to_numpy()] & district.goods.boxed[back["item"].to_numpy()]
    boxes = back.filter(pl.Series(shop) & ~pl.col("off_shelf"))
    draft.add(
        "sale",
        rows(
            "sale",
            boxes.height,
            move="return",
            inst=boxes["inst"],
            item=boxes["item"],
            at=boxes["refund"] + 30,
            cnt=boxes["cnt"],
            psn=boxes["psn"],
            codes=boxes["codes"],
            vid=boxes["vid"],
            split=boxes["split"],
            story=boxes["story"],
        ),
    )


def redo(draft: Draft, district: District, month: Month) -> None:
    """After a refund at the till the purchase is often done again: same person, same basket, minutes later."""
    rng = stream(district.seed, "redo", month.number)
    visits = draft.take("visit").filter((pl.col("med") == "41") & (pl.col("refund") > 0) & (pl.col("scheme") == 0) & (pl.col("story") == 0))
    quick = visits.filter(pl.Series(rng.random(visits.height) < 0.4))
    again = quick.with_columns(vid=pl.Series(draft.number("visit", quick.height)), refund=pl.lit(0, pl.Int64))
    delay = pl.Series(rng.integers(120, 1500, quick.height))
    refund = quick["settled"] + delay
    again = again.with_columns(beg=refund + 40, end=refund + 200, settled=refund + 120)
    inside = (again["settled"] < month.end - 7200) & (again["settled"] % DAY > 6 * 3600)
    quick, again, refund = quick.filter(inside), again.filter(inside), refund.filter(inside)
    change = dict(zip(quick["vid"].to_list(), refund.to_list(), strict=True))
    whole = draft.take("visit")
    draft.put("visit", whole.with_columns(refund=pl.col("vid").replace_strict(change, default=pl.col("refund"), return_dtype=pl.Int64)))
    pairs = pl.DataFrame(
        {"vid": quick["vid"], "next": again["vid"], "when": again["settled"]}, schema={"vid": pl.Int64, "next": pl.Int64, "when": pl.Int64}
    )
    lines = draft.take("line").join(pairs, on="vid", how="inner")
    columns = draft.take("line").columns
    lines = lines.with_columns(
        vid=pl.col("next"), at=pl.col("when") - 5, lid=pl.Series(draft.number("line", lines.height)), order=pl.col("next")
    )
    draft.add("visit", again)
    draft.add("line", lines.select(columns))
