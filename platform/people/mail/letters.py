"""What stands in each mail: plain sentences in the reader's language, no content and no names of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.text import N_

from .news import told
from .rules import Kind
from .words import Facts, Words


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What is said. `link` is what the button says; where it leads is the postman's business."""

    subject: str
    paragraphs: Sequence[str]
    reason: str
    link: str = ""
    after: Sequence[str] = field(default=())
    """Paragraphs below the link."""


_ACCOUNT = N_(
    "Sie bekommen diese E-Mail, weil es um die Sicherheit Ihres Kontos geht. "
    "Solche E-Mails lassen sich nicht abbestellen."
)
_NOT_YOU = N_(
    "Waren Sie das nicht? Dann melden Sie sich an, ändern Sie Ihr Passwort und beenden Sie die Sitzungen, "
    "die Sie nicht kennen. Oder wenden Sie sich an die Programmverwaltung."
)
_NOT_YOUR_WISH = N_(
    "Haben Sie das nicht veranlasst, dann bestätigen Sie nichts und sagen Sie der Programmverwaltung "
    "Bescheid."
)
_ONCE = N_("Der Link gilt bis %(until)s und nur einmal.")
_VOTER = N_("Sie bekommen diese E-Mail, weil Sie zu einem Team gehören, das mit abstimmt.")


def _invitation(words: Words, facts: Facts) -> Letter:
    about = [
        words(
            N_(
                "Sie sind eingeladen, in der Werkstatt mitzuarbeiten: dem geschlossenen Arbeitsraum, in dem "
                "Kommunen ihre gemeinsamen Treffen vorbereiten."
            )
        )
    ]
    if facts.get("cohort"):
        about.append(words(N_("Es geht um: %(cohort)s."), cohort=facts["cohort"]))
    about.append(words(N_("Mit diesem Link sehen Sie die Einladung und nehmen sie an.")))
    return Letter(
        subject=words(N_("Einladung in die Werkstatt")),
        paragraphs=about,
        link=words(N_("Einladung ansehen")),
        after=[_until(words, facts)],
        reason=words(
            N_(
                "Sie bekommen diese E-Mail, weil jemand diese Adresse eingeladen hat. "
                "Ist das ein Irrtum, dann brauchen Sie nichts zu tun."
            )
        ),
    )


def _reset(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Neues Passwort wählen")),
        paragraphs=[words(N_("Für Ihr Konto in der Werkstatt wurde ein neues Passwort angefordert."))],
        link=words(N_("Neues Passwort wählen")),
        after=[
            _until(words, facts),
            words(N_("Waren Sie das nicht, dann brauchen Sie nichts zu tun: Ihr Passwort bleibt.")),
        ],
        reason=words(
            N_("Sie bekommen diese E-Mail, weil jemand auf der Anmeldeseite Ihre Adresse eingegeben hat.")
        ),
    )


def _address_old(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Bitte bestätigen: Ihre Adresse soll sich ändern")),
        paragraphs=[
            words(
                N_(
                    "Für Ihr Konto in der Werkstatt soll eine andere E-Mail-Adresse gelten. Wir haben auch "
                    "an die neue Adresse geschrieben. Die Änderung gilt erst, wenn Sie beides bestätigt "
                    "haben."
                )
            )
        ],
        link=words(N_("Änderung bestätigen")),
        after=[_until(words, facts), words(_NOT_YOUR_WISH)],
        reason=words(_ACCOUNT),
    )


def _address_new(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Bitte bestätigen: Ihre neue Adresse")),
        paragraphs=[
            words(
                N_(
                    "Diese Adresse soll für ein Konto in der Werkstatt gelten. Wir haben auch an die "
                    "bisherige Adresse geschrieben. Die Änderung gilt erst, wenn Sie beides bestätigt haben."
                )
            )
        ],
        link=words(N_("Adresse bestätigen")),
        after=[_until(words, facts), words(_NOT_YOUR_WISH)],
        reason=words(
            N_("Sie bekommen diese E-Mail, weil jemand diese Adresse bei der Werkstatt eingetragen hat.")
        ),
    )


def _device_new(words: Words, facts: Facts) -> Letter:
    device = str(facts.get("device") or "")[:80] or words(N_("unbekanntes Gerät"))
    seen = words(N_("Ihr Konto in der Werkstatt wurde auf einem Gerät benutzt, das wir noch nicht kennen."))
    when = words(N_("Gerät: %(device)s"), device=device)
    if "at" in facts:
        when = words(N_("%(moment)s, Gerät: %(device)s"), moment=words.moment(facts["at"]), device=device)
    return Letter(
        subject=words(N_("Anmeldung auf einem neuen Gerät")),
        paragraphs=[seen, when, words(N_("Waren Sie das, dann ist nichts zu tun.")), words(_NOT_YOU)],
        link=words(N_("Ihre Sitzungen ansehen")),
        reason=words(_ACCOUNT),
    )


def _password_changed(words: Words, _facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Ihr Passwort ist geändert")),
        paragraphs=[
            words(N_("Für Ihr Konto in der Werkstatt gilt ein neues Passwort.")),
            words(_NOT_YOU),
        ],
        link=words(N_("Ihre Sicherheit ansehen")),
        reason=words(_ACCOUNT),
    )


def _address_changed(words: Words, _facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Ihre Adresse ist geändert")),
        paragraphs=[
            words(
                N_(
                    "Für Ihr Konto in der Werkstatt gilt von nun an eine andere E-Mail-Adresse. "
                    "An diese hier schreiben wir nicht mehr."
                )
            ),
            words(N_("Haben Sie das nicht veranlasst, dann wenden Sie sich an die Programmverwaltung.")),
        ],
        reason=words(_ACCOUNT),
    )


def _factor_changed(words: Words, _facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Ihre Anmeldung ist geändert")),
        paragraphs=[
            words(
                N_(
                    "Wie Sie sich in der Werkstatt anmelden, wurde geändert: Ein Passkey, Einmalcodes oder "
                    "ein Anmeldedienst kam dazu oder fiel weg."
                )
            ),
            words(_NOT_YOU),
        ],
        link=words(N_("Ihre Sicherheit ansehen")),
        reason=words(_ACCOUNT),
    )


def _account_ends(words: Words, facts: Facts) -> Letter:
    goes = words(
        N_("Ihr Konto in der Werkstatt wird nicht mehr benutzt. Deshalb wird es am %(day)s gelöscht."),
        day=words.day(facts["until"]),
    )
    keep = N_("Möchten Sie es behalten, dann melden Sie sich vorher einmal an; mehr ist nicht nötig.")
    return Letter(
        subject=words(N_("Ihr Konto wird bald gelöscht")),
        paragraphs=[goes, words(keep)],
        link=words(N_("Anmelden")),
        after=[words(N_("Gelingt das nicht, dann wenden Sie sich an die Programmverwaltung."))],
        reason=words(N_("Sie bekommen diese E-Mail einmal, weil Ihr Konto lange nicht benutzt worden ist.")),
    )


def _erased(words: Words, _facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Ihr Konto ist gelöscht")),
        paragraphs=[
            words(N_("Ihr Konto in der Werkstatt und die Angaben zu Ihrer Person sind gelöscht.")),
            words(N_("Was zur gemeinsamen Geschichte der Gruppe gehört, bleibt ohne Ihren Namen.")),
        ],
        reason=words(N_("Das ist die letzte E-Mail der Werkstatt an diese Adresse.")),
    )


def _poll_opened(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Die Abstimmung ist eröffnet")),
        paragraphs=told(words, Kind.POLL_OPENED, facts),
        link=words(N_("Zum Stimmzettel")),
        reason=words(_VOTER),
    )


def _poll_closes_soon(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Noch abzustimmen")),
        paragraphs=told(words, Kind.POLL_CLOSES_SOON, facts),
        link=words(N_("Zum Stimmzettel")),
        reason=words(_VOTER),
    )


def _workshop_cancelled(words: Words, facts: Facts) -> Letter:
    held = facts.get("held") == "yes"
    return Letter(
        subject=words(N_("Ein Treffen findet doch statt") if held else N_("Ein Treffen ist abgesagt")),
        paragraphs=told(words, Kind.WORKSHOP_CANCELLED, facts),
        link=words(N_("Zum Treffen")),
        reason=words(N_("Sie bekommen diese E-Mail, weil Sie zu diesem Treffen erwartet werden.")),
    )


def _poll_reset(words: Words, facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Bitte stimmen Sie noch einmal ab")),
        paragraphs=told(words, Kind.POLL_RESET, facts),
        link=words(N_("Zum Stimmzettel")),
        reason=words(_VOTER),
    )


def _digest(words: Words, _facts: Facts) -> Letter:
    return Letter(
        subject=words(N_("Was in der Werkstatt ansteht")),
        paragraphs=[],
        reason=words(
            N_("Sie bekommen diese E-Mail, weil Sie Benachrichtigungen gesammelt bekommen möchten.")
        ),
    )


def _until(words: Words, facts: Facts) -> str:
    return words(_ONCE, until=words.moment(facts["ends_at"]))


LETTERS: Mapping[Kind, Callable[[Words, Facts], Letter]] = {
    Kind.INVITATION: _invitation,
    Kind.RESET: _reset,
    Kind.ADDRESS_OLD: _address_old,
    Kind.ADDRESS_NEW: _address_new,
    Kind.DEVICE_NEW: _device_new,
    Kind.PASSWORD_CHANGED: _password_changed,
    Kind.ADDRESS_CHANGED: _address_changed,
    Kind.FACTOR_CHANGED: _factor_changed,
    Kind.ACCOUNT_ENDS: _account_ends,
    Kind.ERASED: _erased,
    Kind.POLL_OPENED: _poll_opened,
    Kind.POLL_CLOSES_SOON: _poll_closes_soon,
    Kind.WORKSHOP_CANCELLED: _workshop_cancelled,
    Kind.POLL_RESET: _poll_reset,
    Kind.DIGEST: _digest,
}
