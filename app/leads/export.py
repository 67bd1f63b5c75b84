"""Writing leads and findings for people and programs: one table on the screen, or a file that is complete or not there."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table

from app.cells import neutralised
from graph.errors import WrongUse

SHOWN = 50
"""Rows of the table on the screen; files hold all."""


def lines(texts: Iterable[str], out: Path | None) -> None:
    """One JSON object a line."""
    with _opened(out) as file:
        file.writelines(text + "\n" for text in texts)


def frame(rows: pl.DataFrame, form: str, out: Path | None, *, columns: Sequence[str]) -> None:
    """`columns` are those of the table on the screen; csv and parquet hold every column."""
    if form == "parquet":
        if out is None:
            raise WrongUse("--format parquet without --out", "a file to write to", "add --out FILE.parquet")
        rows.write_parquet(out)
    elif form == "csv":
        with _opened(out) as file:
            file.write(neutralised(_flat(rows)).write_csv())
    elif form == "table":
        with _opened(out) as file:
            console = Console(file=file, width=None if out is None else 160)
            console.print(_table(rows, columns))
            if rows.height > SHOWN:
                console.print(f"{SHOWN} / {rows.height:,}  --format jsonl | csv | parquet")
    else:
        raise WrongUse(f"--format {form}", "table, jsonl, csv or parquet")


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists of names as one cell: CSV has no nesting."""
    lists = [name for name, kind in rows.schema.items() if isinstance(kind, pl.List)]
    return rows.with_columns(pl.col(name).list.join(";") for name in lists)


def _table(rows: pl.DataFrame, columns: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        numeric = rows.schema[name].is_numeric()
        title = name.replace("_fen", "_yuan")  # as the cells below show it
        table.add_column(title, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric or name.endswith("_id"))
    for row in rows.head(SHOWN).select(columns).iter_rows():
        table.add_row(*(_cell(name, value) for name, value in zip(columns, row, strict=True)))
    return table


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    return f"{value / 100:,.2f}" if name.endswith("_fen") and isinstance(value, int) else str(value)


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    if out is None:
        yield sys.stdout
        return
    part = out.with_name(out.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        yield file
    part.replace(out)
