"""Findings computed again: an installed rule of equal hash, run on the rows that the bag encloses. Nothing from the bag is ever run.

`Installed` is what the reader has: texts of rules and shared relations, types of tables. The bag brings rows and parameter values.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .verdict import Fault, Replay

if TYPE_CHECKING:
    import duckdb

FINDINGS, RULES = "data/findings.json", "data/rules/rules.json"
ROWS, CONTEXT = "data/rows/", "data/context/"
CITED = "_rows"
FIXED = frozenset({"subject_type", "subject_id", "estimate_fen", "members"})
"""Columns of an answer that are neither cited rows nor facts."""
Json = Mapping[str, Any]
Cell = int | float | str | bool


@dataclass(frozen=True)
class Installed:
    """Rules as the reader has them: the only SQL that is run."""

    rules: Mapping[str, Json]
    """Rule -> version, method, text, parameters, whole, relations (names in the order in which to create them), tables, hash."""
    relations: Mapping[str, str]
    """Shared relation -> SQL."""
    tables: Mapping[str, Json]
    """Table -> columns [[name, type]], key [names]."""
    constants: Mapping[str, Json]
    """Relations that ship with the rules -> columns, rows."""

    @classmethod
    def read(cls, text: str | bytes) -> Installed:
        return cls(**json.loads(text))


def rule_hash(parts: Mapping[str, object]) -> str:
    """Names a rule's meaning but for its parameter values: text, shared relations and constants."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def replay_all(files: Mapping[str, bytes], installed: Installed | None) -> tuple[list[Replay], list[Fault]]:
    """Each finding of the bag, computed again as its class allows."""
    try:
        findings: list[Json] = json.loads(files[FINDINGS])
        rules = {rule["id"]: rule for rule in json.loads(files[RULES])}
        by_rule: dict[str, list[Json]] = {}
        for finding in findings:
            by_rule.setdefault(str(finding["rule_id"]), []).append(finding)
    except (KeyError, ValueError, TypeError):
        return [], [Fault("content", FINDINGS, "不可读 the list of findings or rules cannot be read")]
    done = [one for rule, listed in by_rule.items() for one in _replay(rules.get(rule, {}), listed, files, installed)]
    return done, [Fault("replay", f"{r.rule_id} {r.finding_id}", r.detail) for r in done if r.state == "differs"]


def _replay(said: Json, findings: Sequence[Json], files: Mapping[str, bytes], installed: Installed | None) -> Iterator[Replay]:
    """One rule's findings."""
    kinds, rule = {str(f["finding_id"]): str(f["class"]) for f in findings}, str(findings[0]["rule_id"])
    why = _not_testable(said, installed)
    found: Collection[str] | None = None
    if any(kind != "attested" for kind in kinds.values()) and installed and not why:
        try:
            found = reproduced(said, findings, files, installed)
        except Exception as error:  # rows that were bent so that they do not even load: that is a difference, never a crash
            why, found = f"{type(error).__name__}: {str(error)[:200]}", ()
    for id, kind in kinds.items():
        if kind == "attested":
            yield Replay(id, rule, kind, "attested", "由账本与签名证明 by the run's hash and the signature only")
        elif found is None:
            yield Replay(id, rule, kind, "not_tested", why)
        elif id in found:
            yield Replay(id, rule, kind, "reproduced")
        else:
            detail = why or "复算结果不同 the installed rule does not find this on the enclosed rows"
            yield Replay(id, rule, kind, "differs", detail)


def _not_testable(said: Json, installed: Installed | None) -> str:
    if installed is None:
        return "未安装规则 no rules are installed here"
    mine = installed.rules.get(str(said.get("id")))
    if mine is None:
        return "外来规则，未执行 a foreign rule: it is not installed here and was not run"
    if mine["hash"] != said.get("hash"):
        return f"规则文本不同，未执行 the installed text is another (version {mine['version']}): it was not run"
    try:
        import duckdb  # noqa: F401
    except ImportError:
        return "未安装 duckdb: duckdb is not installed"
    return ""


def reproduced(said: Json, findings: Sequence[Json], files: Mapping[str, bytes], installed: Installed) -> frozenset[str]:
    """Ids of those findings that the installed rule finds again, row by row and fen by fen."""
    rule = installed.rules[str(said["id"])]
    values = _values(rule["parameters"], said.get("parameters", {}))
    hits = _hits(rule, values, files, installed)
    return frozenset(str(f["finding_id"]) for f in findings if any(_same(f, hit, rule, installed) for hit in hits))


def _values(mine: Json, said: Json) -> dict[str, Cell]:
    """The bag's values for the parameters of the installed rule: numbers and texts, bound and never part of the SQL."""
    given = {name: parameter["value"] for name, parameter in said.items()}
    if given.keys() != mine.keys() or not all(isinstance(value, Cell) for value in given.values()):
        raise ValueError("the parameters are not those of the rule")
    return given


@dataclass(frozen=True)
class _Hit:
    subject: tuple[str, str]
    rows: Mapping[tuple[str, ...], int]
    """(table, key) -> fen"""
    estimate_fen: int | None
    facts: Json
    """What the rule counted; a rate among peers that are not enclosed shows here."""


def _hits(rule: Json, values: Mapping[str, Cell], files: Mapping[str, bytes], installed: Installed) -> list[_Hit]:
    import duckdb

    with duckdb.connect(config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}) as db:
        with tempfile.TemporaryDirectory() as folder:
            for table in rule["tables"]:
                _fill(db, table, installed.tables[table]["columns"], _rows_of(table, files), Path(folder))
            for name in rule["constants"]:
                constant = installed.constants[name]
                _fill(db, name, constant["columns"], [json.dumps(row).encode() for row in constant["rows"]], Path(folder))
        db.execute("SET enable_external_access = false")
        for name in rule["relations"]:
            db.execute(f"CREATE TEMP VIEW {name} AS {installed.relations[name]}")
        db.execute(f"CREATE TEMP TABLE answer AS {rule['text']}", dict(values) or None)
        names = [column[0] for column in db.execute("DESCRIBE answer").fetchall()]
        facts = ", ".join(f"{name} := {name}" for name in names if name not in FIXED and not name.endswith(CITED))
        packed = f"to_json(struct_pack({facts}))" if facts else "'{}'"
        rows = db.execute(f"SELECT *, {packed} FROM answer").fetchall()
        return [_hit(dict(zip((*names, "facts"), row, strict=True)), installed) for row in rows]


def _fill(db: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Sequence[str]], lines: Sequence[bytes], folder: Path) -> None:
    """A table of the installed types from lines of JSON."""
    db.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in _quoted(columns))})")
    if lines:
        file = folder / f"{table}.jsonl"
        file.write_bytes(b"\n".join(lines))
        kinds = ", ".join(f"{name}: '{kind}'" for name, kind in _quoted(columns))
        db.execute(f"INSERT INTO {table} SELECT * FROM read_json(?, format = 'newline_delimited', columns = {{{kinds}}})", [str(file)])


def _quoted(columns: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    return [(f'"{name}"', kind) for name, kind in columns]


def _rows_of(table: str, files: Mapping[str, bytes]) -> list[bytes]:
    return [line for folder in (ROWS, CONTEXT) for line in files.get(f"{folder}{table}.jsonl", b"").splitlines()]


def _hit(row: Mapping[str, Any], installed: Installed) -> _Hit:
    rows: dict[tuple[str, ...], int] = {}
    for column, cited in row.items():
        table = column.removesuffix(CITED)
        if column.endswith(CITED) and table in installed.tables:
            key = installed.tables[table]["key"]
            for entry in cited or ():
                place = (table, *(str(entry[name]) for name in key))
                rows[place] = max(rows.get(place, 0), int(entry["fen"] or 0))
    estimate = row.get("estimate_fen")
    subject = str(row["subject_type"]), str(row["subject_id"])
    return _Hit(subject, rows, None if estimate is None else round(estimate), json.loads(row["facts"]))


def _same(finding: Json, hit: _Hit, rule: Json, installed: Installed) -> bool:
    """The same subject, facts and estimate, the same rows at the same money; of a stay that is cited whole, its further lines too."""
    said_of_it = (finding["subject_type"], finding["subject_id"]), finding["estimate_fen"], finding["facts"]
    if said_of_it != (hit.subject, hit.estimate_fen, hit.facts):
        return False
    said = {
        (e["table"], *(str(e["key"].get(name)) for name in installed.tables[e["table"]]["key"])): int(e["amount_fen"] or 0)
        for e in finding["evidence"]
    }
    if any(said.get(place) != fen for place, fen in hit.rows.items()):
        return False
    further = {place for place in said if place not in hit.rows}
    return not further if not rule["whole"] else all(place[0] == "fee_list_d" for place in further)
