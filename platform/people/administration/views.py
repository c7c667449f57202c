"""The first page of the office: is everybody on board?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import gettext

from foundation import commands
from people.house import house
from people.invitations.queries import open_everywhere
from people.invitations.words import role_names
from people.sign_in import asking

from . import overview_queries
from .cohorts import COHORTS
from .frame import around, for_the_office
from .overview_queries import CohortCard

pages = Blueprint("administration", __name__, template_folder="templates", url_prefix="/admin")


@pages.get("")
@asking.signed_in
@for_the_office
def overview() -> str:
    with house().database.reading() as connection:
        invited = open_everywhere(connection)
        found = overview_queries.cohorts(connection, invited, over=False)
        invited = overview_queries.invited_to(invited, found)
        hindered = overview_queries.hindrances(connection, invited)
        frame = around(connection, "/admin", gettext("Verwaltung"))
    return render_template(
        "administration/overview.html",
        found=found,
        action=_action(found),
        hindered=hindered,
        shown=overview_queries.SHOWN,
        elsewhere=[one for one in invited if one.cohort is None],
        roles=role_names(),
        command_id=commands.new_id,
        without_mail=not house().settings.smtp_url and "demo" not in current_app.blueprints,
        **frame,
    )


def _action(found: Sequence[CohortCard]) -> dict[str, Any]:
    """The one thing to do: invite where seats are empty; before that, what it takes to invite."""
    if not found:
        return {"label": gettext("Durchgang anlegen"), "href": f"{COHORTS}/new", "icon": "add"}
    with_teams = [card for card in found if card.teams]
    if not with_teams:
        return {"label": gettext("Team anlegen"), "href": f"{COHORTS}/{found[0].id}#add", "icon": "add"}
    card = next((card for card in with_teams if card.empty), with_teams[0])
    return {"label": gettext("Einladen"), "href": f"{COHORTS}/{card.id}/invite", "icon": "add"}
