"""Bad input, one test for each kind: the sound rest is loaded, what is wrong is named, nothing is lost."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graph.book import connect
from graph.errors import InputAtFault
from graph.home import Home
from ingest.door import check, ingest
from ingest.reconcile import Report
from tests.ingest.deliveries import tables, text, write

HOSTILE = (
    *("<script>alert(1)</script>", "'; DROP TABLE mdtrt_d; --", "MATCH (n) DETACH DELETE n", '=cmd|"/C calc"!A0', "+1", "-1", "@SUM(A1)"),
    *("{{7*7}}", "${x}", "张'建\"国", "\\", "%s", "a\tb"),
)


def broken(tmp_path: Path, table: str, content: bytes, note: str = "") -> Report:
    return check(write(tmp_path / "d", tables(), note, **{table: content}))


def lines(table: str) -> list[str]:
    return text(tables()[table]).splitlines(keepends=True)


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    c = report.tables[table]
    return c.read, c.loaded, c.quarantined, c.repeated


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(entry.record, entry.column, entry.reason) for entry in report.quarantine]


def changed(table: str, row: int, **cells: str) -> bytes:
    delivered = tables()[table]
    delivered[row] |= cells
    return text(delivered).encode()


def test_a_missing_required_column_is_named_with_its_title(tmp_path: Path) -> None:
    delivered = tables()
    for row in delivered["fee_list_d"]:
        del row["inscp_amt"]
    report = check(write(tmp_path / "d", delivered))
    assert not report.usable
    for part in ("seen: fee_list_d.csv lacks inscp_amt (符合范围金额)", "expected:", "what to do:", "delivery.toml"):
        assert part in report.why


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    delivered = tables()
    del delivered["mdtrt_d"]
    report = check(write(tmp_path / "d", delivered))
    assert "mdtrt_d (就诊)" in report.why


def test_a_wrong_delimiter_is_guessed_in_the_message(tmp_path: Path) -> None:
    report = broken(tmp_path, "setl_d", text(tables()["setl_d"], delimiter="|").encode())
    assert "separated by '|'" in report.why


def test_gb18030_and_byte_order_mark_read_alike(tmp_path: Path, home: Home) -> None:
    content = text(tables()["mdtrt_d"])
    ingest(write(tmp_path / "a", tables(), mdtrt_d=content.encode("gb18030")), home)
    other = Home(tmp_path / "other").make()
    ingest(write(tmp_path / "b", tables(), mdtrt_d=content.encode("utf-8-sig")), other)
    query = "SELECT psn_name_h, addr_area, source_record FROM mdtrt_d ORDER BY source_record"
    with connect(home) as one, connect(other) as two:
        assert one.execute(query).fetchall() == two.execute(query).fetchall()


def test_lines_of_a_wrong_encoding_stay_out_alone(tmp_path: Path) -> None:
    good = [line.encode() for line in lines("mdtrt_d")]
    report = broken(tmp_path, "mdtrt_d", good[0] + good[1] + good[2].replace("李".encode(), b"\xff\xfe") + good[3])
    assert counts(report, "mdtrt_d") == (3, 2, 1, 0)
    assert reasons(report) == [(2, "", "bytes that are not utf-8")]


def test_utf_16_is_refused_by_name(tmp_path: Path) -> None:
    assert "UTF-16" in broken(tmp_path, "mdtrt_d", text(tables()["mdtrt_d"]).encode("utf-16")).why


def test_ragged_rows(tmp_path: Path) -> None:
    header, first, second, third = lines("setl_d")
    short = ",".join(first.strip().split(",")[:10]) + "\n"
    assert short == first  # nothing to cut off at the end: all columns of this delivery are needed
    content = header.strip() + ",memo,opter_id\n" + first + second.strip() + ",a,b,c\n" + third.strip() + ",a,b,,\n"
    report = broken(tmp_path, "setl_d", content.encode())
    assert counts(report, "setl_d") == (3, 2, 1, 0)
    assert reasons(report) == [(2, "", "13 fields where the header has 12")]


@pytest.mark.parametrize("column", [0, 5])
def test_a_quote_never_closed_costs_its_own_line(tmp_path: Path, column: int) -> None:
    found = lines("fee_list_d")
    fields = found[2].split(",")
    fields[column] = '"' + fields[column]
    report = broken(tmp_path, "fee_list_d", "".join([*found[:2], ",".join(fields), *found[3:]]).encode())
    assert counts(report, "fee_list_d") == (6, 5, 1, 0)
    assert report.quarantine[0].record == 2


def test_line_feeds_belong_to_free_text(tmp_path: Path, home: Home) -> None:
    note = {"note_id": "N1", "mdtrt_id": "M1", "note_type": "progress", "note_time": "2025-07-01", "text": '  患者"好转"，\n１２床\n'}
    delivered = tables() | {"clinical_note": [note, {**note, "note_id": "N2"}]}
    report = ingest(write(tmp_path / "d", delivered), home)
    assert counts(report, "clinical_note") == (2, 2, 0, 0)
    with connect(home) as book:
        found = book.execute("SELECT text, source_record FROM clinical_note ORDER BY 2").fetchall()
    assert found == [(note["text"], 1), (note["text"], 2)]


@pytest.mark.parametrize("value", ["0000-00-00", "20250230", "2025-13-01", "infinity", "yesterday", "2025-07-01 25:00:00", "99999-01-01"])
def test_dates_that_do_not_exist(tmp_path: Path, value: str) -> None:
    report = broken(tmp_path, "setl_d", changed("setl_d", 1, setl_time=value))
    assert counts(report, "setl_d") == (3, 2, 1, 0)
    (entry,) = report.quarantine
    assert (entry.record, entry.column, entry.value) == (2, "setl_time", value)
    assert "exists" in entry.reason


@pytest.mark.parametrize(
    ("value", "fen"),
    [
        *(("9" * 30, None), ("1e3", None), ("abc", None), ("", None)),
        *((".5", 50), ("-3.10", -310), ("７．５０", 750)),
        *(("1.005", 101), ("-1.005", -101), ("1.0049999", 100)),  # half a fen goes up
    ],
)
def test_amounts_are_exact_or_out(tmp_path: Path, value: str, fen: int | None) -> None:
    report = broken(tmp_path, "setl_d", changed("setl_d", 1, fund_pay_sumamt=value))
    money = report.tables["setl_d"].sums["fund_pay_sumamt"]
    assert counts(report, "setl_d") == ((3, 2, 1, 0) if fen is None else (3, 3, 0, 0))
    assert money.loaded_fen == 2 * 2025 + (fen or 0)
    assert money.unreadable_rows == (fen is None)


def test_an_empty_file_and_a_header_alone(tmp_path: Path) -> None:
    assert "is empty" in broken(tmp_path, "psn_b", b"").why
    report = broken(tmp_path, "psn_b", b"psn_no,psn_name\n")
    assert report.usable
    assert counts(report, "psn_b") == (0, 0, 0, 0)


def test_a_folder_without_tables(tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_text("a\n1\n")
    with pytest.raises(InputAtFault, match="no table") as fault:
        check(tmp_path)
    assert "notes.csv" in str(fault.value)


def test_a_workbook_of_an_old_form_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", tables())
    (folder / "psn_b.xls").write_bytes(b"PK")
    with pytest.raises(InputAtFault, match=r"psn_b\.xls"):
        check(folder)


@pytest.mark.parametrize(
    "note",
    [
        *('kind = "sometimes"', 'period = ["2025-07-31", "2025-07-01"]', "[tables.nonsense]", "kind = ", 'colour = "red"'),
        *('[tables.setl_d]\nfiles = "../*.csv"', '[tables.setl_d]\nfiles = "/etc/*"', '[tables.setl_d]\nfiles = "absent_*.csv"'),
        *('[tables.setl_d.columns]\n"x" = "no_such_column"', '[tables.setl_d]\ndelimiter = "ab"'),
    ],
)
def test_a_note_that_cannot_be_meant(tmp_path: Path, note: str) -> None:
    with pytest.raises(InputAtFault) as fault:
        check(write(tmp_path / "d", tables(), note + "\n"))
    assert "what to do:" in str(fault.value)


def test_pictures_outside_the_delivery(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", tables())
    (folder / "faces").mkdir()
    (folder / "faces" / "a.jpg").write_bytes(b"x")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (folder / "faces" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "linked").symlink_to(tmp_path)
    outside = ("../secret.jpg", "faces/../../secret.jpg", "/etc/passwd", "faces/link.jpg", "linked/secret.jpg", "C:\\x")
    paths = ("faces/a.jpg", *outside, "faces/absent.jpg")
    rows = [{"image_id": f"I{n}", "path": path} for n, path in enumerate(paths)]
    (folder / "face_image.csv").write_text(text(rows), encoding="utf-8")
    report = check(folder)
    assert counts(report, "face_image") == (8, 1, 7, 0)
    assert [entry.value for entry in report.quarantine] == list(paths[1:])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_only_text(tmp_path: Path, home: Home, name: str) -> None:
    delivered = tables()
    delivered["fee_list_d"][0] |= {"medins_list_name": name, "bilg_dr_name": name}
    report = ingest(write(tmp_path / "d", delivered), home)
    assert counts(report, "fee_list_d") == (6, 6, 0, 0)
    with connect(home) as book:
        assert book.execute("SELECT medins_list_name FROM fee_list_d WHERE bkkp_sn = 'M1-1'").fetchall() == [(name,)]


def test_a_nul_byte_costs_its_line(tmp_path: Path) -> None:
    found = lines("setl_d")
    report = broken(tmp_path, "setl_d", (found[0] + found[1] + found[2].replace("S2", "S\0") + found[3]).encode())
    assert counts(report, "setl_d") == (3, 2, 1, 0)


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_dialects_of_csv(tmp_path: Path, quote: str, end: str) -> None:
    rows = tables()["fee_list_d"]
    quoted = [[f"{quote}{cell}{quote}" for cell in cells] for cells in (rows[0].keys(), *(row.values() for row in rows))]
    content = end.join(",".join(cells) for cells in quoted)
    assert counts(broken(tmp_path, "fee_list_d", content.encode()), "fee_list_d") == (6, 6, 0, 0)


def test_dialects_of_headers(tmp_path: Path) -> None:
    rows = tables()["fee_list_d"]
    titles = {"psn_no": "人员编号", "mdtrt_id": "MDTRT_ID", "bkkp_sn": "feedetl_sn", "cnt": " 数量 ", "inscp_amt": "inscp_scp_amt"}
    header = [titles.get(name, name.upper()) for name in rows[0]]
    report = broken(tmp_path, "fee_list_d", text(rows, header=header).encode())
    assert counts(report, "fee_list_d") == (6, 6, 0, 0)
    assert report.unknown_columns == {}


def test_unknown_columns_are_listed(tmp_path: Path) -> None:
    rows = [{**row, "colour": "red"} for row in tables()["setl_d"]]
    assert broken(tmp_path, "setl_d", text(rows).encode()).unknown_columns == {"setl_d": ("colour",)}


def test_blank_lines_are_no_records(tmp_path: Path) -> None:
    found = lines("setl_d")
    report = broken(tmp_path, "setl_d", "\n".join([found[0], "", *found[1:], ""]).encode())
    assert counts(report, "setl_d") == (3, 3, 0, 0)


def test_full_width_becomes_half_width_except_in_free_text(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    delivered["fee_list_d"][0] |= {"cnt": "２", "medins_list_name": "　片剂（Ａ）", "sin_dos_dscr": " １片 "}
    for row in delivered["fee_list_d"][1:]:
        row["sin_dos_dscr"] = ""
    ingest(write(tmp_path / "d", delivered), home)
    with connect(home) as book:
        found = book.execute("SELECT cnt::INT, medins_list_name, sin_dos_dscr FROM fee_list_d WHERE bkkp_sn = 'M1-1'").fetchall()
    assert found == [(2, "片剂(A)", " １片 ")]


def test_a_time_without_a_day_takes_it_from_the_row_or_is_unknown(tmp_path: Path, home: Home) -> None:
    delivered = tables()
    for row in delivered["setl_d"]:
        row |= {"begndate": "2025-07-01", "enddate": "20250703", "setl_time": "10:30:00"}
    delivered["mdtrt_d"][0]["begntime"] = "08:00"
    report = ingest(write(tmp_path / "d", delivered), home)
    assert counts(report, "mdtrt_d") == (3, 3, 0, 0)
    assert ("mdtrt_d", 1) in {(w["table"], w["rows"]) for w in report.warnings if "time of day" in str(w["what"])}
    with connect(home) as book:
        found = book.execute("SELECT DISTINCT setl_time::VARCHAR, month FROM setl_d").fetchall()
        assert found == [("2025-07-03 10:30:00", 202507)]
        assert book.execute("SELECT begntime, month FROM mdtrt_d WHERE mdtrt_id = 'M1'").fetchall() == [(None, 0)]


def test_compressed_and_broken_archives(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", tables())
    content = (folder / "setl_d.csv").read_bytes()
    (folder / "setl_d.csv").unlink()
    (folder / "setl_d.csv.gz").write_bytes(gzip.compress(content))
    assert counts(check(folder), "setl_d") == (3, 3, 0, 0)
    (folder / "setl_d.csv.gz").write_bytes(gzip.compress(content)[:40])
    assert "setl_d.csv.gz" in check(folder).why
    long = content + b"".join(b"T%d," % n + content.splitlines()[1].split(b",", 1)[1] + b"\n" for n in range(20_000))
    (folder / "setl_d.csv.gz").write_bytes(gzip.compress(long)[:-100])
    assert "setl_d.csv.gz breaks off" in check(folder).why
    (folder / "setl_d.csv.gz").write_bytes(b"no archive")
    assert "setl_d.csv.gz" in check(folder).why


def test_a_broken_parquet_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", tables())
    (folder / "psn_b.parquet").write_bytes(b"PAR1 no")
    assert "psn_b.parquet is no Parquet file" in check(folder).why


def test_tables_whose_names_begin_alike(tmp_path: Path) -> None:
    folder = write(tmp_path / "d", tables())
    diagnosis = {"setl_list_diag_id": "D1", "setl_id": "S1", "mdtrt_id": "M1", "psn_no": "P1", "diag_code": "I10"}
    rows = [{**diagnosis, "diag_type": "1", "maindiag_flag": "1"}]
    (folder / "setl_list_diag_d_202507.csv").write_text(text(rows), encoding="utf-8")
    (folder / "setl_d.csv").rename(folder / "SETL_D_202507.CSV")
    report = check(folder)
    assert counts(report, "setl_list_diag_d") == (1, 1, 0, 0)
    assert counts(report, "setl_d") == (3, 3, 0, 0)


def test_rounded_amounts_are_counted(tmp_path: Path) -> None:
    report = broken(tmp_path, "setl_d", changed("setl_d", 1, fund_pay_sumamt="1.0050", medfee_sumamt="2.500"))

    assert [(w["table"], w["rows"]) for w in report.warnings if "finer than a fen" in str(w["what"])] == [("setl_d", 1)]
