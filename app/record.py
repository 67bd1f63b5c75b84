"""What was done with this home, by whom: deliveries, runs, texts and rules go into the ledger, sealed by a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

from graph.home import Home
from graph.ledger import Actor, Ledger


def record(home: Home, action: str, subject: str, facts: Mapping[str, str | int], *, reason: str = "") -> None:
    """One entry and a signed checkpoint; `subject` is a delivery, a run or a rule, never a person; `reason` is what the actor wrote."""
    ledger = Ledger(home)
    ledger.append(action, actor=Actor.current(), subject=subject, reason=reason, facts=facts)
    ledger.checkpoint()
