"""Booking

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "appointments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone_mark", sa.Text(), nullable=True),
        sa.Column("browser_mark", sa.Text(), nullable=True),
        sa.Column("booked_by", sa.Integer(), nullable=True),
        sa.Column("ticket_id", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('held', 'booked', 'checked_in', 'cancelled', 'missed', 'moved')",
            name=op.f("ck_appointments_state"),
        ),
        sa.ForeignKeyConstraint(["booked_by"], ["people.id"], name=op.f("fk_appointments_booked_by")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_appointments_office_id")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_appointments_service_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_appointments_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        sa.UniqueConstraint("code", name=op.f("uq_appointments_code")),
    )
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointments_browser",
            ["browser_mark"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'booked')"),
            postgresql_where=sa.text("state IN ('held', 'booked')"),
        )
        batch_op.create_index(
            "ix_appointments_lapsing",
            ["held_until_at"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index("ix_appointments_office_day", ["office_id", "day"], unique=False)
        batch_op.create_index(
            "uq_appointments_one_per_phone",
            ["phone_mark", "letter"],
            unique=True,
            sqlite_where=sa.text("state = 'booked' AND phone_mark IS NOT NULL"),
            postgresql_where=sa.text("state = 'booked' AND phone_mark IS NOT NULL"),
        )

    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('pending', 'sent', 'failed', 'dropped')", name=op.f("ck_messages_state")),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_messages_appointment_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_messages_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "appointment_id", "kind", "channel", "send_at", name=op.f("uq_messages_appointment_id_kind_channel_send_at")
        ),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_appointment_id"), ["appointment_id"], unique=False)
        batch_op.create_index(
            "ix_messages_to_do",
            ["send_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "seats",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("group_seat", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointments.id"], name=op.f("fk_seats_appointment_id")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_seats_office_id")),
        sa.PrimaryKeyConstraint("office_id", "start_at", "seat", name=op.f("pk_seats")),
        sa.UniqueConstraint(
            "office_id", "start_at", "letter", "group_seat", name=op.f("uq_seats_office_id_start_at_letter_group_seat")
        ),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_appointment_id"), ["appointment_id"], unique=False)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("is_late", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))


def downgrade() -> None:

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("is_late")
        batch_op.drop_column("slot_at")

    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seats_appointment_id"))

    op.drop_table("seats")
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_messages_to_do",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index(batch_op.f("ix_messages_appointment_id"))

    op.drop_table("messages")
    with op.batch_alter_table("appointments", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appointments_one_per_phone",
            sqlite_where=sa.text("state = 'booked' AND phone_mark IS NOT NULL"),
            postgresql_where=sa.text("state = 'booked' AND phone_mark IS NOT NULL"),
        )
        batch_op.drop_index("ix_appointments_office_day")
        batch_op.drop_index(
            "ix_appointments_lapsing",
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.drop_index(
            "ix_appointments_browser",
            sqlite_where=sa.text("state IN ('held', 'booked')"),
            postgresql_where=sa.text("state IN ('held', 'booked')"),
        )

    op.drop_table("appointments")
