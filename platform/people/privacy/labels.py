"""What tables and columns are called for people: in the archive, and before something is erased."""

from __future__ import annotations

from foundation.text import N_

LABELS = {
    "audit": N_("Was Sie verwaltet haben"),
    "ballot": N_("Stimmzettel, die Sie für ein Team eingetragen haben"),
    "calendar_feed": N_("Ihre Adresse für den Kalender"),
    "carried_mark": N_("Was Sie für Ihr Team gestimmt hatten, bevor Themen zusammengeführt wurden"),
    "device": N_("Ihre bekannten Geräte"),
    "directory_entry": N_("Ihr Eintrag im Verzeichnis"),
    "erasure": N_("Löschungen"),
    "event": N_("Was die Werkstatt anderen über Sie mitgeteilt hat"),
    "identity": N_("Ihre Anmeldungen über andere Dienste"),
    "import": N_("Was Sie eingelesen haben"),
    "invitation": N_("Einladungen"),
    "job": N_("Was die Werkstatt für Sie noch vorhat"),
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

GOES = {
    "calendar_feed": N_("Adresse für den Kalender"),
    "device": N_("Bekannte Geräte"),
    "directory_entry": N_("Eintrag im Verzeichnis"),
    "identity": N_("Anmeldungen über andere Dienste"),
    "invitation": N_("Einladungen an dieses Konto"),
    "job": N_("Geplante Aufgaben zu diesem Konto"),
    "link": N_("Links aus E-Mails"),
    "mail": N_("E-Mails an dieses Konto"),
    "mail_choice": N_("Wünsche, welche E-Mails kommen"),
    "mail_hours": N_("Wünsche, wann E-Mails kommen"),
    "one_time_code": N_("Einmalcodes einer App"),
    "passkey": N_("Passkeys"),
    "person": N_("Name, E-Mail-Adresse, Passwort und Einstellungen des Kontos"),
    "receipt": N_("Antworten auf die letzten Eingaben"),
    "recovery_code": N_("Wiederherstellungscodes"),
    "session": N_("Offene Anmeldungen"),
}
"""By table: what is deleted with a person."""

STAYS = {
    "audit": N_("Einträge im Protokoll der Verwaltung"),
    "ballot": N_("Stimmzettel, die für Teams eingetragen wurden"),
    "carried_mark": N_("Stimmen für das Team von vor einer Zusammenführung"),
    "erasure": N_("Ein Vermerk, dass gelöscht wurde, mit Kennung und Zeitpunkt"),
    "event": N_("Mitteilungen an andere, in denen der Name steht"),
    "import": N_("Aufgenommene Listen"),
    "invitation": N_("Einladungen, die von diesem Konto kamen"),
    "mark": N_("Stimmen, die für das Team eingetragen wurden"),
    "person": N_("Ein leeres Konto, genannt „ehemaliges Mitglied“"),
    "poll_handling": N_("Abstimmungen, die geleitet wurden"),
    "role_grant": N_("Rollen, mit Anfang und Ende"),
    "seat": N_("Plätze in Teams, mit Anfang und Ende"),
}
"""By table: what stays without the person's name."""

WHY_TOLD = N_("Der Verlauf bleibt vollständig. Der Name darin wird entfernt, auch rückwirkend.")
