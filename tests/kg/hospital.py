"""Builders for theatres, wards and their registers: an operation, a bed register, a line with a real item code."""

from __future__ import annotations

from datetime import timedelta

from tests.kg.crimes import EPOCH, Fact, at, days, line, row, serial
from tests.kg.facts import Row

BED, NURSING = "001109000010000", "001201000040000"
ANAESTHESIA, SURGERY = "003301000050000", "003310060020000"


def on_day(day: float, hour: float) -> str:
    """A moment as a text, for columns that no builder names."""
    return str(EPOCH + timedelta(days=day, hours=hour))


def operation(
    stay_name: str,
    *,
    person: str = "PSN",
    surgeon: str | None = "DR1",
    day: int = 1,
    hour: float = 9,
    minutes: float | None = 120,
    anaesthetist: str | None = None,
    way: str | None = "1",
    code: str | None = None,
) -> Fact:
    """A recorded operation; the anaesthesia runs as long as the operation. `minutes=None`: the record holds no hours."""
    begun, over = (None, None) if minutes is None else (at(days(day, hour)), at(days(day, hour) + minutes / 60))
    key: Row = {"setl_list_oprn_id": serial("O")}
    columns: Row = {**key, "mdtrt_id": stay_name, "psn_no": person, "oper_dr_code": surgeon, "anst_dr_code": anaesthetist, "anst_way": way}
    columns |= {"oprn_oprt_begntime": begun, "oprn_oprt_endtime": over, "oprn_oprt_code": code, "vali_flag": "1"}
    if anaesthetist:
        columns |= {"anst_begntime": begun, "anst_endtime": over}
    return Fact((("setl_list_oprn_d", columns),), key)


def theatre_line(
    stay_name: str, *, person: str = "PSN", at_place: str = "H1", day: int = 1, item: str = SURGERY, charge: str = "06", fen: int = 200_000
) -> Fact:
    """A billed operation or, with its item and charge, an anaesthesia."""
    return line(stay_name, person=person, at_place=at_place, item=item, charge=charge, when=days(day, 12), fen=fen)


def beds_of(place: str, beds: int | None, *, since: str = "2020-01-01") -> Fact:
    """An entry of the register of institutions with its approved beds."""
    return row("fixmedins_b", fixmedins_code=place, fixmedins_type="1", medins_kind="hospital", aprv_bed_cnt=beds, begndate=since)
