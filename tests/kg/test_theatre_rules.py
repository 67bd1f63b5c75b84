"""Two tables at once, three sleepers under one eye, operations and implants that left no record."""

import pytest

from tests.kg.crimes import Fact, days, fire, hospital, line, many, row, stay
from tests.kg.hospital import ANAESTHESIA, SURGERY, on_day, operation, theatre_line

SURGEON, SLEEP, UNRECORDED, LABELS = (
    "surgeon_overlap",
    "anaesthetist_overlap",
    "operation_billed_without_record",
    "implant_count_mismatch",
)


def table(name: str, day: int, hour: float, **more: object) -> Fact:
    """A patient of his own, operated and billed."""
    place = str(more.pop("at_place", "H1"))
    operated = operation(name, person=name, day=day, hour=hour, **more)  # type: ignore[arg-type]
    return operated + stay(name, person=name, at_place=place) + theatre_line(name, person=name, at_place=place, day=day)


def two_tables(day: int, *, after: float = 1.0, **second: object) -> Fact:
    """Two hours each; the second patient's operation begins `after` hours after the first's."""
    return table(f"A{day}", day, 9) + table(f"B{day}", day, 9 + after, **second)


def test_three_days_at_two_tables_cite_the_later_operation() -> None:
    finding = fire(SURGEON, *(two_tables(d) for d in (1, 2, 3))).only()

    assert finding.subject == ("doctor", "DR1")
    assert {key["mdtrt_id"] for _, key, _ in finding.evidence} == {"B1", "B2", "B3"}
    assert finding.amount_fen == 600_000  # the operations' lines, not the beds
    assert len(finding.cites("setl_list_oprn_d")) == 3


def test_the_operation_with_a_note_is_believed() -> None:
    notes = many(row("clinical_note", note_id=f"N{d}", mdtrt_id=f"B{d}", note_type="operation", text="...") for d in (1, 2, 3))

    finding = fire(SURGEON, *(two_tables(d) for d in (1, 2, 3)), notes).only()

    assert {key["mdtrt_id"] for _, key, _ in finding.evidence} == {"A1", "A2", "A3"}


def test_two_days_are_slips() -> None:
    assert fire(SURGEON, *(two_tables(d) for d in (1, 2))).none()


@pytest.mark.parametrize(("after", "hits"), [(1.5, 0), (1.49, 1)])
def test_assistants_close_for_half_an_hour(after: float, hits: int) -> None:
    assert len(fire(SURGEON, *(two_tables(d, after=after) for d in (1, 2, 3))).findings) == hits


def test_two_procedures_of_one_patient_are_one_operation() -> None:
    same = many(stay(f"A{d}") + operation(f"A{d}", day=d) + operation(f"A{d}", day=d, hour=10) for d in (1, 2, 3))

    assert fire(SURGEON, same).none()


def test_the_road_between_two_hospitals_takes_its_time() -> None:
    near, far = hospital("H1") + hospital("H2", place=(120.02, 30.0)), hospital("H1") + hospital("H2", place=(121.0, 30.0))  # 2 and 96 km
    moved = [two_tables(d, after=3, at_place="H2") for d in (1, 2, 3)]  # an hour between the end of one and the beginning of the other

    assert fire(SURGEON, near, *moved).none()
    assert fire(SURGEON, far, *moved).only().facts["in_two_hospitals"] == 3
    assert fire(SURGEON, *moved).none()  # nobody knows how far


def test_a_register_that_names_the_head_is_not_judged() -> None:
    titular = [two_tables(d) for d in range(1, 11)]

    assert fire(SURGEON, *titular).none()  # all of twenty operations collide
    alone = [table(f"C{d}", d, 20) for d in range(1, 11)] + [table(f"D{d}", d, 23) for d in range(1, 11)]
    assert fire(SURGEON, *[two_tables(d) for d in range(1, 7)], *alone).none()  # twelve of thirty-two
    assert fire(SURGEON, *[two_tables(d) for d in range(1, 5)], *alone).only()  # eight of twenty-eight


def test_a_record_without_hours_is_not_testable() -> None:
    run = fire(SURGEON, *(two_tables(d, minutes=None) for d in (1, 2, 3)))

    assert run.none()
    assert run.not_testable == {"begins_at": 3}


def sleepers(day: int, n: int, *, apart: float = 0.25, **more: object) -> Fact:
    """`n` anaesthesias of two hours, each begun `apart` hours after the one before."""
    return many(
        table(f"{day}-{k}", day, 9 + k * apart, surgeon=f"DR{k}", anaesthetist="AN1", **more)
        + line(f"{day}-{k}", person=f"{day}-{k}", item=ANAESTHESIA, charge="05", when=days(day, 13), fen=30_000)
        for k in range(n)
    )


def test_a_third_sleeper_at_once_is_surplus() -> None:
    finding = fire(SLEEP, *(sleepers(d, 3) for d in (1, 2, 3))).only()

    assert finding.subject == ("doctor", "AN1")
    assert finding.facts["most_at_once"] == 3
    assert finding.amount_fen == 90_000  # the anaesthesia of the last patient of each day
    assert {key["mdtrt_id"] for _, key, _ in finding.evidence} == {"1-2", "2-2", "3-2"}


def test_two_at_once_and_two_days_are_allowed() -> None:
    assert fire(SLEEP, *(sleepers(d, 2) for d in (1, 2, 3))).none()
    assert fire(SLEEP, *(sleepers(d, 3) for d in (1, 2))).none()


@pytest.mark.parametrize(("apart", "hits"), [(0.875, 0), (0.87, 1)])
def test_a_handover_of_a_quarter_of_an_hour_is_no_third_patient(apart: float, hits: int) -> None:
    assert len(fire(SLEEP, *(sleepers(d, 3, apart=apart) for d in (1, 2, 3))).findings) == hits


def test_local_anaesthesia_is_the_surgeons() -> None:
    assert fire(SLEEP, *(sleepers(d, 3, way="3") for d in (1, 2, 3))).none()


def test_unknown_hours_of_sleep_are_not_testable() -> None:
    run = fire(SLEEP, *(sleepers(d, 3, minutes=None) for d in (1, 2, 3)))

    assert run.none()
    assert run.not_testable == {"asleep_at": 9}


def operated(n: int, *, of: int | None = None, place: str = "H1", item: str = SURGERY) -> Fact:
    """`n` stays billed for an operation, the first `of` of them with its record."""
    names = [f"{place}-{k}" for k in range(n)]
    billed = many(stay(s, person=s, at_place=place) + theatre_line(s, person=s, at_place=place, item=item) for s in names)
    return billed + many(operation(s, person=s) for s in names[: n if of is None else of])


def test_an_operation_without_record_cites_itself_and_its_anaesthesia() -> None:
    paper = stay("PAPER", person="ANN") + theatre_line("PAPER", person="ANN")
    sleep = theatre_line("PAPER", person="ANN", item=ANAESTHESIA, charge="05", fen=30_000)

    finding = fire(UNRECORDED, operated(10), paper, sleep).only()

    assert finding.subject == ("encounter", "PAPER")
    assert finding.amount_fen == 230_000


def test_a_note_of_the_operation_is_a_record() -> None:
    paper = stay("PAPER", person="ANN") + theatre_line("PAPER", person="ANN")
    note = row("clinical_note", note_id="N1", mdtrt_id="PAPER", note_type="operation", text="...")

    assert fire(UNRECORDED, operated(10), paper, note).none()


def test_what_is_seldom_recorded_is_done_at_the_bedside() -> None:
    assert len(fire(UNRECORDED, operated(20, of=18)).findings) == 2  # nine in ten
    assert fire(UNRECORDED, operated(20, of=17)).none()


def test_an_item_billed_fewer_than_ten_times_is_not_judged() -> None:
    assert fire(UNRECORDED, operated(9, of=8, item="003310030080000")).none()


def test_a_hospital_that_uploads_no_records_is_not_judged() -> None:
    assert fire(UNRECORDED, operated(30), operated(3, of=2, place="H2")).none()


def test_the_list_of_an_open_stay_is_not_yet_written() -> None:
    run = fire(UNRECORDED, operated(10), stay("OPEN", person="ANN", last=None), theatre_line("OPEN", person="ANN"))

    assert run.none()
    assert run.not_testable == {"ends_at": 1}


PLATE, SCREW = "C0301010000000000001", "C0301020000000000001"


def implanted(name: str, billed: int, labels: int, *, item: str = PLATE, fen: int = 100_000) -> Fact:
    scans = many(
        row("mcs_use", mcs_use_id=f"{name}{item}{k}", mdtrt_id=name, med_list_codg=item, barcode=f"{name}{item}{k}", use_time=on_day(1, 10))
        for k in range(labels)
    )
    return line(name, person=name, item=item, charge="08", when=days(1, 12), cnt=billed, fen=billed * fen) + scans


THEATRE = many(stay(f"N{n}", person=f"N{n}") + implanted(f"N{n}", 2, 2) for n in range(5))


def test_pieces_beyond_the_labels_are_cited_in_proportion() -> None:
    finding = fire(LABELS, THEATRE, stay("S1", person="S1"), implanted("S1", 6, 4)).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.amount_fen == 200_000
    assert (finding.facts["pieces_billed"], finding.facts["labels_scanned"]) == (6, 4)


def test_as_many_as_scanned_is_right() -> None:
    assert fire(LABELS, THEATRE, stay("S1", person="S1"), implanted("S1", 4, 4)).none()


def test_a_label_under_a_sister_code_is_a_mistake_of_coding() -> None:
    swapped = implanted("S1", 6, 4) + implanted("S1", 2, 4, item=SCREW)

    assert fire(LABELS, THEATRE, stay("S1", person="S1"), swapped).none()


def test_no_label_at_all_is_another_question_and_a_theatre_that_seldom_scans_is_not_judged() -> None:
    silent = many(stay(f"Q{n}", person=f"Q{n}") + implanted(f"Q{n}", 2, 0) for n in range(4))

    assert fire(LABELS, THEATRE, stay("S1", person="S1"), implanted("S1", 6, 0)).none()
    assert fire(LABELS, THEATRE, silent, stay("S1", person="S1"), implanted("S1", 6, 4)).none()


def test_one_label_that_nobody_scanned_was_forgotten_and_two_of_a_house_are_not() -> None:
    first, second = (stay(name, person=name) + implanted(name, 3, 2) for name in ("S1", "S2"))

    assert fire(LABELS, THEATRE, first).none()
    assert len(fire(LABELS, THEATRE, first, second).findings) == 2


BARE = "implant_without_operation"
MARKED = row("kb_consumable", med_list_codg=PLATE, needs_operation="1")


def placed(name: str, *, cut: bool = True, day: int = 1, at_day: int = 1, item: str = PLATE) -> Fact:
    """A visit with an implant on `at_day` and, if `cut`, an operation on `day`."""
    piece = line(name, person=name, item=item, charge="08", when=days(at_day, 12), fen=100_000)
    return stay(name, person=name) + piece + (operation(name, person=name, day=day) if cut else Fact(()))


ORTHOPAEDICS = many(placed(f"N{n}") for n in range(5))


def test_an_implant_without_any_operation_cites_its_line() -> None:
    finding = fire(BARE, MARKED, ORTHOPAEDICS, placed("PAPER", cut=False)).only()

    assert finding.subject == ("encounter", "PAPER")
    assert finding.amount_fen == 100_000


def test_only_what_the_library_marks_needs_an_operation() -> None:
    assert fire(BARE, MARKED, ORTHOPAEDICS, placed("PAPER", cut=False, item=SCREW)).none()


def test_an_operation_charged_or_done_in_another_visit_of_these_days_explains_it() -> None:
    charged = theatre_line("PAPER", person="PAPER", day=2)

    def elsewhere(day: int) -> Fact:
        return stay("OTHER", person="PAPER", at_place="H2", first=4) + operation("OTHER", person="PAPER", day=day)

    assert fire(BARE, MARKED, ORTHOPAEDICS, placed("PAPER", cut=False), charged).none()
    assert fire(BARE, MARKED, ORTHOPAEDICS, placed("PAPER", cut=False), elsewhere(4)).none()
    assert fire(BARE, MARKED, ORTHOPAEDICS, placed("PAPER", cut=False), elsewhere(5)).only()


def test_a_hospital_without_records_of_operations_is_not_judged() -> None:
    assert fire(BARE, MARKED, *(placed(f"X{n}", cut=n < 2) for n in range(3))).none()


def test_an_implant_without_a_day_is_not_testable() -> None:
    run = fire(BARE, MARKED, ORTHOPAEDICS, line("X", person="X", item=PLATE, charge="08", when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}
