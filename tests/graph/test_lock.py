"""One writer at a time, and a holder that can be named."""

from __future__ import annotations

import os

import pytest

from graph.errors import EnvironmentAtFault
from graph.home import Home
from graph.lock import hold


def test_the_second_comer_reads_who_is_at_work(home: Home) -> None:
    with hold(home, "ingest", "taking in a delivery"):
        with pytest.raises(EnvironmentAtFault, match=rf"process {os.getpid()} \(taking in a delivery\)"), hold(home, "ingest", "another"):
            pass
        with hold(home, "server", "another lock"):
            pass


def test_after_the_work_it_is_free_even_when_that_failed(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), hold(home, "ingest", "failing"):
        1 / 0  # noqa: B018
    with hold(home, "ingest", "the next"):
        pass
