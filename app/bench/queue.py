"""An investigator's waits before a long queue: the page painted, a filter answered.

No city plants so many leads; those of the room's home are written many times under other ids, into a run of a home of its own.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import quantiles

import polars as pl

from app.bench.browser import NoBrowser
from app.bench.intake import home_of
from app.bench.measure import Figure, cost_of, within
from app.bench.room import p95
from app.bench.watch_queue import watch_queue
from app.leads import Leads
from app.leads.folder import new_run
from graph.home import Home

LEADS = 50_000
SHARED = ("book", "identity", "deliveries")
"""What the home of the long queue has from the other one."""


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """First paint and filters in a browser."""
    names = (f"first paint of a queue of {LEADS:,}, median", f"a filter on {LEADS:,} leads to painted, p95")
    home = home_with_queue(folder, persons, months)
    try:
        painted, filtered = watch_queue(home)
    except NoBrowser as missing:
        return [Figure(name, f"not measured: {missing}", limit) for name, limit in zip(names, ("<= 2.5 s", "<= 300 ms"), strict=True)]
    first = within(names[0], quantiles(painted, n=2)[0], 2.5, "s", f"{len(painted)} openings, the slowest {max(painted):.1f} s")
    return [first, p95(names[1], filtered, 300, f"{len(filtered)} filters", warm_up=2)]


def home_with_queue(folder: Path, persons: int, months: int) -> Home:
    """The home with its long queue, made once."""
    source = Home(home_of(folder, persons, months))
    if not (source.runs / "CURRENT").exists():
        cost_of("leads", source.root)
    home = Home(folder / f"queue-{persons}x{months}-7")
    if not (home.runs / "CURRENT").exists():
        home.make()
        for name in SHARED:
            (home.root / name).symlink_to(source.root / name)
        lengthen(Leads.open(source), home)
    return home


def lengthen(leads: Leads, home: Home) -> None:
    """A run of `home` whose queue is that of `leads`, written again and again until it has LEADS."""
    with new_run(home, leads.run_id) as folder:
        for file in ("report.json", "lead_evidence.parquet"):
            shutil.copy(leads.folder / file, folder / file)
        once = pl.read_parquet(leads.folder / "leads.parquet")
        times = pl.DataFrame({"again": range(-(-LEADS // once.height))})
        other = pl.concat_str(pl.col("lead_id").str.head(11), pl.col("again").cast(pl.String).str.zfill(5))
        many = once.join(times, how="cross").sort("rank", "again").head(LEADS)
        many = many.with_columns(
            pl.when(pl.col("again") == 0).then("lead_id").otherwise(other).alias("lead_id"),
            pl.int_range(1, pl.len() + 1).alias("rank"),
            (pl.col("work_hours").cum_sum() - pl.col("work_hours")).alias("hours_before"),
        )
        many.drop("again").write_parquet(folder / "leads.parquet")
