"""Published limits on who may have a drug or a service, where, and who pays: sex, age, insurance, setting, level."""

from __future__ import annotations

import pytest

from tests.kg.crimes import Fact, days, fire, line, many, person, row, settle, stay, visit
from tests.kg.fired import Fired
from tests.kg.points import RETIRED, point

DRUG, LOCAL = "XG01AFK079A008010100787", "LOCAL0001"
SERVICE, SUB_ITEM = "003314000120000", "003314000120100"
LIMITED = {
    "drug_sex_mismatch": (DRUG, {"limit_value": "female"}),
    "service_sex_mismatch": (SERVICE, {"limit_value": "female"}),
    "child_only_drug_given_to_adult": (DRUG, {"limit_value": "child"}),
    "child_drug_payment_limit": (DRUG, {"limit_value": "child", "age_from": 3, "age_to": 13}),
    "child_only_service_billed_for_adult": (SERVICE, {"limit_value": "newborn"}),
    "service_age_limit_exceeded": (SERVICE, {}),
}
ADULT, CHILD, INFANT, WORKER, OLD = "1980-01-01", "2018-01-01", "2025-07-01", "1985-01-01", "1950-01-01"
WRONG = {  # the patient who may not have it, and the twin who may
    "drug_sex_mismatch": ({"gend": "1"}, {"gend": "2"}),
    "service_sex_mismatch": ({"gend": "1"}, {"gend": "2"}),
    "child_only_drug_given_to_adult": ({"brdy": ADULT}, {"brdy": CHILD}),
    "child_drug_payment_limit": ({"brdy": ADULT}, {"brdy": CHILD}),
    "child_only_service_billed_for_adult": ({"brdy": ADULT}, {"brdy": INFANT}),
    "service_age_limit_exceeded": ({"brdy": OLD, "gend": "1"}, {"brdy": WORKER, "gend": "1"}),
}
BY_PATIENT = sorted(LIMITED)


def billed(
    n: int, *, item: str, place: str = "H1", person: str | None = None, med_type: str = "11", fen: int = 5_000, **patient: object
) -> Fact:
    """One visit with one line, and what the visit says of its patient."""
    name, who = f"{place}V{n}", person or f"{place}P{n}"
    seen = visit(name, person=who, at_place=place, when=days(n), med_type=med_type, **patient)
    return line(name, person=who, at_place=place, item=item, when=days(n), fen=fen, sn=f"L{n}", med_type=med_type) + seen


def limit(rule: str, **more: object) -> Fact:
    code, columns = LIMITED[rule]
    return point(rule, code, **{**columns, **more})


def crowd(rule: str, n: int = 6, *, item: str | None = None, twin: bool = False, **more: object) -> Fact:
    """So many patients, each with a line that the point forbids (or, as a twin, allows)."""
    patient = WRONG[rule][1 if twin else 0]
    return many(billed(i, item=item or LIMITED[rule][0], **{**patient, **more}) for i in range(n))


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_the_wrong_patients_are_the_loss_and_all_their_lines_are_cited(rule: str) -> None:
    finding = fire(rule, limit(rule), crowd(rule)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 30_000
    assert {key["bkkp_sn"] for key in finding.cites("fee_list_d")} == {f"L{n}" for n in range(6)}
    assert finding.facts["point"] == "own.csv row 2"


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_the_right_patients_are_no_loss(rule: str) -> None:
    assert fire(rule, limit(rule), crowd(rule, twin=True)).none()


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_a_point_out_of_force_limits_nothing(rule: str) -> None:
    assert fire(rule, limit(rule, valid_to=RETIRED), crowd(rule)).none()
    assert fire(rule, limit(rule, valid_from="2025-08-01"), crowd(rule)).none()


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_of_a_patient_nobody_knows_nothing_is_said(rule: str) -> None:
    run = fire(rule, limit(rule), many(billed(i, item=LIMITED[rule][0]) for i in range(6)))

    assert run.none()
    assert sum(run.not_testable.values()) == 6


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_one_person_however_often_may_be_one_wrong_record(rule: str) -> None:
    assert fire(rule, limit(rule), crowd(rule, person="SAME")).none()


@pytest.mark.parametrize("rule", ["drug_sex_mismatch", "service_sex_mismatch"])
def test_two_persons_who_have_it_visit_after_visit_accuse_no_house(rule: str) -> None:
    """One registered wrongly, one card in other hands: each comes again and again."""
    again = many(billed(n, item=LIMITED[rule][0], person=who, **WRONG[rule][0]) for n, who in enumerate(("ANN", "BOB") * 3))
    assert fire(rule, limit(rule), again).none()
    twice = many(billed(n, item=LIMITED[rule][0], person=who, **WRONG[rule][0]) for n, who in enumerate(("ANN", "BOB") * 2))
    assert fire(rule, limit(rule), twice).only().facts["persons"] == 2


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_what_was_taken_back_and_what_an_account_paid_are_no_loss(rule: str) -> None:
    back = many(
        line(f"H1V{n}", person=f"H1P{n}", item=LIMITED[rule][0], cnt=-1, fen=-5_000, refunds=f"L{n}", when=days(n)) for n in range(6)
    )
    alone = many(settle(f"H1V{n}", person=f"H1P{n}", at_place="H1", paid=0, account=5_000) for n in range(6))

    assert fire(rule, limit(rule), crowd(rule), back).none()
    assert fire(rule, limit(rule), crowd(rule), alone).none()


@pytest.mark.parametrize("rule", sorted(set(BY_PATIENT) - {"service_age_limit_exceeded"}))
def test_a_newborn_may_lie_on_the_mothers_card(rule: str) -> None:
    mother = {"nwb_flag": "1", "gend": "1"} if rule.endswith("sex_mismatch") else {"nwb_flag": "1"}

    assert fire(rule, limit(rule), crowd(rule, **mother)).none()


@pytest.mark.parametrize("rule", BY_PATIENT)
def test_a_local_code_is_limited_by_the_national_one_behind_it(rule: str) -> None:
    mapped = row("kb_code_map", local_code=LOCAL, med_list_codg=LIMITED[rule][0])

    assert fire(rule, limit(rule), mapped, crowd(rule, item=LOCAL)).only()
    assert fire(rule, limit(rule), crowd(rule, item=LOCAL)).none()


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"certno_sex": "2"},
        {"certno_sex": "2", "certno_ok": True},
    ],
)
def test_where_records_of_the_sex_disagree_nothing_is_said(elsewhere: dict[str, object]) -> None:
    rule = "drug_sex_mismatch"

    assert fire(rule, limit(rule), crowd(rule, **elsewhere)).none()
    register = many(person(f"H1P{n}") + row("psn_b", psn_no=f"H1P{n}-", gend="2") for n in range(6))
    assert fire(rule, limit(rule), crowd(rule), register).only()


def test_a_sub_item_inherits_the_sex_of_its_parent() -> None:
    rule = "service_sex_mismatch"

    assert fire(rule, limit(rule), crowd(rule, item=SUB_ITEM)).only()


@pytest.mark.parametrize(
    ("rule", "inside", "outside"),
    [
        ("child_only_drug_given_to_adult", "2007-07-01", "2007-05-01"),  # 18 and 30 days of grace on 2025-07-07
        ("child_drug_payment_limit", "2012-07-01", "2012-05-01"),
        ("child_drug_payment_limit", "2022-07-20", "2022-09-30"),  # the lower end of the band, three
        ("child_only_service_billed_for_adult", "2025-05-01", "2025-03-01"),
        ("service_age_limit_exceeded", "1962-07-01", "1962-05-01"),
    ],
)
def test_the_edge_of_the_age(rule: str, inside: str, outside: str) -> None:
    assert fire(rule, limit(rule), crowd(rule, brdy=inside)).none()
    assert fire(rule, limit(rule), crowd(rule, brdy=outside)).only()


def test_complete_years_stand_in_where_no_birth_is_written_down() -> None:
    rule = "child_only_drug_given_to_adult"

    assert fire(rule, limit(rule), crowd(rule, brdy=None, age=45)).only()
    assert fire(rule, limit(rule), crowd(rule, brdy=None, age=18)).none()  # eighteen at the least, and the days of grace are not known


def test_four_parents_with_their_own_cards_are_no_habit() -> None:
    rule = "child_only_drug_given_to_adult"

    assert fire(rule, limit(rule), crowd(rule, 4)).none()
    assert fire(rule, limit(rule), crowd(rule, 5)).only()


# who pays

INJURY, MATERNITY = "drug_work_injury_only", "drug_maternity_only"


def insured(n: int, insutype: str | None, **more: object) -> Fact:
    paid = row(
        "setl_d", setl_id=f"S-H1V{n}", mdtrt_id=f"H1V{n}", insutype=insutype, fund_pay_sumamt=5_000, medfee_sumamt=5_000, vali_flag="1"
    )
    return billed(n, item=DRUG, **more) + paid


def test_basic_insurance_does_not_pay_for_injuries_at_work() -> None:
    rule = point(INJURY, DRUG, limit_value="work_injury")

    assert fire(INJURY, rule, insured(0, "310")).only().amount_fen == 5_000
    assert fire(INJURY, rule, insured(0, "510")).none()
    assert fire(INJURY, point(INJURY, DRUG, limit_value="work_injury", valid_to=RETIRED), insured(0, "310")).none()


def test_an_unknown_insurance_is_not_testable() -> None:
    run = fire(INJURY, point(INJURY, DRUG, limit_value="work_injury"), insured(0, None))

    assert run.none()
    assert run.not_testable == {"insutype": 1}


def maternity(*facts: Fact, diagnosis: str | None = "I10", **more: object) -> Fired:
    coded = row("setl_list_diag_d", setl_list_diag_id="D1", mdtrt_id="H1V0", diag_code=diagnosis, vali_flag="1")
    return fire(MATERNITY, point(MATERNITY, DRUG, limit_value="maternity"), insured(0, "310", **more), coded, *facts)


def test_a_maternity_drug_needs_a_sign_of_maternity() -> None:
    assert maternity().only().amount_fen == 5_000
    for sign in ({"diagnosis": "O80.0"}, {"diagnosis": "Z34.0"}, {"med_type": "52"}, {"matn_type": "1"}):
        assert maternity(**sign).none()


def test_without_a_coded_diagnosis_maternity_is_unknown() -> None:
    assert maternity(diagnosis=None).none()
    assert fire(MATERNITY, point(MATERNITY, DRUG, limit_value="maternity", valid_to=RETIRED), insured(0, "310")).none()


# where

SETTING, LEVEL = "drug_care_setting_limit", "drug_institution_level_limit"


def settled(med_type: str | None, *facts: Fact, **columns: object) -> Fired:
    sold = line("H1V0", person="H1P0", item=DRUG, when=days(0), fen=5_000, med_type=med_type)
    return fire(
        SETTING, point(SETTING, DRUG, limit_value="inpatient", **columns), sold, visit("H1V0", person="H1P0", at_place="H1"), *facts
    )


def test_an_inpatient_drug_is_not_settled_outside_a_stay() -> None:
    assert settled("11").only().amount_fen == 5_000
    assert settled("41").only()
    for kind in ("21", "2101", "52", "71"):
        assert settled(kind).none()


def test_emergency_care_counts_where_the_text_says_so() -> None:
    assert settled("13").only()
    assert settled("13", exception="emergency").none()
    assert settled("11", exception="emergency").only()


def test_observation_before_a_stay_belongs_to_it() -> None:
    assert settled("11", stay("STAY", person="H1P0", first=1, last=5)).none()
    assert settled("11", stay("STAY", person="H1P0", first=2, last=5)).only()
    assert settled("11", stay("STAY", person="OTHER", first=1, last=5)).only()


def test_an_unknown_setting_and_a_point_out_of_force_say_nothing() -> None:
    run = settled(None)

    assert run.none()
    assert run.not_testable == {"med_type": 1}
    assert settled("11", valid_to=RETIRED).none()


def at_level(hosp_lv: str | None, *facts: Fact, med_type: str = "11", name: str | None = None, **columns: object) -> Fired:
    given = billed(0, item=DRUG, hosp_lv=hosp_lv, med_type=med_type, fixmedins_name=name)
    return fire(LEVEL, point(LEVEL, DRUG, **{"limit_value": "level_two", **columns}), given, *facts)


def test_a_drug_for_level_two_is_not_paid_below() -> None:
    assert at_level("08").only().amount_fen == 5_000
    assert at_level("8").only()
    assert at_level("07").none()
    assert at_level("07", limit_value="level_three").only()
    assert at_level("08", valid_to=RETIRED).none()


def test_a_level_that_nobody_knows_or_that_the_register_contradicts_says_nothing() -> None:
    run = at_level(None)
    assert run.none()
    assert run.not_testable == {"hosp_lv": 1}
    assert at_level("08", row("fixmedins_b", fixmedins_code="H1", hosp_lv="06", fixmedins_type="1")).none()
    assert at_level("08", row("fixmedins_b", fixmedins_code="H1", hosp_lv="09", fixmedins_type="1")).only()


def test_what_the_text_allows_is_no_loss() -> None:
    eye = {"limit_value": "level_three", "exception": "eye_hospital_level_two"}
    assert at_level("06", name="某市眼科医院", **eye).none()
    assert at_level("06", name="某市人民医院", **eye).only()
    assert at_level("08", exception="after_first_prescription").none()
    assert at_level("08", med_type="41").none()
