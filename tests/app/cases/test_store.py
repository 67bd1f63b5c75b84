"""The file: made when it is first asked for, brought up to date when it is older, refused when it is newer."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.cases import Act, Decisions, dismissals
from app.cases.store import Store
from app.cases.tables import Table
from graph.errors import EnvironmentAtFault
from graph.home import Home
from graph.ledger import Actor


def tables(home: Home) -> set[str]:
    with sqlite3.connect(home.cases) as file:
        return {name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def older(home: Home) -> None:
    """Take the file back to the first step, as a program of then would have left it."""
    with sqlite3.connect(home.cases) as file:
        file.execute("DROP TABLE job")
        file.execute("UPDATE alembic_version SET version_num = '0001'")


def test_an_empty_file_gets_the_tables_that_the_program_knows(home: Home) -> None:
    store = Store(home)

    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    assert home.cases.stat().st_mode & 0o077 == 0


def test_an_older_file_is_brought_up_to_date_and_keeps_its_decisions(home: Home) -> None:
    Decisions(home).decide("L1", Act("assign", assignee="ben"), seen=0, actor=Actor("ann"))
    older(home)

    assert Decisions(home).standing("L1").assignee == "ben"
    assert "job" in tables(home)


def test_a_step_that_fails_leaves_the_older_file_whole(home: Home) -> None:
    Store(home)
    older(home)
    with sqlite3.connect(home.cases) as file:
        file.execute("CREATE TABLE job (id)")  # the step cannot make what is there
    with pytest.raises(Exception, match="job"):
        Store(home)

    with sqlite3.connect(home.cases) as file:
        assert file.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)


def test_a_newer_file_is_refused(home: Home) -> None:
    Store(home)
    with sqlite3.connect(home.cases) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(EnvironmentAtFault, match="9999"):
        Store(home)


def test_processes_that_open_the_first_file_at_once_get_one(home: Home) -> None:
    script = "import sys, pathlib; from app.cases.store import Store; from graph.home import Home; Store(Home(pathlib.Path(sys.argv[1])))"
    many = [subprocess.Popen([sys.executable, "-c", script, str(home.root)]) for _ in range(3)]

    assert [one.wait() for one in many] == [0, 0, 0]
    assert {"decision", "job"} <= tables(home)


def test_looking_makes_no_case_book(home: Home) -> None:
    assert dismissals(home).is_empty()
    assert not home.cases.exists()
