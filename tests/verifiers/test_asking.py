"""Requests: signed, fresh, single-use, and never more than is registered."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.acts import watched
from app.metrics import Act, Metrics
from consent.forms.offer import check_nonce, read_verifier_info
from consent.forms.registration_certificate import REGISTRATION_CERTIFICATE_FORMAT
from consent.transactions.types import NO_TYPES
from keys.entropy import SYSTEM_ENTROPY
from keys.jws import parse
from keys.strict_json import JsonObject, loads
from keys.x509 import Role, validate_chain
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.request import POSTED, ResponseMode
from standards.openid4vp.request_uri import RequestUri, RequestUriMethod
from tests.verifiers.sharing import books_of
from tests.verifiers.world import BASE, FLOWS, NOW, REGISTER_VCT, TAX_VCT, World
from verifiers.asking.enquiry import Enquiries, Wish
from verifiers.asking.handing_out import MAX_REQUESTS_SERVED
from verifiers.asking.questions import ask
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.recording.sealing import Sealing
from verifiers.transaction import Flow

PLAIN = Wish(mode=ResponseMode.DIRECT_POST)


def dcql(*paths: list[Any], vct: str = REGISTER_VCT, **more: Any) -> JsonObject:
    """Return a DCQL query for claims of one certificate."""
    credential: JsonObject = {
        "id": "it",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [vct]},
        "claims": [{"path": path} for path in paths],
    }
    return {"credentials": [credential | more]}


async def claims_of(world: World, transaction_id: str, nonce: str | None = None) -> JsonObject:
    """Return what the request object of a transaction says."""
    token = await world.verifiers.request_object(transaction_id, nonce)
    claims = loads(parse(token).payload)
    assert isinstance(claims, dict)
    return claims


async def test_the_request_object_says_what_the_standards_ask_and_nothing_legacy(
    world: World,
) -> None:
    """
    REQ, ENC and DCQL bundles of the conformance suite, in one request under HAIP.
    """
    asked = await world.ask()

    claims = await claims_of(world, asked.transaction_id)

    assert {
        "client_id",
        "response_type",
        "response_mode",
        "response_uri",
        "nonce",
        "state",
        "dcql_query",
        "client_metadata",
        "verifier_info",
        "aud",
        "iat",
        "exp",
    } == claims.keys()
    assert "direct_post.jwt" == claims["response_mode"]
    assert f"{BASE}/verifiers/responses/{asked.transaction_id}" == claims["response_uri"]
    assert "https://self-issued.me/v2" == claims["aud"]
    assert 43 == len(str(claims["nonce"]))
    metadata = claims["client_metadata"]
    assert isinstance(metadata, dict)
    assert {"A128GCM", "A256GCM"} == set(metadata["encrypted_response_enc_values_supported"])  # type: ignore[arg-type]  # a list
    assert metadata["vp_formats_supported"] == {
        "dc+sd-jwt": {
            "sd-jwt_alg_values": ["ES256", "Ed25519"],
            "kb-jwt_alg_values": ["ES256", "Ed25519"],
        },
        "mso_mdoc": {
            "issuerauth_alg_values": [-7, -9, -8, -19],
            # A tag as well: the answer is encrypted, so there is a key to agree upon.
            "deviceauth_alg_values": [-7, -9, -8, -19, -65537],
        },
    }
    link = RequestUri.parse(asked.request_uri)
    assert claims["client_id"] == link.client_id
    assert f"{BASE}/verifiers/requests/{asked.transaction_id}" == link.request_uri


async def test_the_nonce_commits_to_the_terms_in_the_request(world: World) -> None:
    """
    DESIGN 3: terms and random octets travel along, and open the nonce.
    """
    opened = await world.wallet.open(await world.ask("lease-loan"))

    offer = read_verifier_info([entry.as_dict() for entry in opened.request.verifier_info])

    assert offer is not None
    check_nonce(opened.request.nonce, offer.terms, offer.random)
    assert "gaon-bank" == offer.terms.receiver.id
    assert ("taxpayer.name", "no_arrears", "validity.until") == offer.terms.information[3:]
    assert "P5Y" == offer.terms.retention.period
    purpose = offer.terms.purpose.code
    notice = world.verifiers.notice("gaon-bank", purpose)
    assert offer.terms.notice.uri == f"{BASE}/verifiers/notices/gaon-bank/{purpose}"
    assert len(notice) > 100


async def test_a_thousand_requests_share_nothing(world: World) -> None:
    """
    T14, VP 5.2, HAIP 5: 1000 requests have 1000 ids, nonces, states and encryption keys.
    """
    over_askings = books_of(world).over_askings
    enquiries = Enquiries(world.verifiers.catalogue, over_askings, BASE, NO_TYPES)
    question = await enquiries.of_profile("adult-check", Wish(), session=None, now=NOW)
    key = world.keys.current("corner-store")
    anchors = world.roots.trust().anchors(Role.VERIFIER, NOW)
    certified = validate_chain(key.chain, anchors=anchors, role=Role.VERIFIER, now=NOW)
    ids, nonces, states, keys = set(), set(), set(), set()
    for _ in range(1000):
        transaction, _asked = ask(
            question,
            base=BASE,
            party_key=key,
            certified=certified,
            sealing=Sealing(world.data_key),
            entropy=SYSTEM_ENTROPY,
            now=NOW,
        )
        claims: Any = loads(parse(transaction.request_object).payload)
        ids.add(transaction.id)
        nonces.add(claims["nonce"])
        states.add(claims["state"])
        keys.add(claims["client_metadata"]["jwks"]["keys"][0]["x"])

    assert [1000] * 4 == [len(values) for values in (ids, nonces, states, keys)]
    assert {22} == {len(transaction_id) for transaction_id in ids}


async def test_a_request_may_be_fetched_twice_and_says_the_same(world: World) -> None:
    """
    Suite module 4: a phone asks again, and gets the same request.
    """
    asked = await world.ask()

    first = await claims_of(world, asked.transaction_id)
    second = await claims_of(world, asked.transaction_id)

    assert first == second
    assert 1 == len(await world.store.requests_served(asked.transaction_id))


async def test_a_posted_wallet_nonce_comes_back_signed(world: World) -> None:
    """
    VP 5.10: the request object carries the nonce of this very fetch; the rest stays the same.
    """
    asked = await world.ask(wish=Wish(method=RequestUriMethod.POST))
    assert "request_uri_method=post" in asked.request_uri

    opened = await world.wallet.open(asked, nonce="from the wallet")
    plain = await claims_of(world, asked.transaction_id)
    posted = await claims_of(world, asked.transaction_id, "another")

    assert plain | {"wallet_nonce": "another"} == posted
    assert "wallet_nonce" not in plain
    assert opened.request.nonce == plain["nonce"]


async def test_different_requests_for_one_transaction_are_limited(world: World) -> None:
    """
    Each new wallet nonce costs a signature of ours.
    """
    asked = await world.ask()
    for number in range(MAX_REQUESTS_SERVED):
        await claims_of(world, asked.transaction_id, f"nonce {number}")

    with pytest.raises(VerifierError) as refused:
        await claims_of(world, asked.transaction_id, "one more")

    assert Failure.TRANSACTION_CLOSED is refused.value.failure
    await claims_of(world, asked.transaction_id, "nonce 0")


async def test_a_request_lives_five_minutes(world: World) -> None:
    """
    SECURITY P13: neither request nor answer after that; the desk sees that it expired.
    """
    asked = await world.ask()
    held = world.issuer.issue()
    request = (await world.wallet.open(asked)).request
    world.clock.move(seconds=299)
    assert "pending" == (await world.state(asked))["state"]
    await claims_of(world, asked.transaction_id)
    world.clock.move(seconds=1)

    with pytest.raises(VerifierError) as fetched:
        await claims_of(world, asked.transaction_id)
    shown = world.wallet.bound(held.show("age_over_19"), request, held.key)
    with pytest.raises(VerifierError) as answered:
        await world.post(asked, world.wallet.body(request, {"adult": [shown]}))

    assert Failure.TRANSACTION_EXPIRED is fetched.value.failure
    assert Failure.TRANSACTION_EXPIRED is answered.value.failure
    assert "expired" == (await world.state(asked))["state"]


async def test_an_answered_request_is_not_served_again(world: World) -> None:
    """
    Who scans the code late sees that it was used.
    """
    asked = await world.ask()
    await world.answer(asked)

    with pytest.raises(VerifierError) as refused:
        await claims_of(world, asked.transaction_id)

    assert Failure.TRANSACTION_CLOSED is refused.value.failure


async def test_nobody_answers_what_was_never_asked(world: World) -> None:
    """
    An unknown number is unknown to every address.
    """
    for call in (
        world.verifiers.request_object("unknown"),
        world.verifiers.receive("unknown", b"response=x"),
        world.verifiers.result("unknown"),
        world.verifiers.evidence("unknown"),
    ):
        with pytest.raises(VerifierError) as refused:
            await call
        assert Failure.TRANSACTION_UNKNOWN is refused.value.failure


async def test_a_request_shows_what_a_registrar_signed(world: World) -> None:
    """
    T30: of the very registration that its terms rest on, and of no other.
    """
    signed: list[tuple[str, str]] = []

    def registrar(party: str, registration: bytes, now: datetime) -> str:
        signed.append((party, hashlib.sha256(registration).hexdigest()))
        return "a.b.c"

    world.verifiers = world.started(registrar=registrar)
    opened = await world.wallet.open(await world.ask())
    terms, registered = opened.request.verifier_info
    offer = read_verifier_info([terms.as_dict()])

    assert offer is not None
    assert [("corner-store", offer.registration_sha256.hex())] == signed
    assert (REGISTRATION_CERTIFICATE_FORMAT, "a.b.c") == (registered.format, registered.data)


@pytest.mark.parametrize("prefix", list(CertificatePrefix))
async def test_both_prefixes_name_the_certificate(world: World, prefix: CertificatePrefix) -> None:
    """
    VP 5.9.3: a wallet that checks the prefix against the chain accepts both, and so do we its
    answer.
    """
    asked = await world.ask(wish=Wish(prefix=prefix))

    await world.answer(asked)

    assert asked.request_uri.startswith(f"openid4vp://?client_id={prefix.value}%3A")


async def test_a_certificate_for_another_host_cannot_be_named_by_it(world: World) -> None:
    """
    x509_san_dns needs our host among the certificate's names; else nothing is sent.
    """
    world.keys.current("corner-store")
    verifiers = world.started()
    verifiers.base = "https://elsewhere.example"

    with pytest.raises(VerifierError) as refused:
        await verifiers.ask_profile("adult-check", Wish(prefix=CertificatePrefix.X509_SAN_DNS))

    assert Failure.KEY_NOT_READY is refused.value.failure


async def test_a_certificate_nobody_would_trust_is_not_used(world: World) -> None:
    """
    Our own root is missing from the trust list: told to us, before a wallet would say it.
    """
    world.roots.trusted.clear()

    with pytest.raises(VerifierError) as refused:
        await world.ask()

    assert Failure.KEY_NOT_READY is refused.value.failure


async def test_a_key_rotated_while_a_wallet_thinks_still_finishes(world: World) -> None:
    """
    R19: the transaction began under the former certificate and ends under it.
    """
    asked = await world.ask()
    world.keys.rotate("corner-store")

    await world.answer(asked)
    opened = await world.wallet.open(await world.ask(), nonce="n")

    assert opened.certificate is not None
    assert opened.certificate.leaf_sha256 == world.keys.current("corner-store").leaf_sha256


OVER_ASKING: dict[str, JsonObject] = {
    "the whole member, its resident number with it": dcql(["members"]),
    "the members, by index": dcql(["members", 0]),
    "back half of the resident number": dcql(["members", None, "resident_number_back"]),
    "taxpayer as a whole": dcql(["taxpayer"], vct=TAX_VCT),
    "a claim nobody registered": dcql(["unheard_of"]),
    "a stranger's unique identifier": dcql(
        ["resident_number_back"], vct="https://elsewhere.example/types/person"
    ),
}


@pytest.mark.parametrize("name", OVER_ASKING)
async def test_asking_for_more_than_registered_is_refused_and_kept(
    world: World, name: str
) -> None:
    """
    T30, P12, and Personal Information Protection Act 24-2: no basis, no resident number.
    """
    with pytest.raises(VerifierError) as refused:
        await world.verifiers.ask_query(OVER_ASKING[name], PLAIN)

    assert Failure.OVER_ASKING is refused.value.failure
    (kept,) = await world.verifiers.refused_askings(10)
    assert ("test-desk", "own-query", NOW) == (kept.party, kept.purpose, kept.refused_at)
    assert kept.asked


async def test_what_was_refused_as_too_much_is_counted(world: World) -> None:
    """
    P12: a series of its own, which says neither who asked nor for what.
    """
    metrics = Metrics()
    seen = watched(world.verifiers, {"ask_query": Act.ASKED}, metrics)

    with pytest.raises(VerifierError):
        await seen.ask_query(next(iter(OVER_ASKING.values())), PLAIN)

    counted = (await metrics.text()).decode()
    assert 'mydata_acts_total{act="asked",outcome="over_asking"} 1.0' in counted
    assert "test-desk" not in counted


@pytest.mark.parametrize(
    "query",
    [
        dcql(["age_over_19"]),
        dcql(["members", None, "name"]),
        dcql(["members", 0, "name"]),
        dcql(["current_address"]),
        dcql(["current_address", "address"]),
        dcql(["given_name"], vct="urn:eudi:pid:1"),
        {"credentials": [dcql()["credentials"][0] | {"claims": [{"path": ["seal"]}]}]},  # type: ignore[index,operator]  # by hand
    ],
)
async def test_what_is_registered_may_be_asked(world: World, query: JsonObject) -> None:
    """
    A registered claim covers its parts and its array elements; a stranger's types are open.
    """
    asked = await world.verifiers.ask_query(query, Wish())

    assert (await claims_of(world, asked.transaction_id))["dcql_query"] == query
    assert () == await world.verifiers.refused_askings(10)


INVALID: dict[str, JsonObject] = {
    "no credentials": {"credentials": []},
    "a path twice": dcql(["age_over_19"], ["age_over_19"]),
    "no type": {"credentials": [{"id": "it", "format": "dc+sd-jwt", "meta": {}}]},
    "another format": {
        "credentials": [{"id": "it", "format": "jwt_vc_json", "meta": {"type_values": [["a"]]}}]
    },
    "a path no mdoc has": {
        "credentials": [
            {
                "id": "it",
                "format": "mso_mdoc",
                "meta": {"doctype_value": "org.iso.18013.5.1.mDL"},
                "claims": [{"path": ["org.iso.18013.5.1", "driving_privileges", 0]}],
            }
        ]
    },
    "more claims than a record holds": dcql(*[["current_address", f"c{n}"] for n in range(201)]),
}


@pytest.mark.parametrize("name", INVALID)
async def test_a_query_that_cannot_be_sent_is_the_callers(world: World, name: str) -> None:
    """
    VP 5.1, 6, 6.1: refused before anything is signed.
    """
    with pytest.raises(VerifierError) as refused:
        await world.verifiers.ask_query(INVALID[name], Wish())

    assert Failure.QUERY_INVALID is refused.value.failure


@pytest.mark.parametrize(
    "wish",
    [Wish(mode=ResponseMode.DIRECT_POST), Wish(flow=Flow.CROSS_DEVICE)],
)
async def test_a_profile_is_asked_as_registered(world: World, wish: Wish) -> None:
    """
    T9: neither in plain nor with the person elsewhere, unless the purpose is registered so.
    """
    with pytest.raises(VerifierError) as refused:
        await world.ask(wish=wish)

    assert Failure.FLOW_NOT_REGISTERED is refused.value.failure


async def test_an_unknown_profile_is_told(world: World) -> None:
    """
    The caller chooses from a list.
    """
    with pytest.raises(VerifierError) as refused:
        await world.ask("unknown")

    assert Failure.PROFILE_UNKNOWN is refused.value.failure


async def test_every_flow_method_prefix_and_mode_can_be_asked_by_query(world: World) -> None:
    """
    ``mydata verifiers request --dcql``: each combination makes a request a wallet accepts.
    """
    for flow in FLOWS:
        for mode in POSTED:
            for prefix in CertificatePrefix:
                for method in RequestUriMethod:
                    wish = Wish(flow, mode, prefix, method)
                    asked = await world.verifiers.ask_query(dcql(["age_over_19"]), wish)

                    opened = await world.wallet.open(asked)

                    assert mode is opened.request.response_mode


async def test_transactions_of_one_second_are_ordered_by_nothing(world: World) -> None:
    """
    P19: ids carry no data and at least 128 bits; times in the request are whole seconds.
    """
    world.clock.move(microseconds=123456)

    claims = await claims_of(world, (await world.ask()).transaction_id)

    assert int(NOW.timestamp()) == claims["iat"]
    assert int((NOW + timedelta(minutes=5)).timestamp()) == claims["exp"]
