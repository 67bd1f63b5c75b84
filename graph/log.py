"""The log: rotating files under the home. A line that holds what looks like a person's number is masked before it is written.

Names cannot be told from other words by their shape: callers log counts and pseudonyms only.
"""

from __future__ import annotations

import logging
import re
from logging.handlers import RotatingFileHandler

from graph.home import Home

MEGABYTES, KEPT = 5, 5
# not inside a longer number or a pseudonym's hexadecimal digits: trace codes and keys must stay readable
_ALONE = r"(?<![0-9A-Za-z])(?:{})(?![0-9A-Za-z])"
_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_CERTIFICATE = re.compile(_ALONE.format(f"[0-9]{{6}}(?:18|19|20)[0-9]{{2}}{_DAY}[0-9]{{3}}[0-9Xx]|[1-9][0-9]{{7}}{_DAY}[0-9]{{3}}"))
_MOBILE = re.compile(_ALONE.format(r"(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"))
_BANK_CARD = re.compile(_ALONE.format("62[0-9]{14,17}"))


def masked(line: str) -> str:
    """The line with resident certificate numbers, mobile phones and bank cards masked."""
    line = _CERTIFICATE.sub("[certificate]", line)
    line = _MOBILE.sub("[phone]", line)
    return _BANK_CARD.sub("[account]", line)


class Masking(logging.Formatter):
    """Masks the finished line, so that arguments and the text of exceptions are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def set_up(home: Home, *, program: str = "ringscope", level: int = logging.INFO) -> None:
    """Send the log of this process to `logs/<program>.log`; a second call for the same file changes nothing."""
    folder = home.logs
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{program}.log"
    root = logging.getLogger()
    if any(isinstance(h, RotatingFileHandler) and h.baseFilename == str(path) for h in root.handlers):
        return
    path.touch(mode=0o600)
    handler = RotatingFileHandler(path, maxBytes=MEGABYTES << 20, backupCount=KEPT, encoding="utf-8")
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level)
