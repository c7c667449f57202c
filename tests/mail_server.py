"""A real mail server on this machine that keeps what it is given: `with MailServer() as server: ...`."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.serving import free_port

TAKEN = "250 OK"


@dataclass
class Received:
    """A mail as the server took it."""

    sender: str
    to: list[str]
    content: bytes
    message: EmailMessage
    encrypted: bool
    user: str | None

    def part(self, kind: str) -> str:
        """`plain` or `html`."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


@dataclass
class MailServer:
    """Takes every mail, unless told otherwise. The same address over stops and starts.

    `answers`: what it says next to whom a mail is for, one after the other, before it takes mails again.
    `refused`: addresses it never takes, with its answer. `verdicts`: the same as `answers`, once it has
    the mail.
    """

    tls: ssl.SSLContext | None = None
    from_the_start: bool = False
    """Encrypted from the first byte (`smtps`)."""
    user: str = ""
    password: str = ""
    smtputf8: bool = True
    messages: list[Received] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    """How often it was asked to take a mail for an address."""
    port: int = field(default_factory=free_port)
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        who = f"{self.user}:{self.password}@" if self.user else ""
        return f"{'smtps' if self.from_the_start else 'smtp'}://{who}127.0.0.1:{self.port}"

    def __enter__(self) -> MailServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> MailServer:
        options: dict[str, Any] = {"enable_SMTPUTF8": self.smtputf8}
        if self.tls and not self.from_the_start:
            options |= {"tls_context": self.tls}
        if self.user:
            options |= {"authenticator": self._let_in, "auth_required": True}
        if self.from_the_start:
            options |= {"ssl_context": self.tls}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def _let_in(self, _server: Any, _session: Any, _envelope: Any, _how: str, given: Any) -> AuthResult:
        fits = isinstance(given, LoginPassword) and given == LoginPassword(
            self.user.encode(), self.password.encode()
        )
        return AuthResult(success=fits, handled=False, auth_data=self.user if fits else None)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name for it
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self.asked[address] += 1
        answer = self.refused.get(address) or (self.answers.pop(0) if self.answers else TAKEN)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- likewise
        if self.verdicts:
            return self.verdicts.pop(0)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(
            Received(
                sender=envelope.mail_from,
                to=list(envelope.rcpt_tos),
                content=envelope.content,
                message=message,
                encrypted=session.ssl is not None or self.from_the_start,
                user=session.auth_data,
            )
        )
        return TAKEN


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for this machine, and the file of the authority that signed it: itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "certificate.pem", folder / "key.pem"
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file, secret)
    return context, file
