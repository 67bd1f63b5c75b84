"""Who is insured, and whether there is such a person: paper employees, the dead, two numbers of one person."""

from datetime import timedelta

from tests.kg.crimes import EPOCH, Fact, days, fire, many, purchase, row, settle, stay

SHELL, GHOSTS, NUMBERS = "ghost_insured_of_shell_employer", "ghost_persons_in_enrolment", "two_person_numbers_one_identity"
LATER = purchase(person="ZOE", when=days(200))
"""The bureau goes on reporting."""


def day(n: float) -> str:
    return str((EPOCH + timedelta(days=n)).date())


def hired(person: str, firm: str = "E1", *, since: float | None = 0, waged: bool = False, kind: str = "11", valid: bool = True) -> Fact:
    """A person whom a firm insures, and one wage if `waged`."""
    terms = {"emp_no": firm, "begndate": since if since is None else day(since), "insutype": "310", "psn_type": kind}
    spell = row("psn_insu_d", psn_insu_rlts_id=f"R-{firm}-{person}-{since}", psn_no=person, **terms)
    known = row("psn_b", psn_no=person, certno_h=f"C-{person}", certno_ok=valid)
    wage = row("payroll", certno_h=f"C-{person}", emp_no=firm, period="202508", wag=500_000)
    return spell + known + (wage if waged else Fact(()))


def ill(person: str, first: int = 20, *, last: int | None = None) -> Fact:
    name = f"S{first}-{person}"
    last = first + 2 if last is None else last
    return stay(name, person=person, first=first, last=last) + settle(name, person=person, when=days(last, 16), shop=False, at_place="H1")


def firm(*, ills: int = 3, members: int = 3, waged: int = 0, taxed: int | None = 0) -> Fact:
    names = [f"M{n}" for n in range(members)]
    staff = many(hired(n, waged=i < waged) for i, n in enumerate(names))
    sick = many(ill(n) for n in names[members - ills :])
    return staff + sick + row("insu_emp_b", emp_no="E1", tax_psn_cnt=taxed)


def test_a_firm_whose_unpaid_members_lie_in_hospital_is_cited_with_spells_and_settlements() -> None:
    finding = fire(SHELL, firm(), LATER).only()

    assert finding.subject == ("employer", "E1")
    assert len(finding.cites("psn_insu_d")) == len(finding.cites("setl_d")) == 3
    assert finding.amount_fen == 3 * 6 * 1_000  # three days of bed and treatment each
    assert (finding.facts["employees"], finding.facts["paid_wages"], finding.facts["in_hospital"]) == (3, 0, 3)


def test_wage_sheets_speak_before_the_tax_office() -> None:
    assert fire(SHELL, firm(members=10, ills=5, waged=2, taxed=10), LATER).only()
    assert fire(SHELL, firm(members=10, ills=5, waged=3, taxed=0), LATER).none()


def test_a_firm_that_pays_or_of_which_nobody_knows_is_not_judged() -> None:
    assert fire(SHELL, firm(taxed=3), LATER).none()
    assert fire(SHELL, firm(taxed=None), LATER).none()


def test_a_firm_with_two_sick_members_or_a_healthy_majority_is_unlucky() -> None:
    assert fire(SHELL, firm(ills=2), LATER).none()
    assert fire(SHELL, firm(members=7, ills=3), LATER).none()
    assert fire(SHELL, firm(members=6, ills=3), LATER).only()


def test_pensioners_new_members_and_late_illness_do_not_count() -> None:
    retired = many(hired(f"M{n}", kind="12") + ill(f"M{n}") for n in range(3)) + row("insu_emp_b", emp_no="E1", tax_psn_cnt=0)
    late = many(hired(f"M{n}") + ill(f"M{n}", 181) for n in range(3)) + row("insu_emp_b", emp_no="E1", tax_psn_cnt=0)
    in_time = many(hired(f"M{n}") + ill(f"M{n}", 180) for n in range(3)) + row("insu_emp_b", emp_no="E1", tax_psn_cnt=0)

    assert fire(SHELL, retired, LATER).none()
    assert fire(SHELL, firm(), purchase(person="ZOE", when=days(89))).none()
    assert fire(SHELL, firm(), purchase(person="ZOE", when=days(90))).only()
    assert fire(SHELL, late, LATER).none()
    assert fire(SHELL, in_time, LATER).only()


def test_two_later_wage_sheets_without_a_name_speak_before_ninety_days() -> None:
    def sheet(period: str) -> Fact:
        return hired("M9", waged=True) + row("payroll", certno_h="C-M9", emp_no="E1", period=period, wag=1)

    soon = purchase(person="ZOE", when=days(60))
    assert fire(SHELL, firm(members=9, ills=9), sheet("2025-08"), soon).none()  # hired in July
    assert fire(SHELL, firm(members=9, ills=9), sheet("2025-09"), soon).only()
    assert fire(SHELL, firm(members=9, ills=9), sheet("202509"), soon).only()


def test_an_unknown_beginning_is_not_testable() -> None:
    run = fire(SHELL, hired("M0", since=None), LATER)

    assert run.none()
    assert run.not_testable["begndate"] == 1


def dead(person: str, on: float) -> Fact:
    return row("person_registry", certno_h=f"C-{person}", kind="death", begndate=day(on))


def buried(n: int, *, died: float = -60) -> Fact:
    return many(hired(f"G{i}") + dead(f"G{i}", died) for i in range(n))


def test_three_hired_after_their_death_are_cited_with_what_their_cards_paid() -> None:
    finding = fire(GHOSTS, buried(3), purchase(person="G0", when=days(9), fen=7_000)).only()

    assert finding.subject == ("employer", "E1")
    assert len(finding.cites("psn_insu_d")) == 3
    assert finding.amount_fen == 7_000
    assert (finding.facts["dead_when_hired"], finding.facts["no_such_number"]) == (3, 0)


def test_numbers_that_nobody_was_given_count_beside_the_dead() -> None:
    finding = fire(GHOSTS, buried(1), hired("X1", valid=False), hired("X2", valid=False)).only()

    assert (finding.facts["dead_when_hired"], finding.facts["no_such_number"]) == (1, 2)


def test_two_wrong_numbers_or_few_of_many_are_slips() -> None:
    many_honest = many(hired(f"H{n}") for n in range(58))

    assert fire(GHOSTS, buried(2)).none()
    assert fire(GHOSTS, buried(3), many_honest).none()
    assert fire(GHOSTS, buried(3), many(hired(f"H{n}") for n in range(57))).only()


def test_who_died_later_or_was_there_before_is_carried_on_in_good_faith() -> None:
    before = many(hired(f"G{i}", since=-400) for i in range(3))

    assert fire(GHOSTS, buried(3, died=-31)).none()
    assert fire(GHOSTS, buried(3, died=-32)).only()
    assert fire(GHOSTS, buried(3, died=50)).none()
    assert fire(GHOSTS, buried(3), before).none()


def test_a_person_without_a_certificate_is_not_testable() -> None:
    run = fire(GHOSTS, row("psn_insu_d", psn_insu_rlts_id="R", psn_no="X", emp_no="E1", begndate=day(0)))

    assert run.none()
    assert run.not_testable["certno_h"] == 1


def number(psn_no: str, certificate: str | None = "C-ANN") -> Fact:
    return row("psn_b", psn_no=psn_no, certno_h=certificate)


def buys(psn_no: str, *when: int, fen: int = 1_000) -> Fact:
    return many(purchase(person=psn_no, when=days(d), fen=fen) for d in when)


BOTH = number("ANN-1") + number("ANN-2")


def test_two_numbers_used_in_turn_cite_the_lesser_one() -> None:
    finding = fire(NUMBERS, BOTH, buys("ANN-1", 0, 20, 40, 60, fen=5_000), buys("ANN-2", 10, 30, 50)).only()

    assert finding.subject == ("patient", "ANN-2")
    assert len(finding.cites("setl_d")) == 3
    assert finding.facts["other_number"] == "ANN-1"


def test_a_move_leaves_the_old_number_behind_within_a_month() -> None:
    assert fire(NUMBERS, BOTH, buys("ANN-1", 0, 20, 40), buys("ANN-2", 41, 60, 80)).none()
    assert fire(NUMBERS, BOTH, buys("ANN-1", 0, 30, 40), buys("ANN-2", 10, 20, 80)).none()  # thirty days of both
    assert fire(NUMBERS, BOTH, buys("ANN-1", 0, 30, 41), buys("ANN-2", 10, 20, 80)).only()


def test_one_late_bill_and_two_people_are_no_double() -> None:
    assert fire(NUMBERS, BOTH, buys("ANN-1", 0, 70), buys("ANN-2", 10, 20, 60, 80)).none()
    assert fire(NUMBERS, number("ANN-1"), number("ANN-2", "C-TWIN"), buys("ANN-1", 0, 20, 40), buys("ANN-2", 1, 30, 50)).none()


def test_an_unknown_certificate_is_not_testable() -> None:
    run = fire(NUMBERS, number("ANN-1", None), number("ANN-2", None), buys("ANN-1", 0, 20, 40), buys("ANN-2", 1, 30, 50))

    assert run.none()
    assert run.not_testable["certno_h"] == 2
