"""Book to graph: beside a bare import of ready-made files, a driver loop and networkx."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.bench.intake import home_of
from app.bench.measure import Figure, at_least, cost_of, within
from graph.home import Home
from graph.server import Server
from ingest.load import quicker_whole

LOOP_ROWS = 2_000
"""Rows of the driver loop; its speed does not depend on how many."""
NETWORKX_RELS = 150_000
"""Relationships of each type that networkx is given: the whole graph does not fit this machine's memory."""
MONTHLY_PERSONS = 20_000
"""Size of the city that comes month by month, unless a smaller one was asked for."""


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """Full load, its peers, and the load of one more month."""
    home = home_of(folder, persons, months)
    server = Server(Home(home))
    server.start()
    try:
        ours = cost_of("load", home, "full")
        bare = cost_of("bare_import", home, folder / "bare").said["seconds"]
        loop = cost_of("driver_loop", home, LOOP_ROWS).said["rows_a_second"]
        peer = cost_of("networkx_graph", home, NETWORKX_RELS)
    finally:
        server.stop()
        shutil.rmtree(folder / "bare", ignore_errors=True)
    seconds, rows = ours.said["seconds"], ours.said["nodes"] + ours.said["rels"]
    detail = f"{ours.said['nodes']:,} nodes, {ours.said['rels']:,} relationships in {seconds:.1f} s, bare import {bare:.1f} s"
    beside = f"{peer.said['rels']:,} of {ours.said['rels']:,} relationships: {peer.said['seconds']:.1f} s, {peer.peak_mb:,.0f} MB"
    return [
        within("graph load / bare import", seconds / bare, 2, "×", detail),
        at_least("graph load / driver loop", rows / seconds / loop, 20, "×", f"{rows / seconds:,.0f} against {loop:,.0f} rows/s"),
        within("graph load, peak memory of our process", ours.peak_mb / 1024, 4, "GB"),
        Figure("networkx beside it", beside),
        *month_figures(folder, min(persons, MONTHLY_PERSONS), months),
    ]


def month_figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """All months but the last loaded whole; the last as changed rows, as `auto` would have it, and whole: one server, one machine."""
    place = folder / f"monthly-{persons}x{months}"
    server = Server(Home(place / "home"))
    try:
        home = _month_by_month(place, persons, months)
        server.start()
        delta = cost_of("load", home, "delta").said
        full = cost_of("load", home, "full").said
    finally:
        server.stop()
    detail = f"{delta['changed']:,} rows in {delta['seconds']:.1f} s, all {full['changed']:,} in {full['seconds']:.1f} s"
    way = "whole" if quicker_whole(delta["changed"], full["changed"]) else "changed rows"
    return [
        within("a month's delta / full load", delta["seconds"] / full["seconds"], 0.8, "×", f"{persons:,} persons: {detail}"),
        Figure("ingest of that month loads", f"{way}; the other way is estimated to be slower"),
    ]


def _month_by_month(folder: Path, persons: int, months: int) -> Path:
    """A home whose graph holds all months but the last, and whose book holds all."""
    shutil.rmtree(folder, ignore_errors=True)
    cost_of("city_by_month", folder / "city", persons, months, 7)
    home, deliveries = folder / "home", sorted((folder / "city" / "data").iterdir())
    for delivery in deliveries[:-1]:
        cost_of("book", home, delivery)
    cost_of("load", home, "full")
    cost_of("book", home, deliveries[-1])
    return home
