"""Nobody else reaches the room."""

from __future__ import annotations

import asyncio

import pytest

from app.guard import LoopbackOnly, require_loopback
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


@pytest.mark.parametrize(
    ("client", "headers", "passes"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8501"}, True),
        ("127.0.0.1", {"host": "localhost:8501", "origin": "http://localhost:8501"}, True),
        ("::1", {"host": "[::1]:8501"}, True),
        ("192.168.1.9", {"host": "127.0.0.1:8501"}, False),  # another machine
        ("127.0.0.1", {"host": "evil.example:8501"}, False),  # DNS rebinding
        ("127.0.0.1", {"host": "127.0.0.1.evil.example"}, False),
        ("127.0.0.1", {"host": "127.0.0.1:8501", "origin": "null"}, False),
        ("127.0.0.1", {"host": "127.0.0.1:8501", "origin": "chrome://evil"}, False),
        ("127.0.0.1", {}, False),
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_only_requests_of_this_machine_reach_the_room(kind, client, headers, passes):
    reached, sent = [], []

    async def room(scope, receive, send):
        reached.append(scope)

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    scope = {"type": kind, "client": (client, 50000), "headers": [(k.encode(), v.encode()) for k, v in headers.items()]}
    asyncio.run(LoopbackOnly(room)(scope, receive, send))
    assert bool(reached) is passes
    assert [m.get("status", m.get("code")) for m in sent if m["type"] != "http.response.body"] == (
        [] if passes else [403 if kind == "http" else 1008]
    )
