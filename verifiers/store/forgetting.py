"""How rows are forgotten so that nothing of them stays in the database's file."""

from sqlalchemy.ext.asyncio import AsyncConnection


async def forget_for_good(connection: AsyncConnection) -> None:
    """Have SQLite overwrite what this transaction frees; it would leave it in unused pages.

    PostgreSQL frees old rows when it next vacuums, and has no such switch.
    """
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("PRAGMA secure_delete=ON")
