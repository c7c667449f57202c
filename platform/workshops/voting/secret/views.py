"""The address at which members fetch the paper of their team: no stream tells it."""

from __future__ import annotations

from flask import Blueprint, Response

from people.house import house
from people.sign_in import asking
from workshops import frame

from . import queries

pages = Blueprint("secret", __name__)


@pages.get("/workshops/<workshop>/poll/paper")
@asking.signed_in
def paper(workshop: str) -> Response:
    with house().database.reading() as connection:
        here = frame.visible(connection, workshop)
        said = queries.paper(connection, house().door.vault, asking.required(), here.id)
    answer = Response(said, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    # Proxies leave alone what is encoded already: squeezed, its length would tell what is in it.
    answer.headers["Content-Encoding"] = "identity"
    return answer
