"""Which rows are wrong on purpose? A handful a month, so that a quarantine has something to show."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

FAULTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "mdtrt_d": (("begntime", "2025-13-45 08:00:00", "a date that does not exist"),),
    "fee_list_d": (("det_item_fee_sumamt", "壹佰元", "text in a number"), ("psn_no", "", "a key column left empty")),
    "setl_d": (("medfee_sumamt", "12,5O", "text in a number"),),
    "selinfo_3505": (("sel_retn_cnt", "两盒", "text in a number"),),
    "face_check": (("check_time", "20250230", "a date that does not exist"),),
}
"""Table -> (column, value, reason)."""
_KEYS = {"mdtrt_d": "mdtrt_id", "fee_list_d": "bkkp_sn", "setl_d": "setl_id", "face_check": "check_id"}


@dataclass(frozen=True)
class Spoilt:
    """One row that is wrong on purpose."""

    cells: list[str]
    column: str
    value: str
    reason: str


def spoilt(table: str, header: list[str], frame: pl.DataFrame, rng: np.random.Generator) -> list[Spoilt]:
    """Spoilt copies of honest rows under keys of their own, so that no true row is lost."""
    found = []
    for column, value, reason in FAULTS.get(table, ()) if frame.height else ():
        text = frame.select(header)[int(rng.integers(0, frame.height))].write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S")
        cells = next(csv.reader(io.StringIO(text)))
        if table in _KEYS:
            at = header.index(_KEYS[table])
            cells[at] = "9" + cells[at][1:]
        cells[header.index(column)] = value
        found.append(Spoilt(cells, column, value, reason))
    return found
