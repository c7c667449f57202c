"""The table of the sealed boxes."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class PollBox(Model):
    """The papers of a secret poll that is not closed: one block of bytes, as long as ever and written whole.

    `key` is the name of a file in the vault (`foundation/vault.py`). In no backup.
    """

    __tablename__ = "poll_box"
    __about__ = about(plain="poll_id key sealed")

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    key: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
