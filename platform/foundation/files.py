"""What is written to files must last through a power cut, their names too."""

from __future__ import annotations

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """Wait until new and changed names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
