"""Examinations and tests that nobody reported, beyond what every house loses; houses that deliver nothing, panels, refunds."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, row, serial, visit

PICTURE, LAB = "imaging_billed_without_report", "lab_billed_without_result"
CT, COUNT, PART = "002103000010000", "002501010150000", "002501010010000"


def examined(
    *,
    house: str = "H1",
    by: str | None = "D1",
    reported: bool = True,
    kind: str = "exam",
    item: str | None = None,
    when: float | None = None,
) -> Fact:
    """One billed examination or test and, if reported, its report. Its key is the line's."""
    code = item or (CT if kind == "exam" else COUNT)
    name = serial("M")
    charge = "03" if kind == "exam" else "04"
    billed = line(name, person=f"P-{name}", at_place=house, item=code, charge=charge, when=days(1) if when is None else when)
    line_of = Fact(tuple((t, {**r, "bilg_dr_code": by}) for t, r in billed.rows), billed.key)
    return line_of + (report(name, kind, code) if reported else Fact(()))


def report(name: str, kind: str, code: str) -> Fact:
    if kind == "exam":
        return row("exam_rpot", rpot_id=f"R-{name}", mdtrt_id=name, med_list_codg=code, findings="...")
    return row("test_rpot", rpot_id=f"R-{name}", mdtrt_id=name, med_list_codg=code, samp_no=f"B-{name}", item_name="WBC", value="7.1")


def house(code: str, *, billed: int = 20, without: int = 0, by: str | None = "D", **more: object) -> Fact:
    return many(examined(house=code, by=by and f"{by}-{code}", reported=k >= without, **more) for k in range(billed))  # type: ignore[arg-type]


def town(**more: object) -> Fact:
    return many(house(f"H{k}", **more) for k in range(2, 7))  # type: ignore[arg-type]


@pytest.mark.parametrize(("rule", "kind"), [(PICTURE, "exam"), (LAB, "lab")])
def test_six_of_twenty_without_report_cite_their_lines(rule: str, kind: str) -> None:
    run = fire(rule, town(kind=kind), house("H1", without=6, kind=kind))

    finding = run.only()  # by the item: the doctor has no habit of his own

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 6_000
    assert (finding.facts["unreported"], finding.facts["billed"]) == (6, 20)


def test_a_doctor_stands_out_where_his_house_does_not() -> None:
    his = many(examined(house="H1", by="D-X", reported=False) for _ in range(6))

    assert fire(PICTURE, town(), house("H1", billed=200), his).subjects == {"D-X"}


def test_four_are_what_every_house_loses() -> None:
    assert fire(PICTURE, town(), house("H1", without=4)).none()
    assert fire(PICTURE, town(), house("H1", without=5)).findings


def test_a_day_on_which_the_line_was_down_is_nobodys() -> None:
    down = many(examined(house="H1", by="D-H1", reported=False, when=days(2)) for _ in range(6))
    quiet = many(examined(house="H1", by="D-H1", reported=False, when=days(2 + k)) for k in range(6))  # nothing arrived on any of them
    busy = many(examined(house="H1", by="D-H1", when=days(2 + k)) for k in range(6))

    assert fire(PICTURE, town(), house("H1", billed=20), down).none()
    assert fire(PICTURE, town(), house("H1", billed=20), quiet).none()
    assert fire(PICTURE, town(), house("H1", billed=20), quiet, busy).findings


def test_all_tests_of_two_visits_are_two_losses() -> None:
    items = [f"{COUNT[:-1]}{k}" for k in range(4)]

    def panel(visit: str, *, arrived: bool) -> Fact:
        lines = many(line(visit, person=f"P-{visit}", item=i, charge="04", when=days(1)) for i in items)
        reports = many(report(visit, "lab", i) for i in items) if arrived else Fact(())
        return Fact(tuple((t, {**r, "bilg_dr_code": "D-H1"}) for t, r in lines.rows)) + reports

    ward = many(panel(serial("V"), arrived=k >= 2) for k in range(20))

    assert fire(LAB, town(kind="lab"), ward).none()


def test_where_all_houses_lose_as_many_nobody_stands_out() -> None:
    assert fire(PICTURE, town(without=5), house("H1", without=6)).none()


def test_a_house_that_does_not_deliver_is_not_judged() -> None:
    assert fire(PICTURE, town(), house("H1", without=7)).none()  # 13 of 20 reported
    assert fire(PICTURE, town(), house("H1", without=20)).none()


def test_without_five_houses_there_is_no_usual_one() -> None:
    four = many(house(f"H{k}") for k in range(2, 5))

    assert fire(PICTURE, four, house("H1", without=6)).none()


def test_both_sides_on_one_day_are_one_report_and_a_panel_has_parts() -> None:
    twice = many(line(f"M-{k}", person=f"P{k}", item=CT, charge="03", when=days(1)) for k in range(8) for _ in range(2))
    once = many(report(f"M-{k}", "exam", CT) for k in range(8))
    panel = row("kb_service", med_list_codg=COUNT, panel_parts=f"{PART};X")
    parts = many(examined(kind="lab", reported=False, by="D1") for _ in range(6))
    by_part = many(report(str(f["mdtrt_id"]), "lab", PART) for t, f in parts.rows if t == "fee_list_d")

    assert fire(PICTURE, town(), twice, once, house("H1", billed=12)).none()
    assert fire(LAB, town(kind="lab"), house("H1", billed=14, kind="lab"), parts).findings
    assert fire(LAB, panel, town(kind="lab"), house("H1", billed=14, kind="lab"), parts, by_part).none()


def test_a_report_of_something_else_is_a_swap_and_not_this() -> None:
    missing = many(examined(kind="lab", reported=False, by="D1") for _ in range(6))
    other = many(report(str(r["mdtrt_id"]), "lab", PART) for t, r in missing.rows if t == "fee_list_d")

    assert fire(LAB, town(kind="lab"), house("H1", billed=14, kind="lab"), missing, other).none()


def test_an_item_that_its_house_reports_now_and_then_is_judged_by_what_others_report() -> None:
    sonar = "002203000010000"
    usual = town() + town(item=sonar) + house("H1") + house("H1", item="002103000020000")

    assert fire(PICTURE, usual, house("H1", item=sonar, without=18)).only().facts["unreported"] == 18
    assert fire(PICTURE, usual, house("H1", item=sonar, without=19)).none()
    assert fire(
        PICTURE, town(), house("H1"), house("H1", item="002103000020000"), house("H1", item=sonar, without=18)
    ).none()  # nobody else bills it


def test_what_the_bureaus_desk_typed_has_no_reports_here() -> None:
    def desk(kind: str) -> Fact:
        made = house("H1", without=6)
        missing = {r["mdtrt_id"] for t, r in made.rows if t == "fee_list_d"} - {r["mdtrt_id"] for t, r in made.rows if t == "exam_rpot"}
        return made + many(row("setl_d", setl_id=f"S-{m}", mdtrt_id=m, setl_type=kind, vali_flag="1") for m in missing)

    assert fire(PICTURE, town(), desk("1")).none()
    assert fire(PICTURE, town(), desk("2")).findings


THERAPY, ORDER = "therapy_billed_without_session", "billed_without_order"
WALK, STAND, MONITOR, PULSE = "003402000220000", "003402000240000", "003107010220000", "003107010270000"


def courses(code: str, *, without: int = 0, half: bool = False) -> Fact:
    """Twenty courses of two days at a house, with sessions on both days, on one, or on none."""
    names = [f"{code}-{k}" for k in range(20)]
    bills = many(line(n, person=n, at_place=code, item=WALK, when=days(d)) for n in names for d in (1, 2))
    held = (1,) if half else (1, 2)
    session = "therapy_session"
    return bills + many(
        row(session, session_id=serial("K"), mdtrt_id=n, med_list_codg=WALK, begntime=f"2025-07-0{d + 7} 10:00:00")
        for n in names[without:]
        for d in held
    )


def test_courses_without_any_session_are_cited_and_a_forgotten_day_is_not() -> None:
    gyms = many(courses(f"H{k}") for k in range(2, 7))

    finding = fire(THERAPY, gyms, courses("H1", without=6)).only()

    assert (finding.subject, finding.amount_fen) == (("institution", "H1"), 12_000)
    assert fire(THERAPY, gyms, courses("H1", without=4)).none()
    assert fire(THERAPY, gyms, courses("H1", half=True)).none()
    assert fire(THERAPY, gyms, courses("H1", without=20)).none()


def watched(code: str, *, without: int = 0, instead: bool = False) -> Fact:
    """Twenty stays with a monitor, the first ones without an order for it, or with one for something of the chapter that is not billed."""
    names = [f"{code}-{k}" for k in range(20)]
    stays = many(visit(n, person=n, at_place=code, when=days(0), med_type="21") for n in names)
    bills = many(line(n, person=n, at_place=code, item=i, when=days(1)) for n in names for i in (MONITOR, WALK, STAND))
    orders = [(n, MONITOR) for n in names[without:]] + [(n, PULSE) for n in names[:without] if instead]
    orders += [(n, i) for n in names for i in (WALK, STAND)]
    return stays + bills + many(row("drord_d", mdtrt_id=n, drord_no=serial("Y"), med_list_codg=i, begntime=at(days(1))) for n, i in orders)


def test_monitors_that_nobody_ordered_are_cited() -> None:
    wards = many(watched(f"H{k}") for k in range(2, 7))

    finding = fire(ORDER, wards, watched("H1", without=20)).only()

    assert (finding.subject, finding.amount_fen) == (("institution", "H1"), 20_000)
    assert fire(ORDER, wards, watched("H1", without=4)).none()
    assert fire(ORDER, wards, watched("H1", without=20, instead=True)).none()  # one thing stands for another
    assert fire(ORDER, many(watched(f"H{k}", without=20) for k in range(1, 7))).none()  # nobody orders it: it needs none


def test_a_bill_that_is_not_settled_may_still_be_reported() -> None:
    open_bill = house("H1", without=6)
    unsettled = Fact(tuple((t, {**r, "setl_id": None} if t == "fee_list_d" else r) for t, r in open_bill.rows))

    assert fire(PICTURE, town(), unsettled).none()


def test_an_examination_without_a_day_is_not_testable() -> None:
    made = many(line(f"M-{k}", item=CT, charge="03", when=None) for k in range(6))

    run = fire(PICTURE, town(), made)

    assert run.none()
    assert run.not_testable["fee_ocur_time"] == 6
