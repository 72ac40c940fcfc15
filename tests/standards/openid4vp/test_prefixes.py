"""Each client-id prefix: what it proves, and each way to be wrong (section 5.9.3)."""

from datetime import timedelta
from typing import Any

import pytest

from keys import jws
from keys.authority import CertificateAuthority
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps
from keys.x509 import Role
from standards.openid4vp.errors import RequestError, RequestFailure
from standards.openid4vp.known_by import (
    ByAddress,
    ByAttestation,
    ByCertificate,
    ByNobody,
    ByRegistration,
    KnownBy,
    Vouching,
    is_vouched_for,
    vouching,
)
from standards.openid4vp.registered_client import RegisteredClient
from standards.openid4vp.verifier_attestation import ATTESTATION_LIMIT
from tests.standards.did.naming import document, method
from tests.standards.openid4vp.asking import NOW, Bank
from tests.standards.openid4vp.clients import ANSWERS, Shop

SIGNED = ["attested", "key", "jwk", "web", "registered"]
DIDS = ["key", "jwk", "web"]
OTHER = SoftwareSigner.generate()


def refusal(shop: Shop, token: str, **changes: Any) -> RequestFailure:
    with pytest.raises(RequestError) as caught:
        shop.read(token, **changes)
    return caught.value.failure


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ED25519])
@pytest.mark.parametrize("prefix", SIGNED)
def test_a_request_is_taken_from_each(prefix: str, algorithm: Algorithm) -> None:
    """
    VP-19, VP-24: signed by the key its prefix leads to, of either kind.
    """
    shop = Shop(prefix, SoftwareSigner.generate(algorithm))
    verified = shop.read(shop.token())

    assert ANSWERS == verified.request.response_uri
    assert shop.client_id == verified.request.client_id
    assert verified.certificate is None


@pytest.mark.parametrize(
    ("prefix", "word", "vouched"),
    [
        ("attested", Vouching.ATTESTATION, True),
        ("registered", Vouching.REGISTRATION, True),
        ("web", Vouching.ADDRESS, False),
        ("redirect_uri", Vouching.ADDRESS, False),
        ("key", Vouching.NOBODY, False),
        ("jwk", Vouching.NOBODY, False),
    ],
)
def test_each_says_who_vouches(prefix: str, word: Vouching, vouched: object) -> None:
    """
    T13: a party somebody vouches for is told from one that only says so.
    """
    shop = Shop(prefix)
    token = shop.unsecured() if prefix == "redirect_uri" else shop.token()
    known = shop.read(token).known

    assert word is vouching(known)
    assert vouched is is_vouched_for(known)


def test_what_is_known_is_what_was_proven() -> None:
    """
    The closed type holds the proof, and no word of the party's own.
    """
    found: dict[str, KnownBy] = {}
    for prefix in SIGNED:
        shop = Shop(prefix)
        found[prefix] = shop.read(shop.token()).known

    assert isinstance(found["attested"], ByAttestation)
    assert "shop" == found["attested"].subject
    assert isinstance(found["registered"], ByRegistration)
    assert "The Shop" == found["registered"].client.name
    assert ByAddress("shop.example") == found["web"]
    assert isinstance(found["key"], ByNobody)
    assert vouching(ByCertificate(Bank().validated)) is Vouching.CERTIFICATE
    assert is_vouched_for(ByCertificate(Bank().validated))


@pytest.mark.parametrize("prefix", SIGNED)
def test_a_signature_of_somebody_else_is_refused(prefix: str) -> None:
    """
    T3, H4: the key is the client's and never the token's.
    """
    shop = Shop(prefix)
    token = jws.sign(shop.header(), dumps(shop.claims()), OTHER)

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, token)


@pytest.mark.parametrize("prefix", SIGNED)
def test_the_client_inside_is_the_one_of_the_link(prefix: str) -> None:
    """
    VP-28, H81: the same text, prefix and all.
    """
    shop = Shop(prefix)

    assert RequestFailure.CLIENT_ID_MISMATCH == refusal(shop, shop.token(client_id="shop2"))


@pytest.mark.parametrize("prefix", SIGNED)
def test_a_client_that_signs_signs_every_request(prefix: str) -> None:
    """
    H1: without a signature none of them is believed.
    """
    shop = Shop(prefix)

    assert RequestFailure.UNSIGNED == refusal(shop, shop.unsecured())


@pytest.mark.parametrize(
    "header", [{"typ": "JWT"}, {"typ": "kb+jwt"}, {"jku": "https://e.example"}]
)
@pytest.mark.parametrize("prefix", SIGNED)
def test_another_type_or_a_key_by_reference_is_refused(prefix: str, header: JsonObject) -> None:
    """
    VP-1, H5, H8: a token of another kind is no request, whoever signed it.
    """
    shop = Shop(prefix)

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(header=header))


ATTESTED = [
    ({"attestation": {"subject": "bank"}}, RequestFailure.CLIENT_ID_MISMATCH),
    ({"attestation": {"key": OTHER.public}}, RequestFailure.NOT_AUTHENTIC),
    ({"attestation": {"expires_at": NOW - timedelta(hours=1)}}, RequestFailure.UNTRUSTED),
    ({"attestation": {"issuer": "https://other.example"}}, RequestFailure.UNTRUSTED),
    (
        {"attestation": {"redirect_uris": ("https://shop.example/other",)}},
        RequestFailure.CLIENT_ID_MISMATCH,
    ),
    (
        {"registrar": CertificateAuthority.create("Others", Role.REGISTRAR, NOW)},
        RequestFailure.UNTRUSTED,
    ),
    (
        {"registrar": CertificateAuthority.create("Verifiers", Role.VERIFIER, NOW)},
        RequestFailure.UNTRUSTED,
    ),
]


@pytest.mark.parametrize(("changes", "expected"), ATTESTED)
def test_an_attestation_with_one_thing_wrong_proves_nobody(
    changes: dict[str, Any], expected: RequestFailure
) -> None:
    """
    VP-24: subject, key, time, registrar and addresses each.
    """
    shop = Shop("attested", **changes)

    assert expected == refusal(shop, shop.token())


@pytest.mark.parametrize("token", [None, 1, "", "a.b.c", "x" * (ATTESTATION_LIMIT + 1)], ids=str)
def test_what_is_no_attestation_is_refused(token: Any) -> None:
    """
    VP-24, H50: missing, another thing, or huge.
    """
    shop = Shop("attested")

    assert refusal(shop, shop.token(header={"jwt": token})) in {
        RequestFailure.NOT_AUTHENTIC,
        RequestFailure.UNTRUSTED,
    }


def test_an_attested_address_is_honoured() -> None:
    """
    VP-24: where the registrar lists addresses, answers go to one of them.
    """
    shop = Shop("attested", attestation={"redirect_uris": (ANSWERS, "https://shop.example/b")})

    assert ANSWERS == shop.read(shop.token()).request.response_uri


def test_a_verifier_cannot_attest_another() -> None:
    """
    A root for verifiers stands below no registrar: whoever has a certificate could vouch.
    """
    root = CertificateAuthority.create("Verifiers", Role.VERIFIER, NOW)
    shop = Shop("attested", registrar=root)

    assert RequestFailure.UNTRUSTED == refusal(shop, shop.token(), registrars=(root.anchor,))


@pytest.mark.parametrize("kid", [None, "r2", 1])
@pytest.mark.parametrize("prefix", DIDS)
def test_the_key_is_named_by_kid(prefix: str, kid: Any) -> None:
    """
    Section 5.9.3: without its name, or by another, no key is tried.
    """
    shop = Shop(prefix)

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(header={"kid": kid}))


def test_a_key_that_was_taken_back_signs_nothing() -> None:
    """
    H87: what the host publishes now counts, also where it published another key before.
    """
    shop = Shop("web")
    changed = document(shop.did, method(shop.kid, OTHER.public))

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(), did_document=changed)
    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(), did_document=None)


def test_another_method_of_identifiers_is_refused() -> None:
    """
    Three methods are read, and no other network is asked.
    """
    shop = Shop("key")
    name = "decentralized_identifier:did:ion:abc"

    assert RequestFailure.NOT_AUTHENTIC == refusal(
        shop, shop.token(client_id=name), client_id=name
    )


def test_a_client_nobody_registered_is_refused() -> None:
    """
    VP-18, VP-19: a name alone is nobody.
    """
    shop = Shop("registered")

    assert RequestFailure.CLIENT_ID_PREFIX == refusal(shop, shop.token(), clients={})


@pytest.mark.parametrize("kid", ["r2", 1])
def test_a_registered_client_signs_with_a_registered_key(kid: Any) -> None:
    """
    H17: by its name; where one key is registered, it needs none.
    """
    shop = Shop("registered")

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(header={"kid": kid}))
    nameless = shop.read(shop.token(header={"kid": None}))
    assert isinstance(nameless.known, ByRegistration)


def test_without_a_name_two_keys_are_ambiguous() -> None:
    """
    H17: none of several is guessed at.
    """
    keys = [{**each.public.as_dict(), "kid": kid} for kid, each in (("r1", OTHER), ("r2", OTHER))]
    shop = Shop("registered", registered={"jwks": {"keys": [*keys]}})

    assert RequestFailure.NOT_AUTHENTIC == refusal(shop, shop.token(header={"kid": None}))


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example/answers",
        "https://shop.example/answers/",
        "https://shop.example/other",
        "https://shop.example/answers/../other",
        "https://shop.example/answers/%2e%2e/other",
        "https://shop.example/answers//evil.example",
        "https://shop.example.evil.example/answers/1",
        "https://evil.example/answers/1",
        "http://shop.example/answers/1",
        "https://shop.example:444/answers/1",
    ],
)
def test_answers_for_a_registered_client_go_where_it_was_registered(address: str) -> None:
    """
    VP-47: letter for letter, or plainly below an address that ends in a slash.
    """
    shop = Shop("registered")
    if address == "https://shop.example/answers/":
        assert address == shop.read(shop.token(response_uri=address)).request.response_uri
    else:
        assert RequestFailure.CLIENT_ID_MISMATCH == refusal(shop, shop.token(response_uri=address))


def test_a_registered_scope_stands_for_its_query() -> None:
    """
    VP-15, VP-5: a name of this client for one query; another name, or both, is refused.
    """
    asked: JsonObject = {
        "credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:a"]}}]
    }
    shop = Shop("registered", registered={"scopes": {"shop.age": asked}})

    named = shop.read(shop.token(dcql_query=None, scope="shop.age"))
    assert "a" == named.request.dcql_query.credentials[0].id
    other = shop.token(dcql_query=None, scope="shop.other")
    assert RequestFailure.SCOPE == refusal(shop, other)
    assert RequestFailure.SCOPE == refusal(shop, shop.token(scope="shop.age"))
    stranger = Shop("key")
    assert RequestFailure.SCOPE == refusal(
        stranger, stranger.token(dcql_query=None, scope="shop.age")
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "another"},
        {"unknown": 1},
        {"client_id": "x509_hash:abc"},
        {"client_id": "openid_federation:abc"},
        {"client_id": "redirect_uri:https://shop.example"},
        {"name": ""},
        {"response_uris": []},
        {"response_uris": ["file:///etc/passwd"]},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}},
        {"jwks": {"keys": [OTHER.public.as_dict(), OTHER.public.as_dict()]}},
        {"scopes": {"a": {"credentials": []}}},
        {"scopes": {"a": {"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {}}]}}},
    ],
)
def test_a_definition_that_is_wrong_registers_nobody(changes: JsonObject) -> None:
    """
    VP-19: it is refused whole, and a name may not look like a prefix.
    """
    with pytest.raises(RequestError) as caught:
        RegisteredClient.parse(Shop("registered").client().as_dict() | changes)
    assert caught.value.failure in {RequestFailure.MALFORMED, RequestFailure.CLIENT_ID_PREFIX}


def test_a_definition_comes_back_as_it_went() -> None:
    """
    What the wallet keeps is what was registered.
    """
    asked: JsonObject = {
        "credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["urn:a"]}}]
    }
    extra: JsonObject = {"organization_id": "KR-1", "scopes": {"shop.age": asked}}
    client = Shop("registered", registered=extra).client()

    assert client == RegisteredClient.parse(client.as_dict())
    assert "KR-1" == client.organization_id
