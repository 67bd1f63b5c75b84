"""Paid for the dead and for those whom no register of the chronically ill knows; slow registers and other regions."""

from datetime import date, timedelta

import pytest

from tests.kg.crimes import EPOCH, Fact, Finding, check, days, fire, line, many, purchase, row, settle, stay, visit

DEAD, UNREGISTERED = "billed_after_death", "chronic_without_registration"


def on(day: int) -> date:
    return EPOCH.date() + timedelta(days=day)


def died(day: int, *, known: int | None = None) -> Fact:
    """Dead by the registry, and by the insurance register where it knows."""
    registry = row("person_registry", certno_h="CERT", kind="death", begndate=on(day), source="民政")
    return registry + row("psn_b", psn_no="ANN", certno_h="CERT", die_date=None if known is None else on(known))


def others() -> Fact:
    """Two more dead patients of the same shop: with them it is the shop's doing, and not a relative's."""
    return many(
        row("person_registry", certno_h=f"CERT-{who}", kind="death", begndate=on(0), source="民政")
        + row("psn_b", psn_no=who, certno_h=f"CERT-{who}")
        + purchase(person=who, when=days(5))
        for who in ("BOB", "CID")
    )


def anns(*facts: Fact) -> list[Finding]:
    """What the rule says of ANN, where two others died too."""
    return [f for f in fire(DEAD, *facts, others()) if f.subject == ("patient", "ANN")]


def bought(day: float, **more: object) -> Fact:
    return purchase(person="ANN", when=days(day), **more)  # type: ignore[arg-type]


def test_a_purchase_after_death_is_cited() -> None:
    (finding,) = anns(died(0), bought(5))

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == 1_000
    assert finding.facts["days_after"] == 5


def test_one_dead_holders_card_is_not_the_shops_doing() -> None:
    assert fire(DEAD, died(0), bought(5)).none()
    assert len(fire(DEAD, died(0), bought(5), others()).findings) == 3
    assert fire(DEAD, others()).none()


@pytest.mark.parametrize(("day", "hits"), [(1, 0), (2, 1)])
def test_the_day_after_is_left_for_posting(day: int, hits: int) -> None:
    assert len(anns(died(0), bought(day))) == hits


def test_care_before_death_that_is_posted_or_settled_late_is_no_crime() -> None:
    late = line("S1", person="ANN", when=days(9))
    settled = settle("S1", person="ANN", at_place="H1", when=days(30), shop=False)

    assert not anns(died(3), stay("S1", person="ANN", last=3), late, settled)


def test_registers_that_disagree_are_read_in_favour_of_the_living() -> None:
    assert not anns(died(0, known=10), bought(5))
    assert anns(died(0, known=1), bought(5))


def test_a_refund_a_face_afterwards_or_a_newborn_are_no_crime() -> None:
    child = visit("M1", person="ANN", when=days(5), nwb_flag="1") + line("M1", person="ANN", when=days(5))

    assert not anns(died(0), bought(5, refunded=True))
    assert not anns(died(0), bought(5), check(None, person="ANN", when=days(6), kind="clinic"))
    assert anns(died(0), bought(5), check(None, person="ANN", when=days(6), kind="clinic", result="fail"))
    assert not anns(died(0), child)


def test_a_service_without_a_day_is_not_testable() -> None:
    run = fire(DEAD, died(0), visit("M1", person="ANN", when=days(5)), line("M1", person="ANN", when=None))

    assert run.none()
    assert run.not_testable["fee_ocur_time"] == 1


def registered(who: str, *, ill: str = "I10", since: int = -100, until: int | None = None) -> Fact:
    return row("opsp_reg", psn_no=who, dise_no=ill, begndate=on(since), enddate=None if until is None else on(until))


def chronic(who: str = "ANN", *, ill: str | None = "I10", day: int | None = 50, area: str = "A") -> Fact:
    when = None if day is None else days(day)
    bill = settle(f"C-{who}", person=who, at_place="H1", when=when, shop=False, med_type="14")
    named = Fact(tuple((t, {**r, "insu_admdvs": area, "dise_no": ill}) for t, r in bill.rows), bill.key)
    return named + line(f"C-{who}", person=who, when=when, item="XC09AAK023A001010100002", charge="09", med_type="14")


TOWN = many(registered(f"H{n}") + chronic(f"H{n}") for n in range(9))


def test_a_benefit_without_registration_cites_its_lines() -> None:
    finding = fire(UNREGISTERED, TOWN, chronic()).only()

    assert finding.subject == ("patient", "ANN")
    assert finding.amount_fen == 1_000
    assert finding.facts["never_registered"]


@pytest.mark.parametrize(("until", "hits"), [(20, 0), (19, 1)])
def test_a_month_is_left_for_renewal(until: int, hits: int) -> None:
    assert len(fire(UNREGISTERED, TOWN, registered("ANN", until=until), chronic()).findings) == hits


@pytest.mark.parametrize(("since", "hits"), [(80, 0), (81, 1)])
def test_offices_write_down_late(since: int, hits: int) -> None:
    assert len(fire(UNREGISTERED, TOWN, registered("ANN", since=since), chronic()).findings) == hits


def test_another_disease_is_none_but_a_code_the_register_never_uses_is_not_compared() -> None:
    assert fire(UNREGISTERED, TOWN, registered("ANN", ill="E11"), chronic()).only()
    assert fire(UNREGISTERED, TOWN, registered("ANN"), chronic(ill="LOCAL-7")).none()
    assert fire(UNREGISTERED, TOWN, registered("ANN"), chronic(ill=None)).none()


def test_a_region_that_keeps_its_register_elsewhere_is_not_judged() -> None:
    assert fire(UNREGISTERED, TOWN, chronic(area="B")).none()
    assert fire(UNREGISTERED, many(registered(f"H{n}") + chronic(f"H{n}") for n in range(8)), chronic()).none()  # nine persons


def test_a_settlement_without_a_time_is_not_testable() -> None:
    run = fire(UNREGISTERED, TOWN, chronic(day=None))

    assert run.none()
    assert run.not_testable["setl_time"] == 1
