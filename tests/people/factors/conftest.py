"""Somebody who has just set up a passkey."""

import re

import pytest
from tests.people.factors.authenticator import Authenticator
from tests.people.factors.passkey_pages import CODE, add


@pytest.fixture
def device(browser):
    """The passkey of somebody who has just set it up; `recovery` are their codes."""
    browser.sign_in("ahlen")
    made = Authenticator()
    made.recovery = re.findall(CODE, add(browser, made).text)
    return made
