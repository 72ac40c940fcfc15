"""The failures of the standards, each as one of ours: total tables, held by a test."""

from collections.abc import Mapping
from typing import Final

from standards.dcql.errors import DcqlError, DcqlFailure
from standards.formats.errors import CredentialError, CredentialFailure
from standards.openid4vp.errors import ResponseError, ResponseFailure
from verifiers.errors import VerifierError
from verifiers.failure import Failure

OF_CREDENTIAL: Final[Mapping[CredentialFailure, Failure]] = {
    CredentialFailure.FORMAT_UNKNOWN: Failure.PRESENTATION_MALFORMED,
    CredentialFailure.PRESENTATION_MALFORMED: Failure.PRESENTATION_MALFORMED,
    CredentialFailure.CREDENTIAL_MALFORMED: Failure.CREDENTIAL_MALFORMED,
    CredentialFailure.ISSUER_SIGNATURE_INVALID: Failure.ISSUER_SIGNATURE_INVALID,
    CredentialFailure.EXPIRED: Failure.CREDENTIAL_EXPIRED,
    CredentialFailure.NOT_YET_VALID: Failure.CREDENTIAL_NOT_YET_VALID,
    CredentialFailure.DISCLOSURE_INVALID: Failure.DISCLOSURE_INVALID,
    CredentialFailure.CLAIM_NOT_HELD: Failure.PRESENTATION_MALFORMED,
    CredentialFailure.HOLDER_KEY_MISSING: Failure.HOLDER_KEY_MISSING,
    CredentialFailure.BINDING_MISSING: Failure.KEY_BINDING_MISSING,
    CredentialFailure.BINDING_INVALID: Failure.KEY_BINDING_INVALID,
    CredentialFailure.BINDING_SIGNATURE_INVALID: Failure.KEY_BINDING_SIGNATURE_INVALID,
    CredentialFailure.BINDING_TIME: Failure.KEY_BINDING_TIME,
    CredentialFailure.WRONG_AUDIENCE: Failure.AUDIENCE_WRONG,
    CredentialFailure.WRONG_NONCE: Failure.NONCE_WRONG,
    CredentialFailure.WRONG_DISCLOSURES: Failure.SD_HASH_WRONG,
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


def of_credential(error: CredentialError, *, where: str) -> VerifierError:
    """Return what a refused credential means to the desk, about query ``where``."""
    return VerifierError(OF_CREDENTIAL[error.failure], where)


def of_query(error: DcqlError) -> VerifierError:
    """Return what a query's or an answer's refusal means; its text names queries and claims."""
    return VerifierError(OF_DCQL[error.failure], error.detail)
