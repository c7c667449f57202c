"""The page of a workshop's topics, and the forms to propose one and to change it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands, policy
from foundation.errors import Code, Refusal, not_found
from people import page
from people.cohorts.queries import names_of_teams
from people.house import house
from people.sign_in import asking
from workshops import frame
from workshops.agenda.queries import is_settled
from workshops.series.queries import Meeting

from . import queries
from .policy import TopicPermission

pages = Blueprint("topics", __name__, template_folder="templates")

FIELDS = ("title", "question", "minutes")
UNREFUSED: dict[str, Any] = {"message": None, "fields": {}}


@pages.get("/workshops/<workshop>/topics")
@asking.signed_in
def topics(workshop: str) -> str:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        context = frame.around(connection, here, "topics", gettext("Themen"))
        guest = frame.is_guest(here)
        group = None if guest else page.snapshot(connection, f"cohort/{here.cohort}")
        if guest:  # who may not follow the cohort is told its teams once, with the page
            context["page"]["teams"] = names_of_teams(connection, here.cohort)
        open_for_more = here.team is not None and not is_settled(connection, here.row)
    address = f"/workshops/{here.id}/topics/new"
    action = {"label": gettext("Thema vorschlagen"), "href": address, "icon": "add"}
    return render_template(
        "topics/topics.html",
        action=action if open_for_more else None,
        group=group,
        snapshots=[group] if group else [],
        **context,
    )


@pages.get("/workshops/<workshop>/topics/new")
@asking.signed_in
def new(workshop: str) -> str:
    return _form(_own(workshop))


@pages.post("/workshops/<workshop>/topics/new")
@asking.signed_in
def propose(workshop: str) -> Response | tuple[str, int]:
    here = _own(workshop)
    given = _given()
    try:
        answer = _carry_out("topic.propose", here, given)
    except Refusal as refusal:
        return _form(here, given=given, refusal=refusal), refusal.status
    flash(gettext("Ihr Thema ist vorgeschlagen. Alle Teams sehen es jetzt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{answer.result['topic']}")


@pages.get("/workshops/<workshop>/topics/<topic>/change")
@asking.signed_in
def change_form(workshop: str, topic: str) -> str:
    here, found = _own_topic(workshop, topic)
    return _form(here, given=found, topic=topic)


@pages.post("/workshops/<workshop>/topics/<topic>/change")
@asking.signed_in
def change(workshop: str, topic: str) -> Response | tuple[str, int]:
    here, _found = _own_topic(workshop, topic)
    given = _given()
    try:
        _carry_out("topic.change", here, {**given, "topic": topic})
    except Refusal as refusal:
        return _form(here, given=given, refusal=refusal, topic=topic), refusal.status
    flash(gettext("Ihre Änderung ist gespeichert. Alle Teams sehen sie jetzt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{topic}")


def _own(workshop: str) -> Meeting:
    """The workshop, for a member of one of its teams."""
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
    if here.team is None:
        raise not_found()
    return here


def _own_topic(workshop: str, topic: str) -> tuple[Meeting, dict[str, Any]]:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        found = queries.standing(connection, here.id, topic)
    if found is None or not policy.may(asking.required(), TopicPermission.CHANGE, found.team):
        raise not_found()
    return here, {name: getattr(found, name) for name in FIELDS}


def _given() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _carry_out(name: str, here: Meeting, body: dict[str, Any]) -> commands.Answer:
    return asking.carry_out(name, f"workshop/{here.id}", body, id=request.form.get("command_id", ""))


def _form(
    here: Meeting, *, given: dict[str, Any] | None = None, refusal: Refusal | None = None, topic: str = ""
) -> str:
    title = gettext("Thema ändern") if topic else gettext("Thema vorschlagen")
    sent_before = refusal is not None and refusal.code is not Code.ID_REUSED
    address = f"/workshops/{here.id}/topics"
    with house().database.reading() as connection:
        context = frame.within(connection, here, [(gettext("Themen"), address), (title, None)])
    refused = asking.said(refusal) if refusal else UNREFUSED
    labels = {
        "title": gettext("Thema"),
        "question": gettext("Die Frage dahinter"),
        "minutes": gettext("Zeitbedarf"),
    }
    return render_template(
        "topics/topic.html",
        title=title,
        lead=None if topic else gettext("Was soll die Gruppe bei diesem Treffen bearbeiten?"),
        submit=gettext("Änderung speichern") if topic else gettext("Thema vorschlagen"),
        address=f"{address}/{topic}/change" if topic else f"{address}/new",
        given=given or dict.fromkeys(FIELDS, ""),
        refused=refused,
        labels=labels,
        command_id=request.form.get("command_id") if sent_before else commands.new_id(),
        **context,
    )
