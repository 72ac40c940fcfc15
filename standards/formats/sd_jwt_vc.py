"""SD-JWT VC behind the face of all formats (``dc+sd-jwt``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys.entropy import Entropy
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import numeric_date
from keys.signer import Signer
from keys.strict_json import loads_object
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from standards.dcql.paths import Step
from standards.formats.credential import NewCredential, ProvenCredential, Said
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.sd_jwt_vc_content import SdJwtContent
from standards.formats.sd_jwt_vc_failures import told
from standards.formats.sd_jwt_vc_parts import (
    SdJwtHolderPart,
    SdJwtIssuerPart,
    read_sd_jwt_holder_part,
    read_sd_jwt_issuer_part,
)
from standards.profiles import DC_SD_JWT, Profile, rules
from standards.sd_jwt.disclosure import HashAlgorithm
from standards.sd_jwt.frame import Frame
from standards.sd_jwt.parse import UnverifiedSdJwt, parse_issued_sd_jwt, parse_sd_jwt
from standards.sd_jwt.unpack import unpack
from standards.sd_jwt.verify import verify_sd_jwt
from standards.sd_jwt_vc.audience import audience_of
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc
from standards.sd_jwt_vc.issue import NewVc, issue_vc


@dataclass(frozen=True, slots=True)
class _Unverified:
    """An SD-JWT VC as it was received."""

    sd: UnverifiedSdJwt

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in the ``x5c`` header."""
        return parse_x5c(self.sd.header.get("x5c"))

    @property
    def holder(self) -> str | None:
        """The thumbprint of the key in ``cnf``, None where it names none."""
        match self._claims().get("cnf"):
            case {"jwk": dict(jwk)}:
                try:
                    return PublicJwk.parse(jwk).thumbprint()
                except KeysError:
                    return None
            case _:
                return None

    @property
    def expires_at(self) -> datetime | None:
        """``exp`` as it stands."""
        claims = self._claims()
        try:
            return numeric_date(claims["exp"]) if "exp" in claims else None
        except KeysError as error:
            raise self._malformed(error) from None

    @property
    def holder_part(self) -> str | None:
        """The key binding JWT."""
        return self.sd.kb_jwt

    @property
    def issuer_part(self) -> str:
        """The issuer-signed JWT."""
        return self.sd.presented.partition("~")[0]

    @told()
    def said(self) -> Said:
        """Return the processed payload, and the key in ``cnf``; nothing is proven."""
        claims, _, _ = unpack(self._claims(), self.sd.disclosures, HashAlgorithm.SHA_256)
        cnf = claims.get("cnf")
        holder = cnf.get("jwk") if isinstance(cnf, dict) else None
        return Said(claims.get("vct"), claims, holder)

    @told()
    def verify(self, key: VerificationKey, *, profile: Profile, now: datetime) -> ProvenCredential:
        """Return the credential once signature, type, digests, form and time are right."""
        vc = verify_vc(self.sd, key, profile=profile, now=now)
        return ProvenCredential(
            type=vc.vct,
            issuer=vc.issuer,
            holder=vc.holder,
            status=vc.status,
            issued_at=vc.issued_at,
            valid_from=_beginning(vc),
            expires_at=vc.expires_at,
            type_integrity=vc.vct_integrity,
            content=SdJwtContent(vc.sd),
            audiences=audience_of(vc.claims),
        )

    @told()
    def content(self, key: VerificationKey) -> SdJwtContent:
        """Return what was signed, whatever the time."""
        accepted = rules(Profile.PLAIN).credential_typ
        return SdJwtContent(verify_sd_jwt(self.sd, key, expected_typ=accepted))

    def _claims(self) -> JsonObject:
        try:
            return loads_object(self.sd.issuer.payload)
        except KeysError as error:
            raise self._malformed(error) from None

    @staticmethod
    def _malformed(error: KeysError) -> CredentialError:
        failure = CredentialFailure.CREDENTIAL_MALFORMED
        return CredentialError(failure, error.failure.value, error.detail)


def _beginning(vc: VerifiedVc) -> datetime | None:
    """Return the later of ``iat`` and ``nbf``, None without either."""
    begins = [] if vc.issued_at is None else [vc.issued_at]
    if "nbf" in vc.claims:
        begins.append(numeric_date(vc.claims["nbf"]))
    return max(begins, default=None)


class SdJwtVc:
    """The format ``dc+sd-jwt``."""

    name: Final = DC_SD_JWT
    binding_method: Final = "jwk"
    signs_further: Final = True
    fits_codes: Final = True

    def algorithm(self, algorithm: Algorithm) -> str:
        """Return the name of JOSE (A.3.2)."""
        return algorithm.value

    def is_claim(self, path: Sequence[Step]) -> bool:
        """Whatever leads to something (C.1)."""
        return len(path) > 0

    def issue(
        self,
        new: NewCredential,
        *,
        signer: Signer,
        x5c: Sequence[str],
        entropy: Entropy,
        frame: Frame | None = None,
        decoys: int = 0,
    ) -> str:
        """Return the issued SD-JWT, every claim about the subject a disclosure."""
        vc = NewVc(
            vct=new.type,
            issuer=new.issuer,
            claims=new.claims,
            holder=new.holder,
            issued_at=new.issued_at,
            expires_at=new.expires_at,
            status=new.status,
        )
        return issue_vc(
            vc, signer=signer, x5c=x5c, entropy=entropy, frame=frame, decoys=decoys
        ).serialize()

    @told()
    def read_issued(self, text: str) -> _Unverified:
        """Take apart an SD-JWT; one with a key binding is somebody's presentation."""
        return _Unverified(parse_issued_sd_jwt(text))

    @told()
    def read_presented(self, text: str) -> _Unverified:
        """Take apart an SD-JWT or SD-JWT+KB."""
        return _Unverified(parse_sd_jwt(text))

    def read_issuer_part(self, text: str) -> SdJwtIssuerPart:
        """Take apart an issuer-signed JWT."""
        return read_sd_jwt_issuer_part(text)

    def read_holder_part(self, text: str) -> SdJwtHolderPart:
        """Take apart a key binding JWT."""
        return read_sd_jwt_holder_part(text)
