"""What if a parameter had another value: the leads that come and go, computed on the present book beside the current run, never in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from app.leads.capacity import Capacity
from app.leads.folder import Scope, find_run, read_report
from app.leads.run import make_leads
from graph import book
from graph.book import ask
from graph.errors import InputAtFault
from graph.home import Home
from kg.engine import detect
from kg.rule import Rule, Value
from kg.site import site_rules, with_values

Progress = Callable[[str, float | None], None]
SIDES = ("now", "then")


@dataclass(frozen=True)
class Side:
    """What the rule brings with one set of values: open leads that name it as a source."""

    findings: int
    leads: int
    amount_fen: int
    """Recoverable over those leads."""
    institutions: int
    """Institutions that their evidence names."""
    reviewer_days: float
    """Their expected hours over the hours that the inspectorate has in a day."""


@dataclass(frozen=True)
class WhatIf:
    """The rule as it is, beside the rule as it would be."""

    rule: str
    values: Mapping[str, Value]
    now: Side
    then: Side
    entering: tuple[Mapping[str, Any], ...]
    """Leads that only the new values raise or keep open, dearest first."""
    leaving: tuple[Mapping[str, Any], ...]
    decided: int
    """Leads of the rule as it is on which a person has decided."""
    overturned: int
    """Those of them that were cleared."""
    groups: tuple[Mapping[str, Any], ...]
    """By peer group of the institutions that the evidence names: leads and institutions, now and then."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def whatif(home: Home, rule_id: str, values: Mapping[str, Value], *, progress: Progress | None = None) -> WhatIf:
    """Run the rule twice over the present book, join each answer with the other rules of the current run, and compare the leads.

    Raises InputAtFault when the rule cannot run on this book, WrongUse without a current run.
    """
    rules = site_rules(home)
    sides = dict(zip(SIDES, (rules[rule_id], with_values(rules[rule_id], values)), strict=True))
    current = find_run(home)
    spill = home.root / "tmp"
    spill.mkdir(exist_ok=True, mode=0o700)
    with TemporaryDirectory(dir=spill, prefix="whatif-") as place:
        counts = {
            name: _side(home, current, Path(place) / name, rule, rules, _part(progress, n, len(SIDES)))
            for n, (name, rule) in enumerate(sides.items())
        }
        with book.connect(home, memory="1GB") as connection:
            for name in SIDES:
                _open(connection, Path(place) / name, name, rule_id)
            return _compared(connection, rule_id, values, counts, Capacity.read(home).daily)


def _part(progress: Progress | None, n: int, of: int) -> Progress | None:
    """The progress of one of several equal parts, told as that of the whole."""
    return progress and (lambda message, fraction: progress(message, None if fraction is None else (n + fraction) / of))


def _side(home: Home, current: Path, folder: Path, rule: Rule, rules: Mapping[str, Rule], progress: Progress | None) -> int:
    """Leads with this version of the rule, written into `folder`; returns the findings of the rule."""
    scope = _scope(current)
    folder.mkdir()
    report = detect(home, run_dir=folder, run_id="whatif", only_rules=[rule.id], rules={**rules, rule.id: rule},
                    progress=_part(progress, 0, 2), date_from=scope.date_from, date_to=scope.date_to)  # fmt: skip
    if off := report.rules[0].switched_off:
        raise InputAtFault(f"the rule {rule.id} cannot run: {off}", "a book that holds what the rule reads", "ringscope ingest DELIVERY")
    _with_the_others(current, folder, rule.id)
    make_leads(home, folder, "whatif", scope, started=datetime.now().astimezone(), progress=_part(progress, 1, 2))
    return report.findings


def _scope(run: Path) -> Scope:
    said: Mapping[str, str | None] = read_report(run)["scope"]  # type: ignore[assignment]
    days = {name: date.fromisoformat(day) if (day := said[name]) else None for name in ("date_from", "date_to")}
    return Scope(only=said["only"], **days)


def _with_the_others(current: Path, folder: Path, rule_id: str) -> None:
    """Put the current run's findings of all other rules, and what they cite, beside this rule's own."""
    with duckdb.connect() as db:
        db.execute(f"CREATE TEMP TABLE other AS SELECT finding_id FROM '{current / 'findings.parquet'}' WHERE rule_id <> ?", [rule_id])
        for name in ("findings", "evidence"):
            own, part = folder / f"{name}.parquet", folder / f"{name}.part"
            others = f"SELECT f.* FROM '{current / own.name}' AS f SEMI JOIN other USING (finding_id)"
            db.execute(f"COPY (SELECT * FROM '{own}' UNION ALL BY NAME {others}) TO '{part}' (FORMAT parquet)")
            part.replace(own)


def _open(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, rule_id: str) -> None:
    """`<side>_all`: leads that have the rule as a source; `_open`: those of them that are open; `_place`: institutions they name."""
    source = f'"kind":"rule","id":"{rule_id}"'
    connection.execute(f"""
        CREATE TEMP TABLE {name}_all AS SELECT * FROM '{folder / "leads.parquet"}'
        WHERE contains(replace(sources, ': ', ':'), '{source}') AND state <> 'gone'
    """)
    connection.execute(f"CREATE TEMP VIEW {name}_open AS SELECT * FROM {name}_all WHERE NOT closed")
    connection.execute(f"""
        CREATE TEMP TABLE {name}_place AS SELECT DISTINCT lead_id, fixmedins_code FROM '{folder / "lead_evidence.parquet"}'
        SEMI JOIN {name}_open USING (lead_id) WHERE fixmedins_code IS NOT NULL
    """)


def _compared(db: duckdb.DuckDBPyConnection, rule: str, values: Mapping[str, Value], findings: Mapping[str, int], daily: float) -> WhatIf:
    def side(name: str) -> Side:
        figures = ask(
            db, f"SELECT COUNT(*) AS leads, coalesce(SUM(amount_fen), 0) AS fen, coalesce(SUM(work_hours), 0) AS h FROM {name}_open"
        )
        places = ask(db, f"SELECT COUNT(DISTINCT fixmedins_code) AS n FROM {name}_place")["n"][0]
        leads, fen, hours = figures.row(0)
        return Side(findings[name], int(leads), int(fen), int(places), round(float(hours) / daily, 1))

    decided, overturned = ask(db, _DECIDED).row(0)
    return WhatIf(
        rule=rule,
        values=dict(values),
        now=side("now"),
        then=side("then"),
        entering=_rows(ask(db, _MOVED.format(here="then", there="now"))),
        leaving=_rows(ask(db, _MOVED.format(here="now", there="then"))),
        decided=int(decided),
        overturned=int(overturned),
        groups=_rows(ask(db, _GROUPS)),
    )


def _rows(frame: pl.DataFrame) -> tuple[Mapping[str, Any], ...]:
    return tuple(frame.iter_rows(named=True))


_DECIDED = "SELECT COUNT(prior_verdict) AS decided, COUNT(*) FILTER (WHERE prior_verdict = 'cleared') AS overturned FROM now_all"

_MOVED = """
SELECT lead_id, subject_type, subject_id, institution_name, amount_fen, sentence_zh, sentence_en
FROM {here}_open ANTI JOIN {there}_open USING (lead_id) ORDER BY amount_fen DESC, lead_id
"""

# the peer group of an institution: what it is, and its grade
_GROUPS = """
WITH peer AS (
  SELECT fixmedins_code, concat_ws(' ', ANY_VALUE(medins_kind), ANY_VALUE(hosp_lv)) AS peers FROM fixmedins_b GROUP BY fixmedins_code
), named AS (SELECT 'now' AS side, * FROM now_place UNION ALL SELECT 'then' AS side, * FROM then_place)
SELECT coalesce(p.peers, '') AS peers,
       COUNT(DISTINCT n.lead_id) FILTER (WHERE side = 'now') AS leads_now,
       COUNT(DISTINCT n.lead_id) FILTER (WHERE side = 'then') AS leads_then,
       COUNT(DISTINCT n.fixmedins_code) FILTER (WHERE side = 'now') AS institutions_now,
       COUNT(DISTINCT n.fixmedins_code) FILTER (WHERE side = 'then') AS institutions_then
FROM named AS n LEFT JOIN peer AS p USING (fixmedins_code) GROUP BY ALL ORDER BY ALL
"""
