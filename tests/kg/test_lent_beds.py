"""Who lay in the bed? Another on the holder's card, or nobody; a borrower of the other sex; slips, relatives, newborns."""

from collections.abc import Iterable

import pytest

from kg.engine import rests_on_nothing
from kg.knowledge.library import CARRIED
from tests.kg.crimes import Fact, check, days, fire, line, many, purchase, row, stay, visit
from tests.kg.hospital import operation

LENT, EMPTY, SEX = "one_card_many_faces", "outside_purchase_during_stay", "impersonation_by_sex_age_contradiction"
MISSED = "daily_face_missing"
HER_DRUG = "XG01AFJ070A009010100150"


def seen(
    who: str,
    face: str | None,
    on: Iterable[float],
    *,
    name: str | None = None,
    at: str = "H1",
    kind: str = "daily_ward",
    result: str = "pass",
) -> Fact:
    return many(check(name, person=who, at_place=at, face=face, when=days(d), kind=kind, result=result) for d in on)


TOWN = many(seen(f"H{k}", f"F{k}", range(3), name=f"W{k}") for k in range(6))
"""Cards that show one face, on several days."""
WARD = many(stay(f"W{k}", person=f"W{k}") + seen(f"W{k}", f"W{k}", range(11), name=f"W{k}") for k in range(4))
"""Patients whom the ward's camera meets every day."""
ABOUT_TOWN = seen("ANN", "HER", [4], at="P1", kind="pharmacy")
"""The holder, at a counter on the fourth day of the stay."""


def bed(*, on: Iterable[float] = (2, 3, 4, 5, 6), face: str | None = None, result: str = "missed", born: bool = False) -> Fact:
    return stay("S1", person="ANN", dscg_maindiag_code="O80.900" if born else "J18.900") + seen("ANN", face, on, name="S1", result=result)


def test_somebody_was_operated_on_while_the_holder_was_recognised_at_a_counter() -> None:
    facts = (TOWN, bed(), ABOUT_TOWN, operation("S1", person="ANN"))

    finding = fire(LENT, *facts).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": "S1"}]
    assert finding.amount_fen == 22_000
    assert finding.facts["days_holder_elsewhere"] == 1
    assert fire(EMPTY, *facts).none()


def test_a_child_was_born_or_blood_drawn_on_two_days() -> None:
    blood = many(row("test_rpot", rpot_id=f"R{d}", mdtrt_id="S1", psn_no="ANN", test_time=f"2025-07-{7 + d:02d} 08:00:00") for d in (3, 5))

    assert fire(LENT, TOWN, bed(born=True), ABOUT_TOWN).only()
    assert fire(LENT, TOWN, bed(), ABOUT_TOWN, blood).only()
    assert fire(EMPTY, TOWN, bed(), ABOUT_TOWN, blood).none()


def test_a_house_whose_patients_are_met_elsewhere_and_never_in_its_ward_reports_as_it_bills() -> None:
    def away(who: str) -> Fact:
        name = f"S{who}"
        taken = {d: f"2025-07-{7 + d:02d} 08:00:00" for d in (3, 5)}
        drawn = many(row("test_rpot", rpot_id=f"{who}{d}", mdtrt_id=name, psn_no=who, test_time=at) for d, at in taken.items())
        lain = stay(name, person=who) + seen(who, None, (2, 3, 4, 5, 6), name=name, result="missed")
        return lain + drawn + seen(who, f"F{who}", [4], at="P1", kind="pharmacy")

    three = many(away(who) for who in ("ANN", "BEA", "CAT"))

    assert len(fire(LENT, TOWN, away("ANN"), away("BEA")).findings) == 2
    assert fire(LENT, TOWN, three).none()
    assert len(fire(EMPTY, TOWN, three).findings) == 3


def test_where_nobody_was_treated_the_bed_was_empty() -> None:
    assert fire(LENT, TOWN, bed(), ABOUT_TOWN).none()
    assert fire(EMPTY, TOWN, bed(), ABOUT_TOWN).only().subject == ("encounter", "S1")


def test_in_a_ward_without_cameras_two_days_elsewhere_beside_an_operation_tell() -> None:
    twice = ABOUT_TOWN + seen("ANN", "HER", [6], at="P1", kind="pharmacy")
    plain = stay("S1", person="ANN")

    assert fire(LENT, TOWN, plain, twice, operation("S1", person="ANN")).only()
    assert fire(LENT, TOWN, plain, ABOUT_TOWN, operation("S1", person="ANN")).none()
    assert fire(LENT, TOWN, plain, twice).none()
    assert fire(EMPTY, TOWN, plain, twice).only()


def test_a_card_that_was_lent_once_explains_its_other_bed() -> None:
    other = stay("S2", person="ANN", at_place="H2", first=40, last=50) + seen("ANN", "HER", [43, 45], at="P1", kind="pharmacy")
    facts = (TOWN, bed(), ABOUT_TOWN, operation("S1", person="ANN"), other)

    assert len(fire(LENT, *facts).only().cites("mdtrt_d")) == 2
    assert fire(EMPTY, *facts).none()


def test_a_face_that_nobody_can_place_names_no_borrower_and_leaves_no_empty_bed() -> None:
    """The holder's own face, changed by illness, or another's whose card nobody knows: the bed was not empty, and more is not known."""
    own = seen("ANN", "HER", [-40, -20], kind="clinic") + seen("ANN", "HER", [-10], at="P1", kind="pharmacy")
    missed = bed(on=(4, 5, 6, 7, 8))
    met = seen("ANN", "NEW", [2, 3], name="S1")

    assert fire(MISSED, TOWN, WARD, own, missed, met).none()
    assert fire(LENT, TOWN, WARD, own, missed, met).none()
    assert fire(MISSED, TOWN, WARD, own, missed, seen("ANN", "NEW", [2], name="S1")).only().subject == ("encounter", "S1")  # met once
    assert fire(MISSED, TOWN, WARD, own, missed, seen("ANN", "HER", [2, 3], name="S1")).only()  # the holder lay there, and left


def test_a_newborns_bed_on_the_mothers_number_is_not_hers() -> None:
    twice = ABOUT_TOWN + seen("ANN", "HER", [6], at="P1", kind="pharmacy")

    assert fire(EMPTY, TOWN, stay("S1", person="ANN", newborn=True), twice).none()


def test_a_holder_whom_the_ward_met_lay_there_and_went_out() -> None:
    met = seen("ANN", "HER", [1], name="S1")

    assert fire(LENT, TOWN, bed(), met, ABOUT_TOWN, operation("S1", person="ANN")).none()
    assert fire(EMPTY, TOWN, bed(), met, ABOUT_TOWN, operation("S1", person="ANN")).only()


def test_a_ward_that_looked_once_cannot_say_who_lay_there() -> None:
    assert fire(LENT, TOWN, bed(on=[3]), ABOUT_TOWN, operation("S1", person="ANN")).none()


def test_a_failed_check_that_knows_whom_it_saw_speaks_too() -> None:
    body = seen("BEA", "BEA", [-3, -2], kind="clinic")

    assert fire(LENT, TOWN, body, bed(on=[3, 4], face="BEA", result="fail")).only().facts["other_faces"] == 1
    assert fire(LENT, TOWN, body, bed(on=[3], face="BEA", result="fail")).none()
    assert fire(LENT, TOWN, bed(on=[3, 4], face="BEA", result="fail")).none()  # whose face it is, nobody knows


def test_a_daughter_who_fetches_every_month_does_not_make_her_mother_a_stranger_in_the_ward() -> None:
    fetched = seen("ANN", "DAUGHTER", [-40, -20, 25, 40], at="P1", kind="pharmacy")
    ward = bed(face="ANN", result="pass")

    assert fire(LENT, TOWN, fetched, ward).none()
    assert fire(LENT, TOWN, seen("ANN", "HER", [-40, -20, 25, 40], at="P1", kind="clinic"), ward).only()  # at a clinic nobody stands in


def test_a_daughter_who_resembles_her_mother_is_not_the_holder_whom_the_ward_met_in_person() -> None:
    def scored(facts: Fact, score: float) -> Fact:
        return Fact(tuple((t, {**r, "sim_score": score}) for t, r in facts.rows))

    fetched = scored(seen("ANN", "DAUGHTER", [-40, -20, 4, 40], at="P1", kind="pharmacy"), 0.89)
    ward = bed(face=None, on=()) + scored(seen("ANN", "ANN", range(2, 8), name="S1"), 0.96)

    assert fire(LENT, TOWN, fetched, ward).none()
    assert fire(LENT, TOWN, fetched, bed(on=()) + scored(seen("ANN", "BEA", range(2, 8), name="S1"), 0.68)).only()  # somebody let her pass


def test_a_likeness_that_somebody_let_pass_is_not_the_holders() -> None:
    def looks(who: str, face: str, score: float, on: Iterable[float], name: str | None = None) -> Fact:
        kind = "daily_ward" if name else "clinic"
        return Fact(tuple((t, {**r, "sim_score": score}) for t, r in seen(who, face, on, name=name, kind=kind).rows))

    lent = stay("S1", person="ANN") + looks("ANN", "BEA", 0.68, range(2, 8), "S1")
    own = looks("BEA", "BEA", 0.95, [-3])

    assert fire(LENT, TOWN, lent, own).only()
    assert fire(LENT, TOWN, stay("S1", person="ANN") + looks("ANN", "BEA", 0.93, range(2, 8), "S1"), own).none()  # one person, two numbers


def her(sex: str = "2", *, said: str | None = None) -> Fact:
    return row("psn_b", psn_no="ANN", gend=sex, certno_sex=said or sex, family_id="FAM")


def treated(day: int, *, illness: str | None = "N40.x00", drug: str | None = None, born: bool = False) -> Fact:
    known = visit(f"V{day}", person="ANN", when=days(day), med_type="11", dscg_maindiag_code=illness, matn_type="1" if born else None)
    return known + (line(f"V{day}", person="ANN", item=drug, when=days(day)) if drug else Fact(()))


POINT = row("kb_point", rule_kind="drug_sex_mismatch", subject_code=HER_DRUG, limit_value="female")


def test_a_mans_illness_and_a_mans_face_on_two_days_are_another_body() -> None:
    man = row("psn_b", psn_no="BOB", gend="1", family_id="HIS") + seen("BOB", "BOB", [-3, -2], kind="clinic")
    face = seen("ANN", "BOB", [1], name="V1", kind="clinic")

    finding = fire(SEX, TOWN, man, face, her(), treated(1), treated(9)).only()

    assert finding.subject == ("patient", "ANN")
    assert [key["mdtrt_id"] for key in finding.cites("mdtrt_d")] == ["V1", "V9"]
    assert (finding.facts["visits_with_illness"], finding.facts["visits_with_face"]) == (2, 1)


def test_a_womans_illness_and_her_drug_on_a_mans_card() -> None:
    two = treated(1, illness="N73.900", drug=HER_DRUG) + treated(9, illness="N73.900")

    assert fire(SEX, POINT, her("1"), two).only().facts["visits_with_item"] == 1
    assert fire(SEX, POINT, her("2"), two).none()


@pytest.mark.parametrize(
    "facts",
    [
        treated(1, illness="N73.900", drug=HER_DRUG),  # one day: the wrong patient was picked
        treated(1, illness="N73.900") + treated(9, illness="N73.900"),  # one kind: a code that is copied
        treated(1, illness=None, drug=HER_DRUG) + treated(9, illness=None, drug=HER_DRUG),  # her drugs on her husband's card
        treated(1, illness="N73.900", drug=HER_DRUG, born=True) + treated(9, illness="N73.900", born=True),  # mother and child
    ],
)
def test_slips_copies_couples_and_newborns_are_not_accused(facts: Fact) -> None:
    assert fire(SEX, POINT, her("1"), facts).none()


def test_where_records_disagree_about_the_sex_nothing_is_known() -> None:
    assert fire(SEX, POINT, her("1", said="2"), treated(1, illness="N73.900", drug=HER_DRUG), treated(9, illness="N73.900")).none()


def test_a_relative_before_the_camera_is_no_sign() -> None:
    man = row("psn_b", psn_no="BOB", gend="1", family_id="FAM") + seen("BOB", "BOB", [-3, -2], kind="clinic")
    bought = purchase(person="ANN", name="V9", when=days(9)) + seen("ANN", "BOB", [9], name="V9", kind="pharmacy")

    assert fire(SEX, TOWN, man, her(), treated(1), bought).none()


def test_the_rule_rests_on_points_of_other_rules() -> None:
    assert SEX not in rests_on_nothing(CARRIED)
