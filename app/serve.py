"""The room's web server: Streamlit behind our own front, on loopback only, with no request ever leaving the machine.

The front adds what Streamlit cannot: a boot script (else a deep link such as /lead?id= probes /lead/_stcore/* and logs two 404s), the
font stylesheet, a content security policy, and cache headers on fonts and on the component's bundle.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import socket
import threading
import time
import tomllib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.guard import LoopbackOnly, require_loopback
from graph.errors import EnvironmentAtFault, WrongUse
from graph.home import Home

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.starlette import App

ASSETS = Path(__file__).parent / "assets"
LOOPBACK = "127.0.0.1"
_BOOT = "window.__streamlit={BACKEND_BASE_URL:location.origin+'/',MAIN_PAGE_BASE_URL:location.origin+'/'}"
_STYLES = "".join(f'<link rel="stylesheet" href="/room/{name}">' for name in ("fonts/fonts.css", "room.css"))
_HEAD = f"<head><script>{_BOOT}</script>{_STYLES}"
_INLINE = re.compile(rb"<script>(.*?)</script>", re.S)
_UNUSED = re.compile(rb'<link\s+rel="(?:preload|service-desc)"[^>]*>', re.S)
"""Streamlit's own Latin font and the pointer to its agent interface: this room uses neither."""


def policy(page: bytes) -> str:
    """The content security policy of a page: our own origin, and the inline scripts it holds by their hash."""
    hashes = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _INLINE.findall(page))
    scripts = " ".join(["'self'", "blob:", *(f"'sha256-{h}'" for h in hashes)])  # blob: is how Streamlit loads a component
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


class Front:
    """ASGI middleware: rewrites the one HTML page and sets the headers of every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        page = _Page(send, cached=scope["path"].startswith("/room/"))
        # the page is rewritten here, so it must come uncompressed; everything else keeps its encoding
        asks_html = any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
        headers = [(name, value) for name, value in scope["headers"] if not (asks_html and name == b"accept-encoding")]
        await self.app({**scope, "headers": headers}, receive, page)


class _Page:
    """Passes one answer on; an HTML answer is held back until it is whole."""

    def __init__(self, send: Send, *, cached: bool) -> None:
        self.send, self.cached = send, cached
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            extra = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
            if self.cached and message["status"] == 200:
                extra.append((b"cache-control", b"public, max-age=31536000" if b"css" not in kind else b"no-cache"))
            message = {**message, "headers": [*message["headers"], *extra]}
            if kind.startswith(b"text/html"):
                self.start = message
                return
        elif self.start is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self.start)
            return
        await self.send(message)

    async def _finish(self, start: Message) -> None:
        page = _UNUSED.sub(b"", self.body).replace(b"<head>", _HEAD.encode(), 1).replace(b'lang="en"', b'lang="zh"', 1)
        dropped = {b"content-length", b"etag", b"last-modified"}
        kept = [(name, value) for name, value in start["headers"] if name not in dropped]
        added = [(b"content-length", str(len(page)).encode()), (b"content-security-policy", policy(page).encode())]
        await self.send({**start, "headers": [*kept, *added]})
        await self.send({"type": "http.response.body", "body": page})


def build() -> App:
    """The ASGI application; the home comes from RINGSCOPE_HOME."""
    from starlette.middleware import Middleware
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles
    from streamlit.starlette import App

    routes = [Mount("/room", StaticFiles(directory=ASSETS))]
    return App(Path(__file__).with_name("main.py"), routes=routes, middleware=[Middleware(LoopbackOnly), Middleware(Front)])


def settings(port: int) -> dict[str, object]:
    """Streamlit's options: the theme file, the loopback address and a port."""
    theme = tomllib.loads((ASSETS / "theme.toml").read_text(encoding="utf-8"))
    return {**dict(_flat(theme)), "server.address": require_loopback(LOOPBACK), "server.port": port}


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, object]", value), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def free_port() -> int:
    """A port of the loopback address that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _claim(port: int) -> int:
    if not 0 <= port <= 65535:
        raise WrongUse(f"port {port}", "a number from 1 to 65535, or 0 for any free one")
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            raise EnvironmentAtFault(
                f"port {port} on {LOOPBACK}: {error.strerror}", "a free port", "leave --port out, or name another"
            ) from None
    return port


def serve(home: Home, port: int = 0, *, announce: Callable[[str], None] | None = None) -> str:
    """Serve `home` until interrupted, and announce the address once it answers; the address is returned at the end.

    Raises EnvironmentAtFault when Streamlit is not installed or the port is taken.
    """
    try:
        import streamlit  # noqa: F401
    except ModuleNotFoundError:
        raise EnvironmentAtFault("streamlit is not installed", "the extra `ui`", "make setup, or pip install 'ringscope[ui]'") from None
    import app.views.lead  # noqa: F401 - the first page shall not wait for pandas, polars and the driver

    chosen = _claim(port)
    url = f"http://{LOOPBACK}:{chosen}"
    os.environ["RINGSCOPE_HOME"] = str(home.make().root)
    threading.Thread(target=_announce, args=(url, announce or _print), daemon=True).start()
    build().run(config=settings(chosen))
    return url


def _announce(url: str, announce: Callable[[str], None]) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):  # noqa: S310 - our own loopback address
                announce(url)
                return
        except OSError:
            time.sleep(0.1)


def _print(url: str) -> None:
    print(f"Ringscope {url}  (Ctrl-C 结束 / to stop)", flush=True)  # noqa: T201 - the address is what the command is for


if __name__ == "__main__":
    import sys

    serve(Home.find(), int(sys.argv[1]) if len(sys.argv) > 1 else 0)
