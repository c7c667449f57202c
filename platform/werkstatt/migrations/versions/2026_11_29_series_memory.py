"""series memory: what ties go by.

What wishes got is not counted for votes before: teams voted then in the belief that nobody would see it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_series_memory"
down_revision = "2026_11_29_reasons"


def upgrade() -> None:
    op.add_column("ballot", sa.Column("served_before", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))


def downgrade() -> None:
    op.drop_column("ballot", "served_before")
