"""What each audited command did, in a sentence that names nobody but the one who did it."""

from __future__ import annotations

from collections.abc import Mapping

from foundation.text import N_

SENTENCES: Mapping[str, str] = {
    "backup.restore": N_("%(who)s hat eine Sicherung zurückgeholt; was danach geschah, ist nicht mehr da."),
    "cohort.change": N_("%(who)s hat einen Durchgang geändert."),
    "cohort.create": N_("%(who)s hat einen Durchgang angelegt."),
    "factors.drop": N_("%(who)s hat einem Konto die zweiten Faktoren genommen."),
    "import.confirm": N_("%(who)s hat eine Liste aufgenommen."),
    "import.undo": N_("%(who)s hat eine Liste zurückgenommen."),
    "invitation.accept": N_("%(who)s hat eine angenommene Einladung eingelöst."),
    "invitation.resend": N_("%(who)s hat eine Einladung noch einmal gesendet."),
    "invitation.send": N_("%(who)s hat eine Einladung gesendet."),
    "invitation.withdraw": N_("%(who)s hat eine Einladung zurückgezogen."),
    "list.export": N_("%(who)s hat eine Liste als Datei geladen."),
    "organisation.change": N_("%(who)s hat eine Kommune geändert."),
    "organisation.create": N_("%(who)s hat eine Kommune angelegt."),
    "organisation.remove": N_("%(who)s hat eine Kommune entfernt."),
    "password.set": N_("%(who)s hat einem Konto ein neues Passwort gegeben."),
    "person.create": N_("%(who)s hat ein Konto angelegt."),
    "person.erase": N_("%(who)s hat ein Konto gelöscht."),
    "person.lock": N_("%(who)s hat ein Konto gesperrt."),
    "person.unlock": N_("%(who)s hat die Sperre eines Kontos aufgehoben."),
    "programme.change": N_("%(who)s hat ein Programm umbenannt."),
    "programme.create": N_("%(who)s hat ein Programm angelegt."),
    "role.change": N_("%(who)s hat die Tage einer Rolle geändert."),
    "role.end": N_("%(who)s hat eine Rolle beendet."),
    "role.grant": N_("%(who)s hat eine Rolle vergeben."),
    "seat.change": N_("%(who)s hat die Tage eines Platzes geändert."),
    "seat.end": N_("%(who)s hat einen Platz beendet."),
    "seat.give": N_("%(who)s hat einen Platz vergeben."),
    "seat.succeed": N_("%(who)s hat eine Nachfolge geregelt."),
    "sessions.end": N_("%(who)s hat alle Sitzungen eines Kontos beendet."),
    "team.change": N_("%(who)s hat ein Team geändert."),
    "team.create": N_("%(who)s hat ein Team angelegt."),
    "team.remove": N_("%(who)s hat ein Team entfernt."),
    "text.change": N_("%(who)s hat einen Text der Werkstatt geändert."),
    "workshop.cancel": N_("%(who)s hat ein Treffen abgesagt."),
    "workshop.change": N_("%(who)s hat ein Treffen geändert."),
    "workshop.create": N_("%(who)s hat ein Treffen angekündigt."),
    "workshop.reinstate": N_("%(who)s hat die Absage eines Treffens zurückgenommen."),
}
"""A command that leaves an entry and has no sentence fails the suite."""

GROUPS: Mapping[str, str] = {
    "backup": N_("Sicherungen"),
    "cohort": N_("Durchgänge"),
    "factors": N_("Zweite Faktoren"),
    "import": N_("Listen aufnehmen"),
    "invitation": N_("Einladungen"),
    "list": N_("Listen ausgeben"),
    "organisation": N_("Kommunen"),
    "password": N_("Passwörter"),
    "person": N_("Konten"),
    "programme": N_("Programme"),
    "role": N_("Rollen"),
    "seat": N_("Plätze"),
    "sessions": N_("Sitzungen"),
    "team": N_("Teams"),
    "text": N_("Texte"),
    "workshop": N_("Treffen"),
}
"""What commands are about, by the first half of their names."""
