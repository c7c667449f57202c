"""The pages on which a person gets everything the house knows about them, or has it erased."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, send_file, session
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from foundation import clock, commands
from foundation.errors import Refusal, not_found
from people import page
from people.factors import confirming
from people.house import house
from people.profile import frame
from people.sign_in import asking, entering
from people.sign_in.limits import ACCOUNT, by_person, limiter, setting, too_many

from . import queries
from .foreseeing import Foreseen, foresee
from .readable import sections

pages = Blueprint("privacy", __name__, template_folder="templates")

ERASE = "/profile/data/erase"
_GONE = "erased"  # where the cookie keeps that its account is gone, for one page


@pages.get("/profile/data")
@asking.signed_in
def data() -> str:
    return _page()


@pages.post("/profile/data")
@limiter.limit(setting(ACCOUNT), key_func=by_person)
@asking.signed_in
@confirming.confirmed
def download() -> Response:
    """Sent at once and kept nowhere."""
    with house().database.reading() as connection:
        found = queries.about_person(connection, asking.required().id)
        behind = queries.names_behind(connection, found)
    no_files = gettext("In dieser Version kann noch niemand Dateien hochladen. Später liegen hier Ihre.")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", queries.as_json(found, gettext))
        packed.writestr("index.html", _readable(found, behind))
        packed.writestr(f"files/{gettext('lies-mich')}.txt", f"{no_files}\n")
    archive.seek(0)
    name = f"{gettext('meine-daten')}.zip"
    answer = send_file(archive, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.get(ERASE)
@asking.signed_in
@confirming.confirmed
def look() -> str:
    return _erase_page()


@pages.post(ERASE)
@asking.signed_in
@confirming.confirmed
def erase() -> Response | tuple[str, int]:
    spoken = asking.language()
    try:
        asked_to_erase(asking.required().id)
    except Refusal as refusal:
        return _erase_page(refused=asking.said(refusal)), refusal.status
    entering.leave()
    session[asking.LANGUAGE] = spoken
    session[_GONE] = True
    return redirect("/goodbye")


@pages.get("/goodbye")
def goodbye() -> Response:
    """For the browser whose account was just erased; whatever it kept for its owner goes too."""
    if asking.known():
        return redirect("/")
    if _GONE not in session:
        return redirect("/sign-in")
    answer = make_response(render_template("privacy/goodbye.html", **page.frame()))
    answer.headers["Clear-Site-Data"] = '"storage"'
    answer.delete_cookie(entering.DEVICE)
    return answer


def asked_to_erase(person: str) -> None:
    """Erase the person (public id) as the form asks for it; raises `Refusal`."""
    ticked = {"sure": "sure" in request.form}
    asking.carry_out("person.erase", f"person/{person}", ticked, id=request.form.get("command_id", ""))


def shown(found: Foreseen, *, own: bool) -> dict[str, Any]:
    """What the page says about what would go and what would stay."""
    return {
        "own": own,
        "name": found.name,
        "email": found.email,
        "goes": [(gettext(one.what), one.count) for one in found.goes],
        "stays": [(gettext(one.what), one.count, gettext(one.why)) for one in found.stays],
        "obstacles": [asking.said(one)["message"] for one in found.obstacles],
        "command_id": commands.new_id,
    }


def _erase_page(*, refused: dict[str, Any] | None = None) -> str:
    title = gettext("Konto löschen")
    with house().database.reading() as connection:
        found = foresee(connection, asking.required().id, clock.now())
        if found is None:
            raise not_found()
        around = frame.around(connection, "/profile/data", gettext("Meine Daten"), further=[(title, None)])
    return render_template(
        "privacy/erase.html",
        **shown(found, own=True),
        here=ERASE,
        back="/profile/data",
        refused=refused or {"fields": {}, "message": None},
        **{**around, "title": title},
    )


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    message, headers = too_many()
    return _page(message), 429, headers


def _readable(found: queries.Found, behind: Mapping[tuple[str, int], str]) -> str:
    said = sections(found, behind, asking.required().name)
    return render_template("privacy/archive.html", sections=said, language=asking.language())


def _page(message: str = "") -> str:
    with house().database.reading() as connection:
        around = frame.around(connection, "/profile/data", gettext("Meine Daten"))
    return render_template("privacy/data.html", message=message, **around)
