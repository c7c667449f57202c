"""What an invitation is to, and until when, in the reader's words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import format_date, format_datetime, gettext

from foundation.policy import Role

from .queries import Offer


def role_names() -> dict[Role, str]:
    """What the roles are called."""
    return {
        Role.PARTICIPANT: gettext("Teilnahme"),
        Role.COACH: gettext("Coach"),
        Role.FACILITATOR: gettext("Moderation"),
        Role.EXPERT: gettext("Gast"),
        Role.NETWORK: gettext("Netzwerk"),
        Role.ADMINISTRATOR: gettext("Programmverwaltung"),
    }


def about_roles() -> dict[Role, str]:
    """What comes with each role, said where somebody gets it."""
    return {
        Role.PARTICIPANT: gettext("Wer teilnimmt, schlägt Themen vor und stimmt mit dem eigenen Team ab."),
        Role.COACH: gettext("Coaches begleiten ein Team und sehen, was der Durchgang sieht."),
        Role.FACILITATOR: gettext(
            "Die Moderation kündigt Treffen an, eröffnet Abstimmungen und übernimmt den Ablauf."
        ),
        Role.EXPERT: gettext("Gäste sehen das eine Treffen, zu dem sie kommen, und sonst nichts."),
        Role.NETWORK: gettext("Wer zum Netzwerk gehört, ist in keinem Durchgang dabei."),
        Role.ADMINISTRATOR: gettext(
            "Die Programmverwaltung richtet alles ein, lädt ein und sieht alle Konten."
        ),
    }


def call(offer: Offer, guest_of: str | None) -> str:
    """The invitation in one sentence. `guest_of` is what people call the place."""
    names = {"team": offer.team, "cohort": offer.cohort, "place": guest_of}
    if offer.role is Role.PARTICIPANT:
        return str(gettext("Sie sind eingeladen, im Team %(team)s mitzuarbeiten.", **names))
    if offer.role is Role.COACH:
        return str(gettext("Sie sind eingeladen, das Team %(team)s zu begleiten.", **names))
    if offer.role is Role.FACILITATOR:
        return str(gettext("Sie sind eingeladen, die Gruppe „%(cohort)s“ zu moderieren.", **names))
    if offer.role is Role.EXPERT and guest_of:
        return str(gettext("Sie sind als Gast eingeladen: %(place)s.", **names))
    if offer.role is Role.EXPERT:
        return str(gettext("Sie sind als Gast eingeladen."))
    if offer.role is Role.NETWORK:
        return str(gettext("Sie sind eingeladen, im Netzwerk mitzuarbeiten."))
    return str(gettext("Sie sind eingeladen, das Programm zu verwalten."))


def day(moment: datetime) -> str:
    """ "Freitag, 27. November 2026": people read it weeks later."""
    return str(format_date(moment, gettext("EEEE, d. MMMM y")))


def moment(at: datetime) -> str:
    """ "Freitag, 27. November 2026, 18:00 Uhr"."""
    return str(format_datetime(at, gettext("EEEE, d. MMMM y, H:mm 'Uhr'")))
