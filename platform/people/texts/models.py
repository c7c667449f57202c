"""The table of the operator's texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Model
from foundation.personal import about


class OperatorText(Model):
    """What the operator wrote instead of the text that comes with the house."""

    __tablename__ = "operator_text"
    __about__ = about(plain="slug language source changed_at")

    slug: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    changed_at: Mapped[datetime]
