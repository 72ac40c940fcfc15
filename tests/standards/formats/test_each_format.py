"""What one format alone can have wrong, in the words that all share."""

from dataclasses import replace
from typing import Any

import cbor2
import pytest

from keys import base64url, jws, strict_json
from keys.strict_json import JsonObject
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.known import format_of
from standards.profiles import DC_SD_JWT, Profile
from tests.standards.formats.both import (
    HOLDER,
    ISSUER,
    NAME,
    NOW,
    REQUEST,
    SPACE,
    held,
    issued,
    shown,
)

MDOC = "mso_mdoc"


def sd_jwt(claims: JsonObject) -> Any:
    """An SD-JWT VC with these claims, all open, not proven."""
    text = jws.sign({"typ": DC_SD_JWT}, strict_json.dumps(claims), ISSUER)
    return format_of(DC_SD_JWT).read_issued(f"{text}~")


@pytest.mark.parametrize("cnf", [{"jwk": {"kty": "none"}}, {"kid": "a"}, "text", None])
def test_a_key_that_is_none_is_nobodys(cnf: Any) -> None:
    """
    Found for matching copies to keys: whatever it is, it is not ours.
    """
    assert sd_jwt({"cnf": cnf}).holder is None


def test_an_end_is_told_as_it_stands() -> None:
    """
    No end, an end, and an end that is none.
    """
    assert sd_jwt({}).expires_at is None
    with pytest.raises(CredentialError) as caught:
        _ = sd_jwt({"exp": "tomorrow"}).expires_at
    assert CredentialFailure.CREDENTIAL_MALFORMED == caught.value.failure


def test_a_payload_that_is_no_object_says_nothing() -> None:
    """
    Refused by name, before anything is proven.
    """
    text = jws.sign({"typ": DC_SD_JWT}, b"[]", ISSUER)
    unverified = format_of(DC_SD_JWT).read_issued(f"{text}~")
    for read in (lambda: unverified.holder, unverified.said):
        with pytest.raises(CredentialError) as caught:
            read()
        assert CredentialFailure.CREDENTIAL_MALFORMED == caught.value.failure


def test_a_later_beginning_counts() -> None:
    """
    ``nbf`` after ``iat``: the skew of a clock is measured from there.
    """
    seconds = int(NOW.timestamp())
    for claims, expected in (
        ({"nbf": seconds}, NOW),
        ({"nbf": seconds, "iat": seconds - 60}, NOW),
        ({}, None),
    ):
        proven = sd_jwt({"vct": "a", **claims}).verify(
            ISSUER.public.verification_key(), profile=Profile.HAIP, now=NOW
        )
        assert expected == proven.valid_from


def test_what_is_bound_to_nobody_proves_no_holder() -> None:
    """
    A credential without ``cnf`` may be shown by anybody, and never bound.
    """
    proven = sd_jwt({"vct": "a"}).verify(
        ISSUER.public.verification_key(), profile=Profile.HAIP, now=NOW
    )
    with pytest.raises(CredentialError) as caught:
        proven.verify_binding(REQUEST, now=NOW, max_age=NOW - NOW)
    assert CredentialFailure.HOLDER_KEY_MISSING == caught.value.failure


def test_a_hidden_type_is_the_formats_own_failure() -> None:
    """
    SD-JWT VC section 3.2.2.2, told by the word that all formats share.
    """
    with pytest.raises(CredentialError) as caught:
        sd_jwt({"vct": 1}).verify(ISSUER.public.verification_key(), profile=Profile.HAIP, now=NOW)
    assert CredentialFailure.CREDENTIAL_MALFORMED == caught.value.failure
    assert "claim_malformed" == caught.value.reason


def test_an_mdoc_states_nothing_beside_its_issuer() -> None:
    """
    A transaction is not confirmed by a document whose key may state nothing (VP-74).
    """
    unsigned = held(MDOC).content.present((NAME,))
    with pytest.raises(CredentialError) as caught:
        unsigned.to_sign(REQUEST, algorithm=HOLDER.algorithm, now=NOW, further={"a": 1})
    assert CredentialFailure.BINDING_INVALID == caught.value.failure


@pytest.mark.parametrize(
    "wrong",
    [
        {"holder": None},
        {"expires_at": None},
        {"claims": {"name": "no namespace"}},
        {"claims": {SPACE: {"birth_date": "yesterday"}}},
        {"claims": {SPACE: {"portrait": "="}}},
    ],
    ids=["no holder", "no end", "no namespace", "no date", "no octets"],
)
def test_what_no_mdoc_can_say_is_a_bug(wrong: dict[str, Any]) -> None:
    """
    Said to whoever declared the form, not to a citizen.
    """
    with pytest.raises(ValueError, match=r".+"):
        issued(MDOC, **wrong)


def test_a_path_inside_an_element_shows_the_element() -> None:
    """
    Elements of an mdoc are whole.
    """
    content = held(MDOC).content

    assert (
        content.showing(((SPACE, "rows", 0),)).claims == content.showing(((SPACE, "rows"),)).claims
    )


def test_an_mdoc_without_its_payload_says_nothing() -> None:
    """
    A detached MSO cannot be read before a key is looked for.
    """
    unverified = format_of(MDOC).read_issued(issued(MDOC))
    detached = replace(
        unverified,  # type: ignore[type-var]
        mdoc=unverified.mdoc._replace(  # type: ignore[attr-defined]
            issuer_auth=unverified.mdoc.issuer_auth._replace(payload=None)  # type: ignore[attr-defined]
        ),
    )
    with pytest.raises(CredentialError) as caught:
        detached.said()
    assert CredentialFailure.CREDENTIAL_MALFORMED == caught.value.failure


def test_a_tag_proves_nothing_to_others() -> None:
    """
    A verifier could have made it itself, so no receipt keeps one.
    """
    response = cbor2.loads(base64url.decode(shown(MDOC, NAME)))
    (document,) = response["documents"]
    document["deviceSigned"]["deviceAuth"] = {
        "deviceMac": [cbor2.dumps({1: 5}), {}, None, bytes(32)]
    }
    unverified = format_of(MDOC).read_presented(base64url.encode(cbor2.dumps(response)))

    assert unverified.holder_part is None
    with pytest.raises(CredentialError) as caught:
        unverified.verify(
            ISSUER.public.verification_key(), profile=Profile.HAIP, now=NOW
        ).verify_binding(REQUEST, now=NOW, max_age=NOW - NOW)
    assert CredentialFailure.BINDING_INVALID == caught.value.failure


def test_a_portrait_is_a_picture_and_nothing_else_is() -> None:
    """
    Octets that begin as a JPEG does; a claim of JSON has none.
    """
    content = held(MDOC).content

    assert b"\xff\xd8\xff" == content.picture((SPACE, "portrait"))
    assert content.picture(NAME) is None
    assert content.picture((SPACE, "gone")) is None
    assert held(DC_SD_JWT).content.picture((SPACE, "portrait")) is None
