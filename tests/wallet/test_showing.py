"""A code anybody may read: what it holds, what is recorded first, and when there is none."""

from datetime import timedelta

import pytest

from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState, HolderKey
from keys import base64url
from keys.strict_json import dumps, loads_object
from keys.x509 import to_x5c
from standards.dcql.paths import ClaimsPathPointer
from standards.profiles import Profile
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc, verify_vc_key_binding
from standards.shown_code.challenge import Challenge
from standards.shown_code.code import AUDIENCE, ShownCode, request_sha256
from tests.wallet.issuer_of_test import CLAIMS, VCT, IssuerOfTest, without_status
from tests.wallet.refusal import refused
from tests.wallet.world import HOLDER, LEDGER_URL, World
from wallet.errors import WalletFailure
from wallet.labels import Language
from wallet.presenting.showing import READER
from web.errors import Party

ENTRIES = f"{LEDGER_URL}/consent/entries"


def paths(*texts: str) -> tuple[ClaimsPathPointer, ...]:
    return tuple(ClaimsPathPointer.parse_dotted(text) for text in texts)


@pytest.fixture
async def held(world: World, issuer: IssuerOfTest) -> str:
    """The id of a credential of the holder."""
    return (await world.wallets.accept(HOLDER, issuer.offer_uri())).credential_ids[0]


def opened(text: str, issuer: IssuerOfTest, world: World) -> tuple[VerifiedVc, str]:
    """Return what a desk that knows the chain reads in a code, verified; and its nonce."""
    code = ShownCode.parse(text)
    vc = verify_vc(
        parse_sd_jwt(code.restored(dumps(to_x5c(issuer.chain)))),
        issuer.signer.public.verification_key(),
        profile=Profile.HAIP,
        now=world.clock.now,
    )
    nonce = str(loads_object(code.binding)["nonce"])
    verify_vc_key_binding(
        vc,
        expected_audience=AUDIENCE,
        expected_nonce=nonce,
        now=world.clock.now,
        max_age=timedelta(seconds=30),
    )
    return vc, nonce


async def test_a_code_holds_what_was_chosen_signed_for_whoever_reads_it(
    world: World, issuer: IssuerOfTest, held: str
) -> None:
    """
    One claim, the holder's signature over it, a fresh nonce of 128 bits, half a minute.
    """
    code = await world.wallets.show_code(HOLDER, held, paths("age_over_19"))

    vc, nonce = opened(code.text, issuer, world)
    assert (("age_over_19",),) == vc.sd.disclosed_paths
    assert 16 == len(base64url.decode(nonce))
    assert world.clock.now.replace(microsecond=0) + timedelta(seconds=30) == code.expires_at
    assert code.text not in repr(code)
    again = await world.wallets.show_code(HOLDER, held, paths("age_over_19"))
    assert nonce != opened(again.text, issuer, world)[1]


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [
        (("address.region",), {"address": {"region": "서울특별시"}}),
        (("address",), {"address": CLAIMS["address"]}),
        (("members.*.name",), {"members": CLAIMS["members"]}),
        (("name", "age_over_19", "name"), {"name": "김카나리아", "age_over_19": True}),
    ],
    ids=["a part", "a whole", "each of a list", "two, one of them twice"],
)
async def test_exactly_the_chosen_claims_are_shown(
    world: World, issuer: IssuerOfTest, held: str, chosen: tuple[str, ...], shown: object
) -> None:
    """
    irmamobile#158: the set that is sent is the set that was ticked, by path.
    """
    code = await world.wallets.show_code(HOLDER, held, paths(*chosen))

    vc, _ = opened(code.text, issuer, world)
    own = {"iss", "vct", "iat", "exp", "cnf", "status", "vct#integrity"}
    assert shown == {name: value for name, value in vc.claims.items() if name not in own}


async def test_the_consent_is_recorded_before_the_code_is_there(
    world: World, issuer: IssuerOfTest, held: str
) -> None:
    """
    The ledger's entry commits to this very disclosure; no party, no terms, all of it chosen.
    """
    code = await world.wallets.show_code(
        HOLDER, held, paths("age_over_19"), language=Language.ENGLISH
    )

    entry = (await world.wallets.history(HOLDER))[0]
    assert ("shown", ["age_over_19"], [VCT]) == (
        entry["event"],
        entry["claims"],
        entry["credential_types"],
    )
    assert {"id": AUDIENCE, "name": READER.name, "verified": False} == entry["party"]
    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(entry["receipt"])))
    verified = verify_receipt(receipt, log_key=world.ledger.signer.verifier_key)
    record, evidence = verified.record, verified.record.evidence
    vc, nonce = opened(code.text, issuer, world)
    assert (EventState.GIVEN, READER, "en") == (
        record.event_state,
        record.controller,
        record.language,
    )
    assert ((), ("age_over_19",), ("age_over_19",)) == (
        record.asked.requested,
        record.asked.optional_chosen,
        record.asked.disclosed,
    )
    assert (request_sha256(nonce), None, None, HolderKey.KEPT) == (
        evidence.request_sha256,
        evidence.terms_sha256,
        evidence.terms_binding,
        evidence.key,
    )
    assert evidence.disclosure_commitment is not None
    assert vc.sd.disclosed


@pytest.mark.parametrize("trouble", ["silent", "refusing"])
async def test_no_record_no_code(world: World, held: str, trouble: str) -> None:
    """
    When the ledger does not take the consent, nothing is shown and nothing is in the history.
    """
    if trouble == "silent":
        world.network.unreachable.add("ledger.example")
    else:
        world.ledger.status = 403
    before = await world.wallets.history(HOLDER)

    with refused(
        WalletFailure.LEDGER_UNAVAILABLE if trouble == "silent" else WalletFailure.LEDGER_REFUSED,
        Party.LEDGER,
    ):
        await world.wallets.show_code(HOLDER, held, paths("age_over_19"))
    assert before == await world.wallets.history(HOLDER)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (1, WalletFailure.CREDENTIAL_REVOKED),
        (2, WalletFailure.CREDENTIAL_SUSPENDED),
        (3, WalletFailure.CREDENTIAL_OUTDATED),
    ],
    ids=["revoked", "suspended", "outdated"],
)
async def test_what_every_desk_refuses_is_not_shown(
    world: World, issuer: IssuerOfTest, held: str, status: int, failure: WalletFailure
) -> None:
    """
    H88: the holder learns it in private, and nothing is recorded.
    """
    issuer.status = status

    with refused(failure):
        await world.wallets.show_code(HOLDER, held, paths("age_over_19"))
    assert [] == world.network.to(ENTRIES)


async def test_an_expired_certificate_is_not_shown(world: World, held: str) -> None:
    """
    Its end is known without asking anybody.
    """
    world.clock.now += timedelta(days=91)

    with refused(WalletFailure.CREDENTIAL_EXPIRED):
        await world.wallets.show_code(HOLDER, held, paths("age_over_19"))


async def test_a_status_nobody_tells_is_left_to_the_desk(world: World, held: str) -> None:
    """
    The desk asks for itself; a phone that cannot ask still shows.
    """
    world.network.unreachable.add("issuer.example")

    assert (await world.wallets.show_code(HOLDER, held, paths("age_over_19"))).text


async def test_a_certificate_without_status_is_shown(world: World, issuer: IssuerOfTest) -> None:
    """
    Where the authority lists none, its expiry is the only limit.
    """
    issuer.change_new = without_status
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())

    code = await world.wallets.show_code(HOLDER, accepted.credential_ids[0], paths("name"))
    assert opened(code.text, issuer, world)[0].status is None


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ((), "none was named"),
        (("nothing",), "nothing"),
        (("age_over_19", "members.9.name"), "members.9.name"),
        (("cnf",), "cnf"),
        (("status.status_list.idx",), "status.status_list.idx"),
        (("x" * 500,), "x" * 80 + "."),
    ],
    ids=["none", "unknown", "beyond a list", "the holder's key", "the status", "long"],
)
async def test_what_is_no_claim_is_refused(
    world: World, held: str, chosen: tuple[str, ...], reason: str
) -> None:
    """
    Nothing is shown in part, and what describes the certificate itself is no claim.
    """
    with refused(WalletFailure.UNKNOWN_CLAIM, Party.CALLER, reason):
        await world.wallets.show_code(HOLDER, held, paths(*chosen))
    assert [] == world.network.to(ENTRIES)


async def test_what_fits_into_no_code_is_refused(world: World, issuer: IssuerOfTest) -> None:
    """
    A photograph's worth of claims: told before anything is recorded.
    """
    issuer.claims = {**CLAIMS, "photo": base64url.encode(issuer.entropy(6000))}
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())

    with refused(WalletFailure.CODE_TOO_LARGE):
        await world.wallets.show_code(HOLDER, accepted.credential_ids[0], paths("photo"))
    assert [] == world.network.to(ENTRIES)


@pytest.mark.parametrize("holder", [HOLDER, "jun"])
async def test_only_the_holders_own_credential_is_shown(
    world: World, held: str, holder: str
) -> None:
    """
    H90: an unknown id and another holder's answer alike.
    """
    credential_id = held if holder != HOLDER else "unknown"

    with refused(WalletFailure.UNKNOWN_CREDENTIAL):
        await world.wallets.show_code(holder, credential_id, paths("age_over_19"))


async def test_codes_to_whoever_reads_them_share_a_pair_of_their_own(
    world: World, held: str
) -> None:
    """
    In the public log they stand under one label, which no institution ever meets.
    """
    for _ in range(2):
        await world.wallets.show_code(HOLDER, held, paths("age_over_19"))

    labels = {str(submission["label"]) for submission in world.ledger.submissions}
    assert 1 == len(labels)


def challenge_of(world: World, party: str = "corner-store") -> Challenge:
    return Challenge.new(party, bytes(range(16)), now=world.clock.now)


async def test_a_challenge_is_answered_for_that_desk_alone(
    world: World, issuer: IssuerOfTest, held: str
) -> None:
    """
    The first step's id and nonce are what is signed, and who stands in the record.
    """
    challenge = challenge_of(world)

    code = await world.wallets.show_code(HOLDER, held, paths("name"), challenge=challenge.text)

    claims = loads_object(ShownCode.parse(code.text).binding)
    assert (challenge.audience, challenge.nonce) == (claims["aud"], claims["nonce"])
    entry, *_ = await world.wallets.history(HOLDER)
    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(entry["receipt"])))
    assert "corner-store" == receipt.record.controller.id
    expected = request_sha256(challenge.nonce, challenge.audience)
    assert expected == receipt.record.evidence.request_sha256
    assert expected != request_sha256(challenge.nonce)


@pytest.mark.parametrize(
    ("text", "seconds", "failure"),
    [
        ("", 0, WalletFailure.CHALLENGE_UNREADABLE),
        ("MD2:ABC.", 0, WalletFailure.CHALLENGE_UNREADABLE),
        (None, 421, WalletFailure.CHALLENGE_OVER),
        (None, -181, WalletFailure.CHALLENGE_OVER),
    ],
)
async def test_what_no_desk_shows_now_is_not_answered(
    world: World, held: str, text: str | None, seconds: int, failure: WalletFailure
) -> None:
    """
    A photograph of an old screen, or another code: nothing is signed, nothing recorded.
    """
    shown = challenge_of(world).text if text is None else text
    world.clock.now += timedelta(seconds=seconds)

    with refused(failure):
        await world.wallets.show_code(HOLDER, held, paths("name"), challenge=shown)
    assert [] == world.ledger.submissions
