"""Is this bundle what its maker signed, and do its findings follow from its rows? No database, no network, no platform.

Imports the standard library, cryptography and, where it is installed, duckdb; `app/evidence/verifier.py` packs this folder into one file.
"""

from __future__ import annotations

from pathlib import Path

from .chain import check_chain
from .container import Opened, opened
from .fixity import check_fixity, facts
from .replay import Installed, replay_all
from .signature import SCHEMES, check_signatures
from .verdict import Fault, Replay, Signer, Verdict

__all__ = ["Fault", "Installed", "Replay", "Signer", "Verdict", "verify"]


def verify(path: Path, *, signer: str | None = None, installed: Installed | None = None) -> Verdict:
    """Judge a bundle. `signer`: the public key, in hexadecimal digits, that it should be signed with; `installed`: rules to replay with.

    Never raises for what the bundle holds; OSError where the file itself cannot be read.
    """
    bag = opened(path)
    if not bag.files:
        return Verdict(path.name, faults=bag.faults or (Fault("container", path.name, "空 it holds nothing"),))
    signers, not_signed = check_signatures(bag.files, signer)
    replays, not_replayed = replay_all(bag.files, installed)
    return Verdict(
        bundle=bag.root or path.name,
        facts=facts(bag.files),
        files=len(bag.files),
        faults=_once((*bag.faults, *check_fixity(bag.files), *not_signed, *_chain(bag, signers), *not_replayed)),
        signers=tuple(signers),
        replays=tuple(replays),
    )


def _chain(bag: Opened, signers: list[Signer]) -> list[Fault]:
    if not signers:
        return [*check_chain(bag.files, None)]
    key, check = bytes.fromhex(signers[0].public_key), SCHEMES[signers[0].algorithm]
    return [*check_chain(bag.files, lambda signature, message: check(key, signature, message))]


def _once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """A file that the container has already named is not named a second time for its hash."""
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.part, fault.where), fault)
    return tuple(first.values())
