"""What another value would do: leads in and out on the present book, and no trace of the question."""

from __future__ import annotations

import pytest

from app.leads import Leads, run
from app.tuning.whatif import whatif
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from kg.rulebook import RULEBOOK
from kg.site import parse_values
from tests.app.tuning.boxes import RULE, two_boxes_twice


def test_a_lower_limit_brings_a_lead_in(home: Home) -> None:
    two_boxes_twice(home)
    run(home)

    asked = whatif(home, RULE, {"min_codes": 2})

    assert (asked.now.leads, asked.then.leads) == (0, 1)
    assert [lead["subject_id"] for lead in asked.entering] == ["P1"]
    assert asked.leaving == ()
    assert asked.then.amount_fen == 2_000
    assert asked.then.institutions == 1
    assert asked.then.reviewer_days > 0
    assert [(group["peers"], group["leads_now"], group["leads_then"]) for group in asked.groups] == [("pharmacy 11", 0, 1)]


def test_a_higher_limit_takes_it_out(home: Home) -> None:
    two_boxes_twice(home, codes="ABC")
    run(home)

    asked = whatif(home, RULE, {"min_codes": 4})

    assert (asked.now.leads, asked.then.leads) == (1, 0)
    assert [lead["subject_id"] for lead in asked.leaving] == ["P1"]


def test_what_people_decided_so_far_is_counted(home: Home) -> None:
    two_boxes_twice(home, codes="ABC", outcome="cleared")
    run(home)

    asked = whatif(home, RULE, {"min_codes": 4})

    assert (asked.decided, asked.overturned) == (1, 1)
    assert asked.now.leads == 0  # a cleared lead stays closed


def test_the_question_leaves_no_run_behind(home: Home) -> None:
    two_boxes_twice(home)
    made = run(home)

    whatif(home, RULE, {"min_codes": 2})

    assert [path.name for path in home.runs.iterdir() if path.is_dir()] == [made.run_id]
    assert Leads.open(home).run_id == made.run_id
    assert list((home.root / "tmp").iterdir()) == []


def test_a_rule_that_cannot_run_says_what_it_lacks(home: Home) -> None:
    two_boxes_twice(home)
    run(home)

    with pytest.raises(InputAtFault, match="dialysis_session"):
        whatif(home, "dialysis_session_too_short", {"min_half": 1})


@pytest.mark.parametrize("setting", ["min_codes", "no_such=1", "min_codes=many", "min_codes=3"])
def test_a_setting_must_name_a_parameter_and_change_it(setting: str) -> None:
    with pytest.raises(WrongUse):
        parse_values(RULEBOOK[RULE], [setting])


def test_the_present_value_brings_no_lead_in_and_takes_none_out(home: Home) -> None:
    two_boxes_twice(home, codes="ABC")
    run(home)

    asked = whatif(home, RULE, {"min_codes": 3})

    assert (asked.entering, asked.leaving) == ((), ())
    assert asked.now == asked.then


def test_both_sides_together_are_one_progress(home: Home) -> None:
    two_boxes_twice(home)
    run(home)
    told: list[float] = []

    whatif(home, RULE, {"min_codes": 2}, progress=lambda _message, fraction: None if fraction is None else told.append(fraction))

    assert told == sorted(told)
    assert 0 <= told[0] < 0.5 < told[-1] <= 1
