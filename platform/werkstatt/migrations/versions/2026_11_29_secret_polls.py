"""secret polls: the sealed box, how many were in it, when it was begun again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_secret_polls"
down_revision = "2026_11_29_fair_minutes"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("poll", sa.Column("turnout", _NUMBER))
    op.add_column("poll", sa.Column("reset_at", sa.DateTime(timezone=True)))
    op.create_table(
        "poll_box",
        sa.Column("poll_id", _NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name="fk_poll_box_poll_id_poll"),
        sa.PrimaryKeyConstraint("poll_id", name="pk_poll_box"),
    )


def downgrade() -> None:
    op.drop_table("poll_box")
    op.drop_column("poll", "reset_at")
    op.drop_column("poll", "turnout")
