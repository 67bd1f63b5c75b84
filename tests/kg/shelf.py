"""Builders for what happens to a box besides its sale: destroyed, sent back, sold for cash, brought back."""

from __future__ import annotations

from tests.kg.crimes import DRUG, Box, Fact, at, row


def gone(what: Box, *, how: str = "105", place: str = "P1", when: float = -48.0, batch: str | None = None) -> Fact:
    """A box booked out of stock (3502); kind 105: destroyed."""
    columns = {"fixmedins_code": place, "med_list_codg": what.drug, "inv_chg_type": how, "inv_chg_time": at(when), "cnt": 1}
    return row("invchg_3502", **columns, drug_trac_codg=what.code, fixmedins_bchno=batch)


def sent_back(what: Box, *, place: str = "P1", when: float = -48.0) -> Fact:
    """A box returned to the supplier (3504)."""
    columns = {"fixmedins_code": place, "med_list_codg": what.drug, "purc_retn_cnt": 1, "purc_retn_stoin_time": at(when)}
    return row("purcretn_3504", **columns, drug_trac_codg=what.code)


def for_cash(what: Box, *, place: str = "P1", to: str | None = None, when: float = -48.0) -> Fact:
    """A box sold without insurance (3505)."""
    columns = {"fixmedins_code": place, "med_list_codg": what.drug, "sel_retn_cnt": 1, "sel_retn_time": at(when), "mdtrt_setl_type": "2"}
    return row("selinfo_3505", **columns, psn_no=to, drug_trac_codg=what.code)


def brought_back(setl_id: str, *, drug: str = DRUG, place: str = "P1", when: float | None = 12.0, packs: int = 1) -> Fact:
    """Goods of a settlement that came back over the counter (3506)."""
    return row("selretn_3506", fixmedins_code=place, med_list_codg=drug, sel_retn_cnt=packs, sel_retn_time=at(when), setl_id=setl_id)
