"""Responses, in clear and encrypted (OpenID4VP 1.0 section 8)."""

import json
from dataclasses import replace

import pytest

from keys import base64url
from keys.jwe import DecryptionKey, Enc, encrypt
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.dcql.limits import MAX_PRESENTATIONS
from standards.members import present
from standards.oauth.form import encode_form, parse_form
from standards.openid4vp.client_metadata import NO_METADATA
from standards.openid4vp.errors import (
    AuthorizationErrorCode,
    RequestError,
    ResponseError,
    ResponseFailure,
    malformed_response,
)
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.response import (
    AuthorizationResponse,
    ErrorResponse,
    encode_response,
    read_response,
)
from standards.openid4vp.vp_token import VpToken
from tests.standards.openid4vp.asking import KEY, Bank, query

BANK = Bank()
TOKEN = VpToken((("base", ("eyJ.eyK.s~d~kb",)), ("other", ("eyL.eyM.s~",))))
ANSWER = AuthorizationResponse(TOKEN, "state-1", {"label": "…", "receipt": {"index": 1}})
MODES = [(ResponseMode.DIRECT_POST, None), (ResponseMode.DIRECT_POST_JWT, KEY)]
CLEAR, ENCRYPTED = MODES


def read(
    body: bytes,
    key: DecryptionKey | None = None,
    state: str | None = "state-1",
    *,
    multiple: bool = False,
) -> AuthorizationResponse | ErrorResponse:
    asked = query(multiple=multiple)
    return read_response(body, query=asked, expected_state=state, decryption_key=key)


def refusal(body: bytes, key: DecryptionKey | None = None, state: str | None = "state-1") -> str:
    with pytest.raises(ResponseError) as caught:
        read(body, key, state)
    return caught.value.failure.value


def sealed(parameters: JsonObject, key: DecryptionKey = KEY, enc: Enc = Enc.A256GCM) -> bytes:
    return encode_form({"response": encrypt(dumps(parameters), key.public, enc=enc)})


@pytest.mark.parametrize(("mode", "key"), MODES, ids=["clear", "encrypted"])
@pytest.mark.parametrize("answer", [ANSWER, AuthorizationResponse(TOKEN, "state-1")])
def test_an_answer_comes_back_as_it_went(
    mode: ResponseMode, key: DecryptionKey | None, answer: AuthorizationResponse
) -> None:
    """
    VP-43, VP-45, VP-50: presentations, state and our consent, in both modes.
    """
    body = encode_response(answer, BANK.request(mode))
    assert answer == read(body, key)


@pytest.mark.parametrize(("mode", "key"), MODES, ids=["clear", "encrypted"])
def test_a_refusal_comes_back_as_it_went(mode: ResponseMode, key: DecryptionKey | None) -> None:
    """
    VP-52: ``access_denied`` with the state, and nothing about the person.
    """
    request = BANK.request(mode)
    refused = ErrorResponse.of(AuthorizationErrorCode.ACCESS_DENIED, request)
    assert ErrorResponse("access_denied", None, "state-1") == refused
    assert refused == read(encode_response(refused, request), key)


def test_an_encrypted_answer_is_one_field() -> None:
    """
    VP-50: the form holds ``response`` alone; the token names alg, enc and the verifier's kid.
    """
    form = parse_form(encode_response(ANSWER, BANK.request(ENCRYPTED[0])), malformed_response)
    assert {"response"} == form.keys()
    header = json.loads(base64url.decode(form["response"].split(".")[0]))
    assert {"alg": "ECDH-ES", "enc": "A256GCM", "kid": "response-1"} == {
        name: header[name] for name in ("alg", "enc", "kid")
    }


def test_a_clear_answer_is_a_form_of_json_texts() -> None:
    """
    VP-45: ``vp_token`` is JSON in a field of the form.
    """
    form = parse_form(encode_response(ANSWER, BANK.request()), malformed_response)
    assert TOKEN.as_dict() == json.loads(form["vp_token"])
    assert "state-1" == form["state"]


def test_an_answer_that_cannot_be_encrypted_is_not_sent() -> None:
    """
    VP-50: a wallet never falls back to clear text for presentations.
    """
    request = replace(BANK.request(ENCRYPTED[0]), client_metadata=NO_METADATA)
    with pytest.raises(RequestError):
        encode_response(ANSWER, request)


def test_unknown_parameters_are_ignored() -> None:
    """
    VP-44, H75: in the form and within the encrypted token.
    """
    body = encode_response(ANSWER, BANK.request()) + b"&iss=x&unknown=1"
    assert ANSWER == read(body)
    extended = ANSWER.parameters() | {"unknown": {"x": 1}}
    assert ANSWER == read(sealed(extended), KEY)


BROKEN: list[JsonValue] = [
    None,
    [],
    "text",
    {"base": "eyJ"},
    {"base": {"x": 1}},
    {"base": [1]},
    {"base": [{}]},
    {"base": [""]},
]


@pytest.mark.parametrize("value", BROKEN, ids=json.dumps)
@pytest.mark.parametrize("key", [None, KEY], ids=["clear", "encrypted"])
def test_a_vp_token_of_the_wrong_shape_is_refused(
    value: JsonValue, key: DecryptionKey | None
) -> None:
    """
    VP-43, H82: an object of arrays of text, nothing else.
    """
    body = _posted({"vp_token": value, "state": "state-1"}, key)
    assert ResponseFailure.MALFORMED == refusal(body, key)


def _posted(parameters: JsonObject, key: DecryptionKey | None) -> bytes:
    if key is not None:
        return sealed(parameters, key)
    token = dumps(parameters["vp_token"]).decode()
    return encode_form({"vp_token": token, "state": "state-1"})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, ResponseFailure.NO_PRESENTATION),
        ({"base": []}, ResponseFailure.NO_PRESENTATION),
        ({"base": ["a", "b"]}, ResponseFailure.TOO_MANY_PRESENTATIONS),
        ({"unknown": ["a"]}, ResponseFailure.UNKNOWN_QUERY_ID),
        ({"base": ["a"], "unknown": ["a"]}, ResponseFailure.UNKNOWN_QUERY_ID),
    ],
    ids=repr,
)
def test_a_vp_token_that_does_not_fit_the_query_is_refused(
    value: JsonObject, expected: ResponseFailure
) -> None:
    """
    VP-43, H82: empty, unknown and too many presentations refuse the whole response.
    """
    assert expected == refusal(_posted({"vp_token": value}, None))


def test_several_presentations_need_a_query_that_says_so() -> None:
    """
    VP-43: with ``multiple`` there may be several, within reason.
    """
    several: JsonObject = {"vp_token": {"base": ["a", "b"]}}
    answer = read(_posted(several, None), multiple=True)
    assert AuthorizationResponse(VpToken((("base", ("a", "b")),)), "state-1") == answer
    endless: JsonObject = {"vp_token": {"base": ["a"] * (MAX_PRESENTATIONS + 1)}}
    with pytest.raises(ResponseError) as caught:
        read(_posted(endless, None), multiple=True)
    assert ResponseFailure.TOO_MANY_PRESENTATIONS == caught.value.failure


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"state=state-1",
        b"vp_token=%7B&state=state-1",
        b"vp_token=%7B%22base%22%3A%5B%22a%22%5D%2C%22base%22%3A%5B%22b%22%5D%7D&state=state-1",
        b"vp_token=%7B%7D&vp_token=%7B%7D&state=state-1",
        b"vp_token=%FF&state=state-1",
        b"x" * (1024 * 1024 + 1),
    ],
    ids=["empty", "only state", "half JSON", "an id twice", "a field twice", "octets", "huge"],
)
def test_a_form_that_cannot_be_read_is_refused(body: bytes) -> None:
    """
    VP-45, H48, H61, H63: repeated names, broken text and size.
    """
    with pytest.raises(ResponseError):
        read(body)


@pytest.mark.parametrize("state", [None, "", "state-2", "STATE-1"])
@pytest.mark.parametrize(("mode", "key"), MODES, ids=["clear", "encrypted"])
def test_the_state_is_the_one_that_was_sent(
    mode: ResponseMode, key: DecryptionKey | None, state: str | None
) -> None:
    """
    VP-14: compared exactly; a missing state is another state.
    """
    sent = BANK.request(mode)
    body = encode_response(replace(ANSWER, state=state), sent)
    assert ResponseFailure.WRONG_STATE == refusal(body, key)


def test_a_state_nobody_sent_is_refused() -> None:
    """
    VP-14: it comes back only when it was sent.
    """
    body = encode_response(ANSWER, BANK.request())
    assert ResponseFailure.WRONG_STATE == refusal(body, state=None)
    plain = encode_response(replace(ANSWER, state=None), BANK.request())
    assert replace(ANSWER, state=None) == read(plain, state=None)


def test_a_clear_answer_where_encryption_was_asked_for_is_refused() -> None:
    """
    H83: presentations in clear are refused; an error in clear is heard (section 8.3.1).
    """
    body = encode_response(ANSWER, BANK.request())
    assert ResponseFailure.NOT_ENCRYPTED == refusal(body, KEY)
    error = encode_form({"error": "wallet_unavailable", "state": "state-1"})
    assert ErrorResponse("wallet_unavailable", None, "state-1") == read(error, KEY)


def test_an_answer_encrypted_to_another_key_is_refused() -> None:
    """
    H83: another key of the same name, another name, and no token at all.
    """
    parameters = ANSWER.parameters()
    same_name, other_name = DecryptionKey.generate("response-1"), DecryptionKey.generate("other")
    assert ResponseFailure.NOT_DECRYPTED == refusal(sealed(parameters, same_name), KEY)
    assert ResponseFailure.NOT_DECRYPTED == refusal(sealed(parameters, other_name), KEY)
    assert ResponseFailure.NOT_DECRYPTED == refusal(b"response=a.b.c.d.e", KEY)
    listed = encrypt(dumps([]), KEY.public, enc=Enc.A128GCM)
    assert ResponseFailure.NOT_DECRYPTED == refusal(encode_form({"response": listed}), KEY)


def test_an_encrypted_answer_nobody_asked_for_is_refused() -> None:
    """
    H83: in clear mode ``response`` is an unknown parameter, and the answer is missing.
    """
    assert ResponseFailure.WRONG_STATE == refusal(sealed(ANSWER.parameters()))
    assert ResponseFailure.MALFORMED == refusal(sealed(ANSWER.parameters()), state=None)


@pytest.mark.parametrize(
    "parameters",
    [
        {"state": "state-1", "error": 1},
        {"state": "state-1", "error": ""},
        {"state": "state-1", "error": "x", "error_description": 2},
    ],
    ids=repr,
)
def test_an_error_of_the_wrong_shape_is_refused(parameters: JsonObject) -> None:
    """
    VP-52: ``error`` and its description are text.
    """
    assert ResponseFailure.MALFORMED == refusal(sealed(parameters), KEY)


def test_the_words_of_a_refusal_are_kept() -> None:
    """
    VP-52: a description goes with the code, for the log.
    """
    said = ErrorResponse("access_denied", "no such certificate", "state-1")
    assert said == read(encode_response(said, BANK.request()))


def test_present_leaves_out_what_says_nothing() -> None:
    """
    Null, empty lists and empty objects are not written; zero and false are.
    """
    assert {"a": 0, "b": False} == present({"a": 0, "b": False, "c": None, "d": [], "e": {}})
