"""What was disclosed of an SD-JWT VC, and how it is presented, behind the face of all formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keys.json_value import JsonObject
from keys.jwk import Algorithm, PublicJwk
from keys.strict_json import loads_object
from standards.formats.binding import HolderBinding, Request
from standards.formats.sd_jwt_vc_failures import told
from standards.positions import ClaimPath, Positions
from standards.profiles import DC_SD_JWT
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.key_binding import (
    attach_key_binding,
    kb_signing_input,
    verify_key_binding,
)
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt.unpack import unpack
from standards.sd_jwt.verify import VerifiedSdJwt
from standards.sd_jwt_vc.credential import SET_BY_FORMAT

_OF_THE_CREDENTIAL: Final = SET_BY_FORMAT | {"aud"}


@dataclass(frozen=True, slots=True)
class UnsignedSdJwt:
    """A presentation that ends in ``~`` (RFC 9901 section 4.3)."""

    text: str
    algorithm: HashAlgorithm

    @property
    def digest(self) -> str:
        """``sd_hash`` (section 4.3.1)."""
        return digest_of(self.text, self.algorithm)

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of the disclosures."""
        _, *disclosures, _ = self.text.split("~")
        return tuple(digest_of(text, self.algorithm) for text in disclosures)

    def to_sign(
        self,
        request: Request,
        *,
        algorithm: Algorithm,
        now: datetime,
        further: JsonObject | None = None,
    ) -> bytes:
        """Return the signing input of the key binding JWT (section 4.3)."""
        return kb_signing_input(
            self.text,
            algorithm=algorithm,
            audience=request.audience,
            nonce=request.nonce,
            now=now,
            sd_alg=self.algorithm,
            further=further,
        )

    def signed(self, to_sign: bytes, signature: bytes) -> str:
        """Return the SD-JWT+KB."""
        return attach_key_binding(self.text, to_sign, signature)


@dataclass(frozen=True, slots=True)
class SdJwtContent:
    """What was disclosed of an SD-JWT VC."""

    sd: VerifiedSdJwt

    @property
    def format(self) -> str:
        """The format's name."""
        return DC_SD_JWT

    @property
    def claims(self) -> JsonObject:
        """The processed payload (RFC 9901 section 7.1)."""
        return self.sd.claims

    @property
    def about_subject(self) -> JsonObject:
        """Without what the format sets (SD-JWT VC section 3.2.2.2)."""
        return {name: each for name, each in self.claims.items() if name not in _OF_THE_CREDENTIAL}

    @property
    def positions(self) -> Positions:
        """The issuer's positions of array elements."""
        return self.sd.positions

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Where the disclosed claims are."""
        return self.sd.disclosed_paths

    @property
    def digest(self) -> str:
        """``sd_hash`` (RFC 9901 section 4.3.1)."""
        return digest_of(self.sd.presented, self.sd.sd_alg)

    @property
    def digests(self) -> tuple[str, ...]:
        """The digests of the disclosures."""
        return tuple(found.disclosure.digest for found in self.sd.disclosed)

    @property
    def presented(self) -> bytes:
        """Everything up to the last ``~``."""
        return self.sd.presented.encode()

    @property
    def is_bound(self) -> bool:
        """Whether a key binding JWT came with it."""
        return self.sd.kb_jwt is not None

    @property
    def issuer_part(self) -> str:
        """The issuer-signed JWT."""
        return self.sd.issuer_jwt

    @property
    def holder_part(self) -> str | None:
        """The key binding JWT."""
        return self.sd.kb_jwt

    def picture(self, path: ClaimPath) -> bytes | None:
        """Return None: a claim of JSON has no octets."""
        return None

    @told()
    def present(self, paths: Sequence[ClaimPath]) -> UnsignedSdJwt:
        """Return the issuer-signed JWT with the disclosures of these claims."""
        return UnsignedSdJwt(present(self.sd, paths), self.sd.sd_alg)

    @told()
    def showing(self, paths: Sequence[ClaimPath]) -> "SdJwtContent":
        """Read a presentation back: what was left open, or shares a disclosure, shows too."""
        text = present(self.sd, paths)
        unverified = parse_sd_jwt(text)
        payload = loads_object(unverified.issuer.payload)
        claims, disclosed, positions = unpack(payload, unverified.disclosures, self.sd.sd_alg)
        return SdJwtContent(
            self.sd._replace(
                claims=claims, disclosed=disclosed, positions=positions, presented=text
            )
        )

    @told()
    def verify_binding(
        self, holder: PublicJwk, request: Request, *, now: datetime, max_age: timedelta
    ) -> HolderBinding:
        """Return what the key binding JWT says to this request (section 7.3)."""
        bound = verify_key_binding(
            self.sd,
            holder,
            expected_audience=request.audience,
            expected_nonce=request.nonce,
            now=now,
            max_age=max_age,
        )
        return HolderBinding(bound.signed, bound.issued_at, bound.claims)
