"""The token in the address of a link, told from one that the house has not made."""

import pytest

from people.links.rules import LASTS, PATHS, Purpose, link_in, token

KEY, LINK = b"the key of the house", "0123456789abcdef"
GENUINE = token(LINK, KEY)


def test_a_token_of_ours_leads_to_its_link():
    assert link_in(GENUINE, KEY) == LINK


def test_a_token_does_not_show_the_key_and_differs_for_each_link():
    assert token(LINK, b"another key") != GENUINE
    assert GENUINE[16:] != token("0123456789abcdeg", KEY)[16:]


@pytest.mark.parametrize(
    "forged",
    [
        "",
        LINK,
        GENUINE[:-1],
        GENUINE + "0",
        GENUINE.upper(),
        "1" + GENUINE[1:],
        GENUINE[:-1] + ("0" if GENUINE[-1] != "0" else "1"),
        "ü" * 56,
        "\udcff" * 56,
        "0" * 100_000,
    ],
)
def test_whatever_else_is_none(forged):
    assert link_in(forged, KEY) is None


def test_every_purpose_says_how_long_and_where():
    assert set(LASTS) == set(PATHS) == set(Purpose)
