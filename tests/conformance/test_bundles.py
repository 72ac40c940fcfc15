"""The bundles themselves: each sees what is wrong, one thing at a time."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.conformance.bundles import (
    authorization,
    batch,
    credential,
    deferred,
    errors,
    metadata,
    nonce,
    offer,
    sd_jwt,
    server_metadata,
    token,
    words,
)
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.bundles.sd_jwt import Opened
from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest

Bend = Callable[[dict[str, Any]], Any]
CONFIGURATION = "credential_configurations_supported"


def first(found: dict[str, Any]) -> dict[str, Any]:
    """The first configuration of issuer metadata."""
    one: dict[str, Any] = next(iter(found[CONFIGURATION].values()))
    return one


ISSUER: dict[str, Bend] = {
    "another issuer": lambda found: found.update(credential_issuer="https://a.example/b"),
    "an endpoint without TLS": lambda found: found.update(nonce_endpoint="http://a.example/n"),
    "no credential endpoint": lambda found: found.pop("credential_endpoint"),
    "no nonce endpoint": lambda found: found.pop("nonce_endpoint"),
    "a batch of one": lambda found: found["batch_credential_issuance"].update(batch_size=1),
    "a member nobody knows": lambda found: found.update(credential_endpiont="https://a.example"),
    "two names in Korean": lambda found: found["display"].append({"name": "a", "locale": "ko"}),
    "a name of a draft": lambda found: first(found).update(format="vc+sd-jwt"),
    "no scope": lambda found: first(found).pop("scope"),
    "two scopes": lambda found: first(found).update(scope="a b"),
    "an algorithm misspelt": lambda found: first(found).update(
        credential_signing_alg_values_supported=["ES265"]
    ),
    "binding without proofs": lambda found: first(found).pop("proof_types_supported"),
    "symmetric proofs": lambda found: first(found)["proof_types_supported"]["jwt"].update(
        proof_signing_alg_values_supported=["HS256"]
    ),
    "answers encrypted, requests not": lambda found: found.pop("credential_request_encryption"),
    "a private key": lambda found: found["credential_request_encryption"]["jwks"]["keys"][
        0
    ].update(d="AAAA"),
}
SERVER: dict[str, Bend] = {
    "another server": lambda found: found.update(issuer="https://a.example"),
    "an endpoint without TLS": lambda found: found.update(token_endpoint="http://a.example"),
    "a scope with a space": lambda found: found["scopes_supported"].append("a b"),
    "a member nobody knows": lambda found: found.update(token_endpiont="https://a.example"),
    "a list that is a text": lambda found: found.update(grant_types_supported=7),
    "no code flow": lambda found: found.update(grant_types_supported=["implicit"]),
    "no attestation": lambda found: found.update(token_endpoint_auth_methods_supported=["none"]),
    "no algorithms": lambda found: found.pop("client_attestation_signing_alg_values_supported"),
}


@pytest.mark.parametrize("bend", ISSUER.values(), ids=ISSUER)
def test_meta_sees_what_is_wrong(service: UnderTest, schemas: Schemas, bend: Bend) -> None:
    """
    META finds one wrong thing in what is otherwise our own document.
    """
    answer = service.fetch(metadata.address_of(service.issuer()))
    found = answer.json()
    bend(found)

    with pytest.raises((AssertionError, KeyError)):
        metadata.check(replace(answer, body=json.dumps(found)), service.issuer(), schemas)


@pytest.mark.parametrize("bend", SERVER.values(), ids=SERVER)
def test_as_meta_sees_what_is_wrong(service: UnderTest, bend: Bend) -> None:
    """
    AS-META finds one wrong thing in what is otherwise our own document.
    """
    answer = service.fetch(server_metadata.address_of(service.issuer()))
    found = answer.json()
    bend(found)
    bent = replace(answer, body=json.dumps(found))

    with pytest.raises((AssertionError, KeyError, TypeError)):
        check_server(bent, service.issuer())


def check_server(answer: Exchange, identifier: str) -> None:
    server_metadata.check(answer, identifier, {})
    server_metadata.check_code_flow(answer)


STRONG = "w0Fq3nT8bV1yR6uJ9sKx2LmZ5cPd7GhE4aBiNoQtUvY"
GOOD = Exchange(
    "POST",
    "https://a.example/x",
    {},
    "",
    200,
    {"content-type": "application/json", "cache-control": "no-store"},
    json.dumps({"access_token": STRONG, "token_type": "DPoP", "expires_in": 300}),
)


def bent(status: int = 200, cache: str = "no-store", **body: Any) -> Exchange:
    """The good exchange with something else in it; None takes a member out."""
    found = {**GOOD.json(), **body}
    told = json.dumps({name: each for name, each in found.items() if each is not None})
    return replace(
        GOOD, status=status, headers={**GOOD.headers, "cache-control": cache}, body=told
    )


TOKENS: dict[str, Exchange] = {
    "another status": bent(status=201),
    "kept by caches": bent(cache="public"),
    "no token": bent(access_token=None),
    "a guessable token": bent(access_token="a" * 43),
    "a short token": bent(access_token="short"),
    "an unknown type": bent(token_type="mac"),
    "a life in words": bent(expires_in="300"),
    "no life": bent(expires_in=None),
    "a guessable refresh token": bent(refresh_token="a" * 43),
    "an ID Token": bent(id_token="a.b.c"),
    "no JSON": replace(GOOD, headers={**GOOD.headers, "content-type": "text/plain"}),
}


@pytest.mark.parametrize("answer", TOKENS.values(), ids=TOKENS)
def test_token_sees_what_is_wrong(answer: Exchange) -> None:
    """
    TOKEN finds one wrong thing in an answer that is right without it.
    """
    token.check(GOOD)

    with pytest.raises((AssertionError, KeyError)):
        token.check(answer)


def credential_of(**changed: Any) -> Exchange:
    body = {"credentials": [{"credential": "a~"}], "notification_id": "n"} | changed
    date = {"date": "Sun, 22 Nov 2026 18:00:00 GMT"}
    told = json.dumps({name: each for name, each in body.items() if each is not None})
    return replace(GOOD, headers={**GOOD.headers, **date}, body=told)


def test_cred_sees_what_is_wrong() -> None:
    """
    CRED finds a body that is no credential response, and headers that are missing or old.
    """
    bodies: list[dict[str, Any]] = [
        {"credentials": []},
        {"credentials": None},
        {"credentials": [{"credential": 7}]},
        {"credentials": ["a~"]},
        {"transaction_id": "t"},
        {"c_nonce": "n"},
        {"notification_id": 7},
    ]
    for wrong in bodies:
        with pytest.raises((AssertionError, KeyError, TypeError)):
            credential.check_response(credential_of(**wrong).json())
    for answer in (credential_of(), GOOD):
        with pytest.raises((AssertionError, KeyError)):
            credential.check_headers(answer)


def test_err_sees_what_is_wrong() -> None:
    """
    ERR finds another status, another code, another form, and characters that break a header.
    """
    good = replace(GOOD, status=400, body='{"error":"invalid_nonce"}')
    errors.check(good, "invalid_nonce")

    for wrong in (
        replace(good, status=401),
        replace(good, body='{"error":"invalid_proof"}'),
        replace(good, body='{"error":"invalid_nonce","c_nonce":"n"}'),
        replace(good, body='{"error":"invalid_nonce","error_description":"a\\nb"}'),
        replace(good, headers={"content-type": "application/jwt"}),
    ):
        with pytest.raises(AssertionError):
            errors.check(wrong, "invalid_nonce")


def test_the_other_bundles_see_what_is_wrong() -> None:
    """
    NONCE, DEFER, OFFER and AUTHZ, one wrong thing each.
    """
    location = f"https://w.example/back?code={STRONG}&state=s&iss=https%3A%2F%2Fi.example"
    authorization.check_returned(location, "https://w.example/back", "https://i.example", "s")
    put_off = replace(GOOD, status=202, body='{"transaction_id":"t","interval":5}')
    deferred.check_put_off(put_off, is_encrypted=False)

    for wrong in (
        lambda: nonce.check(bent(cache="public", c_nonce="n")),
        lambda: nonce.check(bent()),
        lambda: deferred.check_put_off(replace(put_off, status=200), is_encrypted=False),
        lambda: deferred.check_put_off(
            replace(put_off, body='{"transaction_id":"t"}'), is_encrypted=False
        ),
        lambda: offer.check_link("openid-credential-offer://?credential_offer_uri=http://a.b"),
        lambda: offer.check_link("openid-credential-offer://?a=b"),
        lambda: returned(location.replace("?", "#")),
        lambda: returned(location.replace("state=s", "state=t")),
        lambda: returned(location.replace("i.example", "j.example")),
        lambda: returned(location + "&id_token=a"),
        lambda: authorization.check_pushed(bent(request_uri="urn:a", expires_in=60)),
    ):
        with pytest.raises((AssertionError, KeyError, ValueError)):
            wrong()


def returned(location: str) -> None:
    authorization.check_returned(location, "https://w.example/back", "https://i.example", "s")


def copies(indices: list[int], issued: list[int]) -> list[Opened]:
    """Copies that differ in key and place alone."""
    return [
        Opened(
            {
                "cnf": {"jwk": {"x": f"x{index}"}},
                "iat": at,
                "status": {"status_list": {"idx": index, "uri": "https://a.example/1"}},
            },
            {"name": "a"},
            [f"salt{index}"],
            {},
        )
        for index, at in zip(indices, issued, strict=True)
    ]


def test_batch_sees_what_links_copies() -> None:
    """
    Places in a row, one place twice, and times of the same odd second tell copies to be one.
    """
    hour = [3600 * 500_000] * 3
    keys = [{"x": f"x{index}"} for index in (4, 90, 17)]
    batch.check(copies([4, 90, 17], hour), keys)

    for wrong in (
        copies([4, 5, 6], hour),
        copies([6, 4, 5], hour),
        copies([4, 4, 17], hour),
        copies([4, 90, 17], [each + 7 for each in hour]),
    ):
        with pytest.raises(AssertionError):
            batch.check(wrong, [one.payload["cnf"]["jwk"] for one in wrong])
    with pytest.raises(AssertionError):
        batch.check(copies([4, 90, 17], hour), keys[:2])


def test_sdjwt_sees_what_belongs_to_nothing() -> None:
    """
    A disclosure without digest, a key binding where none belongs, padding.
    """
    payload = "eyJhIjoxfQ"
    assert {"a": 1} == sd_jwt.parsed(f"e30.{payload}.x~").claims

    for wrong in (f"e30.{payload}.x~WyJzIiwiYSIsMV0~", f"e30.{payload}.x~a.b.c", "e30.e30=.x~"):
        with pytest.raises(AssertionError):
            sd_jwt.parsed(wrong)


def test_guessable_values_are_seen() -> None:
    """
    Length alone is no entropy.
    """
    words.check_entropy(STRONG)

    for guessable in ("a" * 100, "0123456789", "ab" * 40):
        with pytest.raises(AssertionError):
            words.check_entropy(guessable)
