"""The table of lists that were taken in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_


class ImportRow(Model):
    """A list that was taken in, and what it made, to take it back: JSON of public ids by kind."""

    __tablename__ = "import"
    __about__ = about(
        persons={"made_by_id": Fate.CLEARED},
        plain="id public_id kind cohort_id made made_at undone_at",
        why=N_("Was eingelesen wurde, bleibt nachvollziehbar, ohne den Namen derer, die es getan haben."),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    made: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    undone_at: Mapped[datetime | None]
