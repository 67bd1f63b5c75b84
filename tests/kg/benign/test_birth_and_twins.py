"""A child without a card, two who look alike: the innocent story and the guilty one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from graph.home import Home
from tests.app.leads.findings import line
from tests.kg.benign.stories import said, told

BIRTH = datetime(2025, 7, 1)


def visit(mdtrt: str, begun: datetime, *, psn: str = "P1", dx: str | None = "J06.9", **more: object) -> dict[str, object]:
    about = {"mdtrt_id": mdtrt, "psn_no": psn, "fixmedins_code": "H1", "vali_flag": "1", "dscg_maindiag_code": dx}
    return {**about, "begntime": begun, "endtime": begun, **more}


def test_a_line_within_thirty_days_of_a_childbirth_may_be_the_childs(home: Home) -> None:
    born, treated = visit("M0", BIRTH, dx="O80.9"), visit("M1", BIRTH + timedelta(days=30))

    assert said(home, "newborn_on_mother_card", [line("M1", day=date(2025, 7, 31))], {"mdtrt_d": [born, treated]}) == (
        "not_excluded",
        "1 行依据中，1 行标为新生儿就诊或在持卡产妇分娩前后 30 日内",
    )
    assert told(home, "newborn_on_mother_card", [line("M1", day=date(2025, 8, 1))], {"mdtrt_d": [born, treated]}) == "excluded"


def test_a_visit_marked_as_a_newborns_may_be_the_childs_unless_the_card_is_a_mans(home: Home) -> None:
    marked = {"mdtrt_d": [visit("M1", BIRTH, nwb_flag="1")]}

    assert told(home, "newborn_on_mother_card", [line("M1")], marked) == "not_excluded"
    assert told(home, "newborn_on_mother_card", [line("M1")], {**marked, "psn_b": [{"psn_no": "P1", "gend": "1"}]}) == "excluded"


def test_two_births_of_one_woman_weeks_apart_do_not_vouch_for_each_other(home: Home) -> None:
    births = {"mdtrt_d": [visit("M1", BIRTH, dx="O80.9"), visit("M2", BIRTH + timedelta(days=60), dx="O82.9")]}

    assert told(home, "newborn_on_mother_card", [line("M1"), line("M2", day=date(2025, 8, 30))], births) == "excluded"


def test_visits_without_diagnosis_and_marks_tell_nothing_of_a_birth(home: Home) -> None:
    assert told(home, "newborn_on_mother_card", [line("M1")], {"mdtrt_d": [visit("M1", BIRTH, dx=None)]}) == "no_data"


def person(psn: str, *, born: date | None = date(1990, 5, 5), family: str | None = "F1") -> dict[str, object]:
    return {"psn_no": psn, "brdy": born, "family_id": family}


TWO = [line("M1", psn="A"), line("M2", psn="B")]


def test_two_cards_of_one_day_and_household_may_be_twins(home: Home) -> None:
    assert told(home, "twins_or_lookalike", TWO, {"psn_b": [person("A"), person("B")]}) == "not_excluded"
    assert told(home, "twins_or_lookalike", TWO, {"psn_b": [person("A"), person("B", born=date(1990, 5, 6))]}) == "excluded"
    assert told(home, "twins_or_lookalike", TWO, {"psn_b": [person("A"), person("B", family="F2")]}) == "excluded"


def test_a_third_face_is_no_twin(home: Home) -> None:
    three = {"psn_b": [person("A"), person("B"), person("C", born=date(1960, 1, 1))]}

    assert said(home, "twins_or_lookalike", [*TWO, line("M3", psn="C")], three) == (
        "excluded",
        "1 项命中涉及 3 人次，其中 2 人次与同户同日出生者同现；0 项可能是双胞胎",
    )


def test_one_person_in_two_places_may_have_a_twin_at_home(home: Home) -> None:
    alone = [line("M1", psn="A"), line("M2", psn="A", at="H2")]

    assert told(home, "twins_or_lookalike", alone, {"psn_b": [person("A"), person("B")]}) == "not_excluded"
    assert told(home, "twins_or_lookalike", alone, {"psn_b": [person("A"), person("B", born=date(1992, 5, 5))]}) == "excluded"


def test_without_birthday_or_household_nobody_is_a_twin_or_none(home: Home) -> None:
    assert told(home, "twins_or_lookalike", TWO, {"psn_b": [person("A"), person("B", born=None)]}) == "no_data"
    assert told(home, "twins_or_lookalike", TWO, {"psn_b": [person("A", family=None), person("B", family=None)]}) == "no_data"
