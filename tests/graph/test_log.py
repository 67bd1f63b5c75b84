"""The log takes no number that points at a person, wherever in the record it hides."""

from __future__ import annotations

import logging

import pytest

from graph import log
from graph.home import Home

NUMBERS = ["11010519491231002X", "110105491231002", "13812342207", "+86 138 1234 2207", "138-1234-2207", "6222021301123456789"]
HARMLESS = [
    "81234567890123456789",
    "001109000010100",
    "a13812342207b",
    "3f13812342207e00",
    "1732424000123",
    "2026-11-24 13:53:13,229",
    "12 rows",
]


@pytest.fixture
def written(tmp_path):
    home = Home(tmp_path / "home").make()
    before = logging.getLogger().level
    log.set_up(home)
    log.set_up(home)
    yield lambda: (home.logs / "ringscope.log").read_text(encoding="utf-8")
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h.formatter, log.Masking)]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(before)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_masked_in_text_arguments_and_tracebacks(written, number):
    logging.getLogger("t").warning(f"电话{number}，见行 3")
    logging.getLogger("t").warning("row %s of %d", number, 3)
    try:
        raise ValueError(number)
    except ValueError:
        logging.getLogger("t").exception("failed")
    assert number not in written()
    assert written().count("见行 3") == 1  # set up twice, written once
    assert "of 3" in written()


@pytest.mark.parametrize("text", HARMLESS)
def test_codes_and_counts_stay(text):
    assert log.masked(text) == text


def test_the_log_is_the_owners_only(written, tmp_path):
    assert (tmp_path / "home" / "logs" / "ringscope.log").stat().st_mode & 0o777 == 0o600
