"""The forms around the vote: a question from practice, who carries a topic, and whether it was answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import clock, places, policy
from foundation.errors import Refusal, not_found
from people.house import house
from people.sign_in import asking
from workshops import frame
from workshops.agenda import queries as agendas
from workshops.series.queries import Meeting

from . import forms, queries
from .policy import TopicPermission
from .queries import StandingTopic

pages = Blueprint("life", __name__)


@pages.get("/workshops/<workshop>/topics/ask")
@asking.signed_in
def ask_form(workshop: str) -> tuple[str, int]:
    return _ask(forms.own(workshop), {"question": "", "title": ""})


@pages.post("/workshops/<workshop>/topics/ask")
@asking.signed_in
def ask(workshop: str) -> Response | tuple[str, int]:
    here = forms.own(workshop)
    given = forms.typed("question", "title")
    try:
        answer = forms.carry_out("topic.ask", here, given)
    except Refusal as refusal:
        return _ask(here, given, refusal=refusal)
    flash(gettext("Ihre Frage ist notiert. Sie können jederzeit ein Thema daraus machen."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{answer.result['topic']}")


@pages.get("/workshops/<workshop>/topics/<topic>/answer")
@asking.signed_in
def answer_form(workshop: str, topic: str) -> tuple[str, int]:
    here, found = _held(workshop, topic)
    return _answer(here, found, {"answered": found.answered or "", "note": found.answer_note})


@pages.post("/workshops/<workshop>/topics/<topic>/answer")
@asking.signed_in
def answer(workshop: str, topic: str) -> Response | tuple[str, int]:
    here, found = _held(workshop, topic)
    given = forms.typed("answered", "note")
    try:
        forms.carry_out("topic.answer", here, {**given, "topic": topic})
    except Refusal as refusal:
        return _answer(here, found, given, refusal=refusal)
    flash(gettext("Ihre Antwort ist gespeichert. Alle Teams sehen sie jetzt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{topic}")


@pages.get("/workshops/<workshop>/topics/<topic>/follow-up")
@asking.signed_in
def follow_up(workshop: str, topic: str) -> Response:
    """On to the next workshop that still takes topics, where the form is begun with this one."""
    here, found = _over(workshop, topic)
    with house().database.reading() as connection:
        following = agendas.following(connection, here.row)
    if following is None:
        flash(
            gettext(
                "Es ist noch kein weiteres Treffen angekündigt. Notieren Sie Ihre Frage so lange für sich."
            ),
            "info",
        )
        return redirect(f"/workshops/{here.id}/topics#topic-{topic}")
    return redirect(f"/workshops/{following.public_id}/topics/new?follows={found.id}")


@pages.get("/workshops/<workshop>/topics/<topic>/carrier")
@asking.signed_in
def carrier_form(workshop: str, topic: str) -> tuple[str, int]:
    here, found = _tended(workshop, topic)
    return _carrier(here, found, {"by": found.carrier, "note": found.carrier_note})


@pages.post("/workshops/<workshop>/topics/<topic>/carrier")
@asking.signed_in
def carrier(workshop: str, topic: str) -> Response | tuple[str, int]:
    here, found = _tended(workshop, topic)
    given = forms.typed("by", "note")
    try:
        forms.carry_out("topic.carry", here, {**given, "by": given["by"] or None, "topic": topic})
    except Refusal as refusal:
        return _carrier(here, found, given, refusal=refusal)
    flash(gettext("Gespeichert. Alle sehen jetzt, wer das Thema trägt."), "success")
    return redirect(f"/workshops/{here.id}/topics#topic-{topic}")


def _held(workshop: str, topic: str) -> tuple[Meeting, StandingTopic]:
    here, found = _over(workshop, topic)
    if not found.is_held(clock.now()):
        raise not_found()
    return here, found


def _over(workshop: str, topic: str) -> tuple[Meeting, StandingTopic]:
    here, found = forms.of_the_team(workshop, topic, TopicPermission.ANSWER)
    if not found.is_over(clock.now()):
        raise not_found()
    return here, found


def _tended(workshop: str, topic: str) -> tuple[Meeting, StandingTopic]:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        found = queries.standing(connection, here.id, topic)
        name = f"workshop/{here.id}"
        place = places.find(connection, [name]).get(name)
    if found is None or place is None or not policy.may(asking.required(), TopicPermission.CARRY, place):
        raise not_found()
    return here, found


def _ask(here: Meeting, given: dict[str, Any], *, refusal: Refusal | None = None) -> tuple[str, int]:
    labels = {"question": gettext("Ihre Frage"), "title": gettext("Stichwort")}
    title = gettext("Frage aus der Praxis notieren")
    return forms.show("ask", here, title, refusal=refusal, given=given, labels=labels)


def _answer(
    here: Meeting, topic: StandingTopic, given: dict[str, Any], *, refusal: Refusal | None = None
) -> tuple[str, int]:
    labels = {
        "answered": gettext("Hat das Treffen Ihre Frage beantwortet?"),
        "note": gettext("Was hat es gebracht, was ist noch offen?"),
    }
    return forms.show(
        "choice",
        here,
        labels["answered"],
        refusal=refusal,
        topic=topic,
        given=given,
        labels=labels,
        lead=topic.question,
        address="answer",
        choice="answered",
        options=[("yes", gettext("Ja")), ("partly", gettext("Zum Teil")), ("no", gettext("Nein"))],
        hint=gettext("Die ganze Gruppe sieht das. Höchstens 600 Zeichen."),
        most=600,
        submit=gettext("Antwort speichern"),
    )


def _carrier(
    here: Meeting, topic: StandingTopic, given: dict[str, Any], *, refusal: Refusal | None = None
) -> tuple[str, int]:
    labels = {"by": gettext("Wer trägt das Thema?"), "note": gettext("Anmerkung")}
    return forms.show(
        "choice",
        here,
        labels["by"],
        refusal=refusal,
        topic=topic,
        given=given,
        labels=labels,
        lead=gettext("Halten Sie fest, was die Gruppe entschieden hat. Alle sehen es beim Thema."),
        address="carrier",
        choice="by",
        options=[
            ("group", gettext("Die Gruppe selbst")),
            ("expert", gettext("Externe Fachleute")),
            ("", gettext("Noch offen")),
        ],
        hint=gettext("Zum Beispiel, wer angefragt ist. Höchstens 300 Zeichen."),
        most=300,
        submit=gettext("Speichern"),
    )
