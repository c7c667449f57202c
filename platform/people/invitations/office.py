"""The pages on which the office invites, sends an invitation again, and passes a seat on."""

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
from people.accounts.models import Language
from people.accounts.service import NO_ADDRESS
from people.accounts.words import called
from people.administration.forms import STAY, carry_out, given, with_moments
from people.administration.frame import around, for_the_office
from people.factors import confirming
from people.house import house
from people.sign_in import asking

from . import queries, words

pages = Blueprint("invitations_office", __name__, template_folder="templates", url_prefix="/admin")

OFFICE = "/admin"
COHORTS = "/admin/cohorts"
IN_A_COHORT = (Role.PARTICIPANT, Role.COACH, Role.FACILITATOR, Role.EXPERT)
ELSEWHERE = (Role.NETWORK, Role.ADMINISTRATOR)
WHO = ("name", "email", "language")


@pages.get("/cohorts/<cohort>/invite")
@asking.signed_in
@for_the_office
def invite_to_cohort(cohort: str) -> str:
    return _invite(cohort)


@pages.post("/cohorts/<cohort>/invite")
@asking.signed_in
@for_the_office
def send_to_cohort(cohort: str) -> Response | tuple[str, int]:
    role = _role(IN_A_COHORT)
    aim = {Role.FACILITATOR: "cohort", Role.EXPERT: "place"}.get(role, "team")
    scope = {aim: cohort if aim == "cohort" else request.form.get(aim, "")}
    return _sent(role, {"cohort": cohort, **scope}, cohort)


@pages.get("/invite")
@asking.signed_in
@for_the_office
def invite_elsewhere() -> str | Response:
    return _before_inviting() or _invite(None)


@pages.post("/invite")
@asking.signed_in
@for_the_office
def send_elsewhere() -> Response | tuple[str, int]:
    return _before_inviting() or _sent(_role(ELSEWHERE), {}, None)


def _before_inviting() -> Response | None:
    role = _role(ELSEWHERE)
    return _shown_first(role, asking.with_query(f"{OFFICE}/invite", role=role))


def _shown_first(role: Role, here: str) -> Response | None:
    """Whoever invites to the programme administration shows before who they are."""
    if role is not Role.ADMINISTRATOR or confirming.is_shown():
        return None
    return confirming.ask_first(here)


def _role(among: Sequence[Role]) -> Role:
    asked = request.values.get("role", among[0])
    return Role(asked) if asked in among else among[0]


def _require(typed: Mapping[str, str], role: Role = Role.PARTICIPANT) -> None:
    """Say in a sentence of its own for each field what is missing."""
    sentences = {
        "name": N_("Bitte geben Sie einen Namen an."),
        "email": NO_ADDRESS,
        "team": N_("Bitte wählen Sie ein Team aus."),
        "place": N_("Bitte wählen Sie ein Treffen aus."),
    }
    if role is Role.EXPERT:
        sentences["valid_until"] = N_("Bitte geben Sie an, wann der Besuch endet.")
    if missing := {name: sentences[name] for name in sentences if typed.get(name) == ""}:
        raise bodies.invalid(**missing)


def _sent(role: Role, scope: Mapping[str, str], cohort: str | None) -> Response | tuple[str, int]:
    typed = given(WHO if role is Role.ADMINISTRATOR else (*WHO, *STAY))
    try:
        _require({**scope, **typed}, role)
        carry_out("invitation.send", "house", {**with_moments(typed), "role": role, **scope})
    except Refusal as refusal:
        return _invite(cohort, refusal=refusal), refusal.status
    flash(gettext("Die Einladung an %(name)s ist unterwegs.", name=typed["name"]), "success")
    return redirect(f"{COHORTS}/{cohort}" if cohort else OFFICE)


def _invite(cohort: str | None, *, refusal: Refusal | None = None) -> str:
    here = f"{COHORTS}/{cohort}/invite" if cohort else f"{OFFICE}/invite"
    among = IN_A_COHORT if cohort else ELSEWHERE
    role, names, title = _role(among), words.role_names(), gettext("Einladen")
    with house().database.reading() as connection:
        group = queries.group(connection, cohort) if cohort else None
        if cohort and group is None:
            raise not_found()
        places = house().guest_places(connection, cohort) if cohort and role is Role.EXPERT else ()
        frame = _around(connection, cohort, group.name if group else "", title)
    team = request.values.get("team", "")
    roles = [
        {
            "label": names[one],
            "href": asking.with_query(here, role=one, **({"team": team} if team else {})),
            "current": one is role,
        }
        for one in among
    ]
    return render_template(
        "invitations/invite.html",
        here=here,
        back=f"{COHORTS}/{cohort}" if cohort else OFFICE,
        group=group,
        role=role,
        roles=roles,
        about=words.about_roles()[role],
        team=team,
        places=places,
        place=request.form.get("place", ""),
        given=given((*WHO, *STAY)),
        languages_known=_languages(),
        refused=asking.refused(refusal),
        command_id=commands.new_id(),
        **frame,
    )


@pages.get("/invitations/<invitation>/resend")
@asking.signed_in
@for_the_office
def correct(invitation: str) -> str | Response:
    """For an address that was mistyped: the mail came back, or somebody waits for it in vain."""
    return _before_correcting(invitation) or _correct(invitation)


def _before_correcting(invitation: str) -> Response | None:
    with house().database.reading() as connection:
        offer = queries.offer(connection, invitation)
    return _shown_first(offer.role, f"{OFFICE}/invitations/{invitation}/resend") if offer else None


@pages.post("/invitations/<invitation>/resend")
@asking.signed_in
@for_the_office
def resend(invitation: str) -> Response | tuple[str, int]:
    """With an `email` to that address, else to the same once more."""
    email = request.form.get("email")
    corrected = {} if email is None else {"email": email.strip()}
    if corrected and (asked := _before_correcting(invitation)):
        return asked
    try:
        if corrected and not corrected["email"]:
            raise bodies.invalid(email=NO_ADDRESS)
        carry_out("invitation.resend", "house", {"invitation": invitation, **corrected})
    except Refusal as refusal:
        if corrected and refusal.fields:
            return _correct(invitation, refusal), refusal.status
        return _flashed(refusal, invitation)
    flash(gettext("Die Einladung ist noch einmal unterwegs. Der frühere Link gilt nicht mehr."), "success")
    return redirect(_back(invitation))


@pages.post("/invitations/<invitation>/withdraw")
@asking.signed_in
@for_the_office
def withdraw(invitation: str) -> Response:
    try:
        carry_out("invitation.withdraw", "house", {"invitation": invitation})
    except Refusal as refusal:
        return _flashed(refusal, invitation)
    flash(gettext("Die Einladung ist zurückgezogen. Der Link gilt nicht mehr."), "success")
    return redirect(_back(invitation))


def _correct(invitation: str, refusal: Refusal | None = None) -> str:
    with house().database.reading() as connection:
        offer = queries.offer(connection, invitation)
        if offer is None:
            raise not_found()
        title = gettext("Einladung noch einmal schicken")
        frame = _around(connection, offer.cohort_id, offer.cohort or "", title)
    return render_template(
        "invitations/resend.html",
        here=f"/admin/invitations/{invitation}/resend",
        back=f"{COHORTS}/{offer.cohort_id}" if offer.cohort_id else OFFICE,
        offer=offer,
        email=request.form.get("email", offer.email),
        refused=asking.refused(refusal),
        command_id=commands.new_id(),
        **frame,
    )


@pages.get("/cohorts/<cohort>/seats/<seat>/succeed")
@asking.signed_in
@for_the_office
def succession(cohort: str, seat: str) -> str | Response:
    return _succession(cohort, seat)


@pages.post("/cohorts/<cohort>/seats/<seat>/succeed")
@asking.signed_in
@for_the_office
def succeed(cohort: str, seat: str) -> Response | tuple[str, int]:
    typed = given(WHO)
    try:
        _require(typed)
        carry_out("seat.succeed", f"cohort/{cohort}", {"seat": seat, **typed})
    except Refusal as refusal:
        shown = _succession(cohort, seat, refusal)
        return (shown, refusal.status) if isinstance(shown, str) else shown
    flash(
        gettext("Der Platz ist weitergegeben: Die Einladung an %(name)s ist unterwegs.", name=typed["name"]),
        "success",
    )
    return redirect(f"{COHORTS}/{cohort}")


def _succession(cohort: str, seat: str, refusal: Refusal | None = None) -> str | Response:
    """The form; back to the cohort where the seat is over meanwhile, as in a second tab."""
    with house().database.reading() as connection:
        held = queries.held_seat(connection, cohort, seat)
        if held is None:
            raise not_found()
        if held.over:
            sentence = gettext(
                "Der Platz von %(name)s ist schon beendet oder weitergegeben.", name=called(held.person)
            )
            flash(sentence, "error")
            return redirect(f"{COHORTS}/{cohort}")
        title = gettext("Platz weitergeben")
        frame = _around(connection, cohort, held.cohort, title)
    return render_template(
        "invitations/succeed.html",
        here=f"{COHORTS}/{cohort}/seats/{seat}/succeed",
        back=f"{COHORTS}/{cohort}",
        held=held,
        given=given(WHO),
        languages_known=_languages(),
        refused=asking.refused(refusal),
        command_id=commands.new_id(),
        **frame,
    )


def _around(connection: Connection, cohort: str | None, name: str, title: str) -> dict[str, Any]:
    if cohort is None:
        return around(connection, OFFICE, title, further=[(title, None)])
    way = [(name, f"{COHORTS}/{cohort}"), (title, None)]
    return around(connection, COHORTS, title, further=way)


def _languages() -> list[tuple[str, str]]:
    return [(Language.GERMAN, "Deutsch"), (Language.ENGLISH, "English")]


def _back(invitation: str) -> str:
    with house().database.reading() as connection:
        cohort = queries.cohort_of(connection, invitation)
    return f"{COHORTS}/{cohort}" if cohort else OFFICE


def _flashed(refusal: Refusal, invitation: str) -> Response:
    """Back to the page with the button, and there why not."""
    if refusal.status == 404:
        raise refusal
    said = asking.said(refusal)
    flash(" ".join(said["fields"].values()) or said["message"], "error")
    return redirect(_back(invitation))
