"""A book in which two boxes were billed twice at one till: one short of what the rule asks for."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from graph.home import Home
from tests.books import make_book
from tests.kg.crimes import Hours, box, many, sale

RULE = "trace_code_rescan_same_shop"


def two_boxes_twice(home: Home, *, outcome: str | None = None, codes: str = "AB") -> None:
    """`outcome`: what a person decided about the shop before."""
    sold = many(sale(box(c), to="ANN") + sale(box(c), to="ANN", after=Hours(24)) for c in codes)
    tables: dict[str, list[dict[str, object]]] = defaultdict(list)
    for name, columns in sold.rows:
        tables[name].append(dict(columns))
    tables["fixmedins_b"] = [{"fixmedins_code": "P1", "fixmedins_type": "2", "medins_kind": "pharmacy", "hosp_lv": "11"}]
    if outcome:
        decided = {"outcome_id": "O1", "subject_type": "pharmacy", "subject_id": "P1", "stage": "panel", "result": outcome}
        tables["case_outcome"] = [{**decided, "decided_at": datetime(2025, 7, 20)}]
    make_book(home, tables)
