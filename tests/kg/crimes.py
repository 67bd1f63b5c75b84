"""Builders that read like the case file: a sale, a box, a stay, a check; `fire` runs one rule over them in memory.

Times are hours after `EPOCH`; ids are what the test calls them, else counted. Amounts are fen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.kg.facts import Fact, Row, many
from tests.kg.fired import Finding, Fired, fire

__all__ = ["Fact", "Finding", "Fired", "fire", "many"]

EPOCH = datetime(2025, 7, 7)
"""A Monday, midnight."""
DRUG, OTHER_DRUG = "XA10BAE038A001010100001", "XC09AAK023A001010100002"
SERVICE = "003401000010000"
_SERIAL = itertools.count(1)


def serial(prefix: str) -> str:
    return f"{prefix}{next(_SERIAL):06d}"


class Hours(float):
    """Hours after EPOCH. `Hours(24) - 1` is one second less, as an edge is tested."""

    def __sub__(self, seconds: float) -> Hours:  # type: ignore[override]
        return Hours(float(self) - seconds / 3600)


def days(n: float, hour: float = 10) -> Hours:
    """`hour` o'clock on the n-th day after EPOCH."""
    return Hours(n * 24 + hour)


def at(hours: float | None) -> datetime | None:
    return None if hours is None else EPOCH + timedelta(seconds=round(hours * 3600))


def row(table: str, **columns: object) -> Fact:
    """One row of any table, for what has no builder of its own."""
    return Fact(((table, columns),), columns)


def person(psn_no: str, *, family: str | None = None, address: str | None = None) -> Fact:
    return row("psn_b", psn_no=psn_no, family_id=family, addr_h=address)


def hospital(code: str, *, place: tuple[float, float] = (120.0, 30.0)) -> Fact:
    return row("fixmedins_b", fixmedins_code=code, fixmedins_type="1", medins_kind="hospital", lnt=place[0], lat=place[1])


def pharmacy(code: str) -> Fact:
    return row("fixmedins_b", fixmedins_code=code, fixmedins_type="2", medins_kind="pharmacy")


def line(
    visit: str,
    *,
    person: str = "PSN",
    at_place: str = "H1",
    item: str = SERVICE,
    when: float | None = 10.0,
    charge: str | None = "05",
    cnt: int = 1,
    fen: int = 1_000,
    sn: str | None = None,
    setl_id: str | None = None,
    order: str | None = None,
    house_code: str | None = "HOUSE",
    refunds: str | None = None,
    med_type: str | None = None,
) -> Fact:
    """One billed line; `refunds` makes it take back the line of that number."""
    key: Row = {"mdtrt_id": visit, "bkkp_sn": sn or serial("L")}
    columns: Row = {
        **key,
        "psn_no": person,
        "fixmedins_code": at_place,
        "med_list_codg": item,
        "medins_list_codg": house_code,
        "list_type": "201" if item[0].isdigit() else "101",
        "med_chrgitm_type": charge,
        "fee_ocur_time": at(when),
        "cnt": cnt,
        "pric": fen / 100 / abs(cnt),
        "det_item_fee_sumamt": fen,
        "inscp_amt": fen,
        "setl_id": setl_id or f"S-{visit}",
        "rx_drord_no": order,
        "init_feedetl_sn": refunds,
        "med_type": med_type,
        "vali_flag": "1",
    }
    return Fact((("fee_list_d", columns),), key)


def settle(
    visit: str,
    *,
    person: str = "PSN",
    at_place: str = "P1",
    when: float | None = 10.0,
    fen: int = 1_000,
    paid: int | None = None,
    balance: int | None = None,
    account: int | None = None,
    family_account: int = 0,
    till: str = "T1",
    shop: bool = True,
    setl_id: str | None = None,
    refunded: bool = False,
    employer: str | None = None,
    med_type: str | None = None,
) -> Fact:
    """One settlement, and its reversal when `refunded`."""
    key: Row = {"setl_id": setl_id or f"S-{visit}"}
    columns: Row = {
        **key,
        "mdtrt_id": visit,
        "psn_no": person,
        "fixmedins_code": at_place,
        "setl_time": at(when),
        "medfee_sumamt": fen,
        "fund_pay_sumamt": fen if paid is None else paid,
        "acct_pay": account,
        "acct_mulaid_pay": family_account,
        "balc": balance,
        "opter_id": till,
        "emp_no": employer,
        "clr_type": "41" if shop else "11",
        "med_type": med_type or ("41" if shop else "11"),
        "refd_setl_flag": "0",
        "vali_flag": "1",
    }
    back = {**columns, "setl_id": f"R-{key['setl_id']}", "init_setl_id": key["setl_id"], "refd_setl_flag": "1", "medfee_sumamt": -fen}
    return Fact((("setl_d", columns), *([("setl_d", back)] if refunded else [])), key)


def visit(name: str, *, person: str = "PSN", at_place: str = "P1", when: float | None = 10.0, med_type: str = "41", **more: object) -> Fact:
    columns: Row = {
        "mdtrt_id": name,
        "psn_no": person,
        "fixmedins_code": at_place,
        "begntime": at(when),
        "med_type": med_type,
        "vali_flag": "1",
    }
    return Fact((("mdtrt_d", {**columns, **more}),), {"mdtrt_id": name})


def purchase(
    *,
    person: str = "PSN",
    at_place: str = "P1",
    when: float | None = 10.0,
    items: Sequence[str] = (DRUG,),
    fen: int = 1_000,
    packs: int = 1,
    name: str | None = None,
    **settlement: object,
) -> Fact:
    """A whole visit to a shop: visit, settlement, one line of `packs` for each item. Its key is the settlement's."""
    name = name or serial("M")
    bill = settle(name, person=person, at_place=at_place, when=when, fen=fen, **settlement)  # type: ignore[arg-type]
    lines = (
        line(name, person=person, at_place=at_place, item=item, when=when, cnt=packs, fen=fen // len(items), charge="09") for item in items
    )
    return bill + visit(name, person=person, at_place=at_place, when=when) + many(lines)


@dataclass(frozen=True)
class Box:
    code: str
    drug: str = DRUG
    split: bool = False


def box(code: str, *, drug: str = DRUG, split: bool = False) -> Box:
    return Box(code, drug, split)


def sale(
    what: Box,
    *,
    at: str = "P1",
    to: str = "ANN",
    after: float | None = 0.0,
    fen: int = 1_000,
    returned: bool = False,
    refunded: bool = False,
    billed_as: str | None = None,
    visit_name: str | None = None,
) -> Fact:
    """A box sold on insurance: settlement, line and the record of its code. Its key is the line's."""
    name = visit_name or serial("M")
    item = billed_as or what.drug
    sold = line(name, person=to, at_place=at, item=item, when=after, fen=fen, charge="09")
    bill = settle(name, person=to, at_place=at, when=after, fen=fen, refunded=refunded)
    used: Row = {"fixmedins_code": at, "med_list_codg": item, "drug_trac_codg": what.code, "crte_time": _at(after), "psn_no": to}
    used |= {"mdtrt_id": name, "bkkp_sn": sold.key["bkkp_sn"], "mdtrt_setl_type": "1", "trdn_flag": "1" if what.split else "0"}
    back: Row = {"fixmedins_code": at, "med_list_codg": item, "sel_retn_cnt": 1, "sel_retn_time": _at((after or 0) + 1)}
    goods = [("selretn_3506", {**back, "drug_trac_codg": what.code})] if returned else []
    return sold + bill + Fact((("drug_trac_3513", used), *goods))


_at = at  # `sale(at=...)` reads better than the clash it makes


def bought(what: Box | None = None, *, at: str = "P1", drug: str = DRUG, cnt: int = 1, on: float = 0.0, coded: bool = True) -> Fact:
    """Packs that came in from a supplier (3503)."""
    code = what.code if what and coded else None
    item = what.drug if what else drug
    columns: Row = {
        "fixmedins_code": at,
        "med_list_codg": item,
        "purc_retn_cnt": cnt,
        "purc_retn_stoin_time": _at(on),
        "drug_trac_codg": code,
    }
    return row("purcinfo_3503", **columns)


def counted(cnt: int, *, at: str = "P1", drug: str = DRUG, on: float = 0.0) -> Fact:
    """A stocktaking (3501)."""
    return row("invinfo_3501", fixmedins_code=at, med_list_codg=drug, inv_cnt=cnt, invdate=(EPOCH + timedelta(hours=on)).date())


def stay(
    name: str,
    *,
    person: str = "PSN",
    at_place: str = "H1",
    first: int = 0,
    last: int | None = 10,
    bed: str | None = None,
    treated: Iterable[int] | None = None,
    fen: int = 1_000,
    newborn: bool = False,
    **more: object,
) -> Fact:
    """A stay from day `first` to day `last`, billed every day: bed and, on the `treated` days (default all), a treatment."""
    nights = range(first, (10 if last is None else last) + 1)
    care = set(nights if treated is None else treated)
    ends = None if last is None else _at(days(last, 16))
    begun = visit(name, person=person, at_place=at_place, when=days(first, 9), med_type="21", endtime=ends, adm_bed=bed, **more)
    if newborn:
        begun = Fact(tuple((t, {**r, "nwb_flag": "1"}) for t, r in begun.rows), begun.key)
    beds = [line(name, person=person, at_place=at_place, when=days(d, 9), charge="01", fen=fen) for d in nights]
    acts = [line(name, person=person, at_place=at_place, when=days(d, 11), charge="05", fen=fen) for d in nights if d in care]
    return begun + many([*beds, *acts])


def check(
    visit_name: str | None,
    *,
    person: str = "PSN",
    at_place: str = "H1",
    when: float = 10.0,
    kind: str = "daily_ward",
    result: str = "pass",
    image: str | None = None,
    place: tuple[float, float] | None = None,
    face: str | None = None,
) -> Fact:
    key: Row = {"check_id": serial("C")}
    columns: Row = {
        **key,
        "psn_no": person,
        "fixmedins_code": at_place,
        "check_time": _at(when),
        "check_kind": kind,
        "mdtrt_id": visit_name,
    }
    columns |= {"result": result, "image_sha256": image, "lnt": place and place[0], "lat": place and place[1], "template_id": face}
    return Fact((("face_check", columns),), key)


def session(
    *,
    person: str = "PSN",
    at_place: str = "D1",
    day: int = 0,
    hour: float = 8,
    minutes: float = 240,
    machine: str | None = None,
    loss: float | None = 2.0,
) -> Fact:
    """One recorded dialysis session."""
    start = days(day, hour)
    weights: Row = {"weight_before_kg": None if loss is None else 62.0, "weight_after_kg": None if loss is None else 62.0 - loss}
    key: Row = {"session_id": serial("X")}
    columns: Row = {**key, "psn_no": person, "fixmedins_code": at_place, "begntime": _at(start), "endtime": _at(start + minutes / 60)}
    return Fact((("dialysis_session", {**columns, "machine_no": machine, **weights}),), key)


def dialysis(
    *, person: str = "PSN", at_place: str = "D1", day: int = 0, fen: int = 40_000, hour: float | None = 8, med_type: str = "14"
) -> Fact:
    """One billed haemodialysis. Its key is the line's."""
    name = serial("M")
    when = None if hour is None else days(day, hour)
    billed = line(name, person=person, at_place=at_place, item="003110000060000", when=when, fen=fen, med_type=med_type)
    return billed + settle(name, person=person, at_place=at_place, when=when, fen=fen, shop=False)


def faces(*, person: str = "PSN", at_place: str = "D1", day: int = 0, hour: float = 8) -> Fact:
    """The pair of checks around a session."""
    return many(
        check(None, person=person, at_place=at_place, when=days(day, hour + after), kind=kind)
        for kind, after in (("dialysis_in", -0.2), ("dialysis_out", 4.2))
    )
