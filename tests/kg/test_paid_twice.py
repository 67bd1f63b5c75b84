"""One expense paid twice: the same invoice, two areas, on the spot and again by hand."""

import pytest

from tests.kg.crimes import at, days, fire, many, row, visit
from tests.kg.desk import bill

INVOICE, REGIONS, BY_HAND = "invoice_claimed_twice", "two_region_reimbursement", "manual_and_online_double_payment"
INJURY = "work_injury_or_third_party_double"
NUMBER = "33012024A7"


def test_the_second_claim_of_an_invoice_is_cited_with_its_lines_and_not_the_first() -> None:
    first, again = bill(invoice=NUMBER, at_place="H1"), bill(invoice=NUMBER, by_hand=True)

    finding = fire(INVOICE, first, again).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("setl_d") == [again.key]
    assert finding.amount_fen == 500_000
    assert (finding.facts["fund_fen"], finding.facts["first_settlement"]) == (300_000, first.key["setl_id"])


def test_an_invoice_claimed_under_another_name_is_the_same_invoice() -> None:
    finding = fire(INVOICE, bill(invoice=NUMBER, by_hand=True), bill(invoice=NUMBER.lower(), by_hand=True, person="BOB", settled=40)).only()

    assert finding.subject == ("patient", "BOB")


def test_a_part_of_the_bill_claimed_again_repeats_its_items() -> None:
    first = bill(invoice=NUMBER)
    part = bill(invoice=NUMBER, by_hand=True, fen=250_000)
    left_out = bill(invoice=NUMBER, by_hand=True, fen=250_000, item="ANOTHER")

    assert fire(INVOICE, first, part).only().cites("setl_d") == [part.key]
    assert fire(INVOICE, first, left_out).none()
    assert fire(INVOICE, first, bill(invoice=NUMBER, by_hand=True, fen=250_000, person="BOB")).none()
    assert fire(INVOICE, first, bill(invoice=NUMBER, by_hand=True, fen=250_000, first=1)).none()


def test_a_refunded_first_settlement_frees_the_invoice() -> None:
    assert fire(INVOICE, bill(invoice=NUMBER, refunded=True), bill(invoice=NUMBER, by_hand=True)).none()


def test_supplementary_insurance_and_a_replacement_may_use_the_invoice_again() -> None:
    basic = bill(invoice=NUMBER, setl_id="BASIC", mdtrt_id="V1")

    assert fire(INVOICE, basic, bill(invoice=NUMBER, by_hand=True, mdtrt_id="V1", insutype="330")).none()
    assert fire(INVOICE, basic, bill(invoice=NUMBER, by_hand=True, init_setl_id="BASIC")).none()
    assert fire(INVOICE, basic, bill(invoice=NUMBER, by_hand=True, setl_type="3")).none()
    assert fire(INVOICE, basic, bill(invoice=NUMBER, by_hand=True, mdtrt_id="V1")).only()


def test_numbers_of_another_issuer_another_amount_or_a_till_are_not_the_same_invoice() -> None:
    first = bill(invoice=NUMBER)

    assert fire(INVOICE, first, bill(invoice=NUMBER, by_hand=True, at_place="H2")).none()
    assert fire(INVOICE, bill(invoice="00000000"), bill(invoice="00000000", by_hand=True)).none()
    assert fire(INVOICE, bill(invoice="12345"), bill(invoice="12345", by_hand=True)).none()
    assert fire(INVOICE, bill(invoice="123456"), bill(invoice="123456", by_hand=True)).only()


def test_a_counter_that_starts_anew_every_month_is_no_invoice() -> None:
    counter = many(bill(person=f"C{n}", invoice=f"{n % 9:08d}9", fen=1_000 * n + 1_000) for n in range(90))

    assert fire(INVOICE, counter, bill(invoice=NUMBER), bill(invoice=NUMBER, by_hand=True)).none()


def test_an_unknown_number_is_not_testable() -> None:
    run = fire(INVOICE, bill(), bill(by_hand=True))

    assert run.none()
    assert run.not_testable == {"invono": 2}


def abroad(**more: object):
    return bill(area="990801", certificate="C-ANN", person="ANN-2", **more)  # type: ignore[arg-type]


HOME = bill(certificate="C-ANN", paid=310_000)


def test_two_areas_pay_one_stay_and_the_smaller_payment_is_cited() -> None:
    other = abroad(by_hand=True, fen=503_000, paid=300_000)

    finding = fire(REGIONS, HOME, other).only()

    assert finding.subject == ("patient", "ANN-2")
    assert finding.cites("setl_d") == [other.key]
    assert (finding.facts["fund_fen"], finding.facts["one_area"], finding.facts["other_area"]) == (300_000, "9903", "9908")


def test_a_bill_split_when_the_insurance_moved_has_two_totals() -> None:
    assert fire(REGIONS, HOME, abroad(by_hand=True, last=4, fen=505_051)).none()
    assert fire(REGIONS, HOME, abroad(by_hand=True, last=4, fen=505_050)).only()  # a hundredth of the larger


def test_of_one_stay_each_area_may_have_struck_a_fifth() -> None:
    assert fire(REGIONS, HOME, abroad(by_hand=True, fen=400_000)).only()
    assert fire(REGIONS, HOME, abroad(by_hand=True, fen=399_999)).none()


def test_another_hospital_other_days_or_the_same_area_are_another_expense() -> None:
    assert fire(REGIONS, HOME, abroad(at_place="H2")).none()
    assert fire(REGIONS, HOME, abroad(first=6, last=11)).none()
    assert fire(REGIONS, HOME, bill(certificate="C-ANN", person="ANN-2", area="990399")).none()
    assert fire(REGIONS, HOME, abroad(paid=0)).none()


def test_of_two_visits_on_one_day_only_equal_ones_are_one_bill() -> None:
    here = bill(certificate="C-ANN", first=3, last=3, fen=20_000, invoice="INV-000001")

    assert fire(REGIONS, here, abroad(first=3, last=3, fen=20_000)).only()
    assert fire(REGIONS, here, abroad(first=3, last=3, fen=20_100)).none()
    assert fire(REGIONS, here, abroad(first=3, last=3, fen=20_000, invoice="INV-000002")).none()
    small = bill(certificate="C-ANN", first=3, last=3, fen=9_999)
    assert fire(REGIONS, small, abroad(first=3, last=3, fen=9_999)).none()


def test_an_unknown_area_is_not_testable() -> None:
    run = fire(REGIONS, HOME, bill(certificate="C-ANN", person="ANN-2", area=None))

    assert run.none()
    assert run.not_testable == {"insu_admdvs": 1}


def test_a_stay_settled_on_the_spot_and_claimed_again_by_hand_cites_the_claim() -> None:
    online, claim = bill(), bill(by_hand=True, first=1, last=6, fen=504_000)

    finding = fire(BY_HAND, online, claim).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("setl_d") == [claim.key]
    assert finding.amount_fen == 504_000
    assert (finding.facts["handler"], finding.facts["settled_as"]) == ("DESK1", online.key["setl_id"])


def test_dates_off_by_more_than_a_weekend_are_another_stay() -> None:
    assert fire(BY_HAND, bill(), bill(by_hand=True, first=3, last=8)).only()
    assert fire(BY_HAND, bill(), bill(by_hand=True, first=4, last=9)).none()


def test_a_weekly_prescription_paid_by_hand_once_is_a_visit_of_its_own() -> None:
    online = bill(first=7, last=7, fen=20_000, invoice="INV-000001")

    assert fire(BY_HAND, online, bill(by_hand=True, first=8, last=8, fen=20_000)).none()
    assert fire(BY_HAND, online, bill(by_hand=True, first=7, last=7, fen=20_000, invoice="INV-000002")).none()
    assert fire(BY_HAND, online, bill(by_hand=True, first=7, last=7, fen=20_000)).only()


def test_a_settlement_reversed_before_the_desk_paid_or_two_claims_by_hand_do_not_fire() -> None:
    assert fire(BY_HAND, bill(refunded=True), bill(by_hand=True)).none()
    assert fire(BY_HAND, bill(by_hand=True), bill(by_hand=True)).none()  # one invoice twice is another rule's question


def test_unknown_days_are_not_testable() -> None:
    run = fire(BY_HAND, bill(), bill(by_hand=True, begndate=None))

    assert run.none()
    assert run.not_testable == {"begndate": 1}


def accident(
    *,
    day: int = 0,
    kind: str = "工伤保险",
    certificate: str = "C-ANN",
    invoice: str | None = None,
    dated: bool = True,
    amount: int = 200_000,
):
    when = at(days(day)) if dated else None
    return row("other_payer", certno_h=certificate, payer_kind=kind, event_date=when, invono=invoice, amount=amount)


def treated(*, diagnosis: str = "S72.0", flag: str | None = None, first: int = 0, **more: object):
    care = bill(certificate="C-ANN", first=first, last=first + 5, mdtrt_id="V1", **more)  # type: ignore[arg-type]
    return care + visit("V1", person="ANN", when=days(first), med_type="21", dscg_maindiag_code=diagnosis, ttp_pay_flag=flag)


def test_an_injury_at_work_that_the_fund_paid_cites_settlement_and_event() -> None:
    care = treated()

    finding = fire(INJURY, care, accident()).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("setl_d") == [care.key]
    assert len(finding.cites("other_payer")) == 1
    assert (finding.amount_fen, finding.facts["other_payer_fen"]) == (500_000, 200_000)


def test_an_illness_in_that_week_or_an_injury_of_another_week_has_no_other_payer() -> None:
    assert fire(INJURY, treated(diagnosis="J18.9"), accident()).none()
    assert fire(INJURY, treated(first=7), accident()).only()
    assert fire(INJURY, treated(first=8), accident()).none()


def test_the_invoice_ties_what_the_days_do_not() -> None:
    assert fire(INJURY, treated(diagnosis="M54.5", first=60, invoice=NUMBER), accident(invoice=NUMBER)).only()


@pytest.mark.parametrize(
    ("amount", "day", "hits"), [(200_001, 65, 1), (200_000, 65, 0), (500_000, 65, 1), (500_001, 65, 0), (200_001, 66, 0)]
)
def test_a_payment_weeks_later_counts_when_the_two_paid_more_than_the_care_cost(amount: int, day: int, hits: int) -> None:
    """Care until day 5 for 5,000 yuan, of which the fund paid 3,000."""
    assert len(fire(INJURY, treated(), accident(day=day, amount=amount)).findings) == hits
    assert fire(INJURY, treated(diagnosis="J18.9"), accident(day=day, amount=amount)).none()


def test_insurance_of_ones_own_another_person_and_what_was_declared_are_lawful() -> None:
    assert fire(INJURY, treated(), accident(kind="commercial")).none()
    assert fire(INJURY, treated(), accident(kind="商业保险")).none()
    assert fire(INJURY, treated(), accident(certificate="C-BOB")).none()
    assert fire(INJURY, treated(flag="1"), accident()).none()


def test_an_event_without_a_day_is_not_testable() -> None:
    run = fire(INJURY, treated(), accident(dated=False))

    assert run.none()
    assert run.not_testable["event_date"] == 1
