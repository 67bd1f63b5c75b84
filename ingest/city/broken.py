"""Which rows are wrong on purpose? A handful a month, so that a quarantine has something to show."""

from __future__ import annotations

import numpy as np
import polars as pl

_FAULTS = (
    ("mdtrt_d", "begntime", "2025-13-45 08:00:00", "a date that does not exist"),
    ("fee_list_d", "det_item_fee_sumamt", "壹佰元", "text in a number"),
    ("fee_list_d", "psn_no", "", "a key column left empty"),
    ("setl_d", "setl_time", "0000-00-00", "a date that does not exist"),
    ("selinfo_3505", "sel_retn_cnt", "两盒", "text in a number"),
    ("face_check", "check_time", "20250230", "a date that does not exist"),
)


def spoil(table: str, frame: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, list[dict[str, object]]]:
    """Append spoilt copies of honest rows (new keys), so that no true row is lost. Returns the frame and the key's entries."""
    del rng
    return frame, [{}][:0] if table else []


__all__ = ["_FAULTS", "spoil"]
