"""The pages on which somebody settles which mails they get, signed in or by the address in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as Redirect

from foundation import commands
from foundation.errors import Refusal, not_found
from people import page
from people.house import house
from people.profile import frame
from people.sign_in import asking

from . import queries
from .policy import LETTERBOX
from .queries import Wishes
from .rules import USUAL, Delivery, Kind, unsubscribing

pages = Blueprint("mail", __name__, template_folder="templates")

HERE = "/profile/notifications"
_HOURS = ("quiet_from", "quiet_until", "digest_weekday", "digest_hour")


@pages.get(HERE)
@asking.signed_in
def notifications() -> str:
    return _form()


@pages.post(HERE)
@asking.signed_in
def change() -> tuple[str, int] | Redirect:
    deliveries = {kind.value: request.form[kind] for kind in USUAL if kind in request.form}
    hours = {name: request.form.get(name, "") for name in _HOURS}
    body: dict[str, Any] = {"deliveries": deliveries, **{name: hours[name] or None for name in _HOURS}}
    if not hours["digest_hour"]:
        del body["digest_hour"]
    try:
        here = f"person/{asking.required().id}"
        asking.carry_out("notifications.change", here, body, id=request.form.get("command_id", ""))
    except Refusal as refusal:
        said = asking.said(refusal)
        said["fields"] = {name.removeprefix("deliveries."): why for name, why in said["fields"].items()}
        return _form(given={**deliveries, **hours}, refused=said), refusal.status
    flash(gettext("Ihre Benachrichtigungen sind gespeichert."), "success")
    return redirect(HERE)


@pages.get("/mail/unsubscribe/<token>")
def about_to_unsubscribe(token: str) -> Response:
    """Programs that look through mails follow every link, so that this only asks."""
    person, kind = _found(token)
    with house().database.reading() as connection:
        wishes = queries.wishes(connection, person)
    if wishes is None:
        raise not_found()
    return _unsubscribing(token, kind, done=_is_off(wishes, kind))


@pages.post("/mail/unsubscribe/<token>")
def unsubscribe(token: str) -> Response:
    """For the button of that page, and for mail programs (RFC 8058): no session, no token of a form."""
    person, kind = _found(token)
    asked = commands.ask("notifications.unsubscribe", f"person/{person}", {"kind": kind.value})
    house().door.carry_out(LETTERBOX, asked)
    return _unsubscribing(token, kind, done=True)


def _found(token: str) -> tuple[str, Kind]:
    found = unsubscribing(token, house().link_key)
    if found is None:
        raise not_found()
    return found


def _is_off(wishes: Wishes, kind: Kind) -> bool:
    if kind is Kind.DIGEST:
        return Delivery.DIGEST not in wishes.deliveries.values()
    return wishes.deliveries[kind] is Delivery.NEVER


def _unsubscribing(token: str, kind: Kind, *, done: bool) -> Response:
    html = render_template(
        "mail/unsubscribe.html", token=token, about=_names()[kind], done=done, **page.frame()
    )
    response = Response(html, mimetype="text/html")
    # The address is all that it takes, so it goes nowhere else; `no-referrer` would take the form's origin.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _names() -> dict[Kind, str]:
    return {
        Kind.POLL_OPENED: gettext("Eine Abstimmung ist eröffnet"),
        Kind.POLL_CLOSES_SOON: gettext("Eine Abstimmung endet bald, und Ihr Team hat noch nicht abgestimmt"),
        Kind.WORKSHOP_CANCELLED: gettext("Ein Treffen ist abgesagt, oder es findet doch statt"),
        Kind.POLL_RESET: gettext(
            "Eine geheime Abstimmung beginnt von vorn, weil ihre Stimmzettel verloren sind"
        ),
        Kind.DIGEST: gettext("Alles, was Sie gesammelt bekommen"),
    }


def _form(*, given: Mapping[str, Any] | None = None, refused: dict[str, Any] | None = None) -> str:
    who, names = asking.required(), _names()
    with house().database.reading() as connection:
        wishes = queries.wishes(connection, who.id)
        around = frame.around(connection, HERE, gettext("Benachrichtigungen"))
    if wishes is None:
        raise not_found()
    settled: dict[str, Any] = {
        **{kind.value: delivery for kind, delivery in wishes.deliveries.items()},
        **{name: getattr(wishes.hours, name) for name in _HOURS},
    }
    hours = [(hour, gettext("%(hour)s Uhr", hour=hour)) for hour in range(24)]
    return render_template(
        "mail/notifications.html",
        given=given or settled,
        refused=refused or {"fields": {}, "message": None},
        address=wishes.address,
        bounced=wishes.bounced_at is not None,
        kinds=[(kind.value, names[kind]) for kind in USUAL],
        deliveries=[
            (Delivery.AT_ONCE, gettext("sofort")),
            (Delivery.DIGEST, gettext("gesammelt")),
            (Delivery.NEVER, gettext("gar nicht")),
        ],
        hours=hours,
        weekdays=[
            (0, gettext("montags")),
            (1, gettext("dienstags")),
            (2, gettext("mittwochs")),
            (3, gettext("donnerstags")),
            (4, gettext("freitags")),
            (5, gettext("samstags")),
            (6, gettext("sonntags")),
        ],
        command_id=commands.new_id(),
        **around,
    )
