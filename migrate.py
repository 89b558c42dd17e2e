"""Bringing a database to the tables of this version."""

from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event

from settings import ROOT


def _config(connection: Any = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str) -> None:
    """To the newest version. On SQLite with foreign keys off (a table is altered by copying it), checked at the end.

    Errors: RuntimeError when rows point nowhere afterwards.
    """
    if url.startswith("sqlite:///"):
        (ROOT / "var").mkdir(exist_ok=True)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _plain_sqlite)
        event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    with engine.connect() as connection:
        command.upgrade(_config(connection), "head")
        connection.commit()
        if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("the migration left rows that point nowhere")
    engine.dispose()


def _plain_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA foreign_keys=OFF")
    dbapi_connection.execute("PRAGMA journal_mode=WAL")
