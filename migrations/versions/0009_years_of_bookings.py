"""What stays quick after years of bookings: who is expected, whose name is to be erased; hours counted for the best time to come

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BOOKED, HELD, NAMED = sa.text("state = 'booked'"), sa.text("state = 'held'"), sa.text("erased_at IS NULL")


def upgrade() -> None:
    op.create_index("ix_appointments_expected", "appointments", ["office_id", "start_at"],
                    sqlite_where=BOOKED, postgresql_where=BOOKED)
    op.create_index("ix_appointments_named", "appointments", ["office_id", "day"], sqlite_where=NAMED, postgresql_where=NAMED)
    op.drop_index("ix_appointments_lapsing", "appointments")
    op.create_index("ix_appointments_lapsing", "appointments", ["office_id", "held_until_at"],
                    sqlite_where=HELD, postgresql_where=HELD)
    op.create_table(
        "busy_hours",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("called", sa.Integer(), nullable=False),
        sa.Column("waited", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_busy_hours_office_id")),
        sa.PrimaryKeyConstraint("office_id", "day", "hour", name=op.f("pk_busy_hours")),
    )


def downgrade() -> None:
    op.drop_table("busy_hours")
    op.drop_index("ix_appointments_lapsing", "appointments")
    op.create_index("ix_appointments_lapsing", "appointments", ["held_until_at"], sqlite_where=HELD, postgresql_where=HELD)
    op.drop_index("ix_appointments_named", "appointments")
    op.drop_index("ix_appointments_expected", "appointments")
