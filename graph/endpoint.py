"""Where this home's graph answers, and with which credentials: the managed server's own, or the user's server."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from graph.errors import EnvironmentAtFault, WrongUse
from graph.home import Home
from graph.private import write_private
from graph.process import birth

USER = "neo4j"
RECORD = "running.json"
"""In the server folder: process, start time and port of the managed server."""
PASSWORD = "password"  # noqa: S105  a file's name
"""In the server folder, mode 0600: the managed server's generated password."""


@dataclass(frozen=True)
class Record:
    """The server that was started, as written beside its data. A pid alone may meanwhile belong to somebody else."""

    pid: int
    born: str
    """Boot of the machine and clock ticks since then at which the process began."""
    port: int

    @classmethod
    def read(cls, path: Path) -> Record | None:
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)))

    @property
    def alive(self) -> bool:
        return birth(self.pid) == self.born

    def endpoint(self, home: Home) -> Endpoint:
        try:
            password = (home.server / PASSWORD).read_text(encoding="utf-8")
        except OSError as error:
            raise EnvironmentAtFault(
                f"the server's password file cannot be read: {error}",
                "the file that was written at the first start, mode 0600",
                f"put it back, or delete {home.server} and load the graph again from the book",
            ) from error
        return Endpoint(f"bolt://127.0.0.1:{self.port}", USER, password)


@dataclass(frozen=True)
class Endpoint:
    """A Bolt address with its credentials. The password is kept out of every repr, and so out of every log."""

    uri: str
    user: str
    password: str = field(repr=False)
    kind: Literal["managed", "own"] = "managed"
    """`own` = the user's server, named by RINGSCOPE_NEO4J_URI."""

    @classmethod
    def of(cls, home: Home) -> Endpoint:
        """The user's own server when named in the environment, else this home's managed one; raises when neither is there."""
        return cls.own() or cls.managed(home)

    @classmethod
    def own(cls) -> Endpoint | None:
        uri = os.environ.get("RINGSCOPE_NEO4J_URI")
        if not uri:
            return None
        password = os.environ.get("RINGSCOPE_NEO4J_PASSWORD")
        if not password:
            raise WrongUse(
                "RINGSCOPE_NEO4J_URI is set, RINGSCOPE_NEO4J_PASSWORD is not",
                "both, since a server without a password is open to everyone",
                "export RINGSCOPE_NEO4J_PASSWORD, or unset RINGSCOPE_NEO4J_URI to use the managed server",
            )
        return cls(uri, os.environ.get("RINGSCOPE_NEO4J_USER", USER), password, kind="own")

    @classmethod
    def managed(cls, home: Home) -> Endpoint:
        record = Record.read(home.server / RECORD)
        if record is None or not record.alive:
            raise EnvironmentAtFault(
                f"no Neo4j of this home is running ({home.root})", "a started server", f"ringscope --home {home.root} server start"
            )
        return record.endpoint(home)
