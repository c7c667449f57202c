"""The table of invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about
from foundation.text import N_


class Invitation(Model):
    """Somebody was asked to come: to a seat in a team (`participant`), or to a role with its scope.

    It belongs to its address. `valid_from` and `valid_until` are those of the seat or role; without a start
    it begins when the invitation is accepted. Open while it is neither accepted nor withdrawn; the link in
    the mail has an end of its own, and `invited_at` is when the newest was sent.
    """

    __tablename__ = "invitation"
    __about__ = about(
        persons={"person_id": Fate.DELETED, "invited_by_id": Fate.CLEARED},
        personal="email name language valid_from valid_until role",
        plain="id public_id team_id cohort_id place invited_at accepted_at withdrawn_at bounced_at",
        why=N_("Wer eingeladen ist, bleibt es, auch wenn die Person gegangen ist, die eingeladen hat."),
    )
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower_case"),
        CheckConstraint(
            "(role IN ('participant', 'coach')"
            " AND team_id IS NOT NULL AND cohort_id IS NOT NULL AND place IS NULL)"
            " OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL AND place IS NULL)"
            " OR (role = 'expert' AND place IS NOT NULL AND team_id IS NULL)"
            " OR (role IN ('administrator', 'network')"
            " AND team_id IS NULL AND cohort_id IS NULL AND place IS NULL)",
            name="role_has_its_scope",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    language: Mapped[str]
    role: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    place: Mapped[str | None] = mapped_column(ForeignKey("place.name"), index=True)
    valid_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
