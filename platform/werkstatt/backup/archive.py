"""The file of a backup: a tar with a manifest and a member for each table, sealed for a recipient or not.

Nothing in it is compressed and nothing is unpacked to a path: members are read by the names that the
manifest may have, a line at a time.
"""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

import pyrage
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .rows import DamagedError, Kind, values

FORMAT = 1
MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
LONGEST_LINE = 8_000_000
"""Bytes of the longest row that is read; what people may type is far shorter."""
_SEALED = b"age-encryption.org/"
_NAME = r"^[a-z][a-z0-9_]{0,62}$"
NO_BACKUP = "Das ist keine Sicherung dieser Anwendung, oder die Datei ist beschädigt."


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnEntry(_Told):
    """A column as it was when the backup was made."""

    name: str = Field(pattern=_NAME)
    kind: Kind


class TableEntry(_Told):
    """A table: what its lines hold, how many there are, and their hash."""

    name: str = Field(pattern=_NAME)
    columns: list[ColumnEntry] = Field(min_length=1, max_length=200)
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def member(self) -> str:
        return f"tables/{self.name}.jsonl"


class Manifest(_Told):
    """What stands first in the file. Tables come parents first."""

    what: Literal["werkstatt-backup"] = "werkstatt-backup"
    format: int = Field(ge=1)
    version: str = Field(max_length=80)
    revision: str = Field(max_length=80)
    made_at: str = Field(max_length=40)
    database: str = Field(max_length=20)
    tables: list[TableEntry] = Field(max_length=500)

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


class Archive:
    """A backup that has been opened, with its manifest read."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self._members: dict[str, tarfile.TarInfo] = {}
        for member in tar:
            if not member.isreg() or member.issparse() or member.name in self._members:
                raise DamagedError(NO_BACKUP)
            self._members[member.name] = member
        self.manifest = self._manifest()
        named = [table.member for table in self.manifest.tables]
        expected = {MANIFEST, *named}
        if len(named) != len(set(named)) or set(self._members) - expected:
            raise DamagedError(NO_BACKUP)
        if missing := sorted(expected - set(self._members)):
            raise DamagedError(f"In der Sicherung fehlt {missing[0]}.")

    def lines(self, table: TableEntry) -> Iterator[list[object]]:
        """The rows of a table; at the end it is certain that they were all, and unchanged."""
        digest, found = hashlib.sha256(), 0
        kinds = [column.kind for column in table.columns]
        stream = self._open(table.member)
        while line := stream.readline(LONGEST_LINE + 1):
            if len(line) > LONGEST_LINE:
                raise DamagedError(f"{table.member} hat eine Zeile, die zu lang ist.")
            digest.update(line)
            found += 1
            yield values(line, kinds)
        if digest.hexdigest() != table.sha256:
            raise DamagedError(f"{table.member} ist verändert: Die Prüfsumme stimmt nicht.")
        if found != table.rows:
            raise DamagedError(f"{table.member} hat {found} statt {table.rows} Zeilen.")

    def check(self) -> None:
        """Read everything once. Raises `DamagedError` before anybody has used a single row."""
        for table in self.manifest.tables:
            for _ in self.lines(table):
                pass

    def _manifest(self) -> Manifest:
        member = self._members.get(MANIFEST)
        if member is None or member.size > LONGEST_MANIFEST:
            raise DamagedError(NO_BACKUP)
        try:
            found = Manifest.model_validate_json(self._open(MANIFEST).read())
        except ValidationError:
            raise DamagedError(NO_BACKUP) from None
        if found.format > FORMAT:
            raise DamagedError("Diese Sicherung stammt aus einer neueren Version der Anwendung. "
                               "Bitte spielen Sie sie mit jener Version ein.")  # fmt: skip
        return found

    def _open(self, name: str) -> IO[bytes]:
        stream = self._tar.extractfile(self._members[name])
        if stream is None:
            raise DamagedError(NO_BACKUP)
        return stream


@contextmanager
def opened(file: Path, *, identity: Path | None, scratch: Path) -> Iterator[Archive]:
    """Open a backup, with the key if it is sealed. Raises `DamagedError`.

    What is unsealed lies in a nameless file in `scratch` as long as it is open.
    """
    with _plain(file, identity, scratch) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r:") as tar:
                yield Archive(tar)
        except (tarfile.TarError, EOFError, UnicodeError):
            raise DamagedError(NO_BACKUP) from None


@contextmanager
def _plain(file: Path, identity: Path | None, scratch: Path) -> Iterator[IO[bytes]]:
    try:
        source = file.open("rb")
    except OSError as error:
        raise DamagedError(f"Die Sicherung lässt sich nicht öffnen: {error.strerror}.") from None
    with source:
        sealed = source.read(len(_SEALED)) == _SEALED
        source.seek(0)
        if not sealed:
            yield source
            return
        if identity is None:
            raise DamagedError("Diese Sicherung ist verschlüsselt. Nennen Sie mit --identity die Datei "
                               "mit dem geheimen Schlüssel.")  # fmt: skip
        keys = identities(identity)
        with tempfile.TemporaryFile(dir=scratch) as unsealed:
            try:
                pyrage.decrypt_io(source, unsealed, keys)
            except (pyrage.DecryptError, OSError):
                raise DamagedError("Die Sicherung lässt sich mit diesem Schlüssel nicht öffnen, "
                                   "oder die Datei ist beschädigt.") from None  # fmt: skip
            unsealed.seek(0)
            yield unsealed


def identities(file: Path) -> list[pyrage.x25519.Identity]:
    """The keys in a file as `age-keygen` writes it."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise DamagedError("Die Schlüsseldatei enthält keinen Schlüssel (AGE-SECRET-KEY-1...).")
    return found


def recipient(text: str) -> pyrage.x25519.Recipient:
    """The public key to seal for. Raises `DamagedError` for what is none."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise DamagedError("WERKSTATT_BACKUP_RECIPIENT ist kein öffentlicher Schlüssel (age1...).") from None
