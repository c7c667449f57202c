"""Files: what was written lasts, and nothing is left open."""

from __future__ import annotations

from pathlib import Path

import pytest

from foundation import files

OPEN = Path("/proc/self/fd")


def test_a_folder_is_settled_and_closed_again(tmp_path: Path) -> None:
    open_before = len(list(OPEN.iterdir()))

    files.settle(tmp_path)

    assert len(list(OPEN.iterdir())) <= open_before
    with pytest.raises(FileNotFoundError):
        files.settle(tmp_path / "none")
