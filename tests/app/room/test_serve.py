"""The front: deep links boot, only our own scripts run, fonts are kept, nobody else is answered."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import socket

import pytest

from app.serve import Front, build, free_port, policy, serve, settings
from graph.errors import EnvironmentAtFault, WrongUse
from graph.home import Home

PAGE = b'<!DOCTYPE html><html lang="en"><head><link rel="preload" href="x" as="font"/><script>var a=1</script></head></html>'


def get(path: str, body: bytes, kind: bytes) -> tuple[dict[bytes, bytes], bytes]:
    """What the front makes of an answer that comes in two parts."""
    sent: list[dict[str, object]] = []

    async def inner(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind), (b"etag", b"old")]})
        await send({"type": "http.response.body", "body": body[:40], "more_body": True})
        await send({"type": "http.response.body", "body": body[40:]})

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"accept", b"text/html"), (b"accept-encoding", b"gzip")]}
    asyncio.run(Front(inner)(scope, None, send))
    return dict(sent[0]["headers"]), b"".join(part.get("body", b"") for part in sent[1:])


def test_a_page_boots_from_the_root_whatever_its_address() -> None:
    headers, page = get("/lead", PAGE, b"text/html; charset=utf-8")

    assert b"BACKEND_BASE_URL:location.origin" in page
    assert int(headers[b"content-length"]) == len(page)
    assert b"etag" not in headers
    assert b"preload" not in page


def test_every_inline_script_of_the_page_is_allowed_by_its_hash_and_no_other() -> None:
    headers, page = get("/", PAGE, b"text/html")
    said = headers[b"content-security-policy"].decode()

    for script in re.findall(rb"<script>(.*?)</script>", page):
        assert base64.b64encode(hashlib.sha256(script).digest()).decode() in said
    assert "script-src 'self' blob: 'sha256-" in said
    assert "'unsafe-inline'" not in said.split("style-src")[0]
    assert "http" not in said


def test_the_policy_forbids_frames_and_objects() -> None:
    assert "frame-ancestors 'none'" in policy(b"")
    assert "object-src 'none'" in policy(b"")


def test_a_font_is_kept_for_a_year_and_a_stylesheet_is_asked_for_again() -> None:
    assert b"max-age=31536000" in get("/room/fonts/sc-4.woff2", b"x", b"font/woff2")[0][b"cache-control"]
    assert get("/room/room.css", b"x", b"text/css")[0][b"cache-control"] == b"no-cache"


def test_other_answers_pass_unchanged() -> None:
    headers, body = get("/_stcore/health", PAGE, b"text/plain")

    assert body == PAGE
    assert headers[b"etag"] == b"old"


def test_the_room_listens_on_loopback_with_our_settings() -> None:
    asked = settings(8123)

    assert (asked["server.address"], asked["server.port"]) == ("127.0.0.1", 8123)
    assert asked["browser.gatherUsageStats"] is False
    assert asked["client.showErrorLinks"] is False
    assert asked["theme.light.primaryColor"] == "#23479C"


def test_the_app_is_built_with_the_guard_in_front() -> None:
    assert [m.cls.__name__ for m in build()._user_middleware] == ["LoopbackOnly", "Front"]


def test_a_taken_port_is_said_plainly(tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EnvironmentAtFault, match=f"port {taken.getsockname()[1]}"):
            serve(Home(tmp_path), taken.getsockname()[1])


def test_a_port_that_cannot_be(tmp_path) -> None:
    with pytest.raises(WrongUse, match="port 70000"):
        serve(Home(tmp_path), 70_000)


def test_a_free_port_can_be_bound() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free_port()))
