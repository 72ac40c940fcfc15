"""From issuer to holder to verifier: what is chosen arrives, and nothing else (MDOC-1 to 4)."""

from datetime import timedelta

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.errors import KeysError
from keys.signer import SoftwareSigner
from keys.verification_key import Algorithm
from keys.x509 import Anchor, Role, validate_chain
from standards.mdoc.credential import verify_mdoc
from standards.mdoc.device_auth import (
    attach_device_signature,
    bind,
    device_signing_input,
    verify_device_auth,
)
from standards.mdoc.errors import MdocFailure
from standards.mdoc.mdl import MANDATORY
from standards.mdoc.mdl import NAMESPACE as MDL_NAMESPACE
from standards.mdoc.parse import parse_issued_mdoc
from standards.mdoc.present import present
from standards.positions import ClaimPath
from tests.keys.pki import leaf, root
from tests.standards.cbor.test_read import VALUES, untagged
from tests.standards.mdoc.making import (
    CLAIMS,
    DAY,
    DOC_TYPE,
    HOLDER,
    LEAF,
    NAMESPACE,
    NOW,
    OTHER,
    ROOT,
    SHOWN,
    STATUS,
    TRANSCRIPT,
    country,
    credential,
    held,
    issued,
    opened,
    refusal,
    seen,
    shown,
)

ALL: list[ClaimPath] = [(name, element) for name, of in CLAIMS.items() for element in of]


def test_what_is_issued_is_read_by_its_holder() -> None:
    """
    Every element as JSON, the holder's key, the times and where the status is kept.
    """
    mdoc = held(credential())

    assert SHOWN == mdoc.claims
    assert DOC_TYPE == mdoc.doc_type
    assert HOLDER.public.x == mdoc.holder.x
    assert (NOW, NOW + DAY) == (mdoc.issued_at, mdoc.expires_at)
    assert STATUS == mdoc.status
    assert set(ALL) == set(mdoc.disclosed_paths)
    assert mdoc.device is None
    assert (LEAF.der,) == parse_issued_mdoc(credential()).x5chain


def test_what_may_be_left_out_may_be_there() -> None:
    """
    Times of their own, no status; and whole seconds, whatever the clock says.
    """
    half = timedelta(seconds=0.5)
    mdoc = held(
        issued(status=None, issued_at=NOW - DAY + half, not_before=NOW + half, expected_update=NOW)
    )

    assert mdoc.status is None
    assert (NOW - DAY, NOW, NOW) == (
        mdoc.issued_at,
        mdoc.mso.validity.valid_from,
        mdoc.mso.validity.expected_update,
    )


def test_the_structure_is_that_of_the_standard() -> None:
    """
    MDOC-1 to 3, 5, as a general reader sees it: tags, names, versions, an untagged signature with
    its chain, digests of 32 octets.
    """
    structure = opened(credential())
    protected, unprotected, payload, signature = structure["issuerAuth"]
    mso = cbor2.loads(cbor2.loads(payload).value)

    assert {"nameSpaces", "issuerAuth"} == structure.keys()
    assert {1: -7} == cbor2.loads(protected)
    assert {33: LEAF.der} == unprotected
    assert 64 == len(signature)
    assert {"1.0"} == {mso["version"]}
    assert {"SHA-256"} == {mso["digestAlgorithm"]}
    assert {"signed", "validFrom", "validUntil"} == mso["validityInfo"].keys()
    assert b"\xc0\x74" + b"2026-11-22T09:00:00Z" in cbor2.loads(payload).value
    for tagged in structure["nameSpaces"][NAMESPACE]:
        assert 24 == tagged.tag
        item = cbor2.loads(tagged.value)
        assert 32 == len(item["random"])
        assert 32 == len(mso["valueDigests"][NAMESPACE][item["digestID"]])


def test_decoys_are_digests_nobody_can_open() -> None:
    """
    As many more in each namespace, and no element the fewer.
    """
    mdoc = held(issued(decoys=3))

    assert SHOWN == mdoc.claims
    assert {NAMESPACE: 8, OTHER: 5} == {
        name: len(digests) for name, digests in mdoc.mso.digests.items()
    }


def test_numbers_of_digests_say_nothing() -> None:
    """
    They are drawn with the randoms, so that the number of an element is another each time.
    """
    numbers = {tuple(item.digest_id for item in held(issued(decoys=d)).items) for d in range(3)}

    assert len(numbers) > 1


@given(st.lists(st.sampled_from(ALL), unique=True))
@settings(max_examples=25)
def test_any_choice_arrives_and_nothing_else(chosen: list[ClaimPath]) -> None:
    """
    Any elements shown: these and no other are in what arrives, bound to the request.
    """
    text = bind(present(held(credential()), chosen), signer=HOLDER, transcript=TRANSCRIPT)

    mdoc = seen(text)
    authentication = verify_device_auth(mdoc, expected_transcript=TRANSCRIPT)
    assert set(chosen) == set(mdoc.disclosed_paths)
    assert {} == authentication.claims
    for namespace, elements in mdoc.claims.items():
        assert isinstance(elements, dict)
        for element, value in elements.items():
            assert SHOWN[namespace][element] == value


@given(st.dictionaries(st.text(min_size=1, max_size=5), VALUES, max_size=3))
@settings(max_examples=25)
def test_any_value_is_read_or_refused(elements: dict[str, object]) -> None:
    """
    Whatever CBOR an authority states, it comes back as JSON, or is refused for having no form.
    """
    text = issued(claims={NAMESPACE: elements})
    if any(_has_numbers_for_keys(untagged(value)) for value in elements.values()):  # type: ignore[arg-type]  # drawn from these
        assert MdocFailure.VALUE_REFUSED is refusal(lambda: held(text))
    else:
        assert elements.keys() == dict(held(text).claims).get(NAMESPACE, {}).keys()  # type: ignore[union-attr]  # an object


def _has_numbers_for_keys(value: object) -> bool:
    match value:
        case dict():
            return any(isinstance(key, int) for key in value) or any(
                map(_has_numbers_for_keys, value.values())
            )
        case list():
            return any(map(_has_numbers_for_keys, value))
        case _:
            return False


def test_the_holders_key_may_be_elsewhere() -> None:
    """
    The octets to sign go to the device, the signature comes back.
    """
    presentation = present(held(credential()), ALL)
    octets = device_signing_input(presentation, algorithm=Algorithm.ES256, transcript=TRANSCRIPT)

    text = attach_device_signature(presentation, HOLDER.sign(octets), algorithm=Algorithm.ES256)

    assert octets == verify_device_auth(seen(text), expected_transcript=TRANSCRIPT).signed


def test_a_holder_with_another_kind_of_key_signs_too() -> None:
    """
    Ed25519, which the standard lists; its mdoc is bound to it.
    """
    holder = SoftwareSigner.generate(Algorithm.ED25519)
    mdoc = held(issued(holder=holder.public))

    text = bind(present(mdoc, ALL[:1]), signer=holder, transcript=TRANSCRIPT)

    assert not verify_device_auth(seen(text), expected_transcript=TRANSCRIPT).is_mac


def test_a_presentation_is_one_document() -> None:
    """
    HAIP 5.3.1: a DeviceResponse of its own, version 1.0, status 0, no errors.
    """
    structure = opened(shown())

    assert {"version": "1.0", "status": 0} == {
        name: structure[name] for name in ("version", "status")
    }
    [document] = structure["documents"]
    assert {"docType", "issuerSigned", "deviceSigned"} == document.keys()
    assert 24 == document["deviceSigned"]["nameSpaces"].tag
    assert b"\xa0" == document["deviceSigned"]["nameSpaces"].value


@pytest.mark.parametrize("path", [("x", "y"), (OTHER, "age_over_19"), (NAMESPACE,), ()])
def test_what_is_not_held_is_not_shown(path: ClaimPath) -> None:
    """
    A path is a namespace and an element, and of this credential.
    """
    assert MdocFailure.CLAIM_NOT_HELD is refusal(lambda: present(held(credential()), [path]))


LICENCE = dict.fromkeys(MANDATORY, "x") | {"issuing_country": "KR"}


def licence(**elements: str) -> str:
    signer = ROOT.make(leaf(subject=country("KR", "11"), begins=NOW - DAY, ends=NOW + DAY))
    claims = {MDL_NAMESPACE: LICENCE | elements}
    text = issued(by=signer, doc_type="org.iso.18013.5.1.mDL", claims=claims)
    held(text, by=signer)
    return text


def test_a_driving_licence_is_complete() -> None:
    """
    MDOC-8, table 5: without an element it must have none is issued.
    """
    licence()

    with pytest.raises(ValueError, match="portrait"):
        issued(
            doc_type="org.iso.18013.5.1.mDL",
            claims={MDL_NAMESPACE: dict.fromkeys(MANDATORY - {"portrait"}, "x")},
        )


@pytest.mark.parametrize(
    "elements",
    [{"issuing_country": "KP"}, {"issuing_jurisdiction": "26"}],
    ids=["country", "state"],
)
def test_a_driving_licence_is_of_its_signers_country(elements: dict[str, str]) -> None:
    """
    MDOC-6, 9.3.1: country and state are those of the signer's certificate.
    """
    licence(issuing_jurisdiction="11")

    assert MdocFailure.AUTHORITY_MISMATCH is refusal(lambda: licence(**elements))


def test_what_was_not_shown_is_not_compared() -> None:
    """
    9.3.1 speaks of elements that were retrieved; and a signer without a state leaves it open.
    """
    signer = ROOT.make(leaf(subject=country("KR"), begins=NOW - DAY, ends=NOW + DAY))
    claims = {MDL_NAMESPACE: LICENCE | {"issuing_jurisdiction": "11"}}
    text = issued(by=signer, doc_type="org.iso.18013.5.1.mDL", claims=claims)
    none = bind(present(held(text, by=signer), []), signer=HOLDER, transcript=TRANSCRIPT)

    assert {} == seen(none, by=signer).claims


def test_the_key_comes_from_the_chain() -> None:
    """
    MDOC-5, HAIP 6.1: as an SD-JWT VC's does, to a root trusted for issuers; its certificate may
    name the use that ISO/IEC 18013-5 annex B gives it.
    """
    signer = ROOT.make(leaf(usages=("1.0.18013.5.1.2",)))
    unverified = parse_issued_mdoc(issued(by=signer))
    trusted = [Anchor(ROOT.der, "Root")]

    chain = validate_chain(unverified.x5chain, anchors=trusted, role=Role.ISSUER, now=NOW)

    assert SHOWN == verify_mdoc(unverified, chain.leaf_key, now=NOW).claims
    for anchors, role in ((root(), Role.ISSUER), (ROOT, Role.VERIFIER)):
        with pytest.raises(KeysError):
            validate_chain(
                unverified.x5chain, anchors=[Anchor(anchors.der, "Root")], role=role, now=NOW
            )
