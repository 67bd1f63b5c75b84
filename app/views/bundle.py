"""The bundle of a lead: asked for in a dialog, made by a job while the page stays free, kept sealed for a day until it is fetched."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.cases.jobs import Jobs
from app.cases.store import now
from app.cases.tables import Job
from app.evidence.waiting import KEPT_FOR, fetched
from app.views import job
from app.views.desk import Desk, Lead
from app.widgets.page import el, html
from app.widgets.text import esc, rich, t
from graph.home import Home
from graph.identity import SHORTEST_REASON
from graph.ledger import Actor

KIND = "evidence"
LOOKED_AT = 200
"""Newest bundles among which those of this lead are looked for."""
SHOWN = 3


def dialog(opened: Desk, lead: Lead) -> None:
    """Ask which copy, and start the job."""
    st.dialog(t("bundle.title"), width="medium")(ask)(opened, lead)


def ask(opened: Desk, lead: Lead) -> None:
    """The dialog: what is in it, which copy, why."""
    html(el("p", rich(t("bundle.note")), kind="second"))
    copies = {"masked": t("bundle.masked"), "full": t("bundle.full")}
    copy = st.radio(t("bundle.copy"), list(copies), format_func=copies.__getitem__, horizontal=True)
    full = copy == "full"
    reason = st.text_input(t("bundle.full_note", n=SHORTEST_REASON) if full else t("bundle.reason"), max_chars=400)
    ready = not full or len(reason.strip()) >= SHORTEST_REASON
    if st.button(t("bundle.make"), type="primary", icon=":material/inventory_2:", disabled=not ready):
        words = [KIND, str(lead["lead_id"]), "--sealed", f"--reason={reason.strip()}", *(["--full"] if full else [])]
        Jobs(opened.home).start(KIND, words, actor=Actor.current(), makes=True)
        st.rerun()


def show(opened: Desk, lead: Lead) -> None:
    """The bundles of the last day: how far each is, and the file of those that are made."""
    _sweep(opened.home)
    jobs = [one for one in Jobs(opened.home).jobs(KIND, LOOKED_AT) if one.words[1] == lead["lead_id"] and not _old(one)]
    for one in jobs[:SHOWN]:
        if job.finished(one.id) is not None:
            _ready(opened.home, one)


def _ready(home: Home, made: Job) -> None:
    """One bundle and its button; a copy with names is handed to nobody but whoever gave the reason."""
    lead_id, copy, sealed = made.words[1], _copy(made), Jobs(home).files(made.id).made
    size = f"{sealed.stat().st_size / 1e6:.1f}"
    html(el("div", esc(t("bundle.made", copy=t(f"bundle.{copy}"), size=size, who=made.actor, at=f"{made.ended_at:%H:%M}")), kind="caption"))
    own = copy == "masked" or made.actor == Actor.current().user
    why_not = None if own else t("bundle.not_yours")
    st.download_button(
        t("bundle.download"), partial(fetched, home, sealed, lead_id, copy), f"{lead_id}-{copy}.zip", "application/zip",
        icon=":material/download:", on_click="ignore", key=f"fetch-{made.id}", disabled=not own, help=why_not,
    )  # fmt: skip


def _copy(asked: Job) -> str:
    return "full" if "--full" in asked.words else "masked"


def _old(asked: Job) -> bool:
    return now() - asked.asked_at >= KEPT_FOR


def _sweep(home: Home) -> None:
    """Bundles that nobody fetched in a day are made again when they are wanted."""
    jobs = Jobs(home)
    for one in jobs.jobs(KIND, LOOKED_AT):
        if _old(one):
            jobs.files(one.id).made.unlink(missing_ok=True)
