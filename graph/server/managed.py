"""The managed Neo4j of one home: started, watched, stopped, and given a new graph by swapping one link."""

from __future__ import annotations

import shutil
import socket
import time
import tomllib
from dataclasses import dataclass
from typing import Literal

from graph import process
from graph.endpoint import Record
from graph.errors import EnvironmentAtFault, RingscopeError, WrongUse
from graph.home import Home
from graph.lock import hold
from graph.process import birth, end
from graph.server import archive, bulk, disk, java
from graph.server.jars import VERSION, Progress, jars
from graph.server.logs import rotate
from graph.server.place import Memory, Place
from graph.server.trouble import explain, tail
from graph.store import ping

READY_LIMIT = 120.0
"""Seconds for a start: 8 to 23 are usual, 84 were seen on a busy machine."""
STOP_PATIENCE = 30.0
"""Seconds between SIGTERM and SIGKILL; half a second is usual."""
TURN_PATIENCE = 150.0
"""Seconds to wait for another process that is starting or stopping the same server."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    uri: str
    pid: int


@dataclass(frozen=True)
class Status:
    """What `ringscope server status` tells."""

    state: Literal["running", "starting", "stopped"]
    pid: int | None = None
    port: int | None = None
    version: str = VERSION
    uptime: float = 0.0
    """Seconds."""


class Server:
    """Neo4j as a child process that outlives the command that started it."""

    def __init__(self, home: Home, *, free: disk.Free = disk.free) -> None:
        self.home = home
        self.place = Place(home)
        self._free = free

    def start(self, *, progress: Progress = None, wait: float = TURN_PATIENCE) -> Running:
        """Start unless it runs already; returns when it answers. Raises EnvironmentAtFault with what to do."""
        with hold(self.home, "server", "starting Neo4j", wait=wait):
            return self._start(progress)

    def stop(self, *, wait: float = TURN_PATIENCE) -> None:
        """Stop it, cleanly if it lets itself be; nothing happens when it does not run."""
        with hold(self.home, "server", "stopping Neo4j", wait=wait):
            self._stop()

    def status(self) -> Status:
        record = Record.read(self.place.record)
        if record is None or not record.alive:
            return Status("stopped")
        state: Literal["running", "starting"] = "running" if self._answers(record) else "starting"
        return Status(state, record.pid, record.port, uptime=process.uptime(record.pid))

    def import_full(self, files: bulk.ImportFiles, *, progress: Progress = None) -> None:
        """Replace the whole graph by these files. The old graph serves until the swap, and stays when anything fails."""
        with hold(self.home, "import", "importing a graph"):
            self.place.make()
            target = self.place.other_data()
            bulk.run(self.place, target, files, free=self._free, progress=progress)
            with hold(self.home, "server", "swapping in an imported graph", wait=TURN_PATIENCE):
                self._swap(target.name, progress)

    def _swap(self, new: str, progress: Progress) -> None:
        old = self.place.data.readlink().name
        self._stop()
        bulk.take_over_accounts(self.place.root / old, self.place.root / new)
        self.place.point_data_to(new)
        try:
            self._start(progress)
        except RingscopeError:
            self._stop()
            self.place.point_data_to(old)
            self._start(progress)
            raise
        shutil.rmtree(self.place.root / old)

    def _start(self, progress: Progress) -> Running:
        self.place.make()
        record = Record.read(self.place.record)
        if record and record.alive:
            try:
                return self._await(record, progress)
            except EnvironmentAtFault:
                end(record.pid, record.born, patience=STOP_PATIENCE)
        self._reap()
        self._refuse_if_in_use()
        disk.need(self.place.root, disk.NEEDED_TO_RUN, "a running Neo4j", self._free)
        runtime, lib = java.runtime(), jars(progress)
        fixed = self._fixed_port()
        port = fixed or _free_port(record.port if record else 0)
        memory, quick = Memory.of_machine(), archive.flags(runtime, lib, progress)
        record = self._launch(java.server_command(runtime, lib, self.place, memory, quick), port, memory)
        try:
            return self._await(record, progress)
        except EnvironmentAtFault:
            end(record.pid, record.born, patience=STOP_PATIENCE)
            raise

    def _launch(self, command: list[str], port: int, memory: Memory) -> Record:
        self.place.write_conf(port, memory)
        rotate(self.place.console)
        pid = process.spawn(command, self.place.console, java.environment())
        born = birth(pid)
        if born is None:
            raise explain(tail(self.place.console), "Neo4j did not start", self.place.console)
        record = Record(pid, born, port)
        record.write(self.place.record)
        return record

    def _await(self, record: Record, progress: Progress) -> Running:
        """Wait until it answers a query; a death or the limit become an error that quotes its log."""
        began = time.monotonic()
        while (waited := time.monotonic() - began) < READY_LIMIT:
            if not record.alive:
                raise explain(tail(self.place.console), "Neo4j ended while starting", self.place.console)
            if self._answers(record):
                return Running(f"bolt://127.0.0.1:{record.port}", record.pid)
            if progress:
                progress(f"Neo4j {VERSION} is starting ({waited:.0f} s)", None)
            time.sleep(0.1)
        seen = tail(self.place.console) + tail(self.place.logs / "debug.log")
        raise explain(seen, f"Neo4j did not answer within {READY_LIMIT:.0f} s", self.place.logs / "debug.log")

    def _answers(self, record: Record) -> bool:
        try:
            socket.create_connection(("127.0.0.1", record.port), timeout=1.0).close()
        except OSError:
            return False
        return ping(record.endpoint(self.home))

    def _stop(self) -> None:
        record = Record.read(self.place.record)
        if record and record.alive:
            end(record.pid, record.born, patience=STOP_PATIENCE)
        self._reap()

    def _reap(self) -> None:
        """End servers of this home that no record names: their starter was killed before it could write one."""
        for pid in process.with_argument(java.home_mark(self.place)):
            if born := birth(pid):
                end(pid, born, patience=STOP_PATIENCE)

    def _refuse_if_in_use(self) -> None:
        pid = process.lock_holder(self.place.data / "databases" / "store_lock")
        if pid is not None:
            who = f"process {pid} ({process.name_of(pid)})" if pid else "a process of another user"
            raise EnvironmentAtFault(
                f"the graph of {self.home.root} is in use by {who}", "one server for one home", "end that process, or use another --home"
            )

    def _fixed_port(self) -> int | None:
        """`port` under [server] in config.toml, for sites that must name it; free, or EnvironmentAtFault."""
        try:
            settings = tomllib.loads(self.home.config.read_text(encoding="utf-8"))
        except OSError:
            return None
        port = settings.get("server", {}).get("port")
        if port is None:
            return None
        if not isinstance(port, int) or not 1024 <= port <= 65535:
            raise WrongUse(f"config.toml: [server] port = {port!r}", "a number from 1024 to 65535", f"correct {self.home.config}")
        if _free_port(port) != port:
            raise EnvironmentAtFault(
                f"port {port} on 127.0.0.1 is taken by another program",
                "the port that config.toml gives to Neo4j",
                f"end that program (ss -ltnp 'sport = :{port}' names it), or remove `port` from {self.home.config}",
            )
        return port


def _free_port(wanted: int) -> int:
    """The wanted port on loopback when nobody listens there, else any free one."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EnvironmentAtFault("no free port on 127.0.0.1", "one port for Neo4j", "close other programs")
