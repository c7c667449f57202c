"""The demo's own way in: one click signs in as anybody, on this machine only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection, select
from werkzeug.wrappers import Response

from foundation import clock
from foundation.errors import not_found
from foundation.policy import Role
from people import page
from people.accounts.models import Person
from people.cohorts import current
from people.cohorts import queries as cohorts
from people.cohorts.models import Cohort, RoleGrant, Team
from people.house import house
from people.sign_in import asking
from people.sign_in.entering import enter
from people.sign_in.rules import Method
from werkstatt.nearby import is_from_here

from . import mark

pages = Blueprint("demo", __name__, template_folder="templates")

HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@pages.before_request
def stay_on_this_machine() -> None:
    """For everybody else, and outside a demo, there is nothing here."""
    by_name = urlsplit(f"//{request.host}").hostname in HOSTS
    if not by_name or not is_from_here(request):
        raise not_found()
    with house().database.reading() as connection:
        if not mark.is_demo(connection):
            raise not_found()


@pages.get("/demo")
def choose() -> str:
    with house().database.reading() as connection:
        groups = _groups(connection)
        roles = _with_roles(connection)
    return render_template("demo/choose.html", groups=groups, roles=roles, **page.frame())


@pages.post("/demo/enter")
def come_in() -> Response:
    """Sign in as the person; the cohort shown first is the first one of theirs."""
    person = request.form.get("person", "")
    with house().database.reading() as connection:
        if connection.execute(select(Person.id).where(Person.public_id == person)).first() is None:
            raise not_found()
    enter(person, method=Method.DEMO)
    with house().database.reading() as connection:
        entries = {entry.id for entry in cohorts.cohorts_for(connection, asking.required())}
        first = next((cohort for cohort in _cohorts(connection) if cohort.public_id in entries), None)
    if first is not None:
        current.choose(first.public_id)
    return redirect("/")


@dataclass(frozen=True)
class Group:
    """A cohort with its teams, as their streams tell them."""

    name: str
    teams: Sequence[dict[str, Any]]


def _cohorts(connection: Connection) -> Sequence[Any]:
    """In the order the seed made them: the one with most to see comes first."""
    return connection.execute(select(Cohort.id, Cohort.public_id, Cohort.name).order_by(Cohort.id)).all()


def _groups(connection: Connection) -> list[Group]:
    return [
        Group(cohort.name, cohorts.teams(connection, Team.cohort_id == cohort.id))
        for cohort in _cohorts(connection)
    ]


def _with_roles(connection: Connection) -> list[dict[str, str]]:
    """Everybody who holds a role now, once each, those who guide the vote first."""
    query = (
        select(Person.public_id, Person.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(cohorts.valid(RoleGrant, clock.now()))
        .order_by(Person.id)
    )
    found = {row.public_id: {"id": row.public_id, "name": row.name, "role": row.role}
             for row in connection.execute(query)}  # fmt: skip
    order = (Role.FACILITATOR, Role.COACH, Role.ADMINISTRATOR, Role.EXPERT, Role.NETWORK)
    return sorted(found.values(), key=lambda one: order.index(Role(one["role"])))
