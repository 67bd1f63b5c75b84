"""The site's secret keys: one file each, readable by their owner only, in a folder that is never inside the home."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from graph.errors import EnvironmentAtFault
from graph.home import Home

KEY_BYTES = 32


def secret(home: Home, name: str, *, create: bool) -> bytes | None:
    """The 32 bytes of key `name`; made at first use where `create` allows it, else None when there is none."""
    folder = _folder(home)
    path = folder / f"{name}.key"
    if not path.exists():
        if not create:
            return None
        _make(path)
    mode = path.stat().st_mode
    if mode & 0o077:
        raise EnvironmentAtFault(
            f"{path} can be read by others (mode {mode & 0o777:o})", "mode 600", f"chmod 600 {path}, and ask who could have copied it"
        )
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise EnvironmentAtFault(
            f"{path} holds no key", f"{2 * KEY_BYTES} hexadecimal digits", "put the file back from your backup of the keys"
        )
    return key


def _folder(home: Home) -> Path:
    folder, root = home.keys.resolve(), home.root.resolve()
    if folder.is_relative_to(root):
        raise EnvironmentAtFault(
            f"the keys folder {folder} lies inside the home {root}",
            "a folder elsewhere, so that a copied home opens nothing",
            "set RINGSCOPE_KEYS to a folder outside the home and move the key files there",
        )
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    return folder


def _make(path: Path) -> None:
    """Write the whole file under another name, then link it: of two processes the first wins and both read the same key."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mode 0600 by definition
    try:
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_hex(KEY_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        Path(draft).unlink()
