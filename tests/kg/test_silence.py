"""A table that stopped coming accuses nobody, and the report says which table and which months."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from graph.book import BookFile, Manifest
from graph.home import Home
from kg import engine
from kg.silence import silence
from tests.books import make_book
from tests.kg.crimes import Fact, dialysis, fire, many, session
from tests.kg.facts import Row

RULE = "dialysis_without_session"
HONEST = many(dialysis(person=f"H{n}", day=d) + session(person=f"H{n}", day=d) for n in range(5) for d in (0, 2, 4))
PAPER = many(dialysis(person="ANN", day=d) for d in (1, 3, 5, 7))


def book(**months: list[int]) -> Manifest:
    """Tables by their rows in January, February, ..."""
    tables = {t: {f"2025{m:02d}": BookFile(t, n, "") for m, n in enumerate(rows, 1) if n} for t, rows in months.items()}
    return Manifest(1, tables, ("d",))


def test_a_feed_that_stops_is_named_with_its_months() -> None:
    assert silence(book(fee_list_d=[900] * 6, dialysis_session=[100, 100, 100, 100, 0, 0])) == {"dialysis_session": (202505, 202506)}


def test_a_hole_counts_and_a_late_beginning_does_not() -> None:
    held = book(fee_list_d=[900] * 5, selinfo_3505=[0, 200, 0, 200, 200], purcinfo_3503=[0, 0, 100, 100, 100])
    assert silence(held) == {"selinfo_3505": (202503,)}


def test_few_rows_few_months_and_the_rim_of_the_book_are_no_silence() -> None:
    assert not silence(book(fee_list_d=[900] * 5, dialysis_session=[99, 99, 99, 0, 0])), "where 99 are usual, say nothing"
    assert not silence(book(fee_list_d=[900] * 5, dialysis_session=[500, 500, 0, 0, 0])), "two months are no habit"
    assert not silence(book(fee_list_d=[900, 900, 900, 3], dialysis_session=[500, 500, 500])), "stragglers of the last night"
    assert not silence(book(dialysis_session=[500, 500, 500])), "no claims, nothing to test"


def test_findings_of_a_silent_month_are_left_out() -> None:
    assert fire(RULE, HONEST, PAPER).subjects
    assert fire(RULE, HONEST, PAPER, silent={202507}).none()
    assert fire(RULE, HONEST, PAPER, silent={202508}).subjects


def test_the_report_of_a_run_names_table_and_months(home: Home, tmp_path: Path) -> None:
    """Sixteen patients in four months; in the fourth the centre's records did not come."""
    facts: list[Fact] = []
    for n in range(16):
        for month in range(4):
            for d in (31 * month + 2 * k for k in range(7)):
                facts.append(dialysis(person=f"H{n}", day=d))
                facts += [session(person=f"H{n}", day=d)] if month < 3 else []
    assert fire(RULE, *facts).subjects, "without the silence all of them would be accused"
    tables: dict[str, list[Row]] = defaultdict(list)
    for table, columns in many(facts).rows:
        tables[table].append(columns)
    make_book(home, tables)
    report = engine.detect(home, run_dir=tmp_path / "run", run_id="r", only_rules=[RULE])
    (run,) = report.rules
    assert run.silent == {"dialysis_session": (202510,)}
    assert run.findings == 0
    assert '"dialysis_session"' in str(report.to_json()).replace("'", '"')
