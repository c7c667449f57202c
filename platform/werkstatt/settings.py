"""The settings of an installation: environment variables `WERKSTATT_*`, checked before anything starts."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import limits
import pyrage
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from people.accounts.rules import address
from people.privacy.retention.queries import FIXED
from people.privacy.retention.rules import Kind, Periods
from people.sign_in.rules import SessionLimits
from people.texts.lands import Land
from werkstatt.bounds import Bounds


class Mode(StrEnum):
    """How the server does many things at once."""

    EVENTLET = "eventlet"
    THREADING = "threading"


LOOPBACK = ("localhost", "127.0.0.1")
"""This machine's names for itself."""
LEVELS = ("debug", "info", "warning", "error")
"""From where on the log tells something."""


class WrongSettingsError(Exception):
    """The settings do not fit; the message names each one and says what it needs."""


class Settings(Bounds):
    """Everything an operator can set. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="WERKSTATT_", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Field(Path("var"), description="Folder for the SQLite database and the lock file.")
    database_url: str = Field(
        "", description="`sqlite:///PATH` or `postgresql://USER@HOST/NAME`; empty: SQLite in the data folder."
    )
    redis_url: str = Field("", description="`redis://HOST:PORT/N`; needed only with several processes.")
    secret_key: str = Field(
        "",
        description="At least 32 characters that nobody else knows; sessions and keyed hashes depend on it.",
    )
    base_url: str = Field(
        "http://127.0.0.1:5000", description="The address people type; links and the check of origins use it."
    )
    async_: Mode = Field(
        Mode.EVENTLET, alias="WERKSTATT_ASYNC", description="`eventlet` (green threads) or `threading`."
    )
    host: str = Field("127.0.0.1", description="The address to listen on; nginx stands in front of it.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(5000, description="The port to listen on.")
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = Field(
        0, description="Proxies in front whose `X-Forwarded-For` and `-Proto` are believed."
    )
    session_idle_minutes: Annotated[int, Field(ge=2)] = Field(
        720, description="Minutes without use after which a session ends."
    )
    session_days: Annotated[int, Field(ge=1)] = Field(7, description="Days after which every session ends.")
    administrator_idle_minutes: Annotated[int, Field(ge=2)] = Field(
        30, description="The same for administrators: minutes without use."
    )
    administrator_hours: Annotated[int, Field(ge=1)] = Field(
        12, description="The same for administrators: hours in any case."
    )
    command_limit: str = Field(
        "40 per second",
        description="Commands that one session may send, and the same for each kind of "
        "reading; every process counts for itself.",
    )
    sign_in_limit_account: str = Field(
        "10 per minute", description="Attempts to sign in to one account from one address."
    )
    sign_in_limit_address: str = Field("60 per minute", description="Attempts to sign in from one address.")
    passwords: bool = Field(
        default=True, description="Whether one may sign in with a password; `false` needs a sign-in service."
    )
    administrators_need_second_factor: bool = Field(
        default=True,
        description="Whether administrators need a passkey or another second factor for their rights.",
    )
    oidc_issuer: str = Field(
        "", description="Address of a sign-in service (OpenID Connect); empty: there is none."
    )
    oidc_client_id: str = Field("", description="How that service calls this installation.")
    oidc_client_secret: str = Field("", description="The secret that this installation shares with it.")
    oidc_label: str = Field("Anmeldedienst", description="What the button to that service says.")
    oidc_organisation_claim: str = Field(
        "", description="The claim that names somebody's town; it is compared with the towns' own values."
    )
    oidc_second_factor: bool = Field(
        default=False, description="Whether that service asks for a second factor itself."
    )
    smtp_url: str = Field(
        "",
        description="`smtp://USER:PASSWORD@HOST:587` (STARTTLS) or `smtps://...:465`; empty: no mail.",
    )
    mail_from: str = Field("", description="The sender of all mails, like `Werkstatt <werkstatt@ort.de>`.")
    mail_limit: str = Field(
        "5 per hour", description="Mails to one address that somebody may cause without being signed in."
    )
    land: Land = Field(
        Land.NORDRHEIN_WESTFALEN,
        description="The Land whose law on accessibility applies, by its letters in ISO 3166-2, like `NW`.",
    )
    backup_recipient: str = Field(
        "", description="Public key (`age1...`) to which backups are encrypted; empty: they are not."
    )
    keep_accounts_days: Annotated[int, Field(ge=60)] = Field(
        730, description="Days after the last seat, role and sign-in until an account is erased."
    )
    keep_invitations_days: Annotated[int, Field(ge=30)] = Field(
        90, description="Days until an invitation is forgotten that was accepted, withdrawn or not answered."
    )
    keep_devices_days: Annotated[int, Field(ge=1)] = Field(
        365, description="Days until a browser that nobody signs in with any more counts as new again."
    )
    keep_mails_days: Annotated[int, Field(ge=1)] = Field(
        30, description="Days until the note that a mail was sent is forgotten."
    )
    keep_imports_days: Annotated[int, Field(ge=1)] = Field(
        365, description="Days until the note that a list was taken in is forgotten; what it made stays."
    )
    keep_events_days: Annotated[int, Field(ge=1)] = Field(
        400, description="Days until the log of changes is trimmed; their results stay."
    )
    keep_audit_days: Annotated[int, Field(ge=30)] = Field(
        1095, description="Days until entries of the audit log are forgotten."
    )
    compile_sending: bool = Field(
        default=True,
        description="Whether the loop that sends to many is compiled at the start, where a C compiler is.",
    )
    log_level: str = Field("info", description="`debug`, `info`, `warning` or `error`.")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("begins with sqlite:/// or postgresql://")
        return value

    @field_validator("base_url")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        further = parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/")
        if parts.scheme not in ("http", "https") or not parts.hostname or further:
            raise ValueError("is an address like https://werkstatt.example.org, without a path")
        if ":" in parts.hostname:
            # Werkzeug cuts the names it trusts at the first colon, so none of these would ever fit.
            raise ValueError("needs a name or an IPv4 address; an IPv6 address is not recognised as a host")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("needs https:// everywhere but on this machine itself: localhost or 127.0.0.1")
        # As browsers write an origin: in lower case and ASCII, without the port that goes without saying.
        host = parts.hostname.encode("idna").decode()
        unsaid = parts.port in (None, {"http": 80, "https": 443}[parts.scheme])
        return f"{parts.scheme}://{host}" if unsaid else f"{parts.scheme}://{host}:{parts.port}"

    @field_validator("oidc_issuer")
    @classmethod
    def _own_service(cls, value: str, others: ValidationInfo) -> str:
        if not value:
            if not others.data.get("passwords", True):
                raise ValueError("is needed: without passwords nobody could sign in")
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("is an address like https://anmeldung.example.org/realms/ort")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("needs https:// everywhere but on this machine itself: localhost or 127.0.0.1")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _name_at_the_service(cls, value: str, others: ValidationInfo) -> str:
        if others.data.get("oidc_issuer") and not value:
            raise ValueError("is needed: the sign-in service knows this installation by it")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        further = parts.path not in ("", "/") or parts.query or parts.fragment
        # `port` raises `ValueError` by itself for what is none.
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.port == 0 or further:
            raise ValueError("is an address like smtp://USER:PASSWORD@mail.example.org:587")
        if parts.netloc.count("@") > 1 or (parts.username and not parts.password):
            raise ValueError("needs a name and a password before the host, with each @ and / in them "
                             "written as %40 and %2F")  # fmt: skip
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, others: ValidationInfo) -> str:
        if not value and others.data.get("smtp_url"):
            raise ValueError("is needed: mail servers want to know who a mail is from")
        if value and (not address(parseaddr(value)[1]) or not value.isprintable()):
            raise ValueError("is a sender like `Werkstatt <werkstatt@ort.de>`")
        return value

    @field_validator("command_limit", "sign_in_limit_account", "sign_in_limit_address", "mail_limit")
    @classmethod
    def _countable(cls, value: str) -> str:
        """What cannot be read as a limit would be none: where it counts, the library leaves it out."""
        try:
            least = min(limit.amount for limit in limits.parse_many(value))
        except ValueError:
            least = 0
        if not least:
            raise ValueError("is a number in a time, at least one, like `5 per hour`")
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        # `port` raises `ValueError` by itself for what is none.
        if parts.scheme not in ("redis", "rediss") or not parts.hostname or parts.port == 0:
            raise ValueError("is an address like redis://127.0.0.1:6379/0")
        return value

    @field_validator("backup_recipient")
    @classmethod
    def _public_key(cls, value: str) -> str:
        """Said now, and not in the night by a backup that is not made."""
        try:
            if value:
                pyrage.x25519.Recipient.from_str(value)
        except pyrage.RecipientError:
            raise ValueError("is a public key of age, like `age1...`") from None
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in LEVELS:
            raise ValueError(f"is one of {', '.join(LEVELS)}")
        return value.lower()

    @field_validator("secret_key")
    @classmethod
    def _long_secret(cls, value: str) -> str:
        if len(value) < 32:
            raise ValueError('needs at least 32 characters, for instance from `python3 -c "import secrets; '
                             'print(secrets.token_urlsafe(32))"`')  # fmt: skip
        return value

    @property
    def database(self) -> str:
        """The address of the database, wherever it was set."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve()}/werkstatt.sqlite3"

    @property
    def is_sqlite(self) -> bool:
        return self.database.startswith("sqlite")

    @property
    def is_secure(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def session_limits(self) -> SessionLimits:
        return SessionLimits(
            idle=timedelta(minutes=self.session_idle_minutes),
            absolute=timedelta(days=self.session_days),
            administrator_idle=timedelta(minutes=self.administrator_idle_minutes),
            administrator_absolute=timedelta(hours=self.administrator_hours),
            administrators_need_second_factor=self.administrators_need_second_factor,
        )

    @property
    def periods(self) -> Periods:
        """How long each kind of thing is kept."""
        return {kind: FIXED.get(kind) or self._kept(kind) for kind in Kind}

    def _kept(self, kind: Kind) -> timedelta:
        return timedelta(days=getattr(self, f"keep_{kind}_days"))

    @property
    def origins(self) -> frozenset[str]:
        """Where requests may come from; this machine's names for itself count as one."""
        parts = urlsplit(self.base_url)
        if parts.hostname in LOOPBACK:
            port = f":{parts.port}" if parts.port else ""
            return frozenset(f"{parts.scheme}://{name}{port}" for name in LOOPBACK)
        return frozenset({self.base_url})

    @property
    def hosts(self) -> list[str]:
        """The names this house answers to: its own, and this machine's for whoever watches over it."""
        own = {urlsplit(origin).hostname or "" for origin in self.origins}
        return sorted({*own, *LOOPBACK})


def load(**overrides: Any) -> Settings:
    """The settings of this process, or `WrongSettingsError` with a line for each that does not fit."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        lines = [
            f"WERKSTATT_{str(problem['loc'][0]).removeprefix('WERKSTATT_').upper()} "
            f"{problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False)
        ]
        raise WrongSettingsError("\n".join(lines)) from None
