"""One box billed twice at one till."""

from tests.kg.crimes import Hours, box, fire, many, sale

RULE = "trace_code_rescan_same_shop"


def twice(code: str, **second: object):
    return sale(box(code), to="ANN") + sale(box(code), to="ANN", after=Hours(24), **second)


def test_fires_when_one_person_pays_three_boxes_twice() -> None:
    finding = fire(RULE, many(twice(code) for code in "ABC")).only()

    assert finding.subject == ("institution", "P1")
    assert finding.amount_fen == 3_000
    assert finding.facts["codes"] == 3


def test_fires_on_two_persons_served_within_minutes() -> None:
    rescans = [sale(box(c), to="ANN") + sale(box(c), to="BOB", after=Hours(0.1)) for c in "ABC"]

    assert fire(RULE, many(rescans)).only()


def test_a_refunded_first_try_is_a_retry() -> None:
    retries = [sale(box(c), to="ANN", refunded=True) + sale(box(c), to="ANN", after=Hours(0.05)) for c in "ABCD"]

    assert fire(RULE, many(retries)).none()


def test_two_codes_are_slips() -> None:
    assert fire(RULE, many(twice(code) for code in "AB")).none()


def test_the_gap_decides_between_the_two_rules() -> None:
    def served(gap: float):
        return many(sale(box(c), to="ANN") + sale(box(c), to="BOB", after=gap) for c in "ABC")

    assert fire(RULE, served(Hours(1 / 6) - 1)).only()
    assert fire(RULE, served(Hours(1 / 6))).none()


def test_unknown_time_is_not_testable() -> None:
    unknown = [sale(box(c), to="ANN") + sale(box(c), to="BOB", after=None) for c in "ABC"]

    run = fire(RULE, many(unknown))

    assert run.none()
    assert run.not_testable == {"sold_at": 3}
