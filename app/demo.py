"""The demo: a synthetic city goes through the same door as a bureau's own files, and the room opens on its leads."""

from __future__ import annotations

import shutil
import time

from app import terminal
from graph.home import Home
from graph.ledger import Actor, Ledger


def run_demo(home: Home, *, persons: int, months: int, seed: int, serve: bool) -> None:
    """City, ingest, detect, leads, room. Safe to repeat: a city that is there is not built again, a delivery is taken in once."""
    from rich.console import Console

    out = Console()
    home.make()
    city = home.root / "city" / f"{persons}x{months}-{seed}"
    with terminal.progress() as progress:
        steps = _steps(home, city, persons, months, seed, progress)
        for name, step in steps:
            started = time.monotonic()
            said = step()
            out.print(f"[bold]{name}[/] {said} [dim]{time.monotonic() - started:.1f} s[/]")
    out.print(f"下一步 next: ringscope --home {home.root} leads · ringscope --home {home.root} evaluate --key {city / 'answer_key'}")
    if serve:
        from app.serve import serve as open_room

        open_room(home, port=0)


def _steps(home: Home, city, persons: int, months: int, seed: int, progress):  # type: ignore[no-untyped-def]
    from app.leads import run
    from graph.server import Server
    from ingest.city import build
    from ingest.door import ingest
    from ingest.load import load_graph

    def make_city() -> str:
        if not (city / "answer_key" / "schemes.jsonl").exists():
            part = city.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            shutil.rmtree(city, ignore_errors=True)
            build(part, persons=persons, months=months, seed=seed, progress=progress)
            part.rename(city)
        return f"{persons:,} persons × {months} months"

    def take_in() -> str:
        report = ingest(city / "data", home, name="demo", progress=progress).to_json()
        counts = report["tables"].values()
        return " · ".join(f"{sum(t[k] for t in counts):,} {k}" for k in ("read", "loaded", "quarantined", "repeated"))

    def start() -> str:
        return Server(home).start(progress=progress).uri

    def load() -> str:
        loaded = load_graph(home, progress=progress)
        return f"{loaded.mode}: {loaded.nodes:,} nodes · {loaded.rels:,} relationships"

    def detect() -> str:
        made = run(home, progress=progress)
        Ledger(home).append("detect", actor=Actor.current(), subject=made.run_id, facts={"leads": made.leads, "findings": made.findings})
        return f"{made.findings:,} findings → {made.leads:,} leads"

    return (("城市 city", make_city), ("入账 book", take_in), ("图库 server", start), ("图谱 graph", load), ("线索 leads", detect))
