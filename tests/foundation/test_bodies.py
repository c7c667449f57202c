"""Bodies: each kind of wrong input is named by its field, in a sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, Strict
from tests.foundation.probe import refusal_of

from foundation import bodies
from foundation.bodies import Body, Line, PublicId, Text, WireMoment
from foundation.errors import Code, Refusal


class Colour(StrEnum):
    RED = "red"


class Topic(Body):
    title: Annotated[Line, Field(min_length=3, max_length=12)] = "Titel"
    question: Annotated[Text, Field(max_length=20)] = ""
    short: Annotated[str, Field(min_length=2, max_length=4)] = "abc"
    minutes: Annotated[int, Field(ge=5, le=480, multiple_of=5)] = 5
    wanted: bool = True
    share: float = 0.5
    at: WireMoment | None = None
    topic: PublicId = "0" * 16
    value: Literal[0, 1] = 0
    colour: Annotated[Colour, Strict(strict=False)] = Colour.RED
    marks: Annotated[list[int], Field(max_length=3)] = []


class Required(Body):
    topic: PublicId
    value: int


def wrong(kind: type[Body], data: Any, *, typed: bool = True) -> dict[str, str]:
    """What is said of each field, with the placeholders filled in."""
    refusal = refusal_of(lambda: bodies.parse(kind, data, typed=typed))
    assert refusal.code is Code.INVALID
    return {name: message % params for name, (message, params) in pairs(refusal).items()}


def pairs(refusal: Refusal) -> dict[str, tuple[str, Any]]:
    return {name: said if isinstance(said, tuple) else (said, {}) for name, said in refusal.fields.items()}


TEXT = "Hier wird Text erwartet."
NUMBER = "Hier wird eine ganze Zahl erwartet."
YES_OR_NO = "Hier wird Ja oder Nein erwartet."
UNSTORABLE = "Der Text enthält Zeichen, die sich nicht speichern lassen."
MOMENT = "Das ist kein gültiger Zeitpunkt."
FORM = "Diese Angabe hat nicht die richtige Form."
FILL_IN = "Bitte füllen Sie dieses Feld aus."
CHOICE = "Diese Auswahl gibt es nicht."


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "ab", "Bitte schreiben Sie mindestens 3 Zeichen."),
        ("title", "x" * 13, "Bitte schreiben Sie höchstens 12 Zeichen."),
        ("title", "", FILL_IN),
        ("title", "   ", FILL_IN),
        ("title", "\u200b\u200b\u2060", FILL_IN),
        ("title", "Ahlen \u202etxt", UNSTORABLE),
        ("title", "\u2067Ahlen", UNSTORABLE),
        ("title", "zwei\nZeilen", "Bitte schreiben Sie alles in eine Zeile."),
        ("title", "zwei\u2028Zeilen", "Bitte schreiben Sie alles in eine Zeile."),
        ("title", "null\0byte", UNSTORABLE),
        ("title", "glocke\a", UNSTORABLE),
        ("title", "delete\x7f!", UNSTORABLE),
        ("title", "halb\ud83d", UNSTORABLE),
        ("title", 5, TEXT),
        ("title", None, TEXT),
        ("title", ["abc"], TEXT),
        ("title", b"bytes", TEXT),
        ("question", "x" * 21, "Bitte schreiben Sie höchstens 20 Zeichen."),
        ("question", "null\0byte", UNSTORABLE),
        ("short", "x", "Bitte schreiben Sie mindestens 2 Zeichen."),
        ("short", "xxxxx", "Bitte schreiben Sie höchstens 4 Zeichen."),
        ("minutes", True, NUMBER),
        ("minutes", False, NUMBER),
        ("minutes", 5.0, NUMBER),
        ("minutes", "5", NUMBER),
        ("minutes", None, NUMBER),
        ("minutes", float("nan"), NUMBER),
        ("minutes", 0, "Der kleinste mögliche Wert ist 5."),
        ("minutes", 485, "Der größte mögliche Wert ist 480."),
        ("minutes", 10**400, "Der größte mögliche Wert ist 480."),
        ("minutes", 7, "Möglich sind nur Schritte von 5."),
        ("wanted", 1, YES_OR_NO),
        ("wanted", "true", YES_OR_NO),
        ("wanted", None, YES_OR_NO),
        ("share", float("nan"), "Diese Angabe ist nicht gültig."),
        ("share", float("inf"), "Diese Angabe ist nicht gültig."),
        ("at", 5, MOMENT),
        ("at", "5", MOMENT),
        ("at", "1461834000", MOMENT),
        ("at", True, MOMENT),
        ("at", 1e400, MOMENT),
        ("at", "gestern", MOMENT),
        ("at", "2016-13-01T09:00:00Z", MOMENT),
        ("at", "0001-01-01T00:00:00+14:00", MOMENT),
        ("at", "9999-12-31T23:59:59-14:00", MOMENT),
        ("at", "9999-12-31", MOMENT),
        ("at", "2016-04-28", "Der Zeitpunkt braucht eine Zeitzone."),
        ("at", "2016-04-28T09:00:00", "Der Zeitpunkt braucht eine Zeitzone."),
        ("at", "", FILL_IN),
        ("topic", "x", FORM),
        ("topic", "0" * 17, FORM),
        ("topic", "O" * 16, FORM),
        ("topic", "0" * 15 + "%", FORM),
        ("value", 2, CHOICE),
        ("colour", "blue", CHOICE),
        ("unknown", 1, "Diese Angabe ist hier nicht vorgesehen."),
    ],
)
def test_what_is_wrong_is_said_of_its_field(field: str, value: Any, sentence: str) -> None:
    assert wrong(Topic, {field: value}) == {field: sentence}


def test_everything_wrong_is_said_at_once() -> None:
    assert wrong(Topic, {"title": "ab", "minutes": True, "more": 1}) == {
        "title": "Bitte schreiben Sie mindestens 3 Zeichen.",
        "minutes": NUMBER,
        "more": "Diese Angabe ist hier nicht vorgesehen.",
    }


def test_what_is_missing_is_named() -> None:
    assert wrong(Required, {}) == {"topic": "Diese Angabe fehlt.", "value": "Diese Angabe fehlt."}


@pytest.mark.parametrize("data", [None, 5, "text", [], [{}], True])
def test_what_is_no_object_is_the_body_itself(data: Any) -> None:
    assert wrong(Required, data) == {"body": "Diese Angabe ist nicht gültig."}


def test_what_is_wrong_inside_is_named_by_its_way() -> None:
    assert set(wrong(Topic, {"marks": [1, "2"]})) == {"marks.1"}


def test_a_flood_of_fields_is_answered_shortly() -> None:
    found = wrong(Topic, {f"{'long' * 50}{number}": 1 for number in range(500)})

    assert len(found) <= 20
    assert all(len(name) <= 80 for name in found)


def test_a_field_name_that_no_text_can_hold_is_refused() -> None:
    assert wrong(Topic, {"halb\ud83d": 1}) == {"body": UNSTORABLE}


def test_what_fits_is_taken_as_it_was_meant() -> None:
    parsed = bodies.parse(
        Topic,
        {
            "title": "  Größe 💚 ",
            "question": "eine\r\nzwei\tdrei",
            "minutes": 480,
            "at": "2016-04-28T11:00:00+02:00",
            "value": 1,
        },
    )

    assert parsed.title == "Größe 💚"
    assert parsed.question == "eine\nzwei\tdrei"
    assert parsed.at == datetime(2016, 4, 28, 9, tzinfo=UTC)
    assert (parsed.minutes, parsed.value) == (480, 1)


def test_a_body_does_not_change() -> None:
    parsed = bodies.parse(Topic, {})

    with pytest.raises(ValueError, match="frozen"):
        parsed.minutes = 10


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [("minutes", "15", 15), ("wanted", "on", True), ("wanted", "false", False), ("share", "0.25", 0.25)],
)
def test_a_form_sends_text_for_everything(field: str, value: str, wanted: Any) -> None:
    assert getattr(bodies.parse(Topic, {field: value}, typed=False), field) == wanted


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes", "", FILL_IN),
        ("minutes", "fünf", NUMBER),
        ("minutes", "5.5", NUMBER),
        ("minutes", "7", "Möglich sind nur Schritte von 5."),
        ("wanted", "vielleicht", YES_OR_NO),
        ("title", "x" * 13, "Bitte schreiben Sie höchstens 12 Zeichen."),
        ("title", "null\0byte", UNSTORABLE),
        ("at", "2016-04-28T09:00", "Der Zeitpunkt braucht eine Zeitzone."),
        ("unknown", "1", "Diese Angabe ist hier nicht vorgesehen."),
    ],
)
def test_a_form_is_checked_as_strictly(field: str, value: str, sentence: str) -> None:
    assert wrong(Topic, {field: value}, typed=False) == {field: sentence}


def test_a_rule_names_a_field_in_the_same_shape() -> None:
    refusal = bodies.invalid(topic="Das Thema ist schon gewählt.", minutes=("Noch %(left)s.", {"left": 5}))

    assert refusal.code is Code.INVALID
    assert refusal.fields == {
        "topic": "Das Thema ist schon gewählt.",
        "minutes": ("Noch %(left)s.", {"left": 5}),
    }


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*Topic.model_fields, "extra"]), json) | json, st.booleans())
def test_whatever_comes_is_either_a_body_or_sentences(data: Any, typed: bool) -> None:
    try:
        parsed = bodies.parse(Topic, data, typed=typed)
    except Refusal as refusal:
        found = {name: message % params for name, (message, params) in pairs(refusal).items()}
        assert found
        assert all(re.fullmatch(r"[A-ZÄÖÜ].*\.", sentence) for sentence in found.values())
    else:
        parsed.model_dump_json().encode()
        assert 3 <= len(parsed.title) <= 12


zones = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])


@given(st.datetimes(timezones=zones))
def test_every_moment_that_is_taken_can_be_told_in_utc(moment: datetime) -> None:
    try:
        parsed = bodies.parse(Topic, {"at": moment.isoformat()})
    except Refusal:
        assert not 1901 <= moment.year < 2999
    else:
        assert parsed.at is not None
        assert parsed.at.astimezone(UTC) == moment.astimezone(UTC)


def test_a_moment_that_is_no_text_is_kept_within_reach_as_well() -> None:
    assert wrong(Topic, {"at": datetime(1899, 12, 31, tzinfo=UTC)}) == {"at": MOMENT}
    assert wrong(Topic, {"at": datetime(3000, 1, 1, tzinfo=UTC)}) == {"at": MOMENT}
