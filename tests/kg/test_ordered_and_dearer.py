"""A dear article on the bill of a stay whose chart orders a cheaper one."""

from tests.kg.crimes import Fact, at, days, fire, line, many, row, serial, visit

RULE = "order_names_cheaper_article"
DEAR, CHEAP, KIN, OTHER = "XJ01CRA958B002010391652", "XJ01DDA955B002010191595", "XJ01DDA955B002010191596", "XA02BCA964B002010191694"
PRICES = {DEAR: 6_000, CHEAP: 1_500, KIN: 5_800, OTHER: 1_500}


def treated(name: str, *billed: str, ordered: tuple[str, ...] = (), dated: bool = True) -> Fact:
    """A stay billed for these articles; the chart holds these orders."""
    begun = visit(name, person=name, at_place="H1", when=days(0, 9), med_type="21", endtime=at(days(6, 16)))
    bill = many(
        line(name, person=name, at_place="H1", item=i, charge="09", when=days(1, 10) if dated else None, fen=PRICES[i]) for i in billed
    )
    chart = many(row("drord_d", mdtrt_id=name, drord_no=serial("Y"), med_list_codg=i, begntime=at(days(1, 9))) for i in ordered)
    return begun + bill + chart


def ward(n: int = 20) -> Fact:
    """Honest stays: everything has its order."""
    return many(treated(f"W{k}", DEAR, CHEAP, KIN, OTHER, ordered=(DEAR, CHEAP, KIN, OTHER)) for k in range(n))


def swapped(n: int, *, billed: tuple[str, ...] = (DEAR,), ordered: tuple[str, ...] = (CHEAP,), dated: bool = True) -> Fact:
    return many(treated(f"S{k}", *billed, ordered=ordered, dated=dated) for k in range(n))


def test_five_stays_with_the_cheap_one_ordered_and_the_dear_one_billed_cite_the_difference() -> None:
    finding = fire(RULE, ward(), swapped(5)).only()

    assert finding.subject == ("institution", "H1")
    assert {key["mdtrt_id"] for key in finding.cites("fee_list_d")} == {f"S{k}" for k in range(5)}
    assert finding.amount_fen == 5 * 4_500
    assert (finding.facts["article"], finding.facts["stays"]) == (DEAR, 5)


def test_an_article_out_of_stock_has_a_second_order() -> None:
    assert fire(RULE, ward(), swapped(5, ordered=(CHEAP, DEAR))).none()


def test_the_cheap_one_stands_on_the_bill_as_well_or_belongs_to_another_group() -> None:
    assert fire(RULE, ward(), swapped(5, billed=(DEAR, CHEAP))).none()
    assert fire(RULE, ward(), swapped(5, ordered=(OTHER,))).none()


def test_a_twentieth_in_price_four_stays_and_one_in_twenty_are_slips() -> None:
    assert fire(RULE, ward(), swapped(5, ordered=(KIN,))).none()
    assert fire(RULE, ward(), swapped(4)).none()
    assert fire(RULE, ward(95), swapped(5)).only()
    assert fire(RULE, ward(96), swapped(5)).none()


def test_what_wards_take_without_an_order_and_a_chart_that_was_not_sent_say_nothing() -> None:
    loose = many(treated(f"L{k}", DEAR, ordered=(OTHER,)) for k in range(20))

    assert fire(RULE, ward(), loose, swapped(5)).none()
    assert fire(RULE, ward(), swapped(5, ordered=())).none()


def test_a_line_without_a_day_is_not_testable() -> None:
    run = fire(RULE, ward(), swapped(5), swapped(3, dated=False))

    assert run.not_testable == {"day": 3}
