"""The five claim tables of a month, and the orders, from the merged rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest.city import theatre
from ingest.city.chance import digits, join, mix, stream
from ingest.city.district import District
from ingest.city.ills import DEPARTMENTS, ILLS
from ingest.city.output import Ids, moment, take, yuan
from ingest.city.period import DAY, Month
from ingest.city.places import PHARMACY
from ingest.city.registers import ADMDVS, firm_codes, handlers
from ingest.city.rows import LINE, VISIT, Draft

MARKS = ("scheme", "story")
_ILL_CODES = np.array([one.code for one in ILLS])
_ILL_NAMES = np.array([one.name for one in ILLS])
_DEPT_NAMES = np.array(DEPARTMENTS)
_DEPT_CODES = digits(np.arange(len(DEPARTMENTS)) + 1, 3)
_STAYS = ("21", "22", "24", "26", "28", "52")
# the city's own columns, which no bureau sends
_ROUGH_VISIT = set(VISIT) - {*MARKS}
_ROUGH_SETTLEMENT = _ROUGH_VISIT | {
    *("setl", "fee", "inscp", "refunded", "when", "fund", "deducted", "rest", "share", "acct", "mutual", "cash", "balance", "employee")
}
_ROUGH_LINE = set(LINE) - {*MARKS, "lid", "codes", "cnt"} | {"psn", "fee", "settled", "setl", "med", "region"}


@dataclass(frozen=True)
class Keys:
    """The ids of one month."""

    visits: pl.DataFrame
    """vid, mdtrt_id."""
    settlements: pl.DataFrame
    """setl, setl_id, invono."""
    lines: pl.DataFrame
    """lid, bkkp_sn."""


def keys(draft: Draft, settled: pl.DataFrame, ids: Ids, rng: np.random.Generator) -> Keys:
    """Deal the ids of the month, after all stories are merged."""
    vid, setl, lid = draft.take("visit")["vid"], settled["setl"], draft.take("line")["lid"]
    dealt = settled.select(
        "setl",
        pl.Series("setl_id", ids.give("setl", len(setl), rng)),
        pl.Series("own", ids.give("invoice", len(setl), rng)),
        first=pl.when(pl.col("invoice") >= 0).then(pl.col("invoice") * 2),
    )
    dealt = dealt.join(
        dealt.select(pl.col("setl").alias("first"), pl.col("own").alias("again")), on="first", how="left", maintain_order="left"
    )
    return Keys(
        pl.DataFrame({"vid": vid, "mdtrt_id": ids.give("visit", len(vid), rng)}),
        dealt.select("setl", "setl_id", invono=pl.coalesce("again", "own")),
        pl.DataFrame({"lid": lid, "bkkp_sn": ids.give("line", len(lid), rng)}),
    )


def _who(frame: pl.DataFrame, district: District) -> Mapping[str, pl.Series]:
    folk, psn = district.people, frame["psn"]
    birth = folk.birth[psn.to_numpy()]
    return {
        "psn_no": take(folk.psn_no, psn),
        "psn_name": take(folk.name, psn),
        "certno": take(folk.certno, psn),
        "psn_cert_type": pl.repeat("01", len(psn), eager=True),
        "gend": take(folk.sex.astype(str), psn),
        "brdy": pl.Series(birth.astype("datetime64[D]").astype(str)),
        "age": pl.Series(folk.age[psn.to_numpy()]),
        "insutype": take(folk.insutype, psn),
        "psn_type": take(folk.psn_type, psn),
        "emp_no": take(firm_codes(district), pl.Series(folk.employer[psn.to_numpy()])),
        "insu_admdvs": _region(frame),
    }


def _region(frame: pl.DataFrame) -> pl.Series:
    """Whose fund it is: ours, but for what another region settled."""
    return frame.select(pl.when(pl.col("region") == "").then(pl.lit(ADMDVS)).otherwise("region"))["literal"]


def _where(frame: pl.DataFrame, district: District) -> Mapping[str, pl.Series]:
    places, inst = district.places, frame["inst"]
    desk = np.where(frame["typed"].to_numpy() >= 0, frame["typed"].to_numpy(), inst.to_numpy())
    n = len(inst)
    return {
        "fixmedins_code": take(places.code, inst),
        "fixmedins_name": take(places.name, inst),
        "hosp_lv": take(places.hosp_lv, inst),
        "fix_blng_admdvs": pl.repeat(ADMDVS, n, eager=True),
        "poolarea_no": pl.repeat("990300", n, eager=True),
        "vali_flag": pl.repeat("1", n, eager=True),
        "opter_id": pl.Series(join("W", digits(mix(desk, frame["till"].to_numpy(), 41) % 10**9, 9))),
    }


def _before(draft: Draft, key: Keys) -> pl.DataFrame:
    """The visit that a visit goes on from: (before, refl_old_mdtrt_id)."""
    old = key.visits.rename({"vid": "before", "mdtrt_id": "refl_old_mdtrt_id"})
    return draft.take("visit").select(pl.col("vid").alias("before")).join(old, on="before")


def _reached(frame: pl.DataFrame, district: District) -> Mapping[str, pl.Series]:
    """Where the person lives, and who is called."""
    folk, psn = district.people, frame["psn"]
    contact = psn.to_numpy()
    return {
        "tel": take(folk.phone, psn),
        "addr": take(folk.address, psn),
        "coner_name": take(folk.name, pl.Series(folk.contact[contact])),
        "coner_tel": pl.Series(folk.contact_phone[contact]),
    }


def _course(month: Month) -> Mapping[str, pl.Expr]:
    """What a visit says of itself: kind, card, times, bed and how it ended."""
    stay, left = pl.col("med").is_in(_STAYS), pl.col("end") > 0
    return {
        "begntime": moment("beg"),
        "endtime": moment("end"),
        "med_type": pl.col("med"),
        "mdtrt_cert_type": pl.col("cert"),
        "mdtrt_cert_no": pl.col("certno"),
        "ipt_otp_no": pl.when(stay).then(pl.lit("ZY") + pl.col("mdtrt_id").str.slice(4)),
        "adm_bed": pl.col("bed"),
        "dscg_bed": pl.when(left).then("bed"),
        "dscg_way": pl.col("way"),
        "die_date": pl.when(pl.col("way") == "5").then(moment("end").dt.date()),
        "nwb_flag": pl.when("newborn").then(pl.lit("1")).otherwise(pl.lit("0")),
        "inhosp_stas": pl.when(stay).then(pl.when(left).then(pl.lit("0")).otherwise(pl.lit("1"))),
        "matn_type": pl.when(pl.col("med") == "52").then(pl.lit("1")),
        "year": pl.lit(str(month.first.year)),
    }


def _treated(frame: pl.DataFrame, district: District, nameless: pl.Series) -> Mapping[str, pl.Expr]:
    """Doctor, department and illness; a pharmacy's till has none of them."""
    staff, seen = district.staff, pl.when(~_at_shop(frame, district))
    ill = take(_ILL_CODES, frame["ill"])
    return {
        "chfpdr_code": seen.then(take(staff.code, frame["doctor"])),
        "chfpdr_name": pl.when(~nameless & ~_at_shop(frame, district)).then(take(staff.name, frame["doctor"])),
        "adm_dept_codg": seen.then(take(_DEPT_CODES, frame["dept"])),
        "adm_dept_name": seen.then(take(_DEPT_NAMES, frame["dept"])),
        "dscg_maindiag_code": seen.then(ill),
        "dscg_maindiag_name": seen.then(take(_ILL_NAMES, frame["ill"])),
        "dise_no": pl.when(pl.col("med") == "14").then(ill),
    }


def _at_shop(frame: pl.DataFrame, district: District) -> pl.Series:
    return pl.Series((district.places.kind == PHARMACY)[frame["inst"].to_numpy()])


def visits(draft: Draft, district: District, month: Month, key: Keys) -> pl.DataFrame:
    """mdtrt_d with marks."""
    rng = stream(district.seed, "visit columns", month.number)
    frame = draft.take("visit").join(key.visits, on="vid", how="left").sort("mdtrt_id")
    nameless = pl.Series(rng.random(frame.height) < 0.12)
    frame = frame.with_columns(**_who(frame, district), **_where(frame, district))
    frame = frame.join(_before(draft, key), on="before", how="left", maintain_order="left")
    return frame.with_columns(**_reached(frame, district), **_course(month), **_treated(frame, district, nameless)).drop(_ROUGH_VISIT)


def _shares() -> Mapping[str, pl.Expr]:
    """Who pays what of a settlement, in yuan."""
    return {
        "medfee_sumamt": yuan("fee"),
        "inscp_amt": yuan("inscp"),
        "fulamt_ownpay_amt": (yuan("fee") - yuan("inscp")).round(2),
        "act_pay_dedc": yuan("deducted"),
        "hifp_pay": yuan("fund"),
        "fund_pay_sumamt": yuan("fund"),
        "psn_pay": yuan("rest"),
        "acct_pay": yuan("acct"),
        "acct_mulaid_pay": yuan("mutual"),
        "cash_payamt": yuan("cash"),
        "balc": pl.when("employee").then(yuan("balance")),
        "pool_prop_selfpay": pl.col("share").round(4),
    }


def settlements(settled: pl.DataFrame, district: District, key: Keys) -> pl.DataFrame:
    """setl_d with marks."""
    frame = settled.join(key.settlements, on="setl", how="left").join(key.visits, on="vid", how="left").sort("setl_id")
    initial = key.settlements.select(pl.col("setl") + 1, pl.col("setl_id").alias("init_setl_id"))
    frame = frame.with_columns(**_who(frame, district), **_where(frame, district))
    frame = frame.join(initial, on="setl", how="left", maintain_order="left")
    shop, stay, by_hand = pl.col("med") == "41", pl.col("med").is_in(_STAYS), pl.col("manual") != ""
    return frame.with_columns(
        **_shares(),
        init_setl_id=pl.when("refunded").then("init_setl_id"),
        setl_time=moment("when"),
        begndate=moment("beg").dt.date(),
        enddate=moment("end").dt.date(),
        med_type=pl.col("med"),
        refd_setl_flag=pl.when("refunded").then(pl.lit("1")).otherwise(pl.lit("0")),
        setl_type=pl.when(by_hand).then(pl.lit("1")).otherwise(pl.lit("2")),
        manl_reim_rea=pl.col("manual"),
        opter_id=pl.when(by_hand).then(take(handlers(district), frame["handler"])).otherwise("opter_id"),
        opt_time=pl.when(by_hand).then(moment("when")),
        clr_type=pl.when(shop).then(pl.lit("41")).when(stay).then(pl.lit("21")).otherwise(pl.lit("11")),
        mdtrt_cert_type=pl.col("cert"),
        mdtrt_cert_no=pl.col("certno"),
        year=moment("when").dt.year().cast(pl.String),
    ).drop(_ROUGH_SETTLEMENT)


def _article(frame: pl.DataFrame, district: District) -> Mapping[str, pl.Series]:
    goods, item, own = district.goods, frame["item"], frame["own"].to_numpy()
    sold = pl.Series(np.where(own >= 0, own, item.to_numpy()))
    shown = item.to_numpy()
    return {
        "med_list_codg": take(goods.code, item),
        "hilist_code": take(goods.code, item),
        "hilist_name": take(goods.name, item),
        "medins_list_codg": pl.Series(join("B", digits(mix(frame["inst"].to_numpy(), sold.to_numpy(), 43) % 10**8, 8))),
        "medins_list_name": take(goods.name, sold),
        "list_type": take(goods.list_type, item),
        "med_chrgitm_type": take(goods.charge_type, item),
        "chrgitm_lv": take(goods.level, item),
        "spec": take(goods.spec, item),
        "dosform_name": take(goods.form, item),
        "selfpay_prop": pl.Series(goods.selfpay[shown]),
    }


def _order_no(number: str, district: District) -> pl.Expr:
    """An order's number on a bill is the number in the chart."""
    return pl.lit("Y") + pl.col(number).hash(district.seed).cast(pl.String).str.slice(0, 12)


def _charged(district: District) -> Mapping[str, pl.Expr]:
    """When, in which order, and what a line costs, in yuan; its list price is kept in millionths."""
    drug = pl.col("list_type") == "101"
    partly = ((pl.col("fee") - pl.col("inscp")) / 100).round(2)
    return {
        "med_type": pl.col("med"),
        "fee_ocur_time": moment("at"),
        "rx_drord_no": _order_no("order", district),
        "pric": (pl.col("price") / 1_000_000).round(6),
        "det_item_fee_sumamt": yuan("fee"),
        "inscp_amt": yuan("inscp"),
        "fulamt_ownpay_amt": pl.when(pl.col("chrgitm_lv") == "03").then(yuan("fee")).otherwise(0.0),
        "preselfpay_amt": pl.when(pl.col("chrgitm_lv") == "02").then(partly).otherwise(0.0),
        "prd_days": pl.when(drug & (pl.col("days") > 0)).then("days"),
        "used_frqu_dscr": pl.when(drug).then(pl.lit("每日2次")),
        "vali_flag": pl.lit("1"),
    }


def _billed(frame: pl.DataFrame, district: District, forgotten: pl.Series) -> Mapping[str, pl.Series | pl.Expr]:
    """Person, institution, department and doctor of a line; a doctor's name is forgotten now and then."""
    staff, shop = district.staff, _at_shop(frame, district)
    doctor = pl.when(~forgotten & ~shop)
    return {
        "psn_no": take(district.people.psn_no, frame["psn"]),
        "fixmedins_code": take(district.places.code, frame["inst"]),
        "bilg_dept_codg": pl.when(~shop).then(take(_DEPT_CODES, frame["dept"])),
        "bilg_dept_name": pl.when(~shop).then(take(_DEPT_NAMES, frame["dept"])),
        "bilg_dr_code": doctor.then(take(staff.code, frame["doctor"])),
        "bilg_dr_name": doctor.then(take(staff.name, frame["doctor"])),
    }


def lines(priced: pl.DataFrame, district: District, month: Month, key: Keys) -> pl.DataFrame:
    """fee_list_d with marks; `lid` and `codes` are kept for the trace tables."""
    rng = stream(district.seed, "line columns", month.number)
    frame = (
        priced.join(key.visits, on="vid", how="left")
        .join(key.settlements.drop("invono"), on="setl", how="left")
        .join(key.lines, on="lid", how="left")
        .sort("mdtrt_id", "bkkp_sn")
    )
    first = key.lines.rename({"lid": "origin", "bkkp_sn": "init_feedetl_sn"})
    frame = frame.join(first, on="origin", how="left", maintain_order="left")
    forgotten = pl.Series(rng.random(frame.height) < 0.027)
    frame = frame.with_columns(**_article(frame, district), insu_admdvs=_region(frame))
    return frame.with_columns(**_billed(frame, district, forgotten), **_charged(district)).drop(_ROUGH_LINE)


def diagnoses(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """setl_list_diag_d: main diagnosis of stays, and a second one for many."""
    stays = draft.take("visit").filter(pl.col("med").is_in(_STAYS) & (pl.col("settled") > 0))
    second = stays.filter(pl.Series(rng.random(stays.height) < 0.6)).with_columns(
        ill=(pl.col("psn") % 3 + 17).cast(pl.Int16), main=pl.lit("0")
    )
    frame = pl.concat([stays.with_columns(main=pl.lit("1")), second]).with_columns(setl=pl.col("vid") * 2)
    frame = frame.join(key.visits, on="vid", how="left").join(key.settlements, on="setl", how="left")
    return frame.select(
        pl.Series("setl_list_diag_id", ids.give("diag", frame.height, rng)),
        "setl_id",
        "mdtrt_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        pl.lit("1").alias("diag_type"),
        pl.col("main").alias("maindiag_flag"),
        take(_ILL_CODES, frame["ill"]).alias("diag_code"),
        take(_ILL_NAMES, frame["ill"]).alias("diag_name"),
        pl.lit("1").alias("vali_flag"),
        moment("settled").alias("crte_time"),
        *MARKS,
    ).sort("setl_list_diag_id")


def operations(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """setl_list_oprn_d."""
    frame = (
        draft.take("operation")
        .join(draft.take("visit").select("vid", "psn", "settled"), on="vid", how="left")
        .with_columns(setl=pl.col("vid") * 2)
    )
    frame = frame.join(key.visits, on="vid", how="left").join(key.settlements, on="setl", how="left").filter(pl.col("beg") < district.until)
    staff, names = district.staff, district.goods.name[frame["item"].to_numpy()].tolist()
    kinds = [theatre.known(name) for name in names]
    return frame.select(
        pl.Series("setl_list_oprn_id", ids.give("oprn", frame.height, rng)),
        "setl_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        "mdtrt_id",
        pl.lit("1").alias("main_oprn_flag"),
        pl.Series("oprn_oprt_name", names),
        pl.Series("oprn_oprt_code", [kind.code for kind in kinds], dtype=pl.String),
        moment("beg").dt.date().alias("oprn_oprt_date"),
        pl.Series("anst_way", [kind.anaesthesia for kind in kinds], dtype=pl.String),
        take(staff.code, frame["doctor"]).alias("oper_dr_code"),
        take(staff.name, frame["doctor"]).alias("oper_dr_name"),
        take(staff.code, frame["anaesthetist"]).alias("anst_dr_code"),
        take(staff.name, frame["anaesthetist"]).alias("anst_dr_name"),
        pl.lit("1").alias("vali_flag"),
        moment("begun").alias("anst_begntime"),
        moment("woken").alias("anst_endtime"),
        moment("beg").alias("oprn_oprt_begntime"),
        moment("end").alias("oprn_oprt_endtime"),
        *MARKS,
    ).sort("setl_list_oprn_id")


def orders(draft: Draft, district: District, key: Keys, ids: Ids, rng: np.random.Generator) -> pl.DataFrame:
    """drord_d: standing orders and leave."""
    frame = (
        draft.take("order")
        .join(draft.take("visit").select("vid", "psn", "inst"), on="vid", how="inner")
        .join(key.visits, on="vid", how="left")
    )
    frame = frame.with_columns(drord_no=pl.Series(ids.give("order", frame.height, rng)))
    kind = pl.col("kind").replace_strict({"leave": "请假", "standing": "长期"}, default=pl.col("kind"))
    return frame.select(
        pl.when(pl.col("number") > 0).then(_order_no("number", district)).otherwise("drord_no").alias("drord_no"),
        "mdtrt_id",
        take(district.people.psn_no, frame["psn"]).alias("psn_no"),
        take(district.places.code, frame["inst"]).alias("fixmedins_code"),
        take(district.goods.code, frame["item"]).alias("med_list_codg"),
        kind.alias("drord_type"),
        moment("beg").alias("begntime"),
        moment("end").alias("stoptime"),
        take(district.staff.code, frame["doctor"]).alias("dr_code"),
        pl.when(pl.col("dose") > 0).then("dose").alias("sin_dos"),
        pl.col("unit").alias("dos_unit"),
        pl.col("text").alias("frequ"),
        "route",
        *MARKS,
    ).sort("drord_no")


__all__ = ["DAY", "Keys", "diagnoses", "keys", "lines", "operations", "orders", "settlements", "visits"]
