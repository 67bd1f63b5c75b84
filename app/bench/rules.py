"""The rules at full size, and how their time grows from a tenth of it."""

from __future__ import annotations

from pathlib import Path

from app.bench.intake import home_of
from app.bench.measure import Figure, cost_of, within


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """Seconds and memory of all rules; seconds per line against a city of a tenth."""
    large = cost_of("rules", home_of(folder, persons, months))
    small = cost_of("rules", home_of(folder, persons // 10, months))
    growth = (large.said["seconds"] / small.said["seconds"]) / (large.said["lines"] / small.said["lines"])
    detail = f"{large.said['rules']} rules, {large.said['lines']:,} claim lines, {large.said['findings']:,} findings"
    return [
        within("rules", large.said["seconds"], 60, "s", detail),
        within("rules, peak memory", large.peak_mb / 1024, 4, "GB"),
        within("rules, growth per line from a tenth", growth, 1.3, "×", f"{small.said['seconds']:.1f} s at {persons // 10:,} persons"),
    ]
