"""Which version of each standard a profile speaks, and what it accepts from others.

HAIP 1.0 pins drafts (SD-JWT VC 13, Token Status List 14) where finals are still to come; a pin is
kept although a newer draft exists (OpenID4VCI §14.7, OpenID4VP §13.4, HAIP §9.4). What we *write*
is the same in both profiles; what we *read* differs, and only here.
"""

from dataclasses import dataclass
from enum import StrEnum

DC_SD_JWT = "dc+sd-jwt"
# The type up to draft-05; wallets that were built before November 2024 still hold such ones.
VC_SD_JWT = "vc+sd-jwt"


class Profile(StrEnum):
    """The rules a transaction follows."""

    PLAIN = "plain"
    HAIP = "haip"


@dataclass(frozen=True, slots=True)
class Version:
    """One standard at one version."""

    standard: str
    version: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What a profile accepts.

    ``credential_typ``: values of `typ` in an SD-JWT VC. ``key_binding``: every presentation of a
    bound credential carries a KB-JWT (HAIP 6.1.1.1). ``x5c_only``: an issuer's key comes from
    `x5c` (HAIP 6.1.1).
    """

    versions: tuple[Version, ...]
    credential_typ: frozenset[str]
    key_binding: bool
    x5c_only: bool


_OPENID = (
    Version("OpenID4VCI", "1.0"),
    Version("OpenID4VP", "1.0"),
    Version("SD-JWT", "RFC 9901"),
)
_DRAFTS = (
    Version("SD-JWT VC", "draft-13"),
    Version("Token Status List", "draft-14"),
)

_PLAIN = Rules(
    versions=(*_OPENID, *_DRAFTS),
    credential_typ=frozenset({DC_SD_JWT, VC_SD_JWT}),
    key_binding=False,
    x5c_only=False,
)
_HAIP = Rules(
    versions=(*_OPENID, *_DRAFTS, Version("HAIP", "1.0")),
    credential_typ=frozenset({DC_SD_JWT}),
    key_binding=True,
    x5c_only=True,
)


_RULES = {Profile.PLAIN: _PLAIN, Profile.HAIP: _HAIP}


def rules(profile: Profile) -> Rules:
    """Return what ``profile`` accepts."""
    return _RULES[profile]
