"""Insured on paper: enrolled just before a stay and never paid, a second certificate, the card of the dead; each beside its honest twin."""

import pytest

from tests.kg.crimes import Fact, check, days, fire, many, purchase, row, stay
from tests.kg.test_enrolment_rules import day, dead, hired, ill

HUNG_ON, TWICE, BURIED = "enrol_then_claim", "one_person_two_certificates", "card_of_the_dead_used"


def sheet(period: str = "202509", firm: str = "E1") -> Fact:
    """A wage sheet of the firm that names somebody."""
    return hired("STAFF", firm, since=-900) + row("payroll", certno_h="C-STAFF", emp_no=firm, period=period, wag=500_000)


def test_a_beginner_in_hospital_whom_no_sheet_names_is_cited_with_spell_and_stay() -> None:
    finding = fire(HUNG_ON, sheet(), hired("ANN"), ill("ANN", 20)).only()

    assert finding.subject == ("patient", "ANN")
    assert len(finding.cites("psn_insu_d")) == len(finding.cites("mdtrt_d")) == 1
    assert finding.amount_fen == 6_000
    assert finding.facts["days_until_the_stay"] == 20


def test_a_new_job_with_wages_or_too_new_for_a_sheet_is_honest() -> None:
    assert fire(HUNG_ON, sheet(), hired("ANN", waged=True), ill("ANN", 20)).none()
    assert fire(HUNG_ON, sheet("202508"), hired("ANN"), ill("ANN", 20)).none()
    assert fire(HUNG_ON, hired("ANN"), ill("ANN", 20)).none()  # a firm that sends no sheets


@pytest.mark.parametrize(("after", "hits"), [(-1, 0), (0, 1), (60, 1), (61, 0)])
def test_the_stay_follows_within_two_months(after: int, hits: int) -> None:
    assert len(fire(HUNG_ON, sheet(), hired("ANN"), ill("ANN", after)).findings) == hits


def test_who_changes_jobs_or_gives_birth_is_no_stranger() -> None:
    def before(until: float | None) -> Fact:
        ended = None if until is None else day(until)
        return row("psn_insu_d", psn_insu_rlts_id="OLD", psn_no="ANN", emp_no="E0", begndate=day(-900), enddate=ended, insutype="310")

    birth = stay("B", person="ANN", first=20, last=23, matn_type="1")

    assert fire(HUNG_ON, sheet(), hired("ANN"), before(-180), ill("ANN", 20)).none()
    assert fire(HUNG_ON, sheet(), hired("ANN"), before(-181), ill("ANN", 20)).only()
    assert fire(HUNG_ON, sheet(), hired("ANN"), birth).none()


def test_an_unknown_day_of_enrolment_is_not_testable() -> None:
    run = fire(HUNG_ON, sheet(), hired("ANN", since=None), ill("ANN", 20))

    assert run.none()
    assert run.not_testable["begndate"] == 1


def life(
    psn_no: str,
    *,
    name: str = "ANN",
    account: str | None = "A",
    phone: str | None = None,
    born: str = "1980-01-01",
    since: float = -900,
    until: float | None = None,
) -> Fact:
    """An insured person, and from when to when."""
    one = {"certno_h": f"C-{psn_no}", "psn_name_h": name, "gend": "2", "brdy": born, "bank_acct_h": account, "tel_h": phone}
    ended = None if until is None else day(until)
    spell = row("psn_insu_d", psn_insu_rlts_id=f"R-{psn_no}", psn_no=psn_no, begndate=day(since), enddate=ended, insutype="390")
    return row("psn_b", psn_no=psn_no, **one) + spell


def used(psn_no: str, *on: int, fen: int = 1_000) -> Fact:
    return many(purchase(person=psn_no, when=days(d), fen=fen) for d in on)


BOTH = used("P1", 0, 40) + used("P2", 20, fen=9_000)


def test_two_lives_with_one_account_that_both_draw_cite_the_thinner() -> None:
    finding = fire(TWICE, life("P1"), life("P2"), BOTH).only()

    assert finding.subject == ("patient", "P2")
    assert finding.amount_fen == 9_000
    assert finding.facts["other_number"] == "P1"


def test_of_two_equally_thin_lives_the_dearer_is_cited() -> None:
    assert fire(TWICE, life("P1"), life("P2"), used("P1", 0, fen=9_000), used("P2", 20)).only().subject == ("patient", "P1")


def test_a_telephone_or_a_face_tells_as_much() -> None:
    def face(psn_no: str) -> Fact:
        return many(check(None, person=psn_no, face="HER", when=days(d), kind="clinic") for d in (1, 2))

    apart = life("P1", account="A") + life("P2", account="B")

    assert fire(TWICE, life("P1", account="A", phone="T"), life("P2", account="B", phone="T"), BOTH).only()
    assert fire(TWICE, apart, BOTH, face("P1"), face("P2")).only()
    assert fire(TWICE, apart, BOTH, face("P1")).none()


def test_namesakes_and_twins_are_two_persons() -> None:
    assert fire(TWICE, life("P1"), life("P2", account="B"), BOTH).none()
    assert fire(TWICE, life("P1"), life("P2", name="BEA"), BOTH).none()
    assert fire(TWICE, life("P1"), life("P2", born="1980-01-02"), BOTH).none()


def test_a_corrected_certificate_begins_where_the_old_one_ends() -> None:
    moved = used("P1", 0, 9) + used("P2", 20, 40)

    assert fire(TWICE, life("P1", until=10), life("P2", since=11), moved).none()
    assert fire(TWICE, life("P1"), life("P2", since=11), moved).none()  # left open, never used again
    assert fire(TWICE, life("P1"), life("P2", since=11), moved, used("P1", 30)).only()
    assert fire(TWICE, life("P1"), life("P2"), used("P1", 0, 40)).none()


def test_what_is_not_known_of_a_person_joins_nobody() -> None:
    assert fire(TWICE, life("P1", account=None), life("P2", account=None), BOTH).none()


def known(psn_no: str = "G") -> Fact:
    return row("psn_b", psn_no=psn_no, certno_h=f"C-{psn_no}")


def test_a_dead_mans_card_that_buys_on_two_days_cites_its_visits() -> None:
    finding = fire(BURIED, known(), dead("G", 0), used("G", -3, 4, 30)).only()

    assert finding.subject == ("patient", "G")
    assert finding.amount_fen == 2_000
    assert len(finding.cites("mdtrt_d")) == 2
    assert finding.facts["last_use_days_after"] == 30


def test_the_days_after_the_death_and_one_late_use_are_no_crime() -> None:
    assert fire(BURIED, known(), dead("G", 0), used("G", 3, 30)).none()
    assert fire(BURIED, known(), used("G", 3, 30)).none()


def test_three_dead_at_one_house_are_the_houses_invention() -> None:
    cards = many(known(n) + dead(n, 0) + used(n, 10, 30) for n in ("G", "K", "L"))

    assert fire(BURIED, cards).none()


def test_a_heir_before_the_camera_is_not_the_holder_and_the_holder_is_alive() -> None:
    def face(name: str, on: float) -> Fact:
        return check(None, person="G", face=name, when=days(on), kind="pharmacy")

    later = (known(), dead("G", 0), used("G", 10, 30))

    assert fire(BURIED, *later, face("HIS", -5), face("HEIR", 30)).only()
    assert fire(BURIED, *later, face("HIS", -5), face("HIS", 30)).none()
