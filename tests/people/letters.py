"""The mails in the outbox as they would be sent."""

from people.mail import queries, writing
from werkstatt.mailing import letterhead


def letters(app):
    """Every mail that waits, with both of its parts, the newest first."""
    house = app.extensions["house"]
    head = letterhead(house.settings)
    with house.database.reading() as connection:
        written = [writing.write(connection, mail, head) for mail in queries.outbox(connection, most=20)]
    parts = [[writing.text_of(one.message, kind) for kind in ("plain", "html")] for one in written]
    return ["\n".join(both) for both in parts]
