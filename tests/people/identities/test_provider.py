"""Whose word is taken for who somebody is: only a token of the service, for us, for this passage, in time."""

import base64
import json

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from foundation import clock
from people.identities.provider import Client, DoubtfulError, Known, Passage, checked

ISSUER = "https://service.example"
KEY = RSAKey.generate_key(2048, {"kid": "1"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "1"})
CLIENT = Client(ISSUER, "werkstatt", "", "https://werkstatt.example/sign-in/oidc/callback")
PASSAGE = Passage("state", "nonce", "verifier")


def claims(**changed):
    now = int(clock.now().timestamp())
    told = {"iss": ISSUER, "sub": "a", "aud": "werkstatt", "iat": now, "exp": now + 60, "nonce": "nonce"}
    return {name: value for name, value in {**told, **changed}.items() if value is not None}


def look(token, passage=PASSAGE):
    known = Known({"issuer": ISSUER, "jwks_uri": "http://127.0.0.1:1/"}, 0.0, KeySet([KEY]))
    return checked(CLIENT, known, passage, {"id_token": token})


def signed(told, key=KEY, algorithm="RS256"):
    return jwt.encode({"alg": algorithm, "kid": "1"}, told, key, algorithms=[algorithm])


def test_a_token_of_the_service_is_believed():
    assert look(signed(claims()))["sub"] == "a"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://another.example"},
        {"aud": "another"},
        {"aud": ["werkstatt", "another"], "azp": "another"},
        {"exp": int(clock.now().timestamp()) - 3600},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "a" * 256},
    ],
)
def test_a_claim_that_does_not_fit_is_refused(changed):
    with pytest.raises(DoubtfulError):
        look(signed(claims(**changed)))


def test_a_round_trip_to_show_who_one_is_needs_the_time_of_it():
    again = Passage("state", "nonce", "verifier", again=True)
    with pytest.raises(DoubtfulError):
        look(signed(claims()), again)
    assert look(signed(claims(auth_time=int(clock.now().timestamp()))), again)["sub"] == "a"


def test_what_is_not_signed_by_the_service_is_refused(service):
    """Its keys are fetched once more first: here from a service that has others."""
    head, told = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, claims())
    )
    unsigned = f"{head}.{told}."
    secret = OctKey.import_key("the secret that both of us know, long enough")
    tokens = [
        unsigned,
        signed(claims(), FOREIGN),
        jwt.encode({"alg": "HS256"}, claims(), secret, algorithms=["HS256"]),
        "no token",
        None,
    ]
    for token in tokens:
        known = Known({"issuer": ISSUER, "jwks_uri": f"{service.issuer}/jwks"}, 0.0, KeySet([KEY]))
        with pytest.raises(DoubtfulError):
            checked(CLIENT, known, PASSAGE, {"id_token": token})
