"""Ampoules billed in visits without any needle; and operations, pens, orders, habits and houses that bill no injections."""

import pytest

from kg.rulebook import RULEBOOK
from tests.kg.crimes import Fact, days, fire, line, many, row, visit

RULE = "injection_without_administration"
AMPOULE, OTHER, PEN = "XJ01DDA955B002010191595", "XA02BCA964B002010191694", "XA10AEA955B002010190605"
INFUSION, SURGERY = "001204000060000", "003310060020000"
LIMITS = RULEBOOK[RULE].values


def ampoule(
    name: str,
    place: str,
    *,
    item: str = AMPOULE,
    needle: bool = True,
    ordered: bool = False,
    doctor: str = "DR",
    med_type: str = "21",
    **more: object,
) -> Fact:
    """A visit of two days with the drug, and an infusion, on both."""

    def bill(code: str, day: int, charge: str, called: str, list_type: str = "201", **other: object) -> Fact:
        made = line(
            name, person=f"P-{name}", at_place=place, item=code, when=days(day) if dated else None, charge=charge, med_type=med_type
        )
        return Fact(tuple((t, {**r, "hilist_name": called, "list_type": list_type, "bilg_dr_code": doctor, **other}) for t, r in made.rows))

    dated = bool(more.pop("dated", True))
    drug = many(bill(item, day, "09", "注射用头孢呋辛钠", "101", **more) for day in (1, 2))
    acts = many(bill(INFUSION, day, "05", "静脉输液") for day in ((1, 2) if needle else ()))
    order = row("drord_d", mdtrt_id=name, drord_no=f"Y-{name}", med_list_codg=item) if ordered else Fact(())
    return visit(name, person=f"P-{name}", at_place=place, when=days(0), med_type=med_type) + drug + acts + order


def house(place: str, *, needle: bool = True, n: int = 20, **more: object) -> Fact:
    return many(ampoule(f"{place}-{k}", place, needle=needle, doctor=f"DR-{place}", **more) for k in range(n))  # type: ignore[arg-type]


CITY = many(house(f"H{n}") for n in range(1, 6))


def phantoms(n: int = 5, **more: object) -> Fact:
    return many(ampoule(f"X{k}", "H1", needle=False, doctor="DR-X", **more) for k in range(n))  # type: ignore[arg-type]


def test_ampoules_without_a_needle_are_cited_with_their_money() -> None:
    finding = fire(RULE, CITY, phantoms()).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("fee_list_d")) == 10
    assert finding.amount_fen == 10_000
    assert (finding.facts["unreported"], finding.facts["billed"], finding.facts["item"]) == (5, 25, AMPOULE)


def test_four_visits_are_forgetfulness() -> None:
    assert fire(RULE, CITY, phantoms(4)).none()


@pytest.mark.parametrize(
    "innocent", [{"needle": True}, {"ordered": True}, {"item": PEN}, {"dscg_tkdrug_flag": "1"}, {"item": "XN01AXA001B002010100001"}]
)
def test_a_needle_an_order_a_pen_the_bag_for_home_and_the_anaesthetic_are_explained(innocent: dict[str, object]) -> None:
    given = many(ampoule(f"X{k}", "H1", doctor="DR-X", **{"needle": False, **innocent}) for k in range(8))  # type: ignore[arg-type]

    assert fire(RULE, CITY, given).none()


def test_an_operation_contains_its_injections() -> None:
    operated = many(line(f"X{k}", person=f"P-X{k}", at_place="H1", item=SURGERY, when=days(1), charge="06") for k in range(5))

    assert fire(RULE, CITY, phantoms(), operated).none()


def test_one_infusion_speaks_for_the_visit_when_bills_are_posted_late() -> None:
    posted = many(line(f"X{k}", person=f"P-X{k}", at_place="H1", item=SURGERY, when=days(2), charge="06") for k in range(5))

    assert fire(RULE, CITY, phantoms(), posted).none()


def test_an_injection_is_known_by_its_code_set_too() -> None:
    local = "009999000040000"
    needles = many(line(f"X{k}", person=f"P-X{k}", at_place="H1", item=local, when=days(2)) for k in range(5))

    assert fire(RULE, CITY, phantoms(), needles).only()
    assert fire(RULE, CITY, phantoms(), needles, row("kb_code_set", set_key="injection", code=local)).none()


def test_what_the_library_calls_a_tablet_is_none_whatever_its_name() -> None:
    assert fire(RULE, CITY, phantoms(), row("kb_drug", med_list_codg=AMPOULE, route="oral")).none()


def test_a_drug_that_is_taken_elsewhere_is_not_judged() -> None:
    """At the usual clinic the patient carries the ampoules away."""
    clinics = many(house(f"C{n}", needle=False, med_type="11") for n in range(1, 7))

    assert fire(RULE, CITY, clinics).none()


def test_houses_that_bill_no_injections_and_too_few_houses_tell_nothing() -> None:
    silent = house("H6", needle=False)

    assert fire(RULE, CITY, silent).none() or "H6" not in fire(RULE, CITY, silent).subjects
    assert fire(RULE, *(house(f"H{n}") for n in range(2, 5)), phantoms()).none()


def test_a_line_without_a_day_is_not_testable() -> None:
    fired = fire(RULE, phantoms(1, dated=False))

    assert fired.none()
    assert fired.not_testable == {"fee_ocur_time": 2}


def test_pens_are_judged_where_the_site_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.rules.cross_cutting import injection_without_administration as rule

    judged: list[str] = []
    monkeypatch.setattr(rule.unreported, "find", lambda _c, _r, kind, _p: judged.append(kind) or rule.unreported.ANSWER.empty_table())
    rule.find(None, LIMITS)  # type: ignore[arg-type]
    rule.find(None, {**LIMITS, "self_injectable_exempt": False})  # type: ignore[arg-type]

    assert judged == ["ward", "clinic", "ward", "clinic", "pen"]
