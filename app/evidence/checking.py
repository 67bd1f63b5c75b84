"""Verifying in the house: with the installed rules, against this home's own key, and written into its ledger."""

from __future__ import annotations

from pathlib import Path

from app.evidence.installed import installed
from app.verify import Verdict, verify
from graph.home import Home
from graph.ledger import Actor, Ledger


def checked(home: Home, file: Path, signer: str | None = None) -> Verdict:
    """The verdict; without `signer`, of this home's key where it has signed anything. A home that exists keeps an entry of it."""
    known = home.ledger.exists()
    verdict = verify(file, signer=signer or (Ledger(home).public_key() if known else None), installed=installed())
    if known:
        signed_by = verdict.signers[0].public_key if verdict.signers else ""
        facts: dict[str, str | int] = {"ok": int(verdict.ok), "faults": len(verdict.faults), "signer": signed_by}
        Ledger(home).append("evidence.verify", actor=Actor.current(), subject=verdict.facts.get("Ringscope-Lead", "")[:80], facts=facts)
    return verdict
