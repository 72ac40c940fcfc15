"""Whatever the format it was shown in, a kept receipt proves the sharing, and finds each lie."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consent.errors import ConsentError
from consent.forms.checks import Check, CheckName, Outcome
from consent.forms.offline import KeptPresentation, Offline
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt, holds
from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import dumps
from standards.formats.known import FORMATS
from tests.consent.kept_sharing import CANARY, PAGES, PORTRAIT, KeptSharing

SD_JWT, MDOC = "dc+sd-jwt", "mso_mdoc"
NAMES = sorted(FORMATS)

Change = Callable[[KeptSharing, Receipt], Receipt]


def checks(
    sharing: KeptSharing, receipt: Receipt, *, trusted: bool = True
) -> dict[CheckName, Check]:
    key = sharing.keeper.public.verification_key() if trusted else None
    found = check_receipt(receipt, log_key=sharing.log.verifier_key, trust_key=key)
    return {check.name: check for check in found}


def outcomes(sharing: KeptSharing, receipt: Receipt, **how: Any) -> dict[CheckName, Outcome]:
    return {name: check.outcome for name, check in checks(sharing, receipt, **how).items()}


def offline_of(receipt: Receipt) -> Offline:
    assert receipt.offline is not None
    return receipt.offline


def with_parts(receipt: Receipt, **parts: Any) -> Receipt:
    """The receipt with other parts in every presentation."""
    offline = offline_of(receipt)
    kept = tuple(replace(each, **parts) for each in offline.presentations)
    return replace(receipt, offline=replace(offline, presentations=kept))


ANSWERS = [(name,) for name in NAMES] + [(SD_JWT, MDOC), (MDOC, MDOC)]


@pytest.mark.parametrize("formats", ANSWERS, ids=map("+".join, ANSWERS))
@pytest.mark.parametrize("page", [None, PAGES[1]], ids=["posted", "by the browser"])
def test_a_receipt_proves_every_format_alike(formats: tuple[str, ...], page: str | None) -> None:
    """
    All fifteen checks, from the file alone: by post and by the second of two pages.
    """
    sharing = KeptSharing(formats, page)
    text = dumps(sharing.receipt().as_dict())

    receipt = Receipt.parse(json.loads(text))

    assert dict.fromkeys(CheckName, Outcome.PROVED) == outcomes(sharing, receipt)
    assert holds(tuple(checks(sharing, receipt).values()))
    assert text == dumps(receipt.as_dict())


@pytest.mark.parametrize("formats", ANSWERS, ids=map("+".join, ANSWERS))
def test_no_value_is_in_a_receipt(formats: tuple[str, ...]) -> None:
    """
    T23: neither the name nor the portrait, as text, octets, base64url or hexadecimal.
    """
    text = dumps(KeptSharing(formats).receipt().as_dict()).decode()
    blobs = _octets_in(json.loads(text))

    assert blobs
    for value in (
        CANARY.encode(),
        b"CANARY-77",
        PORTRAIT[:24],
        base64url.encode(PORTRAIT)[:32].encode(),
    ):
        assert not any(value in blob for blob in (*blobs, text.encode()))
        assert value.hex() not in text
        assert base64url.encode(value)[:16] not in text


def _octets_in(value: Any) -> list[bytes]:
    """Whatever texts hold once base64url is taken off, a token's parts each by itself."""
    match value:
        case dict():
            return [found for each in value.values() for found in _octets_in(each)]
        case list():
            return [found for each in value for found in _octets_in(each)]
        case str():
            return [base64url.decode(part) for part in value.split(".") if _is_encoded(part)]
        case _:
            return []


def _is_encoded(text: str) -> bool:
    try:
        return len(base64url.decode(text)) > 16
    except Exception:  # noqa: BLE001  # whatever it is, it holds no octets
        return False


def another_nonce(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The holder signed for another nonce."""
    return _resigned(sharing, receipt, nonce="another")


def another_party(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The holder signed for another verifier."""
    return _resigned(sharing, receipt, audience="x509_hash:another")


def another_address(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The holder signed for an answer to another address."""
    return _resigned(sharing, receipt, response_uri="https://other.example/r")


def another_recipient(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The holder signed for an answer that somebody else can read."""
    return _resigned(sharing, receipt, encrypted_to=None)


def another_key(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """Somebody else's key signed the same."""
    return _resigned(sharing, receipt, by=SoftwareSigner.generate())


def _resigned(
    sharing: KeptSharing, receipt: Receipt, by: SoftwareSigner | None = None, **request: Any
) -> Receipt:
    """The same certificate, signed by its holder, or ``by`` another, for another request."""
    asked = replace(sharing.request, **request)
    former, sharing.holder = sharing.holder, by or sharing.holder
    (kept,) = offline_of(receipt).presentations
    forged = sharing.shown(kept.format, request=asked)
    sharing.holder = former
    return with_parts(receipt, holder_part=forged.holder_part)


def another_issuer(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """An issuer that nobody trusts made the certificate."""
    rogue = KeptSharing(sharing.formats, holder=sharing.holder)
    (kept,) = rogue.offline().presentations
    return with_parts(receipt, issuer_part=kept.issuer_part)


def another_certificate(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """Another certificate of the same issuer and holder: its digests are others."""
    (kept,) = offline_of(receipt).presentations
    return with_parts(receipt, issuer_part=sharing.shown(kept.format).issuer_part)


def another_digest(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    return with_parts(receipt, digests=("A" * 43,))


def a_digest_less(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    (kept,) = offline_of(receipt).presentations
    return with_parts(receipt, digests=(kept.digests or ())[:-1])


def another_request(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The same party asked something else."""
    token = sharing.request_object(nonce="another")
    return replace(receipt, offline=replace(offline_of(receipt), request_object=token))


def another_way(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The same party asked on the same terms, for an answer to another address."""
    token = sharing.request_object(response_uri="https://other.example/r")
    return replace(receipt, offline=replace(offline_of(receipt), request_object=token))


def a_presentation_more(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    offline = offline_of(receipt)
    kept = (*offline.presentations, *offline.presentations)
    return replace(receipt, offline=replace(offline, presentations=kept))


def a_part_less(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """A second presentation of which nothing but its digests is there."""
    offline = offline_of(receipt)
    (kept,) = offline.presentations
    bare = KeptPresentation(kept.format, digests=kept.digests)
    return replace(receipt, offline=replace(offline, presentations=(kept, bare)))


def another_format(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    """The parts are said to be of the other format."""
    (kept,) = offline_of(receipt).presentations
    (other,) = set(NAMES) - {kept.format}
    return with_parts(receipt, format=other)


def an_unknown_format(sharing: KeptSharing, receipt: Receipt) -> Receipt:
    return with_parts(receipt, format="ldp_vc")


LIES: list[tuple[Change, CheckName, str]] = [
    (another_nonce, CheckName.KEY_BINDING, ""),
    (another_party, CheckName.KEY_BINDING, ""),
    (another_address, CheckName.KEY_BINDING, MDOC),
    (another_recipient, CheckName.KEY_BINDING, MDOC),
    (another_key, CheckName.KEY_BINDING, ""),
    (another_issuer, CheckName.ISSUER, ""),
    (another_certificate, CheckName.DIGESTS, ""),
    (another_certificate, CheckName.DISCLOSURE, MDOC),
    (another_digest, CheckName.DIGESTS, ""),
    (another_digest, CheckName.DISCLOSURE, ""),
    (a_digest_less, CheckName.DISCLOSURE, ""),
    (another_request, CheckName.REQUEST, ""),
    (another_request, CheckName.NONCE, ""),
    (another_request, CheckName.KEY_BINDING, ""),
    (another_request, CheckName.KEY_BINDING_HASH, MDOC),
    (another_way, CheckName.NONCE, MDOC),
    (another_way, CheckName.KEY_BINDING, MDOC),
    (a_presentation_more, CheckName.KEY_BINDING_HASH, ""),
    (a_presentation_more, CheckName.DISCLOSURE, ""),
    (a_part_less, CheckName.KEY_BINDING_HASH, ""),
    (a_part_less, CheckName.ISSUER, ""),
    (another_format, CheckName.ISSUER, ""),
    (another_format, CheckName.KEY_BINDING, ""),
    (an_unknown_format, CheckName.ISSUER, ""),
]
CASES = [
    pytest.param(name, change, check, id=f"{change.__name__}-{check.name}-{name}")
    for change, check, only in LIES
    for name in NAMES
    if only in ("", name)
]


@pytest.mark.parametrize(("name", "change", "failing"), CASES)
def test_what_is_wrong_fails_by_its_name(name: str, change: Change, failing: CheckName) -> None:
    """
    Whatever was put in another's place is found in every format, by the same check.
    """
    sharing = KeptSharing((name,))
    found = checks(sharing, change(sharing, sharing.receipt()))

    assert Outcome.FAILED is found[failing].outcome, found[failing].line()
    assert not holds(tuple(found.values()))


def test_a_digest_beside_those_that_were_signed_fails() -> None:
    """
    Elements of an mdoc stand in no other, so a digest more is one the issuer never made.
    """
    sharing = KeptSharing((MDOC,))
    receipt = sharing.receipt()
    (kept,) = offline_of(receipt).presentations

    found = checks(sharing, with_parts(receipt, digests=(*(kept.digests or ()), "A" * 43)))

    assert "the issuer did not sign a disclosed digest" == found[CheckName.DIGESTS].reason


def test_a_revoked_mdoc_fails_by_the_list_of_that_day() -> None:
    """
    The reference stands in the signed object; a list of elsewhere shows nothing.
    """
    sharing = KeptSharing((MDOC,), status=1)
    receipt = sharing.receipt()
    elsewhere = (sharing.status_token(uri="https://other.example/1"),)
    moved = replace(receipt, offline=replace(offline_of(receipt), status_tokens=elsewhere))

    assert Outcome.FAILED is outcomes(sharing, receipt)[CheckName.STATUS]
    assert Outcome.NOT_SHOWN is outcomes(sharing, moved)[CheckName.STATUS]


LESS: list[tuple[dict[str, Any], set[CheckName]]] = [
    (
        {"holder_part": None},
        {CheckName.KEY_BINDING_HASH, CheckName.KEY_BINDING, CheckName.DISCLOSURE},
    ),
    (
        {"issuer_part": None},
        {
            *(CheckName.ISSUER, CheckName.KEY_BINDING, CheckName.DIGESTS, CheckName.STATUS),
            CheckName.DISCLOSURE,
        },
    ),
    ({"digests": None}, {CheckName.DISCLOSURE, CheckName.DIGESTS}),
    (
        {"request_object": None},
        {
            *(CheckName.REQUEST, CheckName.NONCE, CheckName.KEY_BINDING),
            CheckName.KEY_BINDING_HASH,
        },
    ),
]


@pytest.mark.parametrize(("less", "missing"), LESS, ids=["holder", "issuer", "digests", "request"])
def test_what_is_not_there_of_an_mdoc_is_not_shown(
    less: dict[str, Any], missing: set[CheckName]
) -> None:
    """
    Its signature says nothing without the request, its disclosures nothing without the issuer.
    """
    sharing = KeptSharing((MDOC,))
    receipt = sharing.receipt()
    if "request_object" in less:
        changed = replace(receipt, offline=replace(offline_of(receipt), **less))
    else:
        changed = with_parts(receipt, **less)

    found = outcomes(sharing, changed)

    assert missing == {name for name, each in found.items() if each is not Outcome.PROVED}
    assert all(found[name] is Outcome.NOT_SHOWN for name in missing)


def test_the_partys_copy_proves_the_nonce_of_an_mdoc() -> None:
    """
    SECURITY P11: without the issuer's part, what was signed still follows from the request.
    """
    sharing = KeptSharing((MDOC,))
    found = outcomes(
        sharing, with_parts(sharing.receipt(), issuer_part=None, digests=None), trusted=False
    )

    assert Outcome.PROVED is found[CheckName.NONCE]
    assert Outcome.PROVED is found[CheckName.KEY_BINDING_HASH]
    assert Outcome.NOT_SHOWN is found[CheckName.KEY_BINDING]


def test_a_receipt_names_formats_only_where_there_is_another() -> None:
    """
    What older readers can read keeps its form, octet by octet; each form has one spelling.
    """
    former, named = KeptSharing((SD_JWT,)).receipt(), KeptSharing((MDOC,)).receipt()

    assert former.as_dict()["format"] == "https://mydata.example/formats/consent-receipt/2"
    assert "kb_jwts" in offline_of(former).as_dict()
    assert named.as_dict()["format"] == "https://mydata.example/formats/consent-receipt/3"
    parts: Any = offline_of(former).as_dict() | {}
    for name in ("kb_jwts", "issuer_jwts", "disclosed_digests"):
        del parts[name]
    spelled = parts | {
        "presentations": [each.as_dict() for each in offline_of(former).presentations]
    }
    for wrong in (
        former.as_dict() | {"format": named.format},
        named.as_dict() | {"format": former.format},
        former.as_dict() | {"offline": spelled},
        named.as_dict() | {"format": named.format, "offline": None},
        named.as_dict() | {"offline": offline_of(named).as_dict() | {"presentations": [7]}},
        named.as_dict() | {"offline": offline_of(named).as_dict() | {"presentations": "x"}},
    ):
        with pytest.raises(ConsentError):
            Receipt.parse(wrong)
