"""Boxes sold that the shop's own books never saw come in."""

from tests.kg.crimes import DRUG, bought, box, days, fire, many, row, sale

RULE = "trace_code_not_purchased_here"
BOOKS = many(bought(box(f"OLD{n}")) for n in range(10)) + many(sale(box(f"OLD{n}"), after=days(120)) for n in range(10))
"""A shop that records the codes of what it buys, and sells it."""


def stray(*codes: str, on: float = 120) -> object:
    return many(sale(box(code), after=days(on)) for code in codes)


def test_fires_on_boxes_that_another_institution_bought() -> None:
    elsewhere = many(bought(box(c), at="P2") for c in "ABC")

    finding = fire(RULE, BOOKS, elsewhere, stray("A", "B", "C", on=5)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert finding.facts["codes_bought_elsewhere"] == 3


def test_boxes_of_unknown_origin_count_only_after_the_old_stock_is_sold() -> None:
    peers = many(bought(box(f"{s}{n}"), at=s) + sale(box(f"{s}{n}"), at=s, after=days(120)) for s in ("P2", "P3", "P4") for n in range(5))
    strays = [f"S{n}" for n in range(6)]

    assert fire(RULE, BOOKS, peers, stray(*strays, on=91)).only()
    assert fire(RULE, BOOKS, peers, stray(*strays, on=89)).none()


def test_boxes_sent_back_by_another_shop_came_by_the_supplier() -> None:
    elsewhere = many(bought(box(c), at="P2") for c in "ABC")

    def back(day: str) -> object:
        return many(
            row("purcretn_3504", fixmedins_code="P2", med_list_codg=DRUG, purc_retn_cnt=1, purc_retn_stoin_time=day, drug_trac_codg=c)
            for c in "ABC"
        )

    assert fire(RULE, BOOKS, elsewhere, back("2025-07-20"), stray("A", "B", "C", on=60)).none()
    assert fire(RULE, BOOKS, elsewhere, back("2025-10-20"), stray("A", "B", "C", on=60)).only()  # sold here before it went back


def test_two_boxes_are_quiet() -> None:
    elsewhere = many(bought(box(c), at="P2") for c in "AB")

    assert fire(RULE, BOOKS, elsewhere, stray("A", "B")).none()


def test_a_shop_that_does_not_record_codes_is_not_judged() -> None:
    uncoded = many(bought(at="P1") for _ in range(10))
    elsewhere = many(bought(box(c), at="P2") for c in "ABC")

    assert fire(RULE, BOOKS, uncoded, elsewhere, stray("A", "B", "C")).none()


def test_boxes_moved_in_from_a_branch_are_known() -> None:
    moved = many(
        row("invchg_3502", fixmedins_code="P1", med_list_codg="X", inv_chg_type="101", inv_chg_time="2025-07-08", cnt=1, drug_trac_codg=c)
        for c in "ABC"
    )
    elsewhere = many(bought(box(c), at="P2") for c in "ABC")

    assert fire(RULE, BOOKS, elsewhere, moved, stray("A", "B", "C")).none()


def test_unknown_time_is_not_testable() -> None:
    elsewhere = many(bought(box(c), at="P2") for c in "ABC")
    untimed = many(sale(box(c), after=None) for c in "ABC")

    run = fire(RULE, BOOKS, elsewhere, untimed)

    assert run.not_testable == {"sold_at": 3}
