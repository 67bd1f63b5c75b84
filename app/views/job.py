"""A job on a page: how far it is while it works, and why it ended when it did not end well; the page may be left and come back to."""

from __future__ import annotations

import streamlit as st

from app.cases.jobs import AT_WORK, Jobs
from app.cases.tables import Job
from app.views.desk import current_home
from app.widgets.page import card, el, html
from app.widgets.text import esc, known, rich, t
from graph.errors import WrongUse
from graph.ledger import Actor

LOOKED_AT_EVERY = 1.0
"""Seconds."""
LOG_SHOWN = 12
"""Last lines of the log of a job that did not end well."""


def finished(job_id: str) -> Job | None:
    """The job, once it is done; until then its progress is on the page, and afterwards why there is nothing to show."""
    jobs = Jobs(current_home())
    try:
        job = jobs.job(job_id)
    except WrongUse:
        html(card(t("job.missing"), [rich(t("job.missing_line", id=job_id))]))
        return None
    if job.state in AT_WORK:
        _at_work(job_id)
        return None
    if job.state == "done":
        return job
    log = jobs.files(job_id).log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_SHOWN:]
    why = el("pre", esc("\n".join(log)), kind="log") if log and job.state != "cancelled" else ""
    html(card(t(f"job.{job.state}"), [rich(t(f"job.{job.state}_line", who=job.cancelled_by, id=job_id)), why]))
    return None


@st.fragment(run_every=LOOKED_AT_EVERY)
def _at_work(job_id: str) -> None:
    job = Jobs(current_home()).job(job_id)
    if job.state not in AT_WORK:
        st.rerun()
    st.progress(job.fraction or 0.0, f"{t(f'job.at_work_{job.kind}')} · {step(job.message)}")
    html(el("div", esc(t("job.leave", id=job_id)), kind="caption"))
    if st.button(t("job.kill" if job.cancelled_by else "job.cancel"), icon=":material/stop_circle:", key=f"cancel-{job_id}"):
        Jobs(current_home()).cancel(job_id, actor=Actor.current())
        st.rerun(scope="fragment")


def step(message: str) -> str:
    """What the command says it is doing, in words; the name of a rule or a relation stays as it is."""
    if not message:
        return t("job.starting")
    first, _, rest = message.partition(" ")
    slug = message.replace(" ", "_").replace("-", "_")
    return known(f"step.{slug}", f"{known(f'step.{first}', first)} {rest}")
