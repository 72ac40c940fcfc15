"""The holder's key answers one request, by a signature or a tag (ISO/IEC 18013-5 9.1.3, H40)."""

import hashlib
import hmac
from typing import Any

import cbor2
import pytest

from keys import base64url
from keys.encryption_key import DecryptionKey, EncryptionJwk
from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from standards.mdoc.device_auth import bind, verify_device_auth
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.present import present
from standards.mdoc.transcript import SessionTranscript, redirect_transcript
from tests.standards.mdoc.making import (
    DOC_TYPE,
    HOLDER,
    NAMESPACE,
    TRANSCRIPT,
    bent,
    credential,
    held,
    issued,
    refusal,
    resigned,
    seen,
    shown,
    transcript_of,
)

_F = MdocFailure
READER = DecryptionKey.generate("reader")
# The holder's key, as what agrees on a key instead of signing.
DEVICE = DecryptionKey.from_der(HOLDER.private_octets(), kid="device")


def content(namespaces: bytes, doc_type: str = DOC_TYPE) -> bytes:
    """DeviceAuthenticationBytes, written by a general writer."""
    authentication = [
        "DeviceAuthentication",
        cbor2.loads(TRANSCRIPT.octets),
        doc_type,
        cbor2.CBORTag(24, namespaces),
    ]
    return cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(authentication)))


def stated(elements: Any, authorizations: Any = None, *, spelled: bytes | None = None) -> str:
    """A presentation in which the holder states elements, with what its issuer lets it state."""

    def authorize(mso: dict[Any, Any]) -> None:
        if authorizations is not None:
            mso["deviceKeyInfo"]["keyAuthorizations"] = authorizations

    namespaces = cbor2.dumps(elements) if spelled is None else spelled
    header = cbor2.dumps({1: -7})
    signature = HOLDER.sign(cbor2.dumps(["Signature1", header, b"", content(namespaces)]))
    text = bind(present(held(resigned(authorize)), []), signer=HOLDER, transcript=TRANSCRIPT)
    device_signed = {
        "nameSpaces": cbor2.CBORTag(24, namespaces),
        "deviceAuth": {"deviceSignature": [header, {}, None, signature]},
    }
    return bent(lambda document: document.update({"deviceSigned": device_signed}), text)


def tagged(*, reader: DecryptionKey = READER, cut: int = 32) -> str:
    """A presentation with a tag, made by the holder's side with a general writer."""
    salt = hashlib.sha256(cbor2.dumps(cbor2.CBORTag(24, TRANSCRIPT.octets))).digest()
    key = DEVICE.mac_key(reader.public.x, reader.public.y, salt=salt, info=b"EMacKey")
    header = cbor2.dumps({1: 5})
    structure = cbor2.dumps(["MAC0", header, b"", content(b"\xa0")])
    tag = hmac_sha256(key, structure)[:cut]
    auth: dict[str, Any] = {"deviceMac": [header, {}, None, tag]}
    return bent(lambda document: document["deviceSigned"].update({"deviceAuth": auth}))


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def verified(text: str, **expected: Any) -> Any:
    return verify_device_auth(seen(text), **({"expected_transcript": TRANSCRIPT} | expected))


def test_a_signature_answers_one_request() -> None:
    """
    MDOC-7: what was signed is what the text says, octet by octet.
    """
    found = verified(shown())

    header = cbor2.dumps({1: -7})
    assert cbor2.dumps(["Signature1", header, b"", content(b"\xa0")]) == found.signed
    assert {} == found.claims
    assert not found.is_mac


def test_h40_another_request_is_not_answered() -> None:
    """
    H40: another nonce, and with it another transcript.
    """
    other = transcript_of("nonce-2")

    assert _F.DEVICE_SIGNATURE_INVALID is refusal(
        lambda: verified(shown(), expected_transcript=other)
    )


@pytest.mark.parametrize("expected", [DecryptionKey.generate("another").public, None])
def test_h83_an_answer_made_for_another_encryption_key_is_refused(
    expected: EncryptionJwk | None,
) -> None:
    """
    H83: the key an answer is encrypted to is in what the holder signs, instead of party
    information in the token's header (OpenID4VP B.2.6.1).
    """

    def asked(encrypted_to: EncryptionJwk | None) -> SessionTranscript:
        return redirect_transcript(
            client_id="x509_hash:abc",
            nonce="nonce-1",
            response_uri="https://verifier.example/response",
            encrypted_to=encrypted_to,
        )

    own = asked(READER.public)
    text = bind(present(held(credential()), []), signer=HOLDER, transcript=own)

    assert {} == verified(text, expected_transcript=own).claims
    assert _F.DEVICE_SIGNATURE_INVALID is refusal(
        lambda: verified(text, expected_transcript=asked(expected))
    )


def test_another_key_does_not_answer() -> None:
    """
    9.1.3: the key that the issuer bound the document to.
    """
    text = bind(
        present(held(credential()), []), signer=SoftwareSigner.generate(), transcript=TRANSCRIPT
    )

    assert _F.DEVICE_SIGNATURE_INVALID is refusal(lambda: verified(text))


def test_h40_a_key_of_another_kind_does_not_answer() -> None:
    """
    H40: the algorithm is the key's, whatever the header says.
    """
    other = SoftwareSigner.generate(Algorithm.ED25519)
    text = bind(present(held(credential()), []), signer=other, transcript=TRANSCRIPT)

    assert _F.DEVICE_AUTH_REFUSED is refusal(lambda: verified(text))


def test_a_payload_that_came_along_is_refused() -> None:
    """
    9.1.3.6: it is detached.
    """
    text = bent(
        lambda document: document["deviceSigned"]["deviceAuth"]["deviceSignature"].__setitem__(
            2, content(b"\xa0")
        )
    )

    assert _F.DEVICE_AUTH_REFUSED is refusal(lambda: verified(text))


def test_what_was_issued_is_no_presentation() -> None:
    """
    A copy of the credential proves nothing.
    """
    mdoc = held(credential())

    assert _F.DEVICE_AUTH_MISSING is refusal(
        lambda: verify_device_auth(mdoc, expected_transcript=TRANSCRIPT)
    )


def test_every_flipped_octet_of_the_holders_part_is_refused() -> None:
    """
    The signature, its header and the holder's elements: 100 % of the places.
    """
    octets = base64url.decode(shown())
    start = octets.index(b"deviceSigned")
    end = octets.index(b"issuerSigned")
    if end < start:
        end = len(octets)
    for place in range(start, end):
        flipped = octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]
        with pytest.raises(MdocError):
            verified(base64url.encode(flipped))


def test_a_tag_is_verified_by_whoever_it_was_agreed_with() -> None:
    """
    9.1.3.5: ECDH with the key the answer is encrypted to, HKDF over the transcript, HMAC.
    """
    found = verified(tagged(), reader_key=READER)

    assert content(b"\xa0") == found.signed
    assert found.is_mac


def test_h40_a_tag_where_a_signature_is_needed_is_refused() -> None:
    """
    H40: a tag proves nothing to a verifier that takes signatures alone.
    """
    assert _F.DEVICE_MAC_REFUSED is refusal(lambda: verified(tagged()))


@pytest.mark.parametrize("case", ["another reader", "another request", "shortened"])
def test_a_tag_of_something_else_is_refused(case: str) -> None:
    """
    Another key, another transcript, or not all of it.
    """
    text = tagged(
        reader=DecryptionKey.generate("x") if case == "another reader" else READER,
        cut=8 if case == "shortened" else 32,
    )
    transcript = transcript_of("nonce-2") if case == "another request" else TRANSCRIPT

    assert _F.DEVICE_MAC_INVALID is refusal(
        lambda: verified(text, reader_key=READER, expected_transcript=transcript)
    )


def test_a_key_that_agrees_on_nothing_makes_no_tag() -> None:
    """
    H40: a tag needs a key on the curve of the reader's.
    """
    holder = SoftwareSigner.generate(Algorithm.ED25519)
    text = bind(
        present(held(issued(holder=holder.public)), []), signer=holder, transcript=TRANSCRIPT
    )
    auth: dict[str, Any] = {"deviceMac": [cbor2.dumps({1: 5}), {}, None, bytes(32)]}
    text = bent(lambda document: document["deviceSigned"].update({"deviceAuth": auth}), text)

    assert _F.DEVICE_MAC_REFUSED is refusal(lambda: verified(text, reader_key=READER))


@pytest.mark.parametrize(
    "authorizations",
    [
        {"nameSpaces": [NAMESPACE]},
        {"dataElements": {NAMESPACE: ["mood", "x"]}},
        {"nameSpaces": ["x"], "dataElements": {NAMESPACE: ["mood"]}},
    ],
    ids=["namespace", "element", "both"],
)
def test_what_the_holder_may_state_is_told(authorizations: Any) -> None:
    """
    9.1.2.4: a whole namespace, or single elements of it; octets as JSON like any other.
    """
    found = verified(stated({NAMESPACE: {"mood": b"\1"}}, authorizations))

    assert {NAMESPACE: {"mood": "AQ"}} == found.claims


@pytest.mark.parametrize(
    "authorizations",
    [None, {}, {"nameSpaces": ["x"]}, {"dataElements": {NAMESPACE: ["age"], "x": ["mood"]}}],
    ids=["none", "empty", "another namespace", "another element"],
)
def test_h40_what_the_holder_may_not_state_is_refused(authorizations: Any) -> None:
    """
    H40: key authorizations exceeded. (OpenID4VP B.2.1: nor is a transaction bound that way.)
    """
    text = stated({NAMESPACE: {"mood": "good"}}, authorizations)

    assert _F.DEVICE_ELEMENT_UNAUTHORIZED is refusal(lambda: verified(text))


@pytest.mark.parametrize("spelled", [b"", b"\x80", b"\xa1\x61x\x00", b"\xff"])
def test_elements_that_are_none_are_refused(spelled: bytes) -> None:
    """
    Well signed, and no map of maps.
    """
    assert _F.DEVICE_AUTH_REFUSED is refusal(lambda: verified(stated({}, spelled=spelled)))


def test_another_spelling_of_nothing_is_verified_as_it_came() -> None:
    """
    H38: the holder's elements too are compared as received.
    """
    assert {} == verified(stated({}, spelled=b"\xbf\xff")).claims
