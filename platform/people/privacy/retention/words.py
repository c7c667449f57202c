"""What is forgotten in time, and what is not, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from foundation.text import N_

from .rules import Kind

CALLED: Mapping[Kind, str] = {
    Kind.INVITATIONS: N_("Einladungen"),
    Kind.LINKS: N_("Links aus E-Mails"),
    Kind.DEVICES: N_("Bekannte Geräte"),
    Kind.MAILS: N_("Vermerke über E-Mails"),
    Kind.IMPORTS: N_("Aufgenommene Listen"),
    Kind.RECEIPTS: N_("Antworten auf Eingaben"),
    Kind.EVENTS: N_("Verlauf der Änderungen"),
    Kind.AUDIT: N_("Protokoll der Verwaltung"),
    Kind.ACCOUNTS: N_("Ungenutzte Konten"),
}
SINCE: Mapping[Kind, str] = {
    Kind.INVITATIONS: N_("nach dem Annehmen, dem Zurückziehen oder der letzten E-Mail"),
    Kind.LINKS: N_("nach ihrem Ablauf"),
    Kind.DEVICES: N_("nach der letzten Anmeldung dort"),
    Kind.MAILS: N_("nach dem Senden oder Aufgeben; der Text wird nicht aufgehoben"),
    Kind.IMPORTS: N_("nach dem Aufnehmen; was daraus entstanden ist, bleibt"),
    Kind.RECEIPTS: N_("nach der Eingabe, damit nichts zweimal geschieht, was zweimal gesendet wird"),
    Kind.EVENTS: N_("nach der Änderung; ihr Ergebnis bleibt"),
    Kind.AUDIT: N_("nach dem Eintrag; der neueste bleibt, damit die Kette prüfbar ist"),
    Kind.ACCOUNTS: N_(
        "nach dem letzten Platz, der letzten Rolle, der letzten Einladung und der letzten Anmeldung"
    ),
}
"""From when on the period counts."""


@dataclass(frozen=True)
class Staying:
    """Tables without a period of their own, what they hold, and why."""

    tables: frozenset[str]
    what: str
    why: str


def _staying(tables: str, what: str, why: str) -> Staying:
    return Staying(frozenset(tables.split()), what, why)


STAYING = (
    _staying("session", N_("Anmeldungen"),
             N_("Sie enden von selbst, wenn sie nicht mehr benutzt werden, und sind dann gelöscht.")),
    _staying("directory_entry identity mail_choice mail_hours one_time_code passkey recovery_code",
             N_("Verzeichniseinträge, Wünsche zu E-Mails, Passkeys, Codes und Anmeldedienste"),
             N_("Sie gehören zum Konto und werden mit ihm gelöscht.")),
    _staying("calendar_feed", N_("Adressen für Kalender"),
             N_("Sie gehören zum Konto und werden mit ihm gelöscht.")),
    _staying("seat role_grant ballot mark carried_mark poll_handling",
             N_("Plätze, Rollen und wer für ein Team oder eine Abstimmung gehandelt hat"),
             N_("Sie gehören zur Geschichte des Durchgangs. Wird das Konto gelöscht, "
                "bleiben sie ohne Namen.")),
    _staying("job", N_("Geplante Aufgaben"), N_("Sie sind gelöscht, sobald sie erledigt sind.")),
    _staying("erasure", N_("Die Liste der Löschungen"),
             N_("Sie enthält nur Kennungen ohne Namen. Mit ihr wird nach dem Einspielen einer Sicherung "
                "noch einmal gelöscht.")),
)  # fmt: skip
"""A table that tells something about people stands here or has a period."""
