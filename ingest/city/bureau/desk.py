"""What is paid back over the bureau's desk? Bills that could not be settled on the spot, their handling, and where the money went."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest.city import names, registers
from ingest.city.chance import Ints, stream
from ingest.city.district import District
from ingest.city.period import DAY, Month
from ingest.city.rows import Draft, rows

REASONS = ("医保系统故障未能联网结算", "急诊抢救未持卡", "新参保卡未到", "异地就医未备案", "备案信息迟到", "身份信息变更中")
_STAYS, _CONTACTS = 0.05, 0.008
"""Share of the stays and of the contacts at hospitals that end at the desk."""
_PROXY = 0.15
"""Share that a relative hands in, to whose account it is paid with a letter."""


def fund_account(district: District) -> str:
    """The account from which the fund pays."""
    return str(names.accounts(stream(district.seed, "fund account"), 1)[0])


def accept(draft: Draft, district: District, month: Month) -> None:
    """Send some visits to the desk: paid in cash, claimed weeks later, handled, reviewed by another and paid."""
    rng = stream(district.seed, "desk", month.number)
    visits = draft.take("visit")
    stay, inst = (visits["bed"] != "").to_numpy(), visits["inst"].to_numpy()
    contact = visits["med"].is_in(["11", "13"]).to_numpy() & (district.places.rank[inst] >= 2)
    share = np.where(stay, _STAYS, np.where(contact, _CONTACTS, 0.0))
    ended = (visits["end"] > 0).to_numpy() & (visits["way"] != "5").to_numpy() & ~visits["newborn"].to_numpy()
    chosen = (rng.random(visits.height) < share) & ended
    later = (visits["end"].to_numpy() // DAY + rng.integers(4, 45, visits.height)) * DAY + rng.integers(9 * 3600, 17 * 3600, visits.height)
    later = np.where(later < district.until, later, 0)
    n, who = visits.height, rng.integers(0, len(registers.handlers(district)), visits.height)
    draft.put(
        "visit",
        visits.with_columns(
            manual=pl.Series(np.where(chosen, np.array(REASONS)[rng.integers(0, len(REASONS), n)], ""), dtype=pl.String),
            handler=pl.Series(np.where(chosen, who, -1)).cast(pl.Int16),
            settled=pl.Series(np.where(chosen, later, visits["settled"].to_numpy())),
            refund=pl.when(pl.Series(chosen, dtype=pl.Boolean)).then(0).otherwise("refund"),
        ),
    )


def handle(draft: Draft, district: District, month: Month) -> None:
    """The log and the payment of what came to the desk, a deed's visits among them unless the deed wrote its own."""
    rng = stream(district.seed, "desk work", month.number)
    known = draft.take("log").filter(pl.col("vid") >= 0)["vid"]
    cases = (
        draft.take("visit").filter((pl.col("manual") != "") & (pl.col("settled") > 0) & ~pl.col("vid").is_in(known.implode())).sort("vid")
    )
    process(draft, district, rng, cases)
    paid = draft.take("txn").filter(pl.col("vid") >= 0)["vid"]
    _pay(draft, district, rng, cases.filter(~pl.col("vid").is_in(paid.implode())))


def process(draft: Draft, district: District, rng: np.random.Generator, cases: pl.DataFrame, reviewer: Ints | None = None) -> None:
    """Log entries of cases: accepted, reviewed (by somebody else unless `reviewer` says who) and paid."""
    n, staff = cases.height, len(registers.handlers(district))
    handler, settled = cases["handler"].to_numpy().astype(np.int64), cases["settled"].to_numpy()
    second = (handler + rng.integers(1, staff, n)) % staff if reviewer is None else reviewer
    marks = {name: cases[name] for name in ("vid", "psn", "scheme", "story")}
    accepted = settled - rng.integers(1, 4, n) * DAY
    for action, who, at, checked in (
        ("accept", handler, accepted, np.full(n, -1)),
        ("review", second, settled - rng.integers(900, 5 * 3600, n), second),
        ("pay", handler, settled, second),
    ):
        draft.add("log", rows("log", n, handler=who, action=action, at=at, reviewer=checked, desk=who + 1, **marks))


def _pay(draft: Draft, district: District, rng: np.random.Generator, cases: pl.DataFrame) -> None:
    folk, psn = district.people, cases["psn"].to_numpy().astype(np.int64)
    proxy = (rng.random(len(psn)) < _PROXY) & (folk.contact[psn] >= 0)
    owner = np.where(proxy, folk.contact[psn], psn)
    draft.add(
        "txn",
        rows(
            "txn",
            len(psn),
            payer=fund_account(district),
            payee=pl.Series(registers.accounts(district)[owner], dtype=pl.String),
            payer_name="医疗保障基金支出户",
            payee_name=pl.Series(folk.name[owner], dtype=pl.String),
            at=cases["settled"] + pl.Series(rng.integers(1, 6, len(psn)) * DAY),
            vid=cases["vid"],
            note=pl.Series(np.where(proxy, "零星报销，凭委托书代领", "零星报销"), dtype=pl.String),
            scheme=cases["scheme"],
            story=cases["story"],
        ),
    )
