"""First start: nothing to show yet, so the page says how to begin, with the lines to type for this very home."""

from __future__ import annotations

import streamlit as st

from app.views.desk import current_home, manifest
from app.widgets.page import bar, html, icon, split
from app.widgets.text import esc, t


def show() -> None:
    """The page: a delivery or a city; only the rules, where a delivery is in already."""
    held = len(manifest().deliveries)
    bar([(t("queue.title"), "/leads")], [esc(t("bar.no_delivery"))] if not held else [])
    title, line = (t("start.no_run"), t("start.no_run_line", n=held)) if held else (t("start.title"), t("start.line"))
    html(f'<h1>{esc(title)}</h1><p class="second">{esc(line)}</p>')
    command = f"ringscope --home {current_home().root}"
    if held:
        _card("book-check", t("start.detect"), "", [(f"{command} detect", t("start.step_detect"))])
    else:
        left, right = split("start", [1, 1])
        with left:
            folder = t("start.folder")
            acts = (("check", f" {folder}"), ("ingest", f" {folder}"), ("detect", ""))
            steps = [(f"{command} {act}{what}", t(f"start.step_{act}")) for act, what in acts]
            _card("folder-input", t("start.deliver"), t("start.deliver_line"), steps)
        with right:
            _card("building-2", t("start.city"), t("start.city_line"), [(f"{command} demo --no-serve", t("start.step_demo"))])
    html(f'<p class="caption">{esc(t("start.home", home=current_home().root))}</p>')
    if st.button(t("start.reload"), type="primary", icon=":material/refresh:"):
        st.rerun()


def _card(mark: str, title: str, line: str, steps: list[tuple[str, str]]) -> None:
    with st.container(border=True):
        html(f'<h2>{icon(mark)} {esc(title)}</h2><p class="second" style="font-size:13px">{esc(line)}</p>')
        for command, says in steps:
            html(f'<span class="caption">{esc(says)}</span>')
            st.code(command, language=None, wrap_lines=True)
