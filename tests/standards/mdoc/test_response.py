"""What a holder sends: one document, whole, of the type its issuer signed (H39)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from keys.certificate_reader import read_certificate
from standards.mdoc.credential import verify_mdoc
from standards.mdoc.errors import MdocFailure
from standards.mdoc.parse import parse_mdoc
from tests.standards.mdoc.making import (
    NOW,
    bent,
    closed,
    credential,
    opened,
    refusal,
    seen,
    set_to,
    shown,
)

_F = MdocFailure


def _response(**members: Any) -> str:
    structure = opened(shown()) | members
    return closed({name: value for name, value in structure.items() if value is not None})


DOCUMENT = opened(shown())["documents"][0]
RESPONSES: dict[str, tuple[str, MdocFailure]] = {
    "an issued credential": (credential(), _F.MALFORMED),
    "another version": (_response(version="1.1"), _F.VERSION_REFUSED),
    "no status": (_response(status=None), _F.MALFORMED),
    "a status of its own": (_response(status=10), _F.RESPONSE_STATUS),
    "no documents": (_response(documents=None), _F.DOCUMENT_COUNT),
    "an empty array of documents": (_response(documents=[]), _F.MALFORMED),
    "two documents": (_response(documents=[DOCUMENT] * 2), _F.DOCUMENT_COUNT),
    "a document that is none": (_response(documents=["x"]), _F.MALFORMED),
    "H39: another type": (bent(set_to("docType", "x")), _F.DOC_TYPE_MISMATCH),
    "no type": (bent(set_to("docType", None)), _F.MALFORMED),
    "no issuer's part": (bent(set_to("issuerSigned", None)), _F.MALFORMED),
    "no holder's part": (bent(set_to("deviceSigned", None)), _F.MALFORMED),
    "no deviceAuth": (bent(set_to("deviceAuth", None, "deviceSigned")), _F.MALFORMED),
    "an empty deviceAuth": (
        bent(set_to("deviceAuth", {}, "deviceSigned")),
        _F.DEVICE_AUTH_REFUSED,
    ),
    "a signature and a tag": (
        bent(set_to("deviceMac", [], "deviceSigned", "deviceAuth")),
        _F.DEVICE_AUTH_REFUSED,
    ),
    "a signature that is none": (
        bent(set_to("deviceSignature", [], "deviceSigned", "deviceAuth")),
        _F.DEVICE_AUTH_REFUSED,
    ),
    "a signature for a tag": (
        bent(
            lambda document: document["deviceSigned"].update(
                {"deviceAuth": {"deviceMac": [b"\xa1\x01\x26", {}, None, bytes(32)]}}
            )
        ),
        _F.DEVICE_MAC_REFUSED,
    ),
    "no namespaces of the holder": (
        bent(set_to("nameSpaces", None, "deviceSigned")),
        _F.MALFORMED,
    ),
    "namespaces without a tag": (
        bent(set_to("nameSpaces", b"\xa0", "deviceSigned")),
        _F.MALFORMED,
    ),
}


@pytest.mark.parametrize("name", RESPONSES)
def test_what_is_no_presentation_is_refused(name: str) -> None:
    """
    One document with the holder's part, of the type its issuer signed.
    """
    text, failure = RESPONSES[name]

    assert failure is refusal(lambda: seen(text))


def test_the_suites_example_is_read(vectors: Path) -> None:
    """
    The mdoc of the conformance suite: its issuer's signature, its type, its times; it shows no
    element.
    """
    text = (vectors / "conformance-suite/mdoc/mdoc.txt").read_text().strip()
    unverified = parse_mdoc(text)
    key = read_certificate(unverified.x5chain[0]).verification_key()
    then = datetime(2025, 2, 8, 20, tzinfo=UTC)

    mdoc = verify_mdoc(unverified, key, now=then)

    assert "org.iso.18013.5.1.mDL" == mdoc.doc_type
    assert {} == mdoc.claims
    assert datetime(2025, 2, 8, 19, 42, 32, tzinfo=UTC) == mdoc.issued_at
    assert _F.EXPIRED is refusal(lambda: verify_mdoc(unverified, key, now=NOW))
