"""Nobody else reaches the room."""

from __future__ import annotations

import pytest

from app.guard import require_loopback
from graph.errors import WrongUse


@pytest.mark.parametrize(
    ("asked", "listens"),
    [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1"), ("127.8.8.8", "127.8.8.8")],
)
def test_loopback_is_let_through(asked, listens):
    assert require_loopback(asked) == listens


@pytest.mark.parametrize(
    "asked", ["0.0.0.0", "::", "", "10.0.0.5", "192.168.1.7", "example", "127.0.0.1.evil", "localhost.evil", "2130706433"]
)
def test_everything_else_is_refused_with_a_way_out(asked):
    with pytest.raises(WrongUse, match="loopback"):
        require_loopback(asked)
