"""Two hospitals at once, two patients in a bed, nothing done, shopping across town."""

from tests.kg.crimes import Fact, check, days, dialysis, fire, line, many, person, purchase, row, stay

OVERLAP, BED, BLANK, OUTSIDE = "overlapping_stays", "one_bed_two_patients", "stay_without_treatment_days", "outside_purchase_during_stay"


def faces_of(name: str, who: str, place: str, on: range) -> Fact:
    return many(check(name, person=who, at_place=place, when=days(d)) for d in on)


def test_the_stay_without_faces_is_the_doubtful_one() -> None:
    real = stay("REAL", person="ANN", at_place="H1") + faces_of("REAL", "ANN", "H1", range(11))

    finding = fire(OVERLAP, real, stay("PAPER", person="ANN", at_place="H2", first=2, last=8)).only()

    assert finding.subject == ("encounter", "PAPER")
    assert finding.facts["other_stay"] == "REAL"
    assert finding.amount_fen == 14_000


def test_a_hospital_that_never_looked_is_more_credible_than_one_that_missed_the_patient() -> None:
    stays = stay("PAPER", person="ANN", at_place="H1") + stay("REAL", person="ANN", at_place="H2", first=2, last=8)

    finding = fire(OVERLAP, stays, missed("PAPER", "ANN", "H1", range(3, 8))).only()

    assert finding.subject == ("encounter", "PAPER")


def test_seen_and_missed_here_never_looked_for_there_is_open() -> None:
    both = stay("ONE", person="ANN", at_place="H1") + stay("TWO", person="ANN", at_place="H2", first=2, last=8)
    mixed = many(check("ONE", person="ANN", at_place="H1", when=days(d), result="missed" if d in (3, 5) else "pass") for d in range(2, 8))

    assert fire(OVERLAP, both, mixed).none()


def test_a_day_of_overlap_is_a_transfer() -> None:
    def second(first: int) -> Fact:
        unseen = many(check("S2", person="ANN", at_place="H2", when=days(d), result="missed") for d in (13, 15))
        return stay("S2", person="ANN", at_place="H2", first=first, last=20) + unseen

    assert fire(OVERLAP, stay("S1", person="ANN"), second(10)).none()  # discharged at 16:00 of day 10, admitted at 9:00
    assert fire(OVERLAP, stay("S1", person="ANN"), second(9)).only()  # 31 hours


def missed(name: str, who: str, place: str, on: range) -> Fact:
    return many(check(name, person=who, at_place=place, when=days(d), result="missed") for d in on)


def test_only_days_inside_both_stays_are_compared() -> None:
    paper = (
        stay("PAPER", person="ANN", at_place="H1") + faces_of("PAPER", "ANN", "H1", range(2, 6)) + missed("PAPER", "ANN", "H1", range(6, 7))
    )
    real = stay("REAL", person="ANN", at_place="H2", first=3, last=7) + faces_of("REAL", "ANN", "H2", range(4, 7))

    # PAPER was seen on four days, REAL on three: of the three that both could show, PAPER shows two
    assert fire(OVERLAP, paper, real).only().subject == ("encounter", "PAPER")


def test_the_stay_that_was_missed_on_its_other_days_is_doubtful_and_one_miss_says_nothing() -> None:
    def pair(misses: int) -> Fact:
        paper = stay("PAPER", person="ANN", at_place="H1") + faces_of("PAPER", "ANN", "H1", range(1, 4))
        real = stay("REAL", person="ANN", at_place="H2", last=4) + faces_of("REAL", "ANN", "H2", range(1, 4))
        return paper + real + missed("PAPER", "ANN", "H1", range(5, 5 + misses))

    assert fire(OVERLAP, pair(2)).only().subject == ("encounter", "PAPER")
    assert fire(OVERLAP, pair(1)).none()


def test_a_day_on_which_nobody_was_seen_is_the_devices() -> None:
    ward = many(stay(f"W{k}", person=f"W{k}", at_place="H1") for k in range(3))
    both = stay("ONE", person="ANN", at_place="H1") + stay("TWO", person="ANN", at_place="H2", first=2, last=8)

    assert fire(OVERLAP, ward, both, missed("ONE", "ANN", "H1", range(3, 8))).none()


def test_two_hospitals_are_weighed_over_all_patients_they_share() -> None:
    def pair(n: int, seen: range) -> Fact:
        paper = stay(f"PAPER{n}", person=f"P{n}", at_place="H1") + faces_of(f"PAPER{n}", f"P{n}", "H1", seen)
        return paper + stay(f"REAL{n}", person=f"P{n}", at_place="H2", first=2, last=8) + faces_of(f"REAL{n}", f"P{n}", "H2", range(3, 7))

    alone = fire(OVERLAP, pair(0, range(3, 8)))
    together = fire(OVERLAP, many(pair(n, range(3, 8) if n == 0 else range(0)) for n in range(3)))

    assert alone.subjects == {"REAL0"}  # one day more at the other place: a picture may have been shown there
    assert together.subjects == {"PAPER0", "PAPER1", "PAPER2"}


def test_where_nothing_tells_them_apart_nobody_is_named() -> None:
    assert fire(OVERLAP, stay("S1", person="ANN"), stay("S2", person="ANN", at_place="H2", first=3, last=8)).none()


def test_a_transfer_that_names_its_origin_is_legal() -> None:
    assert fire(OVERLAP, stay("S1", person="ANN"), stay("S2", person="ANN", at_place="H2", first=5, last=20, refl_old_mdtrt_id="S1")).none()


def test_a_newborn_under_the_mothers_number_is_another_person() -> None:
    assert fire(OVERLAP, stay("S1", person="ANN"), stay("S2", person="ANN", at_place="H2", newborn=True)).none()


def test_a_stay_without_lines_is_a_cancelled_admission() -> None:
    empty = stay("S2", person="ANN", at_place="H2", first=2, last=8)
    cancelled = Fact(tuple(r for r in empty.rows if r[0] != "fee_list_d"))

    assert fire(OVERLAP, stay("S1", person="ANN"), cancelled).none()


def test_an_open_end_is_not_testable() -> None:
    run = fire(OVERLAP, stay("S1", person="ANN", last=None), stay("S2", person="ANN", at_place="H2"))

    assert run.none()
    assert run.not_testable == {"ends_at": 1}


def shared(bed: str, n: int, *, first: int = 3, **more: object) -> Fact:
    """Two stays of two patients in one bed."""
    return stay(f"{bed}A", person=f"{bed}A", bed=bed, last=8) + stay(f"{bed}B", person=f"{bed}B", bed=bed, first=first, last=12, **more)  # type: ignore[arg-type]


PLAIN = many(stay(f"N{n}", person=f"N{n}", bed=f"{100 + n}床") for n in range(12))


def test_three_shared_beds_are_a_habit_and_the_less_treated_stay_is_doubted() -> None:
    run = fire(BED, PLAIN, many(shared(f"{n}床", n, treated=range(3, 6)) for n in (1, 2, 3)))

    assert run.subjects == {"1床B", "2床B", "3床B"}


def test_two_shared_beds_are_slips() -> None:
    assert fire(BED, PLAIN, many(shared(f"{n}床", n) for n in (1, 2))).none()


def test_the_day_of_handover_is_legal() -> None:
    assert fire(BED, PLAIN, many(shared(f"{n}床", n, first=7) for n in (1, 2, 3))).none()  # one night together
    assert len(fire(BED, PLAIN, many(shared(f"{n}床", n, first=6) for n in (1, 2, 3))).findings) == 3


def test_mother_and_child_share_a_bed() -> None:
    assert fire(BED, PLAIN, many(shared(f"{n}床", n, newborn=True) for n in (1, 2, 3))).none()


def test_an_extra_bed_without_a_number_is_no_bed() -> None:
    extra = many(stay(f"E{n}", person=f"E{n}", bed="加床") for n in range(8))

    assert fire(BED, PLAIN, extra).none()


def test_a_stay_that_the_desk_entered_from_papers_lies_in_no_bed() -> None:
    def paid(n: int, setl_type: str) -> Fact:
        visit = f"{n}床B"
        return shared(f"{n}床", n) + row("setl_d", setl_id=f"S-{visit}", mdtrt_id=visit, setl_type=setl_type, vali_flag="1")

    assert fire(BED, PLAIN, many(paid(n, "1") for n in (1, 2, 3))).none()
    assert len(fire(BED, PLAIN, many(paid(n, "2") for n in (1, 2, 3))).findings) == 3


def test_a_register_that_collides_everywhere_proves_nothing() -> None:
    assert fire(BED, many(shared(f"{n}床", n) for n in range(1, 6))).none()


def test_unknown_bed_is_not_testable() -> None:
    run = fire(BED, many(stay(f"U{n}", person=f"U{n}") for n in range(6)))

    assert run.none()
    assert run.not_testable == {"adm_bed": 6}


BUSY = many(stay(f"B{n}", person=f"B{n}") for n in range(6))


def test_blank_days_cite_the_lines_of_those_days() -> None:
    finding = fire(BLANK, BUSY, stay("IDLE", person="ANN", treated=(0, 1, 2, 3, 10))).only()

    assert finding.facts["blank_days"] == 6
    assert finding.amount_fen == 6_000  # the bed of the six blank days, nothing of the treated ones


def test_two_blank_days_are_a_weekend() -> None:
    assert fire(BLANK, BUSY, stay("IDLE", person="ANN", last=6, treated=(0, 3, 4, 5, 6))).none()
    assert fire(BLANK, BUSY, stay("IDLE", person="ANN", last=6, treated=(0, 4, 5, 6))).only()


def test_a_running_order_is_care() -> None:
    order = row("drord_d", drord_no="1", mdtrt_id="IDLE", drord_type="长期", begntime="2025-07-07 09:00:00", stoptime="2025-07-17 09:00:00")

    assert fire(BLANK, BUSY, order, stay("IDLE", person="ANN", treated=(0,))).none()


def test_a_hospital_that_posts_in_bulk_is_not_judged() -> None:
    bulk = many(stay(f"K{n}", person=f"K{n}", treated=(0, 10)) for n in range(6))

    assert fire(BLANK, bulk).none()


def test_a_ward_of_observation_is_left_out() -> None:
    assert fire(BLANK, BUSY, stay("CALM", person="ANN", treated=(0,), adm_dept_name="精神科")).none()


def test_unknown_day_of_a_line_is_not_testable() -> None:
    run = fire(BLANK, BUSY, line("B0", when=None))

    assert run.none()
    assert run.not_testable == {"fee_ocur_time": 1}


def outside(*on: float, hour: float = 12) -> Fact:
    return many(purchase(person="ANN", at_place="P1", when=days(d, hour)) for d in on)


def recognised(*on: int) -> Fact:
    return many(check(None, person="ANN", at_place="P1", when=days(d, 12), kind="pharmacy") for d in on)


def test_a_face_elsewhere_on_a_day_missed_in_the_ward_fires() -> None:
    missed = many(check("S1", person="ANN", when=days(d), result="missed") for d in (4, 6))

    finding = fire(OUTSIDE, person("ANN"), stay("S1", person="ANN"), recognised(4), missed).only()

    assert finding.subject == ("encounter", "S1")
    assert finding.amount_fen == 2_000  # the two lines of that day


def test_one_check_missed_on_an_errand_is_no_empty_bed() -> None:
    missed = check("S1", person="ANN", when=days(4), result="missed")

    assert fire(OUTSIDE, person("ANN"), stay("S1", person="ANN"), recognised(4), missed).none()


def test_where_the_ward_did_not_look_it_takes_two_days() -> None:
    assert fire(OUTSIDE, stay("S1", person="ANN"), recognised(4)).none()
    assert fire(OUTSIDE, stay("S1", person="ANN"), recognised(4, 6)).only()


def test_a_face_seen_in_both_places_on_one_day_is_an_errand() -> None:
    assert fire(OUTSIDE, person("ANN"), stay("S1", person="ANN"), recognised(4), check("S1", person="ANN", when=days(4))).none()


def test_the_card_alone_needs_three_days_on_which_the_ward_did_nothing_or_missed_the_patient() -> None:
    blank = stay("S1", person="ANN", treated=(1, 2, 4, 6))
    missed = many(check("S1", person="ANN", when=days(d), result="missed") for d in (3, 5, 7))

    assert fire(OUTSIDE, blank, outside(3, 5)).none()
    assert fire(OUTSIDE, blank, outside(3, 5, 7)).only()
    assert fire(OUTSIDE, stay("S1", person="ANN"), missed, outside(3, 5, 7)).only()


def test_the_family_buys_with_the_card_of_a_patient_under_treatment() -> None:
    assert fire(OUTSIDE, stay("S1", person="ANN"), outside(2, 3, 5, 7)).none()


def test_a_ward_without_machines_sends_its_patient_out_to_dialysis() -> None:
    shifts = many(dialysis(person="ANN", day=d) for d in (3, 5, 7))

    assert fire(OUTSIDE, stay("S1", person="ANN", treated=(1, 2)), shifts).none()


def test_errands_around_admission_are_left_out() -> None:
    assert fire(OUTSIDE, stay("S1", person="ANN", first=0), recognised(0, 4)).none()  # noon of the day of admission at nine


def test_leave_with_an_order_is_free_time() -> None:
    leave = row("drord_d", drord_no="1", mdtrt_id="S1", drord_type="请假", begntime="2025-07-11 08:00:00", stoptime="2025-07-11 20:00:00")

    assert fire(OUTSIDE, stay("S1", person="ANN"), recognised(4, 6), leave).none()


def test_a_test_elsewhere_ordered_by_the_ward_is_left_out() -> None:
    def sent(day: int) -> Fact:
        bill = purchase(person="ANN", at_place="H2", when=days(day, 12), name=f"REF{day}", shop=False)
        return Fact(tuple((t, {**r, "refl_old_mdtrt_id": "S1"} if t == "mdtrt_d" else r) for t, r in bill.rows))

    assert fire(OUTSIDE, stay("S1", person="ANN"), many(sent(d) for d in (3, 5, 7))).none()


def test_an_unknown_end_is_not_testable() -> None:
    run = fire(OUTSIDE, stay("S1", person="ANN", last=None), recognised(4))

    assert run.none()
    assert run.not_testable == {"ends_at": 1}
