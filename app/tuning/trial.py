"""One rule on one small case: a folder of contract tables goes through the real door into a book of its own, and the rule runs."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from graph.contract import CONTRACT
from graph.errors import InputAtFault, WrongUse
from graph.home import Home
from ingest.door import ingest
from kg.engine import RuleRun, detect
from kg.rule import Rule

CASES = Path(str(files("kg"))) / "cases"
"""`<rule>/<name>/<table>.csv`; a case named fires_... must fire, one named quiet_... must not."""


@dataclass(frozen=True)
class Trial:
    """What the rule made of a case."""

    case: str
    findings: tuple[Mapping[str, Any], ...]
    why_not: tuple[str, ...]
    """What kept rows from being judged: quarantined, unknown, missing tables."""
    as_expected: bool
    """Whether a shipped case did what its name says; true for a case of the user's own."""


def cases_of(rule: Rule) -> list[Path]:
    """The cases that ship with a rule; WrongUse when it has none."""
    found = sorted(path for path in (CASES / rule.id).glob("*") if path.is_dir())
    if not found:
        raise WrongUse(
            f"no case ships with {rule.id}", "a folder of small contract tables in CSV", f"ringscope rules test {rule.id} --case DIR"
        )
    return found


def trial(rule: Rule, case: Path) -> Trial:
    """Run the rule on the case; InputAtFault when the folder holds no usable table."""
    if not case.is_dir() or not any(case.iterdir()):
        raise InputAtFault(f"no table in {case}", "a folder with <table>.csv files of the data contract", "see docs/CONTRACT.md")
    with TemporaryDirectory(prefix="ringscope-") as place:
        root = Path(place)
        delivery = shutil.copytree(case, root / "delivery")
        _fill_up(delivery)
        home = _Apart(root / "home").make()
        report = ingest(delivery, home)
        if not report.usable:
            raise InputAtFault(f"the case {case} is unusable: {report.why}", "tables of the data contract", f"ringscope check {case}")
        ran = detect(home, run_dir=root / "run", run_id="trial", only_rules=[rule.id]).rules[0]
        findings = _findings(root / "run")
    said = [f"{q['table']} {q['record']}: {q['column']} {q['value']}: {q['reason']}" for q in report.to_json()["quarantine"]]  # type: ignore[attr-defined]
    silent = not findings and ran.switched_off is None  # a rule that did not run has not kept quiet
    expected = {"fires": bool(findings), "quiet": silent}.get(case.name.partition("_")[0], True)
    return Trial(case.name, findings, (*said, *_why_not(rule, ran, fired=bool(findings))), expected)


class _Apart(Home):
    """A home whose keys lie beside it: a case is nobody's data and must not touch the site's keys."""

    @property
    def keys(self) -> Path:
        return self.root.parent / "keys"


def _fill_up(delivery: Path) -> None:
    """A small case may leave out tables that every delivery has; a rule that reads one of them says that it lacks it."""
    for table in CONTRACT:
        if table.needed and not any(delivery.glob(f"{table.name}*")):
            with (delivery / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(list(table.columns))


def _findings(run: Path) -> tuple[Mapping[str, Any], ...]:
    rows = pl.read_parquet(run / "findings.parquet").select("subject_type", "subject_id", "amount_fen", "evidence_rows", "facts")
    return tuple({**row, "facts": json.loads(row["facts"])} for row in rows.iter_rows(named=True))


def _why_not(rule: Rule, ran: RuleRun, *, fired: bool) -> list[str]:
    if ran.switched_off:
        return [f"switched off, it lacks {ran.switched_off}"]
    unknown = [f"{column} is unknown in {sum(places.values())} rows" for column, places in ran.not_testable.items()]
    limits = [f"{name} = {p.value} {p.unit}: {p.why}" for name, p in rule.parameters.items()]
    return unknown if fired else [*unknown, "no row passes all conditions; its limits:", *limits]
