"""Services billed in stays whose orders do not know them, at houses that deliver orders."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg import unreported
from kg.rule import Value

READS = ("ordered_stay_day", "net_line")


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house and item, and per house and doctor, beyond peers and chance."""
    return unreported.find(connection, "ordered_stay_day", "order", parameters)
