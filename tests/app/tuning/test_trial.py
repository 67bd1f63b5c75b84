"""One rule on one small case: the shipped cases do what their names say, and silence is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.tuning.trial import CASES, cases_of, trial
from graph.errors import InputAtFault, WrongUse
from kg.rulebook import RULEBOOK

RULE = RULEBOOK["trace_code_rescan_same_shop"]


@pytest.mark.parametrize("case", sorted(CASES.glob("*/*")), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_shipped_case_does_what_its_name_says(case: Path) -> None:
    assert trial(RULEBOOK[case.parent.name], case).as_expected
    assert case.name.partition("_")[0] in {"fires", "quiet"}


def test_a_case_that_ought_to_fire_and_does_not_is_told(tmp_path: Path) -> None:
    quiet = next(case for case in cases_of(RULE) if case.name == "quiet_two_slips")
    (tmp_path / "fires_never").symlink_to(quiet)

    made = trial(RULE, tmp_path / "fires_never")

    assert not made.as_expected
    assert made.findings == ()
    assert any("min_codes = 3" in reason for reason in made.why_not)


def test_a_broken_row_and_a_missing_table_are_named(tmp_path: Path) -> None:
    head = "mdtrt_id,bkkp_sn,psn_no,fixmedins_code,med_list_codg,cnt,det_item_fee_sumamt,vali_flag,setl_id,fee_ocur_time,pric,inscp_amt"
    (tmp_path / "fee_list_d.csv").write_text(f"{head}\nM1,1,P1,H1,X,1,much,1,S1,2025-07-07,10,10\n", encoding="utf-8")

    made = trial(RULE, tmp_path)

    assert made.findings == ()
    assert "fee_list_d 1: det_item_fee_sumamt much" in made.why_not[0]
    assert "switched off" in made.why_not[-1]


def test_a_rule_that_did_not_run_has_not_kept_quiet(tmp_path: Path) -> None:
    case = tmp_path / "quiet_nothing"
    case.mkdir()
    (case / "psn_b.csv").write_text("psn_no\nP1\n", encoding="utf-8")

    assert not trial(RULE, case).as_expected


def test_an_empty_folder_and_a_rule_without_cases_say_what_to_bring(tmp_path: Path) -> None:
    with pytest.raises(InputAtFault, match="no table in"):
        trial(RULE, tmp_path)
    with pytest.raises(WrongUse, match="no case ships with"):
        cases_of(RULEBOOK["dialysis_session_too_short"])


def test_a_case_leaves_the_keys_of_the_site_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGSCOPE_KEYS", str(tmp_path / "keys"))
    trial(RULE, cases_of(RULE)[0])

    assert not (tmp_path / "keys").exists()
