"""The page of a result: the agenda, and what did not fit."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext

from people import page
from people.house import house
from people.sign_in import asking
from workshops import frame

pages = Blueprint("agenda", __name__, template_folder="templates")


@pages.get("/workshops/<workshop>/agenda")
@asking.signed_in
def agenda(workshop: str) -> str:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        context = frame.around(connection, here, "agenda", gettext("Ablauf"))
        facilitates = context["page"]["facilitates"]
        desk = page.snapshot(connection, f"workshop/{here.id}/facilitators") if facilitates else None
    return render_template(
        "agenda/agenda.html",
        desk=desk,
        snapshots=[desk] if desk else [],
        **context,
    )
