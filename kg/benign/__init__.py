"""The innocent stories: each is tested on every finding whose rule names it, and the outcome is printed for and against.

One check is a pair with one stem, as a rule is: `<name>.toml` says what is tested and how the outcome reads, `<name>.sql` tests it, for all
findings of a run in one query. The query reads the book, the views of kg, the library, `hit_row` (the evidence rows of the findings that
name the check) and `cited_line` (what the bill says of such a row, by its `n`). It returns one row a finding: `finding_id`, `explained`
(the story holds; NULL = the data to tell are missing), `closes` (it holds entirely, so that the finding is none), and figures.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Formatter
from typing import Literal

import duckdb
import polars as pl

from graph.book import ask
from graph.contract import KNOWLEDGE
from kg.knowledge.library import CARRIED, Library
from kg.relations import CODE_GROUP, RELATIONS, prepare, relations_read

Verdict = Literal["excluded", "not_excluded", "no_data"]


@dataclass(frozen=True)
class Check:
    """One innocent story."""

    name: str
    zh: str
    en: str
    test: str
    """What is tested, in words (source: the catalogue's benign_test of this name)."""
    share: float
    """Share of a lead's tested findings that the story must explain before it cannot be ruled out."""
    says_zh: str
    says_en: str
    unknown_zh: str
    unknown_en: str
    parameters: Mapping[str, object]
    query: str


def _check(name: str) -> Check:
    here = files(__package__)
    raw = tomllib.loads((here / f"{name}.toml").read_text(encoding="utf-8"))
    parameters = {key: value["value"] for key, value in raw.pop("parameters", {}).items()}
    return Check(name=name, query=(here / f"{name}.sql").read_text(encoding="utf-8"), parameters=parameters, **raw)


CHECKS: Mapping[str, Check] = {
    name: _check(name) for name in sorted(p.name.removesuffix(".toml") for p in files(__package__).iterdir() if p.name.endswith(".toml"))
}


LINE = "cited_line"
_LINES = f"""
CREATE OR REPLACE TEMP TABLE {LINE} AS
SELECT e.n, f.med_list_codg, f.medins_list_codg, f.cnt, f.pric, f.sin_dos_dscr,
       CASE WHEN substr(f.med_list_codg, 1, 1) = 'Z' OR regexp_matches(f.med_list_codg, '^[0-9]{{15}}$') THEN substr(f.med_list_codg, 1, 11)
            ELSE substr(f.med_list_codg, 1, 10) END AS family  -- the ingredient of a drug, the item of a service, the kind of a consumable
FROM evidence AS e JOIN fee_list_d AS f ON f.mdtrt_id = e.mdtrt_id AND f.bkkp_sn = e.bkkp_sn
WHERE e.finding_id IN (SELECT finding_id FROM asked)"""


def run_checks(connection: duckdb.DuckDBPyConnection, library: Library = CARRIED) -> None:
    """Test every story that a finding names; needs `finding` and `evidence`.

    Writes `benign_<name>` for each check that ran, and `closed_finding (finding_id, name)`: findings that a story explains entirely.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE asked AS SELECT finding_id, rule_id, pattern, UNNEST(benign_checks) AS name FROM finding"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE closed_finding (finding_id VARCHAR, name VARCHAR)")
    checks = _asked(connection)
    _provide(connection, {name for check in checks for name in relations_read(check.query)}, library)
    for check in checks:
        connection.execute(f"""
            CREATE OR REPLACE TEMP VIEW hit_row AS
            SELECT a.rule_id, a.pattern, e.* FROM evidence AS e JOIN asked AS a ON a.finding_id = e.finding_id AND a.name = '{check.name}'
        """)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE benign_{check.name} AS {check.query}", dict(check.parameters) or None)
        connection.execute(f"INSERT INTO closed_finding SELECT finding_id, '{check.name}' FROM benign_{check.name} WHERE closes")


def _provide(connection: duckdb.DuckDBPyConnection, read: set[str], library: Library) -> None:
    """What the checks read beside the book, each thing once for all of them and only if one of them reads it."""
    if LINE in read:
        connection.execute(_LINES)
    if read & {*RELATIONS, *KNOWLEDGE, CODE_GROUP}:
        for _ in prepare(connection, read, library):
            pass


def _asked(connection: duckdb.DuckDBPyConnection) -> list[Check]:
    names = [row[0] for row in connection.execute("SELECT DISTINCT name FROM asked ORDER BY name").fetchall()]
    return [CHECKS[name] for name in names if name in CHECKS]


def verdicts(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`lead_id, name, verdict, detail, detail_en` for every story that a lead's findings name; needs `lead_finding`.

    A story that this version cannot test yet is printed too: as no_data, saying so.
    """
    tested = [_of_leads(connection, check) for check in _asked(connection)]
    known = pl.DataFrame({"name": list(CHECKS)}, schema={"name": pl.String})
    asked = ask(connection, "SELECT DISTINCT l.lead_id, a.name FROM lead_finding AS l JOIN asked AS a USING (finding_id)")
    untested = asked.join(known, on="name", how="anti").with_columns(
        pl.lit("no_data").alias("verdict"),
        pl.lit("本版本尚不能检验此项").alias("detail"),
        pl.lit("this version cannot test it yet").alias("detail_en"),
    )
    return pl.concat([*tested, untested.select("lead_id", "name", "verdict", "detail", "detail_en")]).sort("lead_id", "name")


def _of_leads(connection: duckdb.DuckDBPyConnection, check: Check) -> pl.DataFrame:
    figures = [
        row[0]
        for row in connection.execute(f"DESCRIBE benign_{check.name}").fetchall()
        if row[0] not in {"finding_id", "explained", "closes"}
    ]
    sums = "".join(f", CAST(coalesce(SUM(b.{name}), 0) AS BIGINT) AS {name}" for name in figures)
    frame = ask(
        connection,
        f"""
        SELECT l.lead_id, COUNT(*) AS hits, COUNT(b.explained) AS tested, COUNT(*) FILTER (WHERE b.explained) AS explained{sums}
        FROM lead_finding AS l JOIN asked AS a ON a.finding_id = l.finding_id AND a.name = '{check.name}'
        LEFT JOIN benign_{check.name} AS b ON b.finding_id = l.finding_id
        GROUP BY l.lead_id
    """,
    )
    unknown, holds = pl.col("tested") == 0, pl.col("explained") >= check.share * pl.col("tested")
    return frame.select(
        "lead_id",
        pl.lit(check.name).alias("name"),
        pl.when(unknown).then(pl.lit("no_data")).when(holds).then(pl.lit("not_excluded")).otherwise(pl.lit("excluded")).alias("verdict"),
        pl.when(unknown).then(pl.lit(check.unknown_zh)).otherwise(_filled(check.says_zh)).alias("detail"),
        pl.when(unknown).then(pl.lit(check.unknown_en)).otherwise(_filled(check.says_en)).alias("detail_en"),
    )


def _filled(template: str) -> pl.Expr:
    """The sentence with its figures, for all leads at once."""
    parts = list(Formatter().parse(template))
    text = "".join(literal + ("{}" if name else "") for literal, name, _, _ in parts)
    return pl.format(text, *[pl.col(name) for _, name, _, _ in parts if name])
