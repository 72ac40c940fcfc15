"""What each authority says of itself to wallets, plain and signed (OpenID4VCI section 12.2)."""

from datetime import timedelta
from typing import Final

from issuers.catalogue import Catalogue
from issuers.metadata import issuer_metadata
from issuers.signing_keys import AuthorityKeys
from issuers.surroundings import Surroundings
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.signed_metadata import sign_metadata

# A wallet that keeps a copy asks again daily; an encryption key in it is read for longer.
SIGNED_LIFE: Final = timedelta(days=1)


class SelfDescription:
    """The Credential Issuer Metadata of all authorities, made anew each time: keys rotate."""

    def __init__(self, catalogue: Catalogue, keys: AuthorityKeys, around: Surroundings) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._around = around

    def metadata(self, authority: str) -> CredentialIssuerMetadata:
        """Return an authority's metadata, or raise `IssuerError` (unknown_authority).

        Of the keys for requests the newest alone is published; retiring ones are still read.
        """
        found = self._catalogue.authority(authority)
        newest = tuple(key.public for key in self._keys.encryption(authority)[:1])
        return issuer_metadata(
            found,
            self._catalogue.of(found),
            self._around.base,
            newest,
            encrypted_only=self._around.encrypted_only,
        )

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
