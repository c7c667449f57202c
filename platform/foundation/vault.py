"""Keys in files of their own, never in the database: once one is destroyed, what it sealed is lost."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from foundation import ids
from foundation.errors import busy
from foundation.files import settle

log = structlog.get_logger()

SIZE = 32
"""Bytes of a key."""
NONCE = 12
"""Bytes that are drawn anew for each seal."""
_NAME = re.compile(rf"({ids.PATTERN[1:-1]})\.key")


class LostError(Exception):
    """There is no such key any more, or it does not fit: nobody will ever read what was sealed."""


class Vault:
    """A folder of keys. None of them leaves it: what is to be sealed or opened is brought here.

    A folder that cannot be read for now is `busy`, which is no loss. Without a folder nothing can be kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._where = folder

    def make(self, *, first: bool) -> str:
        """A new key, on the disk when this returns; its name. Made before the commit that will name it.

        `first`: nothing is sealed, so the folder may not be there yet. Otherwise one that is away stays away:
        made anew it would be empty, and what is away would look lost.
        """
        if first:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._require_folder()
        name = ids.public_id()
        handle = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SIZE))
            file.flush()
            os.fsync(file.fileno())
        settle(self._folder)
        return name

    def seal(self, name: str, plain: bytes, *, about: str) -> bytes:
        """Sealed, and bound to what it is about. Raises `LostError`."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + self._cipher(name).encrypt(nonce, plain, about.encode())

    def open(self, name: str, sealed: bytes, *, about: str) -> bytes:
        """What was sealed. Raises `LostError`, also for what somebody has changed or put elsewhere."""
        try:
            return self._cipher(name).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
        except (InvalidTag, ValueError):
            raise LostError(name) from None

    def destroy(self, name: str) -> None:
        """Written over and removed; one that is gone already does not mind."""
        file = self._file(name)
        try:
            with file.open("r+b") as known:
                known.write(secrets.token_bytes(max(SIZE, file.stat().st_size)))
                known.flush()
                os.fsync(known.fileno())
            file.unlink()
        except FileNotFoundError:
            return
        settle(self._folder)

    def kept(self) -> Mapping[str, datetime]:
        """The names of all keys, with when they were made."""
        found = {}
        for file in self._folder.glob("*.key"):
            if named := _NAME.fullmatch(file.name):
                found[named[1]] = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return found

    @property
    def _folder(self) -> Path:
        if self._where is None:
            raise RuntimeError("nobody has said where keys lie")
        return self._where

    def _cipher(self, name: str) -> ChaCha20Poly1305:
        try:
            return ChaCha20Poly1305(self._file(name).read_bytes())
        except (FileNotFoundError, ValueError):
            self._require_folder()
            raise LostError(name) from None
        except OSError as error:
            log.error("key_unreadable", error=type(error).__name__)
            raise busy() from error

    def _require_folder(self) -> None:
        """Without it nothing is lost: the disk is not there yet, or the folder is another one."""
        if not self._folder.is_dir():
            log.error("keys_not_there")
            raise busy() from None

    def _file(self, name: str) -> Path:
        """Names come from the database, which is none to choose a path."""
        if not re.fullmatch(ids.PATTERN, name):
            raise LostError(name)
        return self._folder / f"{name}.key"


NO_VAULT = Vault(None)
"""For doors behind which nothing is sealed."""
