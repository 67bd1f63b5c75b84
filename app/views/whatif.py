"""What if a rule had another value: choose it, set it, let a job run it, and see what would change before anything is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.cases.jobs import Jobs
from app.cases.tables import Job
from app.views import job, proposal, start
from app.views.desk import Desk, desk
from app.views.leadtext import pattern_name, top_facts
from app.views.queue import brief
from app.widgets.page import bar, el, heading, html, split, table, tag
from app.widgets.text import either, esc, known, language, sentence, t, yuan
from graph.contract import CONTRACT
from graph.errors import WrongUse
from graph.ledger import Actor
from kg.rule import Rule, Value
from kg.site import parse_values, site_rules

MOVED_SHOWN = 40
"""Leads in and out that are listed, dearest first; the head counts them all."""
EARLIER = 6
"""Trials that can be opened again from here."""
FIGURES = ("leads", "amount_fen", "institutions", "reviewer_days")


def show() -> None:
    """The page; `?rule=` and `?job=` name what is looked at."""
    opened = desk()
    if opened is None:
        start.show()
        return
    bar([(t("nav.oversight"), ""), (t("whatif.title"), "/whatif")], top_facts(opened))
    rules = {name: rule for name, rule in site_rules(opened.home).items() if rule.parameters and rule.status != "retired"}
    html(el("h1", esc(t("whatif.title")), " ", el("small", esc(t("whatif.line")))))
    left, right = split("whatif", [1.5, 1], "large")
    with left:
        rule = _chosen(rules)
        _about(rule)
        settings = _settings(rule, _tried(opened, rule))
        _run(opened, rule, settings)
        if asked := st.query_params.get("job"):
            _answer(opened, asked)
    with right:
        proposal.show(opened.home, rule, settings)
        _earlier(opened)


def _chosen(rules: Mapping[str, Rule]) -> Rule:
    names = sorted(rules, key=lambda name: (rules[name].pattern, name))
    asked = st.query_params.get("rule", "")
    place = names.index(asked) if asked in rules else 0
    key = f"whatif-rule-{language()}"
    chosen: str = st.selectbox(t("whatif.rule"), names, place, lambda name: f"{_name(rules[name])} · {name}", key=key)
    if chosen != asked:
        st.query_params["rule"] = chosen
        st.query_params.pop("job", None)
    return rules[chosen]


def _name(rule: Rule) -> str:
    return either(rule.name_zh, rule.name_en)


def _about(rule: Rule) -> None:
    version = t("case.version", v=rule.version)
    status = tag(t(f"rule.{rule.status}"), "ok" if rule.status == "active" else "warn", t(f"tip.rule_{rule.status}"))
    html(el("div", tag(pattern_name(rule.pattern), "accent"), status, el("span", esc(version), kind="caption"), kind="tags"))


def _tried(opened: Desk, rule: Rule) -> Mapping[str, Value]:
    """The values of the trial that is looked at, so that they can be tried again or proposed."""
    try:
        _, _, tried, *words = Jobs(opened.home).job(st.query_params.get("job", "")).words
        return parse_values(rule, words[1::2]) if tried == rule.id else {}
    except WrongUse:  # no trial, or one that would change nothing any more
        return {}


def _settings(rule: Rule, tried: Mapping[str, Value]) -> list[str]:
    """The parameters as fields; answers `name=value` for each that was changed."""
    html(heading(t("whatif.parameters"), t("whatif.parameters_note")))
    changed = []
    for name, parameter in rule.parameters.items():
        field, why = st.columns([1, 1.9], vertical_alignment="center")
        with field:
            key = f"{rule.id}-{rule.version}-{st.query_params.get('job', '')}-{name}"
            value = _field(key, f"{name} ({parameter.unit})", tried.get(name, parameter.value))
        with why:
            now = el("div", esc(t("whatif.now", value=parameter.value, unit=parameter.unit)), kind="caption")
            html(now + el("div", esc(parameter.why), kind="second"))
        if value is not None and value != parameter.value:
            changed.append(f"{name}={value}")
    return changed


def _field(key: str, label: str, value: Value) -> Value | None:
    """A field of the kind of the value; None while it is empty."""
    if isinstance(value, bool):
        return st.checkbox(label, value, key=key)
    if isinstance(value, int):
        return st.number_input(label, value=value, step=1, key=key)
    if isinstance(value, float):
        return st.number_input(label, value=value, step=abs(value) / 10 or 0.1, format="%g", key=key)
    return st.text_input(label, value, key=key)


def _run(opened: Desk, rule: Rule, settings: Sequence[str]) -> None:
    why_not = None if settings else t("whatif.unchanged")
    if st.button(t("whatif.run"), type="primary", icon=":material/play_arrow:", disabled=not settings, help=why_not):
        words = ["rules", "whatif", rule.id, *(word for setting in settings for word in ("--set", setting))]
        st.query_params["job"] = Jobs(opened.home).start("whatif", words, actor=Actor.current())
        st.rerun()


def _answer(opened: Desk, job_id: str) -> None:
    """What the job found, or how far it is."""
    if job.finished(job_id) is None:
        return
    said: Mapping[str, Any] = Jobs(opened.home).answer(job_id)
    asked = " · ".join([said["rule"], *(f"{name} = {value}" for name, value in said["values"].items())])
    html(el("div", heading(t("whatif.answer"), asked), _figures(said), kind="section"))
    html(el("div", heading(t("whatif.moved"), _moved_note(said)), _moved(said), kind="section"))
    html(el("div", heading(t("whatif.peers"), t("whatif.peers_note")), _peers(said["groups"]), kind="section"))


def _figures(said: Mapping[str, Any]) -> str:
    now, then = said["now"], said["then"]
    cells = [_figure(name, now[name], then[name]) for name in FIGURES]
    decided, overturned = said["decided"], said["overturned"]
    share = t("whatif.overturned_share", n=overturned, m=decided) if decided else t("whatif.no_outcome")
    value = f"{overturned / decided:.0%}" if decided else "—"
    last = (el("div", esc(t("whatif.overturned")), kind="label"), el("div", esc(value), kind="value"), el("div", esc(share), kind="note"))
    return el("div", *cells, el("div", *last, tip=t("tip.overturned")), kind="figures few")


def _figure(name: str, now: float, then: float) -> str:
    """The figure as it would be; below it what it is."""
    sign = "+" if then > now else "-" if then < now else "±"
    step = t("whatif.step", now=_amount(name, now), change=sign + _amount(name, abs(then - now)))
    value = esc(_amount(name, then)) + el("small", esc(t(f"whatif.{name}_unit")))
    lines = ((esc(t(f"whatif.{name}")), "label"), (value, "value"), (esc(step), "note"))
    return el("div", *(el("div", words, kind=kind) for words, kind in lines), tip=t(f"tip.whatif_{name}"))


def _amount(name: str, number: float) -> str:
    return yuan(int(number)) if name == "amount_fen" else f"{number:,g}"


def _moved_note(said: Mapping[str, Any]) -> str:
    return t("whatif.moved_note", entering=len(said["entering"]), leaving=len(said["leaving"]))


def _moved(said: Mapping[str, Any]) -> str:
    """Leads that would come and go, both sides, dearest first."""
    sides = [("in", lead) for lead in said["entering"]] + [("out", lead) for lead in said["leaving"]]
    if not sides:
        return el("div", el("b", esc(t("whatif.nothing"))), esc(t("whatif.nothing_note")), kind="empty")
    headers = ((t("whatif.side"), "tight"), (t("column.lead"), ""), (t("column.amount"), "right"))
    shown = sorted(sides, key=lambda pair: -pair[1]["amount_fen"])[:MOVED_SHOWN]
    rest = el("div", esc(t("queue.shown", n=len(shown), m=len(sides))), kind="caption") if len(sides) > len(shown) else ""
    return table(headers, [_line(side, lead) for side, lead in shown]) + rest


def _line(side: str, lead: Mapping[str, Any]) -> tuple[str, str, str]:
    mark = tag(t(f"whatif.{side}"), "warn" if side == "in" else "ok", t(f"tip.whatif_{side}"))
    return mark, sentence(brief(str(lead[either("sentence_zh", "sentence_en")]))), yuan(lead["amount_fen"])


def _peers(groups: Sequence[Mapping[str, Any]]) -> str:
    names = ("leads_now", "leads_then", "institutions_now", "institutions_then")
    headers = [(t("whatif.peer_group"), ""), *((t(f"whatif.{name}"), "right") for name in names)]
    return table(headers, [(esc(_peer(group["peers"])), *(f"{group[name]:,}" for name in names)) for group in groups])


def _peer(peers: str) -> str:
    """Kind and grade of a peer group in words; a code that is not known stays a code."""
    kind, _, grade = peers.partition(" ")
    return " · ".join(
        part for part in (known(f"peer.{kind}", kind), either(CONTRACT.codes["hosp_lv"].label(grade) or grade, grade)) if part
    )


def _earlier(opened: Desk) -> None:
    """Trials of before: a page that was left finds its job again."""
    jobs = Jobs(opened.home).jobs("whatif", EARLIER)
    html(el("div", heading(t("whatif.earlier"), t("whatif.earlier_note")), kind="section"))
    if not jobs:
        html(el("div", esc(t("whatif.none_yet")), kind="caption"))
    with st.container(gap=None):
        for one in jobs:
            _open_again(one)


def _open_again(one: Job) -> None:
    rule, *words = one.words[2:]
    label = f"{rule} · {', '.join(words[1::2])} · {t(f'job.{one.state}')}"
    if st.button(label, key=f"job-{one.id}", type="tertiary", help=f"{one.actor} {one.asked_at:%Y-%m-%d %H:%M}"):
        st.session_state.pop(f"whatif-rule-{language()}", None)
        st.query_params.from_dict({**st.query_params.to_dict(), "rule": rule, "job": one.id})
        st.rerun()
