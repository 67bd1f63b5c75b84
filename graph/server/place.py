"""The server's folder: what lies where, which memory and settings Neo4j gets, and its password."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from graph.endpoint import PASSWORD, RECORD, USER
from graph.home import Home
from graph.private import write_private

MIB = 1 << 20
HASH_ROUNDS = 1024
"""Neo4j's own count for its stored credential."""


@dataclass(frozen=True)
class Memory:
    """Sizes in MiB that keep the whole product, DuckDB included, under 8 GB."""

    heap: int
    page_cache: int

    @property
    def one_transaction(self) -> int:
        return self.heap // 2

    @property
    def all_transactions(self) -> int:
        return self.heap * 7 // 10

    @classmethod
    def of_machine(cls) -> Memory:
        """An eighth of the machine for each, within bounds: 512..2048 heap, 256..1536 page cache."""
        eighth = machine_memory() // MIB // 8
        return cls(heap=max(512, min(2048, eighth)), page_cache=max(256, min(1536, eighth)))


def machine_memory() -> int:
    """Bytes of memory this process may count on: the machine's, or less when its control group says so."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


@dataclass(frozen=True)
class Place:
    """Paths of one home's server. `data` is a link to one of two folders, so that an import is swapped in by one rename."""

    home: Home

    @property
    def root(self) -> Path:
        return self.home.server

    @property
    def conf(self) -> Path:
        return self.root / "conf"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def record(self) -> Path:
        return self.root / RECORD

    @property
    def logs(self) -> Path:
        return self.home.logs

    @property
    def console(self) -> Path:
        """What the server's process prints."""
        return self.logs / "neo4j-console.log"

    @property
    def password(self) -> Path:
        return self.root / PASSWORD

    def make(self) -> Place:
        """Create what is missing: folders of the owner only, a data folder behind its link, a password."""
        self.home.make()
        for folder in (self.root, self.conf, self.root / "import", self.logs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.data.is_symlink():
            (self.root / "data.a").mkdir(exist_ok=True, mode=0o700)
            self.point_data_to("data.a")
        if not self.password.exists():
            write_private(self.password, secrets.token_urlsafe(32))
        self.seed_credential(self.data)
        return self

    def other_data(self) -> Path:
        """The data folder that is not in use: an import builds there."""
        return self.root / ("data.b" if self.data.readlink() == Path("data.a") else "data.a")

    def point_data_to(self, name: str) -> None:
        """The swap: one rename, so that a kill leaves either the old graph or the new one."""
        part = self.root / "data.part"
        part.unlink(missing_ok=True)
        part.symlink_to(name)
        part.replace(self.data)

    def seed_credential(self, data: Path) -> None:
        """Give a data folder that has never been started its password.

        This is the file that `set-initial-password` writes; that command takes the password in its arguments, where every user of the
        machine can read it. Neo4j reads the file once, when it creates its system database.
        """
        if (data / "databases" / "system").exists():
            return
        salt = secrets.token_bytes(32)
        digest = hashlib.sha256(salt + self.password.read_bytes()).digest()
        for _ in range(HASH_ROUNDS - 1):
            digest = hashlib.sha256(digest).digest()
        (data / "dbms").mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(data / "dbms" / "auth.ini", f"{USER}:SHA-256,{digest.hex()},{salt.hex()},{HASH_ROUNDS}:\n")

    def write_conf(self, port: int, memory: Memory) -> None:
        write_private(self.conf / "neo4j.conf", CONF.format(port=port, logs=self.logs, memory=memory))


CONF = """\
# written at every start: changes made here do not last
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size={memory.page_cache}m
server.directories.logs={logs}
# LOAD CSV can read neither this machine's files nor its network
server.directories.import=import
dbms.security.allow_csv_import_from_file_urls=false
internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0
db.transaction.timeout=60s
# one greedy query fails; the server does not
db.memory.transaction.max={memory.one_transaction}m
dbms.memory.transaction.total.max={memory.all_transactions}m
dbms.usage_report.enabled=false
# a stop takes half a second, not ten: Bolt would sleep after everything is already safe on disk
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
# the book can rebuild the graph: transaction logs are kept for recovery after a crash, not for backups
db.tx_log.preallocate=false
db.tx_log.rotation.size=64m
db.tx_log.rotation.retention_policy=keep_none
"""
