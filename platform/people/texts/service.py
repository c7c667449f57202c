"""The verb about the operator's texts."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field
from sqlalchemy import delete, insert

from foundation import policy
from foundation.bodies import Body, Text
from foundation.commands import Made, command
from foundation.places import Place
from foundation.policy import Actor
from foundation.transaction import Transaction
from people.accounts.models import Language

from .models import OperatorText
from .policy import TextPermission


class Slug(StrEnum):
    """The operator's texts, as their pages are called: what every reader is owed, and a welcome."""

    IMPRINT = "imprint"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"
    WELCOME = "welcome"


class ChangeText(Body):
    """A text in one language, as Markdown. An empty one brings back what came with the house; of the welcome,
    which nobody has to give, nothing is left.
    """

    slug: Annotated[Slug, Field(strict=False)]
    language: Annotated[Language, Field(strict=False)]
    source: Annotated[Text, Field(max_length=40_000)]


@command("text.change", ChangeText, place="house", audited=True)
def change(transaction: Transaction, actor: Actor, place: Place, body: ChangeText) -> Made:
    policy.require(actor, TextPermission.CHANGE, place)
    same = (OperatorText.slug == body.slug) & (OperatorText.language == body.language)
    transaction.connection.execute(delete(OperatorText).where(same))
    if body.source or body.slug is Slug.WELCOME:
        written = insert(OperatorText).values(**body.model_dump(), changed_at=transaction.now)
        transaction.connection.execute(written)
    return None
