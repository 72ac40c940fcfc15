"""The issuer's happy modules with the credential format `mdoc`, and what its bundle sees."""

import json
import subprocess
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from keys.role import Role
from keys.x5c import to_base64
from tests.conformance.bundles import mdoc, metadata
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.conftest import Begin
from tests.conformance.service import UnderTest
from tests.conformance.walks import Begun, Walk
from tests.interop.stranger import NODE

KINDS = ["driving-licence", "resident-card"]


def test_oid4vci_1_0_issuer_metadata_test_mdoc(service: UnderTest, schemas: Schemas) -> None:
    """
    META of an authority that issues mdocs: COSE numbers, a COSE key, paths of two texts.
    """
    identifier = service.issuer("mobile-id")
    found = service.fetch(metadata.address_of(identifier))

    metadata.check(found, identifier, schemas)
    configurations = found.json()["credential_configurations_supported"]
    assert set(KINDS) == set(configurations)
    for configuration in configurations.values():
        assert "mso_mdoc" == configuration["format"]
        assert [-7] == configuration["credential_signing_alg_values_supported"]
        assert ["cose_key"] == configuration["cryptographic_binding_methods_supported"]
        claims = configuration["credential_metadata"]["claims"]
        assert claims
        assert {2} == {len(claim["path"]) for claim in claims}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_oid4vci_1_0_issuer_happy_flow_mdoc(begin: Begin, kind: str, *, encrypted: bool) -> None:
    """
    The whole flow: three copies to three keys, in clear and encrypted, and told to have arrived.
    """
    walk = begin(Begun.BY_CODE, encrypted=encrypted, order={"kind": kind})

    walk.take(keys=3)
    walk.notify()
    keys = {str(card.mso["deviceKeyInfo"]["deviceKey"]) for card in walk.cards}
    places = {card.mso["status"]["status_list"]["idx"] for card in walk.cards}
    assert (3, 3) == (len(keys), len(places))


def test_oid4vci_1_0_issuer_happy_flow_deferred_mdoc(begin: Begin) -> None:
    """
    Bundle DEFER: an identity card that an officer decides about comes afterwards.
    """
    order = {"kind": "resident-card", "decision": True}
    walk = begin(Begun.BY_OFFER, encrypted=False, order=order)

    walk.put_off(keys=2)
    walk.service.approve_all()
    walk.fetch()
    walk.notify()
    assert 2 == len(walk.cards)


@pytest.fixture
def licence(begin: Begin) -> Walk:
    """A driving licence in the other maker's wallet."""
    walk = begin(Begun.BY_CODE, encrypted=False, order={"kind": "driving-licence"})
    walk.take()
    return walk


def chain_of(credential: str) -> list[x509.Certificate]:
    issuer_signed = cbor2.loads(urlsafe_b64decode(credential + "=" * (-len(credential) % 4)))
    chain = issuer_signed["issuerAuth"][1][33]
    octets = [chain] if isinstance(chain, bytes) else chain
    return [*map(x509.load_der_x509_certificate, octets)]


def test_another_maker_holds_what_the_service_issues(licence: Walk) -> None:
    """
    The npm package `@owf/mdoc` checks chain, signature, digests and times, and reads the elements.
    """
    leaf = chain_of(licence.taken["credentials"][0])[0]
    [root] = [each for each in licence.service.roots(Role.ISSUER) if each.subject == leaf.issuer]
    task = {
        "task": "hold",
        "credential": licence.taken["credentials"][0],
        "roots": [to_base64(root.public_bytes(Encoding.DER))],
        "now": datetime.now(UTC).isoformat(),
    }
    done = subprocess.run(
        ["node", "mdoc.mjs"],
        cwd=NODE,
        input=json.dumps([task]),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    [answer] = json.loads(done.stdout)

    assert "done" in answer, answer
    assert "Yewon" == answer["done"]["org.iso.18013.5.1"]["given_name"]
    assert "김예원" == answer["done"]["org.iso.18013.5.1.KR"]["name"]


Bend = Callable[[dict[str, Any]], None]


def flipped(found: dict[str, Any]) -> None:
    auth = found["issuerAuth"]
    auth[3] = bytes([auth[3][0] ^ 1]) + auth[3][1:]


def another_value(found: dict[str, Any]) -> None:
    items = found["nameSpaces"]["org.iso.18013.5.1"]
    item = cbor2.loads(items[0].value)
    items[0] = cbor2.CBORTag(24, cbor2.dumps(item | {"elementValue": "another"}))


def unprotected(found: dict[str, Any]) -> None:
    auth = found["issuerAuth"]
    auth[0], auth[1] = cbor2.dumps({}), auth[1] | {1: -7}


def encoded(found: dict[str, Any]) -> str:
    return urlsafe_b64encode(cbor2.dumps(found)).rstrip(b"=").decode()


BENT: dict[str, Bend] = {
    "a flipped signature": flipped,
    "another value": another_value,
    "an algorithm that is not protected": unprotected,
    "no chain": lambda found: found["issuerAuth"][1].clear(),
    "a third member": lambda found: found.update(deviceSigned={}),
}


@pytest.mark.parametrize("wrong", BENT)
def test_mdoc_sees_what_is_wrong(licence: Walk, wrong: str) -> None:
    """
    MDOC finds one wrong thing in what is otherwise our own document.
    """
    [text], expected = licence.taken["credentials"], licence.expected()
    found = cbor2.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    mdoc.check(encoded(found), expected)
    BENT[wrong](found)
    with pytest.raises((AssertionError, InvalidSignature, KeyError, ValueError)):
        mdoc.check(encoded(found), expected)


@pytest.mark.parametrize("wrong", ["doctype", "holder", "mandatory", "time", "status"])
def test_mdoc_sees_what_is_wrong_in_the_object(licence: Walk, wrong: str) -> None:
    """
    Type, key, elements, time and way of revoking, one at a time.
    """
    card, expected = licence.cards[0], licence.expected()
    mdoc.check_object(card.mso, card.elements, expected)
    match wrong:
        case "doctype":
            expected.configuration["doctype"] = "another"
        case "holder":
            expected.holders.clear()
        case "mandatory":
            card.elements["org.iso.18013.5.1"].pop("portrait")
        case "time":
            card.mso["validityInfo"]["validUntil"] = datetime.now(UTC) - timedelta(1)
        case _:
            card.mso["status"]["another_list"] = {}
    with pytest.raises(AssertionError):
        mdoc.check_object(card.mso, card.elements, expected)
