"""The crime, its innocent twins, and the edge of the rule."""

from tests.kg.crimes import Hours, bought, box, fire, many, row, sale

RULE = "trace_code_sold_in_two_places"


def test_fires_when_another_pharmacy_sells_the_same_box() -> None:
    first, second = sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(240), fen=4_800)

    finding = fire(RULE, first, second).only()

    assert finding.subject == ("trace_code", "A")
    assert finding.evidence == [("fee_list_d", second.key, 4_800)]  # the resale, not the honest first sale
    assert len(finding.cites("drug_trac_3513")) == 1


def test_cites_every_later_sale_once() -> None:
    second, third = sale(box("A"), at="P2", after=Hours(240)), sale(box("A"), at="P3", after=Hours(480))

    finding = fire(RULE, sale(box("A"), at="P1"), second, third).only()

    assert [key for _, key, _ in finding.evidence] == [second.key, third.key]
    assert finding.amount_fen == 2_000


def test_stays_quiet_when_the_first_sale_was_returned() -> None:
    assert fire(RULE, sale(box("A"), at="P1", returned=True), sale(box("A"), at="P2", after=Hours(240))).none()


def test_stays_quiet_when_the_first_settlement_was_refunded() -> None:
    assert fire(RULE, sale(box("A"), at="P1", refunded=True), sale(box("A"), at="P2", after=Hours(240))).none()


def test_stays_quiet_when_the_box_was_split_for_dispensing() -> None:
    assert fire(RULE, sale(box("A", split=True), at="P1"), sale(box("A", split=True), at="P2", after=Hours(240))).none()


def test_stays_quiet_when_the_box_had_moved_to_the_second_branch_before() -> None:
    moved = row(
        "invchg_3502", fixmedins_code="P2", med_list_codg="X", inv_chg_type="101", inv_chg_time="2025-07-01", cnt=1, drug_trac_codg="A"
    )

    assert fire(RULE, moved, sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(240))).none()


def test_the_shop_that_bought_the_box_is_not_the_one_that_copied_its_code() -> None:
    false, true = sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(240))

    finding = fire(RULE, bought(box("A"), at="P2", on=-100), false, true).only()

    assert [key for _, key, _ in finding.evidence] == [false.key]


def test_a_box_bought_after_its_first_sale_came_back() -> None:
    again = sale(box("A"), at="P2", after=Hours(240))

    finding = fire(RULE, bought(box("A"), at="P2", on=200), sale(box("A"), at="P1"), again).only()

    assert [key for _, key, _ in finding.evidence] == [again.key]


def test_one_code_in_a_large_shop_is_an_error_of_printing() -> None:
    honest = many(sale(box(f"H{n}"), at="P2", after=Hours(n)) for n in range(300))

    assert fire(RULE, honest, sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(240))).none()


def test_gap_of_exactly_the_parameter_fires_and_one_second_less_does_not() -> None:
    assert fire(RULE, sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(24))).only()
    assert fire(RULE, sale(box("A"), at="P1"), sale(box("A"), at="P2", after=Hours(24) - 1)).none()


def test_unknown_time_is_not_testable_and_never_a_finding() -> None:
    run = fire(RULE, sale(box("A"), at="P1"), sale(box("A"), at="P2", after=None))

    assert run.none()
    assert run.not_testable == {"sold_at": 1}
