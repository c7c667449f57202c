"""Commands: what a request has to be before anybody carries it out."""

from __future__ import annotations

import uuid
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.foundation import probe
from tests.foundation.ground import COUNTER, HALL_PLACE, PLACE
from tests.foundation.probe import code_of, refusal_of

from foundation import commands
from foundation.errors import Code, Refusal

MISSING = "Diese Angabe fehlt."
ID = "0d3c6a52-6d56-4f1a-9f0e-6a2c6c1f7c11"
GOOD: dict[str, Any] = {"id": ID, "name": "counter.add", "place": PLACE, "body": {"by": 2}}


def wrong(data: Any) -> dict[str, Any]:
    refusal = refusal_of(lambda: commands.from_wire(data))
    assert refusal.code is Code.INVALID
    return {name: said[0] if isinstance(said, tuple) else said for name, said in refusal.fields.items()}


def test_a_command_from_the_wire() -> None:
    asked = commands.from_wire(GOOD)

    assert (asked.id, asked.name, asked.place) == (ID, "counter.add", PLACE)
    assert asked.body == probe.Add(by=2)
    assert asked.declared.verb is probe.add_to


def test_a_body_may_be_left_out_where_nothing_is_to_be_said() -> None:
    asked = commands.from_wire({key: GOOD[key] for key in ("id", "name", "place")})

    assert asked.body == probe.Add()


@pytest.mark.parametrize("data", [None, 5, "text", [], [GOOD], True])
def test_what_is_no_object_is_a_bad_request(data: Any) -> None:
    assert code_of(lambda: commands.from_wire(data)) is Code.BAD_REQUEST


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"id": None}, {"id": "Hier wird Text erwartet."}),
        ({"id": 5}, {"id": "Hier wird Text erwartet."}),
        ({"id": ""}, {"id": "Hier wird Text erwartet."}),
        ({"id": "x"}, {"id": "Diese Angabe hat nicht die richtige Form."}),
        ({"id": "x" * 121}, {"id": "Hier wird Text erwartet."}),
        ({"name": "counter.unknown"}, {"name": "Diesen Befehl gibt es nicht."}),
        ({"name": ["counter.add"]}, {"name": "Hier wird Text erwartet."}),
        ({"place": HALL_PLACE}, {"place": "Diesen Befehl gibt es an diesem Ort nicht."}),
        ({"place": "house"}, {"place": "Diesen Befehl gibt es an diesem Ort nicht."}),
        ({"place": "account/1"}, {"place": "Diesen Befehl gibt es an diesem Ort nicht."}),
        ({"place": {}}, {"place": "Hier wird Text erwartet."}),
        ({"place": "counter/" + "x" * 113}, {"place": "Hier wird Text erwartet."}),
        ({"body": None}, {"body": "Diese Angabe hat nicht die richtige Form."}),
        ({"body": [1]}, {"body": "Diese Angabe hat nicht die richtige Form."}),
        ({"body": {"by": "2"}}, {"by": "Hier wird eine ganze Zahl erwartet."}),
        ({"body": {"by": 2, "to": 1}}, {"to": "Diese Angabe ist hier nicht vorgesehen."}),
        ({"extra": 1}, {"extra": "Diese Angabe ist hier nicht vorgesehen."}),
        (
            {"id": 1, "name": 2, "place": 3, "body": 4, "actor": "me"},
            {
                "id": "Hier wird Text erwartet.",
                "name": "Hier wird Text erwartet.",
                "place": "Hier wird Text erwartet.",
                "body": "Diese Angabe hat nicht die richtige Form.",
                "actor": "Diese Angabe ist hier nicht vorgesehen.",
            },
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], fields: dict[str, str]) -> None:
    assert wrong({**GOOD, **change}) == fields


def test_what_is_missing_is_named() -> None:
    assert wrong({}) == {"id": MISSING, "name": MISSING, "place": MISSING}


def test_a_name_of_a_hundred_and_twenty_characters_is_taken() -> None:
    longest = "counter/" + "x" * 112

    assert commands.from_wire({**GOOD, "place": longest}).place == longest


def test_what_is_surplus_is_named_up_to_a_bound_whatever_comes() -> None:
    found = wrong({**GOOD, **{f"{number:02}" + "x" * 100: 1 for number in range(25)}})

    assert list(found) == [f"{number:02}" + "x" * 78 for number in range(20)]


@pytest.mark.parametrize("place", ["counter/\0", "counter/a\nb", "counter/\ud83d"])
def test_a_place_that_nothing_can_be_called_does_not_exist(place: str) -> None:
    assert code_of(lambda: commands.from_wire({**GOOD, "place": place})) is Code.NOT_FOUND


def test_a_command_is_declared_once() -> None:
    with pytest.raises(RuntimeError, match="declared twice"):
        commands.command("counter.add", probe.Add, place="counter")(probe.add_to)


def test_a_command_is_alone_when_others_would_see_the_ground_move() -> None:
    alone = {name for name, declared in commands.declared().items() if declared.alone}

    assert alone == {"counter.move", "counter.take", "hall.admit", "hall.dismiss", "session.close"}


def test_what_was_asked_cannot_be_changed_on_the_way() -> None:
    asked = commands.ask("counter.add", PLACE)
    for value in (asked, asked.declared, commands.Answer({PLACE: 1}, {})):
        [name, *_] = vars(value)
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, "other")


def test_an_id_is_made_where_none_is_given() -> None:
    one, two = (commands.ask("counter.add", PLACE) for _ in range(2))

    assert one.id != two.id
    assert str(uuid.UUID(one.id)) == one.id


def test_a_form_names_the_same_command() -> None:
    typed = commands.ask("counter.add", PLACE, {"by": 2, "note": "x"}, id=ID)
    form = commands.ask("counter.add", PLACE, {"by": "2", "note": " x "}, id=ID, typed=False)

    assert commands.fingerprint(typed, b"secret") == commands.fingerprint(form, b"secret")


def test_a_fingerprint_is_of_the_whole_command_and_of_the_house() -> None:
    asked = [
        commands.ask("counter.add", PLACE, {"by": 2}),
        commands.ask("counter.add", PLACE, {"by": 3}),
        commands.ask("counter.add", f"{PLACE}x", {"by": 2}),
        commands.ask("counter.secret", PLACE, {"by": 2}),
    ]
    found = {commands.fingerprint(one, secret) for one in asked for secret in (b"secret", b"another")}

    assert len(found) == 8
    assert commands.fingerprint(asked[0], b"secret") == commands.fingerprint(
        commands.ask("counter.add", PLACE, {"by": 2}), b"secret"
    )


anything = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([*GOOD.values()])
)


@given(st.dictionaries(st.sampled_from([*GOOD, "more"]) | st.text(max_size=5), anything))
def test_whatever_comes_is_a_command_or_a_refusal_with_sentences(data: dict[str, Any]) -> None:
    outcome: Any
    try:
        outcome = commands.from_wire(data)
    except Refusal as refusal:
        outcome = refusal.code
    if isinstance(outcome, Code):
        assert outcome in (Code.INVALID, Code.NOT_FOUND)
    else:
        assert outcome.place.startswith("counter/")
        assert set(data) <= set(GOOD)


def test_ids_in_the_body_are_public_ids() -> None:
    asked = commands.ask("counter.move", PLACE, {"to": COUNTER})

    assert asked.body == probe.Move(to=COUNTER, by=1)
