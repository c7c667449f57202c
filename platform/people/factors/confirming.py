"""Showing once more who one is, before what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from foundation import clock
from people.house import house
from people.sign_in import asking
from people.sign_in.rules import CONFIRMED_FOR

from .queries import has_factor

View = TypeVar("View", bound=Callable[..., Any])


def is_fresh() -> bool:
    """Whether whoever asks has shown a few minutes ago who they are."""
    found = asking.known()
    if found is None or found.confirmed_at is None:
        return False
    return clock.now() - found.confirmed_at < CONFIRMED_FOR


def owes_factor() -> bool:
    """Whether whoever asks has a second factor and came in without it, as from a sign-in service."""
    found = asking.known()
    if found is None or found.strong:
        return False
    with house().database.reading() as connection:
        return has_factor(connection, found.actor.id)


def is_shown() -> bool:
    """Whether whoever asks may do what cannot be undone: they have shown it, with a second factor if they
    have one.
    """
    return is_fresh() and not owes_factor()


def confirmed(view: View) -> View:
    """Send whoever has not shown lately who they are to the page that asks, and back to this one afterwards.

    Whoever has a second factor must have shown it too: a stolen way in cannot bring its own.
    Goes below `asking.signed_in`. A form that comes too late leads back to the page above it, so put this on
    the page of the form too: then it is asked for before anything is typed.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if is_shown() else ask_first(_page())

    return cast(View, guarded)


def ask_first(page: str) -> Response:
    """To the page that asks who one is, and from there to `page`."""
    return redirect(asking.with_query("/confirm", next=page))


def _page() -> str:
    """The page asked for; for a form that has none at its address, the nearest above it."""
    pages, path = current_app.url_map.bind(""), request.path
    while path:
        try:
            pages.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return path
    return "/"
