"""A delivery of a tenth of the usual rows is asked about; a quiet month, a first month and a small table are not."""

from __future__ import annotations

from graph.book import Manifest
from graph.home import Home
from ingest.door import check, ingest
from ingest.reconcile import Report
from tests.ingest.deliveries import tables, write

USUAL = 200


def deliver(home: Home, month: int, rows: int, *, source: str = "his", any_volume: bool = False, kind: str = "append") -> Report:
    """One month of settlements of a source."""
    sample = tables()["setl_d"][0]
    settled = [
        sample | {"setl_id": f"{source}{month}-{n}", "setl_time": f"2025-{month:02d}-{n % 28 + 1:02d}", "certno": ""} for n in range(rows)
    ]
    note = f'source = "{source}"\nkind = "{kind}"\n'
    whole = {**tables(), "setl_d": settled} if month == 1 else {"setl_d": settled}
    folder = write(home.root.parent / f"{source}-{month}-{rows}-{kind}", whole, note)
    return ingest(folder, home, any_volume=any_volume)


def three_months(home: Home) -> None:
    for month in (1, 2, 3):
        assert deliver(home, month, USUAL).usable


def test_a_tenth_is_stopped_and_changes_nothing(home: Home) -> None:
    three_months(home)
    before = Manifest.read(home.book)
    report = deliver(home, 4, USUAL // 10)
    assert not report.usable
    assert "setl_d" in report.why
    assert "20 rows in its fullest month, where the last deliveries of his had 200" in report.why
    assert "--accept-volume" in report.why
    assert Manifest.read(home.book) == before
    assert not check(home.root.parent / "his-4-20-append", home).usable


def test_ten_times_is_stopped_and_nearly_ten_times_is_not(home: Home) -> None:
    three_months(home)
    assert not deliver(home, 4, USUAL * 10).usable
    assert deliver(home, 4, USUAL * 10 - 1).usable


def test_a_quiet_month_comes_in(home: Home) -> None:
    three_months(home)
    assert deliver(home, 4, USUAL // 10 + 1).usable


def test_a_reason_lets_it_in(home: Home) -> None:
    three_months(home)
    assert deliver(home, 4, USUAL // 10, any_volume=True).usable


def test_two_months_are_no_history(home: Home) -> None:
    for month in (1, 2):
        deliver(home, month, USUAL)
    assert deliver(home, 3, USUAL // 20).usable


def test_another_source_has_its_own_size(home: Home) -> None:
    three_months(home)
    assert deliver(home, 4, USUAL // 20, source="clinic").usable


def test_a_cut_full_delivery_cannot_empty_the_book(home: Home) -> None:
    three_months(home)
    assert not deliver(home, 4, USUAL // 20, kind="full").usable
    assert deliver(home, 4, USUAL // 20, kind="correction").usable


def test_small_numbers_have_no_usual_size(home: Home) -> None:
    for month in (1, 2, 3):
        deliver(home, month, 99)
    assert deliver(home, 4, 2).usable


def test_a_register_without_a_month_is_counted_whole(home: Home) -> None:
    def employers(rows: int, first: int) -> Report:
        listed = [{"emp_no": f"E{first + n}", "emp_name": f"某某公司{first + n}"} for n in range(rows)]
        return ingest(write(home.root.parent / f"employers-{first}", {"insu_emp_b": listed}, 'source = "register"\n'), home)

    deliver(home, 1, USUAL)
    for first in (1000, 2000, 3000):
        assert employers(USUAL, first).usable
    assert employers(USUAL - 1, 4000).usable
    report = employers(USUAL // 10, 5000)
    assert not report.usable
    assert "insu_emp_b" in report.why
