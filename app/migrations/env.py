"""Alembic's entry: runs the revisions of one room on the connection it is handed."""

from alembic import context

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=config.attributes["metadata"],
    version_table_schema=config.attributes["schema"],
    include_schemas=False,
)
with context.begin_transaction():
    context.run_migrations()
