"""Handing one message to the mail server, by SMTP."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PATIENCE = 10.0
"""Seconds for each answer of the server until it has the mail."""
BEFORE = 30.0
"""Seconds after which it does not get the mail any more.

With the rest this stays within the claim on the job, so that no other process begins to send the same.
"""
VERDICT = 60.0
"""Seconds for its last answer; who scans mails for viruses takes a while."""
LONGEST_LINE = 998
"""Signs that a line may have (RFC 5322). A shorter limit would break the addresses in headers."""
_OURS_TO_MEND = (503, 530, 535, 538)
"""Permanent answers to whoever is not signed in, or not as the server wants it."""


class TurnedDownError(Exception):
    """The server will not take this mail, now or later. `bounced`: because of whom it is for."""

    def __init__(self, why: str, *, bounced: bool) -> None:
        super().__init__(f"turned down: {why}")
        self.why = why
        self.bounced = bounced


@dataclass(frozen=True)
class Server:
    """The mail server at `smtp://USER:PASSWORD@HOST:587` or `smtps://...:465`."""

    url: str

    def deliver(self, message: EmailMessage, *, sender: str, to: str, name: str) -> None:
        """Hand the message over; returns when the server has taken it, and then it is the server's.

        `name` is how we introduce ourselves. Raises `TurnedDownError` for what is final, and else what
        smtplib and the network raise.
        """
        begun = time.monotonic()
        client = self._connect(name)
        try:
            _expect(client.mail(sender, _options(client, to)))
            _settle(client.rcpt(to), bounced=True)
            if time.monotonic() - begun > BEFORE:
                raise TimeoutError
            if client.sock is not None:
                client.sock.settimeout(VERDICT)
            whole = message.as_bytes(policy=message.policy.clone(max_line_length=LONGEST_LINE))
            _settle(client.data(whole), bounced=False)
            with suppress(OSError, smtplib.SMTPException):  # it has the mail, however it says goodbye
                client.quit()
        finally:
            client.close()

    def _connect(self, name: str) -> smtplib.SMTP:
        """Encrypted, with a certificate that fits, wherever a password goes or a mail leaves this machine.

        Raises `SMTPNotSupportedError` if the server, or somebody in between, does not offer it.
        """
        parts = urlsplit(self.url)
        host, user = parts.hostname or "localhost", unquote(parts.username or "")
        context = ssl.create_default_context()
        client: smtplib.SMTP
        if parts.scheme == "smtps":
            client = smtplib.SMTP_SSL(
                host, parts.port or 465, local_hostname=name, timeout=PATIENCE, context=context
            )
        else:
            client = smtplib.SMTP(host, parts.port or 587, local_hostname=name, timeout=PATIENCE)
        try:
            client.ehlo_or_helo_if_needed()
            # A server on this machine often has a certificate that nobody has signed, and no wire to guard.
            if parts.scheme == "smtp" and (user or host not in LOOPBACK):
                client.starttls(context=context)
                client.ehlo_or_helo_if_needed()
            if user:
                client.login(user, unquote(parts.password or ""))
        except BaseException:
            client.close()
            raise
        return client


def _options(client: smtplib.SMTP, to: str) -> Sequence[str]:
    if to.isascii():
        return ()
    if not client.has_extn("smtputf8"):
        raise TurnedDownError("no_smtputf8", bounced=True)
    return ("SMTPUTF8",)


def _expect(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)


def _settle(answer: tuple[int, bytes], *, bounced: bool) -> None:
    """Tell what is final from what an operator can still put right.

    It is no fault of the mailbox that a server takes no mail from us (X.7.X in RFC 3463).
    """
    code, words = answer
    if code >= 500 and code not in _OURS_TO_MEND and not words.startswith(b"5.7."):
        raise TurnedDownError(str(code), bounced=bounced)
    _expect(answer)
