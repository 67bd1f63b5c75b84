"""One story for several patients, and the honest ways in which notes are alike."""

from tests.kg.crimes import Fact, fire, many, person, row, stay

CLONED = "cloned_medical_records"
STORY = "。".join(f"第{word}日患者诉左下肢乏力较前{word}减轻夜间睡眠{word}可进食{word}良好" for word in "甲乙丙丁戊己庚辛壬癸") + "。"
"""Ten sentences, 270 characters."""


def note(who: str, text: str | None, *, at_place: str = "H1", author: str | None = "DR1", kind: str = "progress") -> Fact:
    written = row("clinical_note", note_id=f"N-{who}-{kind}", mdtrt_id=f"S-{who}", note_type=kind, author_code=author, text=text)
    return stay(f"S-{who}", person=who, at_place=at_place, last=1) + written


def own(who: str, at_place: str = "H1") -> Fact:
    """An honest note: a story that nobody else has."""
    return note(who, "。".join(f"{who}第{k}次查房见{who}情况{k}如{who}所述并无特殊处理" for k in "甲乙丙丁戊己庚辛壬癸"), at_place=at_place)


HOUSE = many(own(f"H{c}") for c in "ABCDEFGHIJKLMNOPQRST")


def test_one_story_for_three_patients_cites_their_notes() -> None:
    finding = fire(CLONED, HOUSE, *(note(w, STORY) for w in ("ANN", "BOB", "CAT"))).only()

    assert finding.subject == ("doctor", "DR1")
    assert {key["note_id"] for key in finding.cites("clinical_note")} == {"N-ANN-progress", "N-BOB-progress", "N-CAT-progress"}
    assert finding.facts["persons"] == 3
    assert finding.facts["smallest_likeness"] == 1


def test_another_number_and_another_name_are_the_same_story() -> None:
    told = [note(w, f"患者{w}，{age}岁。" + STORY) for w, age in (("ANN", 61), ("BOB", 47), ("CAT", 80))]

    assert fire(CLONED, HOUSE, *told).only()


def test_two_notes_may_be_a_slip() -> None:
    assert fire(CLONED, HOUSE, note("ANN", STORY), note("BOB", STORY)).none()


def test_one_sentence_in_ten_may_differ_and_two_may_not() -> None:
    def told(who: str, changed: int) -> Fact:
        kept = STORY.split("。")[changed:]
        return note(who, "。".join([*kept, *(f"{who}另有{who}不适{k}" for k in range(changed))]))

    assert fire(CLONED, HOUSE, *(told(w, 0) for w in ("ANN", "BOB")), note("CAT", STORY + "CAT另诉头晕。")).only()
    assert fire(CLONED, HOUSE, *(told(w, 3) for w in ("ANN", "BOB", "CAT"))).none()


def test_short_notes_coincide() -> None:
    brief = "。".join(STORY.split("。")[:6])  # 162 characters

    assert fire(CLONED, HOUSE, *(note(w, brief) for w in ("ANN", "BOB", "CAT"))).none()


def test_the_houses_template_is_taken_away() -> None:
    everybody = [note(f"T{k}", STORY) for k in range(8)]  # eight of twenty-eight

    assert fire(CLONED, HOUSE, *everybody).none()
    assert fire(CLONED, HOUSE, *everybody[:5]).only()  # a fifth


def test_a_textbook_sentence_is_written_elsewhere_too() -> None:
    assert fire(CLONED, HOUSE, *(note(w, STORY) for w in ("ANN", "BOB", "CAT")), note("EVE", STORY, at_place="H2")).none()


def test_one_household_is_one_patient() -> None:
    family = many(person(w, family="F") for w in ("ANN", "BOB"))

    assert fire(CLONED, HOUSE, family, *(note(w, STORY) for w in ("ANN", "BOB", "CAT"))).none()


def test_without_an_author_the_house_answers() -> None:
    assert fire(CLONED, HOUSE, *(note(w, STORY, author=None) for w in ("ANN", "BOB", "CAT"))).only().subject == ("institution", "H1")


def test_what_an_office_types_under_many_names_is_the_houses() -> None:
    signed = [note(w, STORY, author=by) for w, by in (("ANN", "DR1"), ("BOB", "DR1"), ("CAT", "DR2"), ("DAN", "DR3"))]

    assert fire(CLONED, HOUSE, *signed).only().subject == ("institution", "H1")  # two of four are not most of them
    assert fire(CLONED, HOUSE, *signed, note("EVE", STORY, author="DR1")).only().subject == ("doctor", "DR1")


def test_a_note_without_text_is_not_testable() -> None:
    run = fire(CLONED, HOUSE, *(note(w, None) for w in ("ANN", "BOB", "CAT")))

    assert run.none()
    assert run.not_testable == {"text": 3}


ROUND = "诉夜间咳嗽一次，余无不适。T 36.5℃，P 72次/分，BP 123/76mmHg，腹软。继续当前治疗。"


def rounds(*who: str, text: str = ROUND, **more: str) -> Fact:
    return many(note(w, f"入院第{k + 2}天，{text}", **more) for k, w in enumerate(who))  # type: ignore[arg-type]


def test_one_pulse_and_one_pressure_for_three_patients_is_a_copy_however_short_and_frequent() -> None:
    assert fire(CLONED, HOUSE, rounds("ANN", "BOB", "CAT")).only().facts["persons"] == 3
    assert fire(CLONED, HOUSE, rounds(*(f"T{k}" for k in range(12)))).only().facts["persons"] == 12


def test_another_pulse_another_house_and_a_round_without_numbers_are_no_copy() -> None:
    other = note("CAT", "入院第4天，" + ROUND.replace("72次", "73次"))

    assert fire(CLONED, HOUSE, rounds("ANN", "BOB"), other).none()
    assert fire(CLONED, HOUSE, rounds("ANN", "BOB", "CAT"), note("EVE", "今日查房，" + ROUND, at_place="H2")).none()
    assert fire(CLONED, HOUSE, rounds("ANN", "BOB", "CAT", text="一般情况可，生命体征平稳。继续当前治疗。")).none()
