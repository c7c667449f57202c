"""Mail that comes back: what a mail server reports about it, and noting that for the office."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32

from sqlalchemy import Connection, update

from foundation import ids
from people.accounts.models import Person
from people.accounts.rules import address
from people.invitations.models import Invitation

from .models import MailRow

LARGEST = 1_000_000
"""Bytes of a report that are looked at; what it says stands before the mail that it gives back."""
MOST = 50
_OWN_ID = re.compile(rf"<([{ids.ALPHABET}]{{{ids.LENGTH}}})@")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


@dataclass(frozen=True)
class Report:
    """Whom mail did not reach, and which mails of ours it was, as far as the report says so."""

    addresses: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()


def read(raw: bytes) -> Report:
    """The failures in a delivery status notification (RFC 3464); nothing in anything else, garbage included.

    A delay is no failure: the server goes on trying and reports again.
    """
    try:
        # The old policy takes every header as it comes; the new one tries to understand it.
        parts = list(BytesParser(policy=compat32).parsebytes(raw[:LARGEST]).walk())
    except RecursionError:
        return Report()
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    failed = sorted({found for report in reports for found in _failed(report)})[:MOST]
    own = {found for part in parts for found in _own_ids(part)} if failed else set()
    return Report(frozenset(failed), frozenset(sorted(own)[:MOST]))


def _failed(report: Message) -> Iterator[str]:
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message) or str(block.get("Action", "")).strip().lower() != "failed":
            continue
        for name in ("Final-Recipient", "Original-Recipient"):
            kind, _, written = str(block.get(name, "")).partition(";")
            if kind.strip().lower() == "rfc822":
                plain = _XTEXT.sub(lambda sign: chr(int(sign[1], 16)), written.strip().strip("<>"))
                yield from filter(None, (address(written.strip().strip("<>")), address(plain)))


def _own_ids(part: Message) -> Iterator[str]:
    """The ids of our mails that the report gives back, whole or by their headers alone."""
    if part.get_content_type() == "text/rfc822-headers":
        payload = part.get_payload()
        part = HeaderParser(policy=compat32).parsestr(payload if isinstance(payload, str) else "")
    yield from _OWN_ID.findall(str(part.get("Message-ID", "")))


def note(connection: Connection, *, addresses: Collection[str], mails: Collection[str], at: datetime) -> int:
    """Note that mail to these addresses comes back, and these mails did; how many rows it concerned.

    The moment of the first bounce stays, until the address is another.
    """
    open_ = Invitation.accepted_at.is_(None) & Invitation.withdrawn_at.is_(None)
    notes = (
        update(Person).where(Person.email.in_(addresses), Person.bounced_at.is_(None)),
        update(Invitation).where(Invitation.email.in_(addresses), Invitation.bounced_at.is_(None), open_),
        update(MailRow).where(MailRow.public_id.in_(mails), MailRow.bounced_at.is_(None)),
    )
    return sum(connection.execute(noted.values(bounced_at=at)).rowcount for noted in notes)
