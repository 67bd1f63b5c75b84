"""Days billed for examinations of which no report exists, at houses that deliver reports."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg import unreported
from kg.rule import Value

READS = ("reported_day", "net_line")


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house and item, and per house and doctor, beyond peers and chance."""
    return unreported.find(connection, "reported_day", "exam", parameters)
