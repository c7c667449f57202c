"""The page of a result: the agenda, what did not fit, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext

from people import page
from people.house import house
from people.sign_in import asking
from workshops import frame

from . import queries

pages = Blueprint("agenda", __name__, template_folder="templates")


@pages.get("/workshops/<workshop>/agenda")
@asking.signed_in
def agenda(workshop: str) -> str:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        context = frame.around(connection, here, "agenda", gettext("Ablauf"))
        facilitates = context["page"]["facilitates"]
        desk = page.snapshot(connection, f"workshop/{here.id}/facilitators") if facilitates else None
        receipts = queries.receipts(connection, here.id)
    return render_template(
        "agenda/agenda.html",
        desk=desk,
        snapshots=[desk] if desk else [],
        receipts=[_row(receipt) for receipt in receipts],
        **context,
    )


def _row(receipt: Mapping[str, Any]) -> list[Any]:
    """Why one topic was chosen or not, as a row of the table."""
    return [
        receipt["title"],
        receipt["approvals"],
        receipt["minutes"],
        receipt["free"],
        _why(receipt),
    ]


def _why(receipt: Mapping[str, Any]) -> str:
    if receipt["position"] is not None:
        return str(gettext("gewählt: passt in die freie Zeit"))
    if not receipt["approvals"]:
        return str(gettext("nicht gewählt: kein Team wollte es"))
    return str(gettext("nicht gewählt: länger als die freie Zeit"))
