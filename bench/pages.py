"""What the server needs for each page, with the demo's data and with ten times as much."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from statistics import median
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from tests.serving import SECRET_KEY

from bench import house, machine, tenfold
from bench.rows import Row, row
from foundation import clock
from foundation.door import Door
from people.accounts.models import Person
from people.cohorts.models import Cohort, Seat, Team
from people.sign_in.policy import DOOR
from people.sign_in.rules import digest
from werkstatt.app import Application, create_app
from werkstatt.demo import seed
from werkstatt.settings import load
from workshops.series.models import Workshop
from workshops.voting.models import Poll

MEMBER = "Menden · %"
PAGES = {
    "overview": "/",
    "series": "/workshops",
    "memory": "/workshops/memory",
    "topics": "/workshops/{coming}/topics",
    "poll": "/workshops/{coming}/poll",
    "agenda": "/workshops/{past}/agenda",
    "people": "/people",
    "profile": "/profile",
}
OFFICE_PAGES = {
    "office": "/admin",
    "cohorts": "/admin/cohorts",
    "cohort": "/admin/cohorts/{cohort}",
    "accounts": "/admin/people",
    "account": "/admin/people/{person}",
    "organisations": "/admin/organisations",
    "lists": "/admin/import",
    "audit": "/admin/audit",
}
LIMIT = 100
"""Milliseconds that no page may need."""


class Queries:
    """Counts what is asked of the database; beginnings of transactions are no questions."""

    def __init__(self, application: Application) -> None:
        self.asked = 0

        @event.listens_for(application.database.engine, "before_cursor_execute")
        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            self.asked += not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))


def measure(*, quick: bool) -> list[Row]:
    """In-process through WSGI, as a member of a team, and those of the office as an administrator.

    The first visit compiles templates and is left out.
    """
    times = 5 if quick else 20
    rows = []
    for size, fill in (("demo", _demo), ("tenfold", tenfold.seed)):
        with machine.scratch() as folder, machine.database("sqlite", folder) as url:
            with house.furnishing(url) as door:
                begun = time.monotonic()
                known = fill(door) | _office(door)
                sys.stderr.write(f"pages: {size} furnished in {time.monotonic() - begun:.1f} s\n")
            settings = load(database_url=url, data_dir=folder, secret_key=SECRET_KEY, async_="threading")
            application = create_app(settings)
            for pages, token in ((PAGES, known["token"]), (OFFICE_PAGES, known["office"])):
                rows += _visits(application, size, pages, known, token, times)
            application.database.close()
    return rows


def _visits(
    application: Application,
    size: str,
    pages: dict[str, str],
    known: dict[str, str],
    token: str,
    times: int,
) -> list[Row]:
    queries = Queries(application)
    client = application.app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
    rows = []
    for name, path in pages.items():
        address = path.format(**known)
        _visit(client, address)
        queries.asked = 0
        visits = [_visit(client, address) for _ in range(times)]
        took, bytes_ = [visit[0] for visit in visits], visits[0][1]
        slowest = f"slowest of {times}: {max(took) * 1000:.0f} ms"
        note = f"{queries.asked / times:g} queries, {bytes_ / 1024:.0f} kB, {slowest}"
        rows.append(row(f"page_{name}_{size}", median(took) * 1000, "ms", note=note))
        if median(took) * 1000 > LIMIT:
            sys.stderr.write(f"pages: {name} with {size} needs more than {LIMIT} ms\n")
    return rows


def _visit(client: FlaskClient, address: str) -> tuple[float, int]:
    begun = time.perf_counter()
    answer = client.get(address)
    content = answer.get_data()
    took = time.perf_counter() - begun
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")
    return took, len(content)


def _demo(door: Door) -> dict[str, str]:
    """The demo's own seed; somebody from it is signed in."""
    seed.seed(door)
    with door.database.reading() as connection:
        person = connection.execute(
            select(Person.public_id).where(Person.name.like(MEMBER)).order_by(Person.id).limit(1)
        ).scalar_one()
        running = select(Workshop.public_id).join(Poll, Poll.workshop_id == Workshop.id)
        coming = connection.execute(running.where(Poll.closed_at.is_(None))).scalar_one()
        over = running.where(Poll.closed_at.is_not(None)).order_by(Workshop.id.desc()).limit(1)
        past = connection.execute(over).scalar_one()
    token, ends_at = "the token of a member", clock.now() + timedelta(days=1)
    house.ask(door, DOOR, "session.open", f"person/{person}", key=digest(token), ends_at=ends_at)
    return {"coming": coming, "past": past, "token": token}


def _office(door: Door) -> dict[str, str]:
    """Somebody of the office, signed in with a second factor; the newest cohort, and somebody with a seat."""
    made, _ = house.person(door, "Programmbüro, gemessen")
    house.ask(door, house.SEED, "role.grant", person=made, role="administrator")
    token, ends_at = "the token of the office", clock.now() + timedelta(days=1)
    opened = {"key": digest(token), "ends_at": ends_at, "strong": True}
    house.ask(door, DOOR, "session.open", f"person/{made}", **opened)
    with door.database.reading() as connection:
        cohort = connection.execute(
            select(Cohort.public_id)
            .join(Team, Team.cohort_id == Cohort.id)
            .group_by(Cohort.id)
            .order_by(func.count(Team.id).desc(), Cohort.id)
            .limit(1)
        ).scalar_one()
        seated = select(Person.public_id).join(Seat, Seat.person_id == Person.id).order_by(Seat.id).limit(1)
        person = connection.execute(seated).scalar_one()
    return {"office": token, "cohort": cohort, "person": person}
