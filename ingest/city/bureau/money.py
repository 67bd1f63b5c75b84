"""Which other money moves? Payers beside the fund, lawful transfers of some accounts, and the fund's own month."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import names, registers
from ingest.city.bureau.desk import fund_account
from ingest.city.chance import stream
from ingest.city.claims import MARKS, Keys
from ingest.city.district import District
from ingest.city.goodsflow import SUPPLIERS
from ingest.city.output import Ids, moment, take
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

_COMMERCIAL = 0.04
"""Share of settled stays whose patient has a commercial policy for what the fund leaves."""
_KNOWN = 0.12
"""Share of institutions whose accounts a joint case happened to ask for."""


def others(draft: Draft, district: District, month: Month) -> None:
    """Commercial insurers pay a part of the patient's own part, on the same invoice and lawfully."""
    rng = stream(district.seed, "other payers", month.number)
    stays = draft.take("visit").filter((pl.col("bed") != "") & (pl.col("settled") > 0) & ~pl.col("newborn")).sort("vid")
    some = stays.filter(pl.Series(rng.random(stays.height) < _COMMERCIAL, dtype=pl.Boolean))
    at = some["settled"].to_numpy() + rng.integers(10, 70, some.height) * DAY
    share = rng.choice([0.5, 0.8, 0.9, 1.0], some.height)
    draft.add("payer", rows("payer", some.height, vid=some["vid"], at=at, share=share, invoice=rng.random(some.height) < 0.9))


def lawful(draft: Draft, district: District, month: Month) -> None:
    """Accounts that a joint case asked for: the fund pays institutions, institutions their suppliers and staff, relatives each other."""
    rng = stream(district.seed, "transfers", month.number)
    places, staff, folk = district.places, district.staff, district.people
    known = np.flatnonzero(stream(district.seed, "asked accounts").random(len(places)) < _KNOWN)
    n, owner = len(known), registers.accounts(district)
    mine, title = places.account[known], places.name[known]
    _move(
        draft,
        rng,
        month,
        [fund_account(district)] * n,
        mine,
        ["医疗保障基金支出户"] * n,
        title,
        rng.integers(4_000, 300_000, n) * 100,
        "医保结算款",
    )
    turn = rng.integers(0, len(SUPPLIERS), n)
    goods = names.accounts(stream(district.seed, "supplier accounts"), len(SUPPLIERS))
    _move(draft, rng, month, mine, goods[turn], title, SUPPLIERS[turn], rng.integers(2_000, 90_000, n) * 100, "货款")
    wages = names.accounts(stream(district.seed, "staff accounts"), len(staff))
    paid = np.flatnonzero(np.isin(staff.inst, known) & (rng.random(len(staff)) < 0.3))
    place = staff.inst[paid]
    _move(
        draft,
        rng,
        month,
        places.account[place],
        wages[paid],
        places.name[place],
        staff.name[paid],
        rng.integers(3500, 16_000, len(paid)) * 100,
        "工资",
    )
    giver = rng.choice(np.flatnonzero(folk.contact >= 0), max(2, len(folk) // 900))
    taker = folk.contact[giver]
    note = rng.choice(["生活费", "还款", "转账", "红包"], len(giver))
    _move(draft, rng, month, owner[giver], owner[taker], folk.name[giver], folk.name[taker], rng.integers(1, 40, len(giver)) * 10_000, note)


def _move(draft: Draft, rng: np.random.Generator, month: Month, *columns: object) -> None:
    payer, payee, payer_name, payee_name, amount, note = columns
    n = len(amount)  # type: ignore[arg-type]
    text = {
        name: pl.Series(np.asarray(value).tolist(), dtype=pl.String)
        for name, value in (("payer", payer), ("payee", payee), ("payer_name", payer_name), ("payee_name", payee_name))
    }
    at = month.beg + rng.integers(0, month.days, n) * DAY + rng.integers(8 * 3600, 18 * 3600, n)
    told = note if isinstance(note, str) else pl.Series(np.asarray(note).tolist(), dtype=pl.String)
    draft.add("txn", rows("txn", n, at=at, amount=pl.Series(np.asarray(amount)), note=told, **text))


def payers(draft: Draft, district: District, key: Keys, settled: pl.DataFrame) -> pl.DataFrame:
    """other_payer."""
    left = settled.filter(~pl.col("refunded")).select("setl", "psn", (pl.col("fee") - pl.col("fund")).alias("left"))
    frame = draft.take("payer").with_columns(setl=pl.col("vid") * 2).join(left, on="setl", how="inner", maintain_order="left")
    frame = frame.join(key.settlements, on="setl", how="left", maintain_order="left")
    return frame.select(
        take(district.people.certno, frame["psn"]).alias("certno"),
        pl.col("kind").alias("payer_kind"),
        moment("at").dt.date().alias("event_date"),
        pl.when("invoice").then("invono").alias("invono"),
        (pl.col("left") * pl.col("share") / 100).round(2).alias("amount"),
        *MARKS,
    )


def transfers(draft: Draft, settled: pl.DataFrame, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """bank_txn; a payment of the desk is what the fund owed."""
    owed = settled.filter(~pl.col("refunded")).select("vid", "fund")
    frame = draft.take("txn").join(owed, on="vid", how="left", maintain_order="left")
    frame = frame.with_columns(fen=pl.when(pl.col("amount") >= 0).then("amount").otherwise("fund")).filter(pl.col("fen") > 0)
    return frame.select(
        pl.Series("txn_id", ids.give("txn", frame.height, rng)),
        pl.col("payer").alias("payer_acct"),
        pl.col("payee").alias("payee_acct"),
        (pl.col("fen") / 100).round(2).alias("amount"),
        moment("at").alias("txn_time"),
        "payer_name",
        "payee_name",
        "note",
        *MARKS,
    )


def fund(district: District, month: Month, settled: pl.DataFrame) -> pl.DataFrame:
    """fund_month: what the fund paid for the month's visits, and what came in."""
    rng = stream(district.seed, "fund", month.number)
    kind = take(district.people.insutype, settled["psn"]).alias("insutype")
    spent = settled.with_columns(kind).group_by("insutype").agg(pl.col("fund").sum()).sort("insutype")
    return spent.select(
        pl.lit(registers.ADMDVS).alias("insu_admdvs"),
        "insutype",
        pl.lit(month.label).alias("period"),
        (pl.col("fund") * pl.Series(rng.uniform(1.02, 1.16, spent.height)) / 100).round(2).alias("income"),
        (pl.col("fund") / 100).round(2).alias("expense"),
        pl.lit(0, pl.Int32).alias("scheme"),
        pl.lit(0, pl.Int32).alias("story"),
    )
