"""What a browser is asked about passkeys (WebAuthn), and whether what it answers is true."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

TIMEOUT = 300_000
"""Milliseconds that a browser gives somebody for it."""
LONGEST_ANSWER = 20_000
_REQUIRED = UserVerificationRequirement.REQUIRED
_MALFORMED = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library raises for bytes that somebody has made up."""


class DoubtfulError(Exception):
    """The answer is not what a browser of this house's pages would say."""


@dataclass(frozen=True)
class RelyingParty:
    """This house as browsers know it."""

    id: str
    origin: str


class Kept(Protocol):
    """A passkey as the table has it: its id as base64url text, and the transports with commas."""

    @property
    def credential(self) -> str: ...

    @property
    def transports(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class New:
    """What a browser says of a passkey it has just made."""

    credential: str
    public_key: str
    sign_count: int
    transports: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer that was read and not yet believed."""

    text: str
    credential: str
    challenge: bytes
    handle: str
    """The person that the passkey was made for, by its own account; empty if it does not say."""


def relying_party(origins: Iterable[str]) -> RelyingParty | None:
    """The house by its own addresses; none if it has no name, as a browser keeps no passkey for a number."""
    for origin in sorted(origins):
        host = urlsplit(origin).hostname or ""
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return RelyingParty(host, origin)
    return None


def to_make(
    party: RelyingParty, challenge: bytes, *, person: str, name: str, known: Sequence[Kept]
) -> dict[str, Any]:
    """What a browser is told to make a passkey: one that names its person and asks for a finger or a PIN."""
    return options_to_json_dict(
        webauthn.generate_registration_options(
            rp_id=party.id,
            rp_name="Werkstatt",
            user_id=person.encode(),
            user_name=name,
            challenge=challenge,
            timeout=TIMEOUT,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
            exclude_credentials=_described(known),
        )
    )


def to_use(party: RelyingParty, challenge: bytes, *, known: Sequence[Kept] = ()) -> dict[str, Any]:
    """What a browser is told to use a passkey: one of these, or whichever it has for this house."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=TIMEOUT,
            allow_credentials=_described(known),
            user_verification=_REQUIRED,
        )
    )


def _described(known: Sequence[Kept]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(one.credential),
            transports=[AuthenticatorTransport(way) for way in one.transports.split(",") if way] or None,
        )
        for one in known
    ]


def read_new(text: str) -> bytes:
    """The question that a new passkey answers; raises `DoubtfulError`."""
    try:
        made = parse_registration_credential_json(_bounded(text))
        return parse_client_data_json(made.response.client_data_json).challenge
    except _MALFORMED as error:
        raise DoubtfulError(type(error).__name__) from None


def verify_new(party: RelyingParty, text: str, challenge: bytes) -> New:
    """The new passkey, made at this house's pages with a finger or a PIN; raises `DoubtfulError`."""
    try:
        made = webauthn.verify_registration_response(
            credential=_bounded(text),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        # A key that cannot be read would only be found out at the first sign-in.
        decoded_public_key_to_cryptography(decode_credential_public_key(made.credential_public_key))
        transports = _known(json.loads(text).get("response", {}).get("transports", ()))
    except _MALFORMED as error:
        raise DoubtfulError(type(error).__name__) from None
    return New(
        credential=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=transports,
    )


def read(text: str) -> Answer:
    """Which passkey answers what; raises `DoubtfulError`."""
    try:
        said = parse_authentication_credential_json(_bounded(text))
        client = parse_client_data_json(said.response.client_data_json)
        handle = (said.response.user_handle or b"").decode()
    except _MALFORMED as error:
        raise DoubtfulError(type(error).__name__) from None
    return Answer(text=text, credential=said.id, challenge=client.challenge, handle=handle)


def verify(party: RelyingParty, answer: Answer, *, public_key: str, sign_count: int) -> int:
    """The new count of the passkey, if the answer is its own; raises `DoubtfulError`."""
    try:
        used = webauthn.verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _MALFORMED as error:
        raise DoubtfulError(type(error).__name__) from None
    return used.new_sign_count


def _bounded(text: str) -> str:
    if len(text) > LONGEST_ANSWER:
        raise ValueError("too long")
    return text


def _known(said: Collection[Any]) -> str:
    return ",".join(way for way in AuthenticatorTransport if way.value in said)
