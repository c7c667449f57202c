"""Who takes part in the demo: the municipalities of the third and the fourth run, and the offices they send.

Offices are made up. Nobody has a person's name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from people.cohorts.models import OrganisationKind

STADT, GEMEINDE, KREIS = OrganisationKind.STADT, OrganisationKind.GEMEINDE, OrganisationKind.KREIS


@dataclass(frozen=True)
class Town:
    """Who sends a team, and the offices its members work in."""

    name: str
    kind: OrganisationKind
    region: str
    offices: Sequence[str]


THIRD = (
    Town("Ahlen", STADT, "Münsterland", ("Engagementförderung", "Sozialplanung")),
    Town("Bad Berleburg", STADT, "Südwestfalen", ("Ehrenamtskoordination", "Regionalentwicklung")),
    Town("Bergkamen", STADT, "Ruhrgebiet", ("Integration", "Bürgermeisterbüro")),
    Town("Finnentrop", GEMEINDE, "Südwestfalen", ("Zentrale Dienste", "Jugend und Familie")),
    Town("Kirchhundem", GEMEINDE, "Südwestfalen", ("Bildung und Soziales", "Dorfentwicklung")),
    Town("Kreis Olpe", KREIS, "Südwestfalen", ("Kreisentwicklung", "Senioren und Pflege")),
    Town("Kreis Siegen-Wittgenstein", KREIS, "Südwestfalen", ("Ehrenamtsservice", "Kultur und Sport")),
    Town("Menden", STADT, "Südwestfalen", ("Bürgerengagement", "Stadtentwicklung")),
    Town("Senden", GEMEINDE, "Münsterland", ("Vereine und Kultur", "Flüchtlingshilfe")),
    Town("Sprockhövel", STADT, "Ruhrgebiet", ("Seniorenbüro", "Öffentlichkeitsarbeit")),
)

FOURTH = (
    Town("Gütersloh", STADT, "Ostwestfalen-Lippe", ("Ehrenamt",)),
    Town("Hille", GEMEINDE, "Ostwestfalen-Lippe", ("Dorfentwicklung",)),
    Town("Kreis Euskirchen", KREIS, "Region Aachen", ("Sozialplanung",)),
    Town("Oberbergischer Kreis", KREIS, "Köln/Bonn", ("Engagementförderung",)),
    Town("Porta Westfalica", STADT, "Ostwestfalen-Lippe", ("Bürgerdienste",)),
    Town("Reken", GEMEINDE, "Münsterland", ("Familie und Soziales",)),
    Town("Siegburg", STADT, "Köln/Bonn", ("Bürgerbeteiligung",)),
    Town("Troisdorf", STADT, "Köln/Bonn", ("Integration",)),
    Town("Wegberg", STADT, "Region Aachen", ("Vereine und Kultur",)),
    Town("Wermelskirchen", STADT, "Köln/Bonn", ("Seniorenarbeit",)),
)

AHLEN, BERLEBURG, BERGKAMEN, FINNENTROP, KIRCHHUNDEM, OLPE, SIEGEN, MENDEN, SENDEN, SPROCKHOEVEL = (
    town.name for town in THIRD
)

AHLEN, BERLEBURG, BERGKAMEN, FINNENTROP, KIRCHHUNDEM, OLPE, SIEGEN, MENDEN, SENDEN, SPROCKHOEVEL = (
    town.name for town in THIRD
)
