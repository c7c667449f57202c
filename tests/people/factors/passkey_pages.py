"""What one does with passkeys on the pages, and what is then in the tables."""

from sqlalchemy import select
from tests.people.factors.authenticator import asked

from people.sign_in.models import SessionRow

SECURITY = "/profile/security"
PASSKEYS = f"{SECURITY}/passkeys"
CODE = r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>"


def add(browser, device, **falsified):
    """Make a passkey on the page of whoever is signed in."""
    return browser.post(PASSKEYS, {"answer": device.make(asked(browser.get(PASSKEYS)), **falsified)})


def sign_in(browser, device, question=None, **falsified):
    question = question or asked(browser.get("/sign-in"))
    return browser.post("/sign-in/passkey", {"answer": device.use(question, **falsified)}, page="/sign-in")


def is_in(browser):
    return browser.get("/profile").status_code == 200


def rows(database, *columns):
    with database.reading() as connection:
        return connection.execute(select(*columns)).all()


def strong(database):
    return [row.strong for row in rows(database, SessionRow.strong, SessionRow.id) if row.strong]
