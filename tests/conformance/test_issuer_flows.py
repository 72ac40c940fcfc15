"""The issuer's happy modules: the other maker's wallet takes certificates from our service."""

import pytest

from tests.conformance.bundles import batch, metadata, offer, server_metadata, tls
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.service import UnderTest
from tests.conformance.walks import Walk
from tests.interop.stranger import Stranger


@pytest.fixture
def walk(service: UnderTest, peer: Stranger, schemas: Schemas) -> Walk:
    """A run not begun."""
    return Walk(service, peer, schemas)


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


@pytest.mark.parametrize("by", ["value", "reference"])
def test_oid4vci_1_0_issuer_happy_flow(walk: Walk, by: str) -> None:
    """
    Section 3, module 3: the whole flow; what nobody knows in a request is ignored.
    """
    handed = walk.service.order(by=by, tx_code=True)
    unknown = {"suite_random": "a1b2", "suite_random_2": "{}"}

    walk.open(handed["credential_offer_uri"])
    walk.redeem(txCode=handed["tx_code"], extra=unknown)
    walk.take(extra=unknown)
    walk.notify(extra=unknown)


def test_oid4vci_1_0_issuer_happy_flow_additional_requests(walk: Walk) -> None:
    """
    Section 3, module 4: TLS, then two requests more, each with a nonce of its own.
    """
    tls.check(walk.service.tls)
    walk.open(walk.service.order()["credential_offer_uri"])
    walk.redeem()
    walk.take()
    walk.notify()

    walk.take(headers={"x-fapi-customer-ip-address": "2001:db8::1", "accept": "application/json"})
    walk.take(headers={"accept": "application/json, */*;q=0.1"})

    asked = [each for each in walk.exchanges if each.url == walk.issuer["nonce_endpoint"]]
    assert 3 == len({each.json()["c_nonce"] for each in asked})


def test_oid4vci_1_0_issuer_happy_flow_skip_notification(walk: Walk) -> None:
    """
    Section 3, module 6: a wallet that never tells what became of it is served all the same.
    """
    walk.open(walk.service.order()["credential_offer_uri"])
    walk.redeem()
    walk.take()

    assert not [each for each in walk.exchanges if "notification" in each.url]


def test_oid4vci_1_0_issuer_batch_issuance(walk: Walk) -> None:
    """
    Section 3, module 7: a full batch, whose copies have nothing in common but what they say.
    """
    walk.open(walk.service.order()["credential_offer_uri"])
    walk.redeem()
    walk.take(keys=min(batch.check_size(walk.issuer), 20))

    batch.check(walk.opened, walk.taken["holders"])


def test_an_offer_by_value_is_what_it_seems(walk: Walk) -> None:
    """
    Bundle OFFER: a pre-authorized code of full strength, and the grant it belongs to.
    """
    handed = offer.by_value(walk.service.order(tx_code=True)["credential_offer_uri"])

    offer.check(handed, walk.schemas)
    offer.check_pre_authorized(handed)
