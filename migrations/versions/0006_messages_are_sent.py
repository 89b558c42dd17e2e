"""Messages are sent: one pending of a kind, not one at an instant; those given up are found

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PENDING, FAILED = sa.text("state = 'pending'"), sa.text("state = 'failed'")
OLD = "uq_messages_appointment_id_kind_channel_send_at"


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_constraint(op.f(OLD), type_="unique")
    op.create_index("ix_messages_failed", "messages", ["office_id"], sqlite_where=FAILED, postgresql_where=FAILED)
    op.create_index("uq_messages_one_pending", "messages", ["appointment_id", "kind", "channel"], unique=True,
                    sqlite_where=PENDING, postgresql_where=PENDING)


def downgrade() -> None:
    op.drop_index("uq_messages_one_pending", "messages")
    op.drop_index("ix_messages_failed", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.create_unique_constraint(op.f(OLD), ["appointment_id", "kind", "channel", "send_at"])
