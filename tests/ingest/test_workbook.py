"""Workbooks as bureaus send them: the same book as from CSV, and what Excel lost is said and never guessed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from graph.book import Manifest, connect
from graph.contract import CONTRACT
from graph.home import Home
from ingest import workbook
from ingest.door import check, ingest
from ingest.reconcile import Report
from tests.ingest.deliveries import Rows, tables, write

Change = Callable[[Worksheet], None]


def save(folder: Path, table: str, rows: Rows, change: Change | None = None) -> Path:
    """One table as a workbook of text cells, under its header; `change` then does what people do to sheets."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    if change:
        change(sheet)
    path = folder / f"{table}.xlsx"
    book.save(path)
    return path


def delivered(folder: Path, change: Change | None = None) -> Path:
    """The sound delivery with its fee lines in a workbook."""
    parts = tables()
    lines = parts.pop("fee_list_d")
    save(write(folder, parts), "fee_list_d", lines, change)
    return folder


def column(sheet: Worksheet, name: str) -> int:
    (place,) = (cell.column for cell in sheet[1] if cell.value == name)
    return int(place)


def verdict(tmp_path: Path, change: Change | None = None) -> Report:
    return check(delivered(tmp_path / "d", change))


def reasons(report: Report) -> list[tuple[int, str]]:
    return [(entry.record, entry.reason) for entry in report.quarantine]


def test_a_workbook_equals_a_csv_file(tmp_path: Path, home: Home) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    for table, rows in tables().items():
        save(folder, table, rows)
    ingest(folder, home)
    other = Home(tmp_path / "other").make()
    ingest(write(tmp_path / "texts", tables()), other)
    assert Manifest.read(other.book).digest() == Manifest.read(home.book).digest()


def test_real_cells_say_what_text_would(tmp_path: Path, home: Home) -> None:
    """Amounts as numbers, moments as dates, as serial numbers and as digits: the same values to the fen and the second."""
    moments = (datetime(2025, 7, 1, 8, 30), 45839 + 8.5 / 24, 20250701083000, "2025/7/1 8:30", date(2025, 7, 1), 20250701)

    def change(sheet: Worksheet) -> None:
        for row, moment in enumerate(moments, 2):
            sheet.cell(row, column(sheet, "fee_ocur_time"), moment)
            sheet.cell(row, column(sheet, "det_item_fee_sumamt"), 15.1 + 0.15)  # 15.25, or what a float makes of it
            sheet.cell(row, column(sheet, "cnt"), 2)

    report = ingest(delivered(tmp_path / "d", change), home)
    assert not report.quarantine
    assert report.tables["fee_list_d"].sums["det_item_fee_sumamt"].loaded_fen == 6 * 1525
    with connect(home) as book:
        told = book.execute("SELECT fee_ocur_time FROM fee_list_d ORDER BY source_record").fetchall()
    assert told == [(datetime(2025, 7, 1, 8, 30),)] * 4 + [(datetime(2025, 7, 1),)] * 2


def test_a_time_of_day_is_flagged_and_its_day_unknown(tmp_path: Path) -> None:
    report = verdict(tmp_path, lambda sheet: sheet.cell(2, column(sheet, "fee_ocur_time"), time(8, 30)) and None)
    assert not report.quarantine
    assert [w["rows"] for w in report.warnings if "time of day" in str(w["what"])] == [1]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("med_list_codg", 81000000000000000001, "more than 15 digits"),
        ("med_list_codg", date(2025, 1, 2), "made a day of this code"),
        ("det_item_fee_sumamt", "#N/A", "the error #N/A"),
        ("det_item_fee_sumamt", "=SUM(1,2)", "formula without its value"),
        ("cnt", "two", "no quantity"),
    ],
)
def test_what_excel_lost_keeps_its_row_out(tmp_path: Path, name: str, value: object, why: str) -> None:
    report = verdict(tmp_path, lambda sheet: sheet.cell(4, column(sheet, name), value) and None)  # type: ignore[arg-type]
    ((record, reason),) = reasons(report)
    assert record == 3
    assert why in reason
    assert report.tables["fee_list_d"].loaded == 5


def test_what_excel_may_have_lost_is_counted(tmp_path: Path) -> None:
    """A number in a code column loads as it is: whether it had leading zeros, nobody can tell. A listed code has none to lose."""

    def change(sheet: Worksheet) -> None:
        sheet.cell(2, column(sheet, "med_list_codg"), 1102000010000)
        sheet.cell(2, column(sheet, "vali_flag"), 1)

    report = verdict(tmp_path, change)
    assert not report.quarantine
    told = [(w["column"], w["rows"]) for w in report.warnings if "leading zeros" in str(w["what"])]
    assert told == [("med_list_codg", 1)]
    assert not [w for w in verdict(tmp_path / "text").warnings if "leading zeros" in str(w["what"])]


def test_a_formula_counts_by_its_last_value(tmp_path: Path) -> None:
    folder = delivered(tmp_path / "d", lambda sheet: sheet.cell(2, column(sheet, "det_item_fee_sumamt"), "=7.625*2") and None)
    assert reasons(check(folder))
    path = folder / "fee_list_d.xlsx"
    calculated(path, b"15.25")
    report = check(folder)
    assert report.tables["fee_list_d"].sums["det_item_fee_sumamt"].loaded_fen == 6 * 1525


def calculated(path: Path, value: bytes) -> None:
    """Save the sheet as Excel would, with the value of its formula."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet], formulas = re.subn(rb"</f><v(></v| ?/)>", b"</f><v>" + value + b"</v>", parts[sheet])
    assert formulas == 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def test_titles_and_merged_headings_stand_above_and_footers_below(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.append(["合计", None, None, None, None, None, None, None, 12, None, 91.5])
        sheet.append(["制表人:王某"])
        sheet.insert_rows(1, 2)
        sheet["A1"] = "2025年7月费用明细"
        sheet.merge_cells("A1:M1")
        sheet["A2"] = "单位:元"

    report = verdict(tmp_path, change)
    assert reasons(report) == [(n, "a footer or a subtotal, no record: it names no key") for n in (7, 8)]
    counted = report.tables["fee_list_d"]
    assert (counted.read, counted.loaded) == (8, 6)
    assert counted.sums["det_item_fee_sumamt"].read_fen == 6 * 1525, "the total of a footer is no money"


def test_a_heading_over_two_rows(tmp_path: Path) -> None:
    """就诊ID over both rows, 金额 over two columns that row two names."""

    def change(sheet: Worksheet) -> None:
        sheet.insert_rows(2)
        for name in ("det_item_fee_sumamt", "inscp_amt"):
            place = column(sheet, name)
            sheet.cell(2, place, name)
            sheet.cell(1, place, "金额" if name.startswith("det") else None)
        sheet.cell(1, column(sheet, "金额") + 1).value = None

    report = verdict(tmp_path, change)
    assert report.usable, report.why
    assert report.tables["fee_list_d"].loaded == 6


def test_an_item_called_total_is_an_item(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.cell(2, column(sheet, "mdtrt_id"), "合计01")

    assert not verdict(tmp_path, change).quarantine


def test_headers_in_any_dialect(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        for cell in sheet[1]:
            cell.value = CONTRACT["fee_list_d"].columns[str(cell.value)].zh or str(cell.value).upper()

    report = verdict(tmp_path, change)
    assert report.tables["fee_list_d"].loaded == 6


def test_several_sheets_are_named(tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.parent.create_sheet("八月")["A1"] = "x"  # type: ignore[union-attr]

    report = verdict(tmp_path, change)
    assert "2 sheets: Sheet, 八月" in report.why
    assert not report.usable
    assert verdict(tmp_path / "blank", lambda sheet: sheet.parent.create_sheet("empty") and None).usable  # type: ignore[union-attr]


def test_a_sheet_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_RECORDS", 6)
    assert verdict(tmp_path / "fits").usable
    report = verdict(tmp_path, lambda sheet: sheet.append(["M9"]))
    assert "more than 6 rows" in report.why


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0 locked by a password"])
def test_a_broken_workbook_is_named(tmp_path: Path, content: bytes) -> None:
    folder = delivered(tmp_path / "d")
    (folder / "fee_list_d.xlsx").write_bytes(content)
    report = check(folder)
    assert "fee_list_d.xlsx does not open as a workbook" in report.why


def test_a_cell_beyond_the_header_is_not_dropped(tmp_path: Path) -> None:
    ((record, reason),) = reasons(verdict(tmp_path, lambda sheet: sheet.cell(3, 40, "note") and None))
    assert record == 2
    assert "AN" in reason
