"""Write the next revision of a room: ``python -m app.migrations.revise ROOM "what changed"``.

The difference between the revisions so far and the store's tables becomes a draft, which a person
reads before it is committed.
"""

import sys

from alembic import command
from sqlalchemy import create_engine

from app.schema import MIGRATIONS, configuration


def revise(room: str, message: str) -> None:
    """Draft ``app/migrations/<room>/<room>_NNNN.py`` against an empty SQLite database."""
    folder = MIGRATIONS / room
    folder.mkdir(exist_ok=True)
    number = len(list(folder.glob(f"{room}_*.py"))) + 1
    with create_engine("sqlite://").begin() as connection:
        config = configuration(room, connection)
        config.set_main_option("file_template", "%%(rev)s")
        if number > 1:
            command.upgrade(config, "head")
        command.revision(
            config,
            message,
            autogenerate=True,
            rev_id=f"{room}_{number:04d}",
            version_path=str(folder),
            head="base" if number == 1 else "head",
        )


if __name__ == "__main__":
    revise(sys.argv[1], sys.argv[2])
