"""How long a session lasts, what a device is called, and where one may be sent after signing in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MARK_EVERY = timedelta(seconds=60)
"""A session in use is noted at most this often."""
CONFIRMED_FOR = timedelta(minutes=10)
"""How long it holds that somebody has shown who they are, before what cannot be undone."""
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


class Method(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 -- the name of a way in
    PASSKEY = "passkey"
    OIDC = "oidc"
    LINK = "link"
    DEMO = "demo"


@dataclass(frozen=True, kw_only=True)
class SessionLimits:
    """When a session ends: after so long without use, and in any case."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)
    administrator_idle: timedelta = timedelta(minutes=30)
    administrator_absolute: timedelta = timedelta(hours=12)
    administrators_need_second_factor: bool = False
    """Whether a session without one holds no rights of an administrator."""

    def ends_at(self, opened_at: datetime, seen_at: datetime, *, administrator: bool) -> datetime:
        """The moment from which on the session no longer counts, unless it is used before."""
        idle = self.administrator_idle if administrator else self.idle
        absolute = self.administrator_absolute if administrator else self.absolute
        return min(opened_at + absolute, seen_at + idle)


def digest(text: str) -> str:
    """SHA-256 in hex: of a session's token, which is random enough, and as the proof of a password's hash."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry(stored: str) -> str:
    """The proof for `session.open` that a typed password fits that hash.

    It may lie in a cookie until the second factor is shown, so it is not the one that sets a password.
    """
    return digest(f"session.open {stored}")


_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"Android", "Android"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """What a person recognises their device by: `Firefox, Linux`; empty for what is no browser."""
    names = (
        next((name for pattern, name in known if re.search(pattern, user_agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, names))


def inside(path: str) -> str:
    """The page of this house; the overview instead of anything that leads elsewhere."""
    return path if re.fullmatch(r"/(?![/\\])[^\\\x00-\x20\x7f]*", path) else "/"


def safe_next(path: str) -> str:
    """Where to go on to after signing in: a page of this house that is not about signing in itself."""
    return "/" if path.startswith(("/sign-", "/live/")) else inside(path)
