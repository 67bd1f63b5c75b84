"""The ledger's part in a bundle: this bundle's own entry between two signed checkpoints, and the entries of its run and deliveries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.verify.chain import CHECKPOINTS, ENTRIES, MADE, SINGLES, canonical
from graph.home import Home
from graph.ledger import Actor, Entry, Facts, Ledger

ABOUT = ("ingest", "withdraw", "detect")
"""Actions that say how the rows and the lead came to be."""


@dataclass(frozen=True)
class Trail:
    """What is written about one bundle, from before its making on."""

    ledger: Ledger
    after: int

    @classmethod
    def begin(cls, home: Home) -> Trail:
        """A checkpoint first: the extract can then begin here, and shows nobody else's business."""
        ledger = Ledger(home)
        return cls(ledger, ledger.checkpoint())

    def made(self, lead_id: str, reason: str, facts: Facts, about: Collection[str]) -> dict[str, bytes]:
        """Write the bundle's entry and sign it; returns path in the bag -> content. `about`: the run and the deliveries."""
        self.ledger.append(MADE, actor=Actor.current(), subject=lead_id, reason=reason, facts=facts)
        self.ledger.checkpoint()
        entries, checkpoints = self.ledger.extract(self.after)
        singles = self.ledger.find(ABOUT, about)
        found: Mapping[str, list[Entry]] = {ENTRIES: entries, CHECKPOINTS: checkpoints, SINGLES: singles}
        return {path.removeprefix("data/"): b"".join(canonical(entry) + b"\n" for entry in part) for path, part in found.items()}
