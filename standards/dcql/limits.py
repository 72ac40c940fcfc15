"""How large a query may be: far above what people need, far below what costs time (H49)."""

import re
from collections.abc import Sized
from typing import TypeVar

from standards.dcql.errors import malformed, over_limit

# A profile of ours asks for at most eight; others ask for a handful.
MAX_CREDENTIALS = 32
# The longest certificate form has about a hundred fields, and is asked for in eight variants.
MAX_CLAIMS = 1024
# Other evidence for the same fact: a few; and each is tried on each credential held.
MAX_CLAIM_SETS = 64
MAX_CLAIM_SET_IDS = 2048
MAX_VALUES = 256
MAX_AUTHORITIES = 64
MAX_TYPES = 64
MAX_CREDENTIAL_SETS = 16
MAX_OPTIONS = 64
# With ``multiple``: more than any household has certificates of one kind.
MAX_PRESENTATIONS = 32

# Sections 6.1 and 6.3: letters, digits, underscore, hyphen. The length is ours.
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")

_Sized = TypeVar("_Sized", bound=Sized)


def at_most(limit: int, elements: _Sized, what: str) -> _Sized:
    """Return ``elements`` when there are not more than ``limit``, else raise `DcqlError`."""
    if len(elements) > limit:
        raise over_limit(f"at most {limit} {what}")
    return elements


def check_id(text: str) -> str:
    """Return ``text`` when it may name a credential or a claim query, else raise `DcqlError`."""
    if not _ID.fullmatch(text):
        raise malformed("an id is letters, digits, underscores and hyphens")
    return text


def check_unique(ids: list[str], what: str) -> None:
    """Return when no id comes twice, else raise `DcqlError`."""
    if len(set(ids)) != len(ids):
        raise malformed(f"an id of {what} comes twice")
