"""Every sentence of data-contract 2.4, one hand-made lead and scheme at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.evaluate import evaluate
from app.evaluate.report import Rate
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from tests.app.evaluate.grading import grade, innocent, scheme, visits, write_key
from tests.app.leads.findings import Hit, Row, box, line, make_run, stay
from tests.books import make_book

P1 = ("patient", "P1")


def bed(*ids: str, psn: str = "P1", fen: int = 0, **more: object) -> Hit:
    """A phantom_bed lead about a patient, citing these stays."""
    return Hit("phantom_bed", [stay(i, psn=psn, fen=fen) for i in ids], subject=("patient", psn), **more)  # type: ignore[arg-type]


# a lead points at a scheme


def test_a_lead_that_names_a_culprit_and_touches_a_unit_is_right_and_finds_the_scheme(home: Home) -> None:
    report = grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [P1], visits("M1", "M2", "M3", "M4", "M5", "M6"))])

    assert (report.all.found, report.all.right) == (1, 1)


def test_naming_a_culprit_without_touching_a_unit_points_at_nothing(home: Home) -> None:
    report = grade(home, [bed("M9")], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"))])

    assert (report.all.found, report.all.right) == (0, 0)


def test_covering_exactly_a_fifth_of_the_units_points_without_naming_a_culprit(home: Home) -> None:
    of_five = scheme("s", "phantom_bed", [("patient", "P9")], visits("M1", "M2", "M3", "M4", "M5"))
    of_six = scheme("s", "phantom_bed", [("patient", "P9")], visits("M1", "M2", "M3", "M4", "M5", "M6"))

    assert grade(home, [bed("M1")], schemes=[of_five]).all.found == 1
    assert grade(home, [bed("M1")], schemes=[of_six]).all.found == 0


def test_a_member_counts_as_named_only_in_a_culpable_role(home: Home) -> None:
    many = visits(*(f"M{n}" for n in range(6)))
    key = [scheme("s", "phantom_bed", [("doctor", "D1")], many)]

    named = bed("M1", members=[("doctor", "D1", "organiser")])
    unknowing = bed("M1", members=[("doctor", "D1", "unknowing")])

    assert grade(home, [named], schemes=key).all.found == 1
    assert grade(home, [unknowing], schemes=key).all.found == 0


def test_victims_cover_unknowing_and_witnesses_are_no_culprits_but_any_other_role_is(home: Home) -> None:
    many = visits(*(f"M{n}" for n in range(6)))
    for role in ("victim", "cover", "unknowing", "witness"):
        assert grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [(*P1, role)], many)]).all.found == 0
    assert grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [(*P1, "ringleader")], many)]).all.found == 1


def test_a_phone_is_no_culprit(home: Home) -> None:
    """Only patients, doctors, institutions, employers and handlers can be; the lead names the same phone in vain."""
    hit = bed("M1", members=[("phone", "abc", "organiser")])

    assert grade(home, [hit], schemes=[scheme("s", "phantom_bed", [("phone", "abc")], visits(*(f"M{n}" for n in range(6))))]).all.found == 0


def test_hospital_clinic_and_pharmacy_are_institutions(home: Home) -> None:
    hit = Hit("phantom_bed", [stay("M1", at="H1")], subject=("hospital", "H1"))

    assert grade(home, [hit], schemes=[scheme("s", "phantom_bed", [("clinic", "H1")], visits(*(f"M{n}" for n in range(6))))]).all.found == 1


def test_a_scheme_without_records_is_pointed_at_by_name_but_no_lead_is_right_by_it(home: Home) -> None:
    """Right needs own units inside the schemes pointed at, and this scheme has none."""
    report = grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [P1], [])])

    assert (report.all.found, report.all.right) == (0, 0)


# right or not


def test_a_third_of_its_own_units_suffices_when_it_names_a_culprit(home: Home) -> None:
    key = [scheme("s", "phantom_bed", [P1], visits("M1"))]

    assert grade(home, [bed("M1", "X1", "X2")], schemes=key).all.right == 1
    assert grade(home, [bed("M1", "X1", "X2", "X3")], schemes=key).all.right == 0


def test_half_is_needed_when_it_names_no_culprit(home: Home) -> None:
    key = [scheme("s", "phantom_bed", [("patient", "P9")], visits("M1"))]

    assert grade(home, [bed("M1", "X1")], schemes=key).all.right == 1
    assert grade(home, [bed("M1", "X1", "X2")], schemes=key).all.right == 0


def test_units_of_all_schemes_pointed_at_count_together(home: Home) -> None:
    key = [scheme("a", "phantom_bed", [P1], visits("M1")), scheme("b", "phantom_bed", [P1], visits("M2"))]

    report = grade(home, [bed("M1", "M2", "X1", "X2", "X3", "X4")], schemes=key)

    assert (report.all.right, report.all.found) == (1, 2)


def test_several_rows_of_one_visit_are_one_unit(home: Home) -> None:
    rows = [line("X1", str(n)) for n in range(9)] + [stay("M1")]
    hit = Hit("phantom_bed", rows, subject=("patient", "P1"))

    assert grade(home, [hit], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"))]).all.right == 1


# misnamed


def test_right_for_a_neighbour_of_the_family_is_half_right_and_half_found(home: Home) -> None:
    report = grade(home, [bed("M1")], schemes=[scheme("s", "split_admission", [P1], visits("M1"))])

    assert (report.all.right, report.all.found, report.all.misnamed) == (0.5, 0.5, 1)


def test_another_family_is_simply_wrong(home: Home) -> None:
    report = grade(home, [bed("M1")], schemes=[scheme("s", "dialysis_fraud", [P1], visits("M1"))])

    assert (report.all.right, report.all.found) == (0, 0)


def test_right_for_its_own_pattern_is_not_misnamed_and_finds_only_its_own(home: Home) -> None:
    key = [scheme("own", "phantom_bed", [P1], visits("M1")), scheme("neighbour", "split_admission", [P1], visits("M1"))]

    report = grade(home, [bed("M1")], schemes=key)

    assert (report.all.right, report.all.found, report.all.misnamed) == (1, 1, 0)


def test_found_in_full_beats_found_by_a_misnamed_lead(home: Home) -> None:
    other = Hit("split_admission", [stay("M2")], subject=("hospital", "H1"))

    report = grade(home, [bed("M1"), other], schemes=[scheme("s", "phantom_bed", [P1], visits("M1", "M2"))])

    assert report.all.found == 1
    assert report.all.right == 1.5


# units


def test_stock_rows_are_graded_by_trace_code_even_when_they_name_a_visit(home: Home) -> None:
    make_book(
        home, {"selinfo_3505": [{"row_id": "r1", "fixmedins_code": "S1", "med_list_codg": "X", "drug_trac_codg": "T1;T2", "psn_no": "P1"}]}
    )
    hit = Hit("reflux_drug", [box("T2", at="S1", visit="M7")], subject=("pharmacy", "S1"))
    record = {"table": "selinfo_3505", "key": {"row_id": "r1"}}

    report = grade(home, [hit], schemes=[scheme("s", "reflux_drug", [("pharmacy", "S1")], [record])])

    assert report.all.found == 1


def test_a_settlement_counts_through_its_visit(home: Home) -> None:
    make_book(home, {"setl_d": [{"setl_id": "Z1", "mdtrt_id": "M1", "psn_no": "P1", "fixmedins_code": "H1"}]})
    record = {"table": "setl_d", "key": {"setl_id": "Z1"}}

    assert grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [P1], [record])]).all.found == 1


def test_a_row_without_a_visit_counts_however_its_key_is_spelled(home: Home) -> None:
    """A key file writes its JSON as it likes; evidence is written without blanks."""
    make_book(home, {"handler_log": [{"log_id": "L1", "opter_id": "O1", "action": "review", "log_time": "2025-07-01 10:00:00"}]})
    row = Row("handler_log", {"log_id": "L1"}, units=('row:handler_log|{"log_id":"L1"}',), handler="O1")
    record = {"table": "handler_log", "key": {"log_id": "L1"}}

    report = grade(
        home,
        [Hit("handler_collusion", [row], subject=("handler", "O1"))],
        schemes=[scheme("s", "handler_collusion", [("handler", "O1")], [record])],
    )

    assert report.all.found == 1


# innocents


def test_an_innocent_is_accused_when_a_lead_of_any_pattern_names_a_member(home: Home) -> None:
    report = grade(home, [bed("X1")], innocents=[innocent("i", [P1], looks_like="card_cashing"), innocent("j", [("patient", "P2")])])

    assert (report.innocents.accused, report.innocents.total) == (1, 2)
    assert [(a.looks_like, a.accused) for a in report.lookalikes] == [("card_cashing", 1), ("phantom_bed", 0)]


def test_a_member_who_is_a_culprit_elsewhere_does_not_make_an_innocent_accused(home: Home) -> None:
    report = grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"))], innocents=[innocent("i", [P1])])

    assert report.innocents.accused == 0


def test_covering_a_fifth_of_its_units_accuses(home: Home) -> None:
    fifth = innocent("i", [("patient", "P5")], visits("I1", "I2", "I3", "I4", "I5"))
    sixth = innocent("i", [("patient", "P5")], visits("I1", "I2", "I3", "I4", "I5", "I6"))

    assert grade(home, [bed("I1")], innocents=[fifth]).innocents.accused == 1
    assert grade(home, [bed("I1")], innocents=[sixth]).innocents.accused == 0


def test_units_of_a_scheme_are_taken_off_the_innocent_first(home: Home) -> None:
    shared = innocent("i", [("patient", "P5")], visits("M1", "I2"))

    report = grade(home, [bed("M1")], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"))], innocents=[shared])

    assert report.innocents.accused == 0


def test_the_honest_rest_is_counted_by_type_and_culprits_are_not_among_it(home: Home) -> None:
    make_book(
        home,
        {
            "psn_b": [{"psn_no": f"P{n}"} for n in range(1, 5)],
            "medstff_b": [{"stff_code": "D1", "fixmedins_code": "H1"}],
            "fixmedins_b": [{"fixmedins_code": "H1", "fixmedins_name": "一院"}],
            "setl_d": [{"setl_id": "Z", "opter_id": "O1"}],
        },
    )
    report = grade(home, [bed("M1"), bed("M2", psn="P2")], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"))])

    assert {(h.type, h.total, h.named) for h in report.honest} == {
        ("patient", 3, 1),
        ("doctor", 1, 0),
        ("institution", 1, 0),
        ("handler", 1, 0),
    }


# rings


def ring(*persons: str) -> Hit:
    rows = [line(f"M-{p}", psn=p, at="S1") for p in persons]
    return Hit("card_collecting", rows, subject=("ring", "x"), members=[("patient", p, None) for p in persons])


def test_a_scheme_with_three_culprits_is_a_ring_and_takes_the_best_prediction(home: Home) -> None:
    three = [("patient", p) for p in ("P1", "P2", "P3")]

    report = grade(home, [ring("P1", "P2", "P7"), ring("P8", "P9")], schemes=[scheme("s", "card_collecting", three, visits("M-P1"))])

    assert report.rings.truths == 1
    assert report.rings.f1 == pytest.approx(2 / 3, abs=1e-4)
    assert (report.rings.leads, report.rings.false) == (2, 1)


def test_half_of_its_members_in_one_truth_makes_a_ring_lead_true(home: Home) -> None:
    three = [("patient", p) for p in ("P1", "P2", "P3")]
    key = [scheme("s", "card_collecting", three, visits("M-P1"))]

    assert grade(home, [ring("P1", "P9")], schemes=key).rings.false == 0
    assert grade(home, [ring("P1", "P8", "P9")], schemes=key).rings.false == 1


def test_two_culprits_or_another_pattern_are_no_ring_but_rings_jsonl_is(home: Home) -> None:
    two = scheme("a", "card_collecting", [("patient", "P1"), ("patient", "P2")], visits("M-P1"))
    bed_of_three = scheme("b", "phantom_bed", [("patient", f"P{n}") for n in range(3)], visits("M1"))
    joined = scheme("r", "card_collecting", [("patient", "P1"), ("patient", "P2"), ("patient", "P3")], [])

    assert grade(home, [ring("P1", "P2")], schemes=[two, bed_of_three]).rings.truths == 0
    assert grade(home, [ring("P1", "P2")], schemes=[two], rings=[joined]).rings.f1 == pytest.approx(0.8)


# money


def test_money_found_is_capped_by_the_scheme_and_counts_a_row_once(home: Home) -> None:
    hit = Hit("phantom_bed", [line("M1", "1", fen=700), line("M1", "2", fen=600)], subject=("patient", "P1"))
    again = Hit("phantom_bed", [line("M1", "1", fen=700)], subject=("hospital", "H1"))
    key = [scheme("a", "phantom_bed", [P1], visits("M1"), fen=1_000), scheme("b", "phantom_bed", [P1], visits("M2"), fen=1_000)]

    assert grade(home, [hit, again], schemes=key).money_found == 0.5
    assert grade(home, [Hit("phantom_bed", [line("M1", "1", fen=700)], subject=("patient", "P1")), again], schemes=key).money_found == 0.35


def test_a_wrong_lead_finds_no_money(home: Home) -> None:
    rows = [line("M1", fen=500), *(line(f"X{n}", fen=1) for n in range(9))]

    assert (
        grade(
            home, [Hit("phantom_bed", rows, subject=("patient", "P1"))], schemes=[scheme("s", "phantom_bed", [P1], visits("M1"), fen=500)]
        ).money_found
        == 0
    )


# figures


def test_recall_and_precision_stand_by_pattern_and_difficulty(home: Home) -> None:
    key = [
        scheme("a", "phantom_bed", [P1], visits("M1")),
        scheme("b", "phantom_bed", [("patient", "P9")], visits("M9"), difficulty="hard"),
        scheme("c", "dialysis_fraud", [("patient", "P8")], visits("M8")),
    ]
    report = grade(home, [bed("M1"), bed("X1", psn="P2")], schemes=key)

    assert [(g.pattern, g.recall.value, g.precision.value) for g in report.patterns] == [
        ("phantom_bed", 0.5, 0.5),
        ("dialysis_fraud", 0.0, None),
    ]
    assert [(d.pattern, d.difficulty, d.recall.value) for d in report.difficulties] == [
        ("phantom_bed", "easy", 1.0),
        ("phantom_bed", "hard", 0.0),
        ("dialysis_fraud", "easy", 0.0),
    ]
    assert "`phantom_bed` | 2 | 1 | 0.500 [0.09, 0.91] | 2 | 1 | 0.500" in report.to_markdown()
    assert report.to_json()["innocents"] == {"looks_like": "", "total": 0, "accused": 0, "rate": {"value": None, "low": None, "high": None}}


def test_wilson_interval() -> None:
    assert Rate.of(8, 10) == Rate(0.8, 0.4902, 0.9433)
    assert Rate.of(0, 10) == Rate(0.0, 0.0, 0.2775)
    assert Rate.of(10, 10) == Rate(1.0, 0.7225, 1.0)
    assert Rate.of(0, 0) == Rate(None, None, None)


# what cannot be graded


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('{"scheme_id": "s"}', "schemes.jsonl line 1: pattern"),
        ('{"scheme_id": "s", "pattern": "witchcraft"}', "schemes.jsonl line 1: pattern witchcraft"),
        ('{"scheme_id": "s", "pattern": "phantom_bed", "records": [{"table": "nothing", "key": {}}]}', "table nothing"),
        ('{"scheme_id": "s", "pattern": "phantom_bed"}\n{"scheme_id": "s", "pattern": "phantom_bed"}', "names s twice"),
        ("not json", "schemes.jsonl line 1"),
    ],
)
def test_a_broken_key_is_said_with_file_and_line(home: Home, tmp_path: Path, text: str, seen: str) -> None:
    make_run(home, bed("M1"))
    key = write_key(tmp_path / "key")
    (key / "schemes.jsonl").write_text(text, encoding="utf-8")

    with pytest.raises(InputAtFault, match=seen):
        evaluate(home, key)


def test_no_key_and_no_run_say_what_to_do(home: Home, tmp_path: Path) -> None:
    with pytest.raises(InputAtFault, match=r"schemes\.jsonl"):
        evaluate(home, tmp_path)
    with pytest.raises(WrongUse, match="no run"):
        evaluate(home, write_key(tmp_path / "key"))


def test_a_lead_whose_rows_have_no_unit_is_never_right(home: Home) -> None:
    nothing = Row("mdtrt_d", {"mdtrt_id": "M1"}, psn="P1", at="H1", units=())
    hit = Hit("phantom_bed", [nothing], subject=("patient", "P1"))

    assert grade(home, [hit], schemes=[scheme("s", "phantom_bed", [P1], [])]).all.right == 0
