"""A rule: the declaration beside a query, read and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast, get_args

from graph.book import TRACE_TABLE
from graph.contract import CONTRACT, KNOWLEDGE
from graph.errors import WrongUse
from kg.patterns import PATTERNS

Method = Literal["sql", "cypher", "py"]
Level = Literal["clear_violation", "suspicious"]
Status = Literal["draft", "active", "retired"]
Value = int | float | str | bool

SCENES = frozenset(
    {
        "cross_cutting",
        "inpatient",
        "pharmacy",
        "handling",
        "enrolment",
        "dialysis",
        "rehab",
        "chronic",
        "outpatient",
        "village_clinic",
        "rings",
    },
)
_PROSE = ("name_zh", "name_en", "how_it_works")
_LISTS = ("stages", "needs", "benign_checks", "false_positives", "blind_spots", "verify")
_ALL = {
    *_PROSE,
    *_LISTS,
    *("pattern", "scene", "level", "prior", "work_hours", "status", "version", "changed", "parameters", "whole", "optional", "warns"),
    "retired_because",
}


@dataclass(frozen=True)
class Parameter:
    """One threshold, with what it counts and the reason for its value."""

    value: Value
    unit: str
    why: str


@dataclass(frozen=True)
class Rule:
    """One way of finding one pattern. The query stands beside the declaration, under the same stem."""

    id: str
    name_zh: str
    name_en: str
    pattern: str
    scene: str
    stages: tuple[str, ...]
    level: Level
    needs: tuple[str, ...]
    """`relation.column`; a row where it is null cannot be tested and is counted as such."""
    prior: float
    """Share of its leads expected to be upheld, until outcomes say better."""
    work_hours: float
    """What checking one of its leads costs, hours."""
    benign_checks: tuple[str, ...]
    status: Status
    version: int
    changed: date
    how_it_works: str
    false_positives: tuple[str, ...]
    blind_spots: tuple[str, ...]
    verify: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    method: Method
    text: str
    """The query as it stands in the file."""
    whole: tuple[str, ...] = ()
    """Tables (mdtrt_d, setl_d) whose cited rows are fraud as a whole: every net line of them is cited too."""
    optional: tuple[str, ...] = ()
    """Tables whose absence leaves the rule weaker, not silent."""
    warns: bool = False
    """An early warning: its findings stand beside the leads of their subject; they make none and change no probability."""
    retired_because: str = ""
    """Why a retired rule no longer runs; stays beside it so that nobody builds it again."""

    @property
    def finds_rings(self) -> bool:
        """Whether it searches the whole graph for groups (kg/rules/rings): a source of kind ring, and what `detect --only rings` runs."""
        return self.scene == "rings"

    @property
    def values(self) -> dict[str, Value]:
        """Parameter values, as the query binds them."""
        return {name: parameter.value for name, parameter in self.parameters.items()}


def read_rule(declaration: Path) -> Rule:
    """The rule declared in this `.toml`.

    Raises WrongUse when a field is missing or unknown, when the query is not exactly one file, when the pattern does not exist,
    or when a parameter is declared and unused, or used and undeclared.
    """
    raw = tomllib.loads(declaration.read_text(encoding="utf-8"))
    name = f"{declaration.parent.name}/{declaration.name}"
    _check_fields(name, raw)
    query = _query_of(declaration)
    parameters = {key: Parameter(**value) for key, value in raw.pop("parameters", {}).items()}
    declared: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}
    method = cast(Method, query.suffix.removeprefix("."))
    rule = Rule(id=declaration.stem, method=method, text=query.read_text(encoding="utf-8"), parameters=parameters, **declared)
    _check_values(name, rule)
    _check_parameters(name, rule)
    return rule


def _check_fields(name: str, raw: Mapping[str, object]) -> None:
    missing = sorted({*_PROSE, *_LISTS, "pattern", "scene", "level", "prior", "work_hours", "status", "version", "changed"} - set(raw))
    if missing:
        raise WrongUse(f"{name} lacks {', '.join(missing)}", "every field of a rule", "write them; kg/README.md says what each means")
    if unknown := sorted(set(raw) - _ALL):
        raise WrongUse(f"{name} has the unknown fields {', '.join(unknown)}", f"only {', '.join(sorted(_ALL))}", "correct the name")


def _query_of(declaration: Path) -> Path:
    found = [path for suffix in get_args(Method) if (path := declaration.with_suffix(f".{suffix}")).exists()]
    if len(found) != 1:
        seen = ", ".join(path.name for path in found) or "no query"
        raise WrongUse(f"{declaration.name} stands beside {seen}", "exactly one .sql, .cypher or .py of the same stem", "add or remove one")
    return found[0]


def _check_values(name: str, rule: Rule) -> None:
    complaints = (
        (rule.pattern not in PATTERNS, f"pattern {rule.pattern}", "a pattern of kg/patterns.toml"),
        (rule.scene not in SCENES, f"scene {rule.scene}", f"one of {', '.join(sorted(SCENES))}"),
        (rule.level not in get_args(Level), f"level {rule.level}", f"one of {', '.join(get_args(Level))}"),
        (rule.status not in get_args(Status), f"status {rule.status}", f"one of {', '.join(get_args(Status))}"),
        ((rule.status == "retired") != bool(rule.retired_because), f"status {rule.status}", "retired_because with retired, and only then"),
        (not 0 < rule.prior < 1, f"prior {rule.prior}", "a share between 0 and 1"),
        (not set(rule.whole) <= {"mdtrt_d", "setl_d"}, f"whole {rule.whole}", "mdtrt_d or setl_d"),
        (not set(rule.optional) <= {*CONTRACT.tables, *KNOWLEDGE, TRACE_TABLE}, f"optional {rule.optional}", "tables of the contract"),
        (not rule.verify or not rule.blind_spots or not rule.false_positives, "an empty list of prose", "at least one sentence in each"),
    )
    for wrong, seen, expected in complaints:
        if wrong:
            raise WrongUse(f"{name}: {seen}", expected, "correct the declaration")


def _check_parameters(name: str, rule: Rule) -> None:
    if rule.method == "py":
        # a rule that hands its parameters on to a module of kg uses what that module reads
        handed_on = re.findall(r"^from kg import (\w+)$", rule.text, re.MULTILINE)
        helpers = [(files("kg") / f"{module}.py").read_text(encoding="utf-8") for module in handed_on]
        used = set(re.findall(r"""parameters\["(\w+)"\]""", "\n".join([rule.text, *helpers])))
    else:
        used = set(re.findall(r"\$(\w+)", re.sub(r"--[^\n]*|//[^\n]*", "", rule.text)))
    if unused := sorted(set(rule.parameters) - used):
        raise WrongUse(f"{name} declares {', '.join(unused)}", "parameters that the query uses", "use them or take them out")
    if undeclared := sorted(used - set(rule.parameters)):
        raise WrongUse(f"the query of {name} uses {', '.join(undeclared)}", "declared parameters", "declare value, unit and why")
