"""calendar."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import foundation.database
from foundation import clock

revision = "2026_11_29_calendar"
down_revision = "2026_11_28_run_sheets"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = foundation.database.Moment(timezone=True)
_LONG_AGO = sa.text("'2000-01-01T00:00:00.000000Z'")
_ADDED: tuple[sa.Column[Any], ...] = (
    sa.Column("sequence", _NUMBER, nullable=False, server_default="0"),
    sa.Column("changed_at", _MOMENT, nullable=False, server_default=_LONG_AGO),
    sa.Column("cancelled_at", _MOMENT),
    sa.Column("cancelled_reason", sa.Text(), nullable=False, server_default=""),
)


def upgrade() -> None:
    for column in _ADDED:
        op.add_column("workshop", column)
    # Nobody noted when they were last changed; no calendar has them yet, so any moment will do.
    workshop = sa.table("workshop", sa.column("changed_at", _MOMENT))
    op.execute(workshop.update().values(changed_at=clock.now()))
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", _NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("key", name=op.f("uq_calendar_feed_key")),
    )


def downgrade() -> None:
    op.drop_table("calendar_feed")
    for column in reversed(_ADDED):
        op.drop_column("workshop", column.name)
