"""A file that is no backup, a damaged one, and one that somebody made up."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from tests.scene import Scene
from tests.werkstatt.backup.conftest import Open

from werkstatt.backup import archive, making, verifying
from werkstatt.backup.rows import DamagedError

Change = Callable[[dict[str, bytes]], None]


@pytest.fixture(autouse=True)
def once(on_sqlite: None) -> None:
    """The file is the same for both databases."""


def look(file: Path, *, identity: Path | None = None) -> list[str]:
    with archive.opened(file, identity=identity, scratch=file.parent) as found:
        return verifying.problems(found, key=b"the scene", scratch=file.parent)


def rewritten(file: Path, change: Change) -> Path:
    """The archive with other members; hashes are not made right again."""
    with tarfile.open(file) as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]  # all files
    change(members)
    made = file.with_name("rewritten.tar")
    with tarfile.open(made, "w") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return made


def told(members: dict[str, bytes], **values: object) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | values).encode()


def test_a_backup_that_was_just_made_is_whole(saved: Path) -> None:
    assert look(saved) == []
    assert saved.stat().st_mode & 0o777 == 0o600
    assert not list(saved.parent.glob("*.part"))


def test_another_key_than_the_one_that_sealed_the_audit_log_is_told(saved: Path) -> None:
    with archive.opened(saved, identity=None, scratch=saved.parent) as found:
        assert "WERKSTATT_SECRET_KEY" in verifying.problems(found, key=b"other", scratch=saved.parent)[0]


@pytest.mark.parametrize("member", ["person", "event", "audit"])
def test_a_flipped_byte_is_found(saved: Path, member: str) -> None:
    with tarfile.open(saved) as tar:
        info = tar.getmember(f"tables/{member}.jsonl")
        at = info.offset_data + info.size // 2
    content = bytearray(saved.read_bytes())
    content[at] ^= 1
    saved.write_bytes(content)
    with pytest.raises(DamagedError):
        look(saved)


@pytest.mark.parametrize("part", [0, 0.2, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_found(saved: Path, part: float) -> None:
    saved.write_bytes(saved.read_bytes()[: int(saved.stat().st_size * part)])
    with pytest.raises(DamagedError):
        look(saved)


HOSTILE: dict[str, Change] = {
    "a path": lambda members: members.update({"../../evil": b"x"}),
    "an absolute path": lambda members: members.update({"/etc/evil": b"x"}),
    "a surplus table": lambda members: members.update({"tables/evil.jsonl": b"[]\n"}),
    "a missing table": lambda members: members.pop("tables/person.jsonl") and None,
    "no manifest": lambda members: members.pop("manifest.json") and None,
    "a broken manifest": lambda members: members.update({"manifest.json": b"{"}),
    "a huge manifest": lambda members: members.update({"manifest.json": b" " * 2_000_000}),
    "a newer format": lambda members: told(members, format=99),
    "an unknown revision": lambda members: told(members, revision="2099_01_01_later"),
    "bad JSON": lambda members: members.update({"tables/person.jsonl": b"[1,\n"}),
    "a deep line": lambda members: members.update({"tables/person.jsonl": b"[" * 100_000 + b"\n"}),
    "an endless line": lambda members: members.update({"tables/person.jsonl": b"[" + b" " * 8_000_000}),
    "no rows": lambda members: members.update({"tables/person.jsonl": b""}),
}


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_what_was_made_up_is_refused(saved: Path, case: str) -> None:
    beside = {path.name for path in saved.parent.iterdir()} | {"rewritten.tar"}
    with pytest.raises(DamagedError):
        look(rewritten(saved, HOSTILE[case]))
    assert {path.name for path in saved.parent.iterdir()} == beside


def test_a_link_in_the_archive_is_refused(saved: Path) -> None:
    with tarfile.open(saved, "a") as tar:
        info = tarfile.TarInfo("tables/more.jsonl")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(DamagedError):
        look(saved)


def test_a_sealed_backup_opens_with_its_key_only(scene: Scene, opened: Open, tmp_path: Path) -> None:
    own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "own.txt").write_text(f"# created\n{own}\n")
    (tmp_path / "other.txt").write_text(f"{other}\n")
    (tmp_path / "none.txt").write_text("no key")
    made = making.make(opened(scene.url), tmp_path / "saved.tar.age", recipient=str(own.to_public()))
    assert made.sealed
    assert b"example.org" not in made.file.read_bytes()
    assert look(made.file, identity=tmp_path / "own.txt") == []
    with pytest.raises(DamagedError, match="--identity"):
        look(made.file)
    with pytest.raises(DamagedError, match="mit diesem Schlüssel nicht"):
        look(made.file, identity=tmp_path / "other.txt")
    with pytest.raises(DamagedError, match="enthält keinen Schlüssel"):
        look(made.file, identity=tmp_path / "none.txt")


def test_nobodys_session_or_device_is_in_a_backup(saved: Path) -> None:
    with tarfile.open(saved) as tar:
        names = tar.getnames()
    assert "tables/person.jsonl" in names
    assert not {"tables/session.jsonl", "tables/device.jsonl", "tables/installation.jsonl"} & set(names)


def test_a_broken_off_backup_leaves_nothing(scene: Scene, opened: Open, tmp_path: Path) -> None:
    with pytest.raises(DamagedError):
        making.make(opened(scene.url), tmp_path / "there" / "saved.tar", recipient="age1nonsense")
    assert not (tmp_path / "there").exists()
