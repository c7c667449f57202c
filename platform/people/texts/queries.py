"""Reads of the operator's texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, select

from people.accounts.models import Language

from .lands import Land, filled
from .models import OperatorText

_DEFAULTS = Path(__file__).resolve().parent / "defaults"


@dataclass(frozen=True)
class Written:
    """A text as it is shown. Without a date it is the one that came with the house."""

    source: str
    changed_at: datetime | None


def text(connection: Connection, slug: str, language: str, land: Land) -> Written:
    """What the operator wrote in that language, else what came with the house, for that Land."""
    query = select(OperatorText.source, OperatorText.changed_at)
    row = connection.execute(
        query.where(OperatorText.slug == slug, OperatorText.language == language)
    ).first()
    return Written(*row) if row else Written(default(slug, language, land), None)


def changed(connection: Connection) -> dict[tuple[str, str], datetime]:
    """When the operator last wrote a text of their own, by slug and language; one query."""
    query = select(OperatorText.slug, OperatorText.language, OperatorText.changed_at)
    return {(row.slug, row.language): row.changed_at for row in connection.execute(query)}


@cache
def default(slug: str, language: str, land: Land) -> str:
    """The text that came with the house; it names what the operator has to fill in."""
    source = (_DEFAULTS / f"{slug}.{language}.md").read_text(encoding="utf-8")
    return filled(source, land, Language(language))
