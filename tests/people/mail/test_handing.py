"""To a mail server over a real connection: encrypted, with a certificate that fits, signed in."""

import smtplib
import socket
import ssl
import threading
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import pytest
from tests.mail_server import MailServer, certified
from tests.serving import free_port

from people.mail import handing
from people.mail.handing import Server, TurnedDownError

pytestmark = pytest.mark.usefixtures("on_sqlite")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certified(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def known(certificate, monkeypatch):
    """The authority is one of those that this machine knows."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    return certificate[0]


def message(to="ahlen@example.org"):
    made = EmailMessage(SMTP if to.isascii() else SMTPUTF8)
    made["From"], made["To"], made["Subject"] = "post@example.org", to, "Größe"
    made.set_content("Grüße\n.\nnach dem Punkt", cte="quoted-printable")
    return made


def deliver(url, to="ahlen@example.org"):
    Server(url).deliver(message(to), sender="post@example.org", to=to, name="werkstatt.example.org")


def test_a_name_and_a_password_go_over_an_encrypted_line_only(known):
    with MailServer(tls=known, user="werkstatt", password="geheim") as server:
        deliver(server.url)
    [received] = server.messages
    assert (received.encrypted, received.user) == (True, "werkstatt")
    assert received.message["Subject"] == "Größe"
    assert received.message.get_content().splitlines() == ["Grüße", ".", "nach dem Punkt"]


def test_a_line_that_is_encrypted_from_the_start(known):
    with MailServer(tls=known, from_the_start=True) as server:
        deliver(server.url)
    assert [one.encrypted for one in server.messages] == [True]


def test_signs_in_an_address_are_read_as_they_are_meant(known):
    with MailServer(tls=known, user="post@ort.de", password="a/b:c@d") as server:
        url = f"smtp://post%40ort.de:a%2Fb%3Ac%40d@127.0.0.1:{server.port}"
        deliver(url)
    assert [one.user for one in server.messages] == ["post@ort.de"]


def test_a_certificate_that_nobody_knows_gets_neither_password_nor_mail(certificate):
    asked = {"tls": certificate[0], "user": "werkstatt", "password": "geheim"}
    with MailServer(**asked) as server, pytest.raises(ssl.SSLCertVerificationError):
        deliver(server.url)
    assert server.messages == []


def test_a_server_that_cannot_encrypt_gets_no_password():
    with MailServer() as server, pytest.raises(smtplib.SMTPNotSupportedError):
        deliver(f"smtp://werkstatt:geheim@127.0.0.1:{server.port}")
    assert server.messages == []


def test_a_server_elsewhere_that_cannot_encrypt_gets_no_mail():
    """Whoever sits between could have taken that out of its answer, and reads the links of resets."""
    with MailServer() as server, pytest.raises(smtplib.SMTPNotSupportedError):
        deliver(f"smtp://127.1:{server.port}")  # to us any name but the usual ones is another machine
    assert server.messages == []


def test_a_wrong_password_is_for_the_operator_to_mend(known):
    asked = {"tls": known, "user": "werkstatt", "password": "geheim"}
    with MailServer(**asked) as server, pytest.raises(smtplib.SMTPAuthenticationError):
        deliver(f"smtp://werkstatt:falsch@127.0.0.1:{server.port}")


def test_a_server_on_this_machine_may_have_a_certificate_that_nobody_has_signed(certificate):
    with MailServer(tls=certificate[0]) as server:
        deliver(server.url)
    assert [one.encrypted for one in server.messages] == [False]


def test_a_mailbox_with_an_umlaut_needs_a_server_that_can():
    with MailServer() as server:
        deliver(server.url, "jürgen@example.org")
    assert [one.to for one in server.messages] == [["jürgen@example.org"]]
    with MailServer(smtputf8=False) as server, pytest.raises(TurnedDownError) as refused:
        deliver(server.url, "jürgen@example.org")
    assert (refused.value.bounced, server.messages) == (True, [])


def test_nobody_there_is_an_error_of_the_network():
    with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the machine
        deliver(f"smtp://127.0.0.1:{free_port()}")


def test_a_server_that_never_answers_holds_nobody_up(monkeypatch):
    monkeypatch.setattr(handing, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            deliver(f"smtp://127.0.0.1:{silent.getsockname()[1]}")


def test_a_server_that_is_too_slow_does_not_get_the_mail_after_the_claim_is_over(monkeypatch):
    monkeypatch.setattr(handing, "BEFORE", 0.0)
    with MailServer() as server, pytest.raises(TimeoutError):
        deliver(server.url)
    assert server.messages == []


@pytest.mark.parametrize("said", [b"", b"\xff\xfe\r\n", b"220 hello\r\n999\r\n", b"HTTP/1.1 400\r\n\r\n"])
def test_whatever_else_answers_there_is_an_error_that_can_be_tried_again(said):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises((OSError, smtplib.SMTPException)):
            deliver(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        thread.join()
