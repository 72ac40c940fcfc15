"""What is kept of a presentation proves as much as it can, and carries nothing beside."""

from dataclasses import replace
from typing import Any

import cbor2
import pytest

from keys import base64url, jws, strict_json
from keys.errors import KeysError
from keys.signer import SoftwareSigner
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.known import format_of
from standards.formats.parts import HolderPart, IssuedPart, IssuerPart
from standards.profiles import DC_SD_JWT, Profile
from tests.standards.formats.both import (
    BIRTH,
    HOLDER,
    ISSUER,
    LEAF,
    NAME,
    NAMES,
    NEW,
    NOW,
    REQUEST,
    STATUS,
    held,
    issued,
    seen,
    shown,
)
from tests.standards.mdoc.making import key_of

MDOC = "mso_mdoc"


def issuer_part(name: str) -> IssuerPart:
    return format_of(name).read_issuer_part(held(name).content.issuer_part)


def holder_part(name: str, **how: Any) -> HolderPart:
    part = seen(name, shown(name, NAME, **how)).content.holder_part
    assert part is not None
    return format_of(name).read_holder_part(part)


def proven(name: str) -> IssuedPart:
    return issuer_part(name).verify(key_of(LEAF))


@pytest.mark.parametrize("name", NAMES)
def test_an_issuers_part_says_who_and_for_whom(name: str) -> None:
    """
    Chain, type, holder's key, status and every digest that could be shown.
    """
    part = proven(name)

    assert (LEAF.der,) == issuer_part(name).chain
    assert STATUS == issuer_part(name).status == part.status
    assert NEW.type == part.type
    assert part.holder is not None
    assert HOLDER.public.thumbprint() == part.holder.thumbprint()
    text = issued(name)
    expected = format_of(name).read_issued(text).content(key_of(LEAF)).issuer_part
    assert expected == format_of(name).read_issued(text).issuer_part
    stranger = SoftwareSigner.generate().public.verification_key()
    with pytest.raises(CredentialError):
        issuer_part(name).verify(stranger)


@pytest.mark.parametrize("name", NAMES)
def test_a_holders_part_is_good_for_one_request(name: str) -> None:
    """
    The octets under the signature are those that were signed, and no other request's.
    """
    part = holder_part(name)
    text = shown(name, NAME)
    content = seen(name, text).content
    binding = seen(name, text).verify_binding(REQUEST, now=NOW, max_age=NOW - NOW)

    part.verify(proven(name), REQUEST)
    kept = format_of(name).read_holder_part(content.holder_part or "")
    assert binding.signed == kept.signed(REQUEST)
    assert content.digest == kept.digest(content.issuer_part, content.digests)
    for other in (
        replace(REQUEST, nonce="nonce-2"),
        replace(REQUEST, audience="x509_hash:another"),
    ):
        with pytest.raises(CredentialError):
            part.verify(proven(name), other)
    with pytest.raises((CredentialError, KeysError)):
        holder_part(name, by=SoftwareSigner.generate()).verify(proven(name), REQUEST)
    with pytest.raises(CredentialError):
        part.verify(replace(proven(name), holder=None), REQUEST)


def test_what_only_a_signature_tells_is_not_said() -> None:
    """
    A device's signature names no nonce, no verifier and no element.
    """
    part = holder_part(MDOC)

    assert (None, None) == (part.audience, part.nonce)
    assert part.signed(None) is None
    assert part.digest(None, ()) is None


def test_a_documents_signature_is_for_its_type() -> None:
    """
    The type stands under the signature, so that of the signed object must be the same.
    """
    with pytest.raises(CredentialError, match="another type"):
        holder_part(MDOC).verify(replace(proven(MDOC), type="another"), REQUEST)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_shown_changes_what_stands_for_it(name: str) -> None:
    """
    Another choice of claims is another presentation.
    """
    one, both = (seen(name, shown(name, *paths)).content for paths in ((NAME,), (NAME, BIRTH)))

    assert one.digest != both.digest
    assert one.issuer_part == both.issuer_part


@pytest.mark.parametrize("name", NAMES)
def test_what_has_claims_in_it_is_no_part(name: str) -> None:
    """
    A whole certificate, or a whole presentation, is more than a receipt keeps.
    """
    whole = (issued(name), shown(name, NAME), "", "A", "a.b.c")
    for text in whole:
        with pytest.raises((CredentialError, KeysError)):
            format_of(name).read_issuer_part(text)
        with pytest.raises((CredentialError, KeysError)):
            format_of(name).read_holder_part(text)


def test_a_disclosure_beside_an_issuers_token_is_refused() -> None:
    """
    The one way in which a claim could come along with an issuer-signed JWT.
    """
    text = issued(DC_SD_JWT).rstrip("~")
    with pytest.raises(CredentialError, match="a disclosure stands beside it"):
        format_of(DC_SD_JWT).read_issuer_part(text)


def test_digests_are_found_wherever_they_stand() -> None:
    """
    RFC 9901 section 4.2.4: in objects, in arrays, and in both within both.
    """
    claims: Any = {"vct": "a", "_sd": ["d1"], "list": [{"...": "d2"}, 7, {"in": {"_sd": ["d3"]}}]}
    text = jws.sign({"typ": DC_SD_JWT}, strict_json.dumps(claims), ISSUER)

    part = format_of(DC_SD_JWT).read_issuer_part(text)

    key = ISSUER.public.verification_key()
    assert {"d1", "d2", "d3"} == part.verify(key).digests
    assert (None, None) == (part.verify(key).holder, part.status)


def device_signed(**changes: Any) -> str:
    """A presentation whose holder's side is another."""
    response = cbor2.loads(base64url.decode(shown(MDOC, NAME)))
    response["documents"][0]["deviceSigned"] |= changes
    return base64url.encode(cbor2.dumps(response))


def test_elements_of_the_holders_own_are_not_kept() -> None:
    """
    They are claims: nothing is kept of a document that has them, and nothing read that has.
    """
    own = cbor2.CBORTag(24, cbor2.dumps({"ns": {"name": "CANARY"}}))
    text = device_signed(nameSpaces=own)

    assert format_of(MDOC).read_presented(text).holder_part is None
    (document,) = cbor2.loads(base64url.decode(text))["documents"]
    del document["issuerSigned"]
    with pytest.raises(CredentialError, match="a signature alone is kept"):
        format_of(MDOC).read_holder_part(base64url.encode(cbor2.dumps(document)))


def test_a_header_nobody_signed_is_not_kept() -> None:
    """
    Beside the signature anything could be said, a value too.
    """
    (protected, _, _, signature) = cbor2.loads(base64url.decode(shown(MDOC, NAME)))["documents"][
        0
    ]["deviceSigned"]["deviceAuth"]["deviceSignature"]
    text = device_signed(
        deviceAuth={"deviceSignature": [protected, {99: "CANARY"}, None, signature]}
    )
    kept = format_of(MDOC).read_presented(text).holder_part

    assert kept is not None
    assert b"CANARY" not in base64url.decode(kept)
    format_of(MDOC).read_holder_part(kept).verify(proven(MDOC), REQUEST)


def test_a_tag_is_no_part() -> None:
    """
    A verifier could have made it, so it proves nothing of the holder.
    """
    (document,) = cbor2.loads(base64url.decode(shown(MDOC, NAME)))["documents"]
    del document["issuerSigned"]
    document["deviceSigned"]["deviceAuth"] = {
        "deviceMac": [cbor2.dumps({1: 5}), {}, None, bytes(32)]
    }

    with pytest.raises(CredentialError) as caught:
        format_of(MDOC).read_holder_part(base64url.encode(cbor2.dumps(document)))

    assert CredentialFailure.BINDING_INVALID == caught.value.failure


def test_what_an_issuer_never_handed_out_has_no_holder() -> None:
    """
    What has just been issued is nobody's presentation.
    """
    for name in NAMES:
        unverified = format_of(name).read_issued(issued(name))
        assert unverified.holder_part is None
        assert (
            unverified.verify(key_of(LEAF), profile=Profile.HAIP, now=NOW).content.is_bound
            is False
        )
