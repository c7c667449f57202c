"""The frame, the parts and the fields that every page is made of, drawn with plain values."""

import json
import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment, FileSystemLoader

from werkstatt import paths

ACTOR = {"kind": "person", "id": "7m0k", "name": "Ahlen · Engagementförderung"}
PAGE = {"actor": ACTOR, "csrf": "t", "language": "de", "now": "2016-04-28T09:00:00Z", "strings": None}
SIGNED_IN = {
    "page": PAGE,
    "theme": "dark",
    "cohort": {"name": "Durchgang 2015/16", "others": [{"name": "Durchgang 2017", "href": "/cohorts/1"}]},
    "account": {"name": ACTOR["name"], "profile_href": "/profile", "sign_out_href": "/sign-out"},
    "navigation": [
        {"label": "Übersicht", "href": "/", "icon": "overview", "current": False},
        {"label": "Werkstatt-Treffen", "href": "/workshops", "icon": "workshops", "current": True},
    ],
    "breadcrumb": [("Übersicht", "/"), ("Werkstatt-Treffen", None)],
    "languages": [{"code": "en", "label": "English", "href": "/language/en", "current": False}],
}
IMPORTS = '{% import "macros/forms.html" as forms %}{% import "macros/parts.html" as parts %}'
STATUSES = [400, 401, 403, 404, 409, 413, 429, 500, 503]


class Elements(HTMLParser):
    """Every element with its attributes, in order, and the words between."""

    def __init__(self, html):
        super().__init__()
        self.found, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag, **wanted):
        return [
            attributes
            for name, attributes in self.found
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, tag, **wanted):
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{tag} {wanted}: {len(found)}"
        return found[0]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def environment():
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    made.install_null_translations(newstyle=True)
    made.globals.update(asset="/static/dist/{}".format, csrf_token=lambda: "token")
    return made


TEMPLATES = environment()


def drawn(source, **values):
    """What a page's template draws."""
    return TEMPLATES.from_string(source).render(**values)


def part(call, **values):
    return Elements(drawn(IMPORTS + "{{ " + call + " }}", **values))


def frame(**values):
    blocks = "{% block title %}Themen{% endblock %}{% block place %}3. Treffen{% endblock %}"
    return drawn('{% extends "base.html" %}' + blocks + "{% block main %}<p>Hier</p>{% endblock %}", **values)


def test_a_title_names_page_and_place():
    assert "<title>Themen - 3. Treffen - Werkstatt</title>" in frame()


def test_a_title_without_a_place_names_the_page():
    page = drawn('{% extends "base.html" %}{% block title %}R & D{% endblock %}')
    assert "<title>R & D - Werkstatt</title>" in page


def test_signed_out_there_is_no_navigation_and_a_way_in():
    page = Elements(frame())
    assert [link["href"] for link in page.all("a")] == [
        "#main",
        "/",
        "/sign-in",
        "/texts/imprint",
        "/texts/privacy",
        "/texts/accessibility",
    ]
    assert page.all("live-connection") == page.all("form") == []


def test_the_skip_link_is_first_and_leads_to_the_content():
    page = Elements(frame(**SIGNED_IN))
    assert page.all("a")[0]["href"] == "#main"
    assert page.one("main")["id"] == "main"


def test_signed_in_the_place_one_is_in_is_marked_wherever_it_is_named():
    page = Elements(frame(**SIGNED_IN))
    marked = [link["href"] for link in page.all("a") if link.get("aria-current") == "true"]
    assert set(marked) == {"/workshops"}


def test_signing_out_is_a_form_with_the_token():
    page = Elements(frame(**SIGNED_IN))
    assert page.one("form") == {"method": "post", "action": "/sign-out"}
    assert page.one("input", name="csrf_token")["value"] == "token"


def test_another_cohort_is_a_link_away():
    assert Elements(frame(**SIGNED_IN)).one("a", href="/cohorts/1")


@pytest.mark.parametrize(("theme", "attribute"), [("light", "light"), ("dark", "dark"), ("auto", None)])
def test_the_theme_of_a_person_is_on_the_page_and_auto_follows_the_system(theme, attribute):
    page = Elements(frame(theme=theme))
    assert page.one("html").get("data-kern-theme") == attribute


def test_what_the_browser_is_told_is_told_whole_and_cannot_end_its_script():
    page = {**PAGE, "actor": {**ACTOR, "name": "</script><b>"}}
    html = frame(page=page)
    told = re.search(r'<script type="application/json" id="page">(.*?)</script>', html)
    assert told is not None
    assert json.loads(told[1]) == page


def test_a_snapshot_names_its_stream_and_comes_back_as_it_went_in():
    snapshot = {"stream": "workshop/1", "epoch": "e", "seq": 3, "state": {"title": "</script>"}}
    html = drawn(IMPORTS + "{{ parts.snapshot(given) }}", given=snapshot)
    found = re.fullmatch(
        r'<script type="application/json" data-stream="workshop/1">(.*)</script>', html.strip()
    )
    assert found is not None
    assert json.loads(found[1]) == snapshot


def test_what_people_typed_is_escaped_in_every_part():
    typed = "<b>&"
    calls = [
        "parts.heading(typed, preline=typed, lead=typed)",
        "parts.alert(typed)",
        "parts.empty(typed, typed)",
        "parts.card(typed, preline=typed)",
        "parts.state(typed)",
        "parts.facts([(typed, typed)])",
        "parts.table(typed, [typed], [[typed]])",
        "parts.tabs(typed, [{'label': typed, 'href': typed, 'current': True}])",
        "parts.breadcrumb([(typed, typed), (typed, None)])",
        "forms.text(typed, typed, typed, typed, hint=typed)",
        "forms.textarea(typed, typed, typed, typed)",
        "forms.select(typed, typed, [(typed, typed)], typed)",
        "forms.radios(typed, typed, [(typed, typed, typed)], typed)",
        "forms.checkbox(typed, typed)",
        "forms.error_summary({typed: typed}, typed)",
    ]
    assert [call for call in calls if "<b>" in drawn(IMPORTS + "{{ " + call + " }}", typed=typed)] == []


def test_a_message_keeps_its_tone_and_a_strange_one_is_information():
    tones = {tone: part(f"parts.alert('Gut', tone='{tone}')") for tone in ("error", "success", "odd")}
    drawn_as = {tone: found.all("div")[0]["class"].split("--")[1] for tone, found in tones.items()}
    assert drawn_as == {"error": "danger", "success": "success", "odd": "info"}


def test_a_table_can_be_scrolled_by_keyboard_and_every_row_has_its_header():
    table = part("parts.table('Stimmen', ['Team', ('Minuten', 'numeric')], [['Ahlen', 36]], id='x')")
    assert table.one("div") == {
        "class": "ws-table-scroll",
        "role": "region",
        "tabindex": "0",
        "aria-labelledby": "x-caption",
    }
    assert [header["scope"] for header in table.all("th")] == ["col", "col", "row"]
    assert table.one("td")["class"].endswith("kern-table__cell--numeric")


def test_a_series_is_a_line_with_the_same_in_a_table_behind():
    step = {"when": "next", "label": "3. Treffen", "date": "28. April", "place": "Siegburg", "href": "/w"}
    series = part("parts.series([step])", step=step)
    assert series.one("li")["class"] == "ws-series__step is-next"
    assert series.text.count("28. April") == 2
    assert len(series.all("table")) == 1


def test_a_field_with_an_error_says_so_where_it_is_and_keeps_its_value():
    field = part("forms.text('title', 'Titel', 'Ne', 'Zu kurz.', hint='Kurz.')")
    box = field.one("input")
    assert box["value"] == "Ne"
    assert box["aria-invalid"] == "true"
    assert box["aria-describedby"] == "field-title-hint field-title-error"
    assert field.one("label")["for"] == box["id"] == "field-title"
    assert field.one("div", id="field-title-hint")
    assert field.one("p", id="field-title-error")


def test_a_field_without_hint_and_error_speaks_of_neither():
    box = part("forms.text('title', 'Titel')").one("input")
    assert {"aria-invalid", "aria-describedby"} & set(box) == set()


@pytest.mark.parametrize(("required", "word"), [(True, "(Pflichtangabe)"), (False, "(freiwillig)")])
def test_whether_a_field_is_needed_is_said_in_words(required, word):
    field = part("forms.text('title', 'Titel', required=needed)", needed=required)
    assert field.text == f"Titel {word}"
    assert ("required" in field.one("input")) is required


def test_what_was_written_begins_where_it_began():
    """A browser drops the first line break in a textarea; one of our own stands before what was written."""
    assert ">\n\nEins</textarea>" in drawn(IMPORTS + "{{ forms.textarea('q', 'Frage', '\\nEins') }}")


def test_a_password_never_comes_back():
    assert part("forms.password('password', 'Passwort')").one("input")["value"] == ""


def test_the_choice_made_stays_chosen():
    options = "[('de', 'Deutsch'), ('en', 'English')]"
    assert part(f"forms.select('l', 'Sprache', {options}, 'en')").one("option", value="en") == {
        "value": "en",
        "selected": None,
    }
    radios = part(f"forms.radios('l', 'Sprache', {options}, 'en')").all("input")
    assert ["checked" in radio for radio in radios] == [False, True]
    assert "checked" in part("forms.checkbox('mail', 'E-Mail', True)").one("input")


def test_the_error_summary_leads_to_every_field_and_takes_the_focus():
    summary = part("forms.error_summary({'title': 'Zu kurz.', 'minutes': 'Fehlt.'})")
    assert [link["href"] for link in summary.all("a")] == ["#field-title", "#field-minutes"]
    assert {"tabindex": "-1", "role": "alert", "autofocus": None}.items() <= summary.all("div")[0].items()


@pytest.mark.parametrize("field", ["text", "textarea", "number", "moment", "email", "password"])
def test_the_target_of_a_summary_is_a_control(field):
    control = part(f"forms.{field}('title', 'Titel')")
    assert control.all("input", id="field-title") + control.all("textarea", id="field-title")


@pytest.mark.parametrize("field", ["select", "radios"])
def test_the_target_of_a_summary_is_a_control_where_one_chooses(field):
    control = part(f"forms.{field}('kind', 'Art', [('a', 'Vortrag'), ('b', 'Übung')])")
    assert len(control.all("select", id="field-kind") + control.all("input", id="field-kind")) == 1


def test_no_error_no_summary():
    assert part("forms.error_summary({}, None)").found == []


def test_a_form_carries_token_and_command_id():
    source = (
        IMPORTS + "{% call forms.form('/there', command_id='c1') %}{{ forms.submit('Los') }}{% endcall %}"
    )
    form = Elements(drawn(source))
    assert form.one("form")["action"] == "/there"
    assert {field["name"]: field["value"] for field in form.all("input", type="hidden")} == {
        "csrf_token": "token",
        "command_id": "c1",
    }


def error(status, **values):
    return Elements(drawn('{% extends "error.html" %}', status=status, **values))


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_says_what_happened_that_nothing_is_lost_and_what_to_do(status):
    page = error(status)
    assert len(page.all("h1")) == 1
    assert "Was Sie tun können:" in page.text
    assert re.search(r"nichts geändert|sich nichts|ist sicher", page.text)
    assert "kern-btn" in page.all("a", href="/")[-1]["class"]


def test_every_error_is_told_apart():
    assert len({error(status).text for status in STATUSES}) == len(STATUSES)


def test_an_unknown_error_is_ours():
    assert "Bei uns ist ein Fehler aufgetreten" in error(507).text


def test_who_must_wait_is_told_how_long():
    assert "in 20 Sekunden" in error(429, retry_after=20).text
    assert "in einer Minute" in error(503).text


def test_no_error_says_anything_twice():
    for status in STATUSES:
        sentences = re.split(r"(?<=[.:]) ", error(status, message="Das geht nicht.", retry_after=5).text)
        assert len(sentences) == len(set(sentences)), status


def test_who_sent_a_form_is_not_led_to_its_address_but_back():
    """A form's address may be one that only takes forms."""
    for status in (429, 500, 503):
        assert "Noch einmal versuchen" in error(status).text
        sent = error(status, sent=True)
        assert "Noch einmal versuchen" not in sent.text
        assert "Eingabe" in sent.text


def test_what_was_typed_is_given_back_to_be_copied():
    page = error(403, sent=True, typed="<Mein Thema>")
    assert page.one("textarea", id="typed")
    assert "<Mein Thema>" in page.text
    assert error(403).all("textarea") == []


def test_where_the_reader_is_unknown_no_page_offers_to_sign_in():
    assert [bool(error(status).all("a", href="/sign-in")) for status in (404, 500, 503)] == [
        True,
        False,
        False,
    ]
