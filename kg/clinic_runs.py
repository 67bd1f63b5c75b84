"""Bills of a village clinic that follow each other without a pause: what a list, or a drawer of cards, looks like when it is typed."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl


def runs(connection: duckdb.DuckDBPyConnection, max_gap: int) -> Iterator[pl.DataFrame]:
    """The runs of `clinic_bill`, each in the order of its bills; a pause of more than `max_gap` seconds begins another.

    Where a camera saw half of the persons they came, in whatever order they were called: such a run is left out.
    """
    bills = connection.sql("SELECT * FROM clinic_bill ORDER BY fixmedins_code, setl_time, setl_id").pl()
    pause = pl.col("setl_time").diff().over("fixmedins_code").dt.total_seconds().fill_null(0)
    numbered = bills.with_columns(run=(pause > max_gap).cum_sum().over("fixmedins_code"))
    for _, run in numbered.group_by("fixmedins_code", "run", maintain_order=True):
        persons = run.unique("psn_no")
        if 2 * int(persons["seen"].sum()) < persons.height:
            yield run
