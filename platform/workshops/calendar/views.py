"""The page of one's own calendar, what calendars ask for, and one workshop as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session
from flask_babel import force_locale, gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from foundation import clock, commands
from foundation.errors import Code, Refusal, not_found
from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking
from workshops import frame, words

from . import ical, queries, rules
from .ical import Event, Method
from .queries import Dated

pages = Blueprint("calendar", __name__, template_folder="templates")

FEED = "calendar.feed"
"""The endpoint that calendars ask, again and again and without a session."""
HERE = "/calendar"


@pages.get(HERE)
@asking.signed_in
def calendar() -> str:
    return _page()


@pages.post(HERE)
@asking.signed_in
def open_() -> tuple[str, int] | str:
    """The new address stands in this one answer and nowhere else."""
    token = rules.new_token()
    try:
        _carry_out("calendar.open", {"key": rules.key_of(token)})
    except Refusal as refusal:
        if refusal.code is not Code.ID_REUSED:
            raise
        flash(
            gettext(
                "Ihre Adresse ist schon angelegt und wird nur einmal gezeigt. Haben Sie sie nicht mehr, dann "
                "legen Sie eine neue an."
            ),
            "info",
        )
        return _page(), refusal.status
    return _page(address=f"{house().settings.base_url}{rules.PATH}{token}{rules.ENDING}")


@pages.post(f"{HERE}/revoke")
@asking.signed_in
def revoke() -> Redirect:
    _carry_out("calendar.revoke")
    flash(gettext("Ihre Adresse ist widerrufen. Sie antwortet niemandem mehr."), "success")
    return redirect(HERE)


@pages.get(f"{rules.PATH}<token>")
def feed(token: str) -> Response:
    """What the one whose address it is may see now; one that was revoked is one that never was."""
    key = rules.key_of(token)
    with house().database.reading() as connection:
        reader = queries.reader(connection, key) if key else None
        found = queries.workshops(connection, reader.actor) if reader else []
    if reader is None:
        raise not_found()
    with force_locale(reader.language):
        name = gettext("Werkstatt-Treffen")
        answer = _file(ical.written(map(_event, found), name=name, organizer=_organizer()), name)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@pages.after_request
def keep_nothing(response: Response) -> Response:
    """Calendars keep no cookie, and whoever is signed in keeps theirs as it is."""
    if request.endpoint == FEED:
        session.modified = False
    return response


@pages.get("/workshops/<workshop>/calendar.ics")
@asking.signed_in
def one(workshop: str) -> Response:
    """A workshop to put into a calendar, or to take out of it again when it is cancelled."""
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        [found] = queries.workshops(connection, asking.required(), only=here.id)
    event = _event(found)
    method = Method.CANCEL if event.cancelled else Method.PUBLISH
    return _file(ical.written([event], method=method, organizer=_organizer()), here.title)


def _event(found: Dated) -> Event:
    """With the words of the reader's language; nothing of what the group works on."""
    url = f"{house().settings.base_url}/workshops/{found['id']}"
    cancelled = found["cancelled_at"] is not None
    title = found["title"]
    return Event(
        summary=gettext("Abgesagt: %(workshop)s", workshop=title) if cancelled else title,
        about=gettext("Seite des Treffens: %(address)s", address=url),
        url=url,
        cancelled=cancelled,
        **{name: value for name, value in found.items() if name not in ("title", "cancelled_at")},
    )


def _organizer() -> str:
    return parseaddr(house().settings.mail_from)[1]


def _file(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.ics")
    return answer


def _carry_out(name: str, body: dict[str, Any] | None = None) -> None:
    place = f"person/{asking.required().id}"
    asking.carry_out(name, place, body, id=request.form.get("command_id", ""))


def _page(*, address: str = "") -> str:
    """`address`: the one that was made just now."""
    who = asking.required()
    with house().database.reading() as connection:
        made_at = queries.made_at(connection, who.id)
        ahead = _ahead(connection)
        cohort = current.cohort(connection)
    series = [(gettext("Werkstatt-Treffen"), "/workshops")] if cohort else []
    way: Sequence[tuple[str, str | None]] = [
        (gettext("Übersicht"), "/"),
        *series,
        (gettext("Kalender"), None),
    ]
    return render_template(
        "calendar/calendar.html",
        address=address,
        subscription=rules.as_subscription(address),
        since=words.day_in_words(made_at) if made_at else None,
        ahead=ahead,
        command_id=commands.new_id,
        **page.frame(cohort=cohort, breadcrumb=way),
    )


def _ahead(connection: Connection) -> list[dict[str, Any]]:
    """The workshops that are not over, one under way included, as the page lists them."""
    now = clock.now()
    return [
        {
            "title": found["title"],
            "when": words.moment_in_words(found["starts_at"]),
            "place": found["place"],
            "cancelled": found["cancelled_at"] is not None,
            "href": f"/workshops/{found['id']}/calendar.ics",
        }
        for found in queries.workshops(connection, asking.required())
        if now < found["starts_at"] + timedelta(minutes=found["minutes"])
    ]
