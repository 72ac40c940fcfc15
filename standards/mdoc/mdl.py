"""What a driving licence has beyond any mdoc: elements it must have, and whose it is (7.2.1)."""

from collections.abc import Mapping
from typing import Final

from keys.certificate import Certificate
from keys.strict_json import JsonObject
from standards.cbor.value import Encodable
from standards.mdoc.errors import MdocError, MdocFailure

DOC_TYPE: Final = "org.iso.18013.5.1.mDL"
NAMESPACE: Final = "org.iso.18013.5.1"
# Table 5, presence M.
MANDATORY: Final = frozenset(
    {
        "family_name",
        "given_name",
        "birth_date",
        "issue_date",
        "expiry_date",
        "issuing_country",
        "issuing_authority",
        "document_number",
        "portrait",
        "driving_privileges",
        "un_distinguishing_sign",
    }
)


def check_complete(doc_type: str, claims: Mapping[str, Mapping[str, Encodable]]) -> None:
    """Return when a document has what its type must have, else raise ValueError."""
    missing = MANDATORY.difference(claims.get(NAMESPACE, {}))
    if doc_type == DOC_TYPE and missing:
        raise ValueError(f"a driving licence lacks {', '.join(sorted(missing))}")


def check_authority(doc_type: str, claims: JsonObject, signer: Certificate) -> None:
    """Return when country and state are those of the signer's certificate (9.3.1), or raise.

    Only what was shown can be compared; a certificate without a state leaves the state open.
    """
    elements = claims.get(NAMESPACE)
    if doc_type != DOC_TYPE or not isinstance(elements, dict):
        return
    country = elements.get("issuing_country", signer.country)
    state = elements.get("issuing_jurisdiction", signer.state)
    if country != signer.country or (signer.state is not None and state != signer.state):
        raise MdocError(
            MdocFailure.AUTHORITY_MISMATCH, "issued by another country than its certificate's"
        )
