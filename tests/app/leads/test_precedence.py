"""A deed belongs to the first pattern of its family whose definition it meets: it is alleged once, by its name."""

from __future__ import annotations

from graph.home import Home
from tests.app.leads.findings import Hit, box, line, make_run

RING = [("patient", f"P{n}", "participant") for n in range(3)]


def tour(*visits: str) -> Hit:
    return Hit("card_collecting", [line(v, psn=f"P{v}", at=f"S{v}") for v in visits], subject=("ring", "R"), members=RING)


def many_shops(*visits: str) -> Hit:
    return Hit("card_cashing", [line(v, psn="P1", at=f"S{v}") for v in visits], subject=("patient", "P1"), rule="rule_b")


def patterns(home: Home, *hits: Hit) -> list[str]:
    return sorted(make_run(home, *hits).page()["pattern"])


def test_what_a_collector_did_is_not_alleged_again_as_cashing(home: Home) -> None:
    assert patterns(home, tour("1", "2", "3"), many_shops("1", "2", "3")) == ["card_collecting"]


def test_a_deed_of_its_own_stays(home: Home) -> None:
    assert patterns(home, tour("1", "2", "3"), many_shops("7", "8", "9")) == ["card_cashing", "card_collecting"]


def test_only_the_shared_rows_go_where_a_third_is_its_own(home: Home) -> None:
    made = make_run(home, tour("1", "2"), many_shops("1", "2", "7"))

    assert dict(made.page().select("pattern", "evidence_rows").iter_rows()) == {"card_collecting": 2, "card_cashing": 1}


def test_less_than_a_third_of_its_own_is_none(home: Home) -> None:
    assert patterns(home, tour("1", "2", "3"), many_shops("1", "2", "3", "7")) == ["card_collecting"]


def test_a_box_that_came_back_is_reflux_and_not_reuse(home: Home) -> None:
    reflux = Hit("reflux_drug", [box("T1", at="S2")], subject=("institution", "S2"))
    reuse = Hit("trace_code_reuse", [box("T1", at="S2", psn="P9")], subject=("institution", "S2"), rule="rule_b")

    assert patterns(home, reflux, reuse) == ["reflux_drug"]


def test_other_families_may_show_the_same_visit(home: Home) -> None:
    swap = Hit("drug_swap", [line("1", at="S1")], subject=("institution", "S1"), rule="rule_b")

    assert patterns(home, tour("1", "2", "3"), swap) == ["card_collecting", "drug_swap"]


def test_the_run_counts_what_belongs_to_another_deed(home: Home) -> None:
    import json

    made = make_run(home, tour("1", "2", "3"), many_shops("1", "2", "3"))

    report = json.loads((home.runs / str(made.run_id) / "report.json").read_text(encoding="utf-8"))
    assert report["roll_up"]["other_deed"] == 1


def test_two_lines_of_one_bill_are_two_deeds(home: Home) -> None:
    """What stands on a bill is judged line by line: a line charged twice does not hide another that was coded too high."""
    twice = Hit("duplicate_charge", [line("1", sn="1", at="H1")], subject=("institution", "H1"))
    higher = Hit("upcoding", [line("1", sn="2", at="H1")], subject=("institution", "H1"), rule="rule_b")
    same = Hit("upcoding", [line("1", sn="1", at="H1")], subject=("institution", "H1"), rule="rule_b")

    assert patterns(home, twice, higher) == ["duplicate_charge", "upcoding"]
    assert patterns(home, twice, same) == ["duplicate_charge"]
