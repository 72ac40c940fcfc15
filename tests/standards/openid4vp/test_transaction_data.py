"""Transaction data (OpenID4VP 1.0 sections 5.1, 8.4, B.3.3): what is read, hashed, refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.strict_json import JsonObject, JsonValue, dumps
from standards.openid4vp.errors import AuthorizationErrorCode, RequestError, RequestFailure
from standards.openid4vp.request import AuthorizationRequest
from standards.openid4vp.transaction_data import (
    MAX_ENTRIES,
    MAX_ENTRY,
    TransactionData,
    confirming_claims,
    hash_algorithm,
)
from standards.sd_jwt.disclosure import HashAlgorithm
from tests.standards.openid4vci.test_any_json import anything
from tests.standards.openid4vp.asking import Bank, query

BANK = Bank()
TYPE = "urn:example:payment"
TEXTS = st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=9)


def entry(**members: JsonValue) -> str:
    """Return an entry that may be confirmed with ``base``, but for what is changed."""
    usual: JsonObject = {"type": TYPE, "credential_ids": ["base"], "amount": "1"}
    changed: JsonObject = {
        name: value for name, value in (usual | members).items() if value is not None
    }
    return base64url.encode(dumps(changed))


def read(*entries: JsonValue) -> AuthorizationRequest:
    return BANK.read(BANK.token(transaction_data=[*entries]))


def test_an_entry_is_read_and_its_very_text_is_hashed() -> None:
    """
    B.3.3: the hash is over the base64url text as it came, whatever spelling the JSON has.
    """
    text = base64url.encode(b'{ "credential_ids":["base"],"type" : "urn:example:payment","a":1 }')
    (data,) = read(text).transaction_data

    assert (TYPE, ("base",), {"a": 1}) == (data.type, data.credential_ids, data.members)
    expected = base64url.encode(hashlib.sha256(text.encode()).digest())
    assert expected == data.digest(HashAlgorithm.SHA_256)
    assert {
        "transaction_data_hashes": [expected],
        "transaction_data_hashes_alg": "sha-256",
    } == confirming_claims([data], HashAlgorithm.SHA_256)
    assert {} == confirming_claims([], HashAlgorithm.SHA_256)


def test_a_request_comes_back_as_it_went() -> None:
    """
    What is asked to be confirmed is written as it is read, and text for text.
    """
    asked = read(entry(), entry(amount="2"))
    assert asked == AuthorizationRequest.parse(asked.as_dict())


WRONG: dict[str, list[JsonValue]] = {
    "none": [],
    "a thousand": [entry(n=number) for number in range(1000)],
    "one too many": [entry(n=number) for number in range(MAX_ENTRIES + 1)],
    "huge": [entry(amount="1" * MAX_ENTRY)],
    "padding": [base64url.encode(b'{"type":"x"}') + "="],
    "the other alphabet": ["+/+/"],
    "no JSON": [base64url.encode(b"payment")],
    "an array": [base64url.encode(b"[]")],
    "a name twice": [base64url.encode(b'{"type":"x","type":"y","credential_ids":["base"]}')],
    "an object": [{"type": TYPE}],
    "no type": [entry(type=None)],
    "no credential_ids": [entry(credential_ids=None)],
    "empty credential_ids": [entry(credential_ids=[])],
    "duplicate credential_ids": [entry(credential_ids=["base", "base"])],
    "a credential nobody asks for": [entry(credential_ids=["base", "third"])],
    "the same entry twice": [entry(), entry()],
    "only a hash we do not have": [entry(transaction_data_hashes_alg=["md5"])],
    "no hash in common": [
        entry(transaction_data_hashes_alg=["sha-384"]),
        entry(amount="2", transaction_data_hashes_alg=["sha-512"]),
    ],
    "an empty list of hashes": [entry(transaction_data_hashes_alg=[])],
}


@pytest.mark.parametrize("name", WRONG)
def test_what_nobody_can_confirm_is_refused(name: str) -> None:
    """
    VP-10, H81: malformed, endless or unbound transaction data has its own code.
    """
    with pytest.raises(RequestError) as caught:
        read(*WRONG[name])

    assert RequestFailure.TRANSACTION_DATA == caught.value.failure
    assert AuthorizationErrorCode.INVALID_TRANSACTION_DATA == caught.value.code


def test_without_holder_binding_nothing_is_confirmed() -> None:
    """
    B.3.3: a credential whose holder signs nothing cannot confirm anything.
    """
    unbound = query(bound=False).as_dict()
    token = BANK.token(transaction_data=[entry()], dcql_query=unbound)
    with pytest.raises(RequestError) as caught:
        BANK.read(token)
    assert RequestFailure.TRANSACTION_DATA == caught.value.failure


def test_the_first_common_hash_of_the_request_is_used() -> None:
    """
    B.3.3: one of the request's list, which must serve all entries; sha-256 without a list.
    """
    both = read(
        entry(transaction_data_hashes_alg=["sha-999", "sha-512", "sha-384", "sha-256"]),
        entry(amount="2", transaction_data_hashes_alg=["sha-256", "sha-384"]),
    )
    assert HashAlgorithm.SHA_384 == hash_algorithm(both.transaction_data)
    assert HashAlgorithm.SHA_256 == hash_algorithm(read(entry()).transaction_data)


@given(value=st.one_of(st.lists(anything, max_size=3), anything))
def test_whatever_stands_there_is_read_or_refused(value: JsonValue) -> None:
    """
    H62, H75: any value in the place of transaction data, and never an error of Python.
    """
    claims = BANK.request().as_dict() | {"transaction_data": value}
    with pytest.raises(RequestError) as caught:
        AuthorizationRequest.parse(claims)
    assert RequestFailure.TRANSACTION_DATA == caught.value.failure


@given(
    members=st.dictionaries(TEXTS, TEXTS, max_size=4),
    ids=st.lists(st.sampled_from(["base", "other"]), min_size=1, unique=True),
)
def test_what_is_written_is_read(members: dict[str, str], ids: list[str]) -> None:
    """
    Whatever members a type has, an entry comes back as it went.
    """
    own: JsonObject = {
        name: value
        for name, value in members.items()
        if name not in {"type", "credential_ids", "transaction_data_hashes_alg"}
    }
    made = TransactionData.of(TYPE, own, credential_ids=ids, algorithms=["sha-512"])
    assert made == TransactionData.parse(made.encoded)
