"""Loads become versions, all of a load or nothing; own rows win, carried ones stand in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from graph.contract import KNOWLEDGE
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from kg.engine import rests_on_nothing
from kg.knowledge.difference import difference
from kg.knowledge.library import CARRIED, Library, carried
from kg.knowledge.loading import load
from tests.kg.workbooks import CHECK, FEMALE, MALE, by_sex, drugs, frequencies, workbook


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def standing(library: Library, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect() as db:
        library.fill(db)
        return db.execute(query).fetchall()


def limits(library: Library, code: str) -> list[object]:
    return [row[0] for row in standing(library, f"SELECT limit_value FROM kb_point WHERE subject_code = '{code}' ORDER BY 1")]


def own(path: Path, *rows: dict[str, object]) -> Path:
    pl.DataFrame(rows, infer_schema_length=None).write_csv(path)
    return path


def test_without_a_load_the_carried_facts_stand_each_with_source_and_date() -> None:
    frame = carried()["kb_point"]

    assert standing(CARRIED, "SELECT count(*) FROM kb_point") == [(len(frame),)]
    assert frame.select("source_file", "source_row", "published").null_count().row(0) == (0, 0, 0)
    assert frame["note"].null_count() == len(frame)  # facts, not wording


def test_a_published_kind_replaces_the_carried_one_and_no_other(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))

    counts = dict(standing(Library.of(home), "SELECT rule_kind, count(*) FROM kb_point GROUP BY ALL"))

    assert counts["drug_sex_mismatch"] == 1
    assert counts["service_duplicate_pair"] == len(carried()["kb_point"].filter(pl.col("rule_kind") == "service_duplicate_pair"))


def test_an_own_row_wins_and_the_load_says_so(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))
    loaded = load(home, own(tmp_path / "kb_point.csv", {"rule_kind": "药品区分性别使用", "subject_code": FEMALE, "limit_value": "男"}))

    assert loaded.overrides == 1
    assert limits(Library.of(home), FEMALE) == ["male"]


def test_an_own_row_that_has_ended_takes_the_point_out_of_force(home: Home, tmp_path: Path) -> None:
    row = {"rule_kind": "drug_sex_mismatch", "subject_code": FEMALE, "limit_value": "女", "valid_to": "2025-12-31"}
    loaded = load(home, own(tmp_path / "kb_point.csv", row))

    assert loaded.out_of_force == 1
    query = f"SELECT valid_to FROM kb_point WHERE subject_code = '{FEMALE}'"
    assert standing(Library.of(home), query) == [(date(2025, 12, 31),)]


def test_the_same_content_is_no_new_version(home: Home, tmp_path: Path) -> None:
    first = load(home, by_sex(tmp_path / "a.xlsx"))
    again = load(home, tmp_path / "a.xlsx")

    assert (first.new, again.new, again.version) == (True, False, first.version)
    assert len(Library.of(home).versions) == 1


def test_a_new_edition_replaces_the_file_and_the_difference_is_told_in_words(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))
    loaded = load(home, by_sex(tmp_path / "a.xlsx", sex="男"))

    (change,) = loaded.difference
    assert change.words() == (
        f"药品区分性别使用: 新增 0, 取消 0, 变更 1 ({FEMALE})",
        f"drug_sex_mismatch: 0 new, 0 gone, 1 changed ({FEMALE})",
    )
    library = Library.of(home)
    assert limits(library, FEMALE) == ["male"]
    old, new = library.versions
    assert difference(new.parts, old.parts, library.frame, library.frame) == loaded.difference  # the older rows are kept


def test_files_add_to_each_other(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))
    load(home, frequencies(tmp_path / "b.xlsx"))

    library = Library.of(home)
    assert limits(library, FEMALE) == ["female"]
    assert {part.source for part in library.loaded} == {"a.xlsx", "b.xlsx"}


def test_a_folder_with_one_bad_file_loads_nothing(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    by_sex(folder / "a.xlsx")
    frequencies(folder / "b.xlsx", rows=[(1, "住院诊查费", 1, "月", CHECK)])
    with pytest.raises(InputAtFault, match=r"b\.xlsx"):
        load(home, folder)

    assert Library.of(home).versions == ()
    assert not (home.root / "knowledge").exists()


def test_contradicting_points_are_refused_with_both_places(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))
    with pytest.raises(InputAtFault, match=rf"a\.xlsx, row 2 and b\.xlsx, row 2 set different limits on drug_sex_mismatch {FEMALE}"):
        load(home, by_sex(tmp_path / "b.xlsx", sex="男"))

    assert limits(Library.of(home), FEMALE) == ["female"]


def test_limits_that_follow_each_other_do_not_contradict(home: Home, tmp_path: Path) -> None:
    rule = {"rule_kind": "drug_sex_mismatch", "subject_code": FEMALE}
    ended = {**rule, "limit_value": "女", "valid_from": None, "valid_to": "2025-06-30"}
    begun = {**rule, "limit_value": "男", "valid_from": "2025-07-01", "valid_to": None}

    load(home, own(tmp_path / "kb_point.csv", ended, begun))

    assert limits(Library.of(home), FEMALE) == ["female", "male"]


def test_one_operation_may_stand_in_two_groups(home: Home, tmp_path: Path) -> None:
    header = ("项目名称", "项目说明", "国标代码", "限定类型", "限定值域")
    rows = [("粘连松解", "", "003310030080000", "限定主次操作", group) for group in ("胃肠手术组", "女性生殖系统手术组")]
    load(home, workbook(tmp_path / "a.xlsx", one=[header, *rows]))

    assert len(limits(Library.of(home), "003310030080000")) == 2


@pytest.mark.parametrize(
    ("row", "seen"),
    [
        ({"rule_kind": "witchcraft", "subject_code": FEMALE}, "row 2: rule_kind witchcraft"),
        ({"rule_kind": "drug_sex_mismatch", "subject_code": FEMALE, "limit_value": "猫"}, "limit_value 猫"),
        ({"rule_kind": "drug_sex_mismatch", "subject_code": " ", "limit_value": "女"}, "subject_code is empty"),
        ({"rule_kind": "drug_sex_mismatch", "subject_code": FEMALE, "limit_value": "女", "moon": "1"}, "no column moon"),
        ({"rule_kind": "drug_sex_mismatch", "subject_code": FEMALE, "limit_value": "女", "valid_to": "soon"}, "valid_to soon"),
        (
            {
                "rule_kind": "drug_sex_mismatch",
                "subject_code": FEMALE,
                "limit_value": "女",
                "valid_from": "2025-02-01",
                "valid_to": "2025-01-01",
            },
            "valid from 2025-02-01 to 2025-01-01",
        ),
        ({"rule_kind": "drug_sex_mismatch"}, "lacks subject_code"),
    ],
)
def test_a_bad_own_row_is_refused_by_its_place(home: Home, tmp_path: Path, row: dict[str, object], seen: str) -> None:
    with pytest.raises(InputAtFault, match=seen):
        load(home, own(tmp_path / "kb_point.csv", row))


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "parquet"])
def test_every_table_is_read_in_three_formats(home: Home, tmp_path: Path, suffix: str) -> None:
    sources = {}
    for name, table in KNOWLEDGE.items():
        row = {column: "2" if table.columns[column].kind != "date" else "2025-01-31" for column in table.columns}
        row |= {"rule_kind": "secondary_operation_not_discounted"} if name == "kb_point" else {}
        frame, path = pl.DataFrame([row]), tmp_path / f"{name}.{suffix}"
        match suffix:
            case "csv":
                frame.write_csv(path)
            case "parquet":
                frame.write_parquet(path)
            case _:
                workbook(path, **{name: [tuple(row), tuple(row.values())]})
        sources[name] = path
        load(home, path)

    library = Library.of(home)
    assert set(KNOWLEDGE) <= library.holds()
    assert standing(library, "SELECT pack_content, valid_to FROM kb_drug") == [(2, date(2025, 1, 31))]


def test_a_code_that_a_spreadsheet_made_a_number_is_refused(home: Home, tmp_path: Path) -> None:
    path = workbook(tmp_path / "own.xlsx", kb_code_set=[("set_key", "code"), ("ct", 2103000010000)])
    with pytest.raises(InputAtFault, match="code 2103000010000 is a number"):
        load(home, path)


def test_an_old_version_is_found_by_the_beginning_of_its_id(home: Home, tmp_path: Path) -> None:
    load(home, by_sex(tmp_path / "a.xlsx"))
    library = Library.of(home)

    assert library.version(library.versions[0].id[:6]) == library.versions[0]
    with pytest.raises(WrongUse, match="the version nowhere"):
        library.version("nowhere")


def test_a_rule_without_its_points_rests_on_nothing(home: Home, tmp_path: Path) -> None:
    assert "service_duplicate_pair" not in rests_on_nothing(Library.of(home))
    before = rests_on_nothing(Library.of(home))["drug_work_injury_only"]
    assert before == ("kb_point.drug_work_injury_only",)

    load(home, drugs(tmp_path / "a.xlsx", [("甲", "", "工伤")], [("甲", MALE)], limit_type="限定保险类型"))

    assert "drug_work_injury_only" not in rests_on_nothing(Library.of(home))
