"""The rows a lead cites: as they stand in the book, and as the evidence list of data-contract 2.1."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import polars as pl

from graph.book import ask, book_columns
from graph.contract import CONTRACT, PROVENANCE
from graph.errors import WrongUse

SAMPLE = 2_000
"""Rows of the printed evidence list; beyond it an even sample over units (data-contract 2.1)."""

_HELD = 400_000
"""Evidence rows held in memory at a time while a file is written."""
_FETCHED = 500


def references(cursor: duckdb.DuckDBPyConnection, lead_id: str, limit: int, offset: int) -> pl.DataFrame:
    """What is cited, without the rows themselves."""
    return ask(
        cursor,
        f"SELECT source_table, key, day, amount_fen, rule_ids, cleared, psn_no, fixmedins_code, mdtrt_id "
        f"FROM lead_evidence WHERE lead_id = ? ORDER BY source_table, day, key LIMIT {int(limit)} OFFSET {int(offset)}",
        [lead_id],
    )


def rows(cursor: duckdb.DuckDBPyConnection, lead_id: str, table: str, limit: int, offset: int) -> pl.DataFrame:
    """The cited rows of one table: the book's columns that are filled, then fen, rules, delivery, file and record.

    A row that the book no longer holds (replaced by a correction) is left out; `references` still names it.
    """
    if table not in CONTRACT.tables:
        raise WrongUse(f"the table {table!r}", "a table of the data contract")
    wanted = ask(
        cursor,
        f"SELECT key, month, day, amount_fen, rule_ids, cleared FROM lead_evidence WHERE lead_id = ? AND source_table = ? "
        f"ORDER BY day, key LIMIT {int(limit)} OFFSET {int(offset)}",
        [lead_id, table],
    )
    if wanted.is_empty():
        return wanted
    key = CONTRACT[table].key or ("row_id",)
    kinds = dict(book_columns(table))
    parts = ", ".join(f"TRY_CAST(json_extract_string(key, '$.{name}') AS {kinds[name]}) AS k_{name}" for name in key)
    cursor.register("wanted_frame", wanted)
    same = " AND ".join(f"b.{name} IS NOT DISTINCT FROM w.k_{name}" for name in key)
    query = f"""
        WITH w AS (SELECT *, {parts} FROM wanted_frame)
        SELECT b.*, w.amount_fen AS claimed_fen, w.rule_ids, w.cleared
        FROM w JOIN {_read(table, wanted)} AS b ON {same} ORDER BY w.day, w.key
    """
    found = ask(cursor, query, _first(wanted, key[0]))
    return _arranged(found, table, key)


def _read(table: str, wanted: pl.DataFrame) -> str:
    """The table, cut to the months and first keys that are cited: DuckDB then opens few files and few row groups."""
    months = ", ".join(str(month) for month in sorted(set(wanted["month"].drop_nulls().to_list())))
    key = (CONTRACT[table].key or ("row_id",))[0]
    near = f'"month" IN ({months}) AND ' if months and not wanted["month"].has_nulls() else ""
    return f"(SELECT * FROM {table} WHERE {near}list_contains(?, {key}))"


def _first(wanted: pl.DataFrame, key: str) -> list[list[str]]:
    return [wanted.select(pl.col("key").str.json_path_match(f"$.{key}")).to_series().unique().to_list()]


def _arranged(found: pl.DataFrame, table: str, key: Sequence[str]) -> pl.DataFrame:
    beside = [name for name, _ in PROVENANCE]
    filled = [name for name, _ in book_columns(table) if name not in beside and (name in key or found[name].null_count() < found.height)]
    return found.select(*filled, "claimed_fen", "rule_ids", "cleared", *beside)


def as_json(cursor: duckdb.DuckDBPyConnection, leads: pl.DataFrame, nested: Sequence[str]) -> Iterator[str]:
    """Each lead as one line of data-contract 2.1, evidence last."""
    rows_so_far = pl.col("evidence_rows").clip(upper_bound=SAMPLE).cum_sum() // _HELD
    for part in leads.sort("rank").with_columns(rows_so_far.alias("part")).partition_by("part", maintain_order=True, include_key=False):
        cursor.register("part", part.select("lead_id"))
        evidence = dict(cursor.execute(_SAMPLED).fetchall())
        for lead in part.iter_rows(named=True):
            fields = {name: _plain(name, value, nested) for name, value in lead.items()}
            yield f'{json.dumps(fields, ensure_ascii=False)[:-1]}, "evidence": [{evidence.get(lead["lead_id"], "")}]}}'


def _plain(name: str, value: object, nested: Sequence[str]) -> object:
    if name not in nested or not isinstance(value, str):
        return value
    parsed = json.loads(value)
    if name == "benign_checks":
        return [{field: check[field] for field in ("name", "verdict", "detail")} for check in parsed]
    return parsed


def objects(rows: pl.DataFrame, nested: Sequence[str]) -> Iterator[str]:
    """Each row as one JSON object; the `nested` columns hold JSON already."""
    for row in rows.iter_rows(named=True):
        yield json.dumps({name: _plain(name, value, nested) for name, value in row.items()}, ensure_ascii=False)


def findings_as_json(cursor: duckdb.DuckDBPyConnection, run: Path) -> Iterator[str]:
    """Each rule hit as one line of data-contract 2.2."""
    reader = cursor.execute(f"""
        WITH cited AS (
          SELECT finding_id, string_agg({_ENTRY}, ', ' ORDER BY source_table, key) AS evidence
          FROM read_parquet('{run / "evidence.parquet"}') GROUP BY finding_id
        )
        SELECT to_json(struct_pack(finding_id := f.finding_id, rule_id := f.rule_id, rule_version := f.rule_version,
                                   subject := struct_pack(type := f.subject_type, id := f.subject_id), amount_fen := f.amount_fen,
                                   estimate_fen := f.estimate_fen, facts := CAST(f.facts AS JSON), run_id := f.run_id)), c.evidence
        FROM read_parquet('{run / "findings.parquet"}') AS f LEFT JOIN cited AS c USING (finding_id) ORDER BY f.rule_id, f.finding_id
    """)
    while found := reader.fetchmany(_FETCHED):
        for fields, evidence in found:
            yield f'{fields[:-1]}, "evidence": [{evidence or ""}]}}'


_ENTRY = """'{"table": "' || source_table || '", "key": ' || key || ', "amount_fen": ' || CAST(coalesce(amount_fen, 0) AS VARCHAR) || '}'"""

# round robin over units: every unit gives its first row before any gives its second
_SAMPLED = f"""
WITH unit_row AS (
  SELECT lead_id, source_table, key, amount_fen, coalesce(units[1], key) AS unit FROM lead_evidence SEMI JOIN part USING (lead_id)
), placed AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY lead_id, unit ORDER BY source_table, key) AS turn FROM unit_row
), chosen AS (
  SELECT * FROM placed QUALIFY ROW_NUMBER() OVER (PARTITION BY lead_id ORDER BY turn, md5(unit), unit) <= {SAMPLE}
)
SELECT lead_id, string_agg({_ENTRY}, ', ' ORDER BY source_table, key) FROM chosen GROUP BY lead_id
"""
