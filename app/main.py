"""The room's entry: Streamlit runs this file for every session and every rerun. It declares the pages and shows one of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.views import data, explorer, lead, queue, routes, whatif
from app.widgets.page import guarded
from app.widgets.text import language, t

ASSETS = Path(__file__).parent / "assets"
LANGUAGES = {"zh": "中文", "en": "English"}


def home() -> None:
    """`/` leads to the queue, so that every page has an address of its own."""
    routes.go("leads")


def navigation() -> StreamlitPage:
    """The pages that work; a lead is reached by its address, not from the sidebar."""
    leads = st.Page(queue.show, title=t("queue.title"), icon=":material/inbox:", url_path="leads")
    one = st.Page(lead.show, title=t("lead.title"), icon=":material/flag:", url_path="lead", visibility="hidden")
    explore = st.Page(explorer.show, title=t("explorer.title"), icon=":material/hub:", url_path="explore")
    deliveries = st.Page(data.show, title=t("data.title"), icon=":material/database:", url_path="data")
    trial = st.Page(whatif.show, title=t("whatif.title"), icon=":material/tune:", url_path="whatif")
    routes.register({"leads": leads, "lead": one, "explore": explore, "data": deliveries, "whatif": trial})
    start = st.Page(home, title="Ringscope", url_path="home", default=True, visibility="hidden")
    groups = {"": [start, leads, one], t("nav.investigate"): [explore], t("nav.oversight"): [trial, deliveries]}
    return st.navigation(groups, expanded=True)


def sidebar() -> None:
    """The switch of language."""
    with st.sidebar:
        st.segmented_control(
            t("nav.language"), list(LANGUAGES), format_func=LANGUAGES.__getitem__, key="lang", required=True, label_visibility="collapsed",
        )  # fmt: skip


def run() -> None:
    """One run of the script."""
    st.set_page_config(page_title="Ringscope", page_icon=str(ASSETS / "favicon.png"), layout="wide", initial_sidebar_state=212)
    language()
    page = navigation()
    st.logo(str(ASSETS / "logo.svg"), size="large")
    sidebar()
    routes.keep_language()
    with guarded(page.url_path):
        page.run()


run()
