"""Hand-made findings: a test says who did what, where and for how many fen; the builder writes what `kg.engine.detect` would write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import polars as pl

from app.leads.folder import Scope, new_run, run_name
from app.leads.reading import Leads
from app.leads.run import make_leads
from graph.home import Home

EVIDENCE = {
    "finding_id": pl.String,
    "source_table": pl.String,
    "key": pl.String,
    "amount_fen": pl.Int64,
    "units": pl.List(pl.String),
    "psn_no": pl.String,
    "fixmedins_code": pl.String,
    "stff_code": pl.String,
    "emp_no": pl.String,
    "opter_id": pl.String,
    "mdtrt_id": pl.String,
    "setl_id": pl.String,
    "bkkp_sn": pl.String,
    "day": pl.Date,
    "month": pl.Int64,
    "paid_cap": pl.Int64,
}
FINDING = {
    "finding_id": pl.String,
    "rule_id": pl.String,
    "rule_version": pl.Int32,
    "pattern": pl.String,
    "level": pl.String,
    "subject_type": pl.String,
    "subject_id": pl.String,
    "amount_fen": pl.Int64,
    "estimate_fen": pl.Int64,
    "facts": pl.String,
    "prior": pl.Float64,
    "work_hours": pl.Float64,
    "benign_checks": pl.List(pl.String),
    "period_from": pl.Date,
    "period_to": pl.Date,
    "evidence_rows": pl.Int32,
    "members": pl.String,
    "run_id": pl.String,
}


@dataclass(frozen=True)
class Row:
    """One cited row, as `kg.evidence.resolve` would describe it."""

    table: str
    key: Mapping[str, str]
    fen: int = 0
    psn: str | None = None
    at: str | None = None
    doctor: str | None = None
    employer: str | None = None
    handler: str | None = None
    visit: str | None = None
    setl: str | None = None
    cap: int | None = None
    day: date | None = date(2025, 7, 1)
    units: Sequence[str] = ()


def line(visit: str, sn: str = "1", *, fen: int = 1_000, psn: str | None = "P1", at: str = "H1", **more: object) -> Row:
    """A bill line of a visit."""
    row = Row("fee_list_d", {"mdtrt_id": visit, "bkkp_sn": sn}, fen=fen, psn=psn, at=at, visit=visit, units=(f"mdtrt:{visit}",))
    return replace(row, **more)  # type: ignore[arg-type]


def stay(visit: str, *, psn: str = "P1", at: str = "H1", fen: int = 0, **more: object) -> Row:
    return replace(Row("mdtrt_d", {"mdtrt_id": visit}, fen=fen, psn=psn, at=at, visit=visit, units=(f"mdtrt:{visit}",)), **more)  # type: ignore[arg-type]


def box(code: str, *, at: str = "S1", psn: str | None = "P1", **more: object) -> Row:
    """A sale of one traced box."""
    row = Row("selinfo_3505", {"row_id": f"sale-{code}-{at}-{psn}", "fixmedins_code": at}, psn=psn, at=at, units=(f"trac:{code}",))
    return replace(row, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Hit:
    """One finding."""

    pattern: str
    rows: Sequence[Row]
    subject: tuple[str | None, str | None] = (None, None)
    rule: str = "rule_a"
    level: str = "suspicious"
    members: Sequence[tuple[str, str, str | None]] = ()
    prior: float = 0.5
    hours: float = 2.0
    estimate: int | None = None
    checks: Sequence[str] = field(default=())
    version: int = 1

    @cached_property
    def id(self) -> str:
        rows = [json.dumps(dict(row.key)) for row in self.rows]
        return hashlib.md5("|".join((self.pattern, self.rule, str(self.subject), *rows)).encode()).hexdigest()


def make_run(home: Home, *hits: Hit, started: datetime | None = None, scope: Scope | None = None) -> Leads:
    """Roll the hits up as one run of this home, and open it."""
    chosen, moment = scope or Scope(), started or datetime.now()
    run_id = run_name(home, chosen, moment)
    with new_run(home, run_id) as folder:
        write_findings(folder, hits, run_id)
        make_leads(home, folder, run_id, chosen, started=moment)
    return Leads.open(home)


def write_findings(folder: Path, hits: Sequence[Hit], run_id: str) -> None:
    pl.DataFrame([_finding(hit, run_id) for hit in hits], schema=FINDING, orient="row").write_parquet(folder / "findings.parquet")
    evidence = [_evidence(hit, row) for hit in hits for row in hit.rows]
    pl.DataFrame(evidence, schema=EVIDENCE, orient="row").write_parquet(folder / "evidence.parquet")


def _finding(hit: Hit, run_id: str) -> dict[str, object]:
    days = sorted(row.day for row in hit.rows if row.day)
    return {
        "finding_id": hit.id,
        "rule_id": hit.rule,
        "rule_version": hit.version,
        "pattern": hit.pattern,
        "level": hit.level,
        "subject_type": hit.subject[0],
        "subject_id": hit.subject[1],
        "amount_fen": sum(r.fen for r in hit.rows),
        "estimate_fen": hit.estimate,
        "facts": "{}",
        "prior": hit.prior,
        "work_hours": hit.hours,
        "benign_checks": list(hit.checks),
        "period_from": days[0] if days else None,
        "period_to": days[-1] if days else None,
        "evidence_rows": len(hit.rows),
        "members": json.dumps([{"type": t, "id": i, "role": r} for t, i, r in hit.members]) if hit.members else None,
        "run_id": run_id,
    }


def _evidence(hit: Hit, row: Row) -> dict[str, object]:
    return {
        "finding_id": hit.id,
        "source_table": row.table,
        "key": json.dumps(dict(row.key)),
        "amount_fen": row.fen,
        "units": list(row.units),
        "psn_no": row.psn,
        "fixmedins_code": row.at,
        "stff_code": row.doctor,
        "emp_no": row.employer,
        "opter_id": row.handler,
        "mdtrt_id": row.visit,
        "setl_id": row.setl,
        "bkkp_sn": row.key.get("bkkp_sn"),
        "day": row.day,
        "month": row.day.year * 100 + row.day.month if row.day else 0,
        "paid_cap": row.cap,
    }
