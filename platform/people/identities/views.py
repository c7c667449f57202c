"""The way to the sign-in service and back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Blueprint, flash, redirect, render_template, request, session
from flask_babel import gettext
from werkzeug.wrappers import Response

from foundation import clock, commands
from foundation.errors import Code, Refusal, not_found
from people import page
from people.accounts.rules import address
from people.factors import confirming, proving
from people.factors.proving import Pending
from people.house import house
from people.sign_in import asking
from people.sign_in.policy import DOOR
from people.sign_in.rules import Method, safe_next

from . import provider, queries
from .provider import AwayError, Client, DoubtfulError, Passage

log = structlog.get_logger()

pages = Blueprint("identities", __name__, template_folder="templates")

_PASSAGE = "oidc"  # where the cookie keeps the way that was begun
ADDRESS = "oidc_address"
"""Where the cookie keeps whom the service has vouched for, until an invitation is accepted."""
LASTS = timedelta(minutes=10)


@pages.get("/sign-in/oidc")
def go() -> tuple[str, int] | Response:
    client, who = _client(), asking.actor()
    again = "confirm" in request.args
    if again and who is None:
        raise not_found()
    passage = Passage(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), again)
    try:
        there = provider.way_there(client, passage)
    except (AwayError, DoubtfulError) as error:
        return _away(error)
    session[_PASSAGE] = {
        "state": passage.state,
        "nonce": passage.nonce,
        "verifier": passage.verifier,
        "next": safe_next(request.args.get("next", "/")),
        "confirms": who.id if again and who else "",
        "at": clock.wire(clock.now()),
    }
    return redirect(there)


@pages.get("/sign-in/oidc/callback")
def come_back() -> tuple[str, int] | Response:
    client, begun = _client(), session.pop(_PASSAGE, None)
    if not _belongs_to(begun):
        return _doubtful("state")
    if request.args.get("iss", client.issuer).rstrip("/") != client.issuer.rstrip("/"):
        return _doubtful("iss")
    if "error" in request.args:
        return _stopped()
    again = bool(begun["confirms"])
    passage = Passage(begun["state"], begun["nonce"], begun["verifier"], again)
    try:
        claims = provider.vouched_for(client, passage, request.args.get("code", ""))
    except AwayError as error:
        return _away(error)
    except DoubtfulError as error:
        return _doubtful(str(error))
    if again:
        return _confirmed(claims, begun)
    return _let_in(claims, begun["next"])


def _client() -> Client:
    """This house at the service; where there is none, there is no such page."""
    settings = house().settings
    if not settings.oidc_issuer:
        raise not_found()
    return Client(
        issuer=settings.oidc_issuer,
        id=settings.oidc_client_id,
        secret=settings.oidc_client_secret,
        redirect_uri=f"{settings.base_url}/sign-in/oidc/callback",
    )


def _belongs_to(begun: Any) -> bool:
    """Whether this browser has begun the way that ends here, lately."""
    if not isinstance(begun, dict):
        return False
    given = request.args.get("state", "").encode("utf-8", "replace")
    in_time = clock.now() - datetime.fromisoformat(begun["at"]) < LASTS
    return in_time and secrets.compare_digest(begun["state"].encode(), given)


def _let_in(claims: Mapping[str, Any], onward: str) -> tuple[str, int] | Response:
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    # Whether the service has seen to the address: what is missing or is no clear yes is a no.
    email = address(str(claims.get("email", ""))) if claims.get("email_verified") is True else ""
    with house().database.reading() as connection:
        person = queries.person_behind(connection, issuer, subject)
        known = person is not None or queries.is_known(connection, issuer, subject)
        by_address = queries.person_at(connection, email) if email and not known else None
        invited = bool(email) and not known and not by_address and queries.is_invited(connection, email)
    if invited:
        return _to_the_invitation(claims, email, onward)
    person = person or by_address
    if person is None:
        return _no_account()
    try:
        if by_address:
            _carry_out("identity.link", person, {"issuer": issuer, "subject": subject})
        _use(person, claims)
        pending = Pending(person, Method.OIDC, next=onward)
        return redirect(proving.let_in(pending, strong=_strong(claims)))
    except Refusal as refusal:
        if refusal.code in {Code.NOT_FOUND, Code.CONFLICT}:  # locked, or linked elsewhere, meanwhile
            return _no_account()
        raise


def _strong(claims: Mapping[str, Any]) -> bool:
    """Whether the service has seen two factors: by its own word, or as the operator says it always does."""
    return house().settings.oidc_second_factor or provider.says_two_factors(claims)


def _use(person: str, claims: Mapping[str, Any]) -> None:
    name = house().settings.oidc_organisation_claim
    town = claims.get(name) if name else None
    body = {
        "issuer": claims["iss"],
        "subject": claims["sub"],
        "claim": town.strip() if isinstance(town, str) and town.isprintable() and len(town) <= 200 else "",
    }
    made = _carry_out("identity.use", person, body)
    if name and "organisation" not in made:
        log.info("oidc_town_unknown")


def _carry_out(name: str, person: str, body: Mapping[str, Any]) -> Mapping[str, str]:
    return house().door.carry_out(DOOR, commands.ask(name, f"person/{person}", body)).result


def _to_the_invitation(claims: Mapping[str, Any], email: str, onward: str) -> tuple[str, int] | Response:
    name = claims.get("name")
    session[ADDRESS] = {
        "issuer": claims["iss"],
        "subject": claims["sub"],
        "address": email,
        "name": name[:120] if isinstance(name, str) else "",
        "strong": _strong(claims),
        "at": clock.wire(clock.now()),
    }
    if onward.startswith("/join/"):
        return redirect(onward)
    title = gettext("Eine Einladung wartet auf Sie")
    text = gettext(
        "Ihr Konto entsteht, sobald Sie die Einladung annehmen. Der Link dazu steht in der E-Mail, "
        "die Sie von der Werkstatt bekommen haben."
    )
    advice = gettext(
        "Sie finden die E-Mail nicht? Sehen Sie im Spam-Ordner nach, oder bitten Sie die Programmverwaltung, "
        "die Einladung noch einmal zu schicken."
    )
    return _page(title, text, advice), 200


def _confirmed(claims: Mapping[str, Any], begun: Mapping[str, str]) -> tuple[str, int] | Response:
    """Show once more who one is: the same person, asked by the service just now."""
    with house().database.reading() as connection:
        person = queries.person_behind(connection, str(claims["iss"]), str(claims["sub"]))
    who = asking.actor()
    begun_at = datetime.fromisoformat(begun["at"]).timestamp()
    if who is None or not who.id == person == begun["confirms"]:
        return _doubtful("sub")
    if claims["auth_time"] < begun_at - provider.LEEWAY:
        return _doubtful("auth_time")
    proving.shown(strong=_strong(claims))
    return redirect(begun["next"])


@pages.post("/profile/security/service/remove")
@asking.signed_in
@confirming.confirmed
def remove() -> Response:
    which = {name: request.form.get(name, "") for name in ("issuer", "subject")}
    try:
        _carry_out("identity.remove", asking.required().id, {**which, **house().ways_in})
    except Refusal as refusal:
        flash(asking.said(refusal)["message"], "warning")
    else:
        flash(gettext("Die Verbindung ist gelöst."), "success")
    return redirect("/profile/security")


def _no_account() -> tuple[str, int]:
    """The same page whatever the reason is: it tells nobody who has an account here."""
    title = gettext("Für diese Adresse gibt es hier kein Konto")
    text = gettext(
        "Der Anmeldedienst hat Sie erkannt, aber zu Ihrer Adresse dort gehört hier kein Konto, "
        "mit dem Sie sich anmelden können."
    )
    advice = gettext(
        "Haben Sie eine Einladung bekommen, dann öffnen Sie den Link darin. Sonst hilft Ihnen die "
        "Programmverwaltung weiter. Steht beim Anmeldedienst eine andere Adresse als hier, oder ist sie dort "
        "nicht bestätigt, dann lassen Sie das bitte dort ändern."
    )
    return _page(title, text, advice), 403


def _away(error: Exception) -> tuple[str, int]:
    log.warning("oidc_away", reason=str(error))
    title = gettext("Der Anmeldedienst ist gerade nicht erreichbar")
    text = gettext("Es liegt nicht an Ihnen. Bitte versuchen Sie es in einigen Minuten noch einmal.")
    return _page(title, text, ""), 503


def _doubtful(reason: str) -> tuple[str, int]:
    log.warning("oidc_doubtful", reason=reason)
    title = gettext("Die Anmeldung hat nicht geklappt")
    text = gettext(
        "Was vom Anmeldedienst zurückkam, passt nicht zu dieser Anmeldung. Das geschieht auch, wenn Sie sehr "
        "lange gewartet, die Seite neu geladen oder in mehreren Fenstern zugleich begonnen haben."
    )
    return _page(title, text, gettext("Bitte beginnen Sie noch einmal von vorn.")), 400


def _stopped() -> tuple[str, int]:
    title = gettext("Die Anmeldung wurde abgebrochen")
    text = gettext("Der Anmeldedienst hat Sie ohne Anmeldung zurückgeschickt.")
    return _page(title, text, gettext("Bitte beginnen Sie noch einmal von vorn.")), 400


def _page(title: str, text: str, advice: str) -> str:
    return render_template("identities/stopped.html", title=title, text=text, advice=advice, **page.frame())
