"""More consumables on the bills than ever came onto the shelf."""

from tests.kg.crimes import Fact, bought, counted, days, fire, line, row

STOCK = "consumable_billed_above_stock"
CATHETER, SISTER, GLOVE = "C0201010010000000001", "C0201010010000000002", "C0909090010000000001"


def shelf(opening: int = 10, came: int = 20, *, item: str = CATHETER) -> Fact:
    return counted(opening, at="H1", drug=item, on=0) + bought(at="H1", drug=item, cnt=came, on=100)


def used(pieces: int, *, item: str = CATHETER, day: float | None = 20, fen: int = 20_000) -> Fact:
    when = None if day is None else days(day)
    return line("V", item=item, charge="08", when=when, cnt=pieces, fen=pieces * fen, sn=f"{item}{day}")


def test_forty_billed_of_thirty_cite_the_latest_ten() -> None:
    finding = fire(STOCK, shelf(), used(25, day=10), used(15, day=20)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.evidence == [("fee_list_d", used(15, day=20).key, 200_000)]
    assert (finding.facts["pieces_billed"], finding.facts["pieces_available"]) == (40, 30)


def test_errors_of_counting_and_trifles_are_allowed() -> None:
    assert fire(STOCK, shelf(90, 10), used(102, fen=100_000)).none()
    assert fire(STOCK, shelf(90, 10), used(103, fen=100_000)).only()
    assert fire(STOCK, shelf(), used(34)).none()  # four pieces, 800 yuan


def test_another_makers_piece_counts_as_stock_and_a_return_does_not() -> None:
    back = row("purcretn_3504", fixmedins_code="H1", med_list_codg=CATHETER, purc_retn_cnt=10, purc_retn_stoin_time="2025-07-20 10:00:00")

    assert fire(STOCK, shelf(), shelf(0, 10, item=SISTER), used(40)).none()
    assert fire(STOCK, shelf(), shelf(0, 10, item=SISTER), used(40), back).only()


def test_what_was_used_before_the_stocktaking_is_no_matter() -> None:
    assert fire(STOCK, shelf(), used(30), used(30, day=-1)).none()


def test_an_institution_that_books_only_part_of_its_goods_has_no_balance() -> None:
    assert fire(STOCK, shelf(), used(40), used(5, item=GLOVE)).none()  # one of two kinds


def test_without_a_stocktaking_nothing_is_judged() -> None:
    assert fire(STOCK, bought(at="H1", drug=CATHETER, cnt=5), used(40)).none()


def test_a_piece_without_a_day_is_not_testable() -> None:
    run = fire(STOCK, shelf(), used(40, day=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}
