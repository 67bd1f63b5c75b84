"""The whole bundle of one lead: gathered, drawn, printed, written into the ledger, bagged, signed, and verified before it leaves."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.evidence.bag import bagged, digest
from app.evidence.case import Case
from app.evidence.drawing import drawing, pictures
from app.evidence.entries import Trail
from app.evidence.findings import findings
from app.evidence.frozen import frozen
from app.evidence.installed import installed
from app.evidence.page import page
from app.evidence.printing import pdf
from app.evidence.report import COPIES, report
from app.evidence.rows import cited, deliveries
from app.evidence.word import word
from app.verify import Verdict, verify
from app.verify.fixity import line_hashes
from graph.errors import EnvironmentAtFault, RingscopeError, WrongUse
from graph.home import Home
from graph.identity import SHORTEST_REASON, Identities
from graph.ledger import SHANGHAI, Actor, Ledger

Progress = Callable[[str, float | None], None]
FORM = "1"
"""Version of the bundle's form."""


@dataclass(frozen=True)
class Made:
    """What was written."""

    file: str
    lead_id: str
    copy: str
    files: int
    bytes: int
    content: str
    signer: str
    classes: Mapping[str, int]
    """Class -> findings."""

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def make(
    home: Home,
    lead_id: str,
    out: Path,
    *,
    full: bool = False,
    reason: str = "",
    run_id: str | None = None,
    progress: Progress | None = None,
) -> Made:
    """Write the bundle of a lead to `out`, whole or not at all.

    `full` shows names in clear: it needs a `reason`, and each name revealed is an entry of the ledger. Raises WrongUse for an unknown lead
    or a missing reason, InputAtFault when cited rows are gone, EnvironmentAtFault for a glyph or a key that is missing; a refusal is
    ledgered too.
    """
    say = progress or (lambda _message, _fraction: None)
    if full and len(reason.strip()) < SHORTEST_REASON:
        raise WrongUse("--full without a reason", f"--reason with at least {SHORTEST_REASON} characters", "say why names must be in clear")
    try:
        return _make(home, lead_id, out, full=full, reason=reason.strip(), run_id=run_id, say=say)
    except RingscopeError as fault:
        if home.root.exists():
            facts = {"why": type(fault).__name__}
            Ledger(home).append("evidence.refused", actor=Actor.current(), subject=lead_id, reason=reason.strip(), facts=facts)
        raise


def _make(home: Home, lead_id: str, out: Path, *, full: bool, reason: str, run_id: str | None, say: Progress) -> Made:
    case = Case.open(home, lead_id, run_id)
    trail = Trail.begin(home)
    copy = "full" if full else "masked"
    if full:
        say("names", 0.1)
        case = case.in_clear(_revealed(case, reason))
    say("rows and rules", 0.2)
    made = datetime.now(SHANGHAI)
    files = _content(case, copy, made, say)
    say("ledger and signature", 0.8)
    about = {case.leads.run_id, *(str(delivery["delivery_id"]) for delivery in deliveries(case))}
    content = digest(files)
    files |= trail.made(lead_id, reason, {"copy": copy, "content": content, "run": case.leads.run_id}, about)
    root = f"{lead_id}-{copy}"
    _write(out, bagged(home, root, files, _info(case, copy, made)), home)
    say("done", 1.0)
    classes = dict(Counter(finding["class"] for finding in json.loads(files["findings.json"])))
    return Made(str(out), lead_id, copy, len(files), out.stat().st_size, content, Ledger(home).public_key() or "", classes)


def _revealed(case: Case, reason: str) -> dict[str, str]:
    """Node -> name in clear; one entry of the ledger a person."""
    with Identities.open(case.home) as identities:
        actor = Actor.current()
        return {node: identities.reveal("name", h, subject=key, reason=reason, actor=actor).value for node, key, h in case.hidden_names()}


def _content(case: Case, copy: str, made: datetime, say: Progress) -> dict[str, bytes]:
    """Path in the bag -> content, the ledger's extract not yet among them."""
    by = Actor.current().user
    watermark = f"{COPIES[copy]} · {case.lead_id} · {by} · {made:%Y-%m-%d %H:%M}"
    files = {**cited(case), **findings(case), **frozen(case), **_said(case)}
    say("picture and report", 0.5)
    drawn = drawing(case)
    files |= pictures(drawn, watermark)
    files["picture/network.html"] = page(case, watermark)
    printed = report(case, copy, made, by, watermark)
    files["report/report.pdf"] = pdf(printed, drawn, made)
    files["report/report.docx"] = word(printed, files["picture/network.png"])
    by_line = {f"data/{path}": line_hashes(content) for path, content in files.items() if path.endswith(".jsonl")}
    files["lines.json"] = json.dumps(by_line, indent=0).encode()
    return files


def _said(case: Case) -> dict[str, bytes]:
    """The lead, what speaks against it, the law, the deliveries."""
    explained = case.explanation.to_json()
    law = {name: explained[name] for name in ("elements", "provisions")}
    parts = {
        "lead": {**case.lead, "explanation": explained},
        "checks": case.lead["benign_checks"],
        "law": law,
        "deliveries": deliveries(case),
    }
    return {f"{name}.json": json.dumps(part, ensure_ascii=False, indent=1, default=str).encode() for name, part in parts.items()}


def _info(case: Case, copy: str, made: datetime) -> dict[str, str]:
    return {
        "Bag-Software-Agent": "ringscope",
        "Bagging-Date": f"{made:%Y-%m-%d}",
        "External-Identifier": f"{case.lead_id}-{copy}",
        "Ringscope-Form": FORM,
        "Ringscope-Lead": case.lead_id,
        "Ringscope-Copy": copy,
        "Ringscope-Run": case.leads.run_id,
    }


def _write(out: Path, content: bytes, home: Home) -> None:
    """Temp file, fsync, verify, rename: what does not verify never gets its name."""
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        verdict: Verdict = verify(part, signer=Ledger(home).public_key(), installed=installed())
        if not verdict.ok:
            raise EnvironmentAtFault("the bundle does not verify: " + "; ".join(map(str, verdict.faults[:5])), "a whole bundle", "tell us")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
