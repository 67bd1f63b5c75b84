"""Habits of a house that show only in many stays: ended at a line, back again, one bill for all, one package of tests for all."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, person, row, visit

RETURNS, LINE, COPIES, PACKAGE = "readmission_rate_outlier", "stays_cut_at_cap", "uniform_bills", "package_tests_for_everyone"


def ill(
    name: str, *, at_place: str = "H1", first: float = 0, nights: int = 7, illness: str = "M51.200", fen: int = 1_000, **more: object
) -> Fact:
    """A stay of `name` with one line on its bill."""
    who = str(more.pop("person", name))
    whole = visit(name, person=who, at_place=at_place, when=days(first, 9), med_type="21", endtime=at(days(first + nights, 15)), **more)
    whole = Fact(tuple((t, {**r, "dscg_maindiag_code": illness}) for t, r in whole.rows), whole.key)
    return whole + line(name, person=who, at_place=at_place, charge="05", when=days(first, 10), fen=fen)


def back(
    name: str, *, gap: int = 5, first: float = 0, nights: int = 7, again: str | None = None, med_type: str = "21", **more: object
) -> Fact:
    """Two stays of one person, `gap` days apart; the second perhaps for another illness, or urgent."""
    second = ill(f"{name}b", person=name, first=first + nights + gap, nights=2, **{**more, **({"illness": again} if again else {})})  # type: ignore[arg-type]
    second = Fact(tuple((t, {**r, "med_type": med_type} if t == "mdtrt_d" else r) for t, r in second.rows), second.key)
    return ill(name, first=first, nights=nights, **more) + second  # type: ignore[arg-type]


def ward(place: str, n: int, returns: int, **more: object) -> Fact:
    """`n` patients, `returns` of whom come back."""
    return many(
        back(f"{place}-{k}", at_place=place, **more) if k < returns else ill(f"{place}-{k}", at_place=place, age=50)  # type: ignore[arg-type]
        for k in range(n)
    )


ELSEWHERE = many(ward(place, 60, 3, age=50) for place in ("P1", "P2"))
"""Two hospitals to which one patient in twenty comes back."""


def test_patients_who_come_back_twice_as_often_name_the_hospital_and_the_returns() -> None:
    finding = fire(RETURNS, ELSEWHERE, ward("H1", 100, 40, age=50)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": name} for name in sorted(f"H1-{k}b" for k in range(40))]
    assert finding.facts["returns_long"] == 40
    assert not finding.amount_fen


def test_chance_and_custom_are_allowed() -> None:
    assert fire(RETURNS, ELSEWHERE, ward("H1", 100, 20, age=50)).none()
    assert fire(RETURNS, many(ward(p, 60, 20, age=50) for p in ("P1", "P2")), ward("H1", 100, 40, age=50)).none()


def test_fewer_than_a_hundred_discharges_have_no_rate() -> None:
    assert fire(RETURNS, ELSEWHERE, ward("H1", 59, 40, age=50)).none()  # 99 with the returns themselves
    assert fire(RETURNS, ELSEWHERE, ward("H1", 60, 40, age=50)).only()


@pytest.mark.parametrize("more", [{"again": "K35.900"}, {"med_type": "24"}, {"gap": 32}])
def test_another_illness_an_emergency_and_a_later_month_are_no_return(more: dict[str, object]) -> None:
    assert fire(RETURNS, ELSEWHERE, ward("H1", 100, 40, age=50, **more)).none()


def test_cycles_and_patients_whom_nobody_else_treats_are_not_judged() -> None:
    cycle = many(back(f"C{k}", at_place="H1", illness="Z51.100", age=50) for k in range(100))
    alone = many(back(f"A{k}", at_place="H1", illness="G35.x00", age=50) for k in range(100))

    assert fire(RETURNS, ELSEWHERE, cycle, alone).none()


def test_an_unknown_illness_is_not_testable() -> None:
    run = fire(RETURNS, ELSEWHERE, ward("H1", 100, 40, age=50, illness=None))

    assert run.none()
    assert run.not_testable == {"disease": 80}


def spread(place: str, *, heap: int = 0, returns: int = 0) -> Fact:
    """Sixty stays of 4 to 23 days without returns, whose costs differ, and a heap at ten days with its returns."""
    plain = (ill(f"{place}s{k}", at_place=place, nights=4 + k % 20, fen=10_000 + k * 3_000) for k in range(60))
    cut = (
        back(f"{place}c{k}", at_place=place, nights=10, gap=3, fen=10_000 + k * 4_000)
        if k < returns
        else ill(f"{place}c{k}", at_place=place, nights=10, fen=10_000 + k * 4_000)
        for k in range(heap)
    )
    return many([*plain, *cut])


def test_a_heap_at_ten_days_whose_patients_come_back_cites_both_stays() -> None:
    finding = fire(LINE, spread("H1", heap=40, returns=12)).only()

    assert finding.subject == ("institution", "H1")
    assert (finding.facts["measure"], finding.facts["line"], finding.facts["stays"]) == ("days", 10, 43)
    assert len(finding.cites("mdtrt_d")) == 24
    assert not finding.amount_fen


def test_a_pathway_whose_patients_stay_well_is_no_line() -> None:
    assert fire(LINE, spread("H1", heap=40, returns=2)).none()
    assert fire(LINE, spread("H1", heap=0)).none()


def test_the_heap_that_other_hospitals_have_too_is_the_illness() -> None:
    assert fire(LINE, spread("H1", heap=40, returns=12), *(spread(f"P{k}", heap=40) for k in range(3))).none()
    assert fire(LINE, spread("H1", heap=40, returns=12), *(spread(f"P{k}") for k in range(3))).only()


def test_sums_heaped_at_one_line_are_seen_as_days_are() -> None:
    dear = many(back(f"D{k}", nights=4 + k % 20, gap=3, fen=800_000) for k in range(30))

    finding = fire(LINE, spread("H1"), dear).only()

    assert finding.facts["measure"] == "cost"
    assert 800_000 <= float(str(finding.facts["line"])) <= 840_000


def test_few_stays_have_no_shape() -> None:
    assert fire(LINE, many(back(f"D{k}", nights=10, gap=3) for k in range(24))).none()


def bill(name: str, *, at_place: str = "H1", own: int = 0, lines: int = 24, illness: str = "M51.200", **more: object) -> Fact:
    """A stay whose bill is the sheet of its house, with `own` lines instead of the sheet's last."""
    who = str(more.get("person", name))
    sheet = (f"003401{at_place[-1]}{k:04d}0000" for k in range(lines))
    items = [f"{item[:11]}9{hash_free(name, k):03d}" if k >= lines - own else item for k, item in enumerate(sheet)]
    billed = many(line(name, person=who, at_place=at_place, item=item, when=days(k % 6, 10), fen=1_000) for k, item in enumerate(items))
    return ill(name, at_place=at_place, illness=illness, **more) + billed  # type: ignore[arg-type]


def hash_free(name: str, k: int) -> int:
    """A number of its own for each patient and line."""
    return (sum(map(ord, name)) * 31 + k) % 1000


OTHERS = many(bill(f"O{k}", at_place="P9", own=24) for k in range(20))
"""Patients of the illness in another house, each with his own bill."""


def test_five_bills_of_one_sheet_cite_the_stays() -> None:
    finding = fire(COPIES, OTHERS, *(bill(f"C{k}") for k in range(5))).only()

    assert finding.subject == ("institution", "H1")
    assert finding.cites("mdtrt_d") == [{"mdtrt_id": f"C{k}"} for k in range(5)]
    assert not finding.amount_fen  # an estimate
    assert finding.facts["equal_totals"] == 5


def test_four_coincide_and_a_family_shares_its_illness() -> None:
    family = many(person(f"C{k}", family="F") for k in range(5))

    assert fire(COPIES, OTHERS, *(bill(f"C{k}") for k in range(4))).none()
    assert fire(COPIES, OTHERS, family, *(bill(f"C{k}") for k in range(5))).none()


@pytest.mark.parametrize(("own", "hits"), [(0, 1), (1, 0)])
def test_one_line_in_twenty_may_differ_between_two(own: int, hits: int) -> None:
    # 24 of the sheet and the treatment: one own line each leaves 24 shared of 26
    assert len(fire(COPIES, OTHERS, *(bill(f"C{k}", own=own) for k in range(5))).findings) == hits


def test_short_bills_and_cycles_are_alike_without_guilt() -> None:
    assert fire(COPIES, *(bill(f"C{k}", lines=18) for k in range(5))).none()
    assert fire(COPIES, *(bill(f"C{k}", illness="Z51.100") for k in range(5))).none()


def test_what_other_houses_write_too_is_the_order_set_of_the_illness() -> None:
    alike = many(bill(f"O{k}", at_place=place) for k, place in enumerate(("P1", "Q1", "P1", "Q1", "P1")))

    assert fire(COPIES, alike, *(bill(f"C{k}") for k in range(5))).none()


TESTS = [f"0025{k:02d}000010000" for k in range(8)]
CHAPTERS = ("J18.900", "S72.000", "K35.900")


def examined(name: str, *, at_place: str, doctor: str | None, illness: str, tests: int, when: float = 0, charge: str = "04") -> Fact:
    given = (line(name, person=name, at_place=at_place, item=i, charge=charge, when=days(when, 11), fen=5_000) for i in TESTS[:tests])
    return ill(name, at_place=at_place, illness=illness, chfpdr_code=doctor) + many(given)


def practice(place: str, doctor: str | None, *, tests: int, each: int = 5, chapters: tuple[str, ...] = CHAPTERS, **more: object) -> Fact:
    """`each` patients of every chapter, all given the first `tests` tests."""
    return many(
        examined(f"{place}{doctor}{c[0]}{k}", at_place=place, doctor=doctor, illness=c, tests=tests, **more)  # type: ignore[arg-type]
        for c in chapters
        for k in range(each)
    )


PEERS = many(practice(f"P{k}", f"DP{k}", tests=2) for k in range(5))
"""Five hospitals that give two of the tests to everybody."""


def test_six_tests_for_everyone_beyond_the_usual_two_name_the_doctor() -> None:
    finding = fire(PACKAGE, PEERS, practice("H1", "DR1", tests=8)).only()

    assert finding.subject == ("doctor", "DR1")
    assert len(finding.cites("fee_list_d")) == 15 * 6
    assert not finding.amount_fen  # an estimate
    assert (finding.facts["tests"], finding.facts["chapters"]) == (6, 3)


def test_five_beyond_the_usual_are_a_belief() -> None:
    assert fire(PACKAGE, PEERS, practice("H1", "DR1", tests=7)).none()


def test_a_specialist_a_small_practice_and_tests_that_follow_a_course_are_chosen() -> None:
    assert fire(PACKAGE, PEERS, practice("H1", "DR1", tests=8, chapters=CHAPTERS[:2])).none()
    assert fire(PACKAGE, PEERS, practice("H1", "DR1", tests=8, each=4)).none()
    assert fire(PACKAGE, PEERS, practice("H1", "DR1", tests=8, when=2)).none()


def test_a_reason_that_the_site_accepts_and_a_level_without_peers_excuse() -> None:
    reasons = many(row("kb_exam_reason", med_list_codg=t, diag_prefix=p) for t in TESTS for p in ("J18", "S72", "K35"))

    assert fire(PACKAGE, PEERS, reasons, practice("H1", "DR1", tests=8)).none()
    higher = practice("H1", "DR1", tests=8)
    higher = Fact(tuple((t, {**r, "hosp_lv": "02"} if t == "mdtrt_d" else r) for t, r in higher.rows))
    assert fire(PACKAGE, PEERS, higher).none()  # a third-level house among village hospitals


def test_an_unnamed_doctor_is_not_testable() -> None:
    run = fire(PACKAGE, PEERS, practice("H1", None, tests=8))

    assert run.none()
    assert run.not_testable["chfpdr_code"] == 15
