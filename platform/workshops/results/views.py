"""The page of a result, and the same to take along: as `.pb` and as text."""

from __future__ import annotations

import io

from flask import Blueprint, render_template, send_file
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from foundation.errors import not_found
from people.house import house
from people.sign_in import asking
from workshops import frame, words
from workshops.series.queries import Meeting
from workshops.voting import queries as voting
from workshops.voting.queries import PollAt

from . import exporting, queries
from .rules import Result
from .telling import tell

pages = Blueprint("results", __name__, template_folder="templates")


@pages.get("/workshops/<workshop>/result")
@asking.signed_in
def result(workshop: str) -> str:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        poll, found = _result(connection, here)
        context = frame.around(connection, here, "result", gettext("Ergebnis"))
    told = tell(found, here.team) if found else None
    adopts = found is not None and not found.adopted and context["page"]["facilitates"]
    return render_template(
        "results/result.html",
        told=told,
        adopted=found is not None and found.adopted,
        void=poll if found is None and _is_void(poll) else None,
        voting=poll is not None,
        action={
            "label": gettext("Ablauf übernehmen"),
            "href": f"/workshops/{here.id}/agenda",
            "icon": "check",
        }
        if adopts
        else None,
        **context,
    )


@pages.get("/workshops/<workshop>/result.pb")
@asking.signed_in
def as_pb(workshop: str) -> Response:
    here, found = _counted(workshop)
    return _file(exporting.pb(found, here.title), gettext("ergebnis.pb"))


@pages.get("/workshops/<workshop>/result.txt")
@asking.signed_in
def as_text(workshop: str) -> Response:
    here, found = _counted(workshop)
    when = words.moment_in_words(here.starts_at)
    title = gettext("Ergebnis der Abstimmung: %(workshop)s", workshop=here.title)
    return _file(exporting.text(title, when, tell(found, here.team)), gettext("ergebnis.txt"))


def _counted(workshop: str) -> tuple[Meeting, Result]:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        _poll, found = _result(connection, here)
    if found is None:
        raise not_found()
    return here, found


def _result(connection: Connection, here: Meeting) -> tuple[PollAt | None, Result | None]:
    """The last poll, and what came of it."""
    poll = voting.last(connection, here.id)
    if poll is None or poll.closed_at is None:
        return poll, None
    if poll.closed_at < poll.opens_at:  # its announcement was taken back, nobody could vote
        return None, None
    found = queries.of(connection, asking.required(), poll)
    return poll, found


def _is_void(poll: PollAt | None) -> bool:
    """Whether a secret poll was closed and came to nothing: there were fewer ballots than it needs."""
    return poll is not None and poll.secret and poll.closed_at is not None


def _file(content: str, name: str) -> Response:
    answer = send_file(
        io.BytesIO(content.encode()), mimetype="text/plain", as_attachment=True, download_name=name
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
