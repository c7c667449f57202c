"""The table of who somebody is at a sign-in service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class Identity(Model):
    """The account of a person at a sign-in service (`iss` and `sub` of OpenID Connect)."""

    __tablename__ = "identity"
    __about__ = about(
        persons={"person_id": Fate.DELETED}, personal="subject linked_at used_at", plain="id issuer"
    )
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime]
