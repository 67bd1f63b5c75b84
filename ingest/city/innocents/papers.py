"""Why may paper look wrong? A proxy's account, an insurer's top-up, a second site, standard sentences, a picture taken again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import registers
from ingest.city.bureau.desk import fund_account
from ingest.city.cast import Cast
from ingest.city.district import District
from ingest.city.innocents import Stories, Story, Told
from ingest.city.innocents.wards import Ward
from ingest.city.key import Deed
from ingest.city.period import DAY, Month
from ingest.city.places import HOSPITAL
from ingest.city.rows import Draft, rows


@dataclass
class Proxy(Ward):
    """The village's bookkeeper hands in the bills of old people and receives their money, with letters."""

    def before(self, draft: Draft, district: District, month: Month) -> None:
        if month.number not in self.active:
            return
        stays = self.stays(draft).filter((pl.col("settled") > 0) & (pl.col("way") == "1")).head(3)
        later = pl.min_horizontal(pl.col("end") + 12 * DAY, pl.lit(district.until - 3600))
        cases = draft.take("visit").with_columns(mine=pl.col("vid").is_in(stays["vid"].implode()))
        cases = cases.with_columns(
            manual=pl.when("mine").then(pl.lit("老人行动不便，集中代办")).otherwise("manual"),
            handler=pl.when("mine").then(pl.lit(0, pl.Int16)).otherwise("handler"),
            settled=pl.when("mine").then(later).otherwise("settled"),
            refund=pl.when("mine").then(0).otherwise("refund"),
        )
        draft.put("visit", cases.drop("mine"))
        self.name(draft, stays)
        n, helper = stays.height, district.land.name[district.places.area[self.inst]]
        account = registers.accounts(district)[len(district.people) - 1 - self.deed.number]
        at = pl.min_horizontal(stays["end"] + 15 * DAY, pl.lit(district.until - 60))
        columns = {"payer": fund_account(district), "payee": str(account), "payer_name": "医疗保障基金支出户"}
        note = "零星报销，凭委托书代领"
        when = stays.select(at.alias("at"))["at"]
        draft.add(
            "txn", rows("txn", n, **columns, payee_name=f"{helper}村会计", vid=stays["vid"], at=when, note=note, story=self.deed.number)
        )


@dataclass
class TopUp(Ward):
    """A commercial insurer pays what the fund left, on the fund's own statement."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        del district
        if month.number in self.active:
            stays = self.stays(draft).filter((pl.col("settled") > 0) & (pl.col("manual") == "")).head(3)
            self.name(draft, stays)
            draft.add("payer", rows("payer", stays.height, vid=stays["vid"], at=stays["settled"] + 20 * DAY, story=self.deed.number))


@dataclass
class StandardWords(Ward):
    """A ward that writes the same short sentence for quiet days; the measured values differ."""

    def after(self, draft: Draft, district: District, month: Month) -> None:
        del district
        if month.number not in self.active:
            return
        stays = self.stays(draft).head(4)
        self.name(draft, stays)
        mine = pl.col("vid").is_in(stays["vid"].implode()) & (pl.col("kind") == "nursing")
        text = pl.when(mine).then(pl.lit("遵医嘱完成治疗，患者安静，继续观察。")).otherwise("text").alias("text")
        story = pl.when(mine).then(pl.lit(self.deed.number, pl.Int32)).otherwise("story").alias("story")
        draft.put("note", draft.take("note").with_columns(text, story))


@dataclass
class SecondSite(Story):
    """A hospital with a second, registered site."""

    inst: int

    def register(self, tables: dict[str, pl.DataFrame], district: District) -> None:
        frame = tables["fixmedins_b"]
        code = str(district.places.code[self.inst])
        site = frame.filter(pl.col("fixmedins_code") == code).with_columns(
            addr=pl.lit(f"{district.places.address[self.inst]}（东院区）"),
            lnt=pl.col("lnt") + 0.03,
            begndate=pl.lit("2024-03-01"),
            status_from=pl.lit("2024-03-01"),
            story=pl.lit(self.deed.number, pl.Int32),
        )
        tables["fixmedins_b"] = pl.concat([frame, site.select(frame.columns)])


def _ward(kind: type[Ward]) -> Told:
    def cast_it(cast: Cast, deed: Deed, turn: int) -> Story:
        return kind(deed, cast.months(turn), int(cast.rng.choice(cast.honest["wards"])), frozenset(cast.taken))

    return cast_it


def _site(cast: Cast, deed: Deed, turn: int) -> Story | None:
    # a hospital that is honest in its wards may play in a scheme of its dialysis unit
    upright = np.setdiff1d(cast.honest[HOSPITAL], cast.crooked["machines"])
    if turn >= len(upright):  # one second site is enough
        return None
    inst = int(upright[turn])
    deed.join("institution", [inst])
    return SecondSite(deed, cast.months(turn), inst)


STORIES: Stories = {
    "lawful_proxy": ("handler_collusion", "a village bookkeeper hands in bills with letters of the old people", _ward(Proxy)),
    "top_up_insurer": ("double_reimbursement", "a commercial policy pays what the fund left", _ward(TopUp)),
    "standard_words": ("forged_records", "one sentence for quiet days; values differ", _ward(StandardWords)),
    "second_site": ("non_designated", "a second site that is registered", _site),
}
