"""What the tests look at, and what they change behind the pages."""

from sqlalchemy import func, insert, select, update

from foundation import clock as house_clock
from people.accounts.models import Person
from people.invitations.models import Invitation
from people.mail.models import MailRow
from people.sign_in.models import SessionRow

AHLEN = "ahlen@example.org"


def count(world, *what):
    with world.door.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(*what)).scalar_one()


def mails(world):
    with world.door.database.reading() as connection:
        return connection.execute(select(MailRow.kind).order_by(MailRow.id)).scalars().all()


def change(world, who, **values):
    with world.door.database.transaction() as connection:
        connection.execute(update(Person).where(Person.public_id == world.people[who]).values(**values))


def invite(world, email, **values):
    with world.door.database.transaction() as connection:
        connection.execute(
            insert(Invitation).values(
                public_id="0" * 16, email=email, name="", language="de", role="network",
                invited_at=house_clock.now(), **values,
            )
        )  # fmt: skip


def is_in(browser):
    return browser.get("/profile").status_code == 200


def last_session(world):
    with world.door.database.reading() as connection:
        query = select(SessionRow.method, SessionRow.strong).order_by(SessionRow.id.desc()).limit(1)
        return tuple(connection.execute(query).one())
