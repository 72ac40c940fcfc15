"""Decentralized identifiers of three methods, and the keys they lead to."""

import itertools
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.jwk import Algorithm, PublicJwk
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.did.document import METHOD_LIMIT, key_of
from standards.did.errors import DidError
from standards.did.methods import DID_LIMIT, Did
from tests.read_or_refused import check_read_or_refused
from tests.standards.did.naming import did_jwk, did_key, document, method, multikey

KEYS = [SoftwareSigner.generate(each).public for each in (Algorithm.ES256, Algorithm.ED25519)]
KEY = KEYS[0]
WEB = "did:web:bank.example"


def bare(key: PublicJwk) -> PublicJwk:
    return PublicJwk(key.algorithm, key.x, key.y)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
@pytest.mark.parametrize("name", [did_key, did_jwk])
def test_an_identifier_that_is_a_key_leads_to_it(name: Any, key: PublicJwk) -> None:
    """
    P-256 and Ed25519, in both methods that need no document.
    """
    did = Did.parse(name(key))
    fragment = did.value if name is did_key else "0"

    assert bare(key) == bare(key_of(did, f"{did}#{fragment}", None))
    assert bare(key) == bare(key_of(did, f"#{fragment}", None))
    assert did.document_address() is None


@pytest.mark.parametrize(
    "text",
    [
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    ],
)
def test_the_examples_of_the_method_are_read(text: str) -> None:
    """
    did:key, its own test vectors: one of each curve.
    """
    did = Did.parse(text)

    assert multikey(key_of(did, f"#{did.value}", None)) == did.value


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (WEB, "https://bank.example/.well-known/did.json"),
        ("did:web:bank.example%3A8443", "https://bank.example:8443/.well-known/did.json"),
        ("did:web:bank.example:loans:desk", "https://bank.example/loans/desk/did.json"),
    ],
)
def test_a_web_identifier_is_an_address(text: str, address: str) -> None:
    """
    did:web section 3.2: host, port and path.
    """
    assert address == Did.parse(text).document_address()


@pytest.mark.parametrize("name", [f"{WEB}#k1", "#k1"])
@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.algorithm)
def test_a_document_says_which_keys_are_its_own(key: PublicJwk, name: str) -> None:
    """
    As a JWK or in one word, under a full or a relative name.
    """
    did, other = Did.parse(WEB), method("#k2", KEY)
    word: JsonObject = {"id": name, "type": "Multikey", "publicKeyMultibase": multikey(key)}
    for published in (method(name, key), word):
        assert bare(key) == bare(
            key_of(did, f"{WEB}#k1", document(WEB, other, published, {"id": 1}))
        )


REFUSED_IDENTIFIERS = [
    "",
    "did:key:",
    "did:ion:abc",
    "did:key:z6Mk#z6Mk",
    "did:web:bank.example/path",
    "did:web:bank example",
    "DID:web:bank.example",
    "https://bank.example",
    "did:web:" + "a" * DID_LIMIT,
]


@pytest.mark.parametrize("text", REFUSED_IDENTIFIERS, ids=lambda text: text[:40])
def test_what_is_no_identifier_of_the_three_is_refused(text: str) -> None:
    """
    Another method is another network to ask; a path or a fragment names something else.
    """
    with pytest.raises(DidError):
        Did.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "did:web:user%40bank.example",
        "did:web:bank.example%2Fevil",
        "did:web:bank.example:..",
        "did:web:bank.example:a%2Fb",
        "did:web:bank.example::a",
        "did:web:bank.example%3A0",
        "did:web:bank.example%3A99999",
    ],
)
def test_a_web_identifier_that_hides_another_address_is_refused(text: str) -> None:
    """
    H80: a user, a slash or dots in it would lead elsewhere than it says.
    """
    with pytest.raises(DidError):
        Did.parse(text).document_address()


SECRET = {**KEY.as_dict(), "d": KEY.as_dict()["x"]}


@pytest.mark.parametrize(
    ("did", "kid", "published"),
    [
        (did_key(KEY), "#0", None),
        (did_key(KEY), f"{did_key(KEYS[1])}#{multikey(KEYS[1])}", None),
        (did_key(KEY), None, None),
        (did_key(KEY), did_key(KEY), None),
        ("did:key:uabc", "#uabc", None),
        ("did:key:z0OIl", "#z0OIl", None),
        ("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc", "#z6LSbysY2x", None),
        ("did:key:" + "z" * 65, "#" + "z" * 65, None),
        ("did:key:z111", "#z111", None),
        ("did:key:" + multikey(KEY)[:-2], "#" + multikey(KEY)[:-2], None),
        (did_jwk(KEY), "#1", None),
        ("did:jwk:e30", "#0", None),
        ("did:jwk:AAAA", "#0", None),
        ("did:jwk:" + base64url.encode(str(SECRET).replace("'", '"').encode()), "#0", None),
        (WEB, "#k1", None),
        (WEB, "#k1", {"id": WEB}),
        (WEB, "#k1", document("did:web:evil.example", method("#k1", KEY))),
        (WEB, "#k2", document(WEB, method("#k1", KEY))),
        (WEB, "#k1", document(WEB, method("#k1", KEY), method(f"{WEB}#k1", KEYS[1]))),
        (WEB, "#k1", document(WEB, {"id": "#k1"})),
        (WEB, "#k1", document(WEB, {"id": "#k1", "publicKeyJwk": SECRET})),
        (WEB, "#k1", document(WEB, *[method("#k1", KEY)] * (METHOD_LIMIT + 1))),
    ],
    # The keys are fresh, and a case has to have the same name in every process.
    ids=itertools.count(),
)
def test_what_leads_to_no_one_key_is_refused(
    did: str, kid: str | None, published: JsonObject | None
) -> None:
    """
    H7, H14, H17: another's key, no key, two keys of a name, a private key, another's document.
    """
    with pytest.raises(DidError):
        key_of(Did.parse(did), kid, published)


def test_another_kind_of_key_in_one_word_is_refused() -> None:
    """
    Of X25519 nothing is signed.
    """
    did = Did.parse("did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc")

    with pytest.raises(DidError, match="P-256 or Ed25519"):
        key_of(did, f"#{did.value}", None)


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_text_is_an_identifier_or_refused(value: str, kid: str) -> None:
    """
    H62, H63: whatever stands in a link, and never an error of Python.
    """
    for text in (value, f"did:key:{value}", f"did:jwk:{value}", f"did:web:{value}"):
        check_read_or_refused(partial(Did.parse, text), Did, DidError)
        try:
            did = Did.parse(text)
        except DidError:
            continue
        check_read_or_refused(did.document_address, str | None, DidError)
        check_read_or_refused(
            partial(key_of, did, f"#{did.value}", {"id": kid}), PublicJwk, DidError
        )
