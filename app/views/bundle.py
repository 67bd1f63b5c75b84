"""The bundle of a lead: asked for on its page, made by the command line, handed to the browser. The home keeps none: it may hold names."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import streamlit as st

from app.views.desk import Desk, Lead
from app.widgets.page import el, html
from app.widgets.text import esc, rich, t
from graph.identity import SHORTEST_REASON

LONGEST = 120.0
"""Seconds after which the command is taken for stuck; a bundle of 300 members takes a few."""


def dialog(opened: Desk, lead: Lead) -> None:
    """Ask which copy, and make it."""
    st.dialog(t("bundle.title"), width="medium")(ask)(opened, lead)


def ask(opened: Desk, lead: Lead) -> None:
    """The dialog: what is in it, which copy, why; then the file."""
    html(el("p", rich(t("bundle.note")), kind="second"))
    copies = {"masked": t("bundle.masked"), "full": t("bundle.full")}
    copy = st.radio(t("bundle.copy"), list(copies), format_func=copies.__getitem__, horizontal=True)
    full = copy == "full"
    reason = st.text_input(t("bundle.full_note", n=SHORTEST_REASON) if full else t("bundle.reason"), max_chars=400)
    name = f"{lead['lead_id']}-{copy}.zip"
    made: dict[str, bytes] = st.session_state.setdefault("bundles", {})
    ready = not full or len(reason.strip()) >= SHORTEST_REASON
    if st.button(t("bundle.make"), type="primary", icon=":material/inventory_2:", disabled=not ready):
        made.clear()
        with st.spinner(t("bundle.making")):
            content, said = make(opened, str(lead["lead_id"]), full=full, reason=reason)
        if content:
            made[name] = content
        else:
            st.warning(t("bundle.refused", why=said), icon=":material/block:")
    if name in made:
        html(el("div", esc(t("bundle.made", size=f"{len(made[name]) / 1e6:.1f}")), kind="caption"))
        st.download_button(t("bundle.download"), made[name], name, "application/zip", icon=":material/download:")


def make(opened: Desk, lead_id: str, *, full: bool, reason: str) -> tuple[bytes, str]:
    """Run the command; returns the file, or nothing and what the command said."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "bundle.zip"
        words = ["evidence", lead_id, "--out", str(target), "--reason", reason.strip(), "--json", *(["--full"] if full else [])]
        command = [sys.executable, "-m", "app.cli", "--home", str(opened.home.root), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, check=False)
        except subprocess.TimeoutExpired:
            return b"", t("bundle.late", n=int(LONGEST))
        return (b"", done.stderr.strip()[-600:]) if done.returncode else (target.read_bytes(), "")
