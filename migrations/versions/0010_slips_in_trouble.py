"""Slips in trouble are found without walking through the years

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
TROUBLE = "state IN ('failed', 'unsure')"


def upgrade() -> None:
    op.create_index("ix_print_jobs_trouble", "print_jobs", ["office_id", "id"], sqlite_where=sa.text(TROUBLE),
                    postgresql_where=sa.text(TROUBLE))  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_print_jobs_trouble", "print_jobs")
