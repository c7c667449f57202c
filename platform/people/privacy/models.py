"""The tables of who was erased and of what was forgotten in time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_


class Erasure(Model):
    """A person that was erased, by public id. The same stands in a file beside the backups."""

    __tablename__ = "erasure"
    __about__ = about(
        persons={"person": Fate.KEPT},
        plain="at",
        why=N_("Damit eine wiederhergestellte Sicherung das Löschen nicht rückgängig macht."),
    )

    person: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class RetentionRun(Model):
    """What one round of forgetting removed: JSON of numbers by kind. `round` is the id of its job."""

    __tablename__ = "retention_run"
    __about__ = about(plain="round at removed")

    round: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    removed: Mapped[str]
