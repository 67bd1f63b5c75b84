"""Identities: a person's clear values leave the delivery here and come back only masked, or by `reveal` with a reason in the ledger.

A pseudonym is the first 128 bits of HMAC-SHA256 over the kind and the normalised value, in hexadecimal; equal values get equal
pseudonyms, so that people who share a phone still meet in the graph.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

from graph import keys
from graph.contract import Identity
from graph.errors import EnvironmentAtFault, InputAtFault, WrongUse
from graph.home import Home
from graph.ledger import SHANGHAI, Actor, Facts, Ledger
from graph.mask import UNKNOWN, mask
from graph.normalise import NORMALISERS, normalised
from graph.vault import PSEUDONYM_BYTES, Sealer, Vault

SHORTEST_REASON = 5
REVEALED_FOR = timedelta(minutes=5)
MAY_REVEAL = frozenset({"analyst"})
_BATCH = 30_000
_CELL = b"cell of a snapshot"
_CELL_MARK = "sealed:"
_FILE = b"file about "


@dataclass(frozen=True)
class Revealed:
    """A clear value that may be looked at for a while; its repr does not show it."""

    _clear: str = field(repr=False)
    expires_at: datetime

    @property
    def expired(self) -> bool:
        return datetime.now(SHANGHAI) >= self.expires_at

    @property
    def value(self) -> str:
        if self.expired:
            raise WrongUse(f"a value that could be seen until {self.expires_at:%H:%M:%S}", "a fresh one", "reveal it again, with a reason")
        return self._clear


class Identities:
    """The identity store of one home."""

    def __init__(self, vault: Vault, sealer: Sealer, ledger: Ledger) -> None:
        self._vault, self._sealer, self._ledger = vault, sealer, ledger

    @classmethod
    def open(cls, home: Home) -> Identities:
        """Opens the store of a home; makes the site's key at first use, but never a second key for a home that has one."""
        sealed_before = (home.identity / "identities.sqlite").exists()
        secret = keys.secret(home, "identity", create=not sealed_before)
        if secret is None:
            raise EnvironmentAtFault(
                f"the identities of {home.root} are sealed and {home.keys / 'identity.key'} is missing",
                "the key that sealed them",
                "set RINGSCOPE_KEYS to the folder with this home's keys, or put the key back from your backup",
            )
        home.make()
        sealer = Sealer(secret)
        return cls(Vault(home.identity, sealer), sealer, Ledger(home))

    def __enter__(self) -> Identities:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._vault.close()

    def register(self, kind: Identity, values: Sequence[str]) -> list[str | None]:
        """Store distinct clear values, encrypted, in one transaction; returns their pseudonyms in order, None for what says nothing."""
        pseudonyms: list[str | None] = []
        with self._vault.transaction():
            for start in range(0, len(values), _BATCH):
                batch = values[start : start + _BATCH]
                hs = [normal and self._sealer.pseudonym(kind, normal) for normal in normalised(kind, batch)]
                first: dict[bytes, str] = {}
                for h, value in zip(hs, batch, strict=True):
                    if h:
                        first.setdefault(h, value.strip())
                self._vault.store(kind, first)
                pseudonyms += [h.hex() if h else None for h in hs]
        return pseudonyms

    def pseudonym(self, kind: Identity, value: str | None) -> str | None:
        """The pseudonym of a value without storing it; None for an empty cell or a placeholder."""
        normal = NORMALISERS[kind](value)
        return self._sealer.pseudonym(kind, normal).hex() if normal else None

    def masked(self, kind: Identity, h: str | None) -> str:
        """What a page may show of it: 张*国, 138****2207; 未知 when it is not stored."""
        return self.masked_all(kind, [h])[0]

    def masked_all(self, kind: Identity, hs: Sequence[str | None]) -> list[str]:
        """`masked` of each, in order, with one look-up: for lists and tables."""
        clear = self._vault.clear(kind, [*{raw for h in hs if (raw := _raw(h))}])
        return [mask(kind, clear[raw]) if (raw := _raw(h)) in clear else UNKNOWN for h in hs]

    def reveal(self, kind: Identity, h: str, *, subject: str, reason: str, actor: Actor) -> Revealed:
        """The clear value. The ledger gets who, whom (`subject`, a pseudonym such as psn_no) and why before it is returned."""
        if len(reason.strip()) < SHORTEST_REASON:
            raise WrongUse(
                f"a reason of {len(reason.strip())} characters", f"at least {SHORTEST_REASON}", "say why it must be seen in clear"
            )
        if actor.role not in MAY_REVEAL:
            raise WrongUse(f"the role {actor.role}", f"one of {', '.join(sorted(MAY_REVEAL))}", "ask an analyst")
        raw = _raw(h)
        if raw is None or (kind, raw) not in self._vault:
            raise InputAtFault(f"no {kind} is stored under {h!r}", "a pseudonym from the book of this home", "look the person up again")
        self._ledger.append("identity.reveal", actor=actor, subject=subject, reason=reason.strip(), facts={"kind": kind, "h": h})
        return Revealed(self._vault.clear(kind, [raw])[raw], datetime.now(SHANGHAI) + REVEALED_FOR)

    def search(self, kind: Identity, clear: str, *, actor: Actor | None = None) -> str | None:
        """The pseudonym of a clear value if this home knows it. The ledger gets the pseudonym, never the words that were typed."""
        h = self.pseudonym(kind, clear)
        raw = _raw(h)
        known = raw is not None and (kind, raw) in self._vault
        facts: Facts = {"kind": kind, "h": h or "", "found": int(known)}
        self._ledger.append("identity.search", actor=actor or Actor.current(), facts=facts)
        return h if known else None

    def seal(self, values: Sequence[str | None]) -> list[str | None]:
        """Cells as text that only this home's key opens, for snapshots and quarantine, which keep what was delivered."""
        return [None if v is None else _CELL_MARK + b64encode(self._sealer.seal(v, _CELL)).decode() for v in values]

    def unseal(self, cells: Sequence[str | None]) -> list[str | None]:
        """What `seal` was given. Not for display: whoever shows it must go through `reveal`."""
        return [None if c is None else self._sealer.unseal(_box(c), _CELL) for c in cells]

    def seal_file(self, content: bytes, about: str) -> bytes:
        """A whole file that only this home's key opens, and only as what it is `about`."""
        return self._sealer.seal_bytes(content, _FILE + about.encode())

    def unseal_file(self, sealed: bytes, about: str) -> bytes:
        """What `seal_file` was given; raises InputAtFault when it was changed or is about something else."""
        return self._sealer.unseal_bytes(sealed, _FILE + about.encode())


def _raw(h: str | None) -> bytes | None:
    if not h or len(h) != 2 * PSEUDONYM_BYTES:
        return None
    try:
        return bytes.fromhex(h)
    except ValueError:
        return None


def _box(cell: str) -> bytes:
    if cell.startswith(_CELL_MARK):
        try:
            return b64decode(cell[len(_CELL_MARK) :], validate=True)
        except ValueError:
            pass
    raise InputAtFault("a cell that is not sealed", f"{_CELL_MARK} and base64, as this program writes it", "take the file again")
