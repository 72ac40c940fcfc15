"""How a definition names a type of certificate."""

import re
from typing import Final

from verifiers.services.table import Table

_ANY: Final = "*"
# Of an mdoc: names from the general to the special, as an owner of a domain gives them.
_DOCTYPE: Final = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")


def type_of(members: Table, base: str) -> str | None:
    """Return the type a member ``type`` stands for, None for ``*``: any that is not named."""
    text = members.text("type")
    if text == _ANY:
        return None
    if text.startswith(("https://", "urn:", f"{base}/")) or _DOCTYPE.fullmatch(text):
        return text
    authority, found, kind = text.partition("/")
    if not found or "/" in kind or not authority or not kind:
        members.fail("type", "authority/kind, a whole vct or doctype, or *")
    return f"{base}/issuers/{authority}/types/{kind}/1"
