"""Erasing a person from the tables, and once more after a backup was put back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, delete, or_, select, update

from foundation import commands
from foundation.door import Door
from foundation.errors import Code, Refusal
from foundation.jobs import JobRow
from foundation.personal import Fate
from people.accounts.models import Person
from people.invitations.issuing import matter
from people.invitations.models import Invitation
from people.links.models import LinkRow
from people.mail.models import MailRow

from . import erasures, finding
from .finding import Who
from .policy import RESTORING

Erased = Sequence[tuple[str, datetime]]
"""Who had been erased, by public id, and when."""


def forget_rows(connection: Connection, person: Who) -> None:
    """What each table says becomes of rows that name the person: deleted, or emptied of them.

    The person's own row, and what keeps pointing at it, is left to the caller.
    """
    due = [work.id for work in finding.due_work(connection, person)]
    connection.execute(delete(JobRow).where(JobRow.id.in_(due)))
    _forget_links(connection, person)
    for table, told in finding.tables():
        conditions = finding.naming(table, told, person)
        gone = [
            condition
            for name, condition in conditions.items()
            if finding.fate(told, name) is Fate.DELETED and table.name != Person.__tablename__
        ]
        if gone:
            connection.execute(delete(table).where(or_(*gone)))
        for name, fate in told.persons.items():
            if fate is Fate.CLEARED:
                connection.execute(update(table).where(conditions[name]).values({name: None}))


def invitations_of(connection: Connection, person: Who) -> Sequence[str]:
    """The public ids of the invitations to the person, accepted or not."""
    invited = finding.naming(Invitation.__table__, Invitation.__about__, person)  # type: ignore[arg-type]  # it is a table
    own = or_(invited["person_id"], invited["email"])
    return connection.execute(select(Invitation.public_id).where(own)).scalars().all()


def _forget_links(connection: Connection, person: Who) -> None:
    """The links of invitations name nobody yet: they go with their invitations. Somebody else's change of
    address may bear the person's.
    """
    about = LinkRow.subject.in_([*invitations_of(connection, person), person.email])
    connection.execute(delete(LinkRow).where(about))


def forget_invitations(connection: Connection, erased: Collection[str]) -> None:
    """Those that stand on the list: in a backup somebody may still be invited who came, and was erased."""
    there = connection.execute(select(Invitation.public_id)).scalars()
    listed = [invitation for invitation in there if invitation in erased]
    if listed:
        mails = MailRow.matter.in_([matter(invitation) for invitation in listed])
        connection.execute(delete(MailRow).where(mails))
        connection.execute(delete(LinkRow).where(LinkRow.subject.in_(listed)))
        connection.execute(delete(Invitation).where(Invitation.public_id.in_(listed)))


def still_there(connection: Connection, erased: Mapping[str, datetime]) -> Erased:
    """Who of those on the list is a person with a name again."""
    there = select(Person.public_id).where(Person.erased_at.is_(None))
    return sorted(
        (person, erased[person]) for person in connection.execute(there).scalars() if person in erased
    )


def reapply(door: Door, erased: Erased) -> None:
    """Erase again who is back with a backup; who is not there is left alone. Raises what the door raises."""
    for person, _at in erased:
        try:
            door.carry_out(RESTORING, commands.ask("person.erase", f"person/{person}", {"sure": True}))
        except Refusal as refusal:
            if refusal.code is not Code.NOT_FOUND:
                raise


def catch_up(door: Door, file: Path) -> int:
    """Erase again whom the list names, where the database was put back by other means than `restore`.

    Returns how many that were. Raises `erasures.WrongListError`.
    """
    listed = erasures.read(file) if file.exists() else {}
    if not listed:
        return 0
    with door.database.reading() as connection:
        again = still_there(connection, listed)
    door.write(partial(forget_invitations, erased=listed))
    reapply(door, again)
    return len(again)
