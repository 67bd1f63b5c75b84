"""National codes: official vectors, and the SQL says what Python says."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.codes import COLUMN_FORMS, FORMS, USCC_ALPHABET, fits, fits_sql, trace_form, trace_form_sql, uscc_check_digit
from graph.contract import CONTRACT

GOOD = {
    "western_drug": "XA10BAE048A001010100483",
    "chinese_patent_drug": "ZA01AAB0012010100023",
    "herb_slice": "T000300123",
    "consumable": "C0101010010100100001",
    "service_item": "001109000010100",
    "diagnosis": "A01.001+",
    "tcm_diagnosis": "A01.01.01",
    "operation": "00.6600x002",
    "hospital": "H34010200001",
    "pharmacy": "P34010200001",
    "doctor": "D340102000001",
    "nurse": "N340102000001",
    "pharmacist_technician": "HY340102000001",
    "resident_certificate": "11010519491231002X",  # GB 11643-1999, annex
    "uscc": "91350100M000100Y43",  # GB 32100-2015, annex
    "trace_platform": "81234567890123456789",
    "trace_gs1": "(01)06901234567892(21)A1B2",
    "trace_maker": "MA0123456789012345",
    "retail_barcode": "6901234567892",
}


def test_every_form_has_an_example():
    assert GOOD.keys() == FORMS.keys()


@pytest.mark.parametrize("name", FORMS)
def test_good_and_broken(name):
    form, good = FORMS[name], GOOD[name]
    assert form.fits(good)
    assert form.fits(None) is None
    for broken in ("", good + "\n", " " + good, good[0] + "?" + good[2:]):
        assert not form.fits(broken), broken


@pytest.mark.parametrize("name", ["resident_certificate", "uscc"])
def test_a_check_digit_finds_every_single_wrong_character(name):
    good = GOOD[name]
    alphabet = USCC_ALPHABET if name == "uscc" else "0123456789"
    for place in range(17):
        for other in set(alphabet) - {good[place]}:
            assert not FORMS[name].fits(good[:place] + other + good[place + 1 :])


def test_uscc_check_digit():
    assert uscc_check_digit("91350100M000100Y4") == "3"


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([*GOOD.values()]) | st.text(alphabet="0123456789XZTCHPDN.x()+", max_size=24) | st.none(), min_size=1))
def test_sql_and_python_agree(codes):
    rows = [code for good in GOOD.values() for code in (good, good[:-1], good[:-1] + "7")] + codes
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest($1::VARCHAR[]) AS c", [rows])
        for form in FORMS.values():
            assert [v for (v,) in connection.execute(f"SELECT {form.sql('c')} FROM t").fetchall()] == [form.fits(c) for c in rows], (
                form.name
            )
        for column in COLUMN_FORMS:
            said = [v for (v,) in connection.execute(f"SELECT {fits_sql(column, 'c')} FROM t").fetchall()]
            assert said == [fits(column, c) for c in rows], column
        families = [v for (v,) in connection.execute(f"SELECT {trace_form_sql('c')} FROM t").fetchall()]
        assert families == [None if c is None else trace_form(c) for c in rows]


def test_a_retail_barcode_is_no_trace_code():
    assert trace_form("81234567890123456789") == "trace_platform"
    assert trace_form("6901234567892") is None
    assert fits("drug_trac_codg", "6901234567892") is False


def test_every_column_with_a_form_is_in_the_contract():
    known = {column for table in CONTRACT for column in table.columns}
    assert COLUMN_FORMS.keys() <= known
