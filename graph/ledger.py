"""The ledger: who did what, when and why, in a form in which a later change shows.

`ledger/entries.jsonl` holds one entry a line; each carries the hash of the one before. `ledger/checkpoints.jsonl` holds signatures
(Ed25519) over the number of entries and the last hash, so that neither a cut tail nor a chain hashed anew goes unseen. Subjects are
pseudonyms; a reason is what the person wrote.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from io import FileIO
from itertools import repeat
from typing import cast
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from graph import keys
from graph.errors import EnvironmentAtFault, InputAtFault
from graph.home import Home

GENESIS = "0" * 64
CHECKPOINT_EVERY = 20
SHANGHAI = ZoneInfo("Asia/Shanghai")
Entry = dict[str, object]
Facts = Mapping[str, "str | int"]


@dataclass(frozen=True)
class Actor:
    """Who acts. Until accounts exist: the operating system's user, with the role analyst."""

    user: str
    role: str = "analyst"

    @classmethod
    def current(cls) -> Actor:
        try:
            return cls(getpass.getuser())
        except (KeyError, OSError):
            return cls(f"uid {os.getuid()}")


@dataclass(frozen=True)
class Verdict:
    """What `verify` found."""

    entries: int
    """Whole entries in the file."""
    first_broken: int | None = None
    """Number (from 1) of the first entry that is not what was written; None: the chain holds."""
    reason: str = ""
    signed: int = 0
    """Entries covered by the last good checkpoint."""

    @property
    def holds(self) -> bool:
        return self.first_broken is None


class Ledger:
    """Append-only list of entries of one home; several processes may append at once."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._entries = home.ledger / "entries.jsonl"
        self._checkpoints = home.ledger / "checkpoints.jsonl"

    def append(self, action: str, *, actor: Actor, subject: str = "", reason: str = "", facts: Facts | None = None) -> int:
        """Write one entry and force it to the disk; returns its number. `subject` and `facts` hold pseudonyms and counts only."""
        with self._locked(), self._file() as file:
            last, torn = _end_of(file)
            if torn:
                file.truncate(file.tell())
                last = _write(file, _note_of(torn, last))
            last = _write(file, _entry(last, action, actor, subject, reason, facts or {}))
            number = cast(int, last["n"])
            if number - self._signed() >= CHECKPOINT_EVERY:
                self._sign(last)
            return number

    def checkpoint(self) -> int:
        """Sign all entries written so far, unless that was done; returns their number."""
        with self._locked(), self._file() as file:
            last, _ = _end_of(file)
            number = cast(int, last["n"])
            if number > self._signed():
                self._sign(last)
            return number

    def tail(self, n: int = 20) -> list[Entry]:
        """The last n whole entries, oldest first."""
        if not self._entries.exists():
            return []
        return [json.loads(line) for line in _whole_lines(self._entries.read_bytes())[-n:]]

    def extract(self, after: int) -> tuple[list[Entry], list[Entry]]:
        """(whole entries behind number `after`, checkpoints from the one that signs it on), as they were written."""
        with self._locked():
            entries = _whole_lines(self._entries.read_bytes())[after:]
            signed = [json.loads(line) for line in _whole_lines(self._checkpoints.read_bytes())]
        return [json.loads(line) for line in entries], [checkpoint for checkpoint in signed if checkpoint["n"] >= after]

    def find(self, actions: Collection[str], subjects: Collection[str]) -> list[Entry]:
        """Entries of these actions about these subjects, oldest first."""
        if not self._entries.exists():
            return []
        read = (json.loads(line) for line in _whole_lines(self._entries.read_bytes()))
        return [entry for entry in read if entry["action"] in actions and entry["subject"] in subjects]

    def signed(self, message: bytes) -> str:
        """The site's signature (Ed25519, hexadecimal digits) over `message`, which begins by saying what it is signed for."""
        return self._private_key().sign(message).hex()

    def public_key(self) -> str | None:
        """The site's public key in hexadecimal digits; None before anything was signed."""
        if not (self._home.ledger / "public.key").exists():
            return None
        return self._public_key().public_bytes_raw().hex()

    def verify(self) -> Verdict:
        """Walk the whole chain and every checkpoint; names the first entry that is not what was written."""
        if not self._home.ledger.exists():
            return Verdict(0)
        with self._locked():
            data = self._entries.read_bytes() if self._entries.exists() else b""
            signed = _whole_lines(self._checkpoints.read_bytes()) if self._checkpoints.exists() else []
        lines = _whole_lines(data)
        hashes, broken = _chain(lines)
        by_signature = _against_checkpoints(hashes, len(lines), [*map(_checkpoint, signed, repeat(self._public_key()))] if signed else [])
        # a chain that breaks says more than the checkpoint that notices it later
        if broken is not None and (by_signature.first_broken is None or broken[0] <= by_signature.first_broken):
            return Verdict(len(lines), broken[0], broken[1], by_signature.signed)
        if by_signature.first_broken is None and not data.endswith(b"\n") and data:
            return Verdict(len(lines), None, "the last line was cut off in writing; the next entry will note it", by_signature.signed)
        return by_signature

    def _signed(self) -> int:
        """Number of entries that the last checkpoint covers, by its own word."""
        lines = _whole_lines(self._checkpoints.read_bytes()) if self._checkpoints.exists() else []
        return cast(int, json.loads(lines[-1])["n"]) if lines else 0

    def _sign(self, last: Entry) -> None:
        key = self._private_key()
        head = {"n": last["n"], "hash": last["hash"], "at": _now()}
        line = _canonical({**head, "signature": key.sign(_canonical(head)).hex()}) + b"\n"
        with FileIO(os.open(self._checkpoints, os.O_RDWR | os.O_CREAT, 0o600), "r+") as out:
            written = out.readall()
            out.seek(len(written) - len(written.rpartition(b"\n")[2]))  # over a line that kill -9 tore
            out.truncate()
            _force(out, line)

    def _private_key(self) -> Ed25519PrivateKey:
        public = self._home.ledger / "public.key"
        expected = public.read_text(encoding="ascii").strip() if public.exists() else ""
        raw = keys.secret(self._home, "ledger", create=not expected)
        if raw is not None:
            key = Ed25519PrivateKey.from_private_bytes(raw)
            own = key.public_key().public_bytes_raw().hex()
            if not expected:
                public.write_text(own + "\n", encoding="ascii")
            if expected in ("", own):
                return key
        raise EnvironmentAtFault(
            f"{self._home.keys / 'ledger.key'} is {'missing' if raw is None else 'not the key that signed this ledger'}",
            "the key whose public half stands in ledger/public.key",
            "set RINGSCOPE_KEYS to the folder with this home's keys, or put them back from your backup",
        )

    def _public_key(self) -> Ed25519PublicKey:
        """Of the site's own key where it is at hand; the copy in the home serves whoever was given the home alone."""
        if own := keys.secret(self._home, "ledger", create=False):
            return Ed25519PrivateKey.from_private_bytes(own).public_key()
        try:
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex((self._home.ledger / "public.key").read_text(encoding="ascii")))
        except (OSError, ValueError) as error:
            raise EnvironmentAtFault(
                f"no key to check the ledger's signatures with ({error})",
                "ledger.key in RINGSCOPE_KEYS, or ledger/public.key",
                "put it back",
            ) from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._home.ledger.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._home.ledger / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _file(self) -> FileIO:
        return FileIO(os.open(self._entries, os.O_RDWR | os.O_CREAT, 0o600), "r+")


def _now() -> str:
    return datetime.now(SHANGHAI).isoformat(timespec="milliseconds")


def _canonical(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _digest(entry: Mapping[str, object]) -> str:
    return hashlib.sha256(_canonical({k: v for k, v in entry.items() if k != "hash"})).hexdigest()


def _entry(last: Entry, action: str, actor: Actor, subject: str, reason: str, facts: Facts) -> Entry:
    body: Entry = {
        "n": cast(int, last["n"]) + 1,
        "at": _now(),
        "actor": asdict(actor),
        "action": action,
        "subject": subject,
        "reason": reason,
        "facts": dict(facts),
        "prev": last["hash"],
    }
    return {**body, "hash": _digest(body)}


def _note_of(torn: bytes, last: Entry) -> Entry:
    """The entry that says: a line was cut off by a crash, its caller was never told that it was written, and it was taken out."""
    facts: Facts = {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest()}
    return _entry(last, "ledger.torn_line_removed", Actor("ringscope", "system"), "", "a write was cut off", facts)


def _write(file: FileIO, entry: Entry) -> Entry:
    _force(file, _canonical(entry) + b"\n")
    return entry


def _force(file: FileIO, line: bytes) -> None:
    """All of the line, on the disk."""
    while line:
        line = line[file.write(line) or 0 :]
    os.fsync(file.fileno())


def _end_of(file: FileIO) -> tuple[Entry, bytes]:
    """(last whole entry, bytes of a torn line after it); leaves the file at the end of the last whole entry."""
    size, step = file.seek(0, os.SEEK_END), 4096
    while True:
        start = max(0, size - step)
        file.seek(start)
        tail = file.read(size - start) or b""
        whole, _, torn = tail.rpartition(b"\n")
        previous = whole.rfind(b"\n")
        if previous >= 0 or start == 0:
            break
        step *= 4
    file.seek(size - len(torn))
    if not whole:
        return {"n": 0, "hash": GENESIS}, torn
    try:
        last = json.loads(whole[previous + 1 :])
        return {"n": int(last["n"]), "hash": str(last["hash"])}, torn
    except (ValueError, KeyError, TypeError) as error:
        raise InputAtFault(
            f"the last ledger entry is not readable ({error})", "an entry as this program writes it", "run `ringscope audit verify`"
        ) from error


def _whole_lines(data: bytes) -> list[bytes]:
    return data.split(b"\n")[:-1]


def _chain(lines: list[bytes]) -> tuple[list[str], tuple[int, str] | None]:
    """Hashes of the entries up to the first break, and that break: (number, what happened to it)."""
    hashes: list[str] = []
    previous = GENESIS
    for number, line in enumerate(lines, 1):
        entry = _read(line)
        if entry is None or entry.get("hash") != _digest(entry) or _canonical(entry) != line:
            return hashes, (number, f"entry {number} was changed: its content does not fit its hash")
        if entry["n"] != number:
            return hashes, (number, _displaced(number, cast(int, entry["n"]), lines))
        if entry["prev"] != previous:
            return hashes, (number, f"entry {number} does not follow the one before it: one of the two was replaced")
        previous = str(entry["hash"])
        hashes.append(previous)
    return hashes, None


def _read(line: bytes) -> Entry | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("n"), int) and "prev" in entry else None


def _displaced(number: int, found: int, lines: list[bytes]) -> str:
    if found < number:
        return f"a line was inserted at {number}: it says it is entry {found}"
    if any((entry := _read(line)) is not None and entry["n"] == number for line in lines[number:]):
        return f"entry {number} was moved behind entry {found}"
    return f"entry {number} was removed: entry {found} stands in its place"


def _against_checkpoints(hashes: list[str], entries: int, signed: list[tuple[int, str] | None]) -> Verdict:
    """`hashes`: of the entries up to the chain's first break; `signed`: (entries, last hash) of each checkpoint, None: it does not hold."""
    good = 0
    for checkpoint in signed:
        if checkpoint is None:
            return Verdict(entries, good + 1, "a checkpoint was changed or signed with another key", good)
        number, value = checkpoint
        if number > entries:
            return Verdict(entries, entries + 1, f"the tail was cut: {number} entries were signed, {entries} are left", good)
        if number <= len(hashes):
            if hashes[number - 1] != value:
                return Verdict(entries, good + 1, f"entries {good + 1} to {number} are not those that were signed", good)
            good = number
    if entries - good > CHECKPOINT_EVERY and len(hashes) == entries:
        return Verdict(entries, good + 1, f"no checkpoint signs the entries from {good + 1} on: checkpoints were removed", good)
    return Verdict(entries, None, "", good)


def _checkpoint(line: bytes, key: Ed25519PublicKey) -> tuple[int, str] | None:
    try:
        raw = json.loads(line)
        key.verify(bytes.fromhex(raw.pop("signature")), _canonical(raw))
        return int(raw["n"]), str(raw["hash"])
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        return None
