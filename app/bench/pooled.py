"""The grades of several cities as one: sums of counts, never means of rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.evaluate.report import Rate


def pool(reports: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Recall and precision by pattern and over all, innocents accused, from the JSON of `evaluate`."""
    names = list(dict.fromkeys(row["pattern"] for report in reports for row in report["patterns"]))
    rows = [_row(name, [row for report in reports for row in report["patterns"] if row["pattern"] == name]) for name in names]
    whole = _row("all", [report["all"] for report in reports])
    accused = sum(report["innocents"]["accused"] for report in reports)
    total = sum(report["innocents"]["total"] for report in reports)
    share = Rate.of(accused, total)
    return {"patterns": rows, "all": whole, "accused": share.value or 0.0, "accused_detail": f"{accused} of {total}, {share}"}


def _row(name: str, graded: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    schemes, found, leads, right = (sum(row[word] for row in graded) for word in ("schemes", "found", "leads", "right"))
    recall, precision = Rate.of(found, schemes), Rate.of(right, leads)
    return {
        "pattern": name,
        "recall": recall.value or 0.0,
        "precision": precision.value or 0.0,
        "recall_detail": f"{found:g} of {schemes}, {recall}",
        "precision_detail": f"{right:g} of {leads}, {precision}",
    }
