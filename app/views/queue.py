"""The queue: choose today's work. Every lead in the order of the formula, and what speaks for and against the chosen one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import polars as pl
import streamlit as st
from pandas.io.formats.style import Styler

from app.cases.acts import Name
from app.leads.capacity import Capacity
from app.leads.rank import FORMULA_EN, FORMULA_ZH
from app.views import decision, export, routes, start
from app.views.desk import Desk, Lead, desk
from app.views.leadtext import benign_name, check_tag, level_tag, pattern_name, source_line, top_facts
from app.views.sift import VIEWS, counts, sifted
from app.widgets.page import bar, el, glyphs, heading, html, icon, split, tag
from app.widgets.text import either, esc, language, rich, sentence, short_yuan, t
from graph.ledger import Actor

SOURCES = ("rule", "ring", "model", "record", "face")
BULK: tuple[Name, ...] = ("assign", "snooze", "dismiss", "reopen")
"""What may be done from the queue; a note is about one lead and stands on its page."""
ROWS = 100
"""Rows sent to the browser at a time; the caption counts the rest."""


def within_today(queue: pl.DataFrame, capacity: Capacity) -> int:
    """How many leads, from the top, today's inspectors can check."""
    return queue.filter(pl.col("hours_before") + pl.col("work_hours") <= capacity.daily).height


def letters(sources: str) -> str:
    """The kinds of source as 规环模文脸, a dot where one is silent."""
    kinds = {source["kind"] for source in json.loads(sources)}
    return "".join(t(f"letter.{kind}") if kind in kinds else "・" for kind in SOURCES)


def words_of(values: pl.Series, say: Callable[[str], str]) -> list[str]:
    """Each value in words, looked up once a value."""
    said = {value: say(value) for value in values.unique()}
    return [said[value] for value in values]


def brief(text: str) -> str:
    """The first clause of an allegation, which says who and what; level, money and probability have columns of their own."""
    who_and_what = re.split("[；;]", re.sub(r"（(疑似|明确违规)）| \((suspicious|clear violation)\)", "", text))[0]
    return re.sub(r"\b([0-9a-f]{6})[0-9a-f]{10}\b", r"\1…", who_and_what)


def show() -> None:
    """The page."""
    opened = desk()
    if opened is None:
        start.show()
        return
    board, capacity = opened.board, Capacity.read(opened.home)
    queue = sifted(board, "all", "")
    bar([(t("queue.title"), "/leads")], top_facts(opened))
    count = t("queue.count", n=queue.height, inspectors=capacity.inspectors, hours=capacity.hours, today=within_today(queue, capacity))
    html(el("h1", esc(t("queue.title")), " ", el("small", rich(count)), tip=t("queue.count_tip")))
    chosen = _filters(board)
    left, right = split("queue", [2.45, 1])
    with left:
        if chosen.is_empty():
            _nothing(queue)
            return
        row, marked = _table(chosen.head(ROWS))
        shown = t("queue.shown", n=min(ROWS, chosen.height), m=chosen.height)
        html(el("div", esc(shown), "<br>", esc(either(FORMULA_ZH, FORMULA_EN)), kind="caption shown"))
        export.show(opened.home, chosen)
    with right:
        _preview(opened.lead(str(chosen["lead_id"][row])))
        _acts(opened, chosen[marked or [row]])


def _filters(board: pl.DataFrame) -> pl.DataFrame:
    me = Actor.current().user
    n = counts(board, me)
    view = st.segmented_control(
        t("queue.view"), VIEWS, format_func=lambda v: f"{t(f'view.{v}')} {n[v]:,}", key="view", required=True, default="all",
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        words = st.text_input(
            t("queue.search"), placeholder=t("queue.search_hint"), icon=":material/search:", width=320, key="words",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        pattern = _choice("pattern", board["pattern"], t("queue.all_patterns"), pattern_name)
        assignee = _choice("assignee", board["assignee"], t("queue.everybody"), lambda who: who or t("queue.unassigned"))
    return sifted(board, view or "all", me, words or "", pattern=pattern, assignee=assignee)


def _choice(column: str, values: pl.Series, every: str, words: Callable[[str], str]) -> str | None:
    """A filter by one value of a column; None: all of them."""
    options, held = [None, *values.unique().sort()], st.session_state.get(f"chosen-{column}")
    chosen: str | None = st.selectbox(
        t(f"queue.{column}"), options, options.index(held) if held in options else 0,
        format_func=lambda value: every if value is None else words(value),
        # the browser keeps the words of a choice, and they are not those of the other language
        width=200, key=f"{column}-{language()}", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    st.session_state[f"chosen-{column}"] = chosen
    return chosen


def _acts(opened: Desk, leads: pl.DataFrame) -> None:
    """What may be done with the ticked leads, or with the one that is shown."""
    if leads.height > 1:
        html(el("div", esc(t("queue.marked", n=leads.height)), kind="caption"))
    rows = leads.select("lead_id", "decided", "standing").iter_rows()
    with st.container(horizontal=True, gap="small"):
        decision.buttons(opened, {lead_id: decision.Seen(n, standing) for lead_id, n, standing in rows}, BULK)


def _table(leads: pl.DataFrame) -> tuple[int, list[int]]:
    """The table; answers the row that is shown beside it, and those that are ticked."""
    columns: dict[str, list[Any]] = {
        "rank": leads["rank"].to_list(),
        "lead": [brief(text) for text in leads[either("sentence_zh", "sentence_en")]],
        "pattern": words_of(leads["pattern"], pattern_name),
        "level": words_of(leads["level"], lambda level: t(f"level.{level}")),
        "score": [100 * score for score in leads["score"]],
        "amount": [f"{fen / 100:,.0f}" for fen in leads["amount_fen"]],
        "sources": words_of(leads["sources"], letters),
        "stand": [decision.standing_words(row) for row in leads.iter_rows(named=True)],
    }
    titles = {name: t(f"column.{name}") for name in columns}
    glyphs([*(text for name in ("lead", "pattern", "level", "sources", "stand") for text in columns[name]), *titles.values()])
    event = st.dataframe(
        _coloured(columns, leads["level"].to_list()), hide_index=True, row_height=36, height=min(36 * (leads.height + 1) + 2, 650),
        on_select="rerun", selection_mode=["multi-row", "single-cell"], key="queue", alt=t("queue.title"), column_config=_columns(titles),
    )  # fmt: skip
    return _selected(event["selection"], leads.height) if event else (0, [])


def _selected(selection: Mapping[str, Any], rows: int) -> tuple[int, list[int]]:
    """The row whose cell was clicked, else the first ticked, else the first; and the ticked ones. What a filter has taken away is none."""
    marked = [row for row in selection["rows"] if row < rows]
    clicked = [row for row, _ in selection["cells"] if row < rows]
    return next(iter([*clicked, *marked]), 0), marked


def _columns(titles: Mapping[str, str]) -> dict[str, Any]:
    """Widths in pixels: 714 in all and 40 to tick, what a page of 1024 leaves; each title carries its definition."""
    column, wide = st.column_config, language() == "en"
    return {
        "rank": column.NumberColumn(titles["rank"], width=36, help=t("tip.rank")),
        "lead": column.TextColumn(titles["lead"], width=160 if wide else 210),
        "pattern": column.TextColumn(titles["pattern"], width=100 if wide else 78),
        "level": column.TextColumn(titles["level"], width=102 if wide else 72, help=t("tip.level")),
        "score": column.ProgressColumn(
            titles["score"], format="%d%%", min_value=0, max_value=100, width=78, color="primary", help=t("tip.score")
        ),
        "amount": column.TextColumn(titles["amount"], width=84 if wide else 88, alignment="right", help=t("tip.amount")),
        "sources": column.TextColumn(titles["sources"], width=84, help=t("tip.sources")),
        "stand": column.TextColumn(titles["stand"], width=68, help=t("tip.stand")),
    }


def _coloured(columns: Mapping[str, list[Any]], levels: Sequence[str]) -> Styler:
    """Clear violations in the colour of a violation, which a canvas does not take from the style sheet."""
    red, quiet = ("#FF8A7A", "#B0BBC8") if st.context.theme.type == "dark" else ("#A3200F", "#48566A")
    frame = pd.DataFrame(columns)
    marks = [f"color: {red}; font-weight: 600" if level == "clear_violation" else "" for level in levels]
    return frame.style.apply(lambda _: marks, subset=["level"]).map(lambda _: f"color: {quiet}", subset=["rank", "sources"])


def _preview(lead: Lead) -> None:
    """The chosen lead in short: allegation, figures, for and against."""
    checks = lead["benign_checks"]
    open_ones = sum(check["verdict"] != "excluded" for check in checks)
    number = el("span", esc(lead["lead_id"]), kind="caption mono push")
    head = el("div", tag(pattern_name(lead["pattern"]), "accent"), level_tag(lead["level"]), number, kind="tags")
    says = el("p", sentence(str(lead[either("sentence_zh", "sentence_en")])))
    why = "".join(el("tr", el("td", icon(mark), kind="mark"), el("td", text)) for mark, text in map(source_line, lead["sources"][:4]))
    against = "".join(el("tr", el("td", check_tag(check), kind="state"), el("td", esc(benign_name(check["name"])))) for check in checks)
    why_title = heading(t("case.why"), t("case.why_note", n=len({s["kind"] for s in lead["sources"]})))
    against_title = heading(t("case.against"), t("case.against_note", n=len(checks), open=open_ones))
    halves = (why_title, el("table", why, kind="t"), against_title, el("table", against, kind="t"))
    html(el("div", head, says, _strip(lead), *halves, kind="card preview"))
    if st.button(t("queue.open"), type="primary", icon=":material/open_in_full:", shortcut="Enter"):
        routes.go("lead", id=str(lead["lead_id"]))


def _strip(lead: Lead) -> str:
    """Money, probability and hours of the chosen lead."""
    figures = (
        (t("figure.amount"), short_yuan(lead["amount_fen"]), t("tip.amount")),
        (t("figure.score"), f"{lead['score']:.0%}", t("tip.score")),
        (t("figure.hours"), t("figure.hours_value", n=lead["work_hours"]), t("tip.hours")),
    )
    return el(
        "div",
        *(el("div", el("span", esc(name), kind="caption"), el("b", esc(value)), tip=tip) for name, value, tip in figures),
        kind="strip",
    )


def _nothing(queue: pl.DataFrame) -> None:
    html(el("div", el("b", esc(t("queue.nothing"))), esc(t("queue.nothing_note", n=queue.height)), kind="empty"))
    if st.button(t("queue.clear")):
        for key in ("view", "words", "pattern", "assignee"):
            st.session_state.pop(key, None)
        st.rerun()
