"""Habits of one at the desk: the same claimants, the same institution, no reasons; taken back and paid again for more."""

from tests.kg.crimes import Fact, at, days, fire, many, row, visit
from tests.kg.desk import bill

SAME, AGAIN = "manual_reimbursement_concentration", "reversal_and_resettlement"
BENEFIT = "benefit_changed_before_claim"
CLERKS = ("DESK1", "DESK2", "DESK3", "DESK4")


def claims(
    n: int, handler: str | None = None, *, place: str | None = None, faces: int | None = None, mark: str = "P", **more: object
) -> Fact:
    """Claims by hand, dealt out in turn unless `handler` takes them all; `faces`: so many persons come again and again."""
    return many(
        bill(
            by_hand=True,
            person=f"{mark}{i % (faces or n)}",
            at_place=place or f"H{i % 7}",
            settled=20 + i // 4,
            handler=handler or CLERKS[i % 4],
            **more,  # type: ignore[arg-type]
        )
        for i in range(n)
    )


COUNTER = claims(160)


def test_one_institutions_bills_without_reasons_at_one_desk_are_named() -> None:
    finding = fire(SAME, COUNTER, claims(30, "DESK1", place="FAR", reason=None, mark="F")).only()

    assert finding.subject == ("handler", "DESK1")
    assert len(finding.cites("setl_d")) == 30
    assert (finding.facts["signs"], finding.facts["institution"], finding.facts["claims"]) == ("institution, no reason", "FAR", 70)


def test_the_same_faces_from_many_places_and_no_reasons_are_two_signs() -> None:
    finding = fire(SAME, COUNTER, claims(35, "DESK1", faces=5, reason=" ", mark="F")).only()

    assert finding.facts["signs"] == "faces, no reason"


def test_a_busy_clerk_is_no_insider() -> None:
    assert fire(SAME, COUNTER, claims(200, "DESK1", mark="B")).none()


def test_a_desk_for_one_hospital_sees_its_patients_again() -> None:
    assert fire(SAME, COUNTER, claims(60, "DESK1", place="KIDNEYS", faces=6, mark="K")).none()


def test_a_clerk_who_never_writes_reasons_shows_one_sign() -> None:
    lazy = many(bill(by_hand=True, person=f"L{i}", at_place=f"H{i % 7}", handler="DESK1", reason=None) for i in range(35))

    assert fire(SAME, COUNTER, lazy).none()


def test_a_few_claims_and_an_office_of_two_are_not_judged() -> None:
    few = claims(29, "DESK9", place="FAR", reason=None, mark="F")
    pair = many(bill(by_hand=True, person=f"P{i}", handler=f"DESK{1 + i % 2}") for i in range(60))

    assert fire(SAME, COUNTER, few).none()
    assert fire(SAME, COUNTER, few, bill(by_hand=True, person="ONE", handler="DESK9")).only()
    assert fire(SAME, pair, claims(40, "DESK1", place="FAR", reason=None, mark="F")).none()


def test_an_unknown_time_is_not_testable() -> None:
    run = fire(SAME, COUNTER, bill(by_hand=True, setl_time=None))

    assert run.none()
    assert run.not_testable["setl_time"] == 1


def twice(n: int, *, handler: str = "DESK1", fund: int = 340_000, fen: int = 500_000, by_hand: bool = True) -> Fact:
    """Stays paid at 300,000, reversed, and entered again."""
    return many(
        bill(person=f"{handler}-{i}", paid=300_000, refunded=True)
        + bill(person=f"{handler}-{i}", by_hand=by_hand, paid=fund, fen=fen, handler=handler, settled=30)
        for i in range(n)
    )


def test_three_stays_paid_again_for_more_cite_the_second_payment() -> None:
    finding = fire(AGAIN, twice(3)).only()

    assert finding.subject == ("handler", "DESK1")
    assert len(finding.cites("setl_d")) == 3
    assert (finding.facts["settlements"], finding.facts["persons"]) == (3, 3)


def test_a_tenth_is_a_correction_and_a_larger_bill_is_another_bill() -> None:
    assert fire(AGAIN, twice(3, fund=330_000)).none()
    assert fire(AGAIN, twice(3, fund=330_001)).only()
    assert fire(AGAIN, twice(3, fen=500_001)).none()


def test_two_appeals_a_settlement_on_the_spot_and_what_everybody_does_do_not_fire() -> None:
    assert fire(AGAIN, twice(2)).none()
    assert fire(AGAIN, twice(3, by_hand=False)).none()
    assert fire(AGAIN, *(twice(3, handler=f"DESK{n}") for n in range(1, 6))).none()


def test_without_a_time_nobody_knows_which_came_first() -> None:
    run = fire(AGAIN, twice(3), bill(by_hand=True, setl_time=None))

    assert len(run.findings) == 1
    assert run.not_testable["setl_time"] == 1


def registered(n: int, *, by: str = "DESK1", paid_by: str = "DESK1", begun: int = 0, claimed: int = 3, disease: str = "B18.100") -> Fact:
    """People registered on day `begun`, each with two bills by hand from day `claimed` on."""

    def one(who: str) -> Fact:
        entry = row("opsp_reg", psn_no=who, dise_no=disease, begndate=at(days(begun, 0)), opter_id=by)
        return entry + many(bill(by_hand=True, person=who, first=claimed + d, last=claimed + d, handler=paid_by) for d in (0, 30))

    return many(one(f"R{i}") for i in range(n))


def test_three_people_registered_and_paid_by_one_hand_are_cited_with_register_and_claims() -> None:
    finding = fire(BENEFIT, COUNTER, registered(3)).only()

    assert finding.subject == ("handler", "DESK1")
    assert len(finding.cites("setl_d")) == 6
    assert len(finding.cites("opsp_reg")) == 3
    assert finding.amount_fen == 6 * 500_000


def test_two_acquaintances_a_colleague_who_pays_and_bills_of_a_later_quarter_are_no_deal() -> None:
    assert fire(BENEFIT, COUNTER, registered(2)).none()
    assert fire(BENEFIT, COUNTER, registered(3, paid_by="DESK2")).none()
    assert fire(BENEFIT, COUNTER, registered(3, claimed=61)).none()  # of six bills three lie in the quarter: one in sixty by chance
    assert fire(BENEFIT, COUNTER, registered(3, claimed=60)).only()
    assert fire(BENEFIT, COUNTER, registered(3, claimed=-31)).none()


def test_an_illness_that_was_diagnosed_first_is_registered_rightly() -> None:
    known = many(visit(f"D{i}", person=f"R{i}", when=days(-9), med_type="11", dscg_maindiag_code="B18.1") for i in range(3))
    later = many(visit(f"D{i}", person=f"R{i}", when=days(9), med_type="11", dscg_maindiag_code="B18.1") for i in range(3))

    assert fire(BENEFIT, COUNTER, registered(3), known).none()
    assert fire(BENEFIT, COUNTER, registered(3), later).only()


def test_where_one_clerk_does_everything_chance_explains_it() -> None:
    assert fire(BENEFIT, registered(3)).none()


def test_a_registration_by_nobody_is_not_testable() -> None:
    run = fire(BENEFIT, COUNTER, registered(3, by=None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable["opter_id"] == 3
