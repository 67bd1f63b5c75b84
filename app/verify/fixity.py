"""Whether every file of the bag (RFC 8493) is byte for byte the one that was listed; each one that is not is named."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from .verdict import Fault

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAGS = "tagmanifest-sha256.txt"
SIGNATURES = "signatures/"
LINES = "data/lines.json"
"""File -> the first 16 hexadecimal digits of the SHA-256 of each of its lines: a changed row is named, not only its file."""
_LINE = re.compile(r"([0-9a-f]{64})  ?\*?(\S.*)")
_NAMED = 20
"""Lines of one file that are named."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def listed(manifest: bytes) -> dict[str, str]:
    """File -> hash of a manifest; a line that is none stands under its number with an empty hash."""
    found: dict[str, str] = {}
    for number, line in enumerate(manifest.decode("utf-8", "replace").splitlines(), 1):
        match = _LINE.fullmatch(line)
        found[unquote(match[2]) if match else f"line {number}"] = match[1] if match else ""
    return found


def content_digest(manifest: bytes) -> str:
    """One hash over all that the bag encloses but the ledger, which in turn holds this hash."""
    lines = sorted(f"{value}  {name}" for name, value in listed(manifest).items() if not name.startswith("data/ledger/"))
    return sha256("\n".join(lines).encode())


def line_hashes(content: bytes) -> list[str]:
    return [sha256(line)[:16] for line in content.splitlines()]


def facts(files: Mapping[str, bytes]) -> dict[str, str]:
    """`bag-info.txt`."""
    lines = files.get(INFO, b"").decode("utf-8", "replace").splitlines()
    return {name.strip(): value.strip() for name, colon, value in (line.partition(":") for line in lines) if colon}


def check_fixity(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """What is changed, missing or not listed."""
    for needed in (DECLARATION, INFO, MANIFEST, TAGS):
        if needed not in files:
            yield Fault("fixity", needed, "缺失 missing: this is no evidence bag")
    tags, payload = listed(files.get(TAGS, b"")), listed(files.get(MANIFEST, b""))
    whole = sha256(files.get(MANIFEST, b"")) == tags.get(MANIFEST)
    yield from _compare(tags, files, "标签清单 tagmanifest", TAGS)
    yield from _compare(payload, files, "清单 manifest" if whole else "已被改动的清单 manifest, which was changed itself", MANIFEST)
    for name in sorted(files):
        if name not in tags and name not in payload and name != TAGS and not name.startswith(SIGNATURES):
            yield Fault("fixity", name, "不在清单内 nobody listed it: it was added")


def _compare(listed_files: Mapping[str, str], files: Mapping[str, bytes], against: str, source: str) -> Iterator[Fault]:
    for name, value in listed_files.items():
        if not value:
            yield Fault("fixity", f"{source} {name}", "清单行不可读 no line of a manifest")
        elif name not in files:
            yield Fault("fixity", name, f"缺失 missing: it stands in the {against}")
        elif sha256(files[name]) != value:
            yield Fault("fixity", _place(name, files), f"内容被改动 changed: it does not fit the {against}")


def _place(name: str, files: Mapping[str, bytes]) -> str:
    """The file, and its changed lines where the list of lines is at hand."""
    try:
        were: object = json.loads(files[LINES])[name]
    except (KeyError, ValueError, TypeError):
        return name
    if not isinstance(were, list):
        return name
    lines = line_hashes(files[name])
    changed = [str(n) for n, (now, before) in enumerate(zip(lines, were, strict=False), 1) if now != before]
    if len(lines) != len(were):
        changed.append(f"{len(lines)} lines instead of {len(were)}")
    return f"{name} line {_few(changed)}" if changed else name


def _few(changed: Iterable[str]) -> str:
    every = list(changed)
    return ", ".join(every[:_NAMED]) + (f" and {len(every) - _NAMED} more" if len(every) > _NAMED else "")
