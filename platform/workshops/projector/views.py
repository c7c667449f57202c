"""The page for the wall of the room: what goes on now, and how to join."""

from __future__ import annotations

import segno
from flask import Blueprint, render_template, request
from flask_babel import gettext

from people import page
from people.house import house
from people.sign_in import asking
from workshops import frame

pages = Blueprint("projector", __name__, template_folder="templates")


@pages.get("/workshops/<workshop>/projector")
@asking.signed_in
def projector(workshop: str) -> str:
    """It follows the workshop's own stream only, which carries nothing that is hidden from anybody there."""
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        snapshot = page.snapshot(connection, f"workshop/{here.id}")
    address = f"{request.host_url}workshops/{here.id}/poll"
    frame_of_page = page.frame(breadcrumb=[])
    return render_template(
        "projector/projector.html",
        **{**frame_of_page, "navigation": []},
        title=gettext("Leinwand"),
        here=here,
        workshop=snapshot,
        address=request.host,
        code=segno.make(address, error="m").svg_data_uri(scale=4, border=2, light="white"),
    )
