"""The types of transaction a service knows: ours, and those an operator adds as files."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from consent.errors import ConsentError
from consent.forms.fields import malformed
from consent.transactions.definition import ShownTransaction, TransactionType
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.strict_json import loads

# A definition with sixteen members and their choices in three languages stays below.
FILE_LIMIT: Final = 64 * 1024
TYPES_LIMIT: Final = 256


@dataclass(frozen=True, slots=True)
class TransactionTypes:
    """Every type that is known here; none knows how to confirm anything."""

    all: tuple[TransactionType, ...] = ()

    def __post_init__(self) -> None:
        names = {known.type for known in self.all}
        if len(names) < len(self.all) or len(names) > TYPES_LIMIT:
            raise malformed("transaction types: each is defined once, and not too many")

    def known(self, type_: str) -> TransactionType | None:
        """Return the definition of a type, None for one that is not known."""
        return next((known for known in self.all if known.type == type_), None)

    def shown(self, type_: str, members: JsonObject) -> ShownTransaction:
        """Return a transaction in words, or raise `ConsentError` for one nobody can confirm."""
        found = self.known(type_)
        if found is None:
            raise malformed("the type of transaction is not known here")
        return found.shown(members)


NO_TYPES: Final = TransactionTypes()


def read_type(octets: bytes, *, file: str) -> TransactionType:
    """Return the type a file defines, or raise `ConsentError` that names the file."""
    try:
        return TransactionType.parse(loads(octets, limit=FILE_LIMIT))
    except (KeysError, ConsentError) as error:
        raise malformed(f"{file}: {error.detail}") from None


def load_types(directory: Path) -> TransactionTypes:
    """Return our types and those of the files in ``directory``, which need not exist.

    Raises `ConsentError` (malformed), naming the file, when one is wrong or defines a type again.
    """
    ours = sorted(
        (each for each in resources.files(__package__).iterdir() if each.name.endswith(".json")),
        key=lambda each: each.name,
    )
    files: Iterable[Path] = sorted(directory.glob("*.json"))
    return TransactionTypes(
        (
            *(read_type(each.read_bytes(), file=each.name) for each in ours),
            *(read_type(each.read_bytes(), file=each.name) for each in files),
        )
    )
