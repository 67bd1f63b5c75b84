"""The same thing charged twice: lines, bills, fees, and parts of what was billed as a whole."""

from tests.kg.crimes import Fact, box, days, fire, line, many, row, sale, settle
from tests.kg.points import RETIRED, point

PAIR, LINE, BILL, FEE = (
    "service_duplicate_pair",
    "exact_line_duplicate",
    "duplicate_settlement_minutes_apart",
    "general_consultation_fee_repeat",
)
WHOLE, PART = "003110000100000", "003110000060000"  # NHSA batch 7: haemoperfusion contains haemodialysis, same day
VISIT_WHOLE, VISIT_PART = "004600000170000", "004600000160000"  # same visit


def both(n: int, *, hour: float = 10, part_day: int | None = None, place: str = "H1", fen: int = 7_000) -> Fact:
    name, when = f"{place}V{n}", days(n)
    other = days(n if part_day is None else part_day, hour)
    return line(name, person=f"P{n}", at_place=place, item=WHOLE, when=when) + line(
        name, person=f"P{n}", at_place=place, item=PART, when=other, fen=fen, sn=f"PART{n}"
    )


def test_the_contained_item_is_the_loss() -> None:
    finding = fire(PAIR, many(both(n) for n in range(3))).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 21_000
    assert {key["bkkp_sn"] for _, key, _ in finding.evidence} == {"PART0", "PART1", "PART2"}


def test_two_contained_lines_are_slips() -> None:
    assert fire(PAIR, many(both(n) for n in range(2))).none()


def test_another_day_is_outside_the_window() -> None:
    assert fire(PAIR, many(both(n, part_day=n + 1, hour=0) for n in range(0, 9, 3))).none()


def test_a_pair_by_visit_holds_over_days() -> None:
    visits = [
        line(f"V{n}", person=f"P{n}", item=VISIT_WHOLE, when=days(n)) + line(f"V{n}", person=f"P{n}", item=VISIT_PART, when=days(n + 2))
        for n in range(3)
    ]

    assert fire(PAIR, point(PAIR, VISIT_WHOLE, pair_code=VISIT_PART, window="visit"), many(visits)).only()


def test_a_pair_that_the_province_has_ended_is_no_loss() -> None:
    ended = point(PAIR, WHOLE, pair_code=PART, window="day", valid_to=RETIRED)

    assert fire(PAIR, ended, many(both(n) for n in range(3))).none()


def test_a_pair_that_most_hospitals_bill_is_not_in_force_here() -> None:
    assert fire(PAIR, many(both(n, place=f"H{h}") for h in range(5) for n in range(4))).none()


def test_three_in_many_hundred_occasions_are_slips() -> None:
    alone = many(line(f"A{n}", person=f"A{n}", item=WHOLE, when=days(n % 60)) for n in range(400))

    assert fire(PAIR, alone, many(both(n) for n in range(3))).none()


def test_a_refunded_part_is_no_loss() -> None:
    refunds = many(line(f"H1V{n}", person=f"P{n}", item=PART, cnt=-1, fen=-7_000, refunds=f"PART{n}", when=days(n)) for n in range(3))

    assert fire(PAIR, many(both(n) for n in range(3)), refunds).none()


def test_unknown_time_is_not_testable() -> None:
    run = fire(PAIR, many(line(f"V{n}", item=c, when=None) for n in range(3) for c in (WHOLE, PART)))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 6}


def twin(n: int, *, gap: float = 0.0, copies: int = 2, charge: str = "04", fen: int = 900, **more: object) -> Fact:
    return many(line(f"V{n}", person=f"P{n}", when=days(n) + gap * k, charge=charge, fen=fen, order="O1", **more) for k in range(copies))  # type: ignore[arg-type]


def test_six_lines_entered_twice_cite_the_second_of_each() -> None:
    finding = fire(LINE, many(twin(n) for n in range(6))).only()

    assert finding.amount_fen == 6 * 900
    assert finding.facts["persons"] == 6


def test_what_the_desk_entered_again_from_papers_is_not_the_houses_bill() -> None:
    def entered(n: int, setl_type: str) -> Fact:
        again = line(f"D{n}", person=f"P{n}", when=days(n), charge="04", fen=900, order="O1")
        return twin(n, copies=1) + again + row("setl_d", setl_id=f"S-D{n}", mdtrt_id=f"D{n}", setl_type=setl_type, vali_flag="1")

    assert fire(LINE, many(entered(n, "1") for n in range(6))).none()
    assert fire(LINE, many(entered(n, "2") for n in range(6))).only()


def test_five_are_slips() -> None:
    assert fire(LINE, many(twin(n) for n in range(5))).none()


def test_a_second_apart_is_another_line() -> None:
    assert fire(LINE, many(twin(n, gap=1 / 3600) for n in range(6))).none()


def test_left_and_right_are_two_operations_and_a_third_is_one_too_many() -> None:
    assert fire(LINE, many(twin(n, charge="06") for n in range(6))).none()
    assert fire(LINE, many(twin(n, charge="06", copies=3) for n in range(6))).only()


def elsewhere(pairs: int, singles: int) -> Fact:
    """The same operation at another hospital, on one side and on both."""
    return many(
        line(f"E{n}", person=f"E{n}", at_place="H2", when=days(n % 50), charge="06", fen=900)
        for n in range(pairs + singles)
        for _ in range(2 if n < pairs else 1)
    )


def test_what_the_others_do_one_at_a_time_has_no_left_and_right() -> None:
    pairs = many(twin(n, charge="06") for n in range(6))

    assert fire(LINE, pairs, elsewhere(0, 60)).only().subject == ("institution", "H1")
    assert fire(LINE, pairs, elsewhere(0, 59)).none()  # too few to know the item by
    assert fire(LINE, pairs, elsewhere(2, 58)).only()  # two in sixty are slips
    assert fire(LINE, pairs, elsewhere(3, 57)).none()  # one in twenty is done on both sides


def test_midnight_is_a_date_and_shows_no_identity() -> None:
    midnight = [line(f"V{n}", person=f"P{n}", when=days(n, 0), charge="04", order="O1") for n in range(6) for _ in range(2)]

    assert fire(LINE, many(midnight)).none()


def test_two_packs_with_two_codes_are_two_packs() -> None:
    packs = many(sale(box(f"C{n}{k}"), to=f"P{n}", after=days(n), visit_name=f"V{n}") for n in range(6) for k in range(2))

    assert fire(LINE, packs).none()


def test_the_rate_of_everybody_is_nobodys_habit() -> None:
    everywhere = many(
        line(f"{h}V{n}", person=f"P{n}", at_place=h, when=days(n), charge="04")
        for h in ("H1", "H2", "H3", "H4", "H5")
        for n in range(6)
        for _ in range(2)
    )

    assert fire(LINE, everywhere).none()


def double(n: int, *, minutes: float = 5, refunded: bool = False, second_item: str | None = None, fen: int = 5_000, **more: object) -> Fact:
    first, again = f"D{n}A", f"D{n}B"
    when = days(n)
    return (
        settle(first, person=f"P{n}", when=when, fen=fen)
        + line(first, person=f"P{n}", at_place="P1", when=when, fen=fen)
        + settle(again, person=f"P{n}", when=when + minutes / 60, fen=fen, refunded=refunded, **more)  # type: ignore[arg-type]
        + line(again, person=f"P{n}", at_place="P1", when=when + minutes / 60, fen=fen, **({"item": second_item} if second_item else {}))  # type: ignore[arg-type]
    )


def test_the_second_of_two_equal_bills_is_cited() -> None:
    finding = fire(BILL, many(double(n) for n in range(4))).only()

    assert finding.amount_fen == 20_000
    assert [key["setl_id"] for key in finding.cites("setl_d")] == [f"S-D{n}B" for n in range(4)]


def test_thirty_minutes_fire_and_a_second_more_does_not() -> None:
    assert fire(BILL, many(double(n, minutes=30) for n in range(4))).only()
    assert fire(BILL, many(double(n, minutes=30 + 1 / 60) for n in range(4))).none()


def test_a_retry_with_a_refund_is_innocent() -> None:
    assert fire(BILL, many(double(n, refunded=True) for n in range(6))).none()


def test_a_family_account_buys_for_two() -> None:
    assert fire(BILL, many(double(n, family_account=2_000) for n in range(6))).none()


def test_another_basket_of_equal_price_is_another_purchase() -> None:
    assert fire(BILL, many(double(n, second_item="003102000010000") for n in range(6))).none()


def test_three_at_one_shop_are_retries_nobody_reversed() -> None:
    assert fire(BILL, many(double(n) for n in range(3))).none()


def fee(n: int, *, times: int = 2, charge: str = "12", also: str | None = None) -> Fact:
    name = f"F{n}"
    fees = [line(name, person=f"P{n}", at_place="C1", when=days(n, 9 + k), charge=charge, fen=1_000) for k in range(times)]
    extra = [line(name, person=f"P{n}", at_place="C1", when=days(n), charge=also, fen=500)] if also else []
    return many([*fees, *extra])


def test_a_second_general_fee_on_one_day_is_cited() -> None:
    finding = fire(FEE, many(fee(n) for n in range(5))).only()

    assert finding.subject == ("institution", "C1")
    assert finding.amount_fen == 5_000


def test_registration_is_inside_the_general_fee() -> None:
    assert fire(FEE, many(fee(n, times=1, also="13") for n in range(5))).only().amount_fen == 2_500


def test_one_fee_a_day_is_right() -> None:
    assert fire(FEE, many(fee(n, times=1) for n in range(9))).none()


def test_one_patient_who_comes_twice_a_day_for_weeks_is_one_story() -> None:
    weeks = [line(f"W{n}", person="ANN", at_place="C1", when=days(n, 9 + k), charge="12") for n in range(20) for k in range(2)]

    assert fire(FEE, many(weeks)).none()


def test_three_second_fees_are_visits_of_the_really_ill() -> None:
    assert fire(FEE, many(fee(n) for n in range(3))).none()


def test_unknown_day_of_a_fee_is_not_testable() -> None:
    run = fire(FEE, line("F1", at_place="C1", charge="12", when=None), line("F1", at_place="C1", charge="12", when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 2}
