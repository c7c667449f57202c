"""Who counts as asking from this machine itself."""

import pytest
from flask import Flask, request

from werkstatt.nearby import is_from_here


def _asked(address, headers=()):
    with Flask("probe").test_request_context(headers=list(headers), environ_base={"REMOTE_ADDR": address}):
        return is_from_here(request)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.53", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_here(address):
    assert _asked(address)


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.7", "", "unix:"])
def test_another_machine_is_not(address):
    assert not _asked(address)


@pytest.mark.parametrize(
    "header", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_what_a_proxy_passes_on_comes_from_elsewhere(header):
    """Whichever of them it sets, and whatever it says there."""
    assert not _asked("127.0.0.1", [(header, "127.0.0.1")])
