"""The office's own words on the slip

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offices", sa.Column("slip", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("offices", "slip")
