"""What links are for, how long they work, and how one is told from a forged one."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import timedelta
from enum import StrEnum

from foundation import ids


class Purpose(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS_OLD = "address_old"
    ADDRESS_NEW = "address_new"


LASTS = {
    Purpose.INVITATION: timedelta(days=30),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.ADDRESS_OLD: timedelta(hours=24),
    Purpose.ADDRESS_NEW: timedelta(hours=24),
}
PATHS = {
    Purpose.INVITATION: "/join/",
    Purpose.RESET: "/reset/",
    Purpose.ADDRESS_OLD: "/address/",
    Purpose.ADDRESS_NEW: "/address/",
}
"""Where a link leads; its token comes behind."""
_SHAPE = re.compile(f"[0-9a-z]{{{ids.LENGTH}}}[0-9a-f]{{40}}")


def token(link: str, key: bytes) -> str:
    """What stands in the address: the link's public id and a seal that only the house can make."""
    return link + hmac.new(key, link.encode(), hashlib.sha256).hexdigest()[:40]


def link_in(token_: str, key: bytes) -> str | None:
    """The public id of the link in a token of ours."""
    if not _SHAPE.fullmatch(token_):
        return None
    link = token_[: ids.LENGTH]
    return link if hmac.compare_digest(token_, token(link, key)) else None
