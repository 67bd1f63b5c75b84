"""Every query of kg is written in the SQL that gives equal rows on DuckDB and Spark: an allowlist over the syntax tree.

What is not listed is refused, because the translator is silently wrong on some of what it accepts. A new construct is probed on both
engines first, then listed here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

ROOT = Path(__file__).resolve().parents[2]
QUERIES = sorted([*(ROOT / "kg" / "rules").glob("*/*.sql"), *(ROOT / "kg" / "views").glob("*.sql")])

NODES = {
    *("Select", "From", "Join", "Where", "Group", "Having", "Qualify", "Order", "Ordered", "Union", "With", "CTE", "Subquery", "Distinct"),
    *("Table", "TableAlias", "Column", "Alias", "Identifier", "Star", "Literal", "Boolean", "Null", "Placeholder", "Paren", "Var"),
    *("And", "Or", "Not", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "Is", "In", "NullSafeEQ", "Case", "If", "Coalesce", "Greatest", "Least"),
    *("Add", "Sub", "Mul", "Div", "IntDiv", "Mod", "Neg", "Abs", "Round", "Floor", "Sqrt", "Pow", "Cos"),
    *("Cast", "DataType", "DataTypeParam", "DPipe", "Substring", "Lower", "RegexpLike", "Like"),
    *(
        "Count",
        "CountIf",
        "Sum",
        "Min",
        "Max",
        "Median",
        "LogicalOr",
        "Filter",
        "GroupConcat",
        "ArrayAgg",
        "ArraySort",
        "Struct",
        "PropertyEQ",
    ),
    *("Window", "WindowSpec", "RowNumber", "Lag", "Lead"),
    *("Extract", "DateDiff", "Interval", "TimeToUnix", "GenerateSeries", "Unnest"),
}
JOINS = {"", "LEFT", "CROSS", "SEMI", "ANTI"}


def complaints(sql: str) -> list[str]:
    """What in a query is outside the subset, in words."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    found = [f"{type(node).__name__} is not in the subset" for node in tree.walk() if type(node).__name__ not in NODES]
    for node in tree.walk():
        found += _traps(node)
    return found


def _traps(node: exp.Expression) -> list[str]:
    """Constructs that both engines accept and answer differently."""
    match node:
        case exp.ArrayAgg() if node.find(exp.Order):
            return ["ARRAY_AGG(x ORDER BY y): write LIST_SORT(ARRAY_AGG(x))"]
        case exp.Unnest() if not isinstance(node.parent, exp.Join):
            return ["UNNEST outside CROSS JOIN multiplies rows on one engine only"]
        case exp.TimeToUnix() if not node.find_ancestor(exp.Floor):
            return ["epoch() keeps microseconds: CAST(FLOOR(epoch(t)) AS BIGINT)"]
        case exp.DateDiff() if node.text("unit").upper() not in {"DAY", "'DAY'"} or not all(
            _is_date(a) for a in (node.this, node.expression)
        ):
            return ["date_diff only of 'day' between two CASTs to DATE"]
        case exp.Extract() if node.name.upper() not in {"YEAR", "MONTH", "HOUR", "WEEK", "DAY"}:
            return [f"EXTRACT({node.name}) differs"]
        case exp.Cast() if node.is_type("BIGINT", "INT") and isinstance(node.this, exp.Div | exp.Mul | exp.Literal) and node.find(exp.Div):
            return ["CAST of a fraction to an integer rounds here and cuts off there: ROUND or FLOOR first"]
        case exp.Join() if node.method or (node.side or node.kind or "").upper() not in JOINS:
            return [f"{node.method} {node.side} {node.kind} JOIN".strip()]
        case exp.Median() if node.find(exp.DataType) is not None and node.find(exp.DataType).is_type("DECIMAL"):  # type: ignore[union-attr]
            return ["MEDIAN of decimals differs in type"]
    return []


def _is_date(node: exp.Expression | None) -> bool:
    return isinstance(node, exp.Cast) and node.is_type("DATE")


def test_there_are_queries() -> None:
    assert len(QUERIES) > 40


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_query_is_in_the_subset(path: Path) -> None:
    assert complaints(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) FROM t",
        "SELECT ARRAY_AGG(x ORDER BY y) FROM t",
        "SELECT UNNEST(a), UNNEST(b) FROM t",
        "SELECT epoch(t1) - epoch(t2) FROM t",
        "SELECT date_diff('hour', t1, t2) FROM t",
        "SELECT date_diff('day', t1, t2) FROM t",
        "SELECT DAYOFWEEK(d) FROM t",
        "SELECT hash(x) FROM t",
        "SELECT MODE(x) FROM t",
        "SELECT regexp_replace(x, 'a', 'b') FROM t",
        "SELECT * FROM a ASOF JOIN b ON a.t >= b.t",
        "SELECT CAST(x / 2 AS BIGINT) FROM t",
        "SELECT quantile_cont(x, 0.5) FROM t",
        "SELECT * FROM a FULL JOIN b USING (x)",
    ],
)
def test_what_is_silently_different_is_refused(sql: str) -> None:
    assert complaints(sql)
