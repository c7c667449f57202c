"""Mail of a running server, mail that comes back, and what all mails of an installation have in common."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from tests.mail_server import MailServer, certified
from tests.people.mail.test_bouncing import report
from tests.scene import Scene, address
from tests.serving import SECRET_KEY, Server
from tests.visiting import Visitor, wait_until

from foundation.database import Database
from people.accounts.models import Person
from werkstatt import mailing
from werkstatt.cli import main
from werkstatt.settings import load

SENDER = "Werkstatt <post@example.org>"
SETTINGS = {"secret_key": SECRET_KEY, "base_url": "https://werkstatt.example.org"}


def test_links_begin_with_the_address_that_was_set_and_the_sender_is_the_one_that_was_set() -> None:
    head = mailing.letterhead(load(**SETTINGS, mail_from=SENDER))
    assert (head.base_url, head.host) == ("https://werkstatt.example.org", "werkstatt.example.org")
    assert head.sender_address == "post@example.org"
    assert mailing.letterhead(load(**SETTINGS)).sender_address == "werkstatt@werkstatt.example.org"


@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_a_running_server_sends_what_waits_with_links_to_its_own_address(
    scene: Scene, serve: Callable[..., Server], tmp_path: Path, mode: str
) -> None:
    """A poll was opened in the scene, and somebody forgets a password. The line is encrypted."""
    context, authority = certified(tmp_path)
    with MailServer(tls=context, user="werkstatt", password="geheim") as post:
        settings = {"smtp_url": post.url, "mail_from": SENDER}
        known = {"SSL_CERT_FILE": str(authority)}
        server = serve(scene.url, mode=mode, settings=settings, environment=known).start()
        visitor = Visitor(server.url)
        form = {"csrf_token": visitor.form_token("/forgot"), "email": address("member")}
        assert visitor.post("/forgot", form).status == 302
        wait_until(lambda: len(post.messages) == 3, "two votes to cast and one password to choose")
        assert server.stop() == 0
    assert sorted(one.to[0] for one in post.messages) == [
        address("member"), address("member"), address("neighbour")
    ]  # fmt: skip
    assert all(one.encrypted for one in post.messages)
    assert all(f"{server.url}/" in one.part("plain") for one in post.messages)
    assert "example.org" not in server.said


@pytest.mark.usefixtures("on_sqlite")
def test_without_a_mail_server_everything_waits_and_the_log_says_so_once(
    scene: Scene, serve: Callable[..., Server]
) -> None:
    server = serve(scene.url).start()
    wait_until(lambda: "mail_waits" in server.said, "it is said")
    server.stop()
    assert server.said.count("mail_waits") == 1


@pytest.fixture
def noted(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Any]:
    """`werkstatt note-bounce` with that on its standard input."""
    for name, value in {"DATABASE_URL": scene.url, "DATA_DIR": tmp_path, "SECRET_KEY": SECRET_KEY}.items():
        monkeypatch.setenv(f"WERKSTATT_{name}", str(value))
    return lambda raw: CliRunner().invoke(main, ["note-bounce"], input=raw)


def bounced(scene: Scene) -> list[str]:
    database = Database(scene.url)
    with database.reading() as connection:
        query = select(Person.email).where(Person.bounced_at.is_not(None))
        found = list(connection.execute(query).scalars())
    database.close()
    return found


def test_a_report_on_standard_input_is_noted(noted: Callable[[bytes], Any], scene: Scene) -> None:
    answer = noted(report("postfix").replace(b"ahlen@", b"member@").replace(b"Ahlen@", b"Member@"))
    assert (answer.exit_code, answer.output) == (0, "Vermerkt.\n")
    assert bounced(scene) == [address("member")]


@pytest.mark.parametrize("raw", [b"", b"\xff" * 100, report("delayed"), report("away")])
def test_what_is_no_report_of_a_failure_is_taken_and_forgotten(
    noted: Callable[[bytes], Any], scene: Scene, raw: bytes
) -> None:
    answer = noted(raw)
    assert answer.exit_code == 0
    assert "nichts" in answer.output
    assert bounced(scene) == []


def test_while_the_database_is_away_the_mail_server_keeps_the_report(
    noted: Callable[[bytes], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKSTATT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert noted(report("postfix")).exit_code == mailing.TRY_AGAIN_LATER
