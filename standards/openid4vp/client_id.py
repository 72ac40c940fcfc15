"""Client identifiers and what they prove (OpenID4VP 1.0 section 5.9).

The text before the first colon says how the verifier is known. Two ways are taken here: both name
the certificate that signs the request.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self, assert_never
from urllib.parse import urlsplit

from keys import base64url
from keys.x509 import ValidatedChain
from standards.openid4vp.errors import RequestError, RequestFailure


class ClientIdPrefix(StrEnum):
    """The prefixes accepted; `origin:` never is (VP-23), the others are not supported."""

    X509_HASH = "x509_hash"
    X509_SAN_DNS = "x509_san_dns"


@dataclass(frozen=True, slots=True)
class ClientId:
    """A client identifier in its two parts; the full text is what presentations name (VP-60)."""

    prefix: ClientIdPrefix
    value: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the identifier, or raise `RequestError` (client_id_prefix).

        Without a known prefix it would be a client registered beforehand: there are none (VP-18).
        """
        prefix, colon, value = text.partition(":")
        if not colon or not value or prefix not in set(ClientIdPrefix):
            raise RequestError(
                RequestFailure.CLIENT_ID_PREFIX, "client_id is not known by a certificate"
            )
        return cls(ClientIdPrefix(prefix), value)

    @classmethod
    def of(cls, prefix: ClientIdPrefix, chain: ValidatedChain) -> Self:
        """Return the identifier a verifier with this certificate has (its first DNS name)."""
        match prefix:
            case ClientIdPrefix.X509_HASH:
                return cls(prefix, base64url.encode(chain.leaf_sha256))
            case ClientIdPrefix.X509_SAN_DNS:
                if not chain.dns_names:
                    raise ValueError("the certificate has no DNS name")
                return cls(prefix, chain.dns_names[0])
            case _:
                assert_never(prefix)

    def __str__(self) -> str:
        return f"{self.prefix.value}:{self.value}"

    def check(self, chain: ValidatedChain, *, response_uri: str) -> None:
        """Return when the signing certificate is the one named, else raise `RequestError`.

        ``x509_hash``: SHA-256 of the leaf (VP-22). ``x509_san_dns``: a DNS name of the leaf, and
        the host answers go to (VP-21).
        """
        match self.prefix:
            case ClientIdPrefix.X509_HASH:
                if self.value != base64url.encode(chain.leaf_sha256):
                    raise _mismatch("the request is signed with another certificate")
            case ClientIdPrefix.X509_SAN_DNS:
                name = self.value.lower()
                if name not in {dns_name.lower() for dns_name in chain.dns_names}:
                    raise _mismatch("the certificate is for another name")
                if urlsplit(response_uri).hostname != name:
                    raise _mismatch("answers would go to another host")
            case _:
                assert_never(self.prefix)


def _mismatch(detail: str) -> RequestError:
    return RequestError(RequestFailure.CLIENT_ID_MISMATCH, detail)
