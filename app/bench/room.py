"""An analyst's waits: a cited line, a step out in the graph, a lead on the screen, a node opened."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import polars as pl

from app.bench.browser import NoBrowser, watch
from app.bench.intake import home_of
from app.bench.measure import Figure, cost_of, within
from app.bench.ring import home_with_ring
from app.leads import Leads
from graph.book import cited, connect
from graph.expand import expand
from graph.home import Home
from graph.server import Server
from graph.store import Store

SAMPLE = 200
"""Cited lines and nodes, drawn at random with a fixed seed."""
WARM_UP = 20
"""Of them in advance: the first queries compile."""
LABELS = {"patient": "Patient", "doctor": "Doctor", "institution": "Institution", "employer": "Employer", "handler": "Handler"}
"""Type of a lead's subject or member -> label of its node."""


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """Lines and steps in the whole city; what a browser shows of a lead that names two hundred people."""
    home = Home(home_of(folder, persons, months))
    if not (home.runs / "CURRENT").exists():
        cost_of("leads", home.root)
    with _running(home) as leads:
        measured = [_lines(home, leads), _steps(home, leads)]
    ring = home_with_ring(folder, persons, months)
    with _running(ring) as leads:
        return [*measured, *_screen(ring, leads)]


@contextmanager
def _running(home: Home) -> Iterator[Leads]:
    """The leads of a home whose graph answers."""
    Server(home).start()
    try:
        yield Leads.open(home)
    finally:
        Server(home).stop()


def _lines(home: Home, leads: Leads) -> Figure:
    """One evidence key to one row of the book."""
    evidence = pl.read_parquet(leads.folder / "lead_evidence.parquet", columns=["source_table", "key", "month"])
    chosen = evidence.unique(maintain_order=True).sample(min(SAMPLE, evidence.n_unique()), seed=1)
    with connect(home) as book:
        asks = [(table, {**json.loads(key), **({"month": month} if month else {})}) for table, key, month in chosen.iter_rows()]
        seconds = timed([lambda table=table, key=key: cited(book, table, [key]) for table, key in asks])  # type: ignore[misc]
    return p95("a cited line fetched, p95", seconds, 50)


def _steps(home: Home, leads: Leads) -> Figure:
    """One node of a lead to its neighbours, the hub guard included."""
    named = pl.read_parquet(leads.folder / "leads.parquet", columns=["subject_type", "subject_id", "members"])
    members = ((one["type"], one["id"]) for text in named["members"] for one in json.loads(text))
    nodes = sorted(
        {(LABELS[kind], key) for kind, key in (*named.select("subject_type", "subject_id").iter_rows(), *members) if kind in LABELS}
    )
    chosen = random.Random(1).sample(nodes, min(SAMPLE, len(nodes)))  # noqa: S311 - a sample, no secret
    with Store.open(home) as store:
        seconds = timed([lambda label=label, key=key: expand(store, label, key) for label, key in chosen])  # type: ignore[misc]
    return p95("expand in the database, p95", seconds, 100)


def _screen(home: Home, leads: Leads) -> list[Figure]:
    """The lead that names most people and places, painted, then its network opened node by node.

    A smaller picture than the target speaks of is reported, never counted as met.
    """
    names, targets = ("first paint of a 200-node lead", "double click to painted on 300 nodes, p95"), ("<= 2.5 s", "<= 500 ms")
    try:
        seen = watch(home, _largest(leads))
    except NoBrowser as missing:
        return [Figure(name, f"not measured: {missing}", target) for name, target in zip(names, targets, strict=True)]
    painted = within(names[0], seen.painted, 2.5, "s", f"{seen.first_nodes} nodes drawn; the page's second opening")
    opened = p95(names[1], seen.opened, 500, f"{len(seen.opened)} expands, {seen.first_nodes} to {seen.last_nodes} nodes", warm_up=2)
    return [_full_size(painted, seen.first_nodes, 200), _full_size(opened, seen.last_nodes, 300)]


def _full_size(figure: Figure, nodes: int, wanted: int) -> Figure:
    """The figure, or the same without a verdict where the picture was smaller than the target's."""
    small = f"{figure.measured}; no verdict, the picture has fewer than {wanted} nodes"
    return figure if nodes >= wanted else Figure(figure.name, small, figure.target)


def _largest(leads: Leads) -> str:
    """Members are never folded into a crowd, so the lead with most of them has the largest picture."""
    found = pl.read_parquet(leads.folder / "leads.parquet", columns=["lead_id", "members", "state"]).filter(pl.col("state") != "gone")
    return str(found.sort(pl.col("members").str.len_bytes(), descending=True)["lead_id"][0])


def timed(acts: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds of each, the warm-up left out."""
    for act in acts[:WARM_UP]:
        act()
    seconds = []
    for act in acts:
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return seconds


def p95(name: str, seconds: Sequence[float], limit_ms: float, detail: str = "", *, warm_up: int = 0) -> Figure:
    """The 95th percentile in milliseconds, with the median beside it."""
    cuts = quantiles(seconds[warm_up:] if len(seconds) > warm_up + 2 else seconds, n=20)
    return within(name, cuts[-1] * 1000, limit_ms, "ms", f"median {cuts[9] * 1000:.0f} ms{', ' + detail if detail else ''}")
