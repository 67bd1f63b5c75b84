"""One box, two buyers, one counter: three codes are a habit."""

from tests.kg.crimes import Hours, box, fire, many, sale

RULE = "trace_code_sold_to_two_persons"


def again(code: str, gap: float = 48.0, **second: object):
    return sale(box(code), to="ANN") + sale(box(code), to="BOB", after=Hours(gap), **second)


def test_fires_on_three_codes_and_cites_each_second_sale() -> None:
    finding = fire(RULE, many(again(code) for code in "ABC")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert finding.facts["persons"] == 1
    assert len(finding.cites("drug_trac_3513")) == 3


def test_two_codes_are_slips_of_the_scanner() -> None:
    assert fire(RULE, many(again(code) for code in "AB")).none()


def test_returned_boxes_may_be_sold_again() -> None:
    returned = [sale(box(c), to="ANN", returned=True) + sale(box(c), to="BOB", after=Hours(48)) for c in "ABCD"]

    assert fire(RULE, many(returned)).none()


def test_split_boxes_repeat_their_code() -> None:
    assert fire(RULE, many(sale(box(c, split=True), to=p, after=Hours(n)) for c in "ABCD" for n, p in ((0, "ANN"), (48, "BOB")))).none()


def test_ten_minutes_fire_and_one_second_less_is_left_to_the_rescan_rule() -> None:
    assert fire(RULE, many(again(code, 1 / 6) for code in "ABC")).only()
    assert fire(RULE, many(again(code, Hours(1 / 6) - 1) for code in "ABC")).none()


def test_errors_as_frequent_as_everywhere_are_no_habit() -> None:
    shops = [
        sale(box(f"{s}{n}"), at=s, to=p, after=Hours(h))
        for s in ("P1", "P2", "P3", "P4", "P5")
        for n in range(4)
        for h, p in ((0, "A"), (48, "B"))
    ]

    assert fire(RULE, many(shops)).none()


def test_unknown_buyer_is_not_testable() -> None:
    unknown = [sale(box(c), to="ANN") + sale(box(c), to=None, after=Hours(48)) for c in "ABC"]  # type: ignore[arg-type]

    run = fire(RULE, many(unknown))

    assert run.none()
    assert run.not_testable == {"psn_no": 3}
