"""The office's pages below a cohort: one team, and one seat with its days."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import commands
from foundation.errors import Refusal, not_found
from people.house import house
from people.sign_in import asking

from . import cohort_queries
from .cohort_queries import TeamEntry
from .cohorts import COHORTS, TEAM
from .forms import STAY, carry_out, done, given, shown_stay, with_moments
from .frame import around, for_the_office
from .holdings import Held

pages = Blueprint("administration_seats", __name__, template_folder="templates", url_prefix="/admin")


@pages.get("/cohorts/<cohort>/teams/<team>")
@asking.signed_in
@for_the_office
def team_form(cohort: str, team: str) -> str:
    here = _known_team(cohort, team)
    return _team(cohort, here, {"organisation": here.organisation, "name": here.name})


@pages.post("/cohorts/<cohort>/teams/<team>")
@asking.signed_in
@for_the_office
def change_team(cohort: str, team: str) -> Response | tuple[str, int]:
    here, typed = _known_team(cohort, team), given(TEAM)
    try:
        carry_out("team.change", f"cohort/{cohort}", {"team": team, **typed})
    except Refusal as refusal:
        return _team(cohort, here, typed, refusal), refusal.status
    flash(gettext("Das Team ist geändert."), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


@pages.post("/cohorts/<cohort>/teams/<team>/remove")
@asking.signed_in
@for_the_office
def remove_team(cohort: str, team: str) -> Response | tuple[str, int]:
    try:
        carry_out("team.remove", f"cohort/{cohort}", {"team": team})
    except Refusal as refusal:
        here = _known_team(cohort, team)
        given_ = {"organisation": here.organisation, "name": here.name}
        return _team(cohort, here, given_, refusal), refusal.status
    flash(gettext("Das Team ist entfernt."), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


def _known_team(cohort: str, team: str) -> TeamEntry:
    with house().database.reading() as connection:
        found = cohort_queries.team(connection, cohort, team)
    if found is None:
        raise not_found()
    return found


def _team(cohort: str, here: TeamEntry, typed: dict[str, str], refusal: Refusal | None = None) -> str:
    title = gettext("Team ändern")
    with house().database.reading() as connection:
        organisations = cohort_queries.organisations(connection)
        way = [(here.cohort, f"{COHORTS}/{cohort}"), (here.name, None)]
        frame = around(connection, COHORTS, title, further=way)
    return render_template(
        "administration/team.html",
        team=here,
        here=f"{COHORTS}/{cohort}/teams/{here.id}",
        back=f"{COHORTS}/{cohort}",
        organisations=organisations,
        given=typed,
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )


@pages.get("/cohorts/<cohort>/seats/<seat>")
@asking.signed_in
@for_the_office
def seat_form(cohort: str, seat: str) -> str:
    here = _known_seat(cohort, seat)
    return _seat(cohort, here, shown_stay(here))


@pages.post("/cohorts/<cohort>/seats/<seat>")
@asking.signed_in
@for_the_office
def change_seat(cohort: str, seat: str) -> Response | tuple[str, int]:
    here, typed = _known_seat(cohort, seat), given(STAY)
    sent = with_moments(typed)
    if here.begun:
        sent.pop("valid_from")
    try:
        carry_out("seat.change", f"cohort/{cohort}", {"seat": seat, **sent})
    except Refusal as refusal:
        return _seat(cohort, here, typed, refusal), refusal.status
    flash(gettext("Die Tage des Platzes sind geändert."), "success")
    return redirect(f"{COHORTS}/{cohort}#teams")


@pages.post("/cohorts/<cohort>/seats/<seat>/end")
@asking.signed_in
@for_the_office
def end_seat(cohort: str, seat: str) -> Response:
    return done(
        lambda: carry_out("seat.end", f"cohort/{cohort}", {"seat": seat}),
        gettext("Der Platz ist beendet. Was das Team geschrieben und gewählt hat, bleibt."),
        f"{COHORTS}/{cohort}#teams",
    )


def _known_seat(cohort: str, seat: str) -> Held:
    with house().database.reading() as connection:
        found = cohort_queries.seat(connection, cohort, seat)
    if found is None:
        raise not_found()
    return found


def _seat(cohort: str, here: Held, typed: dict[str, str], refusal: Refusal | None = None) -> str:
    title = gettext("Platz ändern")
    with house().database.reading() as connection:
        way = [(here.cohort_name, f"{COHORTS}/{cohort}"), (title, None)]
        frame = around(connection, COHORTS, title, further=way)
    return render_template(
        "administration/seat.html",
        seat=here,
        here=f"{COHORTS}/{cohort}/seats/{here.id}",
        back=f"{COHORTS}/{cohort}",
        given={**dict.fromkeys(STAY, ""), **typed},
        refused=asking.refused(refusal),
        command_id=commands.new_id,
        **frame,
    )
