"""Corrections replace and withdrawals undo: to the fen, once, and as if what is gone had never been."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.book import Manifest, connect
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from ingest.door import ingest
from ingest.reconcile import Report
from tests.ingest.deliveries import Tables, tables, write


def take_in(home: Home, delivered: Tables, kind: str = "append", name: str = "", more: str = "") -> Report:
    folder = home.root.parent / (name or f"{kind}-{len(list(home.root.parent.iterdir()))}")
    return ingest(write(folder, delivered, f'kind = "{kind}"\n{more}'), home, name=name or None)


def take_out(home: Home, wanted: str) -> Report:
    return take_in(home, {}, "withdraw", more=f'withdraws = "{wanted}"\n')


def one(table: str, place: int = 0, **changed: str) -> Tables:
    return {table: [tables()[table][place] | changed]}


def rows(home: Home, query: str) -> list[tuple[object, ...]]:
    with connect(home) as book:
        return book.execute(query).fetchall()


def digest(home: Home) -> dict[str, str]:
    return dict(Manifest.read(home.book).digest())


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    c = report.tables[table]
    return c.read, c.loaded, c.quarantined, c.repeated


def test_a_correction_replaces_by_key_to_the_fen(home: Home) -> None:
    take_in(home, tables())
    report = take_in(home, one("setl_d", 1, fund_pay_sumamt="1.00"), "correction")
    assert counts(report, "setl_d") == (1, 1, 0, 0)
    assert rows(home, "SELECT sum(fund_pay_sumamt)::INT, count(*) FROM setl_d") == [(2 * 2025 + 100, 3)]
    assert not report.warnings


def test_a_correction_twice_and_one_that_changes_nothing(home: Home) -> None:
    take_in(home, tables())
    before = digest(home)
    assert counts(take_in(home, one("setl_d"), "correction", "idle"), "setl_d") == (1, 0, 0, 1)
    assert digest(home) == before
    take_in(home, one("setl_d", fund_pay_sumamt="1.00"), "correction", "first")
    after = digest(home)
    take_in(home, one("setl_d", fund_pay_sumamt="1.00"), "correction", "first")
    assert digest(home) == after


def test_a_correction_moves_a_row_to_its_month(home: Home) -> None:
    take_in(home, tables())
    take_in(home, one("setl_d", 2, setl_time="2025-07-20 10:00:00"), "correction")
    assert rows(home, "SELECT month, count(*) FROM setl_d GROUP BY 1") == [(202507, 3)]
    assert set(Manifest.read(home.book).tables["setl_d"]) == {"202507"}


def test_a_correction_of_keyless_rows_replaces_the_day_of_the_institution(home: Home) -> None:
    delivered = tables()
    delivered["selinfo_3505"] += one("selinfo_3505", sel_retn_time="2025-07-04 09:00:00")["selinfo_3505"]
    delivered["selinfo_3505"] += one("selinfo_3505", fixmedins_code="P51010000002")["selinfo_3505"]
    take_in(home, delivered)
    report = take_in(home, one("selinfo_3505", drug_trac_codg="9;8;7"), "correction")
    assert counts(report, "selinfo_3505") == (1, 1, 0, 0)
    assert rows(home, "SELECT fixmedins_code, day(sel_retn_time), count(*) FROM selinfo_3505 GROUP BY ALL ORDER BY ALL") == [
        ("P51010000001", 3, 1),
        ("P51010000001", 4, 1),
        ("P51010000002", 3, 1),
    ]
    assert rows(home, "SELECT count(*) FROM trac_d") == [(3 + 2 + 2,)], "the codes follow their sales"


def test_a_correction_of_what_the_book_lacks_is_added_and_said(home: Home) -> None:
    take_in(home, tables())
    report = take_in(home, one("setl_d", setl_id="S9"), "correction")
    assert counts(report, "setl_d") == (1, 1, 0, 0)
    assert [(w["table"], w["rows"]) for w in report.warnings if "not in the book" in str(w["what"])] == [("setl_d", 1)]


def test_a_broken_correction_leaves_the_old_row(home: Home) -> None:
    take_in(home, tables())
    before = digest(home)
    assert counts(take_in(home, one("setl_d", fund_pay_sumamt="?"), "correction"), "setl_d") == (1, 0, 1, 0)
    assert digest(home) == before


def test_a_correction_that_can_name_no_row_is_refused(home: Home) -> None:
    take_in(home, tables())
    report = take_in(home, {"payroll": [{"certno": "1", "emp_no": "E1", "period": "202507", "wag": "1"}]}, "correction")
    assert not report.usable
    assert 'kind = "full"' in report.why


def test_full_after_correction_replaces_the_correction(home: Home) -> None:
    take_in(home, tables())
    take_in(home, one("setl_d", fund_pay_sumamt="1.00"), "correction")
    take_in(home, {"setl_d": tables()["setl_d"]}, "full")
    assert rows(home, "SELECT DISTINCT fund_pay_sumamt FROM setl_d") == [(2025,)]


@pytest.mark.parametrize("kind", ["append", "correction", "full"])
def test_withdrawn_is_as_if_it_had_never_been(home: Home, kind: str) -> None:
    take_in(home, tables())
    before = digest(home)
    changed = tables()
    changed["setl_d"] = one("setl_d", fund_pay_sumamt="1.00", setl_time="2025-09-01 00:00:00")["setl_d"]
    changed["selinfo_3505"] = one("selinfo_3505", drug_trac_codg="9;8;7")["selinfo_3505"]
    if kind == "append":
        changed["setl_d"][0]["setl_id"] = "S9"
    take_in(home, changed, kind, "wrong")
    assert digest(home) != before
    report = take_out(home, "wrong")
    assert report.usable
    assert digest(home) == before
    assert ("setl_d", "withdrawn: gone from the book", 1) in {(w["table"], w["what"], w["rows"]) for w in report.warnings}
    assert rows(home, "SELECT DISTINCT source_file FROM fee_list_d") == [("fee_list_d.csv",)]


def test_what_another_delivery_repeated_stays_as_its_own(home: Home) -> None:
    first = take_in(home, tables())
    second = take_in(home, {**tables(), **one("setl_d")}, name="again")
    assert counts(second, "fee_list_d") == (6, 0, 0, 6)
    take_out(home, first.delivery_id)
    assert rows(home, "SELECT count(*), min(delivery_id) FROM fee_list_d") == [(6, second.delivery_id)]
    assert rows(home, "SELECT count(*) FROM setl_d") == [(1,)]
    assert rows(home, "SELECT count(*), count(DISTINCT row_id) FROM selinfo_3505") == [(2, 2)]


def test_a_later_correction_outlives_the_row_that_it_corrected(home: Home) -> None:
    first = take_in(home, tables())
    take_in(home, one("setl_d", fund_pay_sumamt="1.00"), "correction")
    take_out(home, first.delivery_id)
    assert rows(home, "SELECT setl_id, fund_pay_sumamt FROM setl_d") == [("S1", 100)]


def test_withdrawn_twice_unknown_or_come_again(home: Home) -> None:
    first = take_in(home, tables(), name="july")
    with pytest.raises(InputAtFault, match=f"{first.delivery_id} \\(july\\)"):
        take_out(home, "august")
    take_out(home, "july")
    empty = Manifest.read(home.book)
    assert not empty.tables
    again = take_out(home, "july")
    assert "withdrawn before" in str(again.warnings[0]["what"])
    assert Manifest.read(home.book) == empty
    take_in(home, tables(), name="july")
    assert rows(home, "SELECT count(*) FROM setl_d") == [(3,)]
    take_out(home, "july")
    assert rows(home, "SELECT count(*) FROM setl_d") == [(0,)]
    with pytest.raises(InputAtFault, match="belong together"):
        take_in(home, {}, "withdraw")
    with pytest.raises(InputAtFault, match="with files"):
        take_in(home, tables(), "withdraw", more='withdraws = "july"\n')


def test_the_snapshot_of_a_withdrawal_names_what_it_took_out(home: Home) -> None:
    first = take_in(home, tables())
    report = take_out(home, first.delivery_id)
    about = json.loads((home.deliveries / report.delivery_id / "manifest.json").read_text(encoding="utf-8"))
    assert about["withdrew"][0] == first.delivery_id
    take_in(home, tables())
    assert (home.deliveries / report.delivery_id).is_dir()


def test_the_home_stays_clean(home: Home, tmp_path: Path) -> None:
    first = take_in(home, tables())
    take_out(home, first.delivery_id)
    take_in(home, tables(), name="next")  # sweeps
    take_in(home, one("setl_d", setl_id="S9"), name="last")
    counted = {file.path for months in Manifest.read(home.book).tables.values() for file in months.values()}
    old = [p for p in home.book.glob("*/month=*/*") if p.relative_to(home.book).as_posix() not in counted]
    assert all("setl_d" in str(p) for p in old), "only what the last commit replaced is still there"


def test_a_home_keeps_to_its_kind_of_people(home: Home) -> None:
    """A withdrawal need not say that the home is synthetic, and does not open it to real people."""
    take_in(home, tables(), name="made", more="synthetic = true\n")
    take_out(home, "made")
    with pytest.raises(WrongUse, match="real people"):
        take_in(home, tables(), name="real")
