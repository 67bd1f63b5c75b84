"""Drugs for injection billed in visits that neither inject nor order them, at houses that usually do."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from kg import unreported
from kg.rule import Value

READS = ("injection_day", "net_line")


def find(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, Value]) -> pa.Table:
    """One row per house and drug, and per house and doctor, beyond peers and chance; wards and clinics are compared apart."""
    kinds = ["ward", "clinic"] + ([] if parameters["self_injectable_exempt"] else ["pen"])
    return pa.concat_tables(unreported.find(connection, "injection_day", kind, parameters) for kind in kinds)
