"""Procured drugs above their contract, and dialysis of people with sound kidneys."""

from datetime import timedelta

from tests.kg.crimes import DRUG, EPOCH, Fact, dialysis, fire, line, many, row

PRICE, KIDNEYS = "procured_drug_above_contract_price", "dialysis_without_renal_failure"


def contract(fen: int = 1_000, *, since: float | None = -60) -> Fact:
    begins = since if since is None else (EPOCH + timedelta(days=since)).date()
    return row("kb_price", med_list_codg=DRUG, contract_price_fen=fen, valid_from=begins)


def billed(n: int, *, fen: int = 1_500, when: float | None = 10.0) -> Fact:
    return many(line(f"V{i}", at_place="H1", item=DRUG, fen=fen, when=when, charge="09") for i in range(n))


def test_the_difference_to_the_contract_is_cited_line_by_line() -> None:
    finding = fire(PRICE, contract(), billed(3)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 1_500
    assert [fen for _, _, fen in finding.evidence] == [500, 500, 500]
    assert finding.facts["drugs"] == 1


def test_the_contract_price_itself_two_lines_and_another_unit_do_not_fire() -> None:
    assert fire(PRICE, contract(), billed(3, fen=1_000)).none()
    assert fire(PRICE, contract(), billed(3, fen=1_001)).only()
    assert fire(PRICE, contract(), billed(2)).none()
    assert fire(PRICE, contract(), billed(3, fen=5_000)).none()
    assert fire(PRICE, contract(), billed(3, fen=4_999)).only()


def test_old_stock_of_the_first_month_is_sold_at_the_old_price() -> None:
    assert fire(PRICE, contract(since=-30), billed(3)).none()
    assert fire(PRICE, contract(since=-31), billed(3)).only()


def test_a_drug_without_a_contract_and_an_unknown_day_are_not_judged() -> None:
    assert fire(PRICE, row("kb_price", med_list_codg=DRUG, price_cap_fen=1), billed(3)).none()
    run = fire(PRICE, contract(), billed(3, when=None))
    assert run.none()
    assert run.not_testable["fee_ocur_time"] == 3


def ill(person: str, diagnosis: str | None) -> Fact:
    columns = {"psn_no": person, "fixmedins_code": "H1", "med_type": "11", "vali_flag": "1", "begntime": EPOCH}
    return row("mdtrt_d", mdtrt_id=f"DX-{person}", dscg_maindiag_code=diagnosis, **columns)


def sessions(person: str, n: int = 7, *, every: int = 3) -> Fact:
    return many(dialysis(person=person, day=i * every) for i in range(n))


CENTRE = many(ill(f"K{n}", "N18.5") + sessions(f"K{n}", 1) for n in range(3))


def test_seven_sessions_of_a_person_with_a_cold_are_cited() -> None:
    finding = fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN")).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == 7 * 40_000
    assert finding.facts["most_days_in_90"] == 7


def test_six_sessions_or_six_in_any_quarter_are_acute() -> None:
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN", 6)).none()
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN", 7, every=15)).none()
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN", 7, every=14)).only()


def test_kidneys_a_poisoning_or_a_registration_anywhere_explain_it() -> None:
    assert fire(KIDNEYS, CENTRE, ill("ANN", "N18.5"), sessions("ANN")).none()
    assert fire(KIDNEYS, CENTRE, ill("ANN", "T43.0"), sessions("ANN")).none()
    chronic = row("opsp_reg", psn_no="ANN", dise_no="M07800", dise_name="尿毒症透析")
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN"), chronic).none()
    unnamed = row("opsp_reg", psn_no="ANN", dise_no="M07800")
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN"), unnamed).none()
    pressure = row("opsp_reg", psn_no="ANN", dise_no="M03900", dise_name="高血压")
    assert fire(KIDNEYS, CENTRE, ill("ANN", "J00"), sessions("ANN"), pressure).only()


def test_a_centre_that_codes_nobody_and_a_person_without_codes_say_nothing() -> None:
    uncoded = many(sessions(f"U{n}", 1) for n in range(3))

    assert fire(KIDNEYS, uncoded, ill("ANN", "J00"), sessions("ANN")).none()
    assert fire(KIDNEYS, CENTRE, sessions("ANN")).none()


def test_an_unknown_day_is_not_testable() -> None:
    run = fire(KIDNEYS, CENTRE, dialysis(person="ANN", hour=None))

    assert run.none()
    assert run.not_testable["fee_ocur_time"] == 1
