"""The house beside a sign-in service."""

from dataclasses import replace

import pytest

from people.identities import provider as speaking

from .provider import CLIENT, service  # noqa: F401 -- a fixture


@pytest.fixture
def told(app, service):  # noqa: F811 -- the fixture
    """Say what the operator has set, on top of the service."""

    def tell(**settings):
        house = app.extensions["house"]
        known = {"oidc_issuer": service.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": "secret"}
        changed = house.settings.model_copy(update={**known, **settings})
        app.extensions["house"] = replace(house, settings=changed)

    speaking.forget()
    tell()
    return tell


@pytest.fixture
def arrive(told, service, browser):  # noqa: F811 -- the fixture
    """Go to the service, sign in there, come back."""

    def arrive(subject, *, onward="/", by=browser):
        there = by.get("/sign-in/oidc", query_string={"next": onward}).location
        return by.get(service.sends_back(there, subject))

    return arrive
