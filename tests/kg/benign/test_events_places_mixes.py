"""A new illness, the only hospital around, a mix of patients, a common template: the innocent story and the guilty one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from graph.home import Home
from tests.app.leads.findings import Row, line, stay
from tests.kg.benign.stories import said, told

Rows = list[dict[str, object]]
DAY = datetime(2025, 7, 1)


def visit(mdtrt: str, day: datetime, *, psn: str = "P1", at: str = "H1", dx: str | None = "K35.8", **more: object) -> dict[str, object]:
    about = {"mdtrt_id": mdtrt, "psn_no": psn, "fixmedins_code": at, "vali_flag": "1", "dscg_maindiag_code": dx}
    return {**about, "begntime": day, "endtime": day, "med_type": "21", **more}


LONG_BEFORE = visit("old", DAY - timedelta(days=200), dx="I10")
OPERATED: Rows = [{"setl_list_oprn_id": "O1", "mdtrt_id": "M1", "oprn_oprt_code": "47.09", "oper_dr_code": "D1"}]


def test_a_new_disease_with_an_operation_is_an_event_and_a_diagnosis_alone_is_none(home: Home) -> None:
    book = {"mdtrt_d": [LONG_BEFORE, visit("M1", DAY)]}

    assert told(home, "acute_new_event", [line("M1", day=date(2025, 7, 4))], {**book, "setl_list_oprn_d": OPERATED}) == "not_excluded"
    assert told(home, "acute_new_event", [line("M1", day=date(2025, 7, 5))], {**book, "setl_list_oprn_d": OPERATED}) == "excluded"
    assert told(home, "acute_new_event", [line("M1")], book) == "excluded"


def test_a_disease_of_the_last_quarter_is_not_new(home: Home) -> None:
    emergency = visit("M1", DAY, med_type="13")

    for ago, verdict in ((90, "excluded"), (91, "not_excluded")):
        earlier = visit("M0", DAY - timedelta(days=ago))
        assert told(home, "acute_new_event", [line("M1")], {"mdtrt_d": [LONG_BEFORE, earlier, emergency]}) == verdict


def test_a_value_that_hardly_anybody_has_is_an_event(home: Home) -> None:
    def tests(value: str) -> dict[str, Rows]:
        others = [{"rpot_id": f"R{n}", "mdtrt_id": f"Q{n}", "item_name": "CRP", "value": str(n)} for n in range(100)]
        return {
            "mdtrt_d": [LONG_BEFORE, visit("M1", DAY)],
            "test_rpot": [*others, {"rpot_id": "R", "mdtrt_id": "M1", "item_name": "CRP", "value": value}],
        }

    assert told(home, "acute_new_event", [line("M1")], tests("98")) == "not_excluded"
    assert told(home, "acute_new_event", [line("M1")], tests("50")) == "excluded"


def test_without_diagnosis_or_a_past_nothing_is_new(home: Home) -> None:
    assert told(home, "acute_new_event", [line("M1")], {"mdtrt_d": [visit("M1", DAY)], "setl_list_oprn_d": OPERATED}) == "no_data"
    undiagnosed = [visit("old", DAY - timedelta(days=200), dx=None), visit("M1", DAY, dx=None)]
    assert told(home, "acute_new_event", [line("M1")], {"mdtrt_d": undiagnosed}) == "no_data"


def country(*others: float, lat: float | None = 30.0, home_lat: float | None = None) -> dict[str, Rows]:
    """H1 at 30 degrees north, others `km` further north, all billing the same item."""
    places: Rows = [{"fixmedins_code": "H1", "lat": lat, "lnt": 120.0}]
    places += [{"fixmedins_code": f"N{n}", "lat": 30 + km / 111.2, "lnt": 120.0} for n, km in enumerate(others)]
    lines: Rows = [{"mdtrt_id": f"M{p['fixmedins_code']}", "bkkp_sn": "1", "med_list_codg": "X1", "cnt": 1, **p} for p in places]
    bills: Rows = [{name: value for name, value in row.items() if name not in {"lat", "lnt"}} for row in lines]
    return {"fixmedins_b": places, "fee_list_d": bills, "psn_b": [{"psn_no": "P1", "lat": home_lat, "lnt": 120.0}]}


def test_the_only_one_within_twenty_kilometres(home: Home) -> None:
    assert told(home, "sole_or_near_provider", [line("MH1")], country(21)) == "not_excluded"
    assert told(home, "sole_or_near_provider", [line("MH1")], country(19)) == "excluded"


def test_the_nearest_to_the_patients_home(home: Home) -> None:
    assert told(home, "sole_or_near_provider", [line("MH1")], country(10, home_lat=30.01)) == "not_excluded"
    assert said(home, "sole_or_near_provider", [line("MH1")], country(10, home_lat=30.08)) == (
        "excluded",
        "1 个机构可核对，0 个 20 公里内无他家提供同样项目；1 名患者中 0 名就近",
    )


def test_a_place_without_coordinates_is_no_data(home: Home) -> None:
    assert told(home, "sole_or_near_provider", [line("MH1")], country(21, lat=None)) == "no_data"


def wards(stays: int, *, elsewhere: int = 50, dx: str | None = "J06.9") -> dict[str, Rows]:
    """A hundred visits at H1, `stays` of them admissions; a hundred at H2, `elsewhere` of them admissions."""

    def at(place: str, admitted: int) -> Rows:
        about = {"at": place, "dx": dx, "gend": "2", "age": 44}
        return [visit(f"{place}-{n}", DAY, psn=f"{place}-{n}", med_type="21" if n < admitted else "11", **about) for n in range(100)]  # type: ignore[arg-type]

    return {"mdtrt_d": [*at("H1", stays), *at("H2", elsewhere)]}


def test_as_many_stays_as_such_patients_need_elsewhere(home: Home) -> None:
    assert said(home, "case_mix", [stay("H1-0")], wards(63)) == (
        "not_excluded",
        "1 个机构涉及病种住院 63 次，按同病种、年龄、性别患者在他院的住院率应为 50 次",
    )
    assert told(home, "case_mix", [stay("H1-0")], wards(64)) == "excluded"


def test_no_diagnosis_or_no_such_patients_elsewhere_is_no_data(home: Home) -> None:
    alone = {"mdtrt_d": wards(60)["mdtrt_d"][:119]}

    assert told(home, "case_mix", [stay("H1-0")], wards(60, dx=None)) == "no_data"
    assert told(home, "case_mix", [stay("H1-0")], alone) == "no_data"


def notes(alike: int, *, houses: int = 5, dx: str | None = "J06.9") -> dict[str, Rows]:
    """H1 writes one text for all; the other houses for `alike` of their twenty patients."""
    places = ["H1", *(f"N{n}" for n in range(houses))]
    pairs = [(place, n) for place in places for n in range(20)]
    visits = [visit(f"{place}-{n}", DAY, psn=f"{place}-{n}", at=place, dx=dx) for place, n in pairs]

    def text(place: str, n: int) -> str:
        return f"体温 3{n} 度，一般情况可" if place == "H1" or n < alike else "病" * (n + 1)

    about = {"note_type": "progress", "note_time": DAY}
    return {
        "mdtrt_d": visits,
        "clinical_note": [{"note_id": f"{p}{n}", "mdtrt_id": f"{p}-{n}", "text": text(p, n), **about} for p, n in pairs],
    }


def cited(place: str = "H1") -> list[Row]:
    return [Row("clinical_note", {"note_id": f"{place}{n}"}, psn=f"{place}-{n}", at=place, visit=f"{place}-{n}") for n in range(4)]


def test_a_text_that_everybody_uses_is_a_template_and_one_of_this_house_is_not(home: Home) -> None:
    assert told(home, "template_or_order_set", cited(), notes(20)) == "not_excluded"
    assert said(home, "template_or_order_set", cited(), notes(10)) == (
        "excluded",
        "4 次就诊的病历（体温单、检验、账单）中 4 次与他人雷同；0 项不超过同病种他院 95% 分位的雷同率",
    )


def test_four_houses_make_no_band_and_an_unseen_likeness_is_not_judged(home: Home) -> None:
    book = notes(20)
    differing = [{**row, "text": f"{row['text']}{'某' * n}"} for n, row in enumerate(book["clinical_note"])]

    assert told(home, "template_or_order_set", cited(), notes(20, houses=4)) == "no_data"
    assert told(home, "template_or_order_set", cited(), notes(20, dx=None)) == "no_data"
    assert told(home, "template_or_order_set", cited(), {**book, "clinical_note": differing}) == "no_data"
