"""What somebody is called on pages, whoever is not there any more included."""

from __future__ import annotations

from flask_babel import gettext


def called(name: str | None) -> str:
    """The name, or what stands for it where the person was erased (`models.NAMELESS`)."""
    return name or str(gettext("ehemaliges Mitglied"))
