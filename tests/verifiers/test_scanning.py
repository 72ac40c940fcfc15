"""A code held up to a desk: verified as a response is, once, in its half minute."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.record import ConsentRecord, EventState
from keys.signer import SoftwareSigner
from keys.x509 import Role
from standards.openid4vp.request_uri import RequestUri
from standards.shown_code.code import request_sha256, shown_code
from tests.verifiers.shown import KEYS_URL, code, presented, publish, restricted
from tests.verifiers.world import (
    ADDRESS,
    BASE,
    NAME,
    NOW,
    REGISTER_CLAIMS,
    STATUS_URI,
    Certified,
    Held,
    Issuer,
    World,
)
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from web.outbound import Reply

NONCE = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def desk(world: World) -> World:
    """A desk whose authority can be asked for its keys."""
    publish(world)
    return world


async def scanned(world: World, text: str, profile: str | None = "adult-check") -> Any:
    """Scan, and return the result."""
    transaction_id = await world.verifiers.scan(text, profile)
    return (await world.verifiers.result(transaction_id)).as_dict()


async def failure_of(
    world: World, text: str, profile: str | None = "adult-check", party: str | None = None
) -> Failure:
    """Scan what is refused at once, and return why; nothing else came of it."""
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.scan(text, profile, party=party)
    assert () == await world.verifiers.recent("corner-store", 10)
    assert [] == world.ledger.entries
    return caught.value.failure


async def result_code(world: World, text: str, profile: str | None = "adult-check") -> str:
    """Scan what fails at a numbered step, and return the code of the result."""
    result = await scanned(world, text, profile)
    assert ("failed", []) == (result["state"], result["credentials"])
    assert [] == world.ledger.entries
    failure = result["failure"]
    assert isinstance(failure, dict)
    return str(failure["code"])


async def test_one_claim_is_verified_and_recorded(desk: World) -> None:
    """
    All steps but the asking: the result has the claim, the ledger the use, bound to no terms.
    """
    text = code(desk, nonce=NONCE)

    result = await scanned(desk, text)

    assert "verified" == result["state"]
    (credential,) = result["credentials"]
    assert ({"age_over_19": True}, "valid") == (credential["claims"], credential["status"])
    (entry,) = desk.ledger.submissions
    assert "used" == entry.entry.type
    record = ConsentRecord.parse(result["receipt"]["record"])
    assert (EventState.USED, "corner-store", ("age_over_19",)) == (
        record.event_state,
        record.controller.id,
        record.asked.disclosed,
    )
    assert record.evidence.request_sha256 == request_sha256(NONCE)
    assert record.evidence.terms_binding is None
    assert record.evidence.terms_sha256 is not None


async def test_claims_are_told_for_a_minute_and_the_proof_stays(desk: World) -> None:
    """
    P13 holds for codes too; evidence has what the holder signed, and no request.
    """
    transaction_id = await desk.verifiers.scan(code(desk), "adult-check")
    assert (await desk.verifiers.result(transaction_id)).credentials
    evidence = await desk.verifiers.evidence(transaction_id)
    assert [] == evidence["request_objects"]
    assert isinstance(evidence["key_bindings"], list)
    assert 1 == len(evidence["key_bindings"])

    desk.clock.move(seconds=61)
    later = await desk.verifiers.result(transaction_id)
    assert ("verified", ()) == (later.state, later.credentials)
    assert later.receipt is not None


async def test_a_code_counts_once_at_a_desk_and_may_fool_a_second(desk: World) -> None:
    """
    T6: the nonce is taken; another institution's desk cannot know, and the threat model says so.
    """
    text = code(desk)
    await scanned(desk, text)

    with pytest.raises(VerifierError) as caught:
        await scanned(desk, text)
    assert Failure.CODE_USED is caught.value.failure
    assert 1 == len(desk.ledger.entries)
    assert "verified" == (await scanned(desk, text, None))["state"]


async def test_fifty_scanners_at_once_are_one(desk: World) -> None:
    """
    R15: of fifty parallel scans of one code one is checked.
    """
    text = code(desk)
    await desk.verifiers.scan(code(desk), "adult-check")

    outcomes = await asyncio.gather(
        *(desk.verifiers.scan(text, "adult-check") for _ in range(50)), return_exceptions=True
    )

    refused = [one.failure for one in outcomes if isinstance(one, VerifierError)]
    assert [Failure.CODE_USED] * 49 == refused
    assert 2 == len(desk.ledger.entries)


async def test_a_failed_check_takes_the_code_too(desk: World) -> None:
    """
    A code that was shown is shown: after the failure the person makes a new one.
    """
    text = code(desk)
    desk.ledger.status = 403

    assert "ledger_refused" == await result_code(desk, text)
    with pytest.raises(VerifierError) as caught:
        await scanned(desk, text)
    assert Failure.CODE_USED is caught.value.failure


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (35, None),
        (36, Failure.CODE_EXPIRED),
        (86400, Failure.CODE_EXPIRED),
        (-5, None),
        (-6, Failure.KEY_BINDING_TIME),
    ],
)
async def test_a_code_lives_half_a_minute(
    desk: World, seconds: int, expected: Failure | None
) -> None:
    """
    Thirty seconds and five for two clocks; one of the future is told as a clock that is wrong.
    """
    text = code(desk, now=NOW - timedelta(seconds=seconds))

    if expected is None:
        assert "verified" == (await scanned(desk, text))["state"]
    else:
        assert expected is await failure_of(desk, text)
        assert [] == desk.network.asked


async def test_the_nonce_is_forgotten_after_the_codes_time(desk: World) -> None:
    """
    H51: the table of nonces does not grow; by then the code is expired anyway.
    """
    text = code(desk)
    await scanned(desk, text)
    desk.clock.move(hours=2)
    await desk.verifiers.forget_claims()

    with pytest.raises(VerifierError) as caught:
        await scanned(desk, text)
    assert Failure.CODE_EXPIRED is caught.value.failure


# What is wrong with the text itself.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Failure.CODE_FOREIGN),
        ("4006381333931", Failure.CODE_FOREIGN),
        ("HC1:NCFOXN%TS3DH", Failure.CODE_FOREIGN),
        ("MD3:ABC.", Failure.CODE_FOREIGN),
        ("https://example.com/menu", Failure.CODE_FOREIGN),
        ("https://user@phone.example/wallet/desk/" + "A" * 24, Failure.CODE_FOREIGN),
        ("javascript:alert(1)", Failure.CODE_FOREIGN),
        ("https://[::1", Failure.CODE_FOREIGN),
        ("https://a.example/" + "x" * 5000, Failure.CODE_FOREIGN),
        ("WIFI:S:guest;T:WPA;P:guest;;", Failure.CODE_FOREIGN),
        ("MD2:", Failure.CODE_DAMAGED),
        ("MD2:ABC.", Failure.CODE_DAMAGED),
        ("openid4vp://?client_id=x&request_uri=https://a.example", Failure.CODE_NOT_FOR_DESKS),
        ("openid-credential-offer://?credential_offer=%7B%7D", Failure.CODE_NOT_FOR_DESKS),
        ("https://a.example/?credential_offer_uri=x", Failure.CODE_NOT_FOR_DESKS),
        (f"{BASE}/wallet/open/abc", Failure.CODE_NOT_FOR_DESKS),
        (f"{BASE}/wallet", Failure.CODE_NOT_FOR_DESKS),
        (f"{BASE}/wallet/desk/short", Failure.CODE_NOT_FOR_DESKS),
        (f"{BASE}/wallet/desk/" + "A" * 24 + "?x=1", Failure.CODE_NOT_FOR_DESKS),
    ],
    ids=[
        *("empty", "bar code", "health pass", "later version", "menu", "user in a link"),
        *("script", "broken link", "endless link", "wireless", "bare prefix", "damaged"),
        *("a request", "an offer", "an offer as a link", "an institution's link", "the wallet"),
        *("a short link", "a link with a query"),
    ],
)
async def test_what_is_no_code_for_desks_is_told_by_kind(
    desk: World, text: str, expected: Failure
) -> None:
    """
    bc-wallet#1493: each its own words, and nothing is fetched to find out.
    """
    assert expected is await failure_of(desk, text)
    assert expected is await failure_of(desk, f" {text}\n")
    assert [] == desk.network.asked


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"audience": "https://desk.example"}, Failure.AUDIENCE_WRONG),
        ({"nonce": "AAAA"}, Failure.CODE_DAMAGED),
        ({"nonce": "A" * 43}, Failure.CODE_DAMAGED),
        ({"nonce": "not base64url!"}, Failure.CODE_DAMAGED),
    ],
    ids=["for somebody", "short nonce", "long nonce", "no nonce"],
)
async def test_a_key_binding_of_another_form_is_no_shown_code(
    desk: World, changes: dict[str, Any], expected: Failure
) -> None:
    """
    A presentation made for one institution cannot be packed up and shown to another.
    """
    assert expected is await failure_of(desk, code(desk, **changes))
    assert [] == desk.network.asked


async def test_a_key_binding_without_a_time_is_damaged(desk: World) -> None:
    """
    What cannot be dated is not a code.
    """
    issuer, *rest = presented(desk, "age_over_19").split("~")
    token = shown_code("~".join((issuer, *rest[:-1], f"e30.e30.{'A' * 86}")))

    assert Failure.CODE_DAMAGED is await failure_of(desk, token)


# Whose chain it is.


async def test_an_authority_that_publishes_nothing_cannot_be_checked(world: World) -> None:
    """
    DESIGN 4: unknown chain, "cannot check"; ten seconds later it is asked again, and known.
    """
    assert Failure.CODE_UNKNOWN_AUTHORITY is await failure_of(world, code(world))
    assert Failure.CODE_UNKNOWN_AUTHORITY is await failure_of(world, code(world))
    assert 1 == world.network.to(KEYS_URL)

    publish(world)
    world.clock.move(seconds=11)
    assert "verified" == (await scanned(world, code(world)))["state"]
    await scanned(world, code(world))
    assert 2 == world.network.to(KEYS_URL)


@pytest.mark.parametrize(
    "answer",
    [
        Reply(200, "application/json", b"{"),
        Reply(200, "application/json", b'{"issuer":"https://other.example","jwks":{"keys":[]}}'),
        Reply(200, "application/json", b"[]"),
        Reply(500, "text/html", b"no"),
    ],
    ids=["broken", "another issuer's", "a list", "an error"],
)
async def test_keys_that_cannot_be_read_are_none(world: World, answer: Reply) -> None:
    """
    H55: whatever comes instead, the desk says that it cannot check.
    """
    world.network.answering[KEYS_URL] = lambda _: answer

    assert Failure.CODE_UNKNOWN_AUTHORITY is await failure_of(world, code(world))


async def test_an_unreachable_authority_cannot_be_checked(desk: World) -> None:
    """
    H55: no answer is no chain.
    """
    desk.network.failing[KEYS_URL] = 1

    assert Failure.CODE_UNKNOWN_AUTHORITY is await failure_of(desk, code(desk))


async def test_a_chain_is_learned_from_an_answer_and_kept(world: World) -> None:
    """
    After one request answered the old way codes can be read, also after a restart, unasked.
    """
    held = world.issuer.issue()
    await world.answer(await world.ask(), held)
    world.verifiers = world.started()

    assert "verified" == (await scanned(world, code(world, held=held)))["state"]
    assert 0 == world.network.to(KEYS_URL)


async def test_nobody_a_code_names_is_asked(desk: World) -> None:
    """
    An issuer of its own invention is not contacted: only authorities of registered types are.
    """
    held = Issuer(desk.issuer.certified, "https://evil.example/issuers/x").issue(
        vct="https://evil.example/types/x/1"
    )
    stranger = Certified.by(desk.roots.rogue[Role.ISSUER], "Stranger")
    unknown = Issuer(stranger, "https://evil.example").issue()

    assert "issuer_out_of_scope" == await result_code(desk, code(desk, held=held))
    desk.network.asked.clear()
    desk.clock.move(seconds=20)
    with pytest.raises(VerifierError) as caught:
        await desk.verifiers.scan(code(desk, held=unknown), "adult-check")
    assert Failure.CODE_UNKNOWN_AUTHORITY is caught.value.failure
    assert {KEYS_URL} == set(desk.network.asked)


# What fails at a numbered step ends the transaction, and says so as a response's does.


def forged(world: World) -> str:
    held = Issuer(Certified(SoftwareSigner.generate(), world.issuer.certified.chain)).issue()
    return code(world, held=held)


def stolen(world: World) -> str:
    held = world.issuer.issue()
    return code(world, held=Held(held.text, SoftwareSigner.generate(), held.issuer))


def swapped(world: World) -> str:
    first, second = world.issuer.issue(), world.issuer.issue()
    jwt = presented(world, held=first).split("~")[0]
    _, *rest = presented(world, "age_over_19", held=second).split("~")
    return shown_code("~".join((jwt, *rest)))


def expired(world: World) -> str:
    issued = {"issued_at": NOW - timedelta(days=99), "expires_at": NOW - timedelta(minutes=2)}
    return code(world, held=world.issuer.issue(**issued))


def minor(world: World) -> str:
    held = world.issuer.issue(claims=REGISTER_CLAIMS | {"age_over_19": False})
    jwt, no, rest = presented(world, "age_over_19", held=held).split("~")
    yes = presented(world, "age_over_19").split("~")[1]
    assert no != yes
    return shown_code(f"{jwt}~{yes}~{rest}")


LIES: dict[str, tuple[Callable[[World], str], str]] = {
    "meant for another": (
        lambda world: code(world, held=restricted(world, "https://a.example")),
        "audience_wrong",
    ),
    "meant for nobody that can be read": (
        lambda world: code(world, held=restricted(world, [1])),
        "credential_malformed",
    ),
    "forged": (forged, "issuer_signature_invalid"),
    "stolen": (stolen, "key_binding_signature_invalid"),
    "swapped": (swapped, "disclosure_invalid"),
    "expired": (expired, "credential_expired"),
    "another's yes": (minor, "disclosure_invalid"),
    "nothing shown": (lambda world: shown_code(presented(world)), "query_not_satisfied"),
    "another claim": (lambda world: code(world, "age_over_14"), "query_not_satisfied"),
    "one claim more": (lambda world: code(world, "age_over_19", "applicant"), "unrequested_claim"),
    "another kind": (lambda world: code(world, "no_arrears", held=world.issuer.tax()), ""),
}


@pytest.mark.parametrize("name", LIES)
async def test_every_lie_has_its_reason(desk: World, name: str) -> None:
    """
    The steps of `verifiers.verifying.verification`, one lie each; no claim is released, no use
    recorded.
    """
    lie, expected = LIES[name]

    assert (expected or "query_not_satisfied") == await result_code(desk, lie(desk))
    if name != "another kind":
        assert 0 == desk.network.to(STATUS_URI), "nothing is fetched for what failed already"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(1, "credential_revoked"), (2, "credential_suspended"), (3, "credential_outdated")],
)
async def test_the_status_is_asked_online(desk: World, status: int, expected: str) -> None:
    """
    The code needs no network of the phone; the desk asks the authority all the same.
    """
    desk.status.statuses[7] = status

    assert expected == await result_code(desk, code(desk))


async def test_an_authority_taken_off_the_list_counts_no_more(desk: World) -> None:
    """
    H87: that its chain is known says nothing.
    """
    await scanned(desk, code(desk))
    desk.ledger.entries.clear()
    desk.roots.trusted.remove(Role.ISSUER)

    assert "issuer_not_trusted" == await result_code(desk, code(desk))
    desk.roots.expires_at = NOW - timedelta(seconds=1)
    assert "trust_list_unusable" == await result_code(desk, code(desk))


@pytest.mark.parametrize(
    ("shown", "claims"),
    [
        ((), {}),
        (("current_address.moved_in_on",), {"moved_in_on": "2020-05-06"}),
        (("household.head_name",), {}),
        (("current_address.moved_in_on", "household.head_name"), {"moved_in_on": "2020-05-06"}),
    ],
    ids=["neither", "since when", "the head", "both"],
)
async def test_optional_claims_are_whatever_the_person_chose(
    desk: World, shown: tuple[str, ...], claims: dict[str, str]
) -> None:
    """
    A code names no alternative of the query; the one it answers exactly is found.
    """
    text = code(desk, "applicant", "current_address.address", *shown)

    result = await scanned(desk, text, "address-check")
    (credential,) = result["credentials"]
    assert {"address": ADDRESS} | claims == credential["claims"]["current_address"]
    assert ("household" in credential["claims"]) is ("household.head_name" in shown)
    record = ConsentRecord.parse(result["receipt"]["record"])
    assert set(shown) == set(record.asked.optional_chosen)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (("applicant",), "query_not_satisfied"),
        (("applicant", "current_address.address", "age_over_19"), "unrequested_claim"),
        (("applicant", "current_address"), "unrequested_claim"),
    ],
    ids=["too little", "too much", "the whole address"],
)
async def test_a_code_answers_one_alternative_or_none(
    desk: World, shown: tuple[str, ...], expected: str
) -> None:
    """
    Nothing beyond the registered claims is taken, and no less than is needed.
    """
    claims = REGISTER_CLAIMS | {"current_address": {"address": ADDRESS, "phone": NAME}}
    held = desk.issuer.issue(claims=claims)

    assert expected == await result_code(desk, code(desk, *shown, held=held), "address-check")


# Who may scan for what.


@pytest.mark.parametrize(
    ("profile", "party", "expected"),
    [
        ("lease-loan", None, Failure.CODE_NOT_REGISTERED),
        ("lease-loan", "gaon-bank", Failure.CODE_NOT_REGISTERED),
        ("nothing", None, Failure.PROFILE_UNKNOWN),
        ("adult-check", "parcel-service", Failure.PROFILE_UNKNOWN),
        (None, "corner-store", Failure.PROFILE_UNKNOWN),
    ],
)
async def test_only_registered_purposes_scan(
    desk: World, profile: str | None, party: str | None, expected: Failure
) -> None:
    """
    DESIGN 4: shown codes only where it is registered; each institution for its own purposes.
    """
    assert expected is await failure_of(desk, code(desk), profile, party)


async def test_an_institution_scans_for_its_own_purpose(desk: World) -> None:
    """
    The desk that is signed in gets a transaction that is its own.
    """
    transaction_id = await desk.verifiers.scan(code(desk), "adult-check", party="corner-store")

    (look,) = await desk.verifiers.recent("corner-store", 5)
    assert (transaction_id, "verified") == (look.transaction.id, look.state)


async def test_the_test_desk_takes_what_it_may_ask_for(desk: World) -> None:
    """
    Without a profile the question is what is shown, parts of lists by their places.
    """
    text = code(desk, "applicant", "members.1.name", "current_address.address")

    result = await scanned(desk, text, None)
    (credential,) = result["credentials"]
    assert [{"name": "김영희-CANARY-NAME"}] == credential["claims"]["members"]
    record = ConsentRecord.parse(result["receipt"]["record"])
    assert {"applicant", "members.1.name", "current_address.address"} == {*record.asked.disclosed}


async def test_the_test_desk_takes_no_unique_identifier(desk: World) -> None:
    """
    Personal Information Protection Act, article 24-2; the desk did not ask, so nothing is noted.
    """
    text = code(desk, "members.0.resident_number_back")

    assert Failure.UNREQUESTED_CLAIM is await failure_of(desk, text, None)
    assert () == await desk.verifiers.refused_askings(10)


@pytest.mark.parametrize("payload", ["e30", "bm8", "eyJ2Y3QiOjF9"], ids=["no type", "no", "1"])
async def test_the_test_desk_needs_to_know_what_it_is_shown(desk: World, payload: str) -> None:
    """
    A token that is no credential at all is a damaged code.
    """
    header, _, rest = presented(desk).partition(".")
    broken = f"{header}.{payload}.{rest.partition('.')[2]}"

    assert Failure.CODE_DAMAGED is await failure_of(desk, shown_code(broken), None)


async def test_a_scanned_transaction_has_no_request_to_fetch(desk: World) -> None:
    """
    Nobody can answer it a second time, or find a link to it.
    """
    transaction_id = await desk.verifiers.scan(code(desk), "adult-check")

    for again in (
        desk.verifiers.request_object(transaction_id),
        desk.verifiers.link_of(transaction_id),
        desk.verifiers.receive(transaction_id, b"response=x"),
    ):
        with pytest.raises(VerifierError) as caught:
            await again
        assert Failure.TRANSACTION_CLOSED is caught.value.failure
    with pytest.raises(VerifierError) as caught:
        await desk.verifiers.redeem(transaction_id, "")
    assert Failure.REDEMPTION_REFUSED is caught.value.failure


async def test_the_link_of_a_transaction_is_the_one_it_was_made_with(world: World) -> None:
    """
    A page that is opened again shows the same code, until it was answered or is too old.
    """
    asked = await world.ask()

    assert asked.request_uri == await world.verifiers.link_of(asked.transaction_id)
    assert RequestUri.parse(asked.request_uri).request_uri.endswith(asked.transaction_id)
    world.clock.move(minutes=6)
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.link_of(asked.transaction_id)
    assert Failure.TRANSACTION_EXPIRED is caught.value.failure
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.link_of("unknown")
    assert Failure.TRANSACTION_UNKNOWN is caught.value.failure


async def test_a_desk_sees_its_own_latest_transactions(world: World) -> None:
    """
    Newest first, as many as it likes, nobody else's, and nothing of what was shown.
    """
    first = await world.ask()
    world.clock.move(seconds=1)
    second = await world.ask()
    await world.ask("address-check")
    await world.answer(second)

    looks = await world.verifiers.recent("corner-store", 10)
    assert [(second.transaction_id, "verified"), (first.transaction_id, "pending")] == [
        (look.transaction.id, look.state) for look in looks
    ]
    assert 1 == len(await world.verifiers.recent("corner-store", 1))
    assert NAME not in repr(looks)
