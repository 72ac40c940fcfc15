"""The failures of an mdoc as those of every format: a total table, held by a test."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from standards.formats.errors import CredentialError, CredentialFailure
from standards.mdoc.errors import MdocError, MdocFailure

OF_MDOC: Final[Mapping[MdocFailure, CredentialFailure]] = {
    MdocFailure.MALFORMED: CredentialFailure.PRESENTATION_MALFORMED,
    MdocFailure.TOO_LARGE: CredentialFailure.PRESENTATION_MALFORMED,
    MdocFailure.VERSION_REFUSED: CredentialFailure.PRESENTATION_MALFORMED,
    MdocFailure.RESPONSE_STATUS: CredentialFailure.PRESENTATION_MALFORMED,
    MdocFailure.DOCUMENT_COUNT: CredentialFailure.PRESENTATION_MALFORMED,
    MdocFailure.ISSUER_AUTH_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.CHAIN_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.ISSUER_SIGNATURE_INVALID: CredentialFailure.ISSUER_SIGNATURE_INVALID,
    MdocFailure.MSO_MALFORMED: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.DIGEST_ALGORITHM_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.ITEM_MALFORMED: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.RANDOM_TOO_SHORT: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.DIGEST_REPEATED: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.ELEMENT_REPEATED: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.DIGEST_MISSING: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.DIGEST_MISMATCH: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.VALUE_REFUSED: CredentialFailure.DISCLOSURE_INVALID,
    MdocFailure.DOC_TYPE_MISMATCH: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.EXPIRED: CredentialFailure.EXPIRED,
    MdocFailure.NOT_YET_VALID: CredentialFailure.NOT_YET_VALID,
    MdocFailure.SIGNED_OUTSIDE_CERTIFICATE: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.AUTHORITY_MISMATCH: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.HOLDER_KEY_REFUSED: CredentialFailure.HOLDER_KEY_MISSING,
    MdocFailure.STATUS_REFUSED: CredentialFailure.CREDENTIAL_MALFORMED,
    MdocFailure.CLAIM_NOT_HELD: CredentialFailure.CLAIM_NOT_HELD,
    MdocFailure.DEVICE_AUTH_MISSING: CredentialFailure.BINDING_MISSING,
    MdocFailure.DEVICE_AUTH_REFUSED: CredentialFailure.BINDING_INVALID,
    MdocFailure.DEVICE_SIGNATURE_INVALID: CredentialFailure.BINDING_SIGNATURE_INVALID,
    MdocFailure.DEVICE_MAC_REFUSED: CredentialFailure.BINDING_INVALID,
    MdocFailure.DEVICE_MAC_INVALID: CredentialFailure.BINDING_SIGNATURE_INVALID,
    MdocFailure.DEVICE_ELEMENT_UNAUTHORIZED: CredentialFailure.BINDING_INVALID,
}


@contextmanager
def told() -> Iterator[None]:
    """Tell the failures of an mdoc as those of every format; also a decorator."""
    try:
        yield
    except MdocError as error:
        raise CredentialError(OF_MDOC[error.failure], error.failure.value, error.detail) from error
