"""Keys in files: what they sealed is read by nobody else, and by nobody at all once they are destroyed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from foundation.errors import Refusal
from foundation.vault import NO_VAULT, LostError, Vault


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def vault(folder: Path) -> Vault:
    return Vault(folder)


def test_what_is_sealed_is_opened_again(vault: Vault) -> None:
    key = vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    assert b"Strategie" not in sealed
    assert vault.open(key, sealed, about="poll a") == b"Strategie"


def test_the_same_is_never_sealed_alike(vault: Vault) -> None:
    key = vault.make(first=True)
    sealed = {vault.seal(key, b"Strategie", about="poll a") for _ in range(20)}
    assert len(sealed) == 20
    assert len({len(one) for one in sealed}) == 1


def test_what_was_changed_put_elsewhere_or_sealed_by_another_key_is_lost(vault: Vault) -> None:
    key, other = vault.make(first=True), vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for name, found, about in ((key, changed, "poll a"), (key, sealed, "poll b"), (other, sealed, "poll a"),
                               (key, b"", "poll a")):  # fmt: skip
        with pytest.raises(LostError):
            vault.open(name, found, about=about)


def test_only_the_house_itself_may_look_into_its_keys(vault: Vault, folder: Path) -> None:
    key = vault.make(first=True)
    assert stat.S_IMODE((folder / f"{key}.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_a_destroyed_key_has_sealed_is_lost(vault: Vault, folder: Path) -> None:
    key = vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    bytes_of_the_key = (folder / f"{key}.key").read_bytes()
    # A second name for the same file shows what is left where it lay.
    (folder / "left").hardlink_to(folder / f"{key}.key")
    vault.destroy(key)
    vault.destroy(key)
    assert not vault.kept()
    assert bytes_of_the_key not in (folder / "left").read_bytes()
    with pytest.raises(LostError):
        vault.open(key, sealed, about="poll a")


def test_a_key_that_was_cut_off_is_lost(vault: Vault, folder: Path) -> None:
    key = vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    (folder / f"{key}.key").write_bytes(b"short")
    with pytest.raises(LostError):
        vault.open(key, sealed, about="poll a")


def test_a_key_that_cannot_be_read_for_now_is_not_lost(vault: Vault, folder: Path) -> None:
    key = vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    file = folder / f"{key}.key"
    kept = file.read_bytes()
    file.unlink()
    file.mkdir()
    with pytest.raises(Refusal) as refused:
        vault.open(key, sealed, about="poll a")
    assert refused.value.code == "busy"
    file.rmdir()
    file.write_bytes(kept)
    assert vault.open(key, sealed, about="poll a") == b"Strategie"


def test_a_folder_that_is_away_is_not_made_anew_while_something_is_sealed(vault: Vault, folder: Path) -> None:
    """An empty one would make everything look lost that is only away."""
    key = vault.make(first=True)
    sealed = vault.seal(key, b"Strategie", about="poll a")
    folder.rename(folder.parent / "away")
    for asked in (lambda: vault.make(first=False), lambda: vault.open(key, sealed, about="poll a")):
        with pytest.raises(Refusal) as refused:
            asked()
        assert refused.value.code == "busy"
    assert not folder.exists()
    (folder.parent / "away").rename(folder)
    assert vault.open(key, sealed, about="poll a") == b"Strategie"
    assert len({key, vault.make(first=False)}) == 2


def test_names_are_no_paths(vault: Vault, folder: Path) -> None:
    vault.make(first=True)
    outside = folder.parent / "outside.key"
    outside.write_bytes(bytes(32))
    for name in ("../outside", "", "/etc/passwd", "a" * 15 + "/"):
        with pytest.raises(LostError):
            vault.destroy(name)
    assert outside.exists()


def test_the_keys_are_listed_and_nothing_else(vault: Vault, folder: Path) -> None:
    made = {vault.make(first=True), vault.make(first=True)}
    (folder / "note.txt").write_text("no key")
    (folder / "nokey.key").write_text("no key")
    assert set(vault.kept()) == made


def test_without_a_folder_nothing_is_kept() -> None:
    with pytest.raises(RuntimeError):
        NO_VAULT.make(first=True)
