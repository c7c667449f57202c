"""Who and what there is around the cohorts of the demo: a guest, the network, invitations, contacts, a list.

Made up like the offices. Telephone numbers are from the block that is kept free for stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

GUEST = "Hochschule · Engagementforschung"
GUEST_UNTIL = time(20)
"""In the evening of the workshop."""
NETWORK = "Kreis Soest · Ehrenamtsbüro"

INVITED: Mapping[str, str] = {"Gütersloh": "Jugendförderung", "Siegburg": "Seniorenarbeit"}
"""Teams of the fourth run, and the office whose second seat has been offered."""

ORGANISATIONS = """\
Name;Art;Region
Beckum;Stadt;Münsterland
Kreis Soest;Kreis;Südwestfalen
Lüdinghausen;Stadt;Münsterland
Nordkirchen;Gemeinde;Münsterland
"""

RELEASED: Mapping[str, Mapping[str, str | bool]] = {
    "Bergkamen · Integration": {
        "office": "Integrationsbüro",
        "offers": "Sprachlotsen: Vereinbarung mit den Vereinen, Handzettel in sechs Sprachen",
        "phone": "0221 4710-142",
        "shows_phone": True,
        "shows_email": True,
    },
    "Menden · Bürgerengagement": {
        "office": "Stabsstelle Bürgerengagement",
        "offers": "Ehrenamtskarte: Muster für Richtlinie und Antrag",
        "seeks": "Wer hat einen Jugendbeirat aufgebaut?",
        "shows_email": True,
    },
    "Kreis Siegen-Wittgenstein · Ehrenamtsservice": {
        "office": "Servicestelle Ehrenamt",
        "seeks": "Erfahrung mit Freiwilligenagenturen in kleinen Gemeinden",
    },
}
