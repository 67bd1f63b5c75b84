"""One drug under two codes, a limit that has just changed, a dose that was raised: the innocent story and the guilty one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest

from graph.contract import KNOWLEDGE
from graph.home import Home
from kg.knowledge import library
from kg.knowledge.typed import typed
from tests.app.leads.findings import line
from tests.kg.benign.stories import said, told

Rows = list[dict[str, object]]
BILLED, SISTER, OTHER = "XC09CAA000A001010100001", "XC09CAA000A001010200002", "XA02BCA000A001010100003"
DAY = datetime(2025, 7, 1)


def fee(visit: str, code: str, *, article: str | None = None, pric: int = 10, at: datetime = DAY, **more: object) -> dict[str, object]:
    about = {"mdtrt_id": visit, "bkkp_sn": "1", "psn_no": "P1", "fixmedins_code": "H1", "cnt": 2}
    return {**about, "med_list_codg": code, "medins_list_codg": article, "pric": pric, "fee_ocur_time": at, **more}


def carried(monkeypatch: pytest.MonkeyPatch, table: str, *rows: dict[str, object]) -> None:
    """A library that holds these rows and nothing else."""
    texts = [{name: str(value) for name, value in row.items()} for row in rows]
    frames: dict[str, pl.DataFrame] = {table: typed(KNOWLEDGE[table], texts, {})}
    monkeypatch.setattr(library, "carried", lambda: frames)


def test_an_article_that_stands_for_two_packs_of_one_ingredient_was_mapped_twice(home: Home) -> None:
    cited, other = fee("M1", BILLED, article="a"), fee("V1", SISTER, article="a")

    assert said(home, "unit_or_code_mapping", [line("M1")], {"fee_list_d": [cited, other]}) == (
        "not_excluded",
        "1 行明细可核对，1 行与同一成分（项目、类别）的其他编码对应且未抬价，或以其他编码购入",
    )
    assert told(home, "unit_or_code_mapping", [line("M1")], {"fee_list_d": [cited, {**other, "med_list_codg": OTHER}]}) == "excluded"


def test_a_mapping_that_pays_is_no_mistake(home: Home) -> None:
    dear = fee("M1", BILLED, article="a", pric=11)

    assert told(home, "unit_or_code_mapping", [line("M1")], {"fee_list_d": [dear, fee("V1", SISTER, article="a")]}) == "not_excluded"
    assert (
        told(home, "unit_or_code_mapping", [line("M1")], {"fee_list_d": [{**dear, "pric": 12}, fee("V1", SISTER, article="a")]})
        == "excluded"
    )


def test_goods_that_came_in_under_a_sister_code_are_there(home: Home) -> None:
    def bought(cnt: int, code: str = SISTER) -> dict[str, Rows]:
        purchase = {"fixmedins_code": "H1", "med_list_codg": code, "purc_retn_cnt": cnt, "purc_retn_stoin_time": DAY}
        return {"fee_list_d": [fee("M1", BILLED)], "purcinfo_3503": [purchase]}

    assert told(home, "unit_or_code_mapping", [line("M1")], bought(2)) == "not_excluded"
    assert told(home, "unit_or_code_mapping", [line("M1")], bought(1)) == "excluded"
    assert told(home, "unit_or_code_mapping", [line("M1")], bought(2, BILLED)) == "excluded"
    assert told(home, "unit_or_code_mapping", [line("M1")], bought(2, OTHER)) == "no_data"


def test_a_point_that_began_a_week_before_may_not_have_reached_the_till(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def verdict(began: date | None) -> str:
        dated = {"valid_from": began} if began else {}
        carried(monkeypatch, "kb_point", {"rule_kind": "rule_a", "subject_code": BILLED, **dated})
        return told(home, "price_or_policy_version", [line("M1")], {"fee_list_d": [fee("M1", BILLED)]})

    assert verdict(date(2025, 6, 24)) == "not_excluded"
    assert verdict(date(2025, 6, 23)) == "excluded"
    assert verdict(None) == "no_data"


def test_points_of_another_rule_or_item_have_no_say(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for point in ({"rule_kind": "rule_b", "subject_code": BILLED}, {"rule_kind": "rule_a", "subject_code": OTHER}):
        carried(monkeypatch, "kb_point", {**point, "valid_from": date(2025, 7, 1)})
        assert told(home, "price_or_policy_version", [line("M1")], {"fee_list_d": [fee("M1", BILLED)]}) == "no_data"


def fills(*doses: str | None, gap: int = 30) -> Rows:
    return [fee(f"M{n}", BILLED, at=DAY + timedelta(days=gap * n), sin_dos_dscr=dose) for n, dose in enumerate(doses)]


SECOND = [line("M1", day=date(2025, 7, 31))]


def test_a_dose_that_rose_calls_for_more(home: Home) -> None:
    assert said(home, "dose_or_supply_change", SECOND, {"fee_list_d": fills("5mg", "10mg")}) == (
        "not_excluded",
        "1 个人次药品可核对，1 个单次剂量上调，0 个累计供应未超说明书最大量",
    )
    assert told(home, "dose_or_supply_change", SECOND, {"fee_list_d": fills("5mg", "5mg")}) == "excluded"


def test_another_unit_an_older_dose_or_no_drug_is_no_comparison(home: Home) -> None:
    late = [line("M1", day=(DAY + timedelta(days=91)).date())]

    assert told(home, "dose_or_supply_change", SECOND, {"fee_list_d": fills("5mg", "1片")}) == "no_data"
    assert told(home, "dose_or_supply_change", late, {"fee_list_d": fills("5mg", "10mg", gap=91)}) == "no_data"
    assert (
        told(home, "dose_or_supply_change", SECOND, {"fee_list_d": [fee("M1", "002701000010000", at=DAY + timedelta(days=30))]})
        == "no_data"
    )


def test_what_the_label_lets_a_person_take_is_no_hoard(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [line("M0"), *SECOND]
    for most, verdict in ((2, "not_excluded"), (1, "excluded")):
        carried(monkeypatch, "kb_drug", {"med_list_codg": BILLED, "pack_content": 30, "max_daily_dose": most})
        assert told(home, "dose_or_supply_change", both, {"fee_list_d": fills(None, None)}) == verdict
