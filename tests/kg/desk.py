"""Builders for the bureau's desk: a bill claimed by hand, a bill settled on the spot, an entry in the desk's log."""

from __future__ import annotations

from tests.kg.crimes import SERVICE, Fact, at, days, line, row, serial
from tests.kg.facts import Row


def bill(
    *,
    person: str = "ANN",
    at_place: str = "H1",
    first: int = 0,
    last: int = 5,
    by_hand: bool = False,
    fen: int = 500_000,
    paid: int | None = None,
    settled: int | None = None,
    invoice: str | None = None,
    area: str | None = "990301",
    handler: str = "DESK1",
    refunded: bool = False,
    setl_id: str | None = None,
    certificate: str | None = None,
    reason: str | None = "异地就医未备案",
    item: str = SERVICE,
    **more: object,
) -> Fact:
    """A settlement of care from day `first` to day `last`, with its one line; by hand, twenty days later. Its key is the settlement's."""
    name = serial("B")
    when = days(settled if settled is not None else last + 20 if by_hand else last)
    key: Row = {"setl_id": setl_id or f"S-{name}"}
    columns: Row = {
        **key,
        "mdtrt_id": name,
        "psn_no": person,
        "certno_h": certificate,
        "fixmedins_code": at_place,
        "begndate": at(days(first, 0)),
        "enddate": at(days(last, 0)),
        "setl_time": at(when),
        "setl_type": "1" if by_hand else "2",
        "medfee_sumamt": fen,
        "fund_pay_sumamt": fen * 6 // 10 if paid is None else paid,
        "invono": invoice,
        "insu_admdvs": area,
        "opter_id": handler,
        "manl_reim_rea": reason if by_hand else None,
        "med_type": "21" if last > first else "11",
        "insutype": "310",
        "refd_setl_flag": "0",
        "vali_flag": "1",
    } | more
    back = {**columns, "setl_id": f"R-{key['setl_id']}", "init_setl_id": key["setl_id"], "refd_setl_flag": "1", "medfee_sumamt": -fen}
    rows = Fact((("setl_d", columns), *([("setl_d", back)] if refunded else [])), key)
    return rows + line(name, person=person, at_place=at_place, item=item, when=days(first), fen=fen, setl_id=str(key["setl_id"]))


def act(
    action: str,
    about: Fact | str | None,
    *,
    by: str = "DESK1",
    when: float | None = 10.0,
    reviewer: str | None = None,
    ip: str | None = None,
) -> Fact:
    """An entry of the desk's log, about a settlement or a person."""
    columns: Row = {"log_id": serial("G"), "opter_id": by, "action": action, "log_time": at(when), "reviewer_id": reviewer, "client_ip": ip}
    if isinstance(about, Fact):
        return row("handler_log", **columns, object_kind="setl_d", object_id=about.key["setl_id"])
    return row("handler_log", **columns, object_kind="psn_b", object_id=about)
