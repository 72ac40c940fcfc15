"""The failures of SD-JWT and SD-JWT VC as those of every format: total tables, held by a test."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from standards.formats.errors import CredentialError, CredentialFailure
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt_vc.errors import VcError, VcFailure

OF_SD_JWT: Final[Mapping[SdJwtFailure, CredentialFailure]] = {
    SdJwtFailure.MALFORMED: CredentialFailure.PRESENTATION_MALFORMED,
    SdJwtFailure.TOO_LARGE: CredentialFailure.PRESENTATION_MALFORMED,
    SdJwtFailure.JSON_SERIALIZATION: CredentialFailure.PRESENTATION_MALFORMED,
    SdJwtFailure.KEY_BINDING_UNEXPECTED: CredentialFailure.PRESENTATION_MALFORMED,
    SdJwtFailure.ISSUER_JWT_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    SdJwtFailure.ISSUER_SIGNATURE_INVALID: CredentialFailure.ISSUER_SIGNATURE_INVALID,
    SdJwtFailure.WRONG_TYP: CredentialFailure.CREDENTIAL_MALFORMED,
    SdJwtFailure.HASH_ALGORITHM_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    SdJwtFailure.DISCLOSURE_MALFORMED: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.DISCLOSURE_MISPLACED: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.DISCLOSURE_UNREFERENCED: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.DIGEST_MALFORMED: CredentialFailure.CREDENTIAL_MALFORMED,
    SdJwtFailure.DIGEST_REPEATED: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NAME_RESERVED: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NAME_TAKEN: CredentialFailure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NOT_HELD: CredentialFailure.CLAIM_NOT_HELD,
    SdJwtFailure.KEY_BINDING_MISSING: CredentialFailure.BINDING_MISSING,
    SdJwtFailure.KEY_BINDING_REFUSED: CredentialFailure.BINDING_INVALID,
    SdJwtFailure.KEY_BINDING_SIGNATURE_INVALID: CredentialFailure.BINDING_SIGNATURE_INVALID,
    SdJwtFailure.KEY_BINDING_TIME: CredentialFailure.BINDING_TIME,
    SdJwtFailure.WRONG_AUDIENCE: CredentialFailure.WRONG_AUDIENCE,
    SdJwtFailure.WRONG_NONCE: CredentialFailure.WRONG_NONCE,
    SdJwtFailure.WRONG_SD_HASH: CredentialFailure.WRONG_DISCLOSURES,
}

# Of a credential alone: its type's description is another subject (`standards.sd_jwt_vc`).
OF_VC: Final[Mapping[VcFailure, CredentialFailure]] = {
    VcFailure.ALWAYS_OPEN_CLAIM_HIDDEN: CredentialFailure.CREDENTIAL_MALFORMED,
    VcFailure.CLAIM_MALFORMED: CredentialFailure.CREDENTIAL_MALFORMED,
    VcFailure.EXPIRED: CredentialFailure.EXPIRED,
    VcFailure.NOT_YET_VALID: CredentialFailure.NOT_YET_VALID,
    VcFailure.HOLDER_KEY_REFUSED: CredentialFailure.HOLDER_KEY_MISSING,
    VcFailure.KEY_BINDING_WITHOUT_KEY: CredentialFailure.HOLDER_KEY_MISSING,
    VcFailure.STATUS_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
}


@contextmanager
def told() -> Iterator[None]:
    """Tell the failures of SD-JWT and SD-JWT VC as those of every format; also a decorator."""
    try:
        yield
    except SdJwtError as error:
        raise CredentialError(
            OF_SD_JWT[error.failure], error.failure.value, error.detail
        ) from error
    except VcError as error:
        raise CredentialError(OF_VC[error.failure], error.failure.value, error.detail) from error
