"""The table of what people tell the others of their cohort."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class DirectoryEntry(Model):
    """What a person has released for the cohort. No row: name, role and town only, as the teams show them."""

    __tablename__ = "directory_entry"
    __about__ = about(
        persons={"person_id": Fate.DELETED},
        personal="office phone offers seeks shows_email shows_phone changed_at",
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    office: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    offers: Mapped[str] = mapped_column(default="")
    seeks: Mapped[str] = mapped_column(default="")
    shows_email: Mapped[bool] = mapped_column(default=False)
    shows_phone: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
