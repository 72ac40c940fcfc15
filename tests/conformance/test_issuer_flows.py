"""The issuer's happy modules: the other maker's wallet takes certificates from our service."""

import json

import pytest

from keys.role import Role
from tests.conformance.bundles import batch, metadata, offer, server_metadata, tls
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.citizen import Citizen
from tests.conformance.code_flow import CodeFlow
from tests.conformance.conftest import Begin
from tests.conformance.service import UnderTest
from tests.conformance.signing import Key
from tests.conformance.walks import Begun, Walk
from tests.interop.foreign_authority import ForeignAuthority
from tests.interop.stranger import Stranger

# Handle and name of the demo citizen.
PERSON = ("demo", "김예원")
UNKNOWN = {"suite_random": "a1b2", "suite_random_2": "{}"}


@pytest.mark.parametrize("authority", ["national-tax-service", "resident-registry"])
def test_oid4vci_1_0_issuer_metadata_test(
    service: UnderTest, schemas: Schemas, authority: str
) -> None:
    """
    Section 3, module 1: META, and AS-META of each server listed, which is the issuer itself.
    """
    identifier = service.issuer(authority)
    found = service.fetch(metadata.address_of(identifier))

    metadata.check(found, identifier, schemas)
    for server in found.json().get("authorization_servers", [identifier]):
        answer = service.fetch(server_metadata.address_of(server))
        configurations = found.json()["credential_configurations_supported"]
        server_metadata.check(answer, server, configurations)


def test_oid4vci_1_0_issuer_metadata_test_signed(service: UnderTest, schemas: Schemas) -> None:
    """
    Section 3, module 2: the signed form, whose claims are the metadata (VCI 12.2.2, 12.2.3).
    """
    identifier = service.issuer()
    address = metadata.address_of(identifier)
    answer = service.fetch(address, accept="application/jwt")

    assert "application/jwt" == answer.media_type
    found = metadata.check_signed(answer.body, identifier, service.roots(Role.ISSUER))
    metadata.check_document(found, identifier, schemas)
    server = service.fetch(server_metadata.address_of(identifier))
    server_metadata.check(server, identifier, found["credential_configurations_supported"])
    server_metadata.check_code_flow(server)


@pytest.mark.parametrize("begun", list(Begun))
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_oid4vci_1_0_issuer_happy_flow(begin: Begin, begun: Begun, *, encrypted: bool) -> None:
    """
    Section 3, module 3: the whole flow; what nobody knows in a request is ignored.
    """
    walk = begin(begun, encrypted=encrypted, extra=UNKNOWN)

    walk.take(extra=UNKNOWN)
    walk.notify(extra=UNKNOWN)


def test_oid4vci_1_0_issuer_happy_flow_private_key_jwt(
    service: UnderTest,
    peer: Stranger,
    schemas: Schemas,
    citizen: Citizen,
    foreign: ForeignAuthority,
) -> None:
    """
    Section 3, module 3, client authentication `private_key_jwt`.
    """
    client = {"id": "https://wallet.example/three", "method": "private_key_jwt"}
    client |= {"redirectUri": "https://wallet.example/three/back", "key": foreign.identity[1]}
    service.register(client["id"], client["redirectUri"], Key(foreign.leaf_key).jwk)
    walk = Walk(service, peer, schemas)

    walk.get_token(Begun.BY_SCOPE, citizen, client)
    walk.take(extra=UNKNOWN)
    walk.notify(extra=UNKNOWN)


@pytest.mark.parametrize("begun", [Begun.BY_CODE, Begun.BY_OFFER], ids=str)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_oid4vci_1_0_issuer_happy_flow_deferred(
    begin: Begin, begun: Begun, *, encrypted: bool
) -> None:
    """
    Section 3, module 3, bundle DEFER: an order that an officer decides about comes afterwards.
    """
    walk = begin(begun, encrypted=encrypted, order={"decision": True})

    walk.put_off(keys=2)
    walk.service.approve_all()
    walk.fetch()
    walk.notify()
    assert 2 == len(walk.opened)


@pytest.mark.parametrize("begun", list(Begun))
def test_oid4vci_1_0_issuer_happy_flow_additional_requests(begin: Begin, begun: Begun) -> None:
    """
    Section 3, module 4: TLS, then two requests more, each with a nonce of its own.
    """
    walk = begin(begun)
    tls.check(walk.service.tls)
    walk.take()
    walk.notify()

    walk.take(headers={"x-fapi-customer-ip-address": "2001:db8::1", "accept": "application/json"})
    walk.take(headers={"accept": "application/json, */*;q=0.1"})

    asked = [each for each in walk.exchanges if each.url == walk.issuer["nonce_endpoint"]]
    assert 3 == len({each.json()["c_nonce"] for each in asked})


def test_oid4vci_1_0_issuer_happy_flow_multiple_clients(
    begin: Begin, flow: CodeFlow, other: CodeFlow
) -> None:
    """
    Section 3, module 5: two clients in turn, the second with a query in its address, a state of
    128 letters and its parameters in another order; a token is of no use with another's key.
    """
    walks = [
        begin(Begun.BY_SCOPE),
        begin(Begun.BY_SCOPE, client=1, state="s" * 128, extra={"zz": "1", "aa": "2"}),
    ]
    for walk in walks:
        walk.take()
    batch.check_times([opened for walk in walks for opened in walk.opened])

    access = other.tokens()["access_token"]
    stolen = other.credential(access, {"DPoP": other.dpop("/credential", access, by=flow.key)})
    assert 4 == stolen.status // 100


@pytest.mark.parametrize("begun", list(Begun))
def test_oid4vci_1_0_issuer_happy_flow_skip_notification(begin: Begin, begun: Begun) -> None:
    """
    Section 3, module 6: a wallet that never tells what became of it is served all the same.
    """
    walk = begin(begun)
    walk.take()

    assert not [each for each in walk.exchanges if "notification" in each.url]


@pytest.mark.parametrize("begun", [Begun.BY_CODE, Begun.BY_SCOPE], ids=str)
def test_oid4vci_1_0_issuer_batch_issuance(begin: Begin, begun: Begun) -> None:
    """
    Section 3, module 7: a full batch, whose copies have nothing in common but what they say.
    """
    walk = begin(begun)
    size = batch.check_size(walk.issuer)
    walk.take(keys=min(size, 20))

    batch.check(walk.opened, walk.taken["holders"])


def test_a_refreshed_token_has_the_same_identifiers(begin: Begin) -> None:
    """
    Bundle TOKEN: identifiers stay what they were, and lead to a copy again (issue 739).
    """
    walk = begin(Begun.BY_DETAILS)
    walk.take()
    walk.refresh()
    walk.take()

    assert walk.identifiers


def test_offers_by_value_are_what_they_seem(service: UnderTest, schemas: Schemas) -> None:
    """
    Bundle OFFER: a code, or a state, of full strength in the grant it belongs to, and nothing
    about the person it is for (VCI-13).
    """
    handed = offer.by_value(service.order(tx_code=True)["credential_offer_uri"])
    sends = offer.by_value(service.order(grant="authorization_code")["credential_offer_uri"])

    for each in (handed, sends):
        offer.check(each, schemas)
        assert not [word for word in PERSON if word in json.dumps(each, ensure_ascii=False)]
    offer.check_pre_authorized(handed)
    offer.check_issuer_state(sends)
