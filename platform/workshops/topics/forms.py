"""What the forms about topics have in common: whose they are, what was typed, how they are sent and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext

from foundation import commands, policy
from foundation.errors import Refusal, not_found
from people import page
from people.house import house
from people.sign_in import asking
from workshops import frame
from workshops.series.queries import Meeting

from . import queries
from .policy import TopicPermission
from .queries import StandingTopic


def own(workshop: str) -> Meeting:
    """The workshop, for a member of one of its teams."""
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
    if here.team is None:
        raise not_found()
    return here


def of_the_team(workshop: str, topic: str, permission: TopicPermission) -> tuple[Meeting, StandingTopic]:
    """A topic of the workshop, for whoever may do that with what their team has proposed."""
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        found = queries.standing(connection, here.id, topic)
    if found is None or not policy.may(asking.required(), permission, found.team):
        raise not_found()
    return here, found


def typed(*names: str) -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in names}


def carry_out(name: str, here: Meeting, body: Mapping[str, Any]) -> commands.Answer:
    command_id = request.form.get("command_id", "")
    return asking.carry_out(name, f"workshop/{here.id}", dict(body), id=command_id)


def show(
    template: str, here: Meeting, title: str, *, refusal: Refusal | None = None, **context: Any
) -> tuple[str, int]:
    """A page with one form."""
    with house().database.reading() as connection:
        way = [(gettext("Themen"), f"/workshops/{here.id}/topics"), (title, None)]
        around = frame.within(connection, here, way)
    shown = render_template(
        f"topics/{template}.html",
        title=title,
        **page.form(refusal),
        **context,
        **around,
    )
    return shown, refusal.status if refusal else 200
