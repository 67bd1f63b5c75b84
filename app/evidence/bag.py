"""From files to a signed bag in a zip: BagIt by the library, the signature over its tag manifest, the container in its one form."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

import bagit

from app.verify.container import packed
from app.verify.fixity import TAGS, content_digest, sha256
from app.verify.signature import PURPOSE, SIGNER, written
from graph.home import Home
from graph.ledger import Ledger

ALGORITHM = "Ed25519"


def digest(files: Mapping[str, bytes]) -> str:
    """What the ledger writes down of a bundle: one hash over all its content, the extract of the ledger itself left out."""
    return content_digest("\n".join(f"{sha256(content)}  data/{path}" for path, content in files.items()).encode())


def bagged(home: Home, root: str, files: Mapping[str, bytes], info: Mapping[str, str]) -> bytes:
    """The container: a bag (RFC 8493) of `files` under data/, signed with the site's key."""
    logging.getLogger("bagit").setLevel(logging.WARNING)
    ledger = Ledger(home)
    key = ledger.public_key() or ""
    with tempfile.TemporaryDirectory() as folder:
        for path, content in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        bagit.make_bag(folder, {**info, SIGNER: key}, checksums=["sha256"])
        signed = Path(folder) / "signatures" / f"{ALGORITHM.lower()}.json"
        signed.parent.mkdir()
        tags = (Path(folder) / TAGS).read_bytes()
        signed.write_bytes(written(ALGORITHM, key, ledger.signed(PURPOSE + tags), tags))
        found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    return packed(root, found)
