"""Every pattern on three reported seeds that nothing was tuned on."""

from __future__ import annotations

from pathlib import Path

from app.bench.intake import city_of
from app.bench.measure import Figure, at_least, cost_of, within

SEEDS = (101, 202, 303)
PERSONS = 50_000


def figures(folder: Path, persons: int, months: int) -> list[Figure]:
    """Recall and precision by pattern over the three cities, innocents accused, money found."""
    homes = []
    for seed in SEEDS:
        city, _ = city_of(folder, min(persons, PERSONS), months, seed)
        home = folder / f"grades-{min(persons, PERSONS)}x{months}-{seed}"
        if not (home / "book" / "manifest.json").exists():
            cost_of("book", home, city / "data")
        cost_of("leads", home)
        homes += [home, city / "answer_key"]
    said = cost_of("grades", *homes).said
    made: list[Figure] = []
    for row in said["patterns"]:
        least = 0.90 if row["pattern"] == "phantom_bed" else 0.75
        made.append(at_least(f"{row['pattern']}: recall", row["recall"], 0.75, "", row["recall_detail"]))
        made.append(at_least(f"{row['pattern']}: precision", row["precision"], least, "", row["precision_detail"]))
    whole = said["all"]
    made.append(at_least("recall, micro", whole["recall"], 0.85, "", whole["recall_detail"]))
    made.append(at_least("precision, micro", whole["precision"], 0.85, "", whole["precision_detail"]))
    made.append(within("innocents accused, %", 100 * said["accused"], 2, "%", said["accused_detail"]))
    return made
