"""Village officers, and what one person booked for residents is found without reading every booking

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STAFF = "role IN ('operator', 'office_admin', 'regency_admin')"
WITH_VILLAGES = "role IN ('operator', 'office_admin', 'regency_admin', 'village_officer')"


def upgrade() -> None:
    _roles(WITH_VILLAGES)
    op.create_index("ix_appointments_booked_by", "appointments", ["booked_by", "booked_at"],
                    sqlite_where=sa.text("booked_by IS NOT NULL"), postgresql_where=sa.text("booked_by IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_appointments_booked_by", "appointments")
    _roles(STAFF)


def _roles(rule: str) -> None:
    with op.batch_alter_table("people") as people:
        people.drop_constraint(op.f("ck_people_role"), type_="check")
        people.create_check_constraint(op.f("ck_people_role"), rule)
