"""Forecast: what an office has learned, what its residents were told

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("learned", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_memories_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_memories")),
    )
    op.create_table(
        "told",
        sa.Column("ticket_id", sa.Text(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=False) for name in ("p10", "p50", "p80", "p90")),
        sa.Column("is_first_guess", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_told_office_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_told_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_told")),
    )
    op.create_index("ix_told_office_day", "told", ["office_id", "day"])
    op.create_index(
        "ix_tickets_finished", "tickets", ["office_id", "day", "finished_at"],
        sqlite_where=sa.text("state = 'finished'"), postgresql_where=sa.text("state = 'finished'"),
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_finished", "tickets")
    op.drop_table("told")
    op.drop_table("memories")
