"""What each authority says of itself to wallets, plain and signed (OpenID4VCI section 12.2)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuers.catalogue import AnyKind, Catalogue
from issuers.certificate.authority import Authority
from issuers.published.metadata import issuer_metadata
from issuers.status.signing_keys import AuthorityKeys
from issuers.surroundings import Surroundings
from keys.encryption_key import EncryptionJwk
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.signed_metadata import sign_metadata

# A wallet that keeps a copy asks again daily; an encryption key in it is read for longer.
SIGNED_LIFE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Made:
    """Metadata, and what they were made of: that they are of the same things costs no look."""

    kinds: tuple[AnyKind, ...]
    keys: tuple[EncryptionJwk, ...]
    metadata: CredentialIssuerMetadata


class SelfDescription:
    """The Credential Issuer Metadata of all authorities; made anew when a key rotates."""

    def __init__(self, catalogue: Catalogue, keys: AuthorityKeys, around: Surroundings) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._around = around
        self._made: dict[str, _Made] = {}

    def metadata(self, authority: str) -> CredentialIssuerMetadata:
        """Return an authority's metadata, or raise `IssuerError` (unknown_authority).

        Of the keys for requests the newest alone is published; retiring ones are still read.
        """
        found = self._catalogue.authority(authority)
        kinds = self._catalogue.of(found)
        newest = tuple(key.public for key in self._keys.encryption(authority)[:1])
        made = self._made.get(authority)
        if made is None or (made.kinds, made.keys) != (kinds, newest):
            made = _Made(kinds, newest, self._described(found, kinds, newest))
            self._made[authority] = made
        return made.metadata

    def signed(self, authority: str) -> str:
        """Return the metadata as a token, signed with the key of the authority's certificates."""
        metadata, key = self.metadata(authority), self._keys.issuing(authority)
        return sign_metadata(
            metadata,
            signer=key.signer,
            x5c=key.x5c,
            now=self._around.clock(),
            lifetime=SIGNED_LIFE,
        )

    def _described(
        self, authority: Authority, kinds: tuple[AnyKind, ...], keys: tuple[EncryptionJwk, ...]
    ) -> CredentialIssuerMetadata:
        around = self._around
        return issuer_metadata(
            authority, kinds, around.base, keys, encrypted_only=around.encrypted_only
        )
