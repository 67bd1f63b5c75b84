"""The report, the label or the session names something cheaper than the bill, or one panel for all its parts."""

import pytest

from tests.kg.crimes import Fact, days, fire, line, many, row, serial

SWAP, SPLIT = "record_names_cheaper_item", "panel_split_into_parts"
PLAIN, CONTRAST, SONAR = "002103000010000", "002103000020000", "002203000010000"
PANEL, ALT, AST = "002503050000000", "002503050010000", "002503050020000"
PRICES = {PLAIN: 20_000, CONTRAST: 50_000, SONAR: 8_000, PANEL: 3_000, ALT: 2_000, AST: 2_000}


def report(visit: str, item: str | None, kind: str = "exam") -> Fact:
    """What the record says was done."""
    name = serial("R")
    match kind:
        case "exam":
            return row("exam_rpot", rpot_id=name, mdtrt_id=visit, med_list_codg=item)
        case "lab":
            return row("test_rpot", rpot_id=name, mdtrt_id=visit, med_list_codg=item, samp_no=name, item_name="ALT", value="20")
        case "therapy":
            return row("therapy_session", session_id=name, mdtrt_id=visit, med_list_codg=item)
    return row("mcs_use", mcs_use_id=name, mdtrt_id=visit, med_list_codg=item, barcode=name)


def done(billed: tuple[str, ...], reported: tuple[str | None, ...], *, kind: str = "exam", house: str = "H1", visit: str = "") -> Fact:
    """A visit with its bill and its records."""
    name = visit or serial("M")
    bill = many(line(name, person=f"P{name}", at_place=house, item=item, when=days(1), fen=PRICES[item]) for item in billed)
    return bill + many(report(name, item, kind) for item in reported)


def house(kind: str = "exam", plain: str = PLAIN, dear: str = CONTRAST, own: int = 3) -> Fact:
    """Ten visits as they should be, some of them with the dear article and its own record."""
    return many(done((one := dear if n < own else plain,), (one,), kind=kind) for n in range(10))


def swapped(n: int, *, kind: str = "exam", given: str | None = PLAIN, billed: str = CONTRAST) -> Fact:
    return many(done((billed,), (given,), kind=kind, visit=f"SWAP{k}") for k in range(n))


@pytest.mark.parametrize("kind", ["exam", "lab", "therapy", "implant"])
def test_three_dear_bills_with_cheap_records_cite_the_difference(kind: str) -> None:
    finding = fire(SWAP, house(kind), swapped(3, kind=kind)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 3 * 30_000
    assert {key["mdtrt_id"] for key in finding.cites("fee_list_d")} == {"SWAP0", "SWAP1", "SWAP2"}
    assert (finding.facts["record"], finding.facts["billed_item"], finding.facts["visits"]) == (kind, CONTRAST, 3)


def test_two_slips_and_a_lost_report_name_nobody() -> None:
    assert fire(SWAP, house(), swapped(2)).none()
    assert fire(SWAP, house(), done((CONTRAST,) * 3, (PLAIN,) * 3)).none()  # one patient
    assert fire(SWAP, house(), many(done((CONTRAST,), ()) for _ in range(3))).none()


def test_three_of_sixty_are_a_slip_rate() -> None:
    many_own = many(done((CONTRAST,), (CONTRAST,)) for _ in range(57))

    assert fire(SWAP, house(own=0), many_own, swapped(3)).only()
    assert fire(SWAP, house(own=1), many_own, swapped(3)).none()


def test_different_cheap_things_for_one_dear_bill_are_one_habit() -> None:
    assert fire(SWAP, house(), swapped(2), done((CONTRAST,), (SONAR,)), done((SONAR,), (SONAR,))).only().amount_fen == 2 * 30_000 + 42_000


def test_both_given_and_both_billed_is_right_though_a_report_was_lost() -> None:
    assert fire(SWAP, house(), many(done((CONTRAST, PLAIN), (PLAIN,)) for _ in range(3))).none()


def test_one_of_three_plain_sessions_billed_as_the_dear_one_is_found_by_its_number() -> None:
    course = many(done((PLAIN, PLAIN, CONTRAST), (PLAIN, PLAIN, PLAIN), kind="therapy") for _ in range(3))

    assert fire(SWAP, house("therapy"), course).only().amount_fen == 90_000


def test_a_cheaper_bill_than_the_record_steals_nothing() -> None:
    assert fire(SWAP, house(), swapped(3, given=CONTRAST, billed=PLAIN)).none()


def test_an_item_that_a_house_never_reports_under_its_own_number_may_be_unknown_to_its_system() -> None:
    assert fire(SWAP, house(own=2), done((CONTRAST,), (CONTRAST,), house="H2"), swapped(3)).none()
    assert fire(SWAP, house(own=3), swapped(3)).only()
    assert fire(
        SWAP, house("implant", own=0), swapped(3, kind="implant"), done((CONTRAST,), (CONTRAST,), kind="implant", house="H2")
    ).only()


def test_a_report_without_an_item_is_not_testable() -> None:
    run = fire(SWAP, house(), swapped(3, given=None))

    assert run.none()
    assert run.not_testable == {"med_list_codg": 3}


def laboratory() -> Fact:
    return many(done((PANEL,), (PANEL,), kind="lab") for _ in range(10)) + many(done((ALT, AST), (ALT, AST), kind="lab") for _ in range(2))


def split(n: int, *, billed: tuple[str, ...] = (ALT, AST), reported: tuple[str | None, ...] = (PANEL,)) -> Fact:
    return many(done(billed, reported, kind="lab", visit=f"SPLIT{k}") for k in range(n))


def test_parts_billed_for_a_reported_panel_cite_what_it_would_not_have_cost() -> None:
    finding = fire(SPLIT, laboratory(), split(3)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 3 * 1_000
    assert (finding.facts["panel"], finding.facts["visits"], finding.facts["parts"]) == (PANEL, 3, 2)


def test_values_with_reports_of_their_own_were_wanted() -> None:
    assert fire(SPLIT, laboratory(), split(3, reported=(ALT, AST))).none()
    assert fire(SPLIT, laboratory(), split(3, reported=(ALT, AST, PANEL))).none()


def test_one_value_for_a_panel_is_no_split_and_a_billed_panel_none() -> None:
    assert fire(SPLIT, laboratory(), split(3, billed=(ALT,))).none()
    assert fire(SPLIT, laboratory(), split(3, billed=(ALT, AST, PANEL))).none()


def test_two_visits_are_slips() -> None:
    assert fire(SPLIT, laboratory(), split(2)).none()


def test_parts_that_cost_no_more_than_the_panel_are_no_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRICES, PANEL, 3_900)
    assert fire(SPLIT, laboratory(), split(3)).none()
    monkeypatch.setitem(PRICES, PANEL, 3_800)
    assert fire(SPLIT, laboratory(), split(3)).only()


def test_a_panel_report_without_an_item_is_not_testable() -> None:
    run = fire(SPLIT, laboratory(), split(3, reported=(None,)))

    assert run.none()
    assert run.not_testable == {"med_list_codg": 3}
