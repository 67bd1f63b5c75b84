"""The published workbooks are read as they are; what cannot be read is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph.errors import InputAtFault
from kg.knowledge.limits import age_band, course_days, exception, per_stay, spacing_days
from kg.knowledge.workbook import read_workbook
from tests.kg.workbooks import CHECK, CHILD, FEMALE, MALE, OPERATION, by_sex, drugs, frequencies, workbook

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "nhsa-rules"


def test_a_code_takes_its_limit_from_the_sheet_of_names(tmp_path: Path) -> None:
    (point,) = read_workbook(by_sex(tmp_path / "a.xlsx"))

    assert (point["rule_kind"], point["subject_code"], point["limit_value"]) == ("drug_sex_mismatch", FEMALE, "female")
    assert (point["source_file"], point["source_row"], point["published"]) == ("a.xlsx", 2, "2025-05-23")


def test_a_description_that_begins_with_a_limit_is_one_of_payment(tmp_path: Path) -> None:
    limits = [("小儿布洛芬栓", "用于小儿退热。", "儿童"), ("波生坦分散片", "限3-12岁特发性肺动脉高压患者。", "儿童")]
    path = drugs(tmp_path / "a.xlsx", limits, [("小儿布洛芬栓", CHILD), ("波生坦分散片", MALE)], limit_type="限定年龄对象")

    made, limited = read_workbook(path)

    assert made["rule_kind"] == "child_only_drug_given_to_adult"
    assert (limited["rule_kind"], limited["age_from"], limited["age_to"]) == ("child_drug_payment_limit", 3, 13)


def test_two_kinds_in_one_workbook_are_told_apart_by_their_value(tmp_path: Path) -> None:
    limits = [("甲", "工伤保险目录用药", "工伤"), ("乙", "生育保险目录用药", "生育")]
    path = drugs(tmp_path / "a.xlsx", limits, [("甲", FEMALE), ("乙", MALE)], limit_type="限定保险类型")

    assert [p["rule_kind"] for p in read_workbook(path)] == ["drug_work_injury_only", "drug_maternity_only"]


def test_the_title_of_the_sheet_names_the_kind(tmp_path: Path) -> None:
    rows = [("序号", "项目名称", "备注", "项目代码"), (1, "手功能评定", "总时间不超过90天，评定间隔时间不短于14天。", "003402000050000")]
    path = workbook(tmp_path / "a.xlsx", **{"“医疗服务项目限支付疗程”规则对应知识点明细": rows})

    (point,) = read_workbook(path)

    assert point["rule_kind"] == "service_payment_course_exceeded"
    assert (point["limit_qty"], point["limit_unit"], point["period_days"], point["window"]) == (90, "day", 14, "episode")


def test_pairs_keep_their_window(tmp_path: Path) -> None:
    header = ("序号", "频度", "主项名称", "主项编码", "从项名称", "从项编码", "备注")
    path = workbook(tmp_path / "a.xlsx", pairs=[header, (1, "单次就诊", "甲", OPERATION, "乙", CHECK, "含诊查")])

    (point,) = read_workbook(path)

    assert (point["rule_kind"], point["pair_code"], point["window"]) == ("service_duplicate_pair", CHECK, "visit")


def test_footers_are_no_points(tmp_path: Path) -> None:
    (point,) = read_workbook(frequencies(tmp_path / "a.xlsx"))

    assert (point["limit_qty"], point["limit_unit"]) == (1, "day")


def test_a_header_below_a_title_is_found(tmp_path: Path) -> None:
    path = frequencies(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.active.insert_rows(1, 2)
    book.active["A1"] = "医疗服务项目限定频次 知识点"
    book.save(path)

    assert [point["source_row"] for point in read_workbook(path)] == [4]


def test_a_sheet_without_a_known_header_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", one=[("名", "码"), ("甲", FEMALE)])
    with pytest.raises(InputAtFault, match="no header in the first 10 rows; row 1 holds 名, 码"):
        read_workbook(path)


def test_a_name_merged_over_its_codes_means_each_of_them(tmp_path: Path) -> None:
    path = drugs(tmp_path / "a.xlsx", [("甲", "妇科", "女")], [("甲", FEMALE), (None, MALE)])
    book = load_workbook(path)
    book["Sheet2"].merge_cells("A2:A3")
    book.save(path)

    assert [point["subject_name"] for point in read_workbook(path)] == ["甲", "甲"]


def test_cells_merged_over_columns_are_refused(tmp_path: Path) -> None:
    path = frequencies(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.active.merge_cells("B2:C2")
    book.save(path)
    with pytest.raises(InputAtFault, match="row 2: cells merged over columns"):
        read_workbook(path)


def test_sixteen_thousand_declared_columns_are_not_read(tmp_path: Path) -> None:
    path = frequencies(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book.active.cell(row=1, column=16_384).style = "Note"
    book.save(path)

    assert len(read_workbook(path)) == 1


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ((1, "住院诊查费", 1, "日", 1102000050000), "is a number"),
        ((1, "住院诊查费", 1, "日", "0011"), "the code 0011"),
        ((1, "住院诊查费", 1, "日", None), "no code"),
        ((1, "住院诊查费", 1, "月", CHECK), "row 2: 月"),
        ((1, "住院诊查费", "一", "日", CHECK), "row 2: '一'"),
    ],
)
def test_a_row_that_says_nothing_certain_is_refused_by_its_number(tmp_path: Path, row: tuple[object, ...], seen: str) -> None:
    with pytest.raises(InputAtFault, match=seen):
        read_workbook(frequencies(tmp_path / "a.xlsx", rows=[row]))


def test_a_code_without_a_description_and_a_name_without_a_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputAtFault, match="乙 is not on the sheet of names"):
        read_workbook(drugs(tmp_path / "a.xlsx", [("甲", "", "女")], [("甲", FEMALE), ("乙", MALE)]))
    with pytest.raises(InputAtFault, match="乙 without a code"):
        read_workbook(drugs(tmp_path / "b.xlsx", [("甲", "", "女"), ("乙", "", "男")], [("甲", FEMALE)]))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("药品通用名", encoding="utf-8")
    with pytest.raises(InputAtFault, match="does not open as a workbook"):
        read_workbook(path)


@pytest.mark.parametrize(
    ("note", "band"),
    [
        ("限2岁至11岁儿童慢性便秘。", (2, 12)),
        ("限5至12岁以下儿童。", (5, 12)),
        ("限3岁及3岁以上的儿童患者。", (3, None)),
        ("限：1.1岁至14岁儿童哮喘；2.2岁至14岁儿童鼻炎。", (1, 15)),
        ("限：1.儿童诊断前的镇静；2.儿童术前镇静。", (None, None)),
        ("限儿童。", (None, None)),
    ],
)
def test_age_bands_of_the_text(note: str, band: tuple[int | None, int | None]) -> None:
    assert age_band(note) == band


def test_courses_spacings_and_exceptions_of_the_text() -> None:
    assert [course_days(t) for t in ("支付不超过14天。", "支付不超过12个月", "支付不超过一年", "限癌症")] == [14, 365, 365, None]
    assert [spacing_days(t) for t in ("间隔时间不短于14天", "每周最多支付一次", "支付不超过30天")] == [14, 7, None]
    assert per_stay("单次住院最多支付14天")
    assert not per_stay("支付不超过14天")
    assert exception("drug_care_setting_limit", "限急诊或住院患者。") == "emergency"
    assert (
        exception("drug_institution_level_limit", "需三级综合医院眼科或二级及以上眼科专科医院医师处方；2.首次处方时")
        == "eye_hospital_level_two"
    )
    assert exception("drug_institution_level_limit", "首次处方时需由二级及以上医疗机构开具处方。") == "after_first_prescription"
    assert exception("drug_institution_level_limit", "限二级及以上医疗机构。") is None


def test_of_two_courses_the_longer_one_counts(tmp_path: Path) -> None:
    path = drugs(
        tmp_path / "a.xlsx", [("甲", "单次住院最多支付14天。", "15天")], [("甲", MALE)], limit_type="限定支付疗程", value="限定值域"
    )

    (point,) = read_workbook(path)

    assert (point["limit_qty"], point["window"]) == (15, "visit")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published workbooks are not beside the repository")
def test_all_published_workbooks_are_read() -> None:
    points = [point for path in sorted(SHARED.glob("*.xlsx")) for point in read_workbook(path)]

    assert len(points) == 15_618
    assert len({str(point["rule_kind"]) for point in points}) == 16
