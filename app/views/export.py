"""The sifted queue as a file for a spreadsheet: what stands in it is chosen while the page runs, it is made when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl
import streamlit as st

from app.leads.spreadsheet import as_csv, as_xlsx
from app.record import record
from app.views.leadtext import pattern_name
from app.widgets.text import either, t
from graph.home import Home

FORMS: Mapping[str, Callable[[pl.DataFrame], bytes]] = {"csv": as_csv, "xlsx": as_xlsx}


def show(home: Home, leads: pl.DataFrame) -> None:
    """One button a form."""
    columns = written(leads)

    def made(form: str) -> bytes:
        record(home, "leads.export", leads["run_id"][0], {"form": form, "leads": leads.height})
        return FORMS[form](leads.select(columns))

    with st.popover(t("queue.export"), icon=":material/download:"):
        st.caption(t("queue.export_note", n=leads.height))
        for form in FORMS:
            st.download_button(
                t("queue.export_as", form=form.upper()), partial(made, form), f"ringscope-leads.{form}", on_click="ignore",
                key=f"export-{form}",
            )  # fmt: skip


def written(leads: pl.DataFrame) -> Sequence[pl.Expr]:
    """The columns of the file under their titles; money in yuan and probability as numbers."""
    patterns = {name: pattern_name(name) for name in leads["pattern"].unique()}
    levels = {name: t(f"level.{name}") for name in leads["level"].unique()}
    standings = {name: t(f"stand.{name}") for name in leads["standing"].unique()}
    columns = {
        "rank": pl.col("rank"),
        "id": pl.col("lead_id"),
        "lead": pl.col(either("sentence_zh", "sentence_en")),
        "pattern": pl.col("pattern").replace_strict(patterns, return_dtype=pl.String),
        "level": pl.col("level").replace_strict(levels, return_dtype=pl.String),
        "score": pl.col("score").round(2),
        "amount": pl.col("amount_fen") / 100,
        "institution": pl.col("institution_name"),
        "hours": pl.col("work_hours"),
        "stand": pl.col("standing").replace_strict(standings, return_dtype=pl.String),
        "assignee": pl.col("assignee"),
    }
    return [column.alias(t(f"column.{name}")) for name, column in columns.items()]
