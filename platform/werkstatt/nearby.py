"""Whether somebody asks from this machine itself, and not through a proxy that stands on it."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Request

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
"""What proxies add to what they pass on; each of them adds one of these, none of them all."""


def is_from_here(request: Request) -> bool:
    """The other end of the connection is this machine, and no proxy says that it only passes something on."""
    passed_on = any(name in request.headers for name in FORWARDED)
    return not passed_on and _is_loopback(request.remote_addr)


def _is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
