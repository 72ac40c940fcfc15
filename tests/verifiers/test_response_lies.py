"""Responses that are wrong as messages, or as an answer to the whole query."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from keys.jwe import DecryptionKey, Enc, encrypt
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vp.request import AuthorizationRequest, ResponseMode
from standards.openid4vp.response import ErrorResponse, encode_response
from tests.verifiers.world import REGISTER_VCT, TAX_VCT, World
from verifiers.asking.enquiry import Wish
from verifiers.errors import VerifierError
from verifiers.failure import Failure

PLAIN = Wish(mode=ResponseMode.DIRECT_POST)


def query(*credentials: JsonObject, **more: JsonValue) -> JsonObject:
    """Return a DCQL query; each of ``credentials`` changes an adult check."""
    adult: JsonObject = {
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [REGISTER_VCT]},
        "claims": [{"path": ["age_over_19"]}],
    }
    asked: list[JsonValue] = [
        {"id": f"q{number}"} | adult | changes for number, changes in enumerate(credentials)
    ]
    return {"credentials": asked} | more


def adult(world: World, request: AuthorizationRequest) -> str:
    held = world.issuer.issue()
    return world.wallet.bound(held.show("age_over_19"), request, held.key)


def members(world: World, request: AuthorizationRequest) -> JsonObject:
    return {"vp_token": {"adult": [adult(world, request)]}, "state": request.state}


def encrypted(request: AuthorizationRequest, content: JsonObject, enc: Enc = Enc.A256GCM) -> bytes:
    key, _ = request.client_metadata.encryption()
    return urlencode({"response": encrypt(dumps(content), key, enc=enc)}).encode()


def plain(content: JsonObject) -> bytes:
    return urlencode(
        {k: v if isinstance(v, str) else json.dumps(v) for k, v in content.items()}
    ).encode()


def to_another_key(world: World, request: AuthorizationRequest) -> bytes:
    mine, _ = request.client_metadata.encryption()
    other = DecryptionKey.generate(mine.kid or "").public
    return urlencode(
        {"response": encrypt(dumps(members(world, request)), other, enc=Enc.A256GCM)}
    ).encode()


def to_another_kid(world: World, request: AuthorizationRequest) -> bytes:
    other = DecryptionKey.generate("another-transaction").public
    return urlencode(
        {"response": encrypt(dumps(members(world, request)), other, enc=Enc.A256GCM)}
    ).encode()


def with_token(token: object) -> Callable[[World, AuthorizationRequest], bytes]:
    return lambda _, request: encrypted(
        request,
        {"vp_token": token, "state": request.state},  # type: ignore[dict-item]  # any JSON
    )


MESSAGES: dict[str, tuple[Callable[[World, AuthorizationRequest], bytes], Failure]] = {
    "nothing": (lambda *_: b"", Failure.RESPONSE_NOT_ENCRYPTED),
    "a parameter twice": (lambda *_: b"response=a&response=b", Failure.RESPONSE_MALFORMED),
    "not UTF-8": (lambda *_: b"response=%ff", Failure.RESPONSE_MALFORMED),
    "H83 plain where encrypted is asked": (
        lambda world, request: plain(members(world, request)),
        Failure.RESPONSE_NOT_ENCRYPTED,
    ),
    "H83 encrypted to another key": (to_another_key, Failure.RESPONSE_NOT_READABLE),
    "H83 kid of another transaction": (to_another_kid, Failure.RESPONSE_NOT_READABLE),
    "not a JWE": (lambda *_: b"response=hello", Failure.RESPONSE_NOT_READABLE),
    "state of another request": (
        lambda world, request: encrypted(request, members(world, request) | {"state": "s" * 43}),
        Failure.STATE_MISMATCH,
    ),
    "no state": (
        lambda world, request: encrypted(
            request, {"vp_token": {"adult": [adult(world, request)]}}
        ),
        Failure.STATE_MISMATCH,
    ),
    "neither vp_token nor error": (
        lambda _, request: encrypted(request, {"state": request.state}),
        Failure.RESPONSE_MALFORMED,
    ),
    "H82 vp_token is a list": (with_token([]), Failure.RESPONSE_MALFORMED),
    "H82 vp_token is empty": (with_token({}), Failure.QUERY_NOT_SATISFIED),
    "H82 presentation not in an array": (with_token({"adult": "x"}), Failure.RESPONSE_MALFORMED),
    "H82 empty array": (with_token({"adult": []}), Failure.QUERY_NOT_SATISFIED),
    "H82 presentation is no text": (with_token({"adult": [1]}), Failure.RESPONSE_MALFORMED),
    "H82 unknown query id": (with_token({"other": ["x"]}), Failure.QUERY_ID_UNKNOWN),
    "H82 two where multiple is false": (
        lambda world, request: encrypted(
            request,
            {
                "vp_token": {"adult": [adult(world, request), adult(world, request)]},
                "state": request.state,
            },
        ),
        Failure.TOO_MANY_PRESENTATIONS,
    ),
    "the wallet's own error": (
        lambda _, request: encode_response(
            ErrorResponse("vp_formats_not_supported", None, request.state), request
        ),
        Failure.WALLET_ERROR,
    ),
    "an error that is no code": (
        lambda _, request: plain({"error": "<script>", "state": request.state}),
        Failure.WALLET_ERROR,
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_a_response_that_is_wrong_as_a_message_is_refused(world: World, name: str) -> None:
    """
    H82, H83: each with its reason; nothing is fetched, and the desk sees that it failed.
    """
    make, expected = MESSAGES[name]
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, make(world, request))

    assert expected is refused.value.failure
    assert "script" not in refused.value.detail
    assert "failed" == (await world.state(asked))["state"]
    assert [] == world.network.asked


@pytest.mark.parametrize("enc", list(Enc))
async def test_both_content_encryptions_are_read(world: World, enc: Enc) -> None:
    """
    HAIP 5: A128GCM and A256GCM, both listed and both accepted.
    """
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request

    await world.post(asked, encrypted(request, members(world, request), enc))

    assert "verified" == (await world.state(asked))["state"]


async def test_a_person_who_declines_ends_the_transaction_as_refused(world: World) -> None:
    """
    OpenID4VP 8.5: access_denied is an answer, no failure of anybody; it may come in plain.
    """
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, plain({"error": "access_denied", "state": request.state}))

    assert Failure.HOLDER_REFUSED is refused.value.failure
    assert "refused" == (await world.state(asked))["state"]


async def test_the_plain_mode_reads_a_plain_form_and_ignores_what_it_does_not_know(
    world: World,
) -> None:
    """
    direct_post (8.2), H75: unknown parameters are ignored, the old typ is accepted, no redirect.
    """
    asked = await world.verifiers.ask_query(query({"id": "adult"}), PLAIN)
    request = (await world.wallet.open(asked)).request
    body = plain(members(world, request) | {"extra": "1"})

    acknowledgement = await world.post(asked, body)

    assert {} == acknowledgement.as_dict()
    assert "verified" == (await world.state(asked))["state"]


async def test_a_plain_vp_token_that_is_not_json_is_refused(world: World) -> None:
    """
    The parameter is JSON text (8.2).
    """
    asked = await world.verifiers.ask_query(query({}), PLAIN)
    request = (await world.wallet.open(asked)).request
    body = urlencode({"vp_token": "{", "state": request.state or ""}).encode()

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, body)

    assert Failure.RESPONSE_MALFORMED is refused.value.failure


async def test_the_whole_set_must_satisfy_the_query(world: World) -> None:
    """
    8.6: each presentation is good, but a required set is missing, or a credential is too many.
    """
    both = query({}, {"meta": {"vct_values": [TAX_VCT]}, "claims": [{"path": ["no_arrears"]}]})
    asked = await world.verifiers.ask_query(both, PLAIN)
    request = (await world.wallet.open(asked)).request
    body = world.wallet.body(request, {"q0": [adult(world, request)]})
    with pytest.raises(VerifierError) as missing:
        await world.post(asked, body)
    either = query({}, {}, credential_sets=[{"options": [["q0"]]}])
    asked = await world.verifiers.ask_query(either, PLAIN)
    request = (await world.wallet.open(asked)).request
    shown = {"q0": [adult(world, request)], "q1": [adult(world, request)]}
    with pytest.raises(VerifierError) as surplus:
        await world.post(asked, world.wallet.body(request, shown))

    assert Failure.QUERY_NOT_SATISFIED is missing.value.failure
    assert Failure.QUERY_NOT_SATISFIED is surplus.value.failure


async def test_several_certificates_are_taken_where_the_query_says_so(world: World) -> None:
    """
    8.1: ``multiple`` allows more than one presentation for one id.
    """
    asked = await world.verifiers.ask_query(query({"id": "adult", "multiple": True}), PLAIN)
    request = (await world.wallet.open(asked)).request
    shown = [adult(world, request), adult(world, request)]

    await world.post(asked, world.wallet.body(request, {"adult": shown}))

    credentials = (await world.state(asked))["credentials"]
    assert isinstance(credentials, list)
    assert 2 == len(credentials)


async def test_a_query_without_holder_binding_accepts_a_bare_credential(world: World) -> None:
    """
    5.3, 6.1: binding is a decision of the query, never of what happened to come (RFC 9901 9.5).
    """
    unbound: JsonObject = {"id": "adult", "require_cryptographic_holder_binding": False}
    for bare in (True, False):
        asked = await world.verifiers.ask_query(query(unbound), PLAIN)
        request = (await world.wallet.open(asked)).request
        held = world.issuer.issue(**({"holder": None} if bare else {}))
        text = held.show("age_over_19")
        shown = text if bare else world.wallet.bound(text, request, held.key)

        await world.post(asked, world.wallet.body(request, {"adult": [shown]}))

        assert "verified" == (await world.state(asked))["state"]


async def test_a_bad_key_binding_is_refused_even_where_none_was_needed(world: World) -> None:
    """
    What came is checked: a wrong signature is never passed over.
    """
    unbound: JsonObject = {"id": "adult", "require_cryptographic_holder_binding": False}
    asked = await world.verifiers.ask_query(query(unbound), PLAIN)
    request = (await world.wallet.open(asked)).request
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_19"), request, held.key, nonce="n" * 43)

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, world.wallet.body(request, {"adult": [shown]}))

    assert Failure.NONCE_WRONG is refused.value.failure


async def test_the_same_presentation_is_no_answer_to_another_request(world: World) -> None:
    """
    T6: one vp_token to the same session and to another session: refused both times.
    """
    first, second = await world.ask(), await world.ask()
    request = (await world.wallet.open(first)).request
    other = (await world.wallet.open(second)).request
    content = members(world, request)
    await world.post(first, encrypted(request, content))

    with pytest.raises(VerifierError) as same:
        await world.post(first, encrypted(request, content))
    with pytest.raises(VerifierError) as another:
        await world.post(second, encrypted(other, content | {"state": other.state}))

    assert Failure.TRANSACTION_CLOSED is same.value.failure
    assert Failure.NONCE_WRONG is another.value.failure
