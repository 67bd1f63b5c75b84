"""Rules whose points or tables a site loads itself: second lines, herbs, forbidden drugs, indications, pairs, doses, refills."""

from __future__ import annotations

from tests.kg.crimes import Fact, days, fire, line, many, row, visit
from tests.kg.points import RETIRED, point

DRUG, OTHER, HERB, HERB_2 = "XL01FDP138B009990181735", "XA10BAE038A009990100001", "T000000001", "T000000002"
SECOND, SINGLE, NEVER, CHILDREN, PREGNANT, INDICATION, FLAG, ONLINE, PAIR, HERBS, DOSE, REFILL = (
    "drug_second_line_without_first_line",
    "single_herb_not_payable",
    "herb_never_payable",
    "drug_forbidden_for_children",
    "pregnancy_lactation_drug_risk",
    "drug_indication_limit",
    "limited_drug_flag_always_compliant",
    "internet_hospital_drug_scope",
    "drug_interaction_contraindicated",
    "herb_incompatible_pair",
    "dose_above_label",
    "repeat_prescription_same_ingredient",
)


def billed(
    name: str, item: str, *, person: str = "P", when: float | None = 10.0, fen: int = 1_000, sn: str | None = None, **more: object
) -> Fact:
    """A line with whatever else stands on it."""
    fact = line(name, person=person, item=item, when=when, fen=fen, sn=sn)
    (((table, columns)),) = fact.rows
    return Fact(((table, {**columns, **more}),), fact.key)


# second line


def treated(n: int, *, known_since: int = -400, first_line: int | None = None) -> Fact:
    facts = billed(f"V{n}", DRUG, person=f"P{n}", when=days(0), sn=f"L{n}") + billed(f"A{n}", "003", person=f"P{n}", when=days(known_since))
    return facts if first_line is None else facts + billed(f"F{n}", OTHER, person=f"P{n}", when=days(first_line))


def test_a_second_line_needs_a_first_line() -> None:
    limit = point(SECOND, DRUG, pair_code="XA10B")

    assert fire(SECOND, limit, many(treated(n) for n in range(3))).only().amount_fen == 3_000
    assert fire(SECOND, limit, many(treated(n, first_line=-300) for n in range(3))).none()
    assert fire(SECOND, limit, many(treated(n, known_since=-364) for n in range(3))).none()  # nobody knows what was before
    assert fire(SECOND, limit, many(treated(n) for n in range(2))).none()
    assert fire(SECOND, point(SECOND, DRUG, pair_code="XA10B", valid_to=RETIRED), many(treated(n) for n in range(3))).none()


# herbs


def herb(name: str, code: str, **more: object) -> Fact:
    return billed(name, code, **{"list_type": "102", **more})


def test_a_herb_alone_is_not_payable_and_in_a_formula_it_is() -> None:
    limit = point(SINGLE, HERB)

    assert fire(SINGLE, limit, herb("V1", HERB, sn="L")).only().amount_fen == 1_000
    assert fire(SINGLE, limit, herb("V1", HERB), herb("V1", HERB_2, inscp_amt=0)).none()
    assert fire(SINGLE, limit, herb("V1", HERB_2)).none()
    assert fire(SINGLE, point(SINGLE, HERB, valid_to=RETIRED), herb("V1", HERB)).none()
    assert fire(SINGLE, limit, herb("V1", HERB, when=None)).none()


def test_a_herb_that_is_never_payable() -> None:
    limit = point(NEVER, HERB)

    assert fire(NEVER, limit, herb("V1", HERB), herb("V1", HERB_2)).only().amount_fen == 1_000
    assert fire(NEVER, limit, herb("V1", HERB, fen=99)).none()
    assert fire(NEVER, limit, herb("V1", HERB, fen=100)).only()
    assert fire(NEVER, point(NEVER, HERB, valid_to=RETIRED), herb("V1", HERB)).none()


def template(n: int, *, other: str = HERB_2, rx: str | None = "RX") -> Fact:
    more = {"rx_drord_no": rx, "bilg_dr_code": "D1", "person": f"P{n}"}
    return herb(f"V{n}", HERB, **more) + herb(f"V{n}", other, **more)


def test_the_same_forbidden_pair_for_five_persons_is_a_template() -> None:
    pair = row("kb_interaction", code_a=HERB, code_b=HERB_2, grade="contraindicated")

    finding = fire(HERBS, pair, many(template(n) for n in range(5))).only()
    assert finding.subject == ("doctor", "D1")
    assert finding.amount_fen == 10_000
    assert fire(HERBS, pair, many(template(n) for n in range(4))).none()
    assert fire(HERBS, pair, many(template(n, other="T000000003") for n in range(5))).none()
    assert fire(HERBS, pair, many(template(n, rx=None) for n in range(5))).none()


# who must not take it


def taken(n: int, **patient: object) -> Fact:
    return billed(f"V{n}", DRUG, person=f"P{n}") + visit(f"V{n}", person=f"P{n}", at_place="H1", **patient)


def test_a_drug_forbidden_for_children() -> None:
    limit = point(CHILDREN, DRUG, age_to=12)

    assert fire(CHILDREN, limit, many(taken(n, brdy="2018-01-01") for n in range(2))).only()
    assert fire(CHILDREN, limit, many(taken(n, brdy="2013-08-01") for n in range(2))).none()  # eleven, and within the days of grace
    assert fire(CHILDREN, limit, many(taken(n, brdy="2018-01-01") for n in range(1))).none()
    assert fire(CHILDREN, limit, many(taken(n, brdy="2025-07-01", nwb_flag="1") for n in range(2))).none()
    assert fire(CHILDREN, limit, many(taken(n, age=5) for n in range(2))).none()
    assert fire(CHILDREN, point(CHILDREN, DRUG, age_to=12, valid_to=RETIRED), many(taken(n, brdy="2018-01-01") for n in range(2))).none()


def expecting(weeks: int | None = 20, *, at: int = 0, diagnosis: str | None = None) -> Fact:
    seen = visit("CHECKUP", person="P", at_place="H1", when=days(at), geso_val=weeks)
    coded = row("setl_list_diag_d", setl_list_diag_id="D", mdtrt_id="CHECKUP", diag_code=diagnosis, vali_flag="1")
    return seen + coded if diagnosis else seen


def test_a_drug_that_nobody_takes_in_pregnancy() -> None:
    limit = point(PREGNANT, DRUG)
    lines = many(billed(f"V{n}", DRUG, when=days(-10 - n)) for n in range(2))

    assert fire(PREGNANT, limit, expecting(), lines).only().subject == ("patient", "P")
    assert fire(PREGNANT, limit, lines).none()
    assert fire(PREGNANT, limit, expecting(1), lines).none()
    assert fire(PREGNANT, limit, expecting(diagnosis="O03.9"), lines).none()
    assert fire(PREGNANT, limit, expecting(), billed("V1", DRUG, when=days(-10))).none()
    assert fire(PREGNANT, point(PREGNANT, DRUG, valid_to=RETIRED), expecting(), lines).none()


# indications

PAYABLE = row("kb_drug_dx", med_list_codg=DRUG, diag_prefix="C50")


def used(n: int, diagnosis: str | None, *, flag: str | None = "1", person: str | None = None) -> Fact:
    fact = billed(f"V{n}", DRUG, person=person or f"P{n}", lmt_used_flag=flag, bilg_dr_code="D1")
    coded = row("setl_list_diag_d", setl_list_diag_id=f"D{n}", mdtrt_id=f"V{n}", diag_code=diagnosis, vali_flag="1")
    return fact + coded if diagnosis else fact


def test_a_limited_drug_needs_one_of_its_diagnoses() -> None:
    assert fire(INDICATION, PAYABLE, many(used(n, "I10") for n in range(3))).only().amount_fen == 3_000
    assert fire(INDICATION, PAYABLE, many(used(n, "C50.9") for n in range(3))).none()
    assert fire(INDICATION, PAYABLE, many(used(n, "I10") for n in range(2))).none()
    assert fire(INDICATION, PAYABLE, many(used(n, "I10", flag="0") for n in range(3))).none()


def test_a_visit_without_a_coded_diagnosis_is_not_testable() -> None:
    run = fire(INDICATION, PAYABLE, many(used(n, None) for n in range(3)))

    assert run.none()
    assert run.not_testable == {"diagnosed": 3}


def test_a_flag_that_is_always_ticked() -> None:
    assert fire(FLAG, PAYABLE, many(used(n, "I10") for n in range(20))).only().subject == ("doctor", "D1")
    assert fire(FLAG, PAYABLE, many(used(n, "I10") for n in range(19))).none()
    assert fire(FLAG, PAYABLE, many(used(n, "C50" if n % 4 else "I10") for n in range(20))).none()
    assert fire(FLAG, PAYABLE, many(used(n, "I10", flag="1" if n else "0") for n in range(20))).none()
    assert fire(FLAG, PAYABLE, many(used(n, "I10", flag=None) for n in range(20))).not_testable == {"claimed_payable": 20}


def test_what_is_billed_online_outside_the_scope() -> None:
    limit = point(ONLINE, DRUG)

    assert fire(ONLINE, limit, billed("V1", DRUG, bilg_dept_name="互联网门诊")).only().amount_fen == 1_000
    assert fire(ONLINE, limit, billed("V1", DRUG, bilg_dept_name="内科")).none()
    assert fire(ONLINE, limit, billed("V1", DRUG, bilg_dept_name=None)).none()
    assert fire(ONLINE, point(ONLINE, DRUG, valid_to=RETIRED), billed("V1", DRUG, bilg_dept_name="互联网门诊")).none()


# together, too much, too early


def together(n: int, *, day: int = 0) -> Fact:
    return billed(f"V{n}", DRUG, person=f"P{n}", when=days(0)) + billed(f"V{n}", OTHER, person=f"P{n}", when=days(day))


def test_two_drugs_that_must_not_meet() -> None:
    pair = row("kb_interaction", code_a="XL01FD", code_b="XA10BA", grade="contraindicated")

    assert len(fire(PAIR, pair, many(together(n) for n in range(3))).only().cites("fee_list_d")) == 6
    assert fire(PAIR, pair, many(together(n) for n in range(2))).none()
    assert fire(PAIR, pair, many(together(n, day=1) for n in range(3))).none()
    assert fire(PAIR, row("kb_interaction", code_a="XL01FD", code_b="XA10BA", grade="caution"), many(together(n) for n in range(3))).none()
    routes = many(row("kb_drug", med_list_codg=c, route=r) for c, r in ((DRUG, "topical"), (OTHER, "oral")))
    assert fire(PAIR, pair, routes, many(together(n) for n in range(3))).none()


KNOWN = row("kb_drug", med_list_codg=DRUG, pack_content=30, unit="tablet", max_daily_dose=3, route="oral")


def packs(n: int, cnt: int, for_days: int | None, *, when: int = 0, person: str = "P", med_type: str = "11") -> Fact:
    fact = line(f"V{n}", person=person, item=DRUG, when=days(when), cnt=cnt, fen=1_000 * cnt, sn=f"L{n}", med_type=med_type)
    (((table, columns)),) = fact.rows
    return Fact(((table, {**columns, "prd_days": for_days, "bilg_dr_code": "D1"}),), fact.key)


def test_more_a_day_than_the_label_allows() -> None:
    finding = fire(DOSE, KNOWN, many(packs(n, 6, 30) for n in range(3))).only()  # six a day, three allowed

    assert finding.subject == ("doctor", "D1")
    assert finding.amount_fen == 3 * round(6_000 * (1 - 3.6 / 6))
    assert fire(DOSE, KNOWN, many(packs(n, 3, 30) for n in range(3))).none()
    assert fire(DOSE, KNOWN, many(packs(n, 6, 30) for n in range(2))).none()
    assert fire(DOSE, KNOWN, many(packs(n, 1, 8) for n in range(3))).none()  # less than a pack too much
    assert fire(DOSE, KNOWN, many(packs(n, 6, 2) for n in range(3))).none()  # a loading dose
    assert fire(DOSE, KNOWN, many(packs(n, 6, None) for n in range(3))).not_testable == {"daily_dose": 3}


def test_again_before_it_runs_out() -> None:
    hoard = many(packs(n, 3, 30, when=2 * n) for n in range(6))

    finding = fire(REFILL, KNOWN, hoard).only()
    assert finding.subject == ("patient", "P")
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {"L2", "L3", "L4", "L5"}
    assert fire(REFILL, KNOWN, many(packs(n, 3, 30, when=30 * n) for n in range(6))).none()
    assert fire(REFILL, KNOWN, many(packs(n, 3, 30, when=2 * n) for n in range(4))).none()  # two early refills happen
    assert fire(REFILL, KNOWN, many(packs(n, 3, 30, when=2 * n, med_type="21") for n in range(6))).none()
    unknown = row("kb_drug", med_list_codg=DRUG, route="oral")
    assert fire(REFILL, unknown, many(packs(n, 3, None, when=2 * n) for n in range(6))).not_testable == {"supply_days": 6}
