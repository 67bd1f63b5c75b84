"""What was ordered and what the store handed out, beside what was billed."""

from tests.kg.crimes import Fact, at, days, fire, line, many, row, serial, visit

SPLIT, ABOVE, SWAP = "ordered_whole_billed_in_parts", "billed_above_store_issues", "store_issued_cheaper_article"
FIRST_GRADE, SECOND_GRADE, MOUTH_CARE, WASH = "001201000030000", "001201000040000", "001201000140100", "001201000140200"
PRICES = {FIRST_GRADE: 3_000, SECOND_GRADE: 1_700, MOUTH_CARE: 1_000, WASH: 1_000}


def order(name: str, item: str | None, *, first: int = 1, last: int = 2) -> Fact:
    when = {"begntime": at(days(first, 9)), "stoptime": at(days(last, 9))}
    return row("drord_d", mdtrt_id=name, drord_no=serial("Y"), med_list_codg=item, **when)


def nursed(
    name: str, *items: str, ordered: str | None = FIRST_GRADE, on: tuple[int, ...] = (1, 2), dated: bool = True, house: str = "H1"
) -> Fact:
    """A stay with these nursing items on each of its days; one of them ordered."""
    begun = visit(name, person=name, at_place=house, when=days(0, 9), med_type="21", endtime=at(days(4, 16)))
    bill = [
        line(name, person=name, at_place=house, item=i, charge="05", when=days(d, 20) if dated else None, fen=PRICES[i])
        for d in on
        for i in items
    ]
    return begun + many(bill) + order(name, ordered)


WARD = many(nursed(f"N{n}", FIRST_GRADE) for n in range(18)) + many(
    nursed(f"T{n}", item, ordered=item) for n in range(2) for item in (SECOND_GRADE, MOUTH_CARE, WASH)
)
PARTS = (SECOND_GRADE, MOUTH_CARE, WASH)


def broken(n: int, *items: str, **more: object) -> Fact:
    return many(nursed(f"B{k}", *(items or PARTS), **more) for k in range(n))  # type: ignore[arg-type]


def test_the_first_grade_billed_as_the_second_and_two_tasks_cites_the_difference() -> None:
    finding = fire(SPLIT, WARD, broken(5)).only()

    assert finding.subject == ("institution", "H1")
    assert 5 * 2 * 700 - 30 <= (finding.amount_fen or 0) <= 5 * 2 * 700  # each line loses less than a fen
    assert (finding.facts["whole"], finding.facts["visits"], finding.facts["parts"]) == (FIRST_GRADE, 5, 3)


def test_tasks_beside_a_billed_whole_or_with_orders_of_their_own_are_given_as_well() -> None:
    wanted = many(order(f"B{k}", item) for k in range(5) for item in PARTS)

    assert fire(SPLIT, WARD, broken(5, FIRST_GRADE, *PARTS)).none()
    assert fire(SPLIT, WARD, broken(5), wanted).none()


def test_one_piece_for_another_is_no_split_and_four_stays_are_slips() -> None:
    assert fire(SPLIT, WARD, broken(5, SECOND_GRADE)).none()
    assert fire(SPLIT, WARD, broken(4)).none()


def test_what_nobody_orders_and_every_fourth_hospital_bills_needs_no_order() -> None:
    """A district of eight hospitals: only H1 bills the tasks, or two do."""
    others = many(nursed(f"W{h}", FIRST_GRADE, house=f"H{h}") for h in range(2, 9)) + many(nursed(f"N{n}", FIRST_GRADE) for n in range(18))
    habit = nursed("W9", FIRST_GRADE, *PARTS, house="H2")

    assert fire(SPLIT, others, broken(5)).only()
    assert fire(SPLIT, others, broken(5), habit).none()


def test_parts_that_cost_no_more_are_no_gain() -> None:
    assert fire(SPLIT, WARD, broken(5, SECOND_GRADE, MOUTH_CARE)).none()  # 27 yuan for 30


def test_a_service_that_is_often_not_billed_on_its_days_is_not_judged() -> None:
    late = many(nursed(f"L{n}", FIRST_GRADE, on=(1,)) for n in range(18))

    assert fire(SPLIT, WARD, late, broken(5)).none()


def test_a_line_without_a_day_is_not_testable() -> None:
    run = fire(SPLIT, WARD, broken(5, dated=False))

    assert run.none()
    assert run.not_testable == {"day": 30}


DEAR, CHEAP, OTHER = "XJ01MAA961B002010191661", "XJ01DDA955B002010191595", "XA02BCA964B002010191694"


def store(item: str, issued: float, *, back: float = 0) -> Fact:
    """What went out to departments on the first day and came back on the last of half a year."""
    moves = (("107", issued, 1), ("106", back, 182))
    return many(
        row("hosp_stock", fixmedins_code="H1", med_list_codg=item, move_type=kind, cnt=cnt, move_time=at(days(day)))
        for kind, cnt, day in moves
    )


def used(item: str, pieces: int, *, fen: int = 5_000, each: int = 10) -> Fact:
    """Billed in lines of `each` pieces."""
    return many(
        line(f"M{item}{k}", person="P", item=item, charge="09", when=days(2 + k % 180), cnt=each, fen=each * fen)
        for k in range(pieces // each)
    )


OTHERS = store(OTHER, 210) + used(OTHER, 200)


def test_more_billed_than_handed_out_cites_the_surplus_in_the_largest_lines() -> None:
    large = line("BIG", person="P", item=DEAR, charge="09", when=days(50), cnt=130, fen=650_000)

    finding = fire(ABOVE, OTHERS, store(DEAR, 200), used(DEAR, 200), large).only()

    assert finding.subject == ("institution", "H1")
    assert [key["mdtrt_id"] for key in finding.cites("fee_list_d")] == ["BIG"]
    assert 5_000 * 103 <= (finding.amount_fen or 0) <= 5_000 * 106  # 130 less a fortnight's 25
    assert (finding.facts["pieces_billed"], finding.facts["pieces_issued"]) == (330, 200)


def test_a_fortnight_on_the_wards_a_tenth_and_trifles_are_allowed() -> None:
    assert fire(ABOVE, OTHERS, store(DEAR, 200), used(DEAR, 230)).none()  # twelve beyond the fortnight: less than a tenth
    assert fire(ABOVE, OTHERS, store(DEAR, 200), used(DEAR, 250)).only()
    assert fire(ABOVE, OTHERS, store(DEAR, 200), used(DEAR, 250, fen=3_000)).none()  # 920 yuan


def test_what_came_back_to_the_store_was_not_used() -> None:
    assert fire(ABOVE, OTHERS, store(DEAR, 300, back=100), used(DEAR, 300)).only()
    assert fire(ABOVE, OTHERS, store(DEAR, 300), used(DEAR, 300)).none()


def test_a_store_that_books_few_of_its_articles_and_an_article_that_it_never_held_say_nothing() -> None:
    assert fire(ABOVE, store(DEAR, 200), used(DEAR, 300), used(OTHER, 200)).none()
    assert fire(ABOVE, OTHERS, used(DEAR, 300)).none()


def test_cheaper_ones_that_went_out_unbilled_are_a_swap_and_nothing_else() -> None:
    swap = OTHERS + store(DEAR, 200) + used(DEAR, 300) + store(CHEAP, 300) + used(CHEAP, 200, fen=1_000)

    finding = fire(SWAP, swap).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("fee_list_d")) == 8  # 300 less the store's 200 and a fortnight's 23
    assert (finding.facts["article"], finding.facts["pieces_billed"], finding.facts["pieces_issued"]) == (DEAR, 300, 200)
    assert fire(ABOVE, swap).none()


def test_lines_that_nobody_ordered_are_cited_before_larger_ones() -> None:
    swap = OTHERS + store(DEAR, 100) + store(CHEAP, 300) + used(CHEAP, 200, fen=1_000) + used(DEAR, 100)
    large = line("BIG", person="P", item=DEAR, charge="09", when=days(50), cnt=80, fen=400_000)
    asked = many(order(f"M{DEAR}{k}", DEAR) for k in range(10))

    assert [key["mdtrt_id"] for key in fire(SWAP, swap, large, asked).only().cites("fee_list_d")] == ["BIG"]
    cited = [key["mdtrt_id"] for key in fire(SWAP, swap, large, order("BIG", DEAR)).only().cites("fee_list_d")]
    assert len(cited) == 7
    assert "BIG" not in cited


def test_a_surplus_that_nothing_replaced_is_no_swap() -> None:
    alone = OTHERS + store(DEAR, 200) + used(DEAR, 300)

    assert fire(SWAP, alone).none()
    assert fire(SWAP, alone, store(CHEAP, 210), used(CHEAP, 200, fen=1_000)).none()  # as much stays unbilled of everything
    assert fire(SWAP, alone, store(CHEAP, 300), used(CHEAP, 200, fen=6_000)).none()  # the unbilled one is dearer


def test_a_shortage_bridged_by_a_second_order_is_billed_as_it_was_given() -> None:
    assert fire(SWAP, OTHERS, store(DEAR, 100), used(DEAR, 100), store(CHEAP, 300), used(CHEAP, 280, fen=1_000)).none()


def test_a_move_without_a_day_is_not_testable() -> None:
    undated = row("hosp_stock", fixmedins_code="H1", med_list_codg=DEAR, move_type="107", cnt=200)

    for rule in (ABOVE, SWAP):
        run = fire(rule, OTHERS, undated, used(DEAR, 300))
        assert run.not_testable == {"move_time": 1}
