"""The page on which the office erases somebody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import clock
from foundation.errors import Refusal, not_found
from people.administration.frame import around, for_the_office
from people.factors import confirming
from people.house import house
from people.sign_in import asking

from . import finding
from .foreseeing import foresee
from .views import ERASE, asked_to_erase, shown

pages = Blueprint("privacy_office", __name__, url_prefix="/admin")
View = TypeVar("View", bound=Callable[..., Any])

PEOPLE = "/admin/people"


def _of_somebody(view: View) -> View:
    """Nobody is asked who they are for a page that is not there; one's own account has a page of its own."""

    @wraps(view)
    def guarded(person: str) -> Any:
        if person == asking.required().id:
            return redirect(ERASE)
        with house().database.reading() as connection:
            if finding.who(connection, person) is None:
                raise not_found()
        return view(person)

    return cast(View, guarded)


@pages.get("/people/<person>/erase")
@asking.signed_in
@for_the_office
@_of_somebody
@confirming.confirmed
def look(person: str) -> str:
    return _page(person)


@pages.post("/people/<person>/erase")
@asking.signed_in
@for_the_office
@_of_somebody
@confirming.confirmed
def erase(person: str) -> Response | tuple[str, int]:
    try:
        asked_to_erase(person)
    except Refusal as refusal:
        return _page(person, refused=asking.said(refusal)), refusal.status
    flash(gettext("Das Konto ist gelöscht."), "success")
    return redirect(PEOPLE)


def _page(person: str, *, refused: dict[str, Any] | None = None) -> str:
    title = gettext("Konto löschen")
    with house().database.reading() as connection:
        found = foresee(connection, person, clock.now())
        if found is None:
            raise not_found()
        way = [(found.name, f"{PEOPLE}/{person}"), (title, None)]
        frame = around(connection, PEOPLE, title, further=way)
    return render_template(
        "privacy/erase.html",
        **shown(found, own=False),
        here=request.path,
        back=f"{PEOPLE}/{person}",
        refused=refused or {"fields": {}, "message": None},
        **frame,
    )
