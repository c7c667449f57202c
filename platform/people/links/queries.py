"""Reads of single-use links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from foundation import clock

from .models import LinkRow
from .rules import Purpose, link_in


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that still works: what it opens, for whom, about what, until when."""

    id: str
    purpose: Purpose
    person: str | None
    subject: str
    ends_at: datetime


def link(connection: Connection, token: str, *, key: bytes) -> Link | None:
    """The link behind a token; none if it is forged, spent, replaced or too old."""
    public_id = link_in(token, key)
    if public_id is None:
        return None
    row = connection.execute(
        select(LinkRow.public_id, LinkRow.purpose, LinkRow.person, LinkRow.subject, LinkRow.ends_at).where(
            LinkRow.public_id == public_id, LinkRow.used_at.is_(None), LinkRow.ends_at > clock.now()
        )
    ).first()
    if row is None:
        return None
    return Link(
        id=row.public_id,
        purpose=Purpose(row.purpose),
        person=row.person,
        subject=row.subject,
        ends_at=row.ends_at,
    )
