"""everyone on board."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "2026_11_25_everyone_on_board"
down_revision = "2026_11_22_first_tables"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = foundation.database.Moment(timezone=True)
_OPEN = "valid_until IS NULL"
_SCOPES_BEFORE = (
    "(role = 'coach' AND team_id IS NOT NULL AND cohort_id IS NULL)"
    " OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL)"
    " OR (role = 'administrator' AND cohort_id IS NULL AND team_id IS NULL)"
)
_SCOPES = (
    "(role = 'coach' AND team_id IS NOT NULL AND cohort_id IS NULL AND place IS NULL)"
    " OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL AND place IS NULL)"
    " OR (role = 'expert' AND place IS NOT NULL AND cohort_id IS NULL AND team_id IS NULL)"
    " OR (role IN ('administrator', 'network')"
    " AND cohort_id IS NULL AND team_id IS NULL AND place IS NULL)"
)
_ADDED: dict[str, tuple[sa.Column[Any], ...]] = {
    "cohort": (
        sa.Column(
            "programme_id", _NUMBER, sa.ForeignKey("programme.id", name="fk_cohort_programme_id_programme")
        ),
        sa.Column("places_teams", _NUMBER),
        sa.Column("places_people", _NUMBER),
    ),
    "organisation": (sa.Column("claim", sa.Text()),),
    "person": (
        sa.Column(
            "organisation_id",
            _NUMBER,
            sa.ForeignKey("organisation.id", name="fk_person_organisation_id_organisation"),
        ),
        sa.Column("signed_in_at", _MOMENT),
        sa.Column("toured_at", _MOMENT),
        sa.Column("bounced_at", _MOMENT),
        sa.Column("warned_at", _MOMENT),
        sa.Column("erased_at", _MOMENT),
    ),
    "session": (
        sa.Column("method", sa.Text(), nullable=False, server_default="password"),
        sa.Column("strong", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("confirmed_at", _MOMENT),
    ),
}
"""Columns, added one by one: a table that others point to cannot be made anew on SQLite."""


def _scopes(condition: str, *, place: bool) -> None:
    """Nothing points to a grant, so its table may be made anew where SQLite needs it."""
    name = op.f("ck_role_grant_role_has_its_scope")
    with op.batch_alter_table("role_grant") as batch:
        batch.drop_constraint(name, type_="check")
        if place:
            points = sa.ForeignKey("place.name", name=op.f("fk_role_grant_place_place"))
            batch.add_column(sa.Column("place", sa.Text(), points))
        else:
            batch.drop_column("place")
        batch.create_check_constraint(name, condition)


def _only_one(name: str, columns: list[str], condition: str = "") -> None:
    where = sa.text(" AND ".join(filter(None, [_OPEN, condition])))
    op.create_index(name, "role_grant", columns, unique=True, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "erasure",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_erasure")),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("made_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_link_public_id")),
    )
    op.create_index(op.f("ix_link_ends_at"), "link", ["ends_at"], unique=False)
    op.create_index(op.f("ix_link_person"), "link", ["person"], unique=False)
    op.create_index(op.f("ix_link_subject"), "link", ["subject"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("name", name=op.f("uq_programme_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_programme_public_id")),
    )
    op.create_table(
        "retention_run",
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("round", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "device",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("first_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("last_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_device_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_device_person_id_key")),
    )
    op.create_index(op.f("ix_device_person_id"), "device", ["person_id"], unique=False)
    op.create_table(
        "directory_entry",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("offers", sa.Text(), nullable=False),
        sa.Column("seeks", sa.Text(), nullable=False),
        sa.Column("shows_email", sa.Boolean(), nullable=False),
        sa.Column("shows_phone", sa.Boolean(), nullable=False),
        sa.Column("changed_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_directory_entry_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_directory_entry")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("linked_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"], unique=False)
    op.create_table(
        "import",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made", sa.Text(), nullable=False),
        sa.Column("made_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("undone_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_import_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_import_made_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_import_public_id")),
    )
    op.create_index(op.f("ix_import_cohort_id"), "import", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_import_made_by_id"), "import", ["made_by_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=True),
        sa.Column("made_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("due_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("bounced_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("public_id", name=op.f("uq_mail_public_id")),
    )
    op.create_index(op.f("ix_mail_matter"), "mail", ["matter"], unique=False)
    op.create_index(op.f("ix_mail_made_at"), "mail", ["made_at"], unique=False)
    op.create_index(op.f("ix_mail_person_id"), "mail", ["person_id"], unique=False)
    op.create_table(
        "mail_choice",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_choice_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_mail_choice")),
    )
    op.create_table(
        "mail_hours",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quiet_from", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quiet_until", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest_weekday", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("digest_hour", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_hours_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_hours")),
    )
    op.create_table(
        "one_time_code",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("made_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("confirmed_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_code_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_one_time_code")),
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transports", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("used_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
        sa.UniqueConstraint("public_id", name=op.f("uq_passkey_public_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("used_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("key", name=op.f("uq_recovery_code_key")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("team_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("cohort_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("valid_from", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("valid_until", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("invited_at", foundation.database.Moment(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("accepted_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("withdrawn_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("bounced_at", foundation.database.Moment(timezone=True), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(role IN ('participant', 'coach') AND team_id IS NOT NULL AND cohort_id IS NOT NULL AND place IS NULL) OR (role = 'facilitator' AND cohort_id IS NOT NULL AND team_id IS NULL AND place IS NULL) OR (role = 'expert' AND place IS NOT NULL AND team_id IS NULL) OR (role IN ('administrator', 'network') AND team_id IS NULL AND cohort_id IS NULL AND place IS NULL)",
            name=op.f("ck_invitation_role_has_its_scope"),
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_lower_case")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_invitation_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.ForeignKeyConstraint(["place"], ["place.name"], name=op.f("fk_invitation_place_place")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_invitation_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index(op.f("ix_invitation_cohort_id"), "invitation", ["cohort_id"], unique=False)
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"], unique=False)
    op.create_index(op.f("ix_invitation_invited_by_id"), "invitation", ["invited_by_id"], unique=False)
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)
    op.create_index(op.f("ix_invitation_place"), "invitation", ["place"], unique=False)
    op.create_index(op.f("ix_invitation_team_id"), "invitation", ["team_id"], unique=False)
    for table, columns in _ADDED.items():
        for column in columns:
            op.add_column(table, column, inline_references=True)
    op.create_index("ix_cohort_programme_id", "cohort", ["programme_id"])
    op.create_index("uq_organisation_claim", "organisation", ["claim"], unique=True)
    op.create_index("ix_person_organisation_id", "person", ["organisation_id"])
    _scopes(_SCOPES, place=True)
    op.create_index("ix_role_grant_place", "role_grant", ["place"])
    _only_one("uq_role_grant_network_open", ["person_id"], "role = 'network'")
    _only_one("uq_role_grant_place_open", ["person_id", "place"])


def downgrade() -> None:
    op.execute("DELETE FROM role_grant WHERE role IN ('expert', 'network')")
    for name in ("uq_role_grant_place_open", "uq_role_grant_network_open", "ix_role_grant_place"):
        op.drop_index(name, table_name="role_grant")
    _scopes(_SCOPES_BEFORE, place=False)
    op.drop_index("ix_person_organisation_id", table_name="person")
    op.drop_index("uq_organisation_claim", table_name="organisation")
    op.drop_index("ix_cohort_programme_id", table_name="cohort")
    for table, columns in _ADDED.items():
        for column in columns:
            op.drop_column(table, column.name)
    op.drop_index(op.f("ix_invitation_team_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_place"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_person_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_invited_by_id"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_email"), table_name="invitation")
    op.drop_index(op.f("ix_invitation_cohort_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_recovery_code_person_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_passkey_person_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_table("one_time_code")
    op.drop_table("mail_hours")
    op.drop_table("mail_choice")
    op.drop_index(op.f("ix_mail_person_id"), table_name="mail")
    op.drop_index(op.f("ix_mail_made_at"), table_name="mail")
    op.drop_table("mail")
    op.drop_index(op.f("ix_import_made_by_id"), table_name="import")
    op.drop_index(op.f("ix_import_cohort_id"), table_name="import")
    op.drop_table("import")
    op.drop_index(op.f("ix_identity_person_id"), table_name="identity")
    op.drop_table("identity")
    op.drop_table("directory_entry")
    op.drop_index(op.f("ix_device_person_id"), table_name="device")
    op.drop_table("device")
    op.drop_table("retention_run")
    op.drop_table("programme")
    op.drop_index(op.f("ix_link_subject"), table_name="link")
    op.drop_index(op.f("ix_link_person"), table_name="link")
    op.drop_index(op.f("ix_link_ends_at"), table_name="link")
    op.drop_table("link")
    op.drop_table("erasure")
    op.drop_table("audit")
