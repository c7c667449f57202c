"""The mails of a demo, to be read instead of sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template
from flask_babel import format_datetime, gettext
from sqlalchemy import Connection

from foundation.errors import not_found
from people import page
from people.accounts.queries import names
from people.house import house
from people.mail import queries, writing
from people.mail.queries import Waiting
from people.mail.writing import NoAddressError, Written
from werkstatt.mailing import letterhead

from .door import stay_on_this_machine

pages = Blueprint("demo_letters", __name__, template_folder="templates")
pages.before_request(stay_on_this_machine)

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A mail in the list."""

    id: str
    subject: str
    to: str
    due: str


@pages.get("/demo/mail")
def letters() -> str:
    """What would have been sent, or will be when its time comes; the newest first."""
    with house().database.reading() as connection:
        waiting = queries.outbox(connection, most=MOST)
        called = names(connection, {mail.person for mail in waiting if mail.person})
        entries = [
            Entry(
                id=mail.id,
                subject=written.message["Subject"],
                to=called.get(mail.person or "", mail.address),
                due=_words(mail.due_at),
            )
            for mail in waiting
            if (written := _written(connection, mail)) and written.message
        ]
    way: list[tuple[str, str | None]] = [*_way()[:1], (gettext("E-Mails"), None)]
    return render_template("demo/letters.html", entries=entries, **page.frame(breadcrumb=way))


@pages.get("/demo/mail/<mail>")
def letter(mail: str) -> str:
    found, written = _found(mail)
    assert written.message is not None
    headers = [(name, value) for name, value in written.message.items() if name not in _TECHNICAL]
    title = written.message["Subject"]
    return render_template(
        "demo/letter.html",
        mail=found,
        title=title,
        headers=headers,
        text=writing.text_of(written.message, "plain"),
        **page.frame(breadcrumb=[*_way(), (title, None)]),
    )


@pages.get("/demo/mail/<mail>/html")
def as_html(mail: str) -> Response:
    """The other part by itself, as a mail program would show it; the house's headers let it load nothing."""
    _, written = _found(mail)
    assert written.message is not None
    return Response(writing.text_of(written.message, "html"), mimetype="text/html")


_TECHNICAL = ("MIME-Version", "Content-Type", "Content-Transfer-Encoding")


def _found(mail: str) -> tuple[Waiting, Written]:
    with house().database.reading() as connection:
        found = queries.waiting(connection, mail)
        written = _written(connection, found) if found else None
    if found is None or written is None or written.message is None:
        raise not_found()
    return found, written


def _written(connection: Connection, mail: Waiting) -> Written | None:
    try:
        return writing.write(connection, mail, letterhead(house().settings))
    except NoAddressError:
        return None


def _way() -> list[tuple[str, str | None]]:
    return [(gettext("Vorführung"), "/demo"), (gettext("E-Mails"), "/demo/mail")]


def _words(moment: datetime) -> str:
    return str(format_datetime(moment, gettext("EEEE, d. MMMM, H:mm 'Uhr'")))
