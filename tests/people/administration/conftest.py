"""A browser in which the office is signed in."""

import pytest


@pytest.fixture
def office(browser):
    browser.sign_in("administrator")
    return browser
