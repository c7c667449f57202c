"""The page of a vote: the ballot for members, the desk for facilitators, the state of things for all."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext

from people import page
from people.house import house
from people.sign_in import asking
from workshops import frame

pages = Blueprint("voting", __name__, template_folder="templates")


@pages.get("/workshops/<workshop>/poll")
@asking.signed_in
def poll(workshop: str) -> str:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        context = frame.around(connection, here, "poll", gettext("Abstimmung"))
        facilitates = context["page"]["facilitates"]
        ballot = page.snapshot(connection, f"workshop/{here.id}/team/{here.team}") if here.team else None
        desk = page.snapshot(connection, f"workshop/{here.id}/facilitators") if facilitates else None
    return render_template(
        "voting/poll.html",
        ballot=ballot,
        desk=desk,
        snapshots=[snapshot for snapshot in (ballot, desk) if snapshot],
        **context,
    )
