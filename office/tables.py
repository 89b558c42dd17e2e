"""What every table shares: names of its constraints, how kinds are stored, the database's own copy of an enum."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase

from office.clock import Instant

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def one_of(column: str, members: type) -> CheckConstraint:
    """The database's own copy of an enum: a state that is not in the list cannot be written."""
    values = ", ".join(f"'{member}'" for member in members)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({values})", name=column)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant, str: Text, dict[str, Any]: JSON, list[Any]: JSON, bytes: LargeBinary}
