"""The page of a workshop's topics, and the forms to propose one and to change it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from foundation.errors import Refusal
from people import page
from people.cohorts.queries import names_of_teams
from people.house import house
from people.sign_in import asking
from workshops import frame
from workshops.agenda.queries import is_settled
from workshops.series.queries import Meeting

from . import forms, life_views, queries
from .models import TopicState
from .policy import TopicPermission

pages = Blueprint("topics", __name__, template_folder="templates")
pages.register_blueprint(life_views.pages)

FIELDS = ("title", "question", "minutes", "minutes_most")


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
    address = f"/workshops/{here.id}/topics"
    action = {"label": gettext("Thema vorschlagen"), "href": f"{address}/new", "icon": "add"}
    return render_template(
        "topics/topics.html",
        action=action if open_for_more else None,
        ask=f"{address}/ask" if open_for_more else None,
        group=group,
        snapshots=[group] if group else [],
        **context,
    )


@pages.get("/workshops/<workshop>/topics/new")
@asking.signed_in
def new(workshop: str) -> tuple[str, int]:
    """Empty, or begun with what the team has noted before: a question, or what a workshop left open."""
    here = forms.own(workshop)
    if question := request.args.get("question"):
        return _form(here, given=_from_question(here, question), asked=question)
    if held := request.args.get("follows"):
        return _form(here, given=_from_held(here, held))
    return _form(here)


@pages.post("/workshops/<workshop>/topics/new")
@asking.signed_in
def propose(workshop: str) -> Response | tuple[str, int]:
    here = forms.own(workshop)
    given, asked = _given(), request.form.get("asked", "")
    try:
        answer = forms.carry_out("topic.propose", here, {**_body(given), "asked": asked or None})
    except Refusal as refusal:
        return _form(here, given=given, refusal=refusal, asked=asked)
    flash(gettext("Ihr Thema ist vorgeschlagen. Alle Teams sehen es jetzt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{answer.result['topic']}")


@pages.get("/workshops/<workshop>/topics/<topic>/change")
@asking.signed_in
def change_form(workshop: str, topic: str) -> tuple[str, int]:
    here, found = forms.of_the_team(workshop, topic, TopicPermission.CHANGE)
    with house().database.reading() as connection:
        after = queries.one(connection, found.row)["after"]
    given = {name: getattr(found, name) for name in FIELDS}
    return _form(here, given={**given, "after": after}, topic=topic)


@pages.post("/workshops/<workshop>/topics/<topic>/change")
@asking.signed_in
def change(workshop: str, topic: str) -> Response | tuple[str, int]:
    here, _found = forms.of_the_team(workshop, topic, TopicPermission.CHANGE)
    given = _given()
    try:
        forms.carry_out("topic.change", here, {**_body(given), "topic": topic})
    except Refusal as refusal:
        return _form(here, given=given, refusal=refusal, topic=topic)
    flash(gettext("Ihre Änderung ist gespeichert. Alle Teams sehen sie jetzt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{topic}")


def _from_question(here: Meeting, question: str) -> dict[str, Any]:
    _, found = forms.of_the_team(here.id, question, TopicPermission.CHANGE)
    return {"title": found.title, "question": found.question}


def _from_held(here: Meeting, topic: str) -> dict[str, Any]:
    """What the team wrote about a topic of an earlier workshop, where that one did not answer it all."""
    with house().database.reading() as connection:
        found = queries.left_open(connection, here.team_row or 0, topic)
    if found is None:
        return {}
    title = gettext("%(title)s, Fortsetzung", title=found.title)[:120]
    return {"title": title, "question": found.answer_note or found.question, "minutes": found.minutes}


def _given() -> dict[str, Any]:
    return {**forms.typed(*FIELDS), "after": request.form.getlist("after")}


def _body(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "minutes_most": given["minutes_most"] or None}


def _form(
    here: Meeting,
    *,
    given: dict[str, Any] | None = None,
    refusal: Refusal | None = None,
    topic: str = "",
    asked: str = "",
) -> tuple[str, int]:
    address = f"/workshops/{here.id}/topics"
    blank = {**dict.fromkeys(FIELDS, ""), "after": []}
    given = {**blank, **(given or {})}
    with house().database.reading() as connection:
        others = _others(connection, here, topic, given["after"])
    return forms.show(
        "topic",
        here,
        gettext("Thema ändern") if topic else gettext("Thema vorschlagen"),
        refusal=refusal,
        lead=None if topic else gettext("Was soll die Gruppe bei diesem Treffen bearbeiten?"),
        submit=gettext("Änderung speichern") if topic else gettext("Thema vorschlagen"),
        address=f"{address}/{topic}/change" if topic else f"{address}/new",
        given=given,
        others=others,
        asked=asked,
        labels={
            "title": gettext("Thema"),
            "question": gettext("Die Frage dahinter"),
            "minutes": gettext("Zeitbedarf"),
            "minutes_most": gettext("Höchstens"),
            "after": gettext("Was muss vorher kommen?"),
        },
    )


def _others(connection: Connection, here: Meeting, topic: str, chosen: list[str]) -> list[tuple[str, str]]:
    """The topics that can come before this one: those that stand, and those that were named already."""
    return [
        (other["id"], other["title"])
        for other in queries.at(connection, here.id)
        if other["id"] != topic and (other["state"] == TopicState.PROPOSED or other["id"] in chosen)
    ]
