"""The office's pages on which somebody who has an account is given roles, and made administrator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from foundation import bodies, commands
from foundation.errors import Refusal, not_found
from foundation.policy import Role
from foundation.text import N_
from people.factors import confirming
from people.house import house
from people.invitations.words import about_roles, role_names
from people.sign_in import asking

from . import account_queries, cohort_queries
from .account_queries import AccountPage
from .accounts import PEOPLE
from .forms import STAY, carry_out, done, given, shown_stay, with_moments
from .frame import around, for_the_office
from .holdings import Held

pages = Blueprint("administration_roles", __name__, template_folder="templates", url_prefix="/admin")

SCOPE = {Role.COACH: "team", Role.FACILITATOR: "cohort", Role.EXPERT: "place", Role.NETWORK: ""}
"""What has to be chosen beside the role; seats are given on the page of the cohort."""


@pages.get("/people/<person>/roles")
@asking.signed_in
@for_the_office
def give_form(person: str) -> str:
    return _give(_known(person))


@pages.post("/people/<person>/roles")
@asking.signed_in
@for_the_office
def give(person: str) -> Response | tuple[str, int]:
    here, role = _known(person), _role()
    scope = SCOPE[role]
    typed = given((scope, *STAY) if scope else STAY)
    try:
        _require(role, typed)
        carry_out("role.grant", "house", {"person": person, "role": role, **with_moments(typed)})
    except Refusal as refusal:
        return _give(here, refusal), refusal.status
    flash(gettext("Die Rolle ist vergeben."), "success")
    return redirect(f"{PEOPLE}/{person}")


@pages.get("/people/<person>/roles/<role>")
@asking.signed_in
@for_the_office
def change_form(person: str, role: str) -> str:
    here, held = _held(person, role)
    return _change(here, held, shown_stay(held))


@pages.post("/people/<person>/roles/<role>")
@asking.signed_in
@for_the_office
def change(person: str, role: str) -> Response | tuple[str, int]:
    (here, held), typed = _held(person, role), given(STAY)
    sent = with_moments(typed)
    if held.begun:
        sent.pop("valid_from")
    try:
        _require(held.role, typed)
        carry_out("role.change", "house", {"role": role, **sent})
    except Refusal as refusal:
        return _change(here, held, typed, refusal), refusal.status
    flash(gettext("Die Tage der Rolle sind geändert."), "success")
    return redirect(f"{PEOPLE}/{person}")


def _held(person: str, role: str) -> tuple[AccountPage, Held]:
    """A role that is not over; who administers has a page of its own."""
    here = _known(person)
    for one in here.roles:
        if one.id == role and not one.over and one.role is not Role.ADMINISTRATOR:
            return here, one
    raise not_found()


def _change(here: AccountPage, held: Held, typed: Mapping[str, str], refusal: Refusal | None = None) -> str:
    person, title = here.account, gettext("Rolle ändern")
    with house().database.reading() as connection:
        way = [(person.name, f"{PEOPLE}/{person.id}"), (title, None)]
        frame = around(connection, PEOPLE, title, further=way)
    return render_template(
        "administration/role.html",
        person=person,
        held=held,
        role=role_names()[held.role],
        here=f"{PEOPLE}/{person.id}/roles/{held.id}",
        back=f"{PEOPLE}/{person.id}",
        given={**dict.fromkeys(STAY, ""), **typed},
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


@pages.post("/people/<person>/roles/<role>/end")
@asking.signed_in
@for_the_office
def end(person: str, role: str) -> Response:
    return done(
        lambda: carry_out("role.end", "house", {"role": role}),
        gettext("Die Rolle ist beendet."),
        f"{PEOPLE}/{person}",
    )


def _known(person: str) -> AccountPage:
    with house().database.reading() as connection:
        found = account_queries.account(connection, person)
    if found is None:
        raise not_found()
    return found


def _role() -> Role:
    asked = request.values.get("role", "")
    return Role(asked) if asked in SCOPE else Role.COACH


def _require(role: Role, typed: Mapping[str, str]) -> None:
    sentences = {
        "team": N_("Bitte wählen Sie ein Team aus."),
        "cohort": N_("Bitte wählen Sie einen Durchgang."),
        "place": N_("Bitte wählen Sie ein Treffen aus."),
    }
    if role is Role.EXPERT:
        sentences["valid_until"] = N_("Bitte geben Sie an, wann der Besuch endet.")
    if missing := {name: sentences[name] for name in sentences if typed.get(name) == ""}:
        raise bodies.invalid(**missing)


def _give(here: AccountPage, refusal: Refusal | None = None) -> str:
    person, role = here.account, _role()
    address = f"{PEOPLE}/{person.id}/roles"
    with house().database.reading() as connection:
        cohorts = cohort_queries.running(connection)
        of = _of(cohorts)
        choices = _choices(connection, role, cohorts, of)
        title = gettext("Rolle geben")
        way = [(person.name, f"{PEOPLE}/{person.id}"), (title, None)]
        frame = around(connection, PEOPLE, title, further=way)
    names = role_names()
    return render_template(
        "administration/give_role.html",
        person=person,
        here=address,
        back=f"{PEOPLE}/{person.id}",
        role=role,
        scope=SCOPE[role],
        choices=choices,
        of=of,
        kinds=[
            {"label": names[one], "href": asking.with_query(address, role=one), "current": one is role}
            for one in SCOPE
        ],
        cohorts=[
            {
                "label": name,
                "href": asking.with_query(address, role=role, of=cohort),
                "current": cohort == of,
            }
            for cohort, name in cohorts
        ],
        about=about_roles()[role],
        given={**given((*STAY, "team", "cohort", "place"))},
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


def _of(cohorts: Sequence[tuple[str, str]]) -> str:
    """The cohort whose teams and workshops are shown: the one asked for, else the newest."""
    known = [cohort for cohort, _ in cohorts]
    asked = request.values.get("of", "")
    return asked if asked in known else next(iter(known), "")


def _choices(
    connection: Connection, role: Role, cohorts: Sequence[tuple[str, str]], chosen: str
) -> Sequence[tuple[str, str]]:
    """What the role can be for: teams and workshops of the chosen cohort, or the cohorts themselves."""
    if role is Role.COACH:
        return cohort_queries.teams(connection, chosen)
    if role is Role.EXPERT:
        return house().guest_places(connection, chosen) if chosen else ()
    return cohorts if role is Role.FACILITATOR else ()


@pages.get("/people/<person>/administrator")
@asking.signed_in
@for_the_office
@confirming.confirmed
def administrator_form(person: str) -> str:
    return _administrator(_known(person))


@pages.post("/people/<person>/administrator")
@asking.signed_in
@for_the_office
@confirming.confirmed
def administrator(person: str) -> Response | tuple[str, int]:
    """Makes the person administrator, or ends that role."""
    here = _known(person)
    held, said = here.administrator, gettext("Diese Person gehört jetzt zur Programmverwaltung.")
    command: tuple[str, dict[str, Any]] = ("role.grant", {"person": person, "role": Role.ADMINISTRATOR})
    if held is not None:
        command = ("role.end", {"role": held.id})
        said = gettext("Diese Person gehört nicht mehr zur Programmverwaltung.")
    try:
        carry_out(command[0], "house", command[1])
    except Refusal as refusal:
        return _administrator(here, refusal), refusal.status
    flash(said, "success")
    return redirect(f"{PEOPLE}/{person}" if person != asking.required().id or held is None else "/")


def _administrator(here: AccountPage, refusal: Refusal | None = None) -> str:
    person, title = here.account, gettext("Programmverwaltung")
    with house().database.reading() as connection:
        way = [(person.name, f"{PEOPLE}/{person.id}"), (title, None)]
        frame = around(connection, PEOPLE, title, further=way)
    return render_template(
        "administration/administrator.html",
        person=person,
        held=here.administrator,
        factor=here.factor,
        factor_needed=house().limits.administrators_need_second_factor,
        here=f"{PEOPLE}/{person.id}/administrator",
        back=f"{PEOPLE}/{person.id}",
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )
