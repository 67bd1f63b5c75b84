"""The verifier as one file: `app/verify` and the installed rules in a zipapp, for a court that has Python and cryptography."""

from __future__ import annotations

import shutil
import tempfile
import zipapp
from importlib.resources import as_file, files
from pathlib import Path

from app.evidence.installed import as_json

PACKAGE = "ringscope_verify"


def write(target: Path) -> None:
    """Write the zipapp: complete or not there."""
    with tempfile.TemporaryDirectory() as folder, as_file(files("app") / "verify") as source:
        package = Path(folder) / PACKAGE
        shutil.copytree(source, package, ignore=lambda _folder, names: [name for name in names if not name.endswith(".py")])
        (package / "installed.json").write_text(as_json(), encoding="utf-8")
        part = target.with_name(target.name + ".part")
        zipapp.create_archive(folder, part, interpreter="/usr/bin/env python3", main=f"{PACKAGE}.__main__:main", compressed=True)
        part.replace(target)
