"""The tables of sessions and of the devices somebody has signed in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class SessionRow(Model):
    """One browser that has signed in. Ended ones are deleted.

    `key` is the SHA-256 of the token that only that browser has. `method`: how the person came in
    (`password`, `passkey`, `oidc`, `link`, `demo`); `strong`: with a second factor; `confirmed_at`: when the
    person last showed who they are.
    """

    __tablename__ = "session"
    __about__ = about(
        persons={"person_id": Fate.DELETED},
        personal="device opened_at seen_at method strong confirmed_at",
        plain="id public_id key ends_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    device: Mapped[str]
    method: Mapped[str] = mapped_column(default="password")
    strong: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None]


class Device(Model):
    """A browser that a person has signed in with before; `key` is a hash of what only that browser has."""

    __tablename__ = "device"
    __about__ = about(persons={"person_id": Fate.DELETED}, personal="name first_at last_at", plain="id key")
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    key: Mapped[str]
    name: Mapped[str]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
