"""Showing once more who one is, before what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import redirect, request

from foundation import clock
from people.sign_in import asking
from people.sign_in.rules import CONFIRMED_FOR

View = TypeVar("View", bound=Callable[..., Any])


def is_fresh() -> bool:
    """Whether whoever asks has shown a few minutes ago who they are."""
    found = asking.known()
    if found is None or found.confirmed_at is None:
        return False
    return clock.now() - found.confirmed_at < CONFIRMED_FOR


def confirmed(view: View) -> View:
    """Send whoever has not shown lately who they are to the page that asks, and back to this one afterwards.

    Goes below `asking.signed_in`. A form that comes too late leads back to the page it stands on, so put this
    on the page of the form too: then it is asked for before anything is typed.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if is_fresh():
            return view(*args, **kwargs)
        return redirect(asking.with_query("/confirm", next=request.path))

    return cast(View, guarded)
