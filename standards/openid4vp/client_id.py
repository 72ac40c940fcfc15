"""Client identifiers: the text before the first colon says how somebody is known (section 5.9).

What each way proves, and whether a signature proves it, is in `signer` and `unsigned_request`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self, assert_never

from keys import base64url
from keys.x509 import ValidatedChain
from standards.openid4vp.errors import RequestError, RequestFailure

# A response address, or the key of a `did:jwk`; nothing honest is longer.
CLIENT_ID_LIMIT: Final = 2048
# Of the browser API alone, and never in a request (VP-23); the second is an older name of it.
_NEVER: Final = frozenset({"origin", "web-origin"})
# docs/decisions/0032-who-asks.md says why.
_FEDERATION: Final = "openid_federation"


class ClientIdPrefix(StrEnum):
    """The prefixes a wallet takes."""

    X509_HASH = "x509_hash"
    X509_SAN_DNS = "x509_san_dns"
    REDIRECT_URI = "redirect_uri"
    VERIFIER_ATTESTATION = "verifier_attestation"
    DECENTRALIZED_IDENTIFIER = "decentralized_identifier"


class CertificatePrefix(StrEnum):
    """Those of them a certificate proves: how our own verifiers name themselves."""

    X509_HASH = ClientIdPrefix.X509_HASH.value
    X509_SAN_DNS = ClientIdPrefix.X509_SAN_DNS.value


@dataclass(frozen=True, slots=True)
class ClientId:
    """A client identifier in its two parts; the full text is what presentations name (VP-60).

    ``prefix`` None is a client registered beforehand: ``value`` is all of it (section 5.9.2).
    """

    prefix: ClientIdPrefix | None
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier, or raise `RequestError` (client_id_prefix, malformed).

        With no colon, or another word before it, it is a client registered beforehand.
        """
        if not text or len(text) > CLIENT_ID_LIMIT or not text.isprintable():
            raise _refused("client_id is missing, too long or unprintable")
        prefix, colon, value = text.partition(":")
        if colon and prefix == _FEDERATION:
            raise _refused("OpenID Federation is not supported: ask to be known in another way")
        if colon and prefix in _NEVER:
            raise _refused("origin is for browsers and stands in no request")
        if not colon or prefix not in set(ClientIdPrefix):
            return cls(None, text)
        if not value:
            raise _refused("client_id is a prefix and nothing else")
        return cls(ClientIdPrefix(prefix), value)

    @classmethod
    def of(cls, prefix: CertificatePrefix, chain: ValidatedChain) -> Self:
        """Return the identifier a verifier with this certificate has (its first DNS name)."""
        match prefix:
            case CertificatePrefix.X509_HASH:
                return cls(ClientIdPrefix.X509_HASH, base64url.encode(chain.leaf_sha256))
            case CertificatePrefix.X509_SAN_DNS:
                if not chain.dns_names:
                    raise ValueError("the certificate has no DNS name")
                return cls(ClientIdPrefix.X509_SAN_DNS, chain.dns_names[0])
            case _:
                assert_never(prefix)

    def __str__(self) -> str:
        return self.value if self.prefix is None else f"{self.prefix.value}:{self.value}"


def _refused(detail: str) -> RequestError:
    return RequestError(RequestFailure.CLIENT_ID_PREFIX, detail)
