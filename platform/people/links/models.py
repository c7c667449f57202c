"""The table of single-use links."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class LinkRow(Model):
    """One link in a mail. What it opens is worked out from its id with the house's key: no token is stored.

    `person` is who may use it, by public id; nobody yet for an invitation. `subject` is what it is about: the
    public id of an invitation, the new address of a change of address.
    """

    __tablename__ = "link"
    __about__ = about(
        persons={"person": Fate.DELETED},
        personal="subject",
        plain="id public_id purpose made_at ends_at used_at",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    person: Mapped[str | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
