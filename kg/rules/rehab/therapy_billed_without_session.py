"""Days billed for therapy of which no session exists, at houses that deliver sessions."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg import unreported
from kg.rule import Value

READS = ("reported_day", "net_line")


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house and item, and per house and doctor, beyond peers and chance."""
    return unreported.find(connection, "reported_day", "therapy", parameters)
