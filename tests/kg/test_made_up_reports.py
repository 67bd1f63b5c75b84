"""Reports that fit nobody: one blood for several patients, tests before the patient came or after he left; and the honest ways there."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, person, row, stay, visit

CLONED, TIMES = "lab_values_cloned", "report_before_order"
COUNT = "002505010010000"
ITEMS = ("白细胞计数", "血红蛋白", "血小板计数", "中性粒细胞百分比")


def sampled(who: str, *values: str | None, at_place: str = "H1", day: float = 1, tube: str | None = None) -> Fact:
    """A stay with a blood count: its line and the values of its report."""
    begun = stay(f"S-{who}", person=who, at_place=at_place, last=5) + line(
        f"S-{who}", person=who, at_place=at_place, item=COUNT, when=days(day), sn=f"L-{who}"
    )
    key = {"rpot_id": f"R-{who}", "med_list_codg": COUNT, "samp_no": tube or f"T-{who}"}
    report = {**key, "mdtrt_id": f"S-{who}", "psn_no": who, "test_time": at(days(day, 11))}
    return begun + many(row("test_rpot", **report, item_name=name, value=value) for name, value in zip(ITEMS, values, strict=False))


def own(k: int, at_place: str = "H1") -> Fact:
    return sampled(f"{at_place}-{k}", f"{4 + k / 7:.2f}", str(101 + k % 60), str(150 + k * 3), f"{40 + k * 0.3:.1f}", at_place=at_place)


PLACE = many(own(k, house) for house in ("H1", "H2") for k in range(100))
SAME = ("5.81", "131", "222", "61.4")


def copies(*who: str, **more: str) -> Fact:
    return many(sampled(name, *SAME, day=1 + k, **more) for k, name in enumerate(who))  # type: ignore[arg-type]


def test_one_blood_for_three_patients_cites_values_and_the_lines_of_all_but_the_first() -> None:
    finding = fire(CLONED, PLACE, copies("ANN", "BOB", "CAT")).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("test_rpot")) == 12
    assert [key["bkkp_sn"] for key in finding.cites("fee_list_d")] == ["L-BOB", "L-CAT"]
    assert (finding.facts["patients"], finding.facts["shared_tubes"]) == (3, 0)


def test_one_tube_for_all_is_told() -> None:
    assert fire(CLONED, PLACE, copies("ANN", "BOB", "CAT", tube="T1")).only().facts["shared_tubes"] == 1


def test_two_alike_are_a_mixed_up_sample_and_a_family_is_one() -> None:
    assert fire(CLONED, PLACE, copies("ANN", "BOB")).none()
    assert fire(CLONED, PLACE, copies("ANN", "BOB", "CAT"), many(person(who, family="F") for who in ("ANN", "BOB"))).none()


def test_a_last_digit_apart_is_another_blood() -> None:
    assert fire(CLONED, PLACE, copies("ANN", "BOB"), sampled("CAT", "5.81", "131", "222", "61.5")).none()


def test_values_that_many_have_are_chance() -> None:
    coarse = many(sampled(f"C{k}", str(5 + k % 2), str(13 + k % 3), str(20 + k % 4)) for k in range(60))

    assert fire(CLONED, coarse).none()


@pytest.mark.parametrize("values", [("5.81", "131"), ("阴性", "+", "弱阳性"), (None, None, None)])
def test_too_few_values_and_values_that_are_no_number_are_not_judged(values: tuple[str | None, ...]) -> None:
    assert fire(CLONED, PLACE, many(sampled(who, *values) for who in ("ANN", "BOB", "CAT"))).none()


def picture(n: int, hour: float | None, *, at_place: str = "H1", by_day: bool = False) -> Fact:
    """A picture for a stay from day 2, nine o'clock, to day 5, or for a contact on day 2, taken at this hour."""
    name, who = f"{at_place}-{n}", f"P-{at_place}-{n}"
    when = visit(
        name, person=who, at_place=at_place, when=days(2, 9), med_type="11" if by_day else "21", endtime=at(days(2 if by_day else 5, 15))
    )
    return when + row("exam_rpot", rpot_id=f"X-{name}", med_list_codg="002102000010000", mdtrt_id=name, psn_no=who, exam_time=at(hour))


def house(at_place: str = "H1", *, n: int = 40, off: int = 0, hour: float | None = days(6), by_day: bool = False) -> Fact:
    """`off` of n pictures were taken at `hour`, the rest on the third day of a stay."""
    return many(picture(k, hour if k < off else days(3), at_place=at_place, by_day=by_day and k < off) for k in range(n))


OTHERS = many(house(f"Q{k}") for k in range(5))


def test_pictures_of_patients_who_were_home_cite_the_reports() -> None:
    finding = fire(TIMES, OTHERS, house(off=5)).only()

    assert finding.subject == ("institution", "H1")
    assert len(finding.cites("exam_rpot")) == 5
    assert (finding.facts["after_discharge"], finding.facts["before_the_visit"]) == (5, 0)


@pytest.mark.parametrize(
    ("hour", "by_day", "hits"),
    [
        (days(5, 16), False, 0),  # an hour after discharge
        (days(5, 16.1), False, 1),
        (days(1, 9), False, 0),  # the emergency room of the day before
        (days(1, 8.9), False, 1),
        (days(2, 8), True, 0),
        (days(2, 7.9), True, 1),
        (days(6), True, 0),  # sent to the device days after
        (None, False, 0),
    ],
)
def test_the_emergency_room_and_the_clock_have_their_hours(hour: float | None, by_day: bool, hits: int) -> None:
    assert len(fire(TIMES, OTHERS, house(off=5, hour=hour, by_day=by_day)).findings) == hits


def test_four_are_filing_and_a_house_that_is_off_altogether_has_a_wrong_clock() -> None:
    assert fire(TIMES, OTHERS, house(off=4)).none()
    assert fire(TIMES, OTHERS, house(off=33)).none()
    assert fire(TIMES, OTHERS, house(off=32)).only()


@pytest.mark.parametrize(("reports", "hits"), [(500, 1), (501, 0)])
def test_a_large_house_misfiles_one_in_a_hundred(reports: int, hits: int) -> None:
    assert len(fire(TIMES, OTHERS, house(n=reports, off=5)).findings) == hits


def test_where_others_are_as_untidy_nobody_is_accused() -> None:
    assert fire(TIMES, many(house(f"Q{k}", off=4) for k in range(5)), house(off=5)).none()


def test_values_of_the_laboratory_are_judged_too() -> None:
    late = many(
        row(
            "test_rpot",
            rpot_id=f"T{k}",
            med_list_codg=COUNT,
            samp_no="T",
            item_name=ITEMS[0],
            value="5",
            mdtrt_id=f"H1-{k}",
            test_time=at(days(7)),
        )
        for k in range(5)
    )

    assert len(fire(TIMES, OTHERS, house(), late).only().cites("test_rpot")) == 5
