"""first tables."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "2026_11_22_first_tables"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "cohort",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("seats_per_team", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_cohort_ends_after_start")),
        sa.CheckConstraint("seats_per_team BETWEEN 1 AND 20", name=op.f("ck_cohort_seats_per_team_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("name", name=op.f("uq_cohort_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cohort_public_id")),
    )
    op.create_table(
        "installation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_installation")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_until", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(op.f("ix_job_due_at"), "job", ["due_at"], unique=False)
    op.create_table(
        "operator_text",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changed_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "language", name=op.f("pk_operator_text")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('stadt', 'gemeinde', 'kreis', 'bezirksregierung')",
            name=op.f("ck_organisation_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("name", "kind", name=op.f("uq_organisation_name_kind")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("created_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("locked_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('de', 'en')", name=op.f("ck_person_language_known")),
        sa.CheckConstraint("theme IN ('auto', 'light', 'dark')", name=op.f("ck_person_theme_known")),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_lower_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_table(
        "place",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("acl_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_place")),
    )
    op.create_table(
        "receipt",
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("actor", "id", name=op.f("pk_receipt")),
    )
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("opened_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("key", name=op.f("uq_session_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_session_public_id")),
    )
    op.create_index(op.f("ix_session_ends_at"), "session", ["ends_at"], unique=False)
    op.create_index(op.f("ix_session_person_id"), "session", ["person_id"], unique=False)
    op.create_table(
        "stream",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("head", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("trimmed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["place"], ["place.name"], name=op.f("fk_stream_place_place")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_stream")),
    )
    op.create_index(op.f("ix_stream_place"), "stream", ["place"], unique=False)
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("organisation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_team_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_team_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("cohort_id", "name", name=op.f("uq_team_cohort_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_public_id")),
    )
    op.create_index(op.f("ix_team_organisation_id"), "team", ["organisation_id"], unique=False)
    op.create_table(
        "workshop",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("starts_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_workshop_minutes_to_fill")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_workshop_cohort_id_cohort")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop")),
        sa.UniqueConstraint("cohort_id", "number", name=op.f("uq_workshop_cohort_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_workshop_public_id")),
    )
    op.create_table(
        "event",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("acl_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subjects", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["stream"], ["stream.name"], name=op.f("fk_event_stream_stream")),
        sa.PrimaryKeyConstraint("stream", "seq", name=op.f("pk_event")),
    )
    op.create_table(
        "poll",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("opens_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("closes_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("job", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "closes_at IS NULL OR closes_at > opens_at", name=op.f("ck_poll_closes_after_opening")
        ),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_poll_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("public_id", name=op.f("uq_poll_public_id")),
        sa.UniqueConstraint("workshop_id", "round", name=op.f("uq_poll_workshop_id_round")),
    )
    op.create_index(
        "uq_poll_workshop_unclosed",
        "poll",
        ["workshop_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "poll_handling",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_poll_handling_by_id_person")),
        sa.ForeignKeyConstraint(
            ["workshop_id"], ["workshop.id"], name=op.f("fk_poll_handling_workshop_id_workshop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_handling")),
    )
    op.create_index(op.f("ix_poll_handling_by_id"), "poll_handling", ["by_id"], unique=False)
    op.create_index(op.f("ix_poll_handling_workshop_id"), "poll_handling", ["workshop_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("valid_from", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("valid_until", foundation.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'coach' AND team_id IS NOT NULL AND cohort_id IS NULL) OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL) OR (role = 'administrator' AND cohort_id IS NULL AND team_id IS NULL)",
            name=op.f("ck_role_grant_role_has_its_scope"),
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_role_grant_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_role_grant_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_role_grant_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint("public_id", name=op.f("uq_role_grant_public_id")),
    )
    op.create_index(op.f("ix_role_grant_cohort_id"), "role_grant", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_role_grant_person_id"), "role_grant", ["person_id"], unique=False)
    op.create_index(op.f("ix_role_grant_team_id"), "role_grant", ["team_id"], unique=False)
    op.create_index(
        "uq_role_grant_cohort_open",
        "role_grant",
        ["person_id", "cohort_id"],
        unique=True,
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_index(
        "uq_role_grant_house_open",
        "role_grant",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("valid_until IS NULL AND role = 'administrator'"),
        postgresql_where=sa.text("valid_until IS NULL AND role = 'administrator'"),
    )
    op.create_index(
        "uq_role_grant_team_open",
        "role_grant",
        ["person_id", "team_id"],
        unique=True,
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "seat",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("valid_from", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("valid_until", foundation.database.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_seat_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_seat_person_id_person")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_seat_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("public_id", name=op.f("uq_seat_public_id")),
    )
    op.create_index(op.f("ix_seat_person_id"), "seat", ["person_id"], unique=False)
    op.create_index(op.f("ix_seat_team_id"), "seat", ["team_id"], unique=False)
    op.create_index(
        "uq_seat_team_person_open",
        "seat",
        ["team_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.create_table(
        "topic",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workshop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'chosen', 'withdrawn')", name=op.f("ck_topic_state_known")),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_topic_minutes_needed")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_topic_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_topic_team_id_team")),
        sa.ForeignKeyConstraint(["workshop_id"], ["workshop.id"], name=op.f("fk_topic_workshop_id_workshop")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("public_id", name=op.f("uq_topic_public_id")),
        sa.UniqueConstraint("workshop_id", "position", name=op.f("uq_topic_workshop_id_position")),
    )
    op.create_index(op.f("ix_topic_cohort_id"), "topic", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_topic_team_id"), "topic", ["team_id"], unique=False)
    op.create_table(
        "agenda",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("adopted_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_agenda_poll_id_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda")),
        sa.UniqueConstraint("poll_id", name=op.f("uq_agenda_poll_id")),
    )
    op.create_table(
        "ballot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_ballot_poll_id_poll")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_ballot_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sa.UniqueConstraint("poll_id", "team_id", name=op.f("uq_ballot_poll_id_team_id")),
    )
    op.create_index(op.f("ix_ballot_team_id"), "ballot", ["team_id"], unique=False)
    op.create_table(
        "need",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_need_team_id_team")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_need_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
        sa.UniqueConstraint("topic_id", "team_id", name=op.f("uq_need_topic_id_team_id")),
    )
    op.create_index(op.f("ix_need_team_id"), "need", ["team_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_offer_team_id_team")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_offer_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("topic_id", "team_id", name=op.f("uq_offer_topic_id_team_id")),
    )
    op.create_index(op.f("ix_offer_team_id"), "offer", ["team_id"], unique=False)
    op.create_table(
        "block",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agenda_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("approvals", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("free", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("approvals >= 0 AND free >= 0", name=op.f("ck_block_counted")),
        sa.ForeignKeyConstraint(["agenda_id"], ["agenda.id"], name=op.f("fk_block_agenda_id_agenda")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_block_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block")),
        sa.UniqueConstraint("agenda_id", "rank", name=op.f("uq_block_agenda_id_rank")),
        sa.UniqueConstraint("agenda_id", "topic_id", name=op.f("uq_block_agenda_id_topic_id")),
    )
    op.create_index(op.f("ix_block_topic_id"), "block", ["topic_id"], unique=False)
    op.create_table(
        "mark",
        sa.Column("ballot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ballot_id"], ["ballot.id"], name=op.f("fk_mark_ballot_id_ballot")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_mark_by_id_person")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_mark_topic_id_topic")),
        sa.PrimaryKeyConstraint("ballot_id", "topic_id", name=op.f("pk_mark")),
    )
    op.create_index(op.f("ix_mark_by_id"), "mark", ["by_id"], unique=False)
    op.create_index(op.f("ix_mark_topic_id"), "mark", ["topic_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_mark_topic_id"), table_name="mark")
    op.drop_index(op.f("ix_mark_by_id"), table_name="mark")
    op.drop_table("mark")
    op.drop_index(op.f("ix_block_topic_id"), table_name="block")
    op.drop_table("block")
    op.drop_index(op.f("ix_offer_team_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_need_team_id"), table_name="need")
    op.drop_table("need")
    op.drop_index(op.f("ix_ballot_team_id"), table_name="ballot")
    op.drop_table("ballot")
    op.drop_table("agenda")
    op.drop_index(op.f("ix_topic_team_id"), table_name="topic")
    op.drop_index(op.f("ix_topic_cohort_id"), table_name="topic")
    op.drop_table("topic")
    op.drop_index(
        "uq_seat_team_person_open",
        table_name="seat",
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.drop_index(op.f("ix_seat_team_id"), table_name="seat")
    op.drop_index(op.f("ix_seat_person_id"), table_name="seat")
    op.drop_table("seat")
    op.drop_index(
        "uq_role_grant_team_open",
        table_name="role_grant",
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.drop_index(
        "uq_role_grant_house_open",
        table_name="role_grant",
        sqlite_where=sa.text("valid_until IS NULL AND role = 'administrator'"),
        postgresql_where=sa.text("valid_until IS NULL AND role = 'administrator'"),
    )
    op.drop_index(
        "uq_role_grant_cohort_open",
        table_name="role_grant",
        sqlite_where=sa.text("valid_until IS NULL"),
        postgresql_where=sa.text("valid_until IS NULL"),
    )
    op.drop_index(op.f("ix_role_grant_team_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_person_id"), table_name="role_grant")
    op.drop_index(op.f("ix_role_grant_cohort_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(op.f("ix_poll_handling_workshop_id"), table_name="poll_handling")
    op.drop_index(op.f("ix_poll_handling_by_id"), table_name="poll_handling")
    op.drop_table("poll_handling")
    op.drop_index(
        "uq_poll_workshop_unclosed",
        table_name="poll",
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.drop_table("poll")
    op.drop_table("event")
    op.drop_table("workshop")
    op.drop_index(op.f("ix_team_organisation_id"), table_name="team")
    op.drop_table("team")
    op.drop_index(op.f("ix_stream_place"), table_name="stream")
    op.drop_table("stream")
    op.drop_index(op.f("ix_session_person_id"), table_name="session")
    op.drop_index(op.f("ix_session_ends_at"), table_name="session")
    op.drop_table("session")
    op.drop_index(op.f("ix_receipt_at"), table_name="receipt")
    op.drop_table("receipt")
    op.drop_table("place")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("operator_text")
    op.drop_index(op.f("ix_job_due_at"), table_name="job")
    op.drop_table("job")
    op.drop_table("installation")
    op.drop_table("cohort")
