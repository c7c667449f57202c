"""What the tables are called for people, on the page of the archive."""

from __future__ import annotations

from foundation.text import N_

LABELS = {
    "audit": N_("Was Sie verwaltet haben"),
    "device": N_("Ihre bekannten Geräte"),
    "directory_entry": N_("Ihr Eintrag im Verzeichnis"),
    "erasure": N_("Löschungen"),
    "event": N_("Was die Werkstatt anderen über Sie mitgeteilt hat"),
    "identity": N_("Ihre Anmeldungen über andere Dienste"),
    "import": N_("Was Sie eingelesen haben"),
    "invitation": N_("Einladungen"),
    "link": N_("Links, die an Sie geschickt wurden"),
    "mail": N_("E-Mails an Sie"),
    "mail_choice": N_("Welche E-Mails Sie wünschen"),
    "mail_hours": N_("Wann Sie E-Mails wünschen"),
    "mark": N_("Stimmen, die Sie für Ihr Team eingetragen haben"),
    "one_time_code": N_("Ihre Einmalcodes"),
    "passkey": N_("Ihre Passkeys"),
    "person": N_("Ihr Konto"),
    "poll_handling": N_("Abstimmungen, die Sie geleitet haben"),
    "receipt": N_("Antworten auf Ihre letzten Eingaben"),
    "recovery_code": N_("Ihre Wiederherstellungscodes"),
    "role_grant": N_("Ihre Rollen"),
    "seat": N_("Ihre Plätze"),
    "session": N_("Ihre Sitzungen"),
}
"""By table; every table that names people has one."""
