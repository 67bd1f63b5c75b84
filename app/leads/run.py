"""One run: the rules find, the findings roll up, the leads live on. Its folder under runs/ is complete or not there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from app.cases import dismissals
from app.leads.assemble import BESIDE, ORDER, assemble
from app.leads.folder import Scope, new_run, run_before, run_name
from app.leads.lead_graph import write_graph
from app.leads.life import carry_gone, compare
from app.leads.money import count_money
from app.leads.ring_objects import write_rings
from app.leads.rollup import RollUp, roll_up
from app.leads.warnings import split_findings
from graph import book
from graph.book import ask
from graph.errors import NotBuiltYet
from graph.home import Home
from kg.benign import run_checks
from kg.engine import detect
from kg.knowledge.library import Library
from kg.patterns import PATTERNS
from kg.rule import Rule
from kg.site import site_rules

Progress = Callable[[str, float | None], None]

EVIDENCE = (
    *("lead_id", "source_table", "key", "amount_fen", "units", "psn_no", "fixmedins_code", "stff_code", "emp_no", "opter_id", "mdtrt_id"),
    *("setl_id", "bkkp_sn", "day", "month", "paid_cap", "rule_ids", "cleared"),
)
"""Columns of lead_evidence.parquet. `amount_fen` adds up to the lead's; `cleared` marks rows that a person has cleared."""

_ROW_GROUP = 20_000

MEMORY = "1500MB"
"""DuckDB's share of the 2 GB that making leads may use; what exceeds it is spilled to HOME/tmp."""


@dataclass(frozen=True)
class Run:
    """What a run found."""

    run_id: str
    findings: int
    leads: int
    """Leads that count: neither closed nor gone."""
    closed: int
    gone: int
    amount_fen: int
    """Recoverable over all leads that count, a line once, whichever leads cite it."""
    patterns: tuple[Mapping[str, object], ...]
    explained: Mapping[str, int]
    """Findings that an innocent story explained entirely and that support no lead, by story."""
    roll_up: RollUp
    scope: Scope
    started: str
    seconds: float
    rules: Mapping[str, object] = field(default_factory=dict)
    graph: str = ""
    """Whether the leads stand in Neo4j, or why not."""

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "scope": self.scope.to_json()}


def run(
    home: Home,
    *,
    only: str | None = None,
    date_from: date | None = None,
    date_to: date | None = None,
    progress: Progress | None = None,
) -> Run:
    """Detect, roll up, compare with the run before, rank, write, and put the leads into the graph when its server is up.

    Raises EnvironmentAtFault while another run of this home is at work.
    """
    if only == "scores":
        raise NotBuiltYet(f"detect --only {only}")
    scope = Scope(only=only, date_from=date_from, date_to=date_to)
    began = time.perf_counter()
    started = datetime.now(ZoneInfo("Asia/Shanghai"))
    run_id = run_name(home, scope, started)
    with new_run(home, run_id) as folder:
        report = detect(
            home, run_dir=folder, run_id=run_id, date_from=date_from, date_to=date_to, rules=_rules(home, only), progress=progress
        )
        made = make_leads(home, folder, run_id, scope, started=started, progress=progress)
        seconds = round(time.perf_counter() - began, 3)
        done = Run(**{**vars(made), "seconds": seconds, "rules": report.to_json()})
        _write_report(folder, done)
    if progress:
        progress("leads into the graph", None)
    return Run(**{**vars(done), "graph": write_graph(home, home.runs / run_id)})


def _rules(home: Home, only: str | None) -> Mapping[str, Rule]:
    """The site's rules: all, those that search for rings, or the others."""
    return {rule.id: rule for rule in site_rules(home).values() if only is None or rule.finds_rings == (only == "rings")}


def make_leads(home: Home, folder: Path, run_id: str, scope: Scope, *, started: datetime, progress: Progress | None = None) -> Run:
    """Turn `folder`'s findings.parquet and evidence.parquet into leads.parquet, lead_evidence.parquet and report.json."""
    say = progress or (lambda _message, _fraction: None)
    before = run_before(home, scope)
    with book.connect(home, memory=MEMORY) as connection:
        connection.execute("SET preserve_insertion_order = false")
        _open(connection, folder, before)
        say("innocent explanations", 0.1)
        run_checks(connection, Library.of(home))
        say("roll-up", 0.4)
        rings_before = _rings_before(connection)
        says = roll_up(connection, rings_before)
        count_money(connection)
        say("comparing with the run before", 0.6)
        connection.register("dismissal", dismissals(home))
        compare(connection, today=f"{started:%Y-%m-%d}")
        carry_gone(connection)
        say("ranking", 0.8)
        leads = assemble(connection, run_id)
        _write(connection, folder, leads)
        write_rings(connection, folder, leads, rings_before)
        made = _summary(connection, leads, says, run_id, scope, started)
    _write_report(folder, made)
    return made


def _open(connection: duckdb.DuckDBPyConnection, folder: Path, before: Path | None) -> None:
    """Name this run's findings and evidence (each row numbered), and the leads of the run before."""
    split_findings(connection, folder / "findings.parquet")
    # numbered by its place in the file and read column by column where it is needed: two million wide rows are never held at once
    connection.execute(f"""
        CREATE OR REPLACE TEMP VIEW evidence AS
        SELECT file_row_number AS n, * EXCLUDE (file_row_number)
        FROM read_parquet('{folder / "evidence.parquet"}', file_row_number = true)
    """)
    if before:
        for relation, file in (("before_lead", "leads"), ("before_evidence", "lead_evidence")):
            connection.execute(f"CREATE OR REPLACE TEMP VIEW {relation} AS SELECT * FROM read_parquet('{before / file}.parquet')")
        return
    columns = ", ".join(f"CAST(NULL AS {'TIMESTAMP' if name == 'cleared_at' else 'VARCHAR'}) AS {name}" for name in (*ORDER, *BESIDE))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW before_lead AS SELECT {columns} WHERE false")
    connection.execute("""
        CREATE OR REPLACE TEMP VIEW before_evidence AS
        SELECT CAST(NULL AS VARCHAR) AS lead_id, CAST(NULL AS VARCHAR) AS source_table, CAST(NULL AS VARCHAR) AS key,
               CAST(NULL AS DATE) AS day, CAST(NULL AS BOOLEAN) AS cleared WHERE false
    """)


def _rings_before(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """`pattern, ring_id, member` of the rings of the run before."""
    return ask(
        connection,
        """
        SELECT pattern, ring_id, m.type || ':' || m.id AS member
        FROM (SELECT pattern, subject_id AS ring_id, UNNEST(from_json(members, '[{"type":"VARCHAR","id":"VARCHAR"}]')) AS m
              FROM before_lead WHERE subject_type = 'ring')
    """,
    )


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, leads: pl.DataFrame) -> None:
    leads.write_parquet(folder / "leads.parquet")
    columns = ", ".join(EVIDENCE)
    gone = f"UNION ALL BY NAME SELECT {columns} FROM gone_evidence" if _rows(connection, "gone_evidence") else ""
    connection.execute(f"""
        COPY (SELECT * FROM (SELECT {columns} FROM lead_evidence {gone}) ORDER BY lead_id, source_table, key)
        TO '{folder / "lead_evidence.parquet"}' (FORMAT parquet, ROW_GROUP_SIZE {_ROW_GROUP})
    """)


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    counted = connection.execute(f"SELECT COUNT(*) FROM {relation}").fetchone()
    return int(counted[0]) if counted else 0


def _summary(connection: duckdb.DuckDBPyConnection, leads: pl.DataFrame, says: RollUp, run_id: str, scope: Scope, started: datetime) -> Run:
    gone = leads["state"] == "gone"
    counting = leads.filter(~pl.col("closed") & (pl.col("state") != "gone"))
    by_pattern = (
        counting.group_by("pattern")
        .agg(pl.len().alias("leads"), pl.col("amount_fen").sum())
        .sort("leads", "pattern", descending=[True, False])
    )
    connection.register("counting", counting.select("lead_id"))
    total = connection.execute("""
        SELECT CAST(coalesce(SUM(fen), 0) AS BIGINT)
        FROM (SELECT MAX(amount_fen) AS fen FROM lead_evidence SEMI JOIN counting USING (lead_id) GROUP BY source_table, key)
    """).fetchone()
    explained = connection.execute("SELECT name, COUNT(*) FROM closed_finding GROUP BY name ORDER BY name").fetchall()
    return Run(
        run_id=run_id,
        findings=_rows(connection, "finding"),
        leads=counting.height,
        closed=int((leads["closed"] & ~gone).sum()),
        gone=int(gone.sum()),
        amount_fen=int(total[0]) if total else 0,
        patterns=tuple({"zh": PATTERNS[str(row["pattern"])].zh, **row} for row in by_pattern.iter_rows(named=True)),
        explained=dict(explained),
        roll_up=says,
        scope=scope,
        started=started.isoformat(timespec="seconds"),
        seconds=0.0,
    )


def _write_report(folder: Path, made: Run) -> None:
    (folder / "report.json").write_text(json.dumps(made.to_json(), ensure_ascii=False, indent=1, default=str), encoding="utf-8")
