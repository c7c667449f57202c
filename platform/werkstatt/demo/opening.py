"""The first workshop of the demo: the vote by equal shares that the programme's own example tells of.

Ten teams, 360 minutes: six want one thing, four another. Most votes first would give the four 30 to 60
minutes; with minutes of their own they get 150.
"""

from __future__ import annotations

from .meetings import Meeting
from .topics import Proposal
from .towns import (
    AHLEN,
    BERGKAMEN,
    BERLEBURG,
    FINNENTROP,
    KIRCHHUNDEM,
    MENDEN,
    OLPE,
    SENDEN,
    SIEGEN,
    SPROCKHOEVEL,
)

TITLE = "Auftakt: gerecht geteilte Minuten"
TOPICS = (
    Proposal(
        team=AHLEN,
        key="auftakt-anerkennung",
        title="Anerkennungskultur",
        minutes=90,
        question="Wie danken wir denen, die nie auf einer Liste stehen?",
    ),
    Proposal(
        team=SIEGEN,
        key="auftakt-netzwerk",
        title="Netzwerkmanagement",
        minutes=120,
        question="Wer hält ein Netzwerk zwischen den Treffen am Leben?",
    ),
    Proposal(
        team=OLPE,
        key="auftakt-strategie",
        title="Strategieentwicklung",
        minutes=120,
        question="Wie fangen wir mit einer Strategie an, ohne am Schreibtisch zu enden?",
    ),
    Proposal(
        team=BERLEBURG,
        key="auftakt-digital",
        title="Digitales Ehrenamt",
        minutes=60,
        question="Welche Werkzeuge helfen Gruppen, die sich selten sehen?",
    ),
    Proposal(
        team=FINNENTROP,
        key="auftakt-jung",
        title="Junges Engagement",
        minutes=60,
        question="Wie sehen Aufgaben aus, die zu Schule und Ausbildung passen?",
    ),
    Proposal(
        team=BERGKAMEN,
        key="auftakt-fördermittel",
        title="Fördermittel",
        minutes=90,
        question="Woher bekommen kleine Vereine Geld, und wer hilft beim Antrag?",
    ),
    Proposal(
        team=SENDEN,
        key="auftakt-geflüchtete",
        title="Engagement mit Geflüchteten",
        minutes=60,
        question="Wie wird aus Hilfe für Geflüchtete gemeinsames Engagement?",
    ),
    Proposal(
        team=KIRCHHUNDEM,
        key="auftakt-karte",
        title="Ehrenamtskarte",
        minutes=30,
        question="Lohnt sich die Karte auch für eine kleine Gemeinde?",
    ),
)
SIX = "auftakt-strategie auftakt-netzwerk auftakt-fördermittel auftakt-anerkennung"
FOUR = "auftakt-karte auftakt-jung auftakt-geflüchtete"
OPENING = Meeting(
    days=-190,
    title=TITLE,
    place="Bezirksregierung Arnsberg",
    minutes=360,
    method="equal_shares",
    proposals=TOPICS,
    ballots={
        **dict.fromkeys((AHLEN, BERLEBURG, BERGKAMEN, OLPE, SIEGEN, MENDEN), SIX),
        **dict.fromkeys((FINNENTROP, KIRCHHUNDEM, SENDEN, SPROCKHOEVEL), FOUR),
    },
)
"""Which of the long topics are left over, the lot says; their teams take them back before the next vote."""
