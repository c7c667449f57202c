"""The pages on which the office takes lists in, takes them back, and takes them away as files."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask_babel import format_datetime, gettext, ngettext
from werkzeug.wrappers import Response

from foundation import clock, commands, ids
from foundation.errors import Code, Refusal, not_found
from people.accounts.words import called
from people.administration.frame import around, for_the_office
from people.cohorts.queries import cohorts_for
from people.factors import confirming
from people.house import house
from people.sign_in import asking

from . import queries
from .exporting import head, organisations_file, people_file
from .plans import Plan
from .queries import MADE, ImportEntry
from .rules import COLUMNS, Kind, Wrong, decoded, read, tidy, written
from .undoing import can_be_undone

pages = Blueprint("imports", __name__, template_folder="templates", url_prefix="/admin")

HERE = "/admin/import"
LARGEST_FORM = 900_000
"""Bytes of the text in a form: half a megabyte, and what its line ends and marks add."""


@pages.url_value_preprocessor
def allow_long_lists(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: the text of a list comes back in it."""
    request.max_form_memory_size = LARGEST_FORM


@pages.get("/import")
@asking.signed_in
@for_the_office
def lists() -> str:
    given = {"kind": request.args.get("kind", ""), "cohort": request.args.get("cohort", ""), "text": ""}
    return _page({**given, "kind": given["kind"] if given["kind"] in set(Kind) else Kind.PEOPLE})


@pages.post("/import")
@asking.signed_in
@for_the_office
def look_or_confirm() -> str | tuple[str, int] | Response:
    """The preview of a list, or the list taken in if it was looked at."""
    given = _given()
    try:
        if "confirm" in request.form:
            body = {**given, "cohort": given["cohort"] or None, "digest": request.form.get("digest", "")}
            asking.carry_out("import.confirm", "house", body, id=request.form.get("command_id", ""))
            flash(
                gettext("Die Liste ist aufgenommen. Eine Stunde lang können Sie sie zurücknehmen."), "success"
            )
            return redirect(f"{HERE}#taken")
        return _page(given, plan=_plan(given))
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:
            raise
        plan = _plan(given) if refusal.code in (Code.STALE, Code.INVALID) and _complete(given) else None
        return _page(given, plan=plan, refused=asking.said(refusal)), refusal.status


def _given() -> dict[str, str]:
    """What was sent; a file goes before the text."""
    file = request.files.get("file")
    text = decoded(file.read()) if file and file.filename else request.form.get("text", "")
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        raise not_found()
    cohort = request.form.get("cohort", "") if kind == Kind.PEOPLE else ""
    if cohort and not re.fullmatch(ids.PATTERN, cohort):
        raise not_found()
    return {"kind": kind, "cohort": cohort, "text": tidy(text)}


def _complete(given: dict[str, str]) -> bool:
    return given["kind"] == Kind.ORGANISATIONS or bool(given["cohort"])


def _plan(given: dict[str, str]) -> Plan | None:
    if not _complete(given):
        return None
    table = read(Kind(given["kind"]), given["text"])
    with house().database.reading() as connection:
        return queries.plan(connection, Kind(given["kind"]), given["cohort"] or None, table)


@pages.post("/import/undo")
@asking.signed_in
@for_the_office
def undo() -> Response:
    body = {"list": request.form.get("list", "")}
    try:
        asking.carry_out("import.undo", "house", body, id=request.form.get("command_id", ""))
    except Refusal as refusal:
        if refusal.code is Code.NOT_FOUND:
            raise
        flash(asking.said(refusal)["message"], "warning")
    else:
        flash(gettext("Die Liste ist zurückgenommen. Unten steht, was geblieben ist."), "success")
    return redirect(f"{HERE}#taken")


@pages.get("/import/template")
@asking.signed_in
@for_the_office
def template() -> Response:
    """An empty list with its first line."""
    kind = request.args.get("kind", Kind.PEOPLE)
    if kind not in set(Kind):
        raise not_found()
    return _file(written(head(Kind(kind)), []), kind)


@pages.get("/export")
@asking.signed_in
@for_the_office
@confirming.confirmed
def export_form() -> str:
    with house().database.reading() as connection:
        title = gettext("Listen herunterladen")
        return render_template(
            "imports/export.html",
            cohorts=[(one.id, one.name) for one in cohorts_for(connection, asking.required())],
            command_id=commands.new_id,
            **around(connection, HERE, title, further=[(title, None)]),
        )


@pages.post("/export")
@asking.signed_in
@for_the_office
@confirming.confirmed
def export() -> Response:
    kind, cohort = request.form.get("list", ""), request.form.get("cohort") or None
    if kind not in set(Kind):
        raise not_found()
    asking.carry_out(
        "list.export", "house", {"list": kind, "cohort": cohort}, id=request.form.get("command_id", "")
    )
    with house().database.reading() as connection:
        found = people_file(connection, cohort) if cohort else organisations_file(connection)
    return _file(found, kind)


def _file(content: bytes, kind: str) -> Response:
    answer = make_response(content)
    name = {"organisations": "kommunen", "people": "menschen"}[kind]
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(given: dict[str, str], *, plan: Plan | None = None, refused: dict[str, Any] | None = None) -> str:
    refused = refused or {"fields": {}, "message": None}
    if given["kind"] == Kind.PEOPLE and request.method == "POST" and not given["cohort"]:
        refused["fields"].setdefault("cohort", gettext("Bitte wählen Sie einen Durchgang."))
    with house().database.reading() as connection:
        cohorts = cohorts_for(connection, asking.required())
        taken = [_taken(one) for one in queries.imports(connection)]
        frame = around(connection, HERE, gettext("Listen"))
    return render_template(
        "imports/lists.html",
        given=given,
        refused=refused,
        cohorts=[(one.id, one.name) for one in cohorts],
        kinds=[
            (Kind.PEOPLE, gettext("Menschen eines Durchgangs"), _columns(Kind.PEOPLE)),
            (Kind.ORGANISATIONS, gettext("Kommunen"), _columns(Kind.ORGANISATIONS)),
        ],
        plan=plan,
        wrong=[_wrong(one) for one in plan.wrong] if plan else [],
        taken=taken,
        counted=_counted,
        command_id=commands.new_id,
        **frame,
    )


def _columns(kind: Kind) -> str:
    return str(gettext("Spalten: %(columns)s", columns="; ".join(one.name for one in COLUMNS[kind].values())))


def _wrong(one: Wrong) -> tuple[str, str, str]:
    line = gettext("Zeile %(line)s", line=one.line) if one.line else gettext("ganze Liste")
    return line, one.column or "–", gettext(one.sentence, **one.params)


def _counted(kind: str, count: int) -> str:
    words = {
        "organisations": ngettext("Eine Kommune", "%(num)s Kommunen", count),
        "teams": ngettext("Ein Team", "%(num)s Teams", count),
        "invitations": ngettext("Eine Einladung", "%(num)s Einladungen", count),
        "people": ngettext("Eine Person", "%(num)s Personen", count),
    }
    return str(words[kind])


def _taken(one: ImportEntry) -> dict[str, Any]:
    def listed(counts: dict[str, int]) -> str:
        return ", ".join(_counted(kind, counts[kind]) for kind in MADE if counts[kind])

    kinds = {Kind.PEOPLE: gettext("Menschen eines Durchgangs"), Kind.ORGANISATIONS: gettext("Kommunen")}
    moment = gettext("d. MMMM y, H:mm 'Uhr'")
    return {
        "id": one.id,
        "title": f"{kinds[one.kind]}: {one.cohort}" if one.cohort else kinds[one.kind],
        "at": format_datetime(one.made_at, moment),
        "by": called(one.made_by),
        "made": listed(dict(one.made)),
        "can_be_undone": can_be_undone(one.made_at, one.undone_at, clock.now()),
        "undone_at": format_datetime(one.undone_at, moment) if one.undone_at else None,
        "undone": listed(dict(one.undone)),
        "stayed": {kind: ", ".join(names) for kind, names in one.stayed.items() if names},
    }
