"""Loopback only: until accounts, keys and a TLS proxy are set up, no page and no server of ours listens to other machines."""

from __future__ import annotations

import ipaddress

from graph.errors import WrongUse


def require_loopback(address: str) -> str:
    """The address to listen on, when only this machine can reach it; `localhost` becomes 127.0.0.1, whatever the hosts file says."""
    bare = address.strip().removeprefix("[").removesuffix("]")
    if bare.lower() == "localhost":
        return "127.0.0.1"
    try:
        loopback = ipaddress.ip_address(bare).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise WrongUse(
            f"asked to listen on {address!r}",
            "a loopback address: 127.0.0.1, ::1 or localhost",
            "leave the address out; other machines reach the room only once accounts, keys and a TLS proxy are set up",
        )
    return bare
