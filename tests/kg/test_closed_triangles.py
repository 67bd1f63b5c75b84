"""A doctor, a shop and their patients closed among themselves; one phone behind chronic cards. And neighbours, homes, village doctors."""

from __future__ import annotations

import pytest

from tests.kg.crimes import DRUG, OTHER_DRUG, Fact, check, days, fire, line, many, pharmacy, row, settle

TRIANGLE, COLLECTOR = "doctor_pharmacy_patient_triangle", "chronic_proxy_collector"
WANTED = row("kb_drug", med_list_codg=DRUG, resale_risk="1", route="oral")


def filled(
    n: int, who: str, *, doctor: str | None = "DR", shop: str = "P1", minutes: float = 30, drug: str = OTHER_DRUG, clock: bool = True
) -> Fact:
    """The n-th prescription of a shop, twenty a day."""
    name, when = f"{shop}-{doctor}-{n}", days(1 + n // 20, 8 + (n % 20) * minutes / 60 if clock else 0)
    sold = line(name, person=who, at_place=shop, item=drug, when=when, charge="09")
    return Fact(tuple((t, {**r, "bilg_dr_code": doctor}) for t, r in sold.rows)) + settle(name, person=who, at_place=shop, when=when)


def ring(n: int = 60, *, patients: int = 6, **more: object) -> Fact:
    return many(filled(k, f"A{k % patients}", **more) for k in range(n))  # type: ignore[arg-type]


def others(places: int = 30, n: int = 40) -> Fact:
    """The rest of the city: other doctors, other shops, other patients."""
    return many(filled(k, f"N{s}-{k}", doctor=f"D{(s + k) % 10}", shop=f"S{s}") for s in range(places) for k in range(n))


SHOPS = many(pharmacy(f"S{s}") for s in range(30)) + pharmacy("P1")
CITY = SHOPS + others()
FAST = {"minutes": 0.9}


def test_a_closed_ring_with_two_signs_names_shop_and_doctor_and_cites_its_lines() -> None:
    finding = fire(TRIANGLE, CITY, WANTED, ring(drug=DRUG, **FAST)).only()

    assert finding.subject == ("institution", "P1")
    assert finding.members == (("doctor", "DR", "prescriber"),)
    assert len(finding.cites("fee_list_d")) == 60
    assert finding.amount_fen == 60_000
    assert (finding.facts["prescriptions"], finding.facts["loyalty"], finding.facts["signs"]) == (60, 1, "pace,resale")
    assert finding.facts["lift"] == pytest.approx(1260 / 60)


@pytest.mark.parametrize("one", [FAST, {"drug": DRUG}, {}])
def test_one_sign_has_an_innocent_story(one: dict[str, object]) -> None:
    assert fire(TRIANGLE, CITY, WANTED, ring(**one)).none()


@pytest.mark.parametrize(("minutes", "fires"), [(59 / 60, True), (1, False)])
def test_a_minute_is_the_least_that_an_examination_takes(minutes: float, fires: bool) -> None:
    assert bool(fire(TRIANGLE, CITY, WANTED, ring(drug=DRUG, minutes=minutes)).findings) is fires


@pytest.mark.parametrize(("n", "fires"), [(50, True), (49, False)])
def test_fifty_prescriptions_are_asked_for(n: int, fires: bool) -> None:
    assert bool(fire(TRIANGLE, CITY, WANTED, ring(n, drug=DRUG, **FAST)).findings) is fires


def test_the_shop_beside_the_clinic_is_no_ring() -> None:
    """In a town of few shops the same sixty prescriptions are four times a fair share."""
    few = SHOPS + others(places=3, n=60)

    assert fire(TRIANGLE, few, WANTED, ring(drug=DRUG, **FAST)).none()


@pytest.mark.parametrize(("elsewhere", "fires"), [(25, True), (26, False)])
def test_free_patients_also_go_elsewhere(elsewhere: int, fires: bool) -> None:
    away = many(filled(100 + k, f"A{k % 6}", doctor="D3", shop="S3") for k in range(elsewhere))

    assert bool(fire(TRIANGLE, CITY, WANTED, ring(drug=DRUG, **FAST), away).findings) is fires


@pytest.mark.parametrize("thing", ["coner_tel_h", "bank_acct_h"])
def test_one_phone_or_account_behind_three_households_is_a_sign_and_a_family_is_not(thing: str) -> None:
    def folk(families: int) -> Fact:
        return many(row("psn_b", psn_no=f"A{k}", family_id=f"F{k % families}", **{thing: "ONE"}) for k in range(6))

    assert fire(TRIANGLE, CITY, folk(3), ring(**FAST)).only().facts["signs"] == "pace,shared"
    assert fire(TRIANGLE, CITY, folk(2), ring(**FAST)).none()


def test_one_face_before_the_cards_and_patients_from_afar_are_signs() -> None:
    faces = [check(None, person=f"A{k}", at_place="P1", when=days(1), kind="pharmacy", face="F1") for k in range(6)]
    shop = row("fixmedins_b", fixmedins_code="P1", fixmedins_type="2", medins_kind="pharmacy", lnt=120.0, lat=30.0)
    town = many(pharmacy(f"S{s}") for s in range(30)) + others() + shop
    far = many(row("psn_b", psn_no=f"A{k}", lnt=120.0, lat=30.2) for k in range(6))
    near = many(row("psn_b", psn_no=f"A{k}", lnt=120.0, lat=30.1) for k in range(6))

    assert fire(TRIANGLE, CITY, ring(**FAST), *faces).only().facts["signs"] == "pace,shared"
    assert fire(TRIANGLE, town, far, ring(**FAST)).only().facts["signs"] == "far,pace"
    assert fire(TRIANGLE, town, near, ring(**FAST)).none()


def test_the_prescriber_may_stand_on_the_record_of_sale_if_one_doctor_bears_the_name() -> None:
    doctor = row("medstff_b", stff_code="DR", fixmedins_code="H1", stff_type="1", stff_name_h="NAME")
    namesake = row("medstff_b", stff_code="DR2", fixmedins_code="H1", stff_type="1", stff_name_h="NAME")
    unsigned = ring(doctor=None, drug=DRUG, **FAST)
    sales = many(
        row("selinfo_3505", fixmedins_code="P1", med_list_codg=DRUG, sel_retn_cnt=1, setl_id=f"S-P1-None-{k}", prsc_dr_name_h="NAME")
        for k in range(60)
    )

    assert fire(TRIANGLE, CITY, WANTED, unsigned).none()
    assert fire(TRIANGLE, CITY, WANTED, unsigned, doctor, sales).only().members == (("doctor", "DR", "prescriber"),)
    assert fire(TRIANGLE, CITY, WANTED, unsigned, doctor, namesake, sales).none()


def test_days_without_hours_have_no_pace_and_a_line_without_a_day_is_not_testable() -> None:
    assert fire(TRIANGLE, CITY, WANTED, ring(drug=DRUG, clock=False)).none()
    loose = line("M", person="A0", at_place="P1", item=DRUG, when=None, charge="09")
    fired = fire(TRIANGLE, SHOPS, Fact(tuple((t, {**r, "bilg_dr_code": "DR"}) for t, r in loose.rows)))
    assert fired.not_testable == {"fee_ocur_time": 1}


def holder(n: int, *, phone: str | None = "TEL", family: str | None = None, address: str | None = None, chronic: bool = True) -> Fact:
    card = row("psn_b", psn_no=f"C{n}", coner_tel_h=phone, family_id=family or f"F{n}", addr_h=address)
    return card + (row("opsp_reg", psn_no=f"C{n}", dise_no="M03900") if chronic else Fact(()))


def fetched(n: int, day: float, *, drug: str = DRUG) -> Fact:
    name = f"M-{n}-{day:g}"
    return line(name, person=f"C{n}", at_place=f"P{n}", item=drug, when=days(day), charge="09") + settle(
        name, person=f"C{n}", at_place=f"P{n}", when=days(day)
    )


def collected(cards: int = 4, *, every: float = 7, **more: object) -> Fact:
    return many(holder(n, **more) + fetched(n, n * every) for n in range(cards))  # type: ignore[arg-type]


def test_four_chronic_cards_behind_one_phone_are_cited_but_the_first_claims_nothing() -> None:
    finding = fire(COLLECTOR, WANTED, collected()).only()

    assert finding.subject == ("ring", "phone TEL")
    assert ("phone", "TEL", "collector") in finding.members
    assert {role for kind, _, role in finding.members if kind == "patient"} == {"unknowing"}
    assert [fen for _, _, fen in finding.evidence] == [1_000] * 3
    assert (finding.facts["cards"], finding.facts["households"]) == (4, 4)


def test_whoever_owns_the_number_is_the_collector() -> None:
    owner = row("psn_b", psn_no="EVE", tel_h="TEL")

    assert ("patient", "EVE", "collector") in fire(COLLECTOR, WANTED, collected(), owner).only().members


def test_three_are_neighbours_and_four_of_three_households_too() -> None:
    assert fire(COLLECTOR, WANTED, collected(3)).none()
    assert fire(COLLECTOR, WANTED, collected(3), holder(3, family="F0"), fetched(3, 21)).none()


@pytest.mark.parametrize(("every", "fires"), [(59 / 3, True), (20, False)])
def test_two_months_are_the_window(every: float, fires: bool) -> None:
    assert bool(fire(COLLECTOR, WANTED, collected(every=every)).findings) is fires


def test_a_home_and_the_numbers_of_houses_and_their_staff_are_mandates() -> None:
    clinic = row("fixmedins_b", fixmedins_code="V1", tel_h="TEL")
    village_doctor = row("medstff_b", stff_code="DR", fixmedins_code="V1", tel_h="TEL")

    assert fire(COLLECTOR, WANTED, collected(), clinic).none()
    assert fire(COLLECTOR, WANTED, collected(), village_doctor).none()
    assert fire(COLLECTOR, WANTED, many(holder(n, address="HOME" if n < 2 else None) + fetched(n, n) for n in range(4))).none()


def test_a_public_number_ties_nobody() -> None:
    crowd = many(row("psn_b", psn_no=f"X{n}", coner_tel_h="TEL") for n in range(197))

    assert fire(COLLECTOR, WANTED, collected(), crowd).none()
    assert fire(COLLECTOR, WANTED, collected(), many(row("psn_b", psn_no=f"X{n}", coner_tel_h="TEL") for n in range(196))).only()


def test_drugs_that_nobody_deals_in_different_drugs_and_cards_without_the_benefit_are_no_sign() -> None:
    other = row("kb_drug", med_list_codg=OTHER_DRUG, resale_risk="1", route="oral")

    assert fire(COLLECTOR, row("kb_drug", med_list_codg=DRUG, route="oral"), collected()).none()
    assert fire(COLLECTOR, WANTED, other, many(holder(n) + fetched(n, n, drug=(DRUG, OTHER_DRUG)[n % 2]) for n in range(4))).none()
    assert fire(COLLECTOR, WANTED, collected(chronic=False)).none()


def test_a_card_without_a_contact_and_a_line_without_a_day_tell_nothing() -> None:
    assert fire(COLLECTOR, WANTED, collected(phone=None)).none()
    fired = fire(COLLECTOR, WANTED, line("M", person="C0", at_place="P1", item=DRUG, when=None))
    assert fired.not_testable == {"fee_ocur_time": 1}
