"""What is kept of a presentation: two parts without any claim, and what each of them can prove.

The issuer's part says who stands behind the credential, the holder's part who showed it. With the
digests of what was disclosed and the request that was answered they prove a sharing years later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from keys.jwk import PublicJwk
from keys.verification_key import VerificationKey
from standards.formats.binding import Request
from standards.status_list.reference import StatusReference


@dataclass(frozen=True, slots=True)
class IssuedPart:
    """What an issuer signed, proven by its key, as far as it can be read without any claim.

    ``holder`` None: anybody may show it. ``status`` is still to be looked up. ``digests`` are
    those of all it can show, in base64url; where it ``nests``, further ones stand inside claims.
    """

    type: str
    holder: PublicJwk | None
    status: StatusReference | None
    digests: frozenset[str]
    nests: bool


class IssuerPart(Protocol):
    """What an issuer signed, as it was kept (`Content.issuer_part`); believed by nobody yet."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Its issuer's certificates, leaf first; raises `KeysError` or `CredentialError`."""
        ...

    @property
    def status(self) -> StatusReference | None:
        """Where it says its status is kept; raises `StatusListError` or `CredentialError`."""
        ...

    def verify(self, key: VerificationKey) -> IssuedPart:
        """Return what the issuer with ``key`` signed, whatever the time.

        Raises `CredentialError`, `KeysError` or `StatusListError`.
        """
        ...


class HolderPart(Protocol):
    """What a holder signed, as it was kept (`Content.holder_part`); believed by nobody yet.

    Some formats say in words what was signed; of others only the signature tells, once it is held
    against the request.
    """

    @property
    def audience(self) -> str | None:
        """Whom it says it is for; None where only the signature tells."""
        ...

    @property
    def nonce(self) -> str | None:
        """The nonce it says it answers; None where only the signature tells."""
        ...

    def signed(self, request: Request | None) -> bytes | None:
        """Return the octets under the signature, if it was made for ``request``.

        None where these need a request and there is none.
        """
        ...

    def digest(self, issuer_part: str | None, digests: Sequence[str]) -> str | None:
        """Return what stands for the whole presentation (`Content.digest`).

        The holder signed it, or it follows from the issuer's part and the ``digests`` of what was
        disclosed; None where it needs that part and there is none.
        """
        ...

    def verify(self, issued: IssuedPart, request: Request) -> None:
        """Return when the holder of ``issued`` signed for this request.

        Raises `CredentialError` or `KeysError`.
        """
        ...
