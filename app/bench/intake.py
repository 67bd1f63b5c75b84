"""Files to book: beside what DuckDB alone needs to read the same CSVs and write the same Parquet."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.bench.measure import Figure, cost_of, within


def city_of(folder: Path, persons: int, months: int, seed: int = 7) -> tuple[Path, list[Figure]]:
    """The city at this size, built once; its cost when it was built now."""
    city = folder / f"city-{persons}x{months}-{seed}"
    if (city / "answer_key" / "schemes.jsonl").exists():
        return city, []
    shutil.rmtree(city, ignore_errors=True)
    cost = cost_of("city", city, persons, months, seed)
    return city, [
        within(f"city of {persons:,} × {months} months", cost.seconds, 600 * persons / 200_000 if persons > 20_000 else 60, "s"),
        within("city, peak memory", cost.peak_mb / 1024, 8, "GB"),
    ]


def home_of(folder: Path, persons: int, months: int, seed: int = 7) -> Path:
    """A home that holds that city's book, made once."""
    city, _ = city_of(folder, persons, months, seed)
    home = folder / f"home-{persons}x{months}-{seed}"
    if not (home / "book" / "manifest.json").exists():
        cost_of("book", home, city / "data")
    return home


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """City, peer, ours."""
    city, made = city_of(folder, persons, months)
    home = folder / f"home-{persons}x{months}-7"
    peer_out = folder / "peer-parquet"
    ours, peers = [], []
    for _ in range(2):  # alternate, keep the better of two: the machine is shared
        shutil.rmtree(peer_out, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
        peers.append(cost_of("duckdb_alone", city / "data", peer_out))
        ours.append(cost_of("book", home, city / "data"))
    shutil.rmtree(peer_out, ignore_errors=True)
    our, peer = min(ours, key=lambda c: c.seconds), min(peers, key=lambda c: c.seconds)
    detail = f"ours {our.seconds:.1f} s, DuckDB alone {peer.seconds:.1f} s, {our.said['lines']:,} claim lines"
    return [
        *made,
        within("ingest to book / DuckDB alone", our.seconds / peer.seconds, 3, "×", detail),
        within("ingest, peak memory", max(c.peak_mb for c in ours) / 1024, 4, "GB"),
    ]
