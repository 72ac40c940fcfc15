"""The formats this program speaks, by the name they have on the wire."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from standards.formats.credential import CredentialFormat
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.mdoc import Mdoc
from standards.formats.sd_jwt_vc import SdJwtVc

_ALL: Final[tuple[CredentialFormat, ...]] = (SdJwtVc(), Mdoc())
FORMATS: Final[Mapping[str, CredentialFormat]] = MappingProxyType({one.name: one for one in _ALL})


def format_of(name: str) -> CredentialFormat:
    """Return the format of this name, or raise `CredentialError` (format_unknown)."""
    if name not in FORMATS:
        detail = f"one of {', '.join(FORMATS)} was expected"
        raise CredentialError(CredentialFailure.FORMAT_UNKNOWN, "format_unknown", detail)
    return FORMATS[name]
