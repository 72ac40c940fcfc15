"""Several copies of one certificate: each with a key of its own, shown where no other was.

An issuer may hand the copies out in any order (OpenID4VCI section 8.3), so each is matched to its
key by what it says of itself, never by its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.formats.errors import CredentialError
from standards.formats.known import format_of
from standards.status_list.reference import StatusReference
from wallet.errors import WalletError, WalletFailure


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A private key kept by this wallet for one credential ("easy wallet"), PKCS #8 octets."""

    octets: bytes

    @classmethod
    def of(cls, signer: SoftwareSigner) -> Self:
        """Return the key of ``signer``, to be sealed with its credential."""
        return cls(signer.private_octets())

    def signer(self) -> SoftwareSigner:
        """Return the key ready to sign."""
        return SoftwareSigner.from_der(self.octets)

    def __repr__(self) -> str:
        # A key must not reach a log by way of a frozen dataclass's own representation.
        return "KeptKey(…)"


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its text with every disclosure, its own key and status place, how often shown."""

    text: str
    key: KeptKey
    status: StatusReference | None
    uses: int = 0

    def __repr__(self) -> str:
        # The claims are the holder's.
        return f"Copy(uses={self.uses})"

    def used(self) -> Self:
        """Return the copy as it is after one more use."""
        return replace(self, uses=self.uses + 1)

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed; it holds the private key."""
        return {
            "sd_jwt": self.text,
            "key": base64url.encode(self.key.octets),
            "status": self.status.as_claim() if self.status else None,
            "uses": self.uses,
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {"sd_jwt": str(text), "key": str(key), "status": status, "uses": int(uses)}:
                reference = None if status is None else StatusReference.parse(status)
                return cls(text, KeptKey(base64url.decode(key)), reference, uses)
            case _:
                raise ValueError("this is not a copy of a credential")


def least_used(copies: Sequence[Copy]) -> tuple[Copy, tuple[Copy, ...]]:
    """Return the copy to show next, of equals the first, and the others in their order."""
    chosen = min(range(len(copies)), key=lambda index: copies[index].uses)
    return copies[chosen], (*copies[:chosen], *copies[chosen + 1 :])


def matched(
    texts: Sequence[str], credential_format: str, signers: Sequence[SoftwareSigner]
) -> tuple[tuple[str, SoftwareSigner], ...]:
    """Return each credential with the key it is bound to, by its own word, nothing believed yet.

    Raises ``WalletError``: issuer_answer_invalid for more credentials than keys or two for one
    key, credential_not_ours for a key that was never ours, credential_invalid for what cannot be
    read.
    """
    if len(texts) > len(signers):
        raise WalletError(WalletFailure.ISSUER_ANSWER_INVALID, "more credentials than proofs came")
    by_key = {signer.public.thumbprint(): signer for signer in signers}
    found: dict[str, str] = {}
    for text in texts:
        thumbprint = _bound_to(text, credential_format)
        if thumbprint not in by_key:
            raise WalletError(WalletFailure.CREDENTIAL_NOT_OURS)
        if thumbprint in found:
            raise WalletError(WalletFailure.ISSUER_ANSWER_INVALID, "two are bound to one key")
        found[thumbprint] = text
    return tuple((text, by_key[thumbprint]) for thumbprint, text in found.items())


def _bound_to(text: str, credential_format: str) -> str | None:
    """Return the thumbprint of the key it names, None for a credential bound to nobody."""
    try:
        return format_of(credential_format).read_issued(text).holder
    except CredentialError as error:
        raise WalletError(WalletFailure.CREDENTIAL_INVALID, error.reason) from None
