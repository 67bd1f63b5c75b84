"""Where a page can send the reader: the pages of this session's navigation, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app.widgets.text import language

Name = Literal["leads", "lead", "explore", "data", "whatif"]


def register(pages: Mapping[Name, StreamlitPage]) -> None:
    """Remember the pages that app/main.py has declared in this run."""
    st.session_state["pages"] = dict(pages)


def go(name: Name, **query: str) -> NoReturn:
    """Leave for another page, keeping the language in the address."""
    st.switch_page(st.session_state["pages"][name], query_params={**query, "lang": language()})


def keep_language() -> None:
    """Put the language into the address, so that the address can be shared."""
    if st.query_params.get("lang") != language():
        st.query_params["lang"] = language()
