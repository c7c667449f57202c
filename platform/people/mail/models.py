"""The tables of the outbox and of when somebody wants which mail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import Fate, about


class MailRow(Model):
    """One mail, from the change that caused it until the mail server took it; then it is only a note.

    Who gets it is `person_id`, or an `address` where there is no person yet or another address is meant.
    `params` is JSON: public ids and moments, from which the text is made when it is sent; no content.
    `digest`: it waits to be put together with others. `failed` is the reason for which it was given up.
    `matter` names what it is about (`poll/<id>`), so that it can be taken back while it waits, and nobody is
    told the same news twice.
    """

    __tablename__ = "mail"
    __about__ = about(
        persons={"person_id": Fate.DELETED},
        personal="address kind params language matter made_at due_at sent_at",
        plain="id public_id attempts failed bounced_at digest",
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str | None]
    kind: Mapped[str]
    params: Mapped[str]
    language: Mapped[str]
    matter: Mapped[str | None] = mapped_column(index=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    digest: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failed: Mapped[str] = mapped_column(default="")
    bounced_at: Mapped[datetime | None]


class MailChoice(Model):
    """How a person wants mails of one kind: `at_once`, in the `digest`, `never`; no row: as the kind says."""

    __tablename__ = "mail_choice"
    __about__ = about(persons={"person_id": Fate.DELETED}, personal="kind delivery")

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    delivery: Mapped[str]


class MailHours(Model):
    """When a person wants mail: nothing from `quiet_from` until `quiet_until`, hours of the day.

    The digest comes every day, or on a `digest_weekday` (0 is Monday), at `digest_hour`.
    """

    __tablename__ = "mail_hours"
    __about__ = about(
        persons={"person_id": Fate.DELETED},
        personal="quiet_from quiet_until digest_weekday digest_hour",
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    digest_weekday: Mapped[int | None]
    digest_hour: Mapped[int] = mapped_column(default=8)
