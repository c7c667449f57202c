"""An authenticator of our own: it keeps passkeys and answers as a browser with a security key would."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
from html import unescape

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


def asked(answer):
    """The question on a page."""
    return json.loads(unescape(re.search(r"<passkey-form asked='([^']+)'", answer.text)[1]))


FALSE = {
    "another origin": {"origin": "https://werkstatt.example.net"},
    "another party": {"rp": "example.net"},
    "nobody verified": {"flags": PRESENT},
    "nobody there": {"flags": 0x04},
    "the other ceremony": {"kind": "webauthn.create"},
    "another key": {"key": ec.generate_private_key(ec.SECP256R1())},
}
"""What makes an answer untrue, as arguments of `make` and `use`."""


class Authenticator:
    """One passkey. What it says can be falsified by the names of what is said."""

    def __init__(self, *, origin="http://localhost", counts=True):
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.handle = b""
        self.count = 0
        self.counts = counts

    def make(self, question, *, origin=None, rp=None, flags=PRESENT | VERIFIED, kind="webauthn.create"):
        """What a browser says of the new passkey."""
        self.handle = base64url_to_bytes(question["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        data = self._data(rp or question["rp"]["id"], flags | NEW)
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        said = {
            "clientDataJSON": self._client(kind, question, origin),
            "attestationObject": cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        }
        return self._written(said, transports=["usb", "made-up"])

    def use(self, question, *, origin=None, rp=None, flags=PRESENT | VERIFIED, kind="webauthn.get", key=None):
        """What a browser says when it is used."""
        self.count += self.counts
        data, client = self._data(rp or question["rpId"], flags), self._client(kind, question, origin)
        signed = data + hashlib.sha256(client).digest()
        said = {
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": (key or self.key).sign(signed, ec.ECDSA(hashes.SHA256())),
            "userHandle": self.handle,
        }
        return self._written(said)

    def _data(self, rp, flags):
        return hashlib.sha256(rp.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind, question, origin):
        said = {"type": kind, "challenge": question["challenge"], "origin": origin or self.origin}
        return json.dumps(said).encode()

    def _written(self, said, **further):
        response = {name: bytes_to_base64url(value) for name, value in said.items()}
        named = bytes_to_base64url(self.id)
        return json.dumps(
            {"id": named, "rawId": named, "type": "public-key", "response": {**response, **further}}
        )
