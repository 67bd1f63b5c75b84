"""A bundle that waits in the home for whoever asked for it: sealed with the home's key, for it may hold names, and gone after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.evidence.bundle import Made, Progress, make
from app.record import record
from graph.errors import InputAtFault
from graph.home import Home
from graph.identity import Identities

KEPT_FOR = timedelta(days=1)


def make_waiting(home: Home, lead_id: str, out: Path, *, full: bool, reason: str, progress: Progress | None) -> Made:
    """As `bundle.make`, with what is written to `out` sealed; raises what it raises."""
    with TemporaryDirectory() as folder:
        made = make(home, lead_id, Path(folder) / "bundle.zip", full=full, reason=reason, progress=progress)
        content = Path(made.file).read_bytes()
    with Identities.open(home) as identities:
        out.write_bytes(identities.seal_file(content, lead_id))
    return replace(made, file=str(out))


def fetched(home: Home, sealed: Path, lead_id: str, copy: str) -> bytes:
    """The bundle in clear, for whoever carries it out: an entry of the ledger. Raises InputAtFault when it is not there any more."""
    if not sealed.exists():
        raise InputAtFault("a bundle that has waited too long", f"one not older than {KEPT_FOR}", "make it again")
    with Identities.open(home) as identities:
        content = identities.unseal_file(sealed.read_bytes(), lead_id)
    record(home, "evidence.fetch", lead_id, {"copy": copy})
    return content
