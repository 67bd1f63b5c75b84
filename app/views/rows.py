"""The evidence rows: every line that the lead cites, as delivered, with the file and the record it came from."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

import polars as pl
import streamlit as st

from app.views.desk import Desk
from app.widgets.page import glyphs, heading, html
from app.widgets.text import either, esc, t
from graph.contract import CONTRACT, Table

PAGE = 20
COME_FROM = ("source_file", "source_record", "delivery_id")
FIRST = ("psn_no", "fixmedins_code", "medins_list_name", "hilist_name", "med_list_codg", "drug_trac_codg", "cnt", "sel_retn_cnt")
"""Columns that an investigator looks for first, where a table has them."""


def show(opened: Desk, lead: Mapping[str, Any]) -> None:
    """The section: one segment a table, twenty rows a page."""
    lead_id = str(lead["lead_id"])
    counts = dict(opened.cited(lead_id).group_by("source_table").len().sort("len", descending=True).iter_rows())
    html(f'<div class="section">{heading(t("rows.title"), t("rows.note"))}</div>')
    if not counts:
        html(f'<div class="empty">{esc(t("rows.none"))}</div>')
        return
    table = st.segmented_control(
        t("rows.table"), list(counts), format_func=lambda name: f"{_table_name(name)} · {counts[name]:,}", key=f"table-{lead_id}",
        required=True, default=next(iter(counts)), label_visibility="collapsed",
    ) or next(iter(counts))  # fmt: skip
    pages = ceil(counts[table] / PAGE)
    page = int(st.session_state.get(f"page-{lead_id}-{table}", 1))
    shown = readable(CONTRACT[table], opened.leads.evidence(lead_id, table, PAGE, (page - 1) * PAGE))
    glyphs([shown.write_csv()])
    st.dataframe(
        shown,
        hide_index=True,
        row_height=32,
        height=32 * (min(shown.height, PAGE) + 1) + 4,
        key=f"rows-{lead_id}-{table}",
        alt=t("rows.title"),
        column_config=_widths(shown),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        first = (page - 1) * PAGE + 1
        html(f'<span class="caption">{esc(t("rows.shown", first=first, last=first + shown.height - 1, n=counts[table]))}</span>')
        if pages > 1:
            st.pagination(pages, key=f"page-{lead_id}-{table}", max_visible_pages=5)


def _table_name(name: str) -> str:
    return either(f"{CONTRACT[name].zh} {name}", name)


def readable(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows as a person reads them: where they came from first, money in yuan, titles of the contract, no pseudonyms, no empty columns."""
    money = {*(c.name for c in table.columns.values() if c.kind == "fen"), "claimed_fen"}
    hashed = {name for name in rows.columns if name.endswith("_h") and name.removesuffix("_h") in table.columns}
    filled = [name for name in rows.columns if name not in hashed and rows[name].null_count() < rows.height]
    times = [c.name for c in table.columns.values() if c.kind in {"time", "date"}]
    first = (*COME_FROM[:2], "claimed_fen", *table.key, *times[:2], *FIRST, *sorted(money))
    place = {name: first.index(name) for name in first}
    last = {"delivery_id", "row_id", "month", "rule_ids", "cleared"}
    ordered = sorted((name for name in filled if name not in last), key=lambda name: place.get(name, 99))
    titled = {name: _title(table, name) for name in (*ordered, *(n for n in ("delivery_id",) if n in filled))}
    twice = {title for title in titled.values() if list(titled.values()).count(title) > 1}
    cells = [
        _cell(name, rows.schema[name], fen=name in money).alias(f"{title} {name}" if title in twice else title)
        for name, title in titled.items()
    ]
    return rows.select(cells)


def _cell(name: str, kind: pl.DataType, *, fen: bool) -> pl.Expr:
    column = pl.col(name)
    if fen:
        whole, cents = column.abs() // 100, column.abs() % 100
        sign = pl.when(column < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        return pl.format("{}{}.{}", sign, whole, cents.cast(pl.String).str.zfill(2))
    if kind == pl.Datetime:
        return column.dt.strftime("%Y-%m-%d %H:%M")
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    return column.cast(pl.String)


def _title(table: Table, name: str) -> str:
    if name in (*COME_FROM, "claimed_fen"):
        return t(f"rows.{name}")
    declared = table.columns.get(name)
    return either(declared.zh if declared and declared.zh else name, name)


def _widths(shown: pl.DataFrame) -> dict[str, Any]:
    """Columns as wide as their longest cell; Han characters take two places."""

    def places(text: object) -> int:
        return sum(2 if ord(c) > 0x2E7F else 1 for c in str(text or ""))

    return {
        name: st.column_config.TextColumn(name, width=min(260, max(64, 7 * max(places(name), *map(places, shown[name])) + 20)))
        for name in shown.columns
    }
