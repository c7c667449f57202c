"""The page on which a person gets everything the house knows about them, as one archive."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from flask import Blueprint, render_template, send_file
from flask_babel import format_datetime, gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from people.factors import confirming
from people.house import house
from people.profile import frame
from people.sign_in import asking
from people.sign_in.limits import ACCOUNT, by_person, limiter, setting, too_many

from . import queries
from .labels import LABELS

pages = Blueprint("privacy", __name__, template_folder="templates")


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
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", queries.as_json(found))
        packed.writestr("index.html", _readable(found))
    archive.seek(0)
    answer = send_file(
        archive, mimetype="application/zip", as_attachment=True, download_name="meine-daten.zip"
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.errorhandler(RateLimitExceeded)
def wait(_error: RateLimitExceeded) -> tuple[str, int, dict[str, str]]:
    message, headers = too_many()
    return _page(message), 429, headers


def _readable(found: dict[str, queries.Rows]) -> str:
    said = {table: gettext(label) for table, label in LABELS.items()}
    return render_template(
        "privacy/archive.html", tables=found, labels=said, said=_said, language=asking.language()
    )


def _said(value: object) -> str:
    return str(format_datetime(value, "long")) if isinstance(value, datetime) else str(value)


def _page(message: str = "") -> str:
    with house().database.reading() as connection:
        around = frame.around(connection, "/profile/data", gettext("Meine Daten"))
    return render_template("privacy/data.html", message=message, **around)
