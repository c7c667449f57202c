"""A sign-in service of the tests' own, talked to over HTTP."""

import subprocess
import sys
from urllib.parse import urlsplit

import httpx
import pytest
from tests.serving import free_port
from tests.visiting import wait_until

CLIENT = "werkstatt"


class Service:
    """`oidc-provider-mock` as a process; whoever is known there signs in by one click."""

    def __init__(self, log):
        self.port = free_port()
        self.issuer = f"http://localhost:{self.port}"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port)],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        wait_until(self._ready, "the sign-in service is ready")

    def _ready(self):
        try:
            return httpx.get(f"{self.issuer}/.well-known/openid-configuration").status_code == 200
        except httpx.HTTPError:
            return False

    def knows(self, subject, **claims):
        httpx.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def sends_back(self, there, subject):
        """Where the browser goes after somebody has signed in at the page `there`."""
        back = httpx.post(there, data={"sub": subject}).headers["location"]
        return urlsplit(back)._replace(scheme="", netloc="").geturl()

    def close(self):
        self._process.terminate()
        self._process.wait(timeout=30)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    with (tmp_path_factory.mktemp("service") / "log").open("ab") as log:
        made = Service(log)
        yield made
        made.close()
