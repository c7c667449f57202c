"""How often one may try to sign in."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network

from flask import current_app, request
from flask_babel import ngettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from foundation import clock

from . import asking

limiter = Limiter(key_func=get_remote_address, in_memory_fallback_enabled=True)
"""For forms that ask for a password. With Redis all processes count together; the house initialises it."""

ACCOUNT = "SIGN_IN_LIMIT_ACCOUNT"
ADDRESS = "SIGN_IN_LIMIT_ADDRESS"
DEFAULTS = {ACCOUNT: "10 per minute", ADDRESS: "60 per minute"}
"""A town hall sits behind one address: the narrow limit is for one account from there, the wide one for all
of them."""


@limiter.request_filter
def _has_no_limit() -> bool:
    """Nothing but a form asks the storage: Redis may answer late, and neither votes nor pages wait for it."""
    return request.method != "POST" or request.blueprint == "live"


def _sealed(*parts: str) -> str:
    """Keys of limits lie in Redis and in logs: neither the address nor the account can be read from them."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, "\n".join(parts).encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def _line() -> str:
    """The line a request comes from: of IPv6 the network of 64 bits, as one line has all addresses in it."""
    try:
        found = ip_address(get_remote_address())
    except ValueError:
        return "unknown"
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def by_account() -> str:
    email = request.form.get("email", "").strip().lower()
    return _sealed("account", _line(), email)


def by_address() -> str:
    return _sealed("address", _line())


def by_typed_address() -> str:
    """For mails that somebody causes: counted for the mailbox, from wherever they are asked for."""
    typed = request.form.get("email") or request.form.get("address", "")
    return _sealed("mailbox", typed.strip().lower())


def by_person() -> str:
    """For a page behind sign-in where a password is asked for once more."""
    who = asking.actor()
    return _sealed("person", who.id) if who else by_address()


def setting(name: str) -> Callable[[], str]:
    """The limit as the house configures it."""
    return lambda: str(current_app.config.get(name, DEFAULTS[name]))


def too_many() -> tuple[str, dict[str, str]]:
    """The sentence and the headers for the limit that was just exceeded."""
    current = limiter.current_limit
    wait = max(1, int(current.reset_at - clock.now().timestamp())) if current else 60
    return wait_a_moment(wait), {"Retry-After": str(wait)}


def wait_a_moment(seconds: int) -> str:
    sentence: str = ngettext(
        "Das waren viele Versuche in kurzer Zeit. Bitte warten Sie %(num)d Sekunde.",
        "Das waren viele Versuche in kurzer Zeit. Bitte warten Sie %(num)d Sekunden.",
        seconds,
    )
    return sentence
