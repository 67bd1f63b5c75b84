"""The encrypted store behind `graph.identity`: clear values under (kind, pseudonym), AES-256-GCM, in one SQLite file.

SQLite gives what a register of a million names needs: one transaction that survives kill -9, and reads by key without loading the rest.
"""

from __future__ import annotations

import hmac
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graph.contract import Identity
from graph.errors import EnvironmentAtFault, InputAtFault

PSEUDONYM_BYTES = 16
_NONCE_BYTES = 12
_IN_ONE_QUERY = 30_000  # SQLite binds at most 32,766 values
_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sealed (kind TEXT, h BLOB, box BLOB NOT NULL, PRIMARY KEY (kind, h)) WITHOUT ROWID;
"""


class Sealer:
    """Pseudonyms and boxes (nonce + ciphertext + tag) under keys derived from one secret."""

    def __init__(self, secret: bytes) -> None:
        self._pseudonyms = _derived(secret, "pseudonyms")
        self._cipher = AESGCM(_derived(secret, "boxes"))
        self.check = _derived(secret, "check value").hex()
        """Tells whether two sealers share their secret, and nothing else about it."""

    def pseudonym(self, kind: Identity, normal: str) -> bytes:
        return hmac.digest(self._pseudonyms, f"{kind}\0{normal}".encode(), "sha256")[:PSEUDONYM_BYTES]

    def seal(self, clear: str, about: bytes) -> bytes:
        return self.seal_bytes(clear.encode(), about)

    def unseal(self, box: bytes, about: bytes) -> str:
        return self.unseal_bytes(box, about).decode()

    def seal_bytes(self, content: bytes, about: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, about)

    def unseal_bytes(self, box: bytes, about: bytes) -> bytes:
        try:
            return self._cipher.decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], about)
        except (InvalidTag, ValueError) as error:
            raise InputAtFault(
                "a sealed identity does not open: it was changed, or moved from another place",
                "the bytes this program wrote",
                "restore identity/ from a backup, or ingest the delivery again into a new home",
            ) from error


class Vault:
    """The boxes of one home."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._sealer = sealer
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / "identities.sqlite"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, timeout=60, isolation_level=None)
        try:
            self._database.executescript("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;" + _TABLES)
            self._check_key()
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is stored inside becomes durable together, or not at all."""
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def store(self, kind: Identity, clear: Mapping[bytes, str]) -> None:
        """Seal the values whose pseudonym is not stored yet; the first spelling stays."""
        known = {h for (h,) in self._rows("h", kind, [*clear])}
        fresh = sorted(clear.keys() - known)  # in the order of the table: pages are written once
        rows = ((kind, h, self._sealer.seal(clear[h], _about(kind, h))) for h in fresh)
        self._database.executemany("INSERT INTO sealed VALUES (?, ?, ?)", rows)

    def clear(self, kind: Identity, wanted: Sequence[bytes]) -> dict[bytes, str]:
        """The clear values of those pseudonyms that are stored."""
        return {h: self._sealer.unseal(box, _about(kind, h)) for h, box in self._rows("h, box", kind, wanted)}

    def __contains__(self, kind_and_h: tuple[Identity, bytes]) -> bool:
        return self._database.execute("SELECT 1 FROM sealed WHERE kind = ? AND h = ?", kind_and_h).fetchone() is not None

    def _rows(self, columns: str, kind: Identity, wanted: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
        for start in range(0, len(wanted), _IN_ONE_QUERY):
            part = wanted[start : start + _IN_ONE_QUERY]
            marks = ",".join("?" * len(part))
            yield from self._database.execute(f"SELECT {columns} FROM sealed WHERE kind = ? AND h IN ({marks})", (kind, *part))

    def _check_key(self) -> None:
        look = "SELECT value FROM meta WHERE name = 'key_check'"
        if self._database.execute(look).fetchone() is None:  # a store that has one is only read: pages open it while an ingest writes
            self._database.execute("INSERT OR IGNORE INTO meta VALUES ('key_check', ?)", (self._sealer.check,))
        (stored,) = self._database.execute(look).fetchone()
        if not hmac.compare_digest(stored, self._sealer.check):
            raise EnvironmentAtFault(
                "this home was sealed with another identity key",
                "the key that made it: pseudonyms of two keys never meet, and nothing sealed would open",
                "set RINGSCOPE_KEYS to the folder with this home's keys",
            )


def _derived(secret: bytes, purpose: str) -> bytes:
    return hmac.digest(secret, b"ringscope identity 1: " + purpose.encode(), "sha256")


def _about(kind: Identity, h: bytes) -> bytes:
    """Bound to its box: a box moved under another pseudonym does not open."""
    return kind.encode() + b"\0" + h
