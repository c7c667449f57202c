"""Strict JSON: what another program would read differently is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live import strict_json
from live.strict_json import DEPTH, LARGEST, NotStrictError


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "{",
        "[1,]",
        "{'a': 1}",
        "undefined",
        "NaN",
        "[Infinity]",
        '{"a": -Infinity}',
        "[1e400]",
        "[-1e400]",
        str(LARGEST + 1),
        str(-LARGEST - 1),
        "1" * 5000,
        '{"a": 1, "a": 1}',
        '{"a": {"b": 1, "b": 2}}',
        '"null\\u0000byte"',
        '{"null\\u0000byte": 1}',
        '"half\\ud83d"',
        '"\\udc9ahalf"',
        '{"half\\ud83d": 1}',
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 5000,
        "\ufeff{}",
        '"line\nbreak"',
        b"\xff\xfe[\x001\x00]\x00",
        b"\xef\xbb\xbf[]",
        b'"\xff"',
        b'"\xed\xa0\xbd"',
        b"[1]\0",
    ],
)
def test_what_is_not_strict_is_refused(text: str | bytes) -> None:
    with pytest.raises(NotStrictError):
        strict_json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ('{"a": [1, 2.5, true, "x"]}', {"a": [1, 2.5, True, "x"]}),
        (str(LARGEST), LARGEST),
        (str(-LARGEST), -LARGEST),
        ('"\\ud83d\\udc9a"', "💚"),
        ('"Größe"'.encode(), "Größe"),
        ('{"a": 1, "A": 2}', {"a": 1, "A": 2}),
        ("1e300", 1e300),
    ],
)
def test_what_is_strict_is_read(text: str | bytes, value: Any) -> None:
    assert strict_json.loads(text) == value


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("inside", ["1", "[]"])
def test_twelve_within_each_other_are_read_and_thirteen_are_not(
    opening: str, closing: str, inside: str
) -> None:
    most = DEPTH - (inside == "[]")

    assert strict_json.loads(opening * most + inside + closing * most) is not None
    with pytest.raises(NotStrictError):
        strict_json.loads(opening * (most + 1) + inside + closing * (most + 1))


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts | st.floats(-1e300, 1e300),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def test_what_we_write_is_no_longer_than_it_must_be() -> None:
    assert strict_json.dumps({"ä": "€"}) == '{"ä": "€"}'


@given(values)
def test_what_we_write_we_read(value: Any) -> None:
    assert strict_json.loads(strict_json.dumps(value)) == value


@given(st.text(max_size=40) | st.binary(max_size=40))
def test_whatever_comes_is_read_or_refused(text: str | bytes) -> None:
    try:
        value = strict_json.loads(text)
    except NotStrictError:
        return
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
