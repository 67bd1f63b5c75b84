"""Processes as Linux tells of them: who is alive, who holds a file, and how to end one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def birth(pid: int) -> str | None:
    """When the process began, unlike that of any other; None when it is gone (or dead and not yet buried)."""
    _bury(pid)
    try:
        # the command's name, in brackets, may hold spaces: fields are counted behind it
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    # a killed Java has a dead first thread while the others still let go of files and locks: it is gone when they are
    gone = fields[0] in "ZX" and int(fields[17]) <= 1
    return None if gone else f"{boot}/{fields[19]}"


def uptime(pid: int) -> float:
    """Seconds since the process began; 0 when it is gone."""
    born = birth(pid)
    if born is None:
        return 0.0
    machine = float((PROC / "uptime").read_text(encoding="ascii").split()[0])
    return max(0.0, machine - int(born.rpartition("/")[2]) / os.sysconf("SC_CLK_TCK"))


def spawn(command: Sequence[str], output: Path, environment: Mapping[str, str]) -> int:
    """Start a process in a session of its own, which outlives this one; returns its pid. Output is appended to the file."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawn(command[0], list(command), dict(environment), file_actions=actions, setsid=True)


def exit_code(pid: int) -> int | None:
    """Of a child of ours that has ended; None while it runs. Negative: the signal that ended it."""
    done, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if done else None


def end(pid: int, born: str, *, patience: float) -> bool:
    """SIGTERM, and SIGKILL after `patience` seconds; returns whether it went by itself."""
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 10.0)):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if birth(pid) != born:
                return sign == signal.SIGTERM
            time.sleep(0.05)
    return False


def with_argument(argument: str) -> list[int]:
    """Pids of this user that were started with exactly this argument."""
    wanted = argument.encode()
    found = []
    for entry in PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if entry.stat().st_uid == os.getuid() and wanted in (entry / "cmdline").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:  # it ended while we looked
                continue
    return found


def lock_holder(path: Path) -> int | None:
    """The pid that holds a lock on the file; 0 when the system does not say which; None when nobody does."""
    try:
        inode = path.stat().st_ino
        locks = (PROC / "locks").read_text(encoding="ascii")
    except OSError:
        return None
    for line in locks.splitlines():
        fields = line.split()
        if "->" not in fields and fields[5].rpartition(":")[2] == str(inode):
            return max(0, int(fields[4]))
    return None


def name_of(pid: int) -> str:
    """The command line's beginning, for messages."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:60].strip()
    except OSError:
        return "gone"


def _bury(pid: int) -> None:
    """Our own dead child stays a zombie until asked for."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
