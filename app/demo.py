"""The demo: a synthetic city goes through the same door as a bureau's own files, and the room opens on its leads."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from app import terminal
from app.leads import run
from app.record import record
from app.terminal import Progress
from graph.home import Home
from graph.server import Server
from ingest.city import build
from ingest.door import ingest
from ingest.load import load_graph


def run_demo(home: Home, *, persons: int, months: int, seed: int, serve: bool) -> None:
    """City, book, server, graph, leads, room. Safe to repeat: a city that is there is not built again, a delivery is taken in once."""
    out = Console()
    # beside the home, not in it: a delivery holds people in clear, a home never does
    city = home.make().root.with_name(f"{home.root.name}-city") / f"{persons}x{months}-{seed}"
    city.parent.mkdir(exist_ok=True)
    steps: tuple[tuple[str, Callable[[Progress | None], str]], ...] = (
        ("城市 city", lambda say: _city(city, persons, months, seed, say)),
        ("入账 book", lambda say: _book(city, home, say)),
        ("图库 server", lambda say: Server(home).start(progress=say).uri),
        ("图谱 graph", lambda say: _graph(home, say)),
        ("线索 leads", lambda say: _leads(home, say)),
    )
    for name, step in steps:
        started = time.monotonic()
        with terminal.progress() as say:
            said = step(say)
        out.print(f"[bold]{name}[/] {said} [dim]{time.monotonic() - started:.1f} s[/]")
    out.print(f"下一步 next: ringscope --home {home.root} leads")
    out.print(f"            ringscope --home {home.root} evaluate --key {city / 'answer_key'}")
    if serve:
        from app.serve import serve as open_room

        open_room(home, port=0)


def _city(city: Path, persons: int, months: int, seed: int, say: Progress | None) -> str:
    if not (city / "answer_key" / "schemes.jsonl").exists():
        part = city.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(city, ignore_errors=True)
        build(part, persons=persons, months=months, seed=seed, progress=say)
        part.rename(city)
    return f"{persons:,} persons × {months} months, seed {seed}"


def _book(city: Path, home: Home, say: Progress | None) -> str:
    report = ingest(city / "data", home, name="demo", progress=say)
    figures = report.totals()
    record(home, "ingest", report.delivery_id, figures)
    return " · ".join(f"{figure:,} {word}" for word, figure in figures.items())


def _graph(home: Home, say: Progress | None) -> str:
    loaded = load_graph(home, progress=say)
    return f"{loaded.nodes:,} nodes · {loaded.rels:,} relationships ({loaded.mode})"


def _leads(home: Home, say: Progress | None) -> str:
    made = run(home, progress=say)
    record(home, "detect", made.run_id, {"findings": made.findings, "leads": made.leads})
    return f"{made.findings:,} findings → {made.leads:,} leads, {terminal.yuan(made.amount_fen)} 元"
