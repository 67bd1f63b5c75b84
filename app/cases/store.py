"""The door to `cases.db`: opens it, brings it to today's tables, and gives transactions that exclude other writers."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from functools import cache
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from graph.errors import EnvironmentAtFault
from graph.home import Home
from graph.ledger import SHANGHAI
from graph.lock import hold

PATIENCE = 30
"""Seconds to wait for another writer."""


class Store:
    """The file, at today's tables. Each use opens it anew, so that threads and processes share nothing but the file."""

    def __init__(self, home: Home) -> None:
        """Raises EnvironmentAtFault when a newer program has written the file."""
        self._engine = _engine(home)
        held, (head, *_) = self._step(), (steps := _steps())
        if held == head:
            return
        if held and held not in steps:
            raise EnvironmentAtFault(f"{home.cases} is at step {held}", f"step {head} or older", "use the ringscope that wrote it")
        config = _config()
        # Alembic keeps its place in a module, and two processes may open the first file at once
        with hold(home, "cases", "a new case book", wait=PATIENCE), self._writing().begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def reading(self) -> Session:
        """A session that sees one state of the file."""
        return Session(self._engine)

    def writing(self) -> Session:
        """A session before which every other writer has finished and after which the next begins."""
        return Session(self._writing())

    def _writing(self) -> Engine:
        return self._engine.execution_options(writes=True)

    def _step(self) -> str | None:
        """The last step that the file has been through; None: it is empty."""
        with self._engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()


def now() -> datetime:
    """Naive Shanghai time to the second."""
    return datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("app.cases") / "migrations"))
    return config


@cache
def _steps() -> tuple[str, ...]:
    """Every step that this program knows, newest first."""
    return tuple(step.revision for step in ScriptDirectory.from_config(_config()).walk_revisions())


def _engine(home: Home) -> Engine:
    home.make()
    os.close(os.open(home.cases, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(f"sqlite:///{home.cases}", poolclass=NullPool, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _ours)
    event.listen(engine, "begin", _begin)
    return engine


def _ours(connection: sqlite3.Connection, _record: object) -> None:
    """Transactions begin where SQLAlchemy says so, not where sqlite3 guesses: else a step of the migration is no transaction."""
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")
