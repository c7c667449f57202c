"""Further topics that come up in a lively demo. Standard library only: `lively.py` is a foreign client."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """A topic that any team could propose."""

    title: str
    minutes: int
    question: str


IDEAS = (
    Idea(
        "Dorfgemeinschaften stärken",
        60,
        "In manchen Dörfern gibt es noch genau einen Verein, der alles trägt. Was tun wir, bevor er aufgibt?",
    ),
    Idea(
        "Versicherungsschutz im Ehrenamt",
        45,
        "Wer ist versichert, wenn beim Dorffest die Bühne umkippt? Wir wünschen uns eine Seite, die jede "
        "Initiative versteht.",
    ),
    Idea(
        "Datenschutz in kleinen Vereinen",
        45,
        "Vereine fragen uns nach Mustern für Mitgliederlisten und Fotos. Wie weit dürfen wir beraten?",
    ),
    Idea(
        "Unternehmen und Engagement",
        60,
        "Betriebe spenden gern einmal. Wie wird daraus eine Partnerschaft, von der beide Seiten etwas haben?",
    ),
    Idea(
        "Einen Freiwilligentag planen",
        45,
        "Ein Tag, viele Projekte, wenig Personal: Was muss das Rathaus selbst machen, was nicht?",
    ),
    Idea(
        "Räume für Vereine",
        30,
        "Schulen stehen abends leer, Vereine suchen Räume. Woran scheitert die Vergabe?",
    ),
    Idea(
        "Engagementbericht für den Rat",
        45,
        "Der Rat möchte einmal im Jahr wissen, was unsere Arbeit bewirkt. Was gehört hinein, was nicht?",
    ),
    Idea(
        "Spontane Hilfe bei Unwetter",
        60,
        "Beim letzten Hochwasser wollten Hunderte helfen. Wer nimmt sie in Empfang, wer teilt sie ein?",
    ),
    Idea(
        "Übergang in den Ruhestand",
        60,
        "Viele suchen nach dem Beruf eine Aufgabe, aber nicht gleich ein Amt. Wie erreichen wir sie früh?",
    ),
    Idea(
        "Haupt- und Ehrenamt: gute Zusammenarbeit",
        60,
        "Wo Fachkräfte und Freiwillige zusammentreffen, knirscht es. Welche Absprachen helfen?",
    ),
    Idea(
        "Ehrenamtsbörse im Netz",
        45,
        "Unsere Börse ist voller Angebote von vorgestern. Wer pflegt sie, und brauchen wir eine eigene?",
    ),
    Idea(
        "Engagement von Menschen mit Einwanderungsgeschichte",
        60,
        "Viele engagieren sich in Vereinen, die wir gar nicht kennen. Wie gehen wir auf sie zu?",
    ),
)
