"""What the authorities publish: metadata a stranger can use, status lists any cache can keep."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from issuers.catalogue import every_kind
from issuers.certificate.authority import Authority
from issuers.issuance.issuing import BATCH_SIZE
from issuers.label import Label
from issuers.published.metadata import issuer_metadata
from issuers.published.server_metadata import server_metadata
from issuers.status.standing import LIST_SIZE
from keys import jws
from keys.role import Role
from keys.strict_json import loads_object
from standards.oauth.metadata import AuthorizationServerMetadata
from standards.openid4vci.metadata import CredentialIssuerMetadata
from standards.openid4vci.signed_metadata import verify_signed_metadata
from standards.sd_jwt_vc.read_type import parse_type_metadata
from standards.status_list.bits import StatusList
from standards.status_list.token import parse_status_token
from tests.issuers.world import BASE, OPERATOR, REGISTRY, TAXES, World, offer_in

ISSUERS = [REGISTRY, TAXES]


async def document(world: World, name: str, issuer: str) -> Any:
    """Fetch a document at its inserted well-known address (section 12.2.2)."""
    path = issuer.removeprefix(BASE)
    answer = await world.http.get(f"/.well-known/{name}{path}")
    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    assert "public, max-age=300" == answer.headers["cache-control"]
    return answer.json()


def schema(vectors: Path, name: str) -> Any:
    """Return a JSON schema of the conformance suite."""
    path = vectors / "conformance-suite" / "json-schemas" / "oid4vci" / name
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("issuer", ISSUERS)
async def test_issuer_metadata_is_what_the_suite_expects(
    world: World, vectors: Path, issuer: str
) -> None:
    """
    META bundle: the suite's own schema (unknown members refused), identifier, https endpoints.
    """
    found = await document(world, "openid-credential-issuer", issuer)

    # Token Status List section 9.1 adds it; the suite's schema knows OpenID4VCI alone.
    known = {name: found[name] for name in found.keys() - {"status_list_aggregation_endpoint"}}
    jsonschema.validate(known, schema(vectors, "credential_issuer_metadata-1_0.json"))
    assert issuer == found["credential_issuer"]
    assert f"{issuer}/credential" == found["credential_endpoint"]
    assert f"{issuer}/nonce" == found["nonce_endpoint"]
    assert f"{issuer}/deferred" == found["deferred_credential_endpoint"]
    assert {"batch_size": BATCH_SIZE} == found["batch_credential_issuance"]
    assert "authorization_servers" not in found
    CredentialIssuerMetadata.parse(found, expected_issuer=issuer)


@pytest.mark.parametrize("issuer", ISSUERS)
async def test_each_configuration_says_how_it_is_bound(world: World, issuer: str) -> None:
    """
    VCI-66, HAIP 4.1: binding methods and proof types together, a scope, each language once.
    """
    found = await document(world, "openid-credential-issuer", issuer)

    assert found["credential_configurations_supported"]
    for name, configuration in found["credential_configurations_supported"].items():
        assert "dc+sd-jwt" == configuration["format"]
        assert name == configuration["scope"]
        assert f"{issuer}/types/{name}/1" == configuration["vct"]
        assert ["jwk"] == configuration["cryptographic_binding_methods_supported"]
        expected = {"proof_signing_alg_values_supported": ["ES256"]}
        proof_types = configuration["proof_types_supported"]
        assert {"jwt": expected, "attestation": expected} == proof_types
        metadata = configuration["credential_metadata"]
        for described in (metadata, *metadata["claims"]):
            assert ["ko", "en", "ja"] == [entry["locale"] for entry in described["display"]]


@pytest.mark.parametrize("issuer", ISSUERS)
async def test_each_authority_is_its_own_authorization_server(world: World, issuer: str) -> None:
    """
    AS-META: issuer identical, anonymous pre-authorized access, scopes of its kinds.
    """
    found = await document(world, "oauth-authorization-server", issuer)
    metadata = AuthorizationServerMetadata.parse(found, expected_issuer=issuer)

    assert f"{issuer}/token" == metadata.token_endpoint
    assert metadata.pre_authorized_grant_anonymous_access_supported
    methods = ("attest_jwt_client_auth", "private_key_jwt", "none")
    assert methods == metadata.token_endpoint_auth_methods_supported
    authority = world.issuers.catalogue.authority(issuer.rpartition("/")[2])
    kinds = world.issuers.catalogue.of(authority)
    assert [kind.name for kind in kinds] == [*metadata.scopes_supported]


@pytest.mark.parametrize("issuer", ISSUERS)
async def test_encryption_is_offered_and_never_required(world: World, issuer: str) -> None:
    """
    VCI-63, VCI-64: one named key for requests, both content encryptions, nothing compressed.
    """
    found = await document(world, "openid-credential-issuer", issuer)
    keys = world.keys.encryption(issuer.rpartition("/")[2])
    request = found["credential_request_encryption"]

    assert [keys[0].public.as_dict()] == request["jwks"]["keys"]
    expected = {"enc_values_supported": ["A128GCM", "A256GCM"], "encryption_required": False}
    assert expected == {name: value for name, value in request.items() if name != "jwks"}
    response = found["credential_response_encryption"]
    assert expected | {"alg_values_supported": ["ECDH-ES"]} == response


@pytest.mark.parametrize("issuer", ISSUERS)
async def test_metadata_is_signed_for_who_asks(world: World, issuer: str) -> None:
    """
    Suite module metadata-test-signed, VCI-59: the plain document as claims, by the issuer's key.
    """
    plain = await document(world, "openid-credential-issuer", issuer)
    path = f"/.well-known/openid-credential-issuer{issuer.removeprefix(BASE)}"
    answer = await world.http.get(path, headers={"Accept": "application/jwt"})
    anchors = (world.keys.roots[Role.ISSUER].anchor,)
    read = verify_signed_metadata(
        answer.text, anchors=anchors, expected_issuer=issuer, now=world.clock.now
    )

    assert (200, "application/jwt") == (answer.status_code, answer.headers["content-type"])
    assert ("public, max-age=300", "Accept") == (
        answer.headers["cache-control"],
        answer.headers["vary"],
    )
    claims = loads_object(jws.parse(answer.text).payload)
    assert {"sub", "iat", "exp"} == claims.keys() - plain.keys()
    assert plain == read.as_dict()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/jwt", "application/jwt"),
        ("application/jwt, application/json;q=0.5", "application/jwt"),
        ("text/html, APPLICATION/JWT ;q=0.9, */*;q=0.8", "application/jwt"),
        ("application/jwt, application/json", "application/json"),
        ("application/jwt;q=0", "application/json"),
        ("application/jwt;q=2", "application/json"),
        ("application/jwt;q=x", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        (";,;q=", "application/json"),
    ],
)
async def test_metadata_is_plain_for_who_does_not_prefer_it_signed(
    world: World, accept: str, expected: str
) -> None:
    """
    VCI-58: JSON is what there always is; signed is for who names it and wants it more.
    """
    path = f"/.well-known/openid-credential-issuer{REGISTRY.removeprefix(BASE)}"
    answer = await world.http.get(path, headers={"Accept": accept})

    assert (200, expected) == (answer.status_code, answer.headers["content-type"])
    assert "Accept" == answer.headers["vary"]


async def test_offers_are_what_the_suite_expects(world: World, vectors: Path) -> None:
    """
    OFFER bundle: the suite's schema, with and without transaction code.
    """
    expected = schema(vectors, "credential_offer-1_0.json")

    for order in ({}, {"tx_code": True}, {"kind": "tax-payment"}):
        jsonschema.validate(offer_in(await world.order(**order)), expected)


async def test_type_metadata_is_served_at_the_vct(world: World) -> None:
    """
    Labels in three languages for the type and every claim; P8: each is always hidden.
    """
    addressed = [kind for kind in every_kind().kinds.values() if not kind.doctype]
    assert addressed
    for kind in addressed:
        answer = await world.http.get(kind.vct(BASE))
        metadata = parse_type_metadata(answer.content)

        assert kind.vct(BASE) == metadata.vct
        assert ["ko", "en", "ja"] == [display.locale for display in metadata.display]
        assert [claim.path for claim in kind.described] == [c.path for c in metadata.claims]
        assert all("always" == claim.sd for claim in metadata.claims)


@pytest.mark.parametrize(
    "path",
    [
        "/issuers/resident-registry/types/tax-payment/1",
        "/issuers/mobile-id/types/driving-licence/1",
        "/issuers/resident-registry/types/resident-register/2",
        "/issuers/resident-registry/types/passport/1",
        "/issuers/resident-registry/types/resident-register/one",
        "/issuers/resident-registry/status/1",
        "/issuers/resident-registry/status/999999999999999999999",
        "/issuers/resident-registry/status/-1",
        "/issuers/resident-registry/offers/AAAA",
    ],
)
async def test_what_is_not_there_is_not_found(world: World, path: str) -> None:
    """
    Other authorities' kinds, other editions, lists that were never opened.
    """
    assert 404 == (await world.http.get(path)).status_code


async def test_a_status_list_hides_one_among_very_many(world: World) -> None:
    """
    P4: over 100,000 places in two bits each, and a copy may be kept a little less than its ttl.
    """
    answer = await world.http.get(f"{REGISTRY}/status/0")
    claims = json.loads(parse_status_token(answer.text).payload)
    statuses = StatusList.parse(claims["status_list"])

    assert (2, LIST_SIZE) == (statuses.bits, statuses.size)
    assert LIST_SIZE >= 100_000
    assert (f"{REGISTRY}/status/0", 30) == (claims["sub"], claims["ttl"])
    assert 3600 == claims["exp"] - claims["iat"]
    assert "public, max-age=25" == answer.headers["cache-control"]


async def test_a_status_list_is_signed_again_only_when_it_must(world: World) -> None:
    """
    The same token until something changes or ten minutes pass; then a new one.
    """

    async def fetched() -> str:
        return (await world.http.get(f"{REGISTRY}/status/0")).text

    first = await fetched()
    assert first == await fetched()
    world.clock.move(minutes=10)
    second = await fetched()
    assert first != second

    await world.issue()
    found = await world.http.get("/issuers/operator/credentials?to=demo", headers=OPERATOR)
    number = found.json()["credentials"][0]["id"]
    assert second == await fetched()
    await world.http.post(
        f"/issuers/operator/credentials/{number}/revoke", json={"reason": "x"}, headers=OPERATOR
    )
    assert second != await fetched()


def test_an_authority_without_kinds_still_has_metadata() -> None:
    """
    The documents follow the catalogue; nothing is written by hand.
    """
    archive = Authority("archive", Label("기록원", "Archive", "記録院"), "#000000", "#ffffff")

    assert () == issuer_metadata(archive, (), BASE).credential_configurations_supported
    assert () == server_metadata(archive, (), BASE).scopes_supported


async def test_a_nonce_is_fresh_and_no_cache_keeps_it(world: World) -> None:
    """
    VCI-29: two askings give two values, and the answer says that it must not be stored.
    """
    first, second = [await world.http.post(f"{REGISTRY}/nonce") for _ in range(2)]

    assert "no-store" == first.headers["cache-control"]
    assert first.json()["c_nonce"] != second.json()["c_nonce"]
