"""The extract of the ledger: entries between two signed checkpoints, each with the hash of the one before, and this bundle among them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from .fixity import MANIFEST, content_digest
from .verdict import Fault

ENTRIES, CHECKPOINTS, SINGLES = "data/ledger/entries.jsonl", "data/ledger/checkpoints.jsonl", "data/ledger/singles.jsonl"
GENESIS = "0" * 64
MADE = "evidence.make"
"""Action of the entry that says: this bundle was made, by whom, why, with which content."""
Entry = Mapping[str, object]
Holds = Callable[[bytes, bytes], bool]
"""(signature, message) -> whether the signer of the bundle signed it."""


def check_chain(files: Mapping[str, bytes], holds: Holds | None) -> Iterator[Fault]:
    """What does not hold; without `holds` (no signature stands) the checkpoints are not checked."""
    entries, checkpoints, singles = (_entries(files.get(name, b"")) for name in (ENTRIES, CHECKPOINTS, SINGLES))
    for name, read in ((ENTRIES, entries), (CHECKPOINTS, checkpoints), (SINGLES, singles)):
        yield from (Fault("chain", f"{name} line {n}", "不可读 no entry of a ledger") for n, entry in enumerate(read, 1) if entry is None)
    if None in entries or None in checkpoints or None in singles or not entries or not checkpoints:
        if not entries or not checkpoints:
            yield Fault("chain", ENTRIES, "缺失 no extract of the ledger")
        return
    whole, signed = [e for e in entries if e is not None], [c for c in checkpoints if c is not None]
    yield from _hashes(ENTRIES, whole)
    yield from _hashes(SINGLES, [e for e in singles if e is not None])
    yield from _links(whole, signed)
    if holds:
        yield from _signed(signed, holds)
    yield from _names_this(whole, files)


def _entries(content: bytes) -> list[Entry | None]:
    found: list[Entry | None] = []
    for line in content.splitlines():
        try:
            read = json.loads(line)
        except ValueError:
            read = None
        found.append(read if isinstance(read, dict) and isinstance(read.get("n"), int) and canonical(read) == line else None)
    return found


def canonical(value: Entry) -> bytes:
    """As the ledger writes it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hashes(name: str, entries: Sequence[Entry]) -> Iterator[Fault]:
    for n, entry in enumerate(entries, 1):
        body = {key: value for key, value in entry.items() if key != "hash"}
        if hashlib.sha256(canonical(body)).hexdigest() != entry.get("hash"):
            yield Fault("chain", f"{name} line {n}", f"第 {entry['n']} 条被改动 entry {entry['n']} was changed: it does not fit its hash")


def _links(entries: Sequence[Entry], checkpoints: Sequence[Entry]) -> Iterator[Fault]:
    from_the_start = entries[0]["n"] == 1
    before: tuple[object, object] = (0, GENESIS) if from_the_start else (checkpoints[0]["n"], checkpoints[0].get("hash"))
    at = {before[0]: before[1], **{entry["n"]: entry.get("hash") for entry in entries}}
    for entry in entries:
        number = int(str(before[0])) + 1
        if (entry["n"], entry.get("prev")) != (number, before[1]):
            yield Fault("chain", f"{ENTRIES} entry {entry['n']}", f"与前一条不相接 it does not follow entry {before[0]}")
        before = (entry["n"], entry.get("hash"))
    for checkpoint in checkpoints:
        if at.get(checkpoint["n"]) != checkpoint.get("hash"):
            yield Fault("chain", f"{CHECKPOINTS} n={checkpoint['n']}", "检查点与条目不符 the checkpoint is not of these entries")
    if checkpoints[-1]["n"] != entries[-1]["n"]:
        yield Fault("chain", CHECKPOINTS, f"未覆盖最后一条 no checkpoint signs entry {entries[-1]['n']}")


def _signed(checkpoints: Sequence[Entry], holds: Holds) -> Iterator[Fault]:
    for checkpoint in checkpoints:
        body = {key: value for key, value in checkpoint.items() if key != "signature"}
        try:
            signature = bytes.fromhex(str(checkpoint.get("signature")))
        except ValueError:
            signature = b""
        if not holds(signature, canonical(body)):
            yield Fault(
                "chain", f"{CHECKPOINTS} n={checkpoint['n']}", "检查点签名不成立 the checkpoint is not signed by this bundle's signer"
            )


def _names_this(entries: Sequence[Entry], files: Mapping[str, bytes]) -> Iterator[Fault]:
    """The ledger must know this very content."""
    digest = content_digest(files.get(MANIFEST, b""))
    named = [facts.get("content") for e in entries if e.get("action") == MADE and isinstance(facts := e.get("facts"), dict)]
    if digest not in named:
        yield Fault("chain", ENTRIES, "账本所记内容不是本包 no entry names this content: the ledger speaks of another bundle")
