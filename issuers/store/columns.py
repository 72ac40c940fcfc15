"""Columns that several tables of the sources of record have. Days are ISO 8601 text."""

from sqlalchemy import BigInteger, Column, String, Text


def day_column(name: str) -> Column[str]:
    """Return a column for a day in Korea."""
    return Column(name, String(10), nullable=False)


def text_column(name: str, length: int = 64) -> Column[str]:
    """Return a column for a text that is always there."""
    return Column(name, String(length), nullable=False)


def name_column(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column for somebody's name, however long it is.

    SQLite never held a text to its length, so there the column keeps the type it was made with.
    """
    return Column(name, String(64).with_variant(Text(), "postgresql"), nullable=nullable)


def change_columns() -> tuple[Column[str], ...]:
    """Return the three columns of a change: moved in, changed, why."""
    return day_column("moved_in_on"), day_column("changed_on"), text_column("change_reason")


def tax_columns() -> tuple[Column[str] | Column[int], ...]:
    """Return the columns of one tax asked for; the amount is in won."""
    amount: Column[int] = Column("amount", BigInteger, nullable=False)
    return text_column("period"), text_column("item"), day_column("due_on"), amount
