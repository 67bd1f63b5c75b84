"""Whose bundle it is: detached signatures over `tagmanifest-sha256.txt`, which covers every other file.

Each stands in `signatures/<algorithm>.json`. `SCHEMES` is the plug: an algorithm is a name and a function that checks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .fixity import SIGNATURES, TAGS, facts, sha256
from .verdict import Fault, Signer

PURPOSE = b"ringscope evidence bundle 1\n"
"""Stands before what is signed, so that a signature of a bundle is never one of anything else."""
SIGNER = "Ringscope-Signer"
"""Field of bag-info.txt: the public key that the maker meant to sign with."""


def ed25519(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether it is this key's signature."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


SCHEMES: Mapping[str, Callable[[bytes, bytes, bytes], bool]] = {"Ed25519": ed25519}


def written(algorithm: str, public_key: str, signature: str, tags: bytes) -> bytes:
    """The signature file, in the one form that is accepted."""
    says = {"algorithm": algorithm, "over": TAGS, "public_key": public_key, "sha256": sha256(tags), "signature": signature}
    return (json.dumps(says, indent=1, sort_keys=True) + "\n").encode()


def check_signatures(files: Mapping[str, bytes], expected: str | None) -> tuple[list[Signer], list[Fault]]:
    """Who signed, and what does not hold; `expected` is the public key, in hexadecimal digits, of whom the reader trusts."""
    found = [name for name in sorted(files) if name.startswith(SIGNATURES)]
    signers: list[Signer] = []
    faults: list[Fault] = []
    for name in found:
        signer, why = _check(files[name], files.get(TAGS, b""), expected)
        if signer:
            signers.append(signer)
            faults += _strange(name, signer, facts(files).get(SIGNER, ""), expected)
        else:
            faults.append(Fault("signature", name if "tagmanifest" not in why else TAGS, why))
    if not found:
        faults.append(Fault("signature", SIGNATURES, "没有签名 nobody signed it"))
    return signers, faults


def _check(file: bytes, tags: bytes, expected: str | None) -> tuple[Signer | None, str]:
    """(who signed, "") or (None, why it does not hold)."""
    broken = "签名文件被改动 the signature file was changed"
    try:
        said = json.loads(file)
        algorithm, key, signature = str(said["algorithm"]), str(said["public_key"]), str(said["signature"])
        raw = bytes.fromhex(key), bytes.fromhex(signature)
    except (ValueError, KeyError, TypeError):
        return None, broken
    if algorithm not in SCHEMES:
        return None, f"未知的签名算法 an algorithm that is not checked here: {algorithm[:40]!r}"
    if not SCHEMES[algorithm](*raw, PURPOSE + tags):
        return None, broken if said.get("sha256") == sha256(tags) else "tagmanifest 被改动 the tagmanifest is not the one that was signed"
    if written(algorithm, key, signature, tags) != file:
        return None, broken
    return Signer(algorithm, key, None if expected is None else key == expected), ""


def _strange(name: str, signer: Signer, meant: str, expected: str | None) -> Iterator[Fault]:
    """A signature that holds, but of somebody else."""
    if signer.expected is False:
        yield Fault("signature", name, f"由另一签名人签署 of another signer: {signer.public_key}, expected {expected}")
    elif meant != signer.public_key:
        yield Fault(
            "signature", name, f"由另一签名人签署 of another signer: {signer.public_key}, while the bag was made by {meant or 'nobody'}"
        )
