"""Book to graph: beside a bare import of ready-made files, a driver loop and networkx."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.bench.intake import home_of
from app.bench.measure import Figure, at_least, cost_of, within
from graph.home import Home
from graph.server import Server

LOOP_ROWS = 2_000
"""Rows of the driver loop; its speed does not depend on how many."""
NETWORKX_RELS = 150_000
"""Relationships of each type that networkx is given: the whole graph does not fit this machine's memory."""


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
    ]
