"""`python verify.pyz FILE [--signer KEY] [--json]`: the verifier on its own. Exit code 0 whole, 1 not, 2 usage."""

from __future__ import annotations

import argparse
import json
import pkgutil
import sys
from pathlib import Path

from . import Installed, verify
from .printed import printed


def main() -> None:
    """Parse, verify, print."""
    parser = argparse.ArgumentParser(prog="verify", description="核验证据包 · verify an evidence bundle; nothing in it is run")
    parser.add_argument("file", type=Path, help="证据包 .zip 或解压后的文件夹 · the bundle, or the folder it was unpacked to")
    parser.add_argument("--signer", help="应有的签名公钥（十六进制）· the public key that you expect, in hexadecimal digits")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    asked = parser.parse_args()
    if not asked.file.exists():
        parser.error(f"{asked.file}: 不存在 there is no such file")
    verdict = verify(asked.file, signer=asked.signer, installed=installed())
    sys.stdout.write(json.dumps(verdict.to_json(), ensure_ascii=False) + "\n" if asked.json else printed(verdict))
    sys.exit(0 if verdict.ok else 1)


def installed() -> Installed | None:
    """The rules that were packed with the verifier."""
    try:
        text = pkgutil.get_data(__package__ or "", "installed.json")
    except (FileNotFoundError, OSError):
        return None
    return Installed.read(text) if text else None


if __name__ == "__main__":
    main()
