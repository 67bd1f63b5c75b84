"""What the chart says and the bill does not: a smaller operation, a lighter illness, a lower grade, an ordinary visit."""

import pytest

from tests.kg.crimes import Fact, at, days, fire, line, many, row, settle, stay, visit
from tests.kg.hospital import NURSING, SURGERY, on_day

OPERATION, MAIN, GRADE, URGENT = (
    "operation_item_differs_from_note",
    "main_diagnosis_differs_from_note",
    "nursing_grade_above_order",
    "emergency_visit_misused",
)
BIG, SMALL = "003310030220000", SURGERY


def note(name: str, kind: str, text: str | None, *, day: float = 1) -> Fact:
    return row("clinical_note", note_id=f"N-{name}-{kind}", mdtrt_id=name, note_type=kind, note_time=at(days(day, 17)), text=text)


def named(billed: Fact, item: str | None) -> Fact:
    return Fact(tuple((t, {**r, "hilist_name": item} if t == "fee_list_d" else r) for t, r in billed.rows), billed.key)


def operated(name: str, *, billed: str | None, told: str | None, fen: int | None = None, at_place: str = "H1", day: float = 1) -> Fact:
    """An operation that the bill names `billed`, and the surgeon's note `told`."""
    price = fen or {"阑尾切除术": 100_000, "肠粘连松解术": 200_000}.get(billed or "", 100_000)
    cut = line(
        name,
        person=name,
        at_place=at_place,
        item=BIG if billed == "肠粘连松解术" else SMALL,
        charge="06",
        when=days(day),
        fen=price,
        sn=f"L-{name}",
    )
    text = None if told is None else f"手术名称：{told}。麻醉满意，手术历时60分钟。"
    return stay(name, person=name, at_place=at_place, last=5) + named(cut, billed) + note(name, "operation", text, day=day)


THEATRES = many(
    operated(f"{house}-{k}", billed=what, told=what, at_place=house)
    for house in ("P1", "P2")
    for k, what in enumerate(("阑尾切除术", "肠粘连松解术") * 3)
)


def bigger(n: int = 3, *, told: str | None = "阑尾切除术") -> Fact:
    return many(operated(f"X{k}", billed="肠粘连松解术", told=told) for k in range(n))


def test_a_bigger_operation_on_the_bill_claims_the_difference() -> None:
    finding = fire(OPERATION, THEATRES, bigger()).only()

    assert finding.subject == ("institution", "H1")
    assert [fen for table, _, fen in finding.rows if table == "fee_list_d"] == [100_000] * 3
    assert len(finding.cites("clinical_note")) == 3
    assert (finding.facts["item_billed"], finding.facts["item_in_note"]) == ("肠粘连松解术", "阑尾切除术")


def test_two_are_wrong_keys() -> None:
    assert fire(OPERATION, THEATRES, bigger(2)).none()


@pytest.mark.parametrize("told", ["阑尾切除术、肠粘连松解术", "腹腔镜下不知名手术", None])
def test_a_note_that_names_both_or_what_nobody_bills_is_not_judged(told: str | None) -> None:
    assert fire(OPERATION, THEATRES, bigger(told=told)).none()


def test_a_second_operation_beside_the_noted_one_is_no_swap() -> None:
    noted = [named(line(f"X{k}", person=f"X{k}", item=SMALL, charge="06", when=days(1), fen=100_000), "阑尾切除术") for k in range(3)]

    assert fire(OPERATION, THEATRES, bigger(), *noted).none()


def test_an_operation_of_another_day_is_another_operation() -> None:
    early = many(
        operated(f"X{k}", billed="肠粘连松解术", told=None, day=4) + note(f"X{k}", "operation", "手术名称：阑尾切除术。") for k in range(3)
    )

    assert fire(OPERATION, THEATRES, early).none()


COUGH, PNEUMONIA = ("R05.x00", "咳嗽"), ("J18.900", "肺炎")


def coded(name: str, illness: tuple[str, str], *, told: str | None, fen: int, at_place: str = "H1") -> Fact:
    begun = stay(name, person=name, at_place=at_place, last=5, fen=fen // 12)
    begun = Fact(
        tuple(
            (t, {**r, "dscg_maindiag_code": illness[0], "dscg_maindiag_name": illness[1]} if t == "mdtrt_d" else r) for t, r in begun.rows
        )
    )
    return begun + note(name, "discharge", None if told is None else f"出院诊断：{told}。住院5天。", day=5)


def hospital_of(place: str) -> Fact:
    """Ten coughs and ten pneumonias, coded as the chart names them."""
    return many(
        coded(f"{place}-{k}{what}", code, told=what, fen=fen, at_place=place)
        for code, what, fen in ((COUGH, "咳嗽", 120_000), (PNEUMONIA, "肺炎", 360_000))
        for k in range(10)
    )


PLACE = many(hospital_of(f"Q{k}") for k in range(5))


def lifted(n: int = 5, *, told: str | None = "咳嗽") -> Fact:
    return many(coded(f"X{k}", PNEUMONIA, told=told, fen=150_000) for k in range(n))


def test_five_coughs_coded_as_pneumonia_cite_stays_and_notes() -> None:
    finding = fire(MAIN, PLACE, hospital_of("H1"), lifted()).only()

    assert finding.subject == ("institution", "H1")
    assert {key["mdtrt_id"] for key in finding.cites("mdtrt_d")} == {f"X{k}" for k in range(5)}
    assert len(finding.cites("clinical_note")) == 5


@pytest.mark.parametrize("told", ["咳嗽；肺炎", "1.咳嗽 2.肺炎", "原因不明", None])
def test_a_coded_illness_that_the_note_names_too_or_a_name_unknown_is_not_judged(told: str | None) -> None:
    assert fire(MAIN, PLACE, hospital_of("H1"), lifted(told=told)).none()


def test_four_are_hasty_and_coding_down_gains_nothing() -> None:
    down = many(coded(f"D{k}", COUGH, told="肺炎", fen=300_000) for k in range(9))

    assert fire(MAIN, PLACE, hospital_of("H1"), lifted(4)).none()
    assert fire(MAIN, PLACE, hospital_of("H1"), down).none()


FIRST = "001201000030000"


def nursed(name: str, *, billed: str, ordered: str | None, nights: int = 5, at_place: str = "H1") -> Fact:
    """A stay with one grade on the bill and another on the order sheet."""
    care = [
        line(name, person=name, at_place=at_place, item=billed, charge="07", when=days(d, 12), fen={FIRST: 2_000}.get(billed, 1_200))
        for d in range(1, nights + 1)
    ]
    sheet = row("drord_d", drord_no="O1", mdtrt_id=name, med_list_codg=ordered, begntime=on_day(0, 10), stoptime=on_day(nights + 1, 10))
    return stay(name, person=name, at_place=at_place, last=nights + 1) + many(care) + (sheet if ordered else Fact(()))


WARDS = many(nursed(f"Q{k}-{n}", billed=FIRST, ordered=FIRST, at_place=f"Q{k}") for k in range(5) for n in range(3))
SECOND_PRICE = nursed("SECOND", billed=NURSING, ordered=NURSING)


def test_the_first_grade_on_the_bill_and_the_second_on_the_sheet_claims_the_difference() -> None:
    raised = many(nursed(f"X{k}", billed=FIRST, ordered=NURSING) for k in range(2))

    run = fire(GRADE, WARDS, SECOND_PRICE, raised)

    assert run.subjects == {"X0", "X1"}
    assert all(finding.amount_fen == 5 * 800 for finding in run)


def test_nine_days_are_orders_by_word_and_a_chart_without_orders_says_nothing() -> None:
    few = nursed("X0", billed=FIRST, ordered=NURSING) + nursed("X1", billed=FIRST, ordered=NURSING, nights=4)
    silent = many(nursed(f"X{k}", billed=FIRST, ordered=None) for k in range(3))

    assert fire(GRADE, WARDS, few).none()
    assert fire(GRADE, WARDS, silent).none()


def test_where_the_usual_ward_sends_no_orders_of_the_grade_nobody_is_accused() -> None:
    alike = many(nursed(f"Q{k}-{n}", billed=FIRST, ordered=NURSING, at_place=f"Q{k}") for k in range(5) for n in range(3))

    assert fire(GRADE, alike, many(nursed(f"X{k}", billed=FIRST, ordered=NURSING) for k in range(3))).none()


FEE, PLAIN = "001102000030000", "001102000010000"


def came(name: str, *, item: str, at_place: str = "H1", med_type: str | None = "11", dept: str = "内科") -> Fact:
    seen = visit(name, person=name, at_place=at_place, med_type=med_type, adm_dept_name=dept)  # type: ignore[arg-type]
    fee = line(name, person=name, at_place=at_place, item=item, charge="02", fen={FEE: 2_200}.get(item, 1_000), med_type=med_type)
    return seen + fee + settle(name, person=name, at_place=at_place, shop=False)


def desk(place: str = "H1", *, urgent: int = 0, n: int = 40, **more: str) -> Fact:
    return many(came(f"{place}-{k}", item=FEE if k < urgent else PLAIN, at_place=place, **(more if k < urgent else {})) for k in range(n))  # type: ignore[arg-type]


DESKS = many(desk(f"Q{k}") for k in range(5))


def test_the_emergency_fee_for_ordinary_visits_claims_what_it_pays_more() -> None:
    finding = fire(URGENT, DESKS, desk(urgent=10)).only()

    assert finding.subject == ("institution", "H1")
    assert finding.amount_fen == 10 * 1_200
    assert (finding.facts["visits"], finding.facts["ordinary_visits"]) == (10, 40)


@pytest.mark.parametrize("more", [{"med_type": "13"}, {"dept": "急诊科"}])
def test_who_came_as_an_emergency_or_was_seen_in_its_room_was_one(more: dict[str, str]) -> None:
    assert fire(URGENT, DESKS, desk(urgent=10, **more)).none()


def test_nine_are_wrong_keys_and_a_place_that_keeps_no_category_accuses_nobody() -> None:
    assert fire(URGENT, DESKS, desk(urgent=9)).none()
    assert fire(URGENT, many(desk(f"Q{k}", urgent=8) for k in range(5)), desk(urgent=10)).none()


def test_who_was_watched_earned_the_fee() -> None:
    watched = many(line(f"H1-{k}", person=f"H1-{k}", item="001103000010000", charge="02", fen=3_000, med_type="11") for k in range(10))

    assert fire(URGENT, DESKS, desk(urgent=10), watched).none()
