"""A workshop in words: when it is, where it stands, what came of it."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, ngettext

from foundation import clock
from workshops import words

from . import rules
from .rules import Phase, Standing

TONES = {
    Phase.ANNOUNCED: "info",
    Phase.OPEN: "info",
    Phase.CLOSING: "info",
    Phase.CLOSED: "warning",
    Phase.SETTLED: "success",
    Phase.RUNNING: "success",
    Phase.CANCELLED: "warning",
}


def step(workshop: Standing, upcoming: Standing | None) -> dict[str, Any]:
    """A workshop as the timeline draws it."""
    now = clock.now()
    stands = rules.phase(workshop, now)
    return {
        "id": workshop.id,
        "label": workshop.title,
        "date": words.moment_in_words(workshop.starts_at),
        "place": workshop.place,
        "minutes": workshop.minutes,
        "state": _in_words(stands),
        "tone": TONES.get(stands, "neutral"),
        "href": f"/workshops/{workshop.id}/{_page_of(stands)}",
        "when": "past" if workshop.ends_at <= now else "next" if workshop is upcoming else "later",
        "cancelled": stands is Phase.CANCELLED,
        "file": f"/workshops/{workshop.id}/calendar.ics" if now < workshop.ends_at else None,
        "text": " · ".join(filter(None, [_until_when(workshop, stands), _outcome(workshop)])),
        "outcome": _outcome(workshop),
    }


def _page_of(stands: Phase) -> str:
    if stands in (Phase.COLLECTING, Phase.ANNOUNCED, Phase.CANCELLED):
        return "topics"
    return "poll" if stands in (Phase.OPEN, Phase.CLOSING) else "agenda"


def _in_words(stands: Phase) -> str:
    said: dict[Phase, str] = {
        Phase.COLLECTING: gettext("Themen werden gesammelt"),
        Phase.ANNOUNCED: gettext("Abstimmung angekündigt"),
        Phase.OPEN: gettext("Abstimmung läuft"),
        Phase.CLOSING: gettext("Stimmen werden gezählt"),
        Phase.CLOSED: gettext("Ergebnis steht, Ablauf noch nicht übernommen"),
        Phase.SETTLED: gettext("Ablauf steht"),
        Phase.RUNNING: gettext("Treffen läuft jetzt"),
        Phase.PAST: gettext("Treffen ist vorbei"),
        Phase.CANCELLED: gettext("Abgesagt"),
    }
    return said[stands]


def _until_when(workshop: Standing, stands: Phase) -> str:
    if stands is Phase.OPEN and workshop.closes_at is not None:
        return str(gettext("bis %(moment)s", moment=words.moment_in_words(workshop.closes_at)))
    if stands is Phase.ANNOUNCED and workshop.opens_at is not None:
        return str(gettext("ab %(moment)s", moment=words.moment_in_words(workshop.opens_at)))
    return ""


def _outcome(workshop: Standing) -> str:
    if workshop.cancelled_at is not None:
        return workshop.cancelled_reason
    if workshop.adopted_at is not None:
        return str(
            ngettext(
                "%(num)s Thema gewählt, %(filled)s von %(room)s Minuten",
                "%(num)s Themen gewählt, %(filled)s von %(room)s Minuten",
                workshop.blocks,
                filled=workshop.filled,
                room=workshop.minutes,
            )
        )
    if not workshop.topics:
        return str(gettext("noch kein Thema vorgeschlagen"))
    return str(ngettext("%(num)s Thema vorgeschlagen", "%(num)s Themen vorgeschlagen", workshop.topics))
