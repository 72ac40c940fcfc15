"""What a verb is given to audit: a folder, a service, a checkpoint file, a policy file."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.consent.files import text_of
from app.cli.invocation import current_settings
from app.errors import CommandError
from app.log_audit import read_copy
from app.log_copy import copy_log_from
from consent.auditing.compare import Side
from consent.auditing.export import CHECKPOINT
from consent.errors import ConsentError
from consent.tlog.tlog_policy import Policy
from web.errors import Party


@contextmanager
def copy_at(where: str) -> Iterator[Path]:
    """Return the folder of a copy, fetched first when ``where`` is a service's address.

    Raises ``CommandError`` (no_copy) for a folder that holds none.
    """
    if where.startswith(("http://", "https://")):
        with tempfile.TemporaryDirectory() as copy:
            copy_log_from(where, current_settings().home, Path(copy))
            yield Path(copy)
        return
    directory = Path(where)
    if not (directory / CHECKPOINT).is_file():
        detail = f"{where} holds no copy of a log: mydata consent export DIR makes one"
        raise CommandError("no_copy", Party.CALLER, detail)
    yield directory


def side_at(where: str) -> Side:
    """Return one view of a log: a folder with its files, or a file with a checkpoint alone."""
    path = Path(where)
    if path.is_dir():
        return Side(where, text_of(path / CHECKPOINT), read_copy(path))
    return Side(where, text_of(path))


def policy_of(path: Path) -> Policy:
    """Return the policy in a file, or raise ``CommandError`` naming the line."""
    try:
        return Policy.parse(text_of(path))
    except ConsentError as error:
        raise CommandError(error.failure.value, Party.CALLER, f"{path}: {error.detail}") from None
