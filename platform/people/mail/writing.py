"""Writing a mail: from its row, at the last moment, as text and as HTML."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, select

from foundation import clock
from foundation.text import N_
from people.cohorts.models import Cohort
from people.invitations.models import Invitation
from people.links.queries import link
from people.links.rules import PATHS, token

from . import queries
from .letters import LETTERS, Letter
from .news import told
from .queries import Waiting
from .rules import CHOSEN, Kind, unsubscribe_token
from .words import Words

NAME = "Werkstatt"
SETTINGS = "/profile/notifications"
_SECURITY = "/profile/security"
_FIXED = {
    Kind.DEVICE_NEW: _SECURITY,
    Kind.PASSWORD_CHANGED: _SECURITY,
    Kind.FACTOR_CHANGED: _SECURITY,
    Kind.ACCOUNT_ENDS: "/sign-in",
}
"""Where the links of mails lead that have none of their own."""

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=lambda name: bool(name and name.endswith(".html")),  # noqa: S701 -- the other is plain text
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


_ATOM = r"[^\s\x00-\x20\x7f()<>\[\]:;@\\,.\"]+"
_MAILBOX = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class NoAddressError(Exception):
    """What somebody gave as an address is none that a mail server could be asked for."""


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What all mails of this house have in common. Links begin with `base_url`, whoever caused the mail."""

    base_url: str
    sender: str
    link_key: bytes
    translations: Path

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def sender_address(self) -> str:
        """What the mail server is told, and where undeliverable mail comes back to."""
        return parseaddr(self.sender)[1] or f"werkstatt@{self.host}"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail in words; without a message where it has become pointless: its link or its time is over.

    `rows` are those of the outbox that are settled with it: its own, and what a digest takes in.
    """

    message: EmailMessage | None
    rows: Sequence[int]


def write(connection: Connection, mail: Waiting, head: Letterhead) -> Written:
    """The mail in words. Raises `NoAddressError`."""
    within = queries.collected(connection, mail) if mail.kind is Kind.DIGEST else []
    rows = [mail.row, *(one.row for one in within)]
    wanted = queries.concerning(connection, [one for one in within if one.wanted])
    pointless = Written(message=None, rows=rows)
    own = mail.wanted and bool(queries.concerning(connection, [mail]))
    if not own or (mail.kind is Kind.DIGEST and not wanted):
        return pointless
    facts: dict[str, Any] = dict(mail.params)
    address = head.base_url + facts["path"] if "path" in facts else None
    if mail.kind in _FIXED:
        address = head.base_url + _FIXED[mail.kind]
    if "link" in facts:
        sealed = token(facts["link"], head.link_key)
        opens = link(connection, sealed, key=head.link_key)
        if opens is None:
            return pointless
        address = head.base_url + PATHS[opens.purpose] + sealed
        facts |= {"ends_at": clock.wire(opens.ends_at), "cohort": _cohort(connection, opens.subject)}
    words = Words(mail.language, _catalogue(head.translations, mail.language))
    parts = [_part(words, one, head) for one in wanted]
    letter = LETTERS[mail.kind](words, facts)
    return Written(message=_message(words, mail, letter, head, address=address, parts=parts), rows=rows)


@cache
def _catalogue(translations: Path, language: str) -> NullTranslations:
    return Translations.load(translations, [language])


def _cohort(connection: Connection, invitation: str) -> str | None:
    """What an invitation is about; none where the link is about something else."""
    query = select(Cohort.name).join(Invitation, Invitation.cohort_id == Cohort.id)
    return connection.execute(query.where(Invitation.public_id == invitation)).scalar_one_or_none()


def _part(words: Words, mail: Waiting, head: Letterhead) -> dict[str, Any]:
    own = LETTERS[mail.kind](words, mail.params)
    return {
        "title": own.subject,
        "paragraphs": told(words, mail.kind, mail.params),
        "link": own.link,
        "address": head.base_url + mail.params["path"],
    }


def _message(
    words: Words,
    mail: Waiting,
    letter: Letter,
    head: Letterhead,
    *,
    address: str | None,
    parts: Sequence[Mapping[str, Any]],
) -> EmailMessage:
    unsubscribe = None
    if mail.kind in CHOSEN and mail.person:
        sealed = unsubscribe_token(mail.person, mail.kind, head.link_key)
        unsubscribe = f"{head.base_url}/mail/unsubscribe/{sealed}"
    context = {
        "letter": letter,
        "language": mail.language,
        "greeting": words(N_("Guten Tag,")),
        "address": address,
        "parts": parts,
        "sent_from": words(N_("Verschickt von der Werkstatt unter %(address)s."), address=head.base_url),
        "settings": words(N_("Einstellen, was Sie bekommen:")),
        "settings_address": head.base_url + SETTINGS,
        "unsubscribe": words(N_("Abbestellen:")),
        "unsubscribe_address": unsubscribe,
    }
    to = in_ascii(mail.address)
    message = EmailMessage(email.policy.SMTP if to.isascii() else email.policy.SMTPUTF8)
    message["From"] = formataddr((parseaddr(head.sender)[0] or NAME, head.sender_address))
    local, _, domain = to.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(clock.now())
    # The same at every attempt: a server that took the mail without our hearing of it may tell the second.
    message["Message-ID"] = f"<{mail.id}@{head.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Quoted-printable, so that servers without 8BITMIME take it and a person can read it as it is.
    message.set_content(_pages.get_template("mail/letter.txt").render(context), cte="quoted-printable")
    html = _pages.get_template("mail/letter.html").render(context)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = mail.language
    return message


def in_ascii(address: str) -> str:
    """The address with its domain as mail servers write it; raises `NoAddressError`."""
    local, _, domain = address.rpartition("@")
    try:
        whole = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise NoAddressError from None
    if not _MAILBOX.fullmatch(whole):
        raise NoAddressError
    return whole


def text_of(message: EmailMessage, kind: str) -> str:
    """The part of a message of ours in that kind: `plain` or `html`."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
