"""The pages of the tour: a few steps, each to be left at any time."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from people import page
from people.cohorts import current
from people.house import house
from people.sign_in import asking
from people.texts.welcome import welcome

pages = Blueprint("tour", __name__, template_folder="templates")


@dataclass(frozen=True)
class Step:
    """One page of the tour: what it is about, in a few sentences, and where that is."""

    title: str
    sentences: tuple[str, ...]
    href: str | None = None
    link: str = ""


@pages.get("/welcome")
@asking.signed_in
def tour() -> str:
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        greeting = welcome(connection)
    steps = _steps() if cohort else _steps_outside()
    number = request.args.get("step", "1")
    at = int(number) if number in {str(one) for one in range(1, len(steps) + 1)} else 1
    return render_template(
        "tour/tour.html",
        step=steps[at - 1],
        welcome=greeting if at == 1 else "",
        at=at,
        last=len(steps),
        **page.frame(
            cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (gettext("Kurze Führung"), None)]
        ),
    )


@pages.post("/welcome")
@asking.signed_in
def finish() -> Response:
    """Seen or skipped."""
    who = asking.required()
    asking.carry_out("tour.finish", f"person/{who.id}", id=request.form.get("command_id", ""))
    return redirect("/")


def _steps() -> list[Step]:
    return [
        Step(
            gettext("Willkommen in der Werkstatt"),
            (
                gettext("Die Werkstatt ist der geschlossene Arbeitsraum Ihres Durchgangs."),
                gettext("Die Übersicht zeigt immer, was als Nächstes kommt und was auf Sie wartet."),
                gettext(
                    "Was Sie ankreuzen, wird von selbst gespeichert. Oben steht, ob alles angekommen ist."
                ),
            ),
            "/",
            gettext("Zur Übersicht"),
        ),
        Step(
            gettext("Die Treffen und ihre Themen"),
            (
                gettext("Vor jedem Treffen schlagen die Teams Themen vor und stimmen darüber ab."),
                gettext("Jedes Team hat einen Stimmzettel. Beide füllen ihn aus und sehen jede Änderung."),
                gettext("Aus dem Ergebnis wird der Ablauf des Treffens, mit Uhrzeiten."),
            ),
            "/workshops",
            gettext("Zu den Treffen"),
        ),
        Step(
            gettext("Wer dabei ist"),
            (
                gettext("Unter Personen finden Sie die Teams Ihres Durchgangs."),
                gettext("Nur wer dazugehört, sieht, woran der Durchgang arbeitet."),
            ),
            "/people",
            gettext("Zu den Personen"),
        ),
        _profile(),
    ]


def _steps_outside() -> list[Step]:
    """For guests, the network, and who has no place yet."""
    return [
        Step(
            gettext("Willkommen in der Werkstatt"),
            (
                gettext("Die Werkstatt ist der geschlossene Arbeitsraum der Durchgänge."),
                gettext("Die Übersicht zeigt, was davon für Sie geöffnet ist, und bis wann."),
            ),
            "/",
            gettext("Zur Übersicht"),
        ),
        _profile(),
    ]


def _profile() -> Step:
    return Step(
        gettext("So passt es zu Ihnen"),
        (
            gettext("Im Profil wählen Sie Namen, Sprache und helle oder dunkle Darstellung."),
            gettext("Dort sehen Sie auch, wo Sie angemeldet sind, und ändern Ihr Passwort."),
            gettext("Alle Zeiten sind mitteleuropäische Zeit."),
        ),
        "/profile",
        gettext("Zum Profil"),
    )
