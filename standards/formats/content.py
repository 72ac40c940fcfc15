"""What was shown of a credential, and what becomes of it when it is presented, in any format."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from keys.json_value import JsonObject
from keys.jwk import Algorithm, PublicJwk
from standards.formats.binding import HolderBinding, Request
from standards.positions import ClaimPath, Positions


class Unsigned(Protocol):
    """A presentation before its holder signs it."""

    @property
    def digest(self) -> str:
        """What stands for the whole of it, base64url."""
        ...

    @property
    def digests(self) -> tuple[str, ...]:
        """One digest, base64url, for each claim it discloses."""
        ...

    def to_sign(
        self,
        request: Request,
        *,
        algorithm: Algorithm,
        now: datetime,
        further: JsonObject | None = None,
    ) -> bytes:
        """Return what the holder's key signs; ``further`` goes in beside the format's own."""
        ...

    def signed(self, to_sign: bytes, signature: bytes) -> str:
        """Return the presentation as it is sent; ``signature`` was made over ``to_sign``."""
        ...


class Content(Protocol):
    """What an issuer signed, as far as it is shown."""

    @property
    def format(self) -> str:
        """Its name on the wire."""
        ...

    @property
    def claims(self) -> JsonObject:
        """Everything that is shown, the format's own claims included."""
        ...

    @property
    def about_subject(self) -> JsonObject:
        """The claims without those that describe the credential itself."""
        ...

    @property
    def positions(self) -> Positions:
        """Where the issuer had the elements of arrays that lost some."""
        ...

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Where in ``claims`` is what could have been left out, parents included."""
        ...

    @property
    def digest(self) -> str:
        """What stands for the whole of it, base64url, as in `Unsigned`."""
        ...

    @property
    def digests(self) -> tuple[str, ...]:
        """One digest for each disclosed claim, as in `Unsigned`."""
        ...

    @property
    def presented(self) -> bytes:
        """The octets that were shown, without what binds them to a request."""
        ...

    @property
    def is_bound(self) -> bool:
        """Whether it came with something its holder made for a request, unproven so far."""
        ...

    @property
    def issuer_part(self) -> str:
        """What proves who issued it, without any claim: kept with receipts."""
        ...

    @property
    def holder_part(self) -> str | None:
        """What proves who showed it, without any claim; None where nothing can."""
        ...

    def picture(self, path: ClaimPath) -> bytes | None:
        """Return the picture (JPEG) that a claim is, None for any other."""
        ...

    def present(self, paths: Sequence[ClaimPath]) -> Unsigned:
        """Return a presentation of the claims at ``paths`` and of nothing else.

        Raises `CredentialError` (claim_not_held) for a path that is not there.
        """
        ...

    def showing(self, paths: Sequence[ClaimPath]) -> "Content":
        """Return what a presentation of ``paths`` would show, as whoever gets it would read it."""
        ...

    def verify_binding(
        self, holder: PublicJwk, request: Request, *, now: datetime, max_age: timedelta
    ) -> HolderBinding:
        """Return what ``holder`` signed for this request, or raise `CredentialError`."""
        ...
