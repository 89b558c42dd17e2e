"""Runs the migrations on the engine that server.py hands in; no ini file, no logging set-up of its own."""

from alembic import context

from office import booked, posted, remembered

# Naming them makes their tables known.
TABLES = (booked, posted, remembered)


def run() -> None:
    """One transaction per migration. SQLite copies a table to alter it: with foreign keys on, that would delete children."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=TABLES[0].Base.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
