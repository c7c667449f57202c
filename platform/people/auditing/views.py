"""The page of what was done in the care of the house."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import format_datetime, gettext

from foundation.policy import COMMAND_LINE
from people.accounts import words
from people.administration.frame import around, for_the_office
from people.house import house
from people.sign_in import asking

from . import queries
from .sentences import GROUPS, SENTENCES

pages = Blueprint("auditing", __name__, template_folder="templates", url_prefix="/admin")

HERE = "/admin/audit"
NEWEST = 2**62
"""No entry has a higher number; the databases know none beyond twice as much."""


@pages.get("/audit")
@asking.signed_in
@for_the_office
def entries() -> str:
    asked = {name: request.args.get(name, "")[:80] for name in ("group", "person")}
    before = request.args.get("before", type=int)
    before = min(before, NEWEST) if before is not None else None
    with house().database.reading() as connection:
        found = queries.entries(connection, group=asked["group"], actor=asked["person"], before=before)
        everybody = queries.actors(connection)
        frame = around(connection, HERE, gettext("Protokoll"))
    shown = found[: queries.A_PAGE]
    chosen = {name: value for name, value in asked.items() if value}
    return render_template(
        "auditing/entries.html",
        entries=[
            {
                "at": format_datetime(entry.at, gettext("d. MMMM y, H:mm 'Uhr'")),
                "what": _said(entry),
                "about": ", ".join(entry.about),
            }
            for entry in shown
        ],
        asked=asked,
        groups=sorted(((group, gettext(label)) for group, label in GROUPS.items()), key=lambda one: one[1]),
        persons=sorted(((one, called(one, name)) for one, name in everybody.items()), key=lambda one: one[1]),
        newest=asking.with_query(HERE, **chosen) if before is not None else None,
        older=asking.with_query(HERE, **chosen, before=str(shown[-1].seq))
        if len(found) > len(shown)
        else None,
        **frame,
    )


def _said(entry: queries.Entry) -> str:
    sentence = SENTENCES.get(entry.command)
    who = called(entry.actor, entry.who)
    if sentence is None:  # left by a version that knew more than this one
        return str(gettext("%(who)s hat „%(command)s“ ausgeführt.", who=who, command=entry.command))
    return str(gettext(sentence, who=who))


def called(actor: str, name: str | None) -> str:
    """Whoever acted, also where that is nobody with a name."""
    if name is not None:
        return name
    if actor == COMMAND_LINE.id:
        return str(gettext("Wer den Server betreut"))
    return str(gettext("Die Werkstatt selbst") if queries.is_house(actor) else words.called(name))
