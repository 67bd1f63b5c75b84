"""Beds for people without need: check-ups, buses, recruiters, and the innocent groups beside them."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, person, row, serial, settle, visit
from tests.kg.hospital import operation

CHECKUP, BUS, RECRUITER = "checkup_style_admission", "mass_admission_day", "recruiter_network"


def brief(
    name: str,
    *,
    at_place: str = "H1",
    first: float = 0,
    nights: int = 3,
    tests: int = 80,
    care: int = 10,
    illness: str = "R42.x00",
    med_type: str = "21",
    cash: int | None = None,
    **more: object,
) -> Fact:
    """A stay of `name`, its bill of 1,000 yuan: `tests` per cent examinations, `care` per cent drugs, the rest bed."""
    who = str(more.pop("person", name))
    shares = {"03": tests, "09": care, "01": 100 - tests - care}
    whole = visit(name, person=who, at_place=at_place, when=days(first, 9), med_type=med_type, endtime=at(days(first + nights, 15)), **more)
    whole = Fact(tuple((t, {**r, "dscg_maindiag_code": illness}) for t, r in whole.rows), whole.key)
    bill = many(
        line(name, person=who, at_place=at_place, charge=charge, when=days(first, 10), fen=share * 1_000)
        for charge, share in shares.items()
    )
    paid = settle(name, person=who, at_place=at_place, when=days(first + nights, 15), fen=100_000, shop=False, med_type=med_type)
    return whole + bill + Fact(tuple((t, {**r, "cash_payamt": cash}) for t, r in paid.rows))


def checkups(n: int, place: str = "H1", **more: object) -> Fact:
    return many(brief(f"{place}C{k}", at_place=place, **more) for k in range(n))  # type: ignore[arg-type]


def ill(n: int, place: str = "H1") -> Fact:
    return many(brief(f"{place}I{k}", at_place=place, tests=30, care=40, nights=8) for k in range(n))


CITY = many(ill(10, f"P{k}") for k in range(5))
"""Five other hospitals without a check-up among them."""


def test_five_checkups_where_others_have_none_cite_the_stays_whole() -> None:
    run = fire(CHECKUP, CITY, ill(10), checkups(5))

    assert run.subjects == {f"H1C{k}" for k in range(5)}
    assert {f.amount_fen for f in run} == {100_000}


def test_four_diagnostic_stays_are_any_hospitals() -> None:
    assert fire(CHECKUP, CITY, ill(10), checkups(4)).none()


def test_a_hospital_with_its_share_is_left_alone() -> None:
    alike = many(ill(10, f"P{k}") + checkups(3, f"P{k}") for k in range(5))

    assert fire(CHECKUP, alike, ill(10), checkups(5)).none()


@pytest.mark.parametrize(
    ("more", "hits"),
    [({"tests": 70}, 5), ({"tests": 69}, 0), ({"care": 15}, 5), ({"care": 16}, 0), ({"nights": 5}, 5), ({"nights": 6}, 0)],
)
def test_the_edges_of_a_checkup(more: dict[str, int], hits: int) -> None:
    assert len(fire(CHECKUP, CITY, checkups(5, **more)).findings) == hits


def test_what_was_cut_infused_urgent_or_found_was_needed() -> None:
    names = [f"H1C{k}" for k in range(5)]
    infusion = many(line(n, person=n, item="001204000060000", charge="05", when=days(1), fen=100) for n in names)
    later = many(brief(f"L{n}", person=n, at_place="P1", first=40, illness="C16.900", nights=9, tests=30) for n in names)

    assert fire(CHECKUP, CITY, checkups(5), many(operation(n, person=n) for n in names)).none()
    assert fire(CHECKUP, CITY, checkups(5), infusion).none()
    assert fire(CHECKUP, CITY, checkups(5, med_type="24")).none()
    assert fire(CHECKUP, CITY, checkups(5, illness="D12.600")).none()
    assert fire(CHECKUP, CITY, checkups(5, dscg_way="2")).none()
    assert fire(CHECKUP, CITY, checkups(5), later).none()


def villagers(n: int, *, day: float = 40, village: str = "A", at_place: str = "H1", **more: object) -> Fact:
    names = [serial("V") for _ in range(n)]
    known = many(row("psn_b", psn_no=v, family_id=v, addr_area=village) for v in names)
    return known + many(brief(v, at_place=at_place, first=day, **more) for v in names)  # type: ignore[arg-type]


def year(at_place: str = "H1", village: str = "A") -> Fact:
    """One patient of the village every tenth day, all year."""
    return many(villagers(1, day=d, village=village, at_place=at_place, nights=6) for d in range(0, 360, 10))


def test_a_bus_from_one_village_cites_its_passengers_and_only_estimates() -> None:
    finding = fire(BUS, year(), villagers(8, day=43)).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("mdtrt_d")) == 8
    assert finding.facts["persons"] == 8
    assert not finding.amount_fen


def test_four_households_are_neighbours() -> None:
    assert fire(BUS, year(), villagers(4, day=43)).none()
    assert fire(BUS, year(), villagers(5, day=43)).only()


def test_the_bus_of_every_monday_is_expected() -> None:
    weekly = many(villagers(6, day=d) for d in range(0, 168, 7))

    assert fire(BUS, weekly).none()


def test_one_family_is_one_household() -> None:
    clan = [serial("K") for _ in range(8)]
    home = many(row("psn_b", psn_no=k, family_id="F1", addr_area="A") for k in clan)

    assert fire(BUS, year(), home, many(brief(k, first=43) for k in clan)).none()


def test_those_who_leave_one_by_one_came_by_themselves() -> None:
    assert fire(BUS, year(), *(villagers(1, day=43, nights=2 + 2 * k) for k in range(8))).none()


def test_outbreaks_injuries_and_operations_bring_groups() -> None:
    operated = villagers(8, day=43)
    cut = many(operation(str(r["mdtrt_id"]), person=str(r["psn_no"]), day=44) for t, r in operated.rows if t == "mdtrt_d")

    assert fire(BUS, year(), villagers(8, day=43, illness="A09.000")).none()
    assert fire(BUS, year(), villagers(8, day=43, illness="S72.000")).none()
    assert fire(BUS, year(), operated, cut).none()


def test_an_illness_that_fills_other_hospitals_too_goes_round() -> None:
    beside = many(villagers(1, day=41 + k, at_place="H2") for k in range(5))

    assert fire(BUS, year(), year("H2"), villagers(8, day=43), beside).none()


def test_a_village_that_nobody_stated_is_no_group() -> None:
    assert fire(BUS, year(), *(brief(serial("V"), first=43) for _ in range(8))).none()


def brought(
    n: int,
    *,
    prefix: str = "R",
    contact: str | None = "T1",
    homes: int | None = None,
    gap: float = 10,
    cash: int | None = 500,
    **more: object,
) -> Fact:
    """Newcomers whose contact is one phone, one every `gap` days, of `homes` families (default: each his own)."""
    names = [f"{prefix}{k}" for k in range(n)]
    families = many(person(r, family=f"{prefix}F{k % (homes or n)}", address=f"{prefix}A{k % (homes or n)}") for k, r in enumerate(names))
    return families + many(brief(r, first=k * gap, coner_tel_h=contact, cash=cash, **more) for k, r in enumerate(names))  # type: ignore[arg-type]


def test_six_newcomers_by_one_hand_are_a_ring_with_its_recruiter() -> None:
    owner = row("psn_b", psn_no="BOSS", tel_h="T1")

    finding = fire(RECRUITER, owner, brought(6)).only()

    roles = {(kind, role): name for kind, name, role in finding.members}
    assert roles[("phone", "recruiter")] == "T1"
    assert roles[("patient", "recruiter")] == "BOSS"
    assert roles[("institution", "provider")] == "H1"
    assert sum(role == "participant" for _, _, role in finding.members) == 6
    assert finding.amount_fen == 600_000


def test_five_are_friends_and_two_families_are_neighbours() -> None:
    assert fire(RECRUITER, brought(5)).none()
    assert fire(RECRUITER, brought(6, homes=2)).none()
    assert fire(RECRUITER, brought(6, homes=3)).only()


def test_a_campaign_ends_with_its_window() -> None:
    assert fire(RECRUITER, brought(6, gap=36)).only()  # the sixth on day 180
    assert fire(RECRUITER, brought(6, gap=37)).none()


def test_whoever_brings_the_ill_is_no_recruiter() -> None:
    assert fire(RECRUITER, brought(6, tests=20, care=50)).none()


def brought_again(*, contact: str = "T1", illness: str = "R42.x00", med_type: str = "21", n: int = 3) -> Fact:
    """So many of the six come once more after some months."""
    more = {"tests": 20, "care": 50, "coner_tel_h": contact, "illness": illness, "med_type": med_type}
    return many(brief(f"again-{who}", person=who, first=100 + k, **more) for k, who in enumerate(f"R{k}" for k in range(n)))  # type: ignore[arg-type]


def test_whoever_brings_the_same_people_again_brings_no_ill() -> None:
    once = brought(6, tests=20, care=50)

    assert fire(RECRUITER, once, brought_again()).only()
    assert fire(RECRUITER, once, brought_again(n=2)).none()  # two of six
    assert fire(RECRUITER, once, brought_again(contact="T2")).none()
    assert fire(RECRUITER, once, brought_again(illness="C34.900")).none()
    assert fire(RECRUITER, once, brought_again(med_type="24")).none()


def test_those_who_needed_the_bed_are_named_as_unknowing_and_not_billed() -> None:
    finding = fire(RECRUITER, brought(6), brought(3, prefix="X", tests=20, care=50)).only()

    assert sum(role == "unknowing" for _, _, role in finding.members) == 3
    assert finding.amount_fen == 600_000


def test_a_stay_for_nothing_where_others_pay_is_no_ordinary_stay() -> None:
    others = many(brief(f"O{k}", tests=20, care=50, cash=20_000) for k in range(20))

    assert fire(RECRUITER, others, brought(6, tests=20, care=50, cash=0)).only()
    assert fire(RECRUITER, brought(6, tests=20, care=50, cash=0)).none()  # nobody pays there


def test_the_desk_of_a_hospital_is_nobodys_friend() -> None:
    assert fire(RECRUITER, row("fixmedins_b", fixmedins_code="H1", fixmedins_type="1", tel_h="T1"), brought(6)).none()


def test_an_unknown_contact_is_not_testable() -> None:
    run = fire(RECRUITER, brought(6, contact=None))

    assert run.none()
    assert run.not_testable == {"coner_tel_h": 6}


LIGHT = "low_severity_admission"
COLD = row("kb_dx_group", diag_prefix="J06", dx_group="upper airway", outpatient_treatable="1")


def colds(n: int = 5, *, age: int | None = 40, illness: str = "J06.900", **more: object) -> Fact:
    """Stays for a cold, with a day of nursing beside the bed."""
    names = [f"C{k}" for k in range(n)]
    care = many(line(c, person=c, item="001201000040000", charge="07", when=days(1), fen=500) for c in names)
    return care + many(brief(c, tests=20, care=60, illness=illness, age=age, **more) for c in names)  # type: ignore[arg-type]


def test_five_colds_in_bed_cite_what_the_bed_cost() -> None:
    run = fire(LIGHT, COLD, CITY, ill(10), colds())

    assert run.subjects == {f"C{k}" for k in range(5)}
    assert {f.amount_fen for f in run} == {20_500}  # bed and nursing, not the drugs


def test_four_are_kindness_and_a_hospital_with_its_share_is_left_alone() -> None:
    assert fire(LIGHT, COLD, CITY, ill(10), colds(4)).none()
    alike = many(
        ill(10, f"P{k}") + many(brief(f"P{k}C{n}", at_place=f"P{k}", illness="J06.900", age=40) for n in range(3)) for k in range(5)
    )
    assert fire(LIGHT, COLD, alike, ill(10), colds()).none()


def test_the_longest_prefix_decides() -> None:
    grave = row("kb_dx_group", diag_prefix="J06.9", dx_group="upper airway, grave", outpatient_treatable="0")

    assert fire(LIGHT, COLD, grave, CITY, colds()).none()
    assert fire(LIGHT, COLD, CITY, colds(illness="J18.900")).none()


@pytest.mark.parametrize(("age", "hits"), [(79, 5), (80, 0), (None, 0)])
def test_the_frail_and_those_of_unknown_age_are_not_judged(age: int | None, hits: int) -> None:
    assert len(fire(LIGHT, COLD, CITY, colds(age=age)).findings) == hits


def test_fever_oxygen_a_grave_illness_or_treatment_tried_before_need_a_bed() -> None:
    names = [f"C{k}" for k in range(5)]
    fever = many(row("vital_sign", mdtrt_id=c, taken_at=str(at(days(0, 10))), temperature=38.5) for c in names)
    oxygen = many(line(c, person=c, item="001203000010000", charge="05", when=days(1), fen=100) for c in names)
    failure = row("kb_code_set", set_key="failure", code="J96")
    second = many(row("setl_list_diag_d", setl_list_diag_id=c, mdtrt_id=c, psn_no=c, diag_code="J96.000") for c in names)
    tried = many(visit(f"T{c}", person=c, when=days(-5), med_type="11", dscg_maindiag_code="J06.900") for c in names)

    for reason in (fever, oxygen, failure + second, tried):
        assert fire(LIGHT, COLD, CITY, colds(), reason).none()


def test_a_diagnosis_that_nobody_wrote_is_not_testable() -> None:
    run = fire(LIGHT, COLD, colds(illness=None))  # type: ignore[arg-type]

    assert run.none()
    assert run.not_testable == {"diagnosis": 5}
