"""How a definition names a type of certificate."""

from typing import Final

from verifiers.services.table import Table

_ANY: Final = "*"


def type_of(members: Table, base: str) -> str | None:
    """Return the ``vct`` a member ``type`` stands for, None for ``*``: any that is not named."""
    text = members.text("type")
    if text == _ANY:
        return None
    if text.startswith(("https://", "urn:", f"{base}/")):
        return text
    authority, found, kind = text.partition("/")
    if not found or "/" in kind or not authority or not kind:
        members.fail("type", "authority/kind, a whole vct, or *")
    return f"{base}/issuers/{authority}/types/{kind}/1"
