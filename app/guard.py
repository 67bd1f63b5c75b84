"""Loopback only: until accounts, keys and a TLS proxy are set up, nothing of ours listens to, or answers, another machine."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph.errors import WrongUse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


def require_loopback(address: str) -> str:
    """The address to listen on, when only this machine can reach it; `localhost` becomes 127.0.0.1, whatever the hosts file says."""
    bare = address.strip().removeprefix("[").removesuffix("]")
    if not _is_loopback(bare):
        raise WrongUse(
            f"asked to listen on {address!r}",
            "a loopback address: 127.0.0.1, ::1 or localhost",
            "leave the address out; other machines reach the room only once accounts, keys and a TLS proxy are set up",
        )
    return "127.0.0.1" if bare.lower() == "localhost" else bare


class LoopbackOnly:
    """ASGI middleware: answers 403 to whoever is not this machine.

    The Host and Origin headers are checked as well: a page from elsewhere, open in the same browser, may reach 127.0.0.1 by a name of
    its own that resolves there (DNS rebinding), or open a websocket to it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or comes_from_here(scope.get("client"), scope.get("headers", ())):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 403, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
            await send({"type": "http.response.body", "body": b"This room answers on 127.0.0.1 only.\n"})
        else:
            await send({"type": "websocket.close", "code": 1008})


def comes_from_here(client: tuple[str, int] | None, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request comes from this machine, under a name of this machine, and from a page of this machine."""
    said = {name.lower(): value.decode("latin-1") for name, value in headers}
    host = _name_of(f"//{said.get(b'host', '')}")
    origin = said.get(b"origin")
    return client is not None and _is_loopback(client[0]) and _is_loopback(host) and (origin is None or _is_loopback(_name_of(origin)))


def _name_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
