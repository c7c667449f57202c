"""How the operator welcomes people, for the pages on which somebody arrives."""

from __future__ import annotations

from markupsafe import Markup
from sqlalchemy import Connection

from foundation.text import markdown
from people.house import house
from people.sign_in import asking

from .queries import text


def welcome(connection: Connection) -> Markup:
    """In the reader's language; empty where the operator does not want to say anything."""
    return markdown(text(connection, "welcome", asking.language(), house().settings.land).source)
