"""When are groups one ring, and does a ring keep its name?"""

from __future__ import annotations

import polars as pl

from app.leads import rings
from graph.home import Home
from tests.app.leads.findings import Hit, line, make_run


def group(*persons: int, pattern: str = "card_collecting", rule: str = "together") -> Hit:
    rows = [line(f"{rule}{persons}-{n}", psn=f"P{n}", at="S1") for n in persons]
    return Hit(pattern, rows, subject=("ring", f"{persons}"), rule=rule, members=[("patient", f"P{n}", None) for n in persons])


def test_groups_that_share_half_are_one_ring(home: Home) -> None:
    made = make_run(home, group(1, 2, 3), group(2, 3, 4, 1, rule="other"), group(7, 8, 9))

    assert sorted(made.page()["evidence_rows"].to_list()) == [3, 7]
    assert set(made.page()["subject_type"]) == {"ring"}


def test_exactly_half_is_enough_and_less_is_not(home: Home) -> None:
    assert make_run(home, group(1, 2, 3), group(2, 3, 4)).count() == 1  # 2 of 4
    assert make_run(home, group(1, 2, 3), group(3, 4, 5, 6)).count() == 2  # 1 of 6


def test_groups_of_two_patterns_are_two_rings(home: Home) -> None:
    assert make_run(home, group(1, 2, 3), group(1, 2, 3, pattern="reflux_drug")).count() == 2


def test_a_ring_names_all_members_of_its_groups_once(home: Home) -> None:
    made = make_run(home, group(1, 2, 3), group(2, 3, 4, rule="other"))

    lead = made.lead(made.page()["lead_id"][0])
    assert [m["id"] for m in lead["members"]] == ["P1", "P2", "P3", "P4"]


def test_a_ring_keeps_its_id_while_half_remain(home: Home) -> None:
    first = make_run(home, group(1, 2, 3, 4)).page()["lead_id"].to_list()

    assert make_run(home, group(2, 3, 4, 5)).page()["lead_id"].to_list() == first  # 3 of 5
    assert make_run(home, group(5, 6, 7, 8)).page()["lead_id"].to_list() != first  # 1 of 7


def test_of_two_heirs_the_more_alike_inherits() -> None:
    now = pl.DataFrame({"pattern": "p", "ring": [0, 0, 0, 1, 1, 1], "member": ["a", "b", "c", "a", "b", "x"]})
    then = pl.DataFrame({"pattern": "p", "ring_id": ["old"] * 3, "member": ["a", "b", "x"]})

    named = dict(rings.name(now, then).iter_rows())

    assert named[1] == "old"
    assert named[0] != "old"


def test_a_new_ring_with_the_members_a_changed_one_once_had_gets_its_own_name() -> None:
    fresh = dict(rings.name(pl.DataFrame({"pattern": "p", "ring": [0, 0], "member": ["a", "b"]}), _none()).iter_rows())[0]
    then = pl.DataFrame({"pattern": "p", "ring_id": [fresh] * 4, "member": ["c", "d", "e", "f"]})
    now = pl.DataFrame({"pattern": "p", "ring": [0, 0, 1, 1, 1, 1], "member": ["a", "b", "c", "d", "e", "f"]})

    named = dict(rings.name(now, then).iter_rows())

    assert named[1] == fresh
    assert named[0] != fresh


def test_no_group_makes_no_ring() -> None:
    assert rings.merge(pl.DataFrame(schema={"pattern": pl.String, "finding_id": pl.String, "member": pl.String})).is_empty()


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema={"pattern": pl.String, "ring_id": pl.String, "member": pl.String})
