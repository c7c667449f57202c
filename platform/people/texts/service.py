"""The verb about the operator's texts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, insert, select

from foundation import clock, policy
from foundation.bodies import Body, Line, Text
from foundation.commands import Made, command
from foundation.errors import Code, Refusal
from foundation.places import Place
from foundation.policy import Actor
from foundation.text import N_
from foundation.transaction import Transaction
from people.accounts.models import Language

from .models import OperatorText
from .policy import TextPermission

OVERTAKEN = N_(
    "Inzwischen hat jemand anderes diesen Text geändert. Ihrer steht unten und ist noch nicht gespeichert: "
    "Speichern Sie ihn jetzt, dann ersetzt er den anderen."
)


class Slug(StrEnum):
    """The operator's texts, as their pages are called: what every reader is owed, and a welcome."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    WELCOME = "welcome"


class ChangeText(Body):
    """A text in one language, as Markdown. An empty one brings back what came with the house; of the welcome,
    which nobody has to give, nothing is left. `seen`: the `version` that it is to replace, and no other.
    """

    slug: Annotated[Slug, Field(strict=False)]
    language: Annotated[Language, Field(strict=False)]
    source: Annotated[Text, Field(max_length=40_000)]
    seen: Annotated[Line, Field(max_length=40)] | None = None


def version(changed_at: datetime | None) -> str:
    """What tells one state of a text from the next; empty for the one that came with the house."""
    return clock.wire(changed_at) if changed_at else ""


@command("text.change", ChangeText, place="house", audited=True)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeText) -> Made:
    policy.require(actor, TextPermission.CHANGE, place)
    same = (OperatorText.slug == body.slug) & (OperatorText.language == body.language)
    if body.seen is not None:
        present = transaction.connection.execute(select(OperatorText.changed_at).where(same)).scalar()
        if body.seen != version(present):
            raise Refusal(Code.STALE, OVERTAKEN)
    transaction.connection.execute(delete(OperatorText).where(same))
    if body.source or body.slug is Slug.WELCOME:
        written = insert(OperatorText).values(**body.model_dump(exclude={"seen"}), changed_at=transaction.now)
        transaction.connection.execute(written)
    return None
