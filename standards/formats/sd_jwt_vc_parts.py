"""What is kept of an SD-JWT VC: the issuer-signed JWT, and the key binding JWT."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from keys import jws
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.jws import UnverifiedJws
from keys.strict_json import loads_object
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from standards.formats.binding import Request
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.parts import IssuedPart
from standards.formats.sd_jwt_vc_failures import told
from standards.profiles import DC_SD_JWT
from standards.sd_jwt.key_binding import KB_TYP
from standards.sd_jwt.parse import UnverifiedSdJwt, parse_sd_jwt
from standards.sd_jwt.verify import verify_sd_jwt
from standards.status_list.reference import StatusReference

_TYPES: Final = frozenset({DC_SD_JWT})


@dataclass(frozen=True, slots=True)
class SdJwtIssuerPart:
    """An issuer-signed JWT without its disclosures."""

    sd: UnverifiedSdJwt

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates in the ``x5c`` header."""
        return parse_x5c(self.sd.header.get("x5c"))

    @property
    def status(self) -> StatusReference | None:
        """The ``status`` claim as it stands."""
        return _status(loads_object(self.sd.issuer.payload))

    @told()
    def verify(self, key: VerificationKey) -> IssuedPart:
        """Return what the JWT says beside its digests, and these."""
        claims = verify_sd_jwt(self.sd, key, expected_typ=_TYPES).claims
        return IssuedPart(
            type=str(claims.get("vct")),
            holder=_holder(claims),
            status=_status(claims),
            digests=frozenset(_digests(loads_object(self.sd.issuer.payload))),
            nests=True,
        )


@dataclass(frozen=True)
class SdJwtHolderPart:
    """A key binding JWT (RFC 9901 section 4.3): it says all that was signed."""

    token: UnverifiedJws

    @cached_property
    def _claims(self) -> JsonObject:
        return loads_object(self.token.payload)

    @property
    def audience(self) -> str | None:
        """``aud``."""
        return str(self._claims.get("aud"))

    @property
    def nonce(self) -> str | None:
        """``nonce``."""
        return str(self._claims.get("nonce"))

    def signed(self, request: Request | None) -> bytes | None:
        """Return ``header.payload``, whatever the request."""
        return self.token.signing_input

    def digest(self, issuer_part: str | None, digests: Sequence[str]) -> str | None:
        """Return ``sd_hash``."""
        return str(self._claims.get("sd_hash"))

    def verify(self, issued: IssuedPart, request: Request) -> None:
        """Return when the key in ``cnf`` signed for this audience and this nonce."""
        if issued.holder is None:
            raise _refused(CredentialFailure.HOLDER_KEY_MISSING, "it is bound to no key")
        jws.verify(self.token, issued.holder.verification_key(), expected_typ=KB_TYP)
        if self.audience != request.audience:
            raise _refused(CredentialFailure.WRONG_AUDIENCE, "signed for another party")
        if self.nonce != request.nonce:
            raise _refused(CredentialFailure.WRONG_NONCE, "signed for another request")


@told()
def read_sd_jwt_issuer_part(text: str) -> SdJwtIssuerPart:
    """Take apart an issuer-signed JWT; with a disclosure it would be more than is kept."""
    unverified = parse_sd_jwt(f"{text}~")
    if unverified.disclosures:
        raise _refused(CredentialFailure.CREDENTIAL_MALFORMED, "a disclosure stands beside it")
    return SdJwtIssuerPart(unverified)


def read_sd_jwt_holder_part(text: str) -> SdJwtHolderPart:
    """Take apart a key binding JWT."""
    return SdJwtHolderPart(jws.parse(text))


def _holder(claims: JsonObject) -> PublicJwk | None:
    match claims.get("cnf"):
        case {"jwk": jwk}:
            return PublicJwk.parse(jwk)
        case _:
            return None


def _status(claims: JsonObject) -> StatusReference | None:
    return StatusReference.parse(claims["status"]) if "status" in claims else None


def _digests(value: JsonValue) -> Iterator[str]:
    """Yield every digest in an issuer's payload (RFC 9901 sections 4.2.4.1 and 4.2.4.2)."""
    match value:
        case dict():
            for name, inside in value.items():
                if name == "...":
                    yield str(inside)
                elif name == "_sd" and isinstance(inside, list):
                    yield from map(str, inside)
                else:
                    yield from _digests(inside)
        case list():
            for inside in value:
                yield from _digests(inside)
        case _:
            return


def _refused(failure: CredentialFailure, detail: str) -> CredentialError:
    return CredentialError(failure, failure.value, detail)
