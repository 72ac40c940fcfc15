"""What a certificate's owner may do here, as written in the certificate (RFC 5280 4.2.1.12).

A root is trusted for a role because it stands in that role's list; a certificate below it may
narrow itself to roles by its extended key usage. ``docs/decisions/0003-certificate-roles.md``.
"""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """The five things somebody is trusted for, each with its own roots.

    A wallet provider vouches for wallets: for the software, and for the keys it keeps. A registrar
    vouches for verifiers: who they are, and what they registered to ask for.
    """

    ISSUER = "issuer"
    VERIFIER = "verifier"
    STATUS = "status"
    WALLET_PROVIDER = "wallet-provider"
    REGISTRAR = "registrar"


# The number that RFC 5612 keeps for documentation: an operator with a number of its own
# (https://www.iana.org/assignments/enterprise-numbers) replaces this one line.
_ARC: Final = "1.3.6.1.4.1.32473.1"

# The usage our own authority writes into a certificate.
OWN_USAGE: Final = {
    Role.ISSUER: f"{_ARC}.1",
    Role.VERIFIER: f"{_ARC}.2",
    Role.STATUS: f"{_ARC}.3",
    Role.WALLET_PROVIDER: f"{_ARC}.4",
    Role.REGISTRAR: f"{_ARC}.5",
}

_ANY: Final = "2.5.29.37.0"
# ISO/IEC 18013-5 Annex B: who issues certificates for mdoc, and who reads them, does the same
# job here and often with the same certificate.
_MDOC_SIGNER: Final = "1.0.18013.5.1.2"
_MDOC_READER: Final = "1.0.18013.5.1.6"

_ACCEPTED: Final = {
    Role.ISSUER: frozenset({_ANY, OWN_USAGE[Role.ISSUER], _MDOC_SIGNER}),
    Role.VERIFIER: frozenset({_ANY, OWN_USAGE[Role.VERIFIER], _MDOC_READER}),
    Role.STATUS: frozenset({_ANY, OWN_USAGE[Role.STATUS]}),
    Role.WALLET_PROVIDER: frozenset({_ANY, OWN_USAGE[Role.WALLET_PROVIDER]}),
    Role.REGISTRAR: frozenset({_ANY, OWN_USAGE[Role.REGISTRAR]}),
}


def permits(usages: frozenset[str], role: Role) -> bool:
    """Tell whether an extended key usage names ``role``; dotted object identifiers."""
    return not usages.isdisjoint(_ACCEPTED[role])
