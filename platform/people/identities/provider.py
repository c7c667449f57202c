"""Speaking with the sign-in service: discovery, authorization code with PKCE, whom it vouches for."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from foundation import clock

PATIENCE = httpx.Timeout(5.0)
"""Seconds for each step on the way to the service and back."""
KNOWN_FOR = 600.0
"""Seconds that its addresses and keys are taken from memory."""
LEEWAY = 60
"""Seconds that its clock and ours may differ."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that only the service has; `none` and what a shared secret signs are no such."""
SCOPE = "openid email profile"
MFA_PROFILE = "https://refeds.org/profile/mfa"
"""What `acr` says of two factors in the research federations; other values mean what each service likes."""
LARGEST = 500_000
"""Bytes of an answer of the service; a set of keys has some thousand."""
LOOPBACK = ("localhost", "127.0.0.1")


class AwayError(Exception):
    """The service does not answer, or not as one does."""


class DoubtfulError(Exception):
    """What came back does not prove who somebody is."""


@dataclass(frozen=True)
class Client:
    """What this installation is to the service."""

    issuer: str
    id: str
    secret: str
    redirect_uri: str


@dataclass(frozen=True)
class Passage:
    """One way to the service and back, remembered in the cookie of the browser that takes it."""

    state: str
    nonce: str
    verifier: str
    again: bool = False
    """Whether the service is to ask who it is even if it knows."""


@dataclass
class Known:
    """What the service has told about itself, and when."""

    about: Mapping[str, Any]
    at: float
    keys: KeySet | None = None


@dataclass
class _Memory:
    by_issuer: dict[str, Known] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


_memory = _Memory()


def forget() -> None:
    """Ask the services anew at the next occasion."""
    with _memory.lock:
        _memory.by_issuer.clear()


def way_there(client: Client, passage: Passage) -> str:
    """Where the browser goes to sign in. Raises `AwayError`."""
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.redirect_uri,
        "scope": SCOPE,
        "state": passage.state,
        "nonce": passage.nonce,
        "code_challenge": create_s256_code_challenge(passage.verifier),
        "code_challenge_method": "S256",
    }
    if passage.again:
        asked |= {"prompt": "login", "max_age": "0"}
    there = str(_discovered(client).about["authorization_endpoint"])
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


def vouched_for(client: Client, passage: Passage, code: str) -> Mapping[str, Any]:
    """The claims about whoever came back with the code. Raises `AwayError` and `DoubtfulError`."""
    known = _discovered(client)
    tokens = _redeemed(client, known, passage, code)
    claims = checked(client, known, passage, tokens)
    endpoint = known.about.get("userinfo_endpoint")
    if "email" not in claims and isinstance(endpoint, str):
        bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
        more = _told("GET", endpoint, headers=bearer)
        if more.get("sub") != claims["sub"]:
            raise DoubtfulError("sub")
        claims = {**more, **claims}
    return claims


def _redeemed(client: Client, known: Known, passage: Passage, code: str) -> Mapping[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": passage.verifier,
    }
    methods = known.about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    basic = None
    if client.secret and "client_secret_basic" in methods:
        basic = httpx.BasicAuth(_quoted(client.id), _quoted(client.secret))
    else:
        form |= {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
    return _told("POST", str(known.about["token_endpoint"]), data=form, auth=basic)


def _quoted(text: str) -> str:
    """RFC 6749, 2.3.1: the two are encoded like a form before they become a header."""
    return urlencode({"": text})[1:]


def checked(client: Client, known: Known, passage: Passage, tokens: Mapping[str, Any]) -> Mapping[str, Any]:
    """The claims of a token that the service has made for us and this passage. Raises `DoubtfulError`."""
    given = tokens.get("id_token")
    if not isinstance(given, str):
        raise DoubtfulError("id_token")
    try:
        token = _signed(known, given)
        claims = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": known.about["issuer"]},
                "aud": {"essential": True, "value": client.id},
                "sub": {"essential": True},
            },
            {
                "nonce": passage.nonce,
                "client_id": client.id,
                "access_token": tokens.get("access_token"),
                "max_age": "0" if passage.again else None,
            },
        )
        claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise DoubtfulError(type(error).__name__) from None
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise DoubtfulError("sub")
    return dict(claims)


def says_two_factors(claims: Mapping[str, Any]) -> bool:
    """Whether the service says that it has seen more than one factor: `mfa` in `amr` (RFC 8176), or `acr`."""
    methods = claims.get("amr")
    return (isinstance(methods, list) and "mfa" in methods) or claims.get("acr") == MFA_PROFILE


def _signed(known: Known, given: str) -> jwt.Token:
    """The token, if a key of the service has signed it; its keys are fetched once more if none fits."""
    if known.keys is not None:
        try:
            return jwt.decode(given, known.keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            known.keys = None
    keys = KeySet.import_key_set(_told("GET", str(known.about["jwks_uri"])))  # type: ignore[arg-type]  # checked in there
    token = jwt.decode(given, keys, algorithms=ALGORITHMS)
    known.keys = keys
    return token


def _discovered(client: Client) -> Known:
    with _memory.lock:
        known = _memory.by_issuer.get(client.issuer)
    if known is not None and time.monotonic() - known.at < KNOWN_FOR:
        return known
    about = _told("GET", f"{client.issuer.rstrip('/')}/.well-known/openid-configuration")
    if str(about.get("issuer", "")).rstrip("/") != client.issuer.rstrip("/"):
        raise AwayError("issuer")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        parts = urlsplit(str(about.get(name, "")))
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise AwayError(name)
    known = Known(about, time.monotonic())
    with _memory.lock:
        _memory.by_issuer[client.issuer] = known
    return known


def _told(method: str, address: str, **how: Any) -> Mapping[str, Any]:
    """The JSON object the service answers with. A refusal of what was asked is `DoubtfulError`."""
    try:
        with httpx.Client(timeout=PATIENCE) as http:
            answer = http.request(method, address, **{key: value for key, value in how.items() if value})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise AwayError(type(error).__name__) from None
    if answer.status_code in (400, 401, 403):
        raise DoubtfulError(str(answer.status_code))
    if answer.status_code != 200 or len(answer.content) > LARGEST:
        raise AwayError(str(answer.status_code))
    try:
        told = answer.json()
    except ValueError:
        raise AwayError("json") from None
    if not isinstance(told, dict):
        raise AwayError("json")
    return told
