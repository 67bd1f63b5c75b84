"""The process that runs one query of the console: `python -m graph.console_read HOME`, the query on stdin, its rows as JSON on stdout.

A process of its own, since one row can hold a list of a thousand million values: the server streams it past every limit of time, and the
driver would hold all of it. Here it meets the end of this process's memory, and whoever waits ends it by the clock.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from graph.errors import RingscopeError
from graph.home import Home
from graph.store import QueryTooLong, Store

MEMORY = 1 << 30
"""Bytes beyond what the interpreter and the driver have when they are loaded."""
TOO_LONG, REFUSED, TOO_LARGE = 10, 11, 12
"""Exit codes; what was seen stands on stdout then."""


def main(home: Path, timeout: float, most: int) -> int:
    """Run it; returns the exit code."""
    with Store.open(Home(home)) as store:
        in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + MEMORY, in_use + MEMORY))
        try:
            rows = store.read(sys.stdin.read(), timeout=timeout, most=most)
            sys.stdout.write(json.dumps(rows, ensure_ascii=False, default=str))
        except MemoryError:
            return TOO_LARGE
        except RingscopeError as fault:
            sys.stdout.write(fault.seen)
            return TOO_LONG if isinstance(fault, QueryTooLong) else REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
