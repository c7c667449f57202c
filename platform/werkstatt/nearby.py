"""Whether somebody asks from this machine itself, and not through a proxy that stands on it."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Request

FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
"""What proxies add to what they pass on; each of them adds one of these, none of them all."""


def is_from_here(request: Request) -> bool:
    """Both by the connection and by what trusted proxies say of it."""
    passed_on = any(name in request.headers for name in FORWARDED)
    addresses = (request.environ.get("REMOTE_ADDR"), request.remote_addr)
    return not passed_on and all(map(_is_loopback, addresses))


def _is_loopback(address: str | None) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback
