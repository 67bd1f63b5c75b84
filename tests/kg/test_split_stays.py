"""One treatment cut into two stays, and the innocent ways back to hospital."""

from tests.kg.crimes import Fact, days, fire, line, many, row, stay
from tests.kg.hospital import operation

HERE = "split_stay_same_institution"
DRUGS = ("XA10BAE038A001010100001", "XC09AAK023A001010100002")


def treated(
    name: str, who: str, first: int, last: int, *, drugs: tuple[str, ...] = DRUGS, illness: str | None = "I63.900", **more: object
) -> Fact:
    given = (line(name, person=who, item=d, charge="09", when=days(first + 1), fen=2_000) for d in drugs)
    return stay(name, person=who, first=first, last=last, dscg_maindiag_code=illness, **more) + many(given)  # type: ignore[arg-type]


def back(
    who: str, *, gap: int = 1, bed: str = "9", illness: str | None = "I63.900", again: tuple[str, ...] = DRUGS, **later: object
) -> Fact:
    """Ten days, `gap` days at home, five days more."""
    then = 10 + gap
    more = {"illness": illness, "drugs": again, "bed": "9", **later}
    return treated(f"{who}1", who, 0, 10, bed=bed) + treated(f"{who}2", who, then, then + 5, **more)  # type: ignore[arg-type]


def three(**more: object) -> Fact:
    return many(back(who, **more) for who in ("ANN", "BOB", "CAT"))  # type: ignore[arg-type]


def test_back_the_next_day_on_the_same_drugs_cites_the_second_stay() -> None:
    run = fire(HERE, three(bed="1"))

    assert run.subjects == {"ANN2", "BOB2", "CAT2"}
    finding = next(iter(run))
    assert finding.facts["earlier_stay"] == "ANN1"
    assert {key["mdtrt_id"] for key in finding.cites("mdtrt_d")} == {"ANN1", "ANN2"}
    assert finding.amount_fen == 6 * 2 * 1_000 + 2 * 2_000  # every line of the second stay, none of the first


def test_two_signs_are_needed_and_any_two_do() -> None:
    other = ("XJ01CAA040B002010100001", "XB01ACA055A001010100001")

    assert len(fire(HERE, three(gap=20)).findings) == 3  # same bed, same drugs, three weeks later
    assert len(fire(HERE, three(again=other)).findings) == 3  # next day, same bed
    assert fire(HERE, three(again=other, bed="1")).none()  # next day only
    assert fire(HERE, three(gap=20, bed="1")).none()  # same drugs only: a relapse


def test_the_window_ends_with_its_last_day() -> None:
    assert len(fire(HERE, three(gap=31)).findings) == 3  # back on the 31st day, at nine
    assert fire(HERE, three(gap=32)).none()


def test_two_patients_are_no_habit() -> None:
    assert fire(HERE, back("ANN"), back("BOB")).none()


def test_a_hospital_with_its_share_of_relapses_is_left_alone() -> None:
    def place(name: str, returns: int) -> Fact:
        facts = many(back(f"{name}P{n}") for n in range(returns)) + many(treated(f"{name}N{n}", f"{name}N{n}", 0, 8) for n in range(10))
        return Fact(tuple((t, {**r, "fixmedins_code": name}) if "fixmedins_code" in r else (t, r) for t, r in facts.rows))

    assert fire(HERE, *(place(f"H{n}", 3) for n in range(5))).none()
    assert len(fire(HERE, place("BAD", 3), *(place(f"H{n}", 0) for n in range(5))).findings) == 3


def test_another_illness_is_another_stay() -> None:
    assert fire(HERE, three(illness="K80.100")).none()


def test_cycles_emergencies_and_operations_are_reasons_to_return() -> None:
    cycle = many(treated(f"{w}{n}", w, 11 * n, 11 * n + 10, illness="Z51.103", bed="9") for w in ("ANN", "BOB", "CAT") for n in range(2))
    operated = many(operation(f"{w}2", person=w, day=12) for w in ("ANN", "BOB", "CAT"))
    emergency = Fact(
        tuple((t, {**r, "med_type": "24"}) if t == "mdtrt_d" and str(r["mdtrt_id"]).endswith("2") else (t, r) for t, r in three().rows)
    )

    assert fire(HERE, cycle).none()
    assert fire(HERE, three(), operated).none()
    assert fire(HERE, emergency).none()


def test_leaving_against_advice_or_by_transfer_ends_a_stay_for_good() -> None:
    left = Fact(tuple((t, {**r, "dscg_way": "4"}) if t == "mdtrt_d" else (t, r) for t, r in three().rows))

    assert fire(HERE, left).none()


def test_a_return_that_was_announced_is_planned() -> None:
    said = many(
        row("setl_list_4101", setl_id=f"S-{w}1", mdtrt_id=f"{w}1", days_rinp_flag_31="1", days_rinp_pup_31="取钉")
        for w in ("ANN", "BOB", "CAT")
    )

    assert fire(HERE, three(), said).none()


def test_an_unknown_diagnosis_is_not_testable() -> None:
    run = fire(HERE, three(illness=None))

    assert run.none()
    assert run.not_testable == {"disease": 3}
