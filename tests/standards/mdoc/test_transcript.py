"""The transcript of a request, as holder and verifier compute it (OpenID4VP B.2.6)."""

import hashlib
import json
from pathlib import Path

import cbor2

from keys.encryption_key import DecryptionKey, EncryptionJwk
from standards.mdoc.transcript import dc_api_transcript, redirect_transcript


def test_the_redirect_example_of_the_text(vectors: Path) -> None:
    """
    VP-72, B.2.6.1: octet by octet the example, thumbprint and all.
    """
    example = json.loads((vectors / "openid4vp/session_transcript/redirect.json").read_text())

    transcript = redirect_transcript(
        client_id=example["client_id"],
        nonce=example["nonce"],
        response_uri=example["response_uri"],
        encrypted_to=EncryptionJwk.parse(example["jwk"]),
    )

    assert example["session_transcript_hex"] == transcript.octets.hex()


def test_an_answer_in_clear_has_no_thumbprint() -> None:
    """
    B.2.6.1: null where the answer is not encrypted.
    """
    transcript = redirect_transcript(
        client_id="x", nonce="n", response_uri="https://v.example", encrypted_to=None
    )

    info = cbor2.dumps(["x", "n", None, "https://v.example"])
    expected = ["OpenID4VPHandover", hashlib.sha256(info).digest()]
    assert [None, None, expected] == cbor2.loads(transcript.octets)


def test_a_browser_names_the_page_alone() -> None:
    """
    VP-73, B.2.6.2: the origin without a prefix, the nonce, and the key where there is one.
    """
    key = DecryptionKey.generate("1").public
    for encrypted_to in (None, key):
        transcript = dc_api_transcript(
            origin="https://v.example", nonce="n", encrypted_to=encrypted_to
        )

        thumbprint = None if encrypted_to is None else key.thumbprint()
        info = cbor2.dumps(["https://v.example", "n", thumbprint])
        expected = ["OpenID4VPDCAPIHandover", hashlib.sha256(info).digest()]
        assert [None, None, expected] == cbor2.loads(transcript.octets)
