"""Codes that pay more than what was done: a grave main diagnosis, a second one that nobody treated, and the poor patient beside them."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, row, visit
from tests.kg.hospital import operation

MAIN, SECOND = "main_diagnosis_upcoded", "complication_added_without_treatment"
SCAN, CULTURE, ANTIBIOTIC, OTHER_ANTIBIOTIC = "002102000010000", "002505010010000", "XJ01DDT077B001010100001", "XJ01DDT096B001010100001"
PNEUMONIA, COUGH, HEART = "J18.900", "R05.x00", "I50.900"
SIGNS = (SCAN, CULTURE, ANTIBIOTIC)


def coded(name: str, illness: str | None, *, at_place: str, items: tuple[str, ...] = (), fen: int = 100_000, **more: object) -> Fact:
    """A stay of a week under a main diagnosis, the bill of `fen` for bed and care, and these items."""
    begun = visit(name, person=name, at_place=at_place, when=days(0, 9), med_type="21", endtime=at(days(7, 15)), **more)
    begun = Fact(tuple((t, {**r, "dscg_maindiag_code": illness}) for t, r in begun.rows), begun.key)
    care = line(name, person=name, at_place=at_place, charge="07", when=days(0), fen=fen)
    return begun + care + many(line(name, person=name, at_place=at_place, item=i, charge="03", when=days(1), fen=100) for i in items)


def second(name: str, illness: str) -> Fact:
    return row("setl_list_diag_d", setl_list_diag_id=f"{name}-{illness}", mdtrt_id=name, psn_no=name, diag_code=illness, vali_flag="1")


def honest(place: str, illness: str = PNEUMONIA, items: tuple[str, ...] = SIGNS) -> Fact:
    """Twenty patients treated for the illness, sixty with a cough."""
    ill = many(coded(f"{place}P{k}", illness, at_place=place, items=items) for k in range(20))
    return ill + many(coded(f"{place}C{k}", COUGH, at_place=place, fen=40_000) for k in range(60))


CITY = honest("P1") + honest("P2")


def coughs(n: int = 5, *, items: tuple[str, ...] = (), fen: int = 60_000, illness: str | None = PNEUMONIA, **more: object) -> Fact:
    """Coughs of H1, written down as pneumonia."""
    return many(coded(f"X{k}", illness, at_place="H1", items=items, fen=fen, **more) for k in range(n))


def test_five_coughs_written_as_pneumonia_cite_the_stays() -> None:
    run = fire(MAIN, CITY, coughs())

    assert run.subjects == {f"X{k}" for k in range(5)}
    assert {f.facts["signs_missing"] for f in run} == {3}
    assert all(f.cites("mdtrt_d") == [{"mdtrt_id": f.subject[1]}] for f in run)


def test_four_are_hasty_codes_and_a_hospital_with_its_share_is_left_alone() -> None:
    alike = many(honest(f"Q{k}") + many(coded(f"Q{k}X{n}", PNEUMONIA, at_place=f"Q{k}", fen=60_000) for n in range(3)) for k in range(5))

    assert fire(MAIN, CITY, coughs(4)).none()
    assert fire(MAIN, alike, coughs(), many(coded(f"H{n}", PNEUMONIA, at_place="H1", items=SIGNS) for n in range(20))).none()


@pytest.mark.parametrize("items", [(SCAN,), (OTHER_ANTIBIOTIC,)])
def test_one_sign_or_another_drug_of_the_class_is_treatment(items: tuple[str, ...]) -> None:
    assert fire(MAIN, CITY, coughs(items=items)).none()


@pytest.mark.parametrize(("fen", "hits"), [(70_000, 5), (71_000, 0)])
def test_who_cost_nearly_as_much_was_ill(fen: int, hits: int) -> None:
    # others cost 100,300
    assert len(fire(MAIN, CITY, coughs(fen=fen)).findings) == hits


@pytest.mark.parametrize("way", ["2", "4", "5"])
def test_who_left_early_was_not_yet_treated(way: str) -> None:
    assert fire(MAIN, CITY, coughs(dscg_way=way)).none()


def test_operated_patients_are_left_out() -> None:
    assert fire(MAIN, CITY, coughs(), many(operation(f"X{k}", person=f"X{k}") for k in range(5))).none()


@pytest.mark.parametrize(("paid", "hits"), [(110_000, 5), (109_999, 0), (None, 5)])
def test_where_the_group_paid_no_more_there_was_no_reason(paid: int | None, hits: int) -> None:
    settled = many(
        row("setl_d", setl_id=f"S-X{k}", mdtrt_id=f"X{k}", psn_no=f"X{k}", bydise_setl_payamt=paid, vali_flag="1", fund_pay_sumamt=0)
        for k in range(5)
    )

    assert len(fire(MAIN, CITY, coughs(), settled).findings) == hits


def test_the_library_names_the_signs_before_the_others_habits_do() -> None:
    named = row("kb_dx_group", diag_prefix="J18", dx_group="pneumonia", evidence_items=f"{SCAN};{CULTURE};XJ01CAA040B001")

    assert fire(MAIN, CITY, named, coughs()).subjects == {f"X{k}" for k in range(5)}
    assert fire(MAIN, CITY, named, coughs(items=(OTHER_ANTIBIOTIC,))).none()


def test_an_unknown_main_diagnosis_is_not_testable() -> None:
    run = fire(MAIN, CITY, coughs(illness=None))

    assert run.none()
    assert run.not_testable == {"disease": 5}


FAILURE = ("XC03CAF086A001010100001", "002503060010000")
"""A diuretic and the test for a failing heart."""


def failing(place: str, n: int, *, items: tuple[str, ...] = FAILURE, code: str = HEART) -> Fact:
    """Patients with a cough and, coded beside it, a failing heart."""
    names = [f"{place}H{k}" for k in range(n)]
    return many(coded(name, COUGH, at_place=place, items=items) + second(name, code) for name in names)


HEARTS = many(honest(p) + failing(p, 20) for p in ("P1", "P2"))


def test_ten_hearts_that_nobody_treated_cite_the_codes() -> None:
    run = fire(SECOND, HEARTS, failing("H1", 10, items=()))

    assert run.subjects == {f"H1H{k}" for k in range(10)}
    assert {f.facts["first_added"] for f in run} == {"I50"}
    assert all(f.cites("setl_list_diag_d") == [{"setl_list_diag_id": f"{f.subject[1]}-{HEART}"}] for f in run)


def test_nine_are_old_illnesses_and_one_sign_is_care() -> None:
    assert fire(SECOND, HEARTS, failing("H1", 9, items=())).none()
    assert fire(SECOND, HEARTS, failing("H1", 10, items=FAILURE[:1])).none()


def test_codes_that_every_hospital_leaves_to_the_patients_own_drugs_are_custom() -> None:
    alike = many(honest(p) + failing(p, 20) + failing(f"{p}", 8, items=(), code=HEART) for p in ("P1", "P2"))
    custom = many(honest(f"Q{k}") + failing(f"Q{k}", 4, items=()) + many(failing_more(f"Q{k}")) for k in range(5))

    assert fire(SECOND, alike, custom, failing("H1", 10, items=())).none()


def failing_more(place: str) -> list[Fact]:
    return [coded(f"{place}T{k}", COUGH, at_place=place, items=FAILURE) + second(f"{place}T{k}", HEART) for k in range(6)]


def test_a_code_that_raises_no_payment_is_not_judged() -> None:
    weightless = row("kb_dx_group", diag_prefix="I50", dx_group="heart", severity_weight=0)

    assert fire(SECOND, HEARTS, weightless, failing("H1", 10, items=())).none()


def test_a_second_diagnosis_that_nobody_coded_is_unknown() -> None:
    bare = many(coded(f"N{k}", COUGH, at_place="H1") for k in range(10))

    assert fire(SECOND, HEARTS, bare).none()
