"""The pages of the operator's texts, and the page to change them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask_babel import gettext
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from foundation import commands, policy
from foundation.errors import Code, Refusal, not_found
from foundation.text import markdown
from people import page
from people.accounts.models import Language
from people.administration import frame
from people.cohorts import current
from people.house import house
from people.sign_in import asking

from . import queries
from .policy import TextPermission
from .service import Slug, version

pages = Blueprint("texts", __name__, template_folder="templates")


@pages.get("/admin/texts")
@asking.signed_in
@frame.for_the_office
def overview() -> str:
    """Every text in every language: the operator's own, or still what came with the house."""
    with house().database.reading() as connection:
        own = queries.changed(connection)
        around = frame.around(connection, "/admin/texts", gettext("Texte"))
    names = {Language.GERMAN: "Deutsch", Language.ENGLISH: "English"}
    entries = [
        {
            "title": _title(slug),
            "href": f"/texts/{slug}",
            "may_stay": slug is Slug.WELCOME,
            "languages": [
                {
                    "name": name,
                    "changed_at": own.get((slug, code)),
                    "href": f"/texts/{slug}/change?language={code}",
                }
                for code, name in names.items()
            ],
        }
        for slug in Slug
    ]
    return render_template("texts/overview.html", entries=entries, **around)


@pages.get("/texts/<slug>")
def show(slug: str) -> str:
    title = _title(slug)
    with house().database.reading() as connection:
        written = _written(connection, slug, asking.language())
        cohort = current.cohort(connection) if asking.actor() else None
    return render_template(
        "texts/text.html",
        title=title,
        html=markdown(written.source),
        welcomes=slug == Slug.WELCOME,
        changed_at=written.changed_at,
        change_href=f"/texts/{slug}/change" if _may_change() else None,
        **page.frame(cohort=cohort, breadcrumb=[(gettext("Übersicht"), "/"), (title, None)]),
    )


@pages.get("/texts/<slug>/change")
@asking.signed_in
def form(slug: str) -> str:
    return _form(_known(slug), _spoken(request.args.get("language", asking.language())))


@pages.post("/texts/<slug>/change")
@asking.signed_in
def change(slug: str) -> str | tuple[str, int] | Response:
    language, source = request.form.get("language", ""), request.form.get("source", "")
    if "preview" in request.form:
        return _form(_known(slug), _spoken(language), source, preview=True)
    try:
        body = {"slug": slug, "language": language, "source": source, "seen": request.form.get("seen")}
        asking.carry_out("text.change", "house", body, id=request.form.get("command_id", ""))
    except Refusal as refusal:
        return _form(_known(slug), _spoken(language), source, refusal=refusal), refusal.status
    flash(gettext("Der Text ist gespeichert."), "success")
    here = f"/texts/{slug}"
    return redirect(here if language == asking.language() else f"{here}/change?language={language}")


def _form(
    slug: str,
    language: str,
    source: str | None = None,
    *,
    preview: bool = False,
    refusal: Refusal | None = None,
) -> str:
    """With what was typed, or else with the text as it is."""
    if not _may_change():
        raise not_found()
    title, names = _title(slug), {Language.GERMAN: "Deutsch", Language.ENGLISH: "English"}
    with house().database.reading() as connection:
        cohort = current.cohort(connection)
        written = _written(connection, slug, language)
    overtaken = refusal is not None and refusal.code is Code.STALE
    source = written.source if source is None else source
    present = version(written.changed_at)
    return render_template(
        "texts/change.html",
        title=title,
        slug=slug,
        may_be_empty=slug == Slug.WELCOME,
        language=language,
        tabs=[
            {"label": name, "href": f"/texts/{slug}/change?language={code}", "current": code == language}
            for code, name in names.items()
        ],
        source=source,
        seen=present if overtaken else request.form.get("seen", present),
        preview=markdown(source) if preview else None,
        refused=asking.said(refusal) if refusal else {"fields": {}, "message": None},
        command_id=commands.new_id(),
        **page.frame(
            cohort=cohort,
            breadcrumb=[(gettext("Übersicht"), "/"), (title, f"/texts/{slug}"), (gettext("Ändern"), None)],
        ),
    )


def _written(connection: Connection, slug: str, language: str) -> queries.Written:
    return queries.text(connection, slug, language, house().settings.land)


def _may_change() -> bool:
    who = asking.actor()
    return who is not None and policy.may(who, TextPermission.CHANGE, None)


def _known(slug: str) -> str:
    if slug not in set(Slug):
        abort(404)
    return slug


def _spoken(language: str) -> str:
    if language not in set(Language):
        abort(404)
    return language


def _title(slug: str) -> str:
    titles = {
        Slug.IMPRINT: gettext("Impressum"),
        Slug.PRIVACY: gettext("Datenschutz"),
        Slug.ACCESSIBILITY: gettext("Erklärung zur Barrierefreiheit"),
        Slug.WELCOME: gettext("Begrüßung"),
    }
    return str(titles[Slug(_known(slug))])
