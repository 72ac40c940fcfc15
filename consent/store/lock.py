"""One sequencing process for one SQLite file: the second refuses to start (H93).

The lock is an exclusive transaction on an empty SQLite file beside the ledger's. The operating
system ends it with the process, however that ends, so no stale lock is ever left.
"""

import sqlite3
from pathlib import Path
from typing import Self

from consent.errors import ConsentError, ConsentFailure


class ProcessLock:
    """The right to sequence one ledger file, held until `release`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def take(cls, database: Path) -> Self:
        """Return the lock of the ledger file, or raise `ConsentError` (ledger_in_use)."""
        path = database.with_name(f"{database.name}.lock")
        connection = sqlite3.connect(
            path, timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            raise ConsentError(
                ConsentFailure.LEDGER_IN_USE,
                f"another process writes {database}; stop it, or use PostgreSQL for several",
            ) from None
        return cls(connection)

    def release(self) -> None:
        """Let another process start."""
        self._connection.close()
