"""The year of the demo: when workshops are, where, and which ballots are cast for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import topics
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


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A workshop about so many days from now. `ballots` say by team which topics it approves, by their keys.

    Numbers of approvals differ where it matters: how ties fall is drawn anew in every demo.
    """

    days: int
    place: str
    minutes: int
    title: str = ""
    method: str = "approval"
    proposals: Sequence[Proposal] = ()
    ballots: Mapping[str, str] = field(default_factory=dict)


FIRST_BALLOTS = {
    AHLEN: "bestand querschnitt rolle agentur",
    BERLEBURG: "bestand querschnitt rolle vereine",
    BERGKAMEN: "bestand querschnitt rolle agentur",
    FINNENTROP: "bestand querschnitt rolle vereine",
    KIRCHHUNDEM: "bestand querschnitt rolle vereine",
    OLPE: "bestand querschnitt rolle agentur",
    SIEGEN: "bestand querschnitt agentur",
    MENDEN: "bestand querschnitt agentur",
    SENDEN: "bestand rolle agentur vereine",
    SPROCKHOEVEL: "bestand querschnitt rolle agentur vereine",
}
"""10, 9, 8 and 7 approvals fill the 300 minutes; `vereine` with 5 is left over."""

SECOND_BALLOTS = {
    AHLEN: "projekt politik verbände vereine",
    BERLEBURG: "projekt politik verbände vereine netzwerk karte",
    BERGKAMEN: "projekt politik verbände netzwerk karte",
    FINNENTROP: "projekt politik vereine presse karte",
    KIRCHHUNDEM: "projekt politik verbände vereine presse",
    OLPE: "projekt politik verbände netzwerk",
    SIEGEN: "projekt verbände vereine netzwerk",
    MENDEN: "projekt politik vereine netzwerk presse",
    SENDEN: "projekt politik verbände vereine presse",
    SPROCKHOEVEL: "projekt politik verbände netzwerk presse",
}
"""10, 9, 8 and 7 leave 60 minutes: too few for `netzwerk` with 6, enough for `presse` with 5."""

THIRD_BALLOTS = {
    BERLEBURG: "strategie netzwerk jugend",
    BERGKAMEN: "geflüchtete karte anerkennung",
    FINNENTROP: "fördermittel nachfolge karte",
    OLPE: "strategie netzwerk beteiligung",
    SIEGEN: "netzwerk digital strategie anerkennung",
    MENDEN: "beteiligung anerkennung strategie",
}
"""Under way: four teams have not voted yet."""

PAST = (
    Meeting(
        days=-152,
        place="Bezirksregierung Arnsberg",
        minutes=300,
        proposals=topics.FIRST,
        ballots=FIRST_BALLOTS,
    ),
    Meeting(
        days=-68,
        place="Rathaus Bergkamen",
        minutes=360,
        proposals=topics.SECOND,
        ballots=SECOND_BALLOTS,
    ),
)
NEXT = Meeting(
    days=16,
    place="Katholisch-Soziales Institut, Siegburg",
    minutes=360,
    proposals=topics.THIRD,
    ballots=THIRD_BALLOTS,
)
OPENING = Meeting(days=44, place=NEXT.place, minutes=300)
"""Of the fourth run."""
LATER = (
    Meeting(days=79, place="Kreishaus Olpe", minutes=360),
    Meeting(days=142, place="Rathaus Ahlen", minutes=360),
    Meeting(days=205, place="Kreishaus Siegen", minutes=300),
)
