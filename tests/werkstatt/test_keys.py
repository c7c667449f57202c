"""One secret, a key for each purpose, and none tells of another."""

from __future__ import annotations

from werkstatt import keys
from werkstatt.settings import load

SECRET = "only for tests, but longer than thirty-two characters"
PURPOSES = (keys.COOKIES, keys.RECEIPTS, keys.HINTS)


def test_every_purpose_has_a_key_of_its_own() -> None:
    made = {keys.key(load(secret_key=SECRET), purpose) for purpose in PURPOSES}
    assert len(made) == len(PURPOSES)
    assert {len(key) for key in made} == {32}


def test_keys_stay_as_long_as_the_secret_does() -> None:
    for purpose in PURPOSES:
        first, again = (keys.key(load(secret_key=SECRET), purpose) for _ in range(2))
        assert first == again != keys.key(load(secret_key=SECRET + "!"), purpose)


def test_no_character_of_a_long_secret_is_left_out() -> None:
    long = "a" * 80
    assert keys.key(load(secret_key=long), keys.COOKIES) != keys.key(
        load(secret_key=long + "b"), keys.COOKIES
    )
