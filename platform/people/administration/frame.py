"""What every page of the administration has around it: the tabs, the way to it; and nothing for others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from flask_babel import gettext
from sqlalchemy import Connection

from foundation.errors import not_found
from people import page
from people.accounts.policy import administers
from people.cohorts import current
from people.sign_in import asking

View = TypeVar("View", bound=Callable[..., Any])


def for_the_office(view: View) -> View:
    """For everybody else the page is not there. Goes below `asking.signed_in`."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not administers(asking.required()):
            raise not_found()
        return view(*args, **kwargs)

    return cast(View, guarded)


def around(
    connection: Connection, here: str, title: str, *, further: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """The context of a page of the administration. `here` is the address of its tab, `title` its heading.

    `further` is the way on from the tab, for a page below it.
    """
    pages = (
        ("/admin", gettext("Überblick")),
        ("/admin/cohorts", gettext("Durchgänge")),
        ("/admin/organisations", gettext("Kommunen")),
        ("/admin/people", gettext("Konten")),
        ("/admin/import", gettext("Listen")),
        ("/admin/texts", gettext("Texte")),
        ("/admin/retention", gettext("Aufbewahrung")),
        ("/admin/audit", gettext("Protokoll")),
    )
    tab = next(label for href, label in pages if href == here)
    way: list[tuple[str, str | None]] = [(gettext("Übersicht"), "/"), (gettext("Verwaltung"), "/admin")]
    if here != "/admin":
        way.append((tab, here))
    way += further
    way[-1] = (way[-1][0], None)
    return {
        "title": title,
        "tabs": [{"label": label, "href": href, "current": href == here} for href, label in pages],
        **page.frame(cohort=current.cohort(connection), breadcrumb=way),
    }
