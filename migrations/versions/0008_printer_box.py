"""A printer that a box prints for

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("printers") as batch_op:
        batch_op.add_column(sa.Column("box_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key("fk_printers_box_id", "devices", ["box_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("printers") as batch_op:
        batch_op.drop_constraint("fk_printers_box_id", type_="foreignkey")
        batch_op.drop_column("box_id")
