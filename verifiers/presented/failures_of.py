"""The failures of the standards, each as one of ours: total tables, held by a test."""

from collections.abc import Mapping
from typing import Final

from standards.dcql.errors import DcqlError, DcqlFailure
from standards.openid4vp.errors import ResponseError, ResponseFailure
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt_vc.errors import VcError, VcFailure
from verifiers.errors import VerifierError
from verifiers.failure import Failure

OF_SD_JWT: Final[Mapping[SdJwtFailure, Failure]] = {
    SdJwtFailure.MALFORMED: Failure.PRESENTATION_MALFORMED,
    SdJwtFailure.TOO_LARGE: Failure.PRESENTATION_MALFORMED,
    SdJwtFailure.JSON_SERIALIZATION: Failure.PRESENTATION_MALFORMED,
    SdJwtFailure.KEY_BINDING_UNEXPECTED: Failure.PRESENTATION_MALFORMED,
    SdJwtFailure.ISSUER_JWT_REFUSED: Failure.CREDENTIAL_MALFORMED,
    SdJwtFailure.ISSUER_SIGNATURE_INVALID: Failure.ISSUER_SIGNATURE_INVALID,
    SdJwtFailure.WRONG_TYP: Failure.CREDENTIAL_MALFORMED,
    SdJwtFailure.HASH_ALGORITHM_REFUSED: Failure.CREDENTIAL_MALFORMED,
    SdJwtFailure.DISCLOSURE_MALFORMED: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.DISCLOSURE_MISPLACED: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.DISCLOSURE_UNREFERENCED: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.DIGEST_MALFORMED: Failure.CREDENTIAL_MALFORMED,
    SdJwtFailure.DIGEST_REPEATED: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NAME_RESERVED: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NAME_TAKEN: Failure.DISCLOSURE_INVALID,
    SdJwtFailure.CLAIM_NOT_HELD: Failure.PRESENTATION_MALFORMED,
    SdJwtFailure.KEY_BINDING_MISSING: Failure.KEY_BINDING_MISSING,
    SdJwtFailure.KEY_BINDING_REFUSED: Failure.KEY_BINDING_INVALID,
    SdJwtFailure.KEY_BINDING_SIGNATURE_INVALID: Failure.KEY_BINDING_SIGNATURE_INVALID,
    SdJwtFailure.KEY_BINDING_TIME: Failure.KEY_BINDING_TIME,
    SdJwtFailure.WRONG_AUDIENCE: Failure.AUDIENCE_WRONG,
    SdJwtFailure.WRONG_NONCE: Failure.NONCE_WRONG,
    SdJwtFailure.WRONG_SD_HASH: Failure.SD_HASH_WRONG,
}

# Of a credential alone: its type's description is not read while verifying, so that nothing a
# stranger names is fetched.
OF_VC: Final[Mapping[VcFailure, Failure]] = {
    VcFailure.ALWAYS_OPEN_CLAIM_HIDDEN: Failure.CREDENTIAL_MALFORMED,
    VcFailure.CLAIM_MALFORMED: Failure.CREDENTIAL_MALFORMED,
    VcFailure.EXPIRED: Failure.CREDENTIAL_EXPIRED,
    VcFailure.NOT_YET_VALID: Failure.CREDENTIAL_NOT_YET_VALID,
    VcFailure.WRONG_AUDIENCE: Failure.AUDIENCE_WRONG,
    VcFailure.HOLDER_KEY_REFUSED: Failure.HOLDER_KEY_MISSING,
    VcFailure.KEY_BINDING_WITHOUT_KEY: Failure.HOLDER_KEY_MISSING,
    VcFailure.STATUS_REFUSED: Failure.CREDENTIAL_MALFORMED,
}

OF_DCQL: Final[Mapping[DcqlFailure, Failure]] = {
    DcqlFailure.MALFORMED: Failure.QUERY_INVALID,
    DcqlFailure.LIMIT: Failure.QUERY_INVALID,
    DcqlFailure.UNSATISFIABLE: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.CLAIM_REQUIRED: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.UNKNOWN_QUERY_ID: Failure.QUERY_ID_UNKNOWN,
    DcqlFailure.NO_PRESENTATION: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.TOO_MANY_PRESENTATIONS: Failure.TOO_MANY_PRESENTATIONS,
    DcqlFailure.WRONG_TYPE: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.NOT_HOLDER_BOUND: Failure.KEY_BINDING_MISSING,
    DcqlFailure.WRONG_AUTHORITY: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.CLAIM_MISSING: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.OVER_DISCLOSED: Failure.UNREQUESTED_CLAIM,
    DcqlFailure.SET_NOT_ANSWERED: Failure.QUERY_NOT_SATISFIED,
    DcqlFailure.UNREQUESTED_CREDENTIAL: Failure.QUERY_NOT_SATISFIED,
}


OF_RESPONSE: Final[Mapping[ResponseFailure, Failure]] = {
    ResponseFailure.MALFORMED: Failure.RESPONSE_MALFORMED,
    ResponseFailure.NOT_ENCRYPTED: Failure.RESPONSE_NOT_ENCRYPTED,
    ResponseFailure.NOT_DECRYPTED: Failure.RESPONSE_NOT_READABLE,
    ResponseFailure.WRONG_STATE: Failure.STATE_MISMATCH,
    ResponseFailure.UNKNOWN_QUERY_ID: Failure.QUERY_ID_UNKNOWN,
    ResponseFailure.NO_PRESENTATION: Failure.QUERY_NOT_SATISFIED,
    ResponseFailure.TOO_MANY_PRESENTATIONS: Failure.TOO_MANY_PRESENTATIONS,
}


def of_response(error: ResponseError) -> VerifierError:
    """Return what a refused response means; nothing of its text is repeated."""
    return VerifierError(OF_RESPONSE[error.failure])


def of_credential(error: SdJwtError | VcError, *, where: str) -> VerifierError:
    """Return what a refused SD-JWT or credential means to the desk, about query ``where``."""
    if isinstance(error, SdJwtError):
        return VerifierError(OF_SD_JWT[error.failure], where)
    return VerifierError(OF_VC[error.failure], where)


def of_query(error: DcqlError) -> VerifierError:
    """Return what a query's or an answer's refusal means; its text names queries and claims."""
    return VerifierError(OF_DCQL[error.failure], error.detail)
