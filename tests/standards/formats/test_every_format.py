"""Whatever the format, callers see the same: each test is run for all of them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from keys.encryption_key import DecryptionKey
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from standards.formats.binding import Request
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.known import format_of
from standards.formats.mdoc_failures import OF_MDOC
from standards.formats.sd_jwt_vc_failures import OF_SD_JWT, OF_VC
from standards.mdoc.errors import MdocFailure
from standards.profiles import Profile
from standards.sd_jwt.errors import SdJwtFailure
from standards.sd_jwt_vc.errors import VcFailure
from tests.standards.formats.both import (
    BIRTH,
    CLAIMS,
    DAY,
    HOLDER,
    LEAF,
    NAME,
    NAMES,
    NEW,
    NOW,
    REQUEST,
    SPACE,
    STATUS,
    held,
    issued,
    seen,
    shown,
)
from tests.standards.mdoc.making import key_of

MINUTES = timedelta(minutes=5)
BY_BROWSER = replace(REQUEST, audience="origin:https://shop.example", response_uri=None)

pytestmark = pytest.mark.parametrize("name", NAMES)


def refusal(name: str, text: str, *, request: Request = REQUEST) -> CredentialFailure:
    """Why what is shown is refused for a request."""
    with pytest.raises(CredentialError) as caught:
        seen(name, text).verify_binding(request, now=NOW, max_age=MINUTES)
    return caught.value.failure


def test_what_was_stated_is_what_is_held(name: str) -> None:
    """
    Type, times, status, key, and every claim; the format's own are not about the subject.
    """
    proven = held(name)

    assert (NEW.type, NOW, NOW, NOW + DAY) == (
        proven.type,
        proven.issued_at,
        proven.valid_from,
        proven.expires_at,
    )
    assert STATUS == proven.status
    assert proven.holder is not None
    assert HOLDER.public.thumbprint() == proven.holder.thumbprint()
    assert CLAIMS == proven.content.about_subject
    assert proven.content.format == name


def test_what_is_shown_is_what_was_chosen(name: str) -> None:
    """
    One claim of four arrives, bound to the request, and nothing of the others.
    """
    for request in (REQUEST, BY_BROWSER):
        proven = seen(name, shown(name, NAME, request=request))
        binding = proven.verify_binding(request, now=NOW, max_age=MINUTES)

        assert {SPACE: {"name": "홍길동"}} == proven.content.about_subject
        assert NAME in proven.content.disclosed_paths
        assert binding.signed
        assert proven.content.is_bound


def test_both_sides_name_what_was_shown_alike(name: str) -> None:
    """
    The digests a wallet records are those a verifier records.
    """
    unsigned = held(name).content.present((NAME, BIRTH))
    content = seen(name, shown(name, NAME, BIRTH)).content

    assert unsigned.digest == content.digest
    assert set(unsigned.digests) == set(content.digests)
    assert content.presented
    assert unsigned.digest != held(name).content.present((NAME,)).digest


def test_what_would_be_shown_can_be_read_before(name: str) -> None:
    """
    A wallet sees what a choice discloses as the verifier will.
    """
    before = held(name).content.showing((BIRTH,))

    assert {SPACE: {"birth_date": "1990-03-01"}} == before.about_subject
    assert before.claims == seen(name, shown(name, BIRTH)).content.claims
    assert BIRTH in before.disclosed_paths
    assert (SPACE, "birth_date") == before.positions.issued(BIRTH)


def test_a_signature_is_good_for_one_request(name: str) -> None:
    """
    Another nonce, another verifier, another holder's key: each is refused.
    """
    text = shown(name, NAME)
    another = DecryptionKey.generate("k").public
    refused = {
        CredentialFailure.WRONG_NONCE,
        CredentialFailure.WRONG_AUDIENCE,
        CredentialFailure.BINDING_SIGNATURE_INVALID,
    }

    assert refusal(name, text, request=replace(REQUEST, nonce="nonce-2")) in refused
    assert refusal(name, text, request=replace(REQUEST, audience="x509_hash:b")) in refused
    assert refusal(name, text, request=BY_BROWSER) in refused
    stranger = SoftwareSigner.generate()
    assert CredentialFailure.BINDING_SIGNATURE_INVALID == refusal(
        name, shown(name, NAME, by=stranger)
    )
    bound = shown(name, NAME, request=replace(REQUEST, encrypted_to=another))
    seen(name, bound).verify_binding(
        replace(REQUEST, encrypted_to=another), now=NOW, max_age=MINUTES
    )


def test_what_is_kept_proves_without_telling(name: str) -> None:
    """
    What receipts keep of issuer and holder has none of the claims' values in it.
    """
    text = shown(name, NAME)
    content = seen(name, text).content

    assert content.holder_part == format_of(name).read_presented(text).holder_part
    assert content.holder_part is not None
    assert content.issuer_part == held(name).content.issuer_part
    assert held(name).content.holder_part is None
    assert not held(name).content.is_bound


def test_what_is_not_believed_yet_says_where_to_look(name: str) -> None:
    """
    Chain, key and end are found before anything is proven.
    """
    unverified = format_of(name).read_issued(issued(name))
    said = unverified.said()

    assert (LEAF.der,) == unverified.chain
    assert HOLDER.public.thumbprint() == unverified.holder
    assert NOW + DAY == unverified.expires_at
    assert NEW.type == said.type
    assert PublicJwk.parse(said.holder).thumbprint() == unverified.holder
    assert CLAIMS[SPACE] == said.claims[SPACE]
    assert unverified.holder_part is None


def test_what_was_checked_once_is_read_whatever_the_day(name: str) -> None:
    """
    A wallet still shows what has ended; a verifier does not take it.
    """
    unverified = format_of(name).read_issued(issued(name))

    assert CLAIMS == unverified.content(key_of(LEAF)).about_subject
    for later, failure in (
        (NOW + 3 * DAY, CredentialFailure.EXPIRED),
        (NOW - 3 * DAY, CredentialFailure.NOT_YET_VALID),
    ):
        with pytest.raises(CredentialError) as caught:
            seen(name, shown(name, NAME), now=later)
        assert failure == caught.value.failure


def test_a_claim_that_is_not_there_is_not_shown(name: str) -> None:
    """
    The wallet's own mistake, said by name.
    """
    with pytest.raises(CredentialError) as caught:
        held(name).content.present(((SPACE, "gone"),))
    assert CredentialFailure.CLAIM_NOT_HELD == caught.value.failure


@pytest.mark.parametrize("text", ["", "~", "a.b.c", "e30", "☂", "A" * 40])
def test_what_is_no_credential_is_refused(name: str, text: str) -> None:
    """
    Whatever is no text of the format at all.
    """
    for read in (format_of(name).read_issued, format_of(name).read_presented):
        with pytest.raises((CredentialError, KeysError)):
            read(text).verify(key_of(LEAF), profile=Profile.HAIP, now=NOW)


def test_a_presentation_is_no_credential(name: str) -> None:
    """
    What a holder showed is not taken for what an issuer hands out.
    """
    with pytest.raises(CredentialError) as caught:
        format_of(name).read_issued(shown(name, NAME))
    assert CredentialFailure.PRESENTATION_MALFORMED == caught.value.failure


def test_another_issuers_signature_is_refused(name: str) -> None:
    """
    The key is the caller's finding, and the signature has to be its.
    """
    stranger = SoftwareSigner.generate().public.verification_key()
    with pytest.raises(CredentialError) as caught:
        format_of(name).read_presented(shown(name, NAME)).verify(
            stranger,
            profile=Profile.HAIP,
            now=NOW,
        )
    assert CredentialFailure.ISSUER_SIGNATURE_INVALID == caught.value.failure


def test_every_failure_has_a_word_that_all_share(name: str) -> None:
    """
    The tables are total, but for what is about descriptions of types.
    """
    about_types = {each for each in VcFailure if each.value.startswith(("type_", "claim_m"))}

    assert name in NAMES
    assert set(SdJwtFailure) == OF_SD_JWT.keys()
    assert set(MdocFailure) == OF_MDOC.keys()
    assert set(VcFailure) - about_types <= OF_VC.keys() | {VcFailure.CLAIM_MALFORMED}


def test_an_unknown_format_is_refused(name: str) -> None:
    """
    By name, and with the names there are.
    """
    with pytest.raises(CredentialError, match=re.escape(name)) as caught:
        format_of(f"{name}-2")
    assert CredentialFailure.FORMAT_UNKNOWN == caught.value.failure
