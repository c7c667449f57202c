"""Which mails there are, which of them somebody may choose, and when what was chosen is due."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from foundation import clock, ids


class Kind(StrEnum):
    """Why a mail is written."""

    INVITATION = "invitation"
    RESET = "reset"
    ADDRESS_OLD = "address_old"
    ADDRESS_NEW = "address_new"
    DEVICE_NEW = "device_new"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the name of a mail
    ADDRESS_CHANGED = "address_changed"
    FACTOR_CHANGED = "factor_changed"
    ACCOUNT_ENDS = "account_ends"
    ERASED = "erased"
    POLL_OPENED = "poll_opened"
    POLL_CLOSES_SOON = "poll_closes_soon"
    WORKSHOP_CANCELLED = "workshop_cancelled"
    POLL_RESET = "poll_reset"
    DIGEST = "digest"


class Delivery(StrEnum):
    """How somebody wants mails of a kind."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


USUAL = {
    Kind.POLL_OPENED: Delivery.AT_ONCE,
    Kind.POLL_CLOSES_SOON: Delivery.AT_ONCE,
    Kind.WORKSHOP_CANCELLED: Delivery.AT_ONCE,
    Kind.POLL_RESET: Delivery.AT_ONCE,
}
"""The kinds that somebody may choose, with what holds until they do; all others are sent in any case."""
CHOSEN = frozenset({*USUAL, Kind.DIGEST})
"""What keeps to the reader's hours, and can be unsubscribed from."""
GIVE_UP = timedelta(days=3)
"""So long after its time a mail is tried again; then it is news no more."""
DIGEST_HOUR = 8
_MARGIN = timedelta(minutes=1)
"""A digest this close is being put together already."""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """When a person wants mail, in hours of the local day. `digest_weekday`: 0 is Monday; none: daily."""

    quiet_from: int | None = None
    quiet_until: int | None = None
    digest_weekday: int | None = None
    digest_hour: int = DIGEST_HOUR


def after_quiet(moment: datetime, hours: Hours) -> datetime:
    """The moment itself, or the end of the quiet time that it lies in."""
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins is None or ends is None or begins == ends:
        return moment
    local = moment.astimezone(clock.SHOWN_IN)
    over_midnight = begins > ends
    evening, morning = local.hour >= begins, local.hour < ends
    if not ((evening or morning) if over_midnight else (evening and morning)):
        return moment
    day = local.date()
    return _at(day if morning else day + timedelta(days=1), ends)


def next_digest(moment: datetime, hours: Hours) -> datetime:
    """When the next digest goes out that still takes in what is due at that moment."""
    today = moment.astimezone(clock.SHOWN_IN).date()
    days = (today + timedelta(days=ahead) for ahead in range(9))
    wanted = (day for day in days if hours.digest_weekday in (None, day.weekday()))
    found = (_at(day, hours.digest_hour) for day in wanted)
    return after_quiet(next(at for at in found if at - moment >= _MARGIN), hours)


def _at(day: date, hour: int) -> datetime:
    """That hour of the local day: of one that comes twice the first, for one that is left out the next."""
    return datetime.combine(day, time(hour), clock.SHOWN_IN).astimezone(UTC)


def digest_id(person: str, moment: datetime) -> str:
    """The public id of a person's digest of that moment: whoever adds to it works out the same."""
    hashed = hashlib.sha256(f"{person} {clock.wire(moment)}".encode()).digest()
    return "".join(ids.ALPHABET[byte % len(ids.ALPHABET)] for byte in hashed[: ids.LENGTH])


def unsubscribe_token(person: str, kind: Kind, key: bytes) -> str:
    """What stands in the address to unsubscribe: whose mails of which kind, and a seal of the house."""
    sealed = hmac.new(key, f"unsubscribe {person} {kind}".encode(), hashlib.sha256).hexdigest()[:40]
    return f"{person}-{kind}-{sealed}"


def unsubscribing(token: str, key: bytes) -> tuple[str, Kind] | None:
    """Whose mails of which kind a token of ours is about; none if it is forged."""
    person, _, rest = token.partition("-")
    name = rest.partition("-")[0]
    if name not in CHOSEN:
        return None
    kind = Kind(name)
    ours = unsubscribe_token(person, kind, key)
    genuine = hmac.compare_digest(token.encode("utf-8", "replace"), ours.encode("utf-8", "replace"))
    return (person, kind) if genuine else None
