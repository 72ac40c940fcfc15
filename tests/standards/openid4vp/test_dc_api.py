"""Requests over the browser's Digital Credentials API (OpenID4VP 1.0 appendix A)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from keys import jws
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x509 import to_x5c
from standards.dcql.errors import DcqlError
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import (
    DcApiProtocol,
    DcApiRequest,
    Signing,
    credential_request_options,
    multisigned_request,
    signed_request,
    unsigned_request,
)
from standards.openid4vp.dc_api_reading import verify_dc_api_request, verify_dc_api_token
from standards.openid4vp.errors import (
    AuthorizationErrorCode,
    RequestError,
    RequestFailure,
    ResponseError,
)
from standards.openid4vp.known_by import ByAddress, ByCertificate
from standards.openid4vp.multisigned import MAX_SIGNATURES, joined
from standards.openid4vp.origin import Origin
from standards.openid4vp.request import AuthorizationRequest, ResponseMode
from standards.openid4vp.request_object import SELF_ISSUED, TYP, Grounds, VerifiedRequest
from standards.openid4vp.response import (
    AuthorizationResponse,
    ErrorResponse,
    read_parameters,
    travelling_parameters,
)
from standards.openid4vp.vp_token import VpToken
from tests.standards.openid4vp.asking import KEY, NOW, Bank, query

BANK = Bank()
PAGE = Origin.parse("https://bank.example")
LIFETIME = timedelta(minutes=5)
ANSWER = AuthorizationResponse(VpToken((("base", ("eyJ.eyK.s~d~kb",)),)))
MODES = [ResponseMode.DC_API, ResponseMode.DC_API_JWT]
NAMES = (
    BANK.client_id(CertificatePrefix.X509_HASH),
    BANK.client_id(CertificatePrefix.X509_SAN_DNS),
)


def asked(mode: ResponseMode = ResponseMode.DC_API_JWT) -> AuthorizationRequest:
    return replace(BANK.request(mode), response_uri="", state=None)


def signing(origin: Origin = PAGE) -> Signing:
    return Signing(BANK.signer, BANK.chain, origin, NOW, LIFETIME)


def handed(
    protocol: DcApiProtocol = DcApiProtocol.SIGNED,
    mode: ResponseMode = ResponseMode.DC_API_JWT,
    origin: Origin = PAGE,
) -> DcApiRequest:
    match protocol:
        case DcApiProtocol.UNSIGNED:
            return unsigned_request(asked(mode))
        case DcApiProtocol.SIGNED:
            return signed_request(asked(mode), signing(origin))
        case DcApiProtocol.MULTISIGNED:
            return multisigned_request(asked(mode), signing(origin), client_ids=NAMES)


def read(request: DcApiRequest, origin: Origin = PAGE, *, late: int = 0) -> VerifiedRequest:
    return verify_dc_api_request(
        DcApiRequest.parse(request.as_dict()),
        origin=origin,
        grounds=Grounds((BANK.authority.anchor,)),
        now=NOW + timedelta(minutes=late),
    )


def refusal(request: DcApiRequest, origin: Origin = PAGE, *, late: int = 0) -> RequestFailure:
    with pytest.raises(RequestError) as refused:
        read(request, origin, late=late)
    return refused.value.failure


def resigned(change: Callable[[JsonObject], JsonObject], **header: str) -> DcApiRequest:
    """Return a signed request with changed claims, properly signed."""
    claims = json.loads(jws.parse(handed().tokens()[0]).payload)
    head: JsonObject = {"typ": TYP, "x5c": to_x5c(BANK.chain), **header}
    token = jws.sign(head, dumps(change(claims)), BANK.signer)
    return DcApiRequest(DcApiProtocol.SIGNED, {"request": token})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("protocol", DcApiProtocol)
def test_a_request_comes_over_as_it_was_made(protocol: DcApiProtocol, mode: ResponseMode) -> None:
    """
    VP-65, VP-68, VP-70: each protocol and mode; what is named is the page.
    """
    verified = read(handed(protocol, mode))
    assert mode is verified.request.response_mode
    assert asked(mode).nonce == verified.request.nonce
    assert "origin:https://bank.example" == verified.audience
    assert PAGE.text == verified.answered_at


def test_an_unsigned_request_is_known_by_its_page_alone() -> None:
    """
    VP-11, VP-66: a client_id, origins and attestations nobody signed are ignored, wrong or not.
    """
    odd: JsonObject = {
        "client_id": "unknown_prefix:x",
        "expected_origins": ["https://other.example"],
        "verifier_info": 1,
    }
    request = handed(DcApiProtocol.UNSIGNED)
    verified = read(replace(request, data=request.data | odd))
    assert ByAddress("bank.example") == verified.known
    assert () == verified.request.verifier_info
    assert {} == verified.header


def test_a_signed_request_is_known_by_its_certificate() -> None:
    """
    VP-67: as a request object fetched from an address is.
    """
    verified = read(handed())
    assert isinstance(verified.known, ByCertificate)
    assert NAMES[0] == verified.request.client_id
    assert 1 == len(verified.request.verifier_info)


def test_a_page_elsewhere_cannot_use_a_request() -> None:
    """
    VP-67, H81: the origin is the platform's word; expected_origins is required of the signed.
    """
    for protocol in (DcApiProtocol.SIGNED, DcApiProtocol.MULTISIGNED):
        assert RequestFailure.ORIGIN is refusal(
            handed(protocol), Origin.parse("https://bank.example.evil.example")
        )
    wrong_ones: tuple[JsonValue, ...] = ([], None, "https://bank.example")
    for origins in wrong_ones:
        changed: JsonObject = {"expected_origins": origins}
        wrong = resigned(changed.__ror__)
        assert RequestFailure.MALFORMED is refusal(wrong)


@pytest.mark.parametrize("broken", [0, 1])
def test_one_signature_of_several_is_enough(broken: int) -> None:
    """
    Appendix A.3.2: the other names a framework this wallet may not know.
    """
    tokens = list(handed(DcApiProtocol.MULTISIGNED).tokens())
    head, _, signature = tokens[broken].rpartition(".")
    flipped = "A" if signature[0] != "A" else "B"
    tokens[broken] = f"{head}.{flipped}{signature[1:]}"
    request = DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": joined(tokens)})
    verified = read(request)
    assert NAMES[1 - broken] == verified.request.client_id
    assert 1 == len(verified.request.verifier_info)


def test_no_signature_that_holds_is_none() -> None:
    """
    The first reason is told; a header that cannot be read is a signature that does not hold.
    """
    parts = joined(handed(DcApiProtocol.MULTISIGNED).tokens())
    nothing: JsonObject = {"protected": "e30", "signature": "A" * 86}
    request = DcApiRequest(
        DcApiProtocol.MULTISIGNED, {"request": parts | {"signatures": [nothing, nothing]}}
    )
    assert RequestFailure.NOT_AUTHENTIC is refusal(request)
    stranger = Bank()
    token = stranger.signed({"expected_origins": [PAGE.text], "response_mode": "dc_api"})
    unknown = DcApiRequest(DcApiProtocol.SIGNED, {"request": token})
    assert RequestFailure.UNTRUSTED is refusal(unknown)


def test_what_stands_beside_a_signature_stands_nowhere_else() -> None:
    """
    VP-69: a client_id in the payload that several signatures share would be two.
    """
    claims = json.loads(jws.parse(handed().tokens()[0]).payload)
    head: JsonObject = {"typ": TYP, "x5c": to_x5c(BANK.chain), "client_id": NAMES[0]}
    token = jws.sign(head, dumps(claims), BANK.signer)
    twice = DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": joined([token])})
    assert RequestFailure.MALFORMED is refusal(twice)


def test_a_request_is_for_wallets_and_for_now() -> None:
    """
    VP-17: aud may be left out, and is nobody else's; a request that is over is refused.
    """
    without = resigned(lambda claims: {n: v for n, v in claims.items() if n != "aud"})
    assert NAMES[0] == read(without).request.client_id
    wrong = resigned(lambda claims: claims | {"aud": "https://other.example"})
    assert RequestFailure.WRONG_AUDIENCE is refusal(wrong)
    assert RequestFailure.OUTDATED is refusal(handed(), late=10)
    assert RequestFailure.MALFORMED is refusal(resigned(lambda claims: claims | {"exp": "soon"}))
    unsigned = handed(DcApiProtocol.UNSIGNED)
    over = replace(unsigned, data=unsigned.data | {"exp": 1})
    assert RequestFailure.OUTDATED is refusal(over)
    assert SELF_ISSUED == json.loads(jws.parse(handed().tokens()[0]).payload)["aud"]


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        ({}, RequestFailure.MALFORMED),
        ({"request": 1}, RequestFailure.MALFORMED),
        ({"request": "a.b"}, RequestFailure.NOT_AUTHENTIC),
        ({"request": "e30.e30."}, RequestFailure.NOT_AUTHENTIC),
    ],
)
def test_what_is_no_token_is_refused(data: JsonObject, failure: RequestFailure) -> None:
    """
    H50: nothing of it is guessed at.
    """
    assert failure is refusal(DcApiRequest(DcApiProtocol.SIGNED, data))


def test_a_payload_that_is_no_request_is_refused() -> None:
    """
    A token of the right type over something else, alone and among several.
    """
    for claims in (b"[]", b"{}"):
        token = jws.sign({"typ": TYP, "x5c": to_x5c(BANK.chain)}, claims, BANK.signer)
        request = DcApiRequest(DcApiProtocol.SIGNED, {"request": token})
        assert refusal(request) in {RequestFailure.MALFORMED, RequestFailure.NOT_AUTHENTIC}
    head: JsonObject = {"typ": TYP, "x5c": to_x5c(BANK.chain), "client_id": NAMES[0]}
    token = jws.sign(head, b"[]", BANK.signer)
    several = DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": joined([token])})
    assert RequestFailure.NOT_AUTHENTIC is refusal(several)


def test_modes_of_a_redirect_are_none_of_the_browsers() -> None:
    """
    VP-68: the answer goes back the way the request came; a request object says the same.
    """
    posted = handed(DcApiProtocol.UNSIGNED)
    wrong = replace(posted, data=posted.data | {"response_mode": "direct_post"})
    assert RequestFailure.RESPONSE_MODE is refusal(wrong)
    with pytest.raises(RequestError):
        BANK.read(BANK.token(response_mode="dc_api"))


def test_several_signatures_are_bounded_and_of_one_payload() -> None:
    """
    H50: each costs a check of a chain.
    """
    one = joined(handed(DcApiProtocol.MULTISIGNED).tokens()[:1])
    entry = one["signatures"]
    assert isinstance(entry, list)
    many: JsonObject = one | {"signatures": entry * (MAX_SIGNATURES + 1)}
    too_many = DcApiRequest(DcApiProtocol.MULTISIGNED, {"request": many})
    assert RequestFailure.MALFORMED is refusal(too_many)
    with pytest.raises(ValueError, match="one payload"):
        joined(["a.b.c", "a.d.c"])


@pytest.mark.parametrize(
    "value", [1, {}, {"protocol": "openid4vp", "data": {}}, {"protocol": DcApiProtocol.SIGNED}]
)
def test_what_is_no_request_of_a_page_is_refused(value: JsonObject) -> None:
    """
    VP-65: three protocols and no other, each with its data.
    """
    with pytest.raises(RequestError) as refused:
        DcApiRequest.parse(value)
    assert RequestFailure.MALFORMED is refused.value.failure


def test_a_page_gives_the_browser_a_list_of_requests() -> None:
    """
    Appendix A.3: what stands behind ``navigator.credentials.get``.
    """
    request = handed(DcApiProtocol.UNSIGNED)
    given = credential_request_options([request])
    assert {"digital": {"requests": [request.as_dict()]}} == given
    assert request == DcApiRequest.parse(request.as_dict())


def test_a_sloppy_query_goes_to_no_browser() -> None:
    """
    VP-30: the same rules as for every other way.
    """
    untyped = replace(query().credentials[0], types=())
    wrong = replace(asked(), dcql_query=replace(query(), credentials=(untyped,)))
    with pytest.raises(DcqlError):
        unsigned_request(wrong)


def test_a_kept_token_is_verified_by_itself() -> None:
    """
    What a receipt keeps of the request: one signature, alone or one of several.
    """
    grounds = Grounds((BANK.authority.anchor,))
    tokens = (*handed().tokens(), *handed(DcApiProtocol.MULTISIGNED).tokens())
    named = [
        verify_dc_api_token(token, origin=PAGE, grounds=grounds, now=NOW).request.client_id
        for token in tokens
    ]
    assert [NAMES[0], *NAMES] == named
    with pytest.raises(RequestError):
        verify_dc_api_token("x", origin=PAGE, grounds=grounds, now=NOW)


def test_an_unsigned_request_is_named_by_its_data() -> None:
    """
    RFC 8785: however a platform orders the members.
    """
    request = handed(DcApiProtocol.UNSIGNED)
    turned = replace(request, data=dict(reversed(request.data.items())))
    assert request.unsigned_octets() == turned.unsigned_octets() == read(turned).hashed_part


@pytest.mark.parametrize("mode", MODES)
def test_an_answer_travels_as_an_object(mode: ResponseMode) -> None:
    """
    Appendix A.4: the parameters, or ``response`` with all of them; errors as well.
    """
    key = KEY if mode.is_encrypted else None
    for answer in (ANSWER, ErrorResponse.of(AuthorizationErrorCode.ACCESS_DENIED, asked(mode))):
        data = travelling_parameters(answer, asked(mode))
        assert ({"response"} == data.keys()) is mode.is_encrypted
        assert answer == read_parameters(
            data, query=query(), expected_state=None, decryption_key=key
        )


def test_an_object_that_hides_its_answer_is_refused() -> None:
    """
    H83: a ``response`` that is no text cannot be opened.
    """
    with pytest.raises(ResponseError):
        read_parameters({"response": 1}, query=query(), expected_state=None, decryption_key=KEY)


def test_the_published_payload_is_one_of_ours(vectors: Path) -> None:
    """
    Appendix A.3.2.1: origins as texts, no address to answer to.
    """
    path = vectors / "openid4vp/digital_credentials_api/signed_request_payload.json"
    example = json.loads(path.read_text().replace("{...}", '{"credentials": []}'))
    ours = json.loads(jws.parse(handed().tokens()[0]).payload)
    assert example.keys() <= ours.keys()
    assert "response_uri" not in example
