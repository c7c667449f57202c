"""What the screens of the story say, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The names by which somebody finds their way."""

    propose: str
    topic: str
    question: str
    time: str
    yes: str
    close: str
    adopt: str
    to_result: str
    voted: str
    saved: str
    connected: str
    chosen_by: str


WORDS = {
    "de": Words(
        propose="Thema vorschlagen",
        topic="Thema",
        question="Die Frage dahinter",
        time="Zeitbedarf",
        yes="Ja, wollen wir",
        close="Abstimmung schließen",
        adopt="Ablauf übernehmen",
        to_result="Zum Ergebnis",
        voted="{n} von 10 Teams haben abgestimmt",
        saved="Alles gespeichert",
        connected="verbunden",
        chosen_by="{n} von 10 Teams",
    ),
    "en": Words(
        propose="Propose a topic",
        topic="Topic",
        question="The question behind it",
        time="Time needed",
        yes="Yes, we want this",
        close="Close the poll",
        adopt="Adopt the agenda",
        to_result="To the result",
        voted="{n} of 10 teams have voted",
        saved="Everything is saved",
        connected="connected",
        chosen_by="{n} of 10 teams",
    ),
}
