"""Every way in which the body of a command can be wrong, found by looking at its declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from foundation.bodies import Body

Case = tuple[str, dict[str, Any], str]
"""What is wrong, the body, and the field that the refusal has to name."""

OF_NO_TYPE: Mapping[str, Any] = {
    "a list": [],
    "an object": {},
    "a list in a list": [[1]],
    "an object in it": {"a": 1},
}
NUMBERS: Mapping[str, Any] = {"a float": 1.5, "a whole float": 5.0, "a number": 7, "minus one": -1, "zero": 0}
TEXTS: Mapping[str, Any] = {
    "a word": "viel",
    "digits": "5",
    "nothing": "",
    "blanks": "  ",
    "true as text": "true",
}
BOOLEANS: Mapping[str, Any] = {"true": True, "false": False}
LARGEST = 60_000
CONTROLS = ("\a", "\x1b[31m", "\x7f", "\b")


def wrong_bodies(kind: type[Body], good: Mapping[str, Any]) -> Iterator[Case]:
    """The good body with one thing wrong in each."""
    schema = kind.model_json_schema()
    fields = {name: _flat(field, schema) for name, field in schema.get("properties", {}).items()}
    for surplus in ("surplus", "__class__", "id", "Title", "ünïcode", "a.b", "topic "):
        if surplus not in fields:
            yield f"surplus {surplus!r}", {**good, surplus: 1}, surplus.encode("ascii", "replace").decode()
    for name in schema.get("required", ()):
        yield f"{name} is missing", {key: value for key, value in good.items() if key != name}, name
    for name, field in fields.items():
        for what, value in _wrong_values(field):
            yield f"{name} is {what}", {**good, name: value}, name


def _flat(field: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A field's rules in one mapping; `nullable` says whether nothing is allowed."""
    parts = field.get("anyOf", [field])
    found: dict[str, Any] = {"nullable": any(part.get("type") == "null" for part in parts)}
    for part in parts:
        if part.get("type") != "null":
            found |= part
    if "$ref" in found:
        found |= schema["$defs"][found["$ref"].rpartition("/")[2]]
    return found


def _wrong_values(field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if field["type"] in ("array", "object"):  # what is wrong inside is named by its place there
        yield from NUMBERS.items()
        yield from TEXTS.items()
        return
    yield from OF_NO_TYPE.items()
    if not field["nullable"]:
        yield "null", None
    yield from {
        "boolean": _no_boolean, "integer": _no_integer, "string": _no_text
    }[field["type"]](field)  # fmt: skip


def _no_boolean(_field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from NUMBERS.items()
    yield from TEXTS.items()


def _no_integer(field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from TEXTS.items()
    yield from BOOLEANS.items()
    yield "a float", 1.5
    yield "a whole float", float(field["minimum"])
    yield "too small", field["minimum"] - field.get("multipleOf", 1)
    yield "too large", field["maximum"] + field.get("multipleOf", 1)
    yield "far too large", 2**53 - 1
    if field.get("multipleOf", 1) > 1:
        yield "no multiple", field["minimum"] + 1


def _no_text(field: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from NUMBERS.items()
    yield from BOOLEANS.items()
    if field.get("maxLength", LARGEST) < LARGEST:  # longer ones meet the limit of the wire first
        yield "too long", "x" * (field["maxLength"] + 1)
        yield "far too long", "ü" * 9_000 if field["maxLength"] < 20_000 else "x" * 50_000
    if field.get("minLength"):
        yield "empty", ""
        yield "blank", "   "
        yield "too short", "x" * (field["minLength"] - 1)
    if "pattern" in field:
        for value in ("", "x", "0" * 17, "0" * 65, "A" * 16, "0" * 15 + "ä", "0" * 15 + "\n", "%s" * 8):
            if value == field.get("default") or re.fullmatch(field["pattern"], value.strip()):
                continue  # as good as not said, or as what is asked for
            yield f"{value!r}", value
    elif "enum" in field:
        for value in ("", "x", field["enum"][0].upper() + "!", f"{field['enum'][0]}\n!"):
            yield f"{value!r}", value
    elif "format" in field:
        for value in (
            "",
            "x",
            "1700000000",
            "2016",
            "2016-13-01",
            "2016-04-31T00:00:00Z",
            "0000-00-00",
            "now",
        ):
            yield f"{value!r}", value
        if field["format"] == "date-time":
            yield "without a zone", "2016-04-28T09:00:00"
            yield "only a day", "2016-04-28"
            yield "beyond every calendar", "9999-12-31T23:59:59-14:00"
            yield "before every calendar", "0001-01-01T00:00:00+14:00"
    else:
        for sign in CONTROLS:
            yield f"text with {sign!r}", f"Anerkennung{sign}kultur"
