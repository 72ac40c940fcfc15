"""From an order at the desk to certificates a stranger can verify."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from issuers.catalogue import every_kind
from issuers.issuance.issuing import BATCH_SIZE
from issuers.population.census import population
from keys.jwk import PublicJwk
from keys.role import Role
from keys.strict_json import loads_object
from keys.x5c import parse_x5c
from keys.x509 import validate_chain
from standards.profiles import Profile
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc
from standards.sd_jwt_vc.read_type import parse_type_metadata
from standards.sd_jwt_vc.type_rules import check_issued
from standards.status_list.bits import Status
from standards.status_list.token import parse_status_token, verify_status_token
from tests.issuers.world import AS_OF, REGISTRY, TAXES, World, offer_in

DEMO = next(population(households=1, as_of=AS_OF))


def verified(world: World, credential: str) -> VerifiedVc:
    """Verify a certificate as a stranger who trusts our root for issuers, in HAIP's rules."""
    unverified = parse_sd_jwt(credential)
    chain = validate_chain(
        parse_x5c(unverified.header["x5c"]),
        anchors=(world.keys.roots[Role.ISSUER].anchor,),
        role=Role.ISSUER,
        now=world.clock.now,
    )
    return verify_vc(unverified, chain.leaf_key, profile=Profile.HAIP, now=world.clock.now)


async def status_of(world: World, vc: VerifiedVc) -> Status:
    """Fetch the certificate's status list and ask it, as a verifier does."""
    assert vc.status is not None
    answer = await world.http.get(vc.status.uri)
    assert "application/statuslist+jwt" == answer.headers["content-type"]
    token = parse_status_token(answer.text)
    chain = validate_chain(
        parse_x5c(token.header["x5c"]),
        anchors=(world.keys.roots[Role.STATUS].anchor,),
        role=Role.STATUS,
        now=world.clock.now,
    )
    found = verify_status_token(
        token, chain.leaf_key, expected_uri=vc.status.uri, now=world.clock.now
    )
    return found.status_at(vc.status.idx)


async def test_a_register_copy_is_issued_and_verifies(world: World) -> None:
    """
    The certificate verifies under the root, is bound to the wallet's key, and says the household.
    """
    (credential,) = await world.issue()
    vc = verified(world, credential)

    assert f"{REGISTRY}/types/resident-register/1" == vc.vct
    assert REGISTRY == vc.issuer
    holder = world.holders[0].public
    assert PublicJwk(holder.algorithm, holder.x, holder.y) == vc.holder
    assert datetime(2026, 11, 22, 3, 0, tzinfo=UTC) == vc.issued_at
    assert datetime(2027, 2, 20, 15, 0, tzinfo=UTC) == vc.expires_at
    members: Any = vc.claims["members"]
    names = [member["name"] for member in members]
    assert [member.person.name for member in DEMO.household.members] == names
    assert Status.VALID is await status_of(world, vc)


async def test_a_tax_certificate_is_issued_with_its_computed_end(world: World) -> None:
    """
    ``exp`` is the end of the last day of validity in Korea.
    """
    (credential,) = await world.issue(kind="tax-payment")
    vc = verified(world, credential)

    assert f"{TAXES}/types/tax-payment/1" == vc.vct
    validity: Any = vc.claims["validity"]
    assert "2026-12-22" == validity["until"]
    assert datetime(2026, 12, 22, 15, 0, tzinfo=UTC) == vc.expires_at
    assert vc.claims["no_arrears"] is True


async def test_the_purpose_ordered_at_the_desk_is_printed(world: World) -> None:
    """
    용도 및 목적, 사용목적 and 대금지급자 travel from the order into the certificate.
    """
    (copy,) = await world.issue(purpose="전세 계약")
    (paper,) = await world.issue(
        kind="tax-payment", purpose="대금 수령", purpose_detail="납품", payer="조달청"
    )

    assert "전세 계약" == verified(world, copy).claims["purpose"]
    expected = {"purpose": "대금 수령", "detail": "납품", "payer": "조달청"}
    assert expected == verified(world, paper).claims["use"]


async def test_every_claim_is_disclosed_one_by_one(world: World) -> None:
    """
    P8: nothing but the technical claims is open; each field of each member can be shown alone.
    """
    (credential,) = await world.issue()
    unverified = parse_sd_jwt(credential)
    vc = verified(world, credential)

    open_claims = {"iss", "vct", "iat", "exp", "cnf", "status", "_sd", "_sd_alg"}
    assert open_claims == set(loads_object(unverified.issuer.payload))
    paths = {found.path for found in vc.sd.disclosed}
    for number, member in enumerate(DEMO.household.members):
        assert ("members", number) in paths
        assert member.person.hanja
        for field in ("name", "name_hanja", "relation", "resident_number_back", "moved_in_on"):
            assert ("members", number, field) in paths
    assert {("past_addresses", 0, "address"), ("age_over_19",), ("cohabitants", 0)} <= paths


@pytest.mark.parametrize(
    "kind", [kind.name for kind in every_kind().kinds.values() if not kind.doctype]
)
async def test_the_certificate_keeps_its_types_word(world: World, kind: str) -> None:
    """
    The type metadata at ``vct`` names every claim, and its rules hold for what is issued.
    """
    (credential,) = await world.issue(kind=kind)
    vc = verified(world, credential)
    answer = await world.http.get(vc.vct)
    metadata = parse_type_metadata(answer.content)

    assert vc.vct == metadata.vct
    check_issued(vc.sd, metadata.claims)
    described = {claim.path for claim in metadata.claims}
    for found in vc.sd.disclosed:
        assert tuple(None if isinstance(step, int) else step for step in found.path) in described


async def test_the_copies_of_a_batch_have_nothing_in_common_but_claims(world: World) -> None:
    """
    P1 to P3: own key, salts, digests and place for each copy; the same dataset; times rounded.
    """
    copies = [verified(world, one) for one in await world.issue(copies=BATCH_SIZE)]

    assert BATCH_SIZE == len({copy.holder for copy in copies})
    assert BATCH_SIZE == len({copy.status for copy in copies})
    salts = [found.disclosure.salt for copy in copies for found in copy.sd.disclosed]
    assert len(salts) == len(set(salts))
    shared = [
        {name: value for name, value in copy.claims.items() if name not in {"cnf", "status"}}
        for copy in copies
    ]
    assert shared[0] == shared[1] == shared[2]
    assert 0 == shared[0]["iat"] % 3600  # type: ignore[operator]  # a number
    assert 0 == shared[0]["exp"] % 3600  # type: ignore[operator]  # the same


async def test_an_offer_by_reference_is_read_where_it_says(world: World) -> None:
    """
    The link holds an address only; the offer there is the one by value, until it is redeemed.
    """
    by_reference = await world.order(by="reference", tx_code=True)
    query = str(by_reference["credential_offer_uri"])
    assert query.startswith("openid-credential-offer://?credential_offer_uri=https%3A%2F%2F")

    address = parse_qs(urlsplit(query).query)["credential_offer_uri"][0]
    answer = await world.http.get(address)
    grants = answer.json()["grants"]
    grant = grants["urn:ietf:params:oauth:grant-type:pre-authorized_code"]

    assert "application/json" == answer.headers["content-type"]
    foreign = address.replace("resident-registry", "national-tax-service")
    assert 404 == (await world.http.get(foreign)).status_code
    assert "no-store" == answer.headers["cache-control"]
    assert 6 == grant["tx_code"]["length"]
    redeemed = await world.redeem(
        grant["pre-authorized_code"], tx_code=str(by_reference["tx_code"])
    )
    assert 200 == redeemed.status_code
    assert 404 == (await world.http.get(address)).status_code


async def test_an_offer_by_value_asks_for_a_transaction_code_only_when_ordered(
    world: World,
) -> None:
    """
    Without the order for one there is neither a code nor a place to type it.
    """
    plain, guarded = await world.order(), await world.order(tx_code=True)

    assert "tx_code" not in plain
    assert "tx_code" not in next(iter(offer_in(plain)["grants"].values()))
    assert 6 == len(str(guarded["tx_code"]))
    assert "tx_code" in next(iter(offer_in(guarded)["grants"].values()))


async def test_unknown_fields_are_ignored_everywhere(world: World) -> None:
    """
    H75: strangers may say more than we understand.
    """
    code = await world.code(something="else")
    token = (await world.redeem(code, something="else")).json()
    nonce = await world.nonce()
    body = await world.request(world.prove(nonce))
    answer = await world.ask(token["access_token"], body | {"something": {"else": [1]}})

    assert 200 == answer.status_code


async def test_a_lost_answer_is_asked_for_again(world: World) -> None:
    """
    H56: with a fresh nonce the same token gives a further copy of the same certificate, with a
    place of its own; the issue book has one entry.
    """
    access = await world.access()
    first = await world.ask(access, await world.request(world.prove(await world.nonce())))
    second = await world.ask(access, await world.request(world.prove(await world.nonce())))

    assert 200 == first.status_code == second.status_code
    one, other = (
        verified(world, answer.json()["credentials"][0]["credential"])
        for answer in (first, second)
    )
    assert one.status != other.status
    for number in ("issue_number", "document_number"):
        assert one.claims[number] == other.claims[number]
    assert first.json()["notification_id"] == second.json()["notification_id"]
    (entry,) = await world.issuers.desk.certificates_of("demo")
    assert one.claims["issue_number"] == entry.certificate.number


async def test_revoked_suspended_and_reinstated_reach_every_copy(world: World) -> None:
    """
    The operator names a certificate by its issue number; all copies follow, at the next fetch.
    """
    copies = [verified(world, one) for one in await world.issue(copies=3)]
    number = copies[0].claims["issue_number"]
    desk = f"/issuers/operator/credentials/{number}"
    headers = {"Authorization": "Bearer operator"}

    for action, expected in (
        ("suspend", Status.SUSPENDED),
        ("reinstate", Status.VALID),
        ("revoke", Status.INVALID),
    ):
        answer = await world.http.post(
            f"{desk}/{action}", json={"reason": "분실"}, headers=headers
        )
        assert 200 == answer.status_code
        assert [expected] * 3 == [await status_of(world, copy) for copy in copies]

    answer = await world.http.post(f"{desk}/reinstate", json={"reason": "착오"}, headers=headers)
    assert 409 == answer.status_code
    assert "status_final" == answer.json()["error"]
