"""What every page has around it: navigation, breadcrumb, account, languages, and the state embedded in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Connection

from foundation import clock, commands, snapshots
from foundation.errors import Code, Refusal
from people.accounts.models import Language, Theme
from people.cohorts.current import CurrentCohort
from people.factors import confirming
from people.house import Entry, house
from people.sign_in import asking


def form(refusal: Refusal | None) -> dict[str, Any]:
    """What a page with one form shows. What was sent before keeps its number, so that it counts once."""
    sent_before = refusal is not None and refusal.code is not Code.ID_REUSED
    return {
        "refused": asking.refused(refusal),
        "command_id": request.form.get("command_id") if sent_before else commands.new_id(),
    }


def frame(
    *, cohort: CurrentCohort | None = None, breadcrumb: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """What the frame of a page needs, to hand to its template; signed out it is only the words."""
    found, spoken = asking.known(), asking.language()
    around: dict[str, Any] = {
        "page": {
            "actor": {"kind": "person", "id": found.actor.id, "name": found.actor.name} if found else None,
            "csrf": generate_csrf(),
            "language": spoken,
            "now": clock.wire(clock.now()),
            "strings": "/static/dist/strings.en.json" if spoken == Language.ENGLISH else None,
            "team": cohort.team if cohort else None,
            "facilitates": bool(cohort and cohort.facilitates),
            "toured": found is None or found.toured,
        },
        "theme": found.theme if found else Theme.AUTO,
        "breadcrumb": breadcrumb,
        "lacks_factor": found is not None and found.lacks_factor,
        "owes_factor": found is not None and found.lacks_factor and confirming.owes_factor(),
        "languages": _languages(spoken),
    }
    if found:
        around["navigation"] = [
            _entry(entry)
            for entry in house().navigation
            if not entry.only_for or found.actor.scopes(*entry.only_for)
        ]
        around["account"] = {
            "name": found.actor.name,
            "profile_href": "/profile",
            "sign_out_href": "/sign-out",
            "current": request.path.startswith("/profile"),
        }
    if cohort:
        others = [{"name": other.name, "href": f"/cohorts/{other.id}"} for other in cohort.others]
        around["cohort"] = {"name": cohort.name, "others": others}
    return around


def snapshot(connection: Connection, name: str) -> dict[str, Any]:
    """A stream's snapshot to embed in the page, in the read that the page has begun; rights first."""
    return snapshots.snapshot(connection, asking.required(), name)


def _entry(entry: Entry) -> dict[str, Any]:
    here = request.path == entry.href or (entry.href != "/" and request.path.startswith(f"{entry.href}/"))
    current = ("page" if request.path == entry.href else True) if here else False
    return {"label": gettext(entry.label), "href": entry.href, "icon": entry.icon, "current": current}


def _languages(spoken: str) -> list[dict[str, Any]]:
    names = {Language.GERMAN: "Deutsch", Language.ENGLISH: "English"}
    here = request.full_path.removesuffix("?") if request.method == "GET" else "/"
    return [
        {
            "code": code,
            "label": label,
            "href": asking.with_query(f"/language/{code}", next=here),
            "current": code == spoken,
        }
        for code, label in names.items()
    ]
