"""What was done with this home's data, by whom: deliveries and runs go into the ledger, sealed by a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping

from graph.home import Home
from graph.ledger import Actor, Ledger


def record(home: Home, action: str, subject: str, facts: Mapping[str, str | int]) -> None:
    """One entry and a signed checkpoint; `subject` is a delivery or a run, never a person."""
    ledger = Ledger(home)
    ledger.append(action, actor=Actor.current(), subject=subject, facts=facts)
    ledger.checkpoint()
