"""What a cited row names: the persons and places in it, its unit of evidence (data-contract 2.4) and the money that bounds it.

`resolve` is the one door: rules, leads and `evaluate` all ask it, so that a row means the same to each.
"""

from __future__ import annotations

import duckdb

from graph.book import TRACE_TABLE
from graph.contract import CONTRACT, Table

STOCK = frozenset(t.name for t in CONTRACT if t.section == "1.3" and t.has_row_id)
"""Tables whose unit is the trace code, or institution + drug + day where a row has none."""
PERSON = frozenset({"psn_b", "psn_insu_d", "opsp_reg", "payroll", "person_registry", "other_payer"})
BANK = "bank_txn"

RESOLVED = (
    *(("source_table", "VARCHAR"), ("key", "VARCHAR"), ("units", "VARCHAR[]")),
    *((name, "VARCHAR") for name in ("psn_no", "fixmedins_code", "stff_code", "emp_no", "opter_id", "mdtrt_id", "setl_id", "bkkp_sn")),
    *(("day", "DATE"), ("month", "BIGINT"), ("paid_cap", "BIGINT")),
)
"""(column, type) that `resolve` adds to what it is given."""

_STAFF = (
    *("stff_code", "bilg_dr_code", "chfpdr_code", "oper_dr_code", "dr_code", "author_code"),
    *("nurse_code", "therapist_code", "recorder_code"),
)
_FILLED = ("drug_trac_codg", "mdtrt_id", "psn_no")
"""Columns that the key of a row without key names beside row_id and its K columns, where they are filled."""


def resolve(connection: duckdb.DuckDBPyConnection, cited: str, into: str) -> None:
    """Create the temporary table `into` from the relation `cited`: its rows and columns, and the columns of RESOLVED.

    `cited` must have `source_table` and `key`, the evidence key of data-contract 2.1 as JSON; other columns pass through. In `into`
    the key is canonical: columns in the order of the contract, a keyless row under its `row_id` and its K columns. A key that is not in
    the book keeps its row, names what it says itself and has null in the rest.
    """
    passed = [row[0] for row in connection.execute(f"DESCRIBE {cited}").fetchall() if row[0] not in dict(RESOLVED)]
    declared = ", ".join(f'"{name}" {kind}' for name, kind in (*_types(connection, cited, passed), *RESOLVED))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {into} ({declared})")
    for (name,) in connection.execute(f"SELECT DISTINCT source_table FROM {cited} ORDER BY ALL").fetchall():
        if name in CONTRACT.tables:
            connection.execute(f"INSERT INTO {into} {_resolved(CONTRACT[name], cited, passed)}")


def _types(connection: duckdb.DuckDBPyConnection, cited: str, passed: list[str]) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in connection.execute(f"DESCRIBE {cited}").fetchall() if row[0] in passed]


def _resolved(table: Table, cited: str, passed: list[str]) -> str:
    """The query for one table: parse the keys, find their rows, read from them who, where, when and which unit."""
    have = {name for name, _ in table.book_columns}
    outer = ", ".join(f'c."{name}"' for name in passed)
    comma = ", " if passed else ""
    return f"""
WITH c AS (SELECT {outer.replace("c.", "")}{comma}key, {_key_columns(table)} FROM {cited} WHERE source_table = '{table.name}'),
     c_row AS (SELECT * FROM {table.name} t WHERE {_wanted(table)}),
     person AS (SELECT certno_h, MIN(psn_no) AS psn_no FROM psn_b
                WHERE {str(table.name in PERSON).lower()} AND certno_h IS NOT NULL GROUP BY certno_h),
     visit AS (SELECT mdtrt_id, psn_no, fixmedins_code, emp_no, opter_id FROM mdtrt_d
               WHERE mdtrt_id IN (SELECT {_visit(table, have)} FROM c_row t)),
     settlement AS (SELECT setl_id, emp_no, opter_id,
                           fund_pay_sumamt + coalesce(acct_pay, 0) + coalesce(acct_mulaid_pay, 0) AS paid_cap
                    FROM setl_d WHERE setl_id IN (SELECT {_of("setl_id", have)} FROM c_row t)),
     code AS ({_codes(table)})
SELECT {outer}{comma}'{table.name}' AS source_table, {_canonical(table)} AS key, {_units(table, have)} AS units,
       coalesce({_of("psn_no", have)}, v.psn_no{", p.psn_no" if "certno_h" in have and table.name in PERSON else ""}) AS psn_no,
       coalesce({_of("fixmedins_code", have)}, v.fixmedins_code, {_said(table, "fixmedins_code")}) AS fixmedins_code,
       {_staff(have)} AS stff_code,
       coalesce({_of("emp_no", have)}, s.emp_no, v.emp_no) AS emp_no, coalesce(s.opter_id, {_of("opter_id", have)}, v.opter_id) AS opter_id,
       {_of("mdtrt_id", have)} AS mdtrt_id, {_of("setl_id", have)} AS setl_id, {_of("bkkp_sn", have)} AS bkkp_sn,
       {_day(table)} AS day, t."month" AS month, s.paid_cap AS paid_cap
FROM c LEFT JOIN c_row t ON {_match(table, "t")}
LEFT JOIN visit v ON v.mdtrt_id = {_visit(table, have)}
LEFT JOIN settlement s ON s.setl_id = {_of("setl_id", have)}
LEFT JOIN person p ON p.certno_h = {_of("certno_h", have)}
LEFT JOIN code k ON k.row_id = {_of("row_id", have)}"""


def _key(table: Table) -> tuple[str, ...]:
    """Book columns that name a row: the key, or row_id and the K columns."""
    return table.key or ("row_id", *(c for c in table.filled if table.columns[c].identity is None))


def _key_columns(table: Table) -> str:
    """The key's parts, cast from the JSON to the types of the book (k_<column>)."""
    kinds = dict(table.book_columns)
    names = dict.fromkeys((*_key(table), *(f for f in _FILLED if f in kinds))) if table.has_row_id else dict.fromkeys(table.key)
    return ", ".join(f"TRY_CAST(json_extract_string(key, '$.{name}') AS {kinds[name]}) AS k_{name}" for name in names)


def _joined(table: Table) -> tuple[str, ...]:
    return ("row_id",) if table.has_row_id else table.key


def _wanted(table: Table) -> str:
    """Only cited rows are read: the first column of the key decides at the scan."""
    first = _joined(table)[0]
    return f"t.{first} IN (SELECT k_{first} FROM c)"


def _match(table: Table, alias: str) -> str:
    first, *rest = _joined(table)  # the first part of a key is always filled; in the others a null equals a null
    filled = table.filled
    terms = [f"{alias}.{first} = c.k_{first}"]
    terms += [f"{alias}.{name} {'=' if name in filled else 'IS NOT DISTINCT FROM'} c.k_{name}" for name in rest]
    return " AND ".join(terms)


def _of(column: str, have: set[str]) -> str:
    return f"t.{column}" if column in have else "CAST(NULL AS VARCHAR)"


def _said(table: Table, column: str) -> str:
    """What the key itself says, for a row that the book does not hold."""
    return f"c.k_{column}" if table.has_row_id and column in table.filled else "CAST(NULL AS VARCHAR)"


def _visit(table: Table, have: set[str]) -> str:
    return "CAST(NULL AS VARCHAR)" if table.name in STOCK or table.name == "mdtrt_d" else _of("mdtrt_id", have)


def _staff(have: set[str]) -> str:
    found = [f"t.{name}" for name in _STAFF if name in have]
    return f"coalesce({', '.join(found)})" if len(found) > 1 else (found or ["CAST(NULL AS VARCHAR)"])[0]


def _codes(table: Table) -> str:
    if table.name not in STOCK:
        return "SELECT CAST(NULL AS VARCHAR) AS row_id, CAST(NULL AS VARCHAR[]) AS codes WHERE false"
    return f"""SELECT row_id, list_sort(array_agg(DISTINCT drug_trac_codg)) AS codes FROM {TRACE_TABLE}
               WHERE source_table = '{table.name}' AND row_id IN (SELECT k_row_id FROM c) GROUP BY row_id"""


def _day(table: Table) -> str:
    times = [name for name, column in table.columns.items() if column.kind in {"time", "date"}]
    filled = [name for name in times if name in table.filled]
    name = next(iter((*filled, *([table.month] if table.month else ()), *times)), "")
    if not name:
        return "CAST(NULL AS DATE)"
    return f"CAST(coalesce(t.{name}, c.k_{name}) AS DATE)" if table.has_row_id and name in filled else f"CAST(t.{name} AS DATE)"


def _canonical(table: Table) -> str:
    if not table.has_row_id:
        return f"to_json(struct_pack({', '.join(f'{name} := c.k_{name}' for name in table.key)}))"
    kinds = dict(table.book_columns)
    parts = ", ".join(f"{name} := coalesce(t.{name}, c.k_{name})" for name in _key(table))
    filled = ", ".join(f"{name} := t.{name}" for name in _FILLED if name in kinds and name not in _key(table))
    named = f"to_json(struct_pack({parts}))"
    return f"json_merge_patch({named}, to_json(struct_pack({filled})))" if filled else named


def _units(table: Table, have: set[str]) -> str:
    """The grading unit of a row, as a list: only a stock row with several trace codes has several."""
    if table.name in STOCK:
        time = next(c for c in table.filled if table.columns[c].kind in {"time", "date"}) if _has_time(table) else None
        day = f"CAST(coalesce(t.{time}, c.k_{time}) AS DATE)" if time else "''"
        drug = "coalesce(t.med_list_codg, c.k_med_list_codg)" if "med_list_codg" in have else "''"
        place = f"'stock:' || coalesce(t.fixmedins_code, c.k_fixmedins_code) || '|' || {drug} || '|' || {day}"
        said = "string_split(c.k_drug_trac_codg, ';')" if "drug_trac_codg" in have else "CAST(NULL AS VARCHAR[])"
        return f"coalesce(list_transform(coalesce(k.codes, {said}), lambda x: 'trac:' || trim(x)), [{place}])"
    if table.name in PERSON:
        return f"['psn:' || coalesce({_of('psn_no', have)}, p.psn_no, c.key)]"
    if table.name == BANK:
        return "['txn:' || c.k_txn_id]"
    if table.name == "mdtrt_d" or (not table.has_row_id and table.key[0] == "mdtrt_id"):
        return "['mdtrt:' || c.k_mdtrt_id]"
    if "mdtrt_id" in have:
        elsewhere = f"{_of('psn_no', have)} || '|' || {_of('fixmedins_code', have)} || '|' || {_day(table)}"
        return f"['mdtrt:' || coalesce(t.mdtrt_id, {elsewhere}, c.key)]"
    return f"['row:{table.name}|' || CAST({_canonical(table)} AS VARCHAR)]"


def _has_time(table: Table) -> bool:
    return any(table.columns[c].kind in {"time", "date"} for c in table.filled)
