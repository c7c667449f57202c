"""What every page about oneself has around it: the tabs, the way to it, the cohort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import Connection

from people import page
from people.cohorts import current


def around(
    connection: Connection, here: str, title: str, *, further: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """The context of a page about oneself. `here` is the address of its tab, `title` the tab's name.

    `further` is the way on from the tab, for a page below it.
    """
    pages = (
        ("/profile", gettext("Angaben")),
        ("/profile/security", gettext("Sicherheit")),
        ("/profile/notifications", gettext("Benachrichtigungen")),
        ("/profile/directory", gettext("Was andere sehen")),
        ("/profile/data", gettext("Meine Daten")),
    )
    built = {rule.rule for rule in current_app.url_map.iter_rules()}
    way: list[tuple[str, str | None]] = [(gettext("Übersicht"), "/"), (gettext("Profil"), "/profile")]
    own = [(title, here if further else None)] if here != "/profile" or further else []
    if here == "/profile" and not further:
        way[-1] = (gettext("Profil"), None)
    return {
        "title": title,
        "tabs": [
            {"label": label, "href": href, "current": href == here} for href, label in pages if href in built
        ],
        **page.frame(cohort=current.cohort(connection), breadcrumb=[*way, *own, *further]),
    }
