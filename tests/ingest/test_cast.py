"""Money and dates survive the cast exactly, whatever they are; what is neither becomes NULL."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.contract import Kind
from ingest.cast import cast

FORMS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S")
TIMES = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0))
SHOP = duckdb.connect()


def value(kind: Kind, text: str) -> object:
    ((found,),) = SHOP.execute(f"SELECT {cast(kind, 'x')} FROM (SELECT CAST(? AS VARCHAR) AS x)", [text]).fetchall()
    return found


@settings(deadline=None)
@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 4))
def test_every_amount_becomes_its_fen(fen: int, zeros: int) -> None:
    yuan = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}{'0' * zeros}"
    assert value("fen", yuan) == fen


@settings(deadline=None)
@given(st.decimals(-(10**9), 10**9, places=6))
def test_every_price_stays_exact(price: Decimal) -> None:
    assert value("price", f"{price:f}") == price


@settings(deadline=None)
@given(TIMES, st.sampled_from(FORMS))
def test_every_time_is_read_in_every_form(at: datetime, form: str) -> None:
    assert value("time", at.strftime(form)) == at


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_value_or_nothing(text: str) -> None:
    for kind in ("fen", "price", "quantity", "decimal", "integer", "real", "time", "date", "vector"):
        value(kind, text.replace("\0", ""))
