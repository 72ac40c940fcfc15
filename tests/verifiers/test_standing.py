"""Asking again within one consent: as often as agreed, and never once more."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from consent.errors import ConsentError
from consent.forms.entry import EntryType, Leaf
from consent.forms.offer import SharingFlow
from consent.forms.receipt import Receipt
from consent.forms.record import Asked
from consent.forms.states import check_use, fold, of_consent
from consent.forms.submission import Submission
from keys import base64url
from keys.jws import parse
from keys.strict_json import JsonObject, dumps, loads_object
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import verify_sd_jwt
from tests.verifiers.sharing import Shared, share
from tests.verifiers.world import LEDGER_URL, NOW, RECORD_ID, TAX_SERVICE, Held, World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked as AskedQuestion
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.transaction import Flow
from web.outbound import Reply

STANDING = "https://phone.example/wallet/standing/AAAAAAAAAAAAAAAAAAAAAAAA"
ENTRIES = f"{LEDGER_URL}/consent/entries"
CLAIMS = ("no_arrears", "validity.until")


@dataclass
class Standing:
    """A holder whose wallet answers by itself; what it hands over can be made wrong."""

    world: World
    held: Held
    consent: JsonObject
    asked: AskedQuestion
    status: int = 200
    link: str = ""

    def __post_init__(self) -> None:
        self.world.network.answering[STANDING] = self._post

    def _post(self, body: bytes) -> Reply:
        self.link = str(loads_object(body)["request_uri"])
        return Reply(self.status, "application/json", b"{}")

    async def ask(self) -> AskedQuestion:
        return await self.world.verifiers.ask_again("loan-review", RECORD_ID)

    async def use(self, **changes: Any) -> JsonObject:
        """Ask again and answer, at once; return the result."""
        asked = await self.ask()
        assert self.link == asked.request_uri
        await self.answer(asked, **changes)
        return await self.world.state(asked)

    async def answer(self, asked: AskedQuestion, **changes: Any) -> None:
        request = (await self.world.wallet.open(asked)).request
        shown = self.world.wallet.bound(self.held.show(*CLAIMS), request, self.held.key)
        consent = self.consent | {"standing": None} | changes
        body = self.world.wallet.body(request, {"tax": [shown]}, consent=consent)
        await self.world.post(asked, body)


@pytest.fixture
async def standing(world: World) -> Standing:
    """A consent to twelve looks, its first use made, at a ledger that counts."""
    counting(world)
    asked = await world.ask("loan-review")
    opened = await world.wallet.open(asked)
    held = world.issuer.tax(expires_at=NOW + timedelta(days=400))
    bound = world.wallet.bound(held.show(*CLAIMS), opened.request, held.key)
    shown = verify_sd_jwt(
        parse_sd_jwt(bound),
        held.issuer.public.verification_key(),
        expected_typ=frozenset({"dc+sd-jwt"}),
    )
    agreed = Asked(CLAIMS, (), CLAIMS, (f"{TAX_SERVICE}/types/tax-payment/1",))
    consent = world.wallet.consent(opened, shown, asked=agreed) | {"standing": {"uri": STANDING}}
    await world.post(asked, world.wallet.body(opened.request, {"tax": [bound]}, consent=consent))
    assert "verified" == (await world.state(asked))["state"]
    return Standing(world, held, consent, asked)


def counting(world: World) -> None:
    """Let the world's ledger refuse what the published rule refuses, as the real one does."""
    ledger, take = world.ledger, world.network.answering[ENTRIES]

    def answer(body: bytes) -> Reply:
        submission = Submission.parse(loads_object(parse(body.decode()).payload))
        deposit = submission.deposit
        if submission.entry.type is not EntryType.USED or deposit is None:
            return take(body)
        events = of_consent(ledger.records(submission.entry.label), RECORD_ID)
        known = fold(events, deposit.terms, at=world.clock.now)
        try:
            check_use(known, events[0].record, deposit.record)
        except ConsentError as error:
            code = dumps({"error": error.failure.value})
            return Reply(409, "application/json", code)
        return take(body)

    world.network.answering[ENTRIES] = answer


async def test_each_use_is_recorded_under_the_one_consent(standing: Standing) -> None:
    """
    No new consent is asked for: the same terms, a use of its own, the wallet told each time.
    """
    standing.world.clock.move(days=31)
    result = await standing.use()

    assert "verified" == result["state"]
    receipt = Receipt.parse(result["receipt"])
    assert (RECORD_ID, SharingFlow.STANDING) == (
        receipt.record.consent_id,
        receipt.record.evidence.flow,
    )
    types = [Leaf.parse(entry).type for entry in standing.world.ledger.entries]
    assert [EntryType.CONSENT, EntryType.USED, EntryType.USED] == types


async def test_the_use_after_the_last_gets_nothing(standing: Standing) -> None:
    """
    Twelve looks were agreed to: the ledger refuses the thirteenth, before anything is released.
    """
    for _ in range(11):
        standing.world.clock.move(days=31)
        assert "verified" == (await standing.use())["state"]
    standing.world.clock.move(days=20)

    asked = await standing.ask()
    with pytest.raises(VerifierError) as caught:
        await standing.answer(asked)

    assert (Failure.LEDGER_REFUSED, "consent_used_up") == (
        caught.value.failure,
        caught.value.where,
    )
    assert ("failed", []) == _told(await standing.world.state(asked))


async def test_a_use_too_early_gets_nothing(standing: Standing) -> None:
    """
    Once a month: the second look in a month is refused by the ledger, whatever the wallet does.
    """
    standing.world.clock.move(days=3)

    asked = await standing.ask()
    with pytest.raises(VerifierError) as caught:
        await standing.answer(asked)

    assert "use_too_early" == caught.value.where
    assert ("failed", []) == _told(await standing.world.state(asked))


async def test_nothing_is_asked_after_a_withdrawal_or_the_end(standing: Standing) -> None:
    """
    The party itself stops at once: it does not even ask.
    """
    standing.world.clock.move(days=366)
    with pytest.raises(VerifierError) as caught:
        await standing.ask()
    assert Failure.CONSENT_ENDED is caught.value.failure

    standing.world.clock.move(days=-300)
    handed = Receipt.parse(standing.consent["receipt"])
    mine = Shared(
        standing.world,
        (await standing.world.store.find(standing.asked.transaction_id))[0],
        handed.terms,  # type: ignore[arg-type]  # our wallet's receipts have terms
        key=standing.world.wallet.holder,
        consent_id=RECORD_ID,
    )
    mine.pair = replace(mine.pair, **_pair(standing.consent))
    await standing.world.verifiers.duties.receive_notice(mine.notice())
    with pytest.raises(VerifierError) as caught:
        await standing.ask()
    assert Failure.CONSENT_ENDED is caught.value.failure
    assert "" == standing.link


@pytest.mark.parametrize(
    ("profile", "consent_id"),
    [
        ("loan-review", "0b0f9b1c-6b7e-4f0e-9a55-000000000000"),
        ("lease-loan", RECORD_ID),
        ("adult-check", RECORD_ID),
    ],
    ids=["never was", "another purpose", "another party"],
)
async def test_only_a_consent_of_ones_own_is_asked_within(
    standing: Standing, profile: str, consent_id: str
) -> None:
    """
    H90: another's is as unknown as none.
    """
    with pytest.raises(VerifierError) as caught:
        await standing.world.verifiers.ask_again(profile, consent_id)

    assert Failure.CONSENT_UNKNOWN is caught.value.failure


async def test_a_consent_to_one_use_is_not_asked_within(world: World) -> None:
    """
    It ended with that use.
    """
    shared = await share(world)
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.ask_again("address-check", shared.consent_id)

    assert Failure.CONSENT_ENDED is caught.value.failure


async def test_a_wallet_that_gave_no_address_is_not_asked(world: World) -> None:
    """
    It agreed to several uses but answers each on the phone: there is nowhere to ask.
    """
    shared = await share(world, "loan-review")
    with pytest.raises(VerifierError) as caught:
        await world.verifiers.ask_again("loan-review", shared.consent_id)

    assert Failure.CONSENT_UNKNOWN is caught.value.failure


@pytest.mark.parametrize("lie", ["nothing", "another consent"])
async def test_an_answer_must_rest_on_the_very_consent(standing: Standing, lie: str) -> None:
    """
    Another holder of the same party cannot answer in the person's place.
    """
    # On the very same terms: agreed to on the same day.
    other = None if lie == "nothing" else await _another(standing.world)
    standing.world.clock.move(days=31)
    asked = await standing.ask()
    request = (await standing.world.wallet.open(asked)).request
    shown = standing.world.wallet.bound(standing.held.show(*CLAIMS), request, standing.held.key)

    body = standing.world.wallet.body(request, {"tax": [shown]}, consent=other)

    with pytest.raises(VerifierError) as caught:
        await standing.world.post(asked, body)

    assert Failure.CONSENT_MISMATCH is caught.value.failure


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Failure.CONSENT_ENDED),
        (409, Failure.STANDING_REFUSED),
        (503, Failure.WALLET_UNREACHABLE),
    ],
)
async def test_a_wallet_that_does_not_answer_ends_the_question(
    standing: Standing, status: int, expected: Failure
) -> None:
    """
    The desk reads why, and nobody can answer it later.
    """
    standing.status = status
    standing.world.clock.move(days=31)
    with pytest.raises(VerifierError) as caught:
        await standing.ask()

    assert expected is caught.value.failure
    (look, *_) = await standing.world.verifiers.recent("gaon-bank", 1)
    assert ("failed", Flow.STANDING) == (look.state, look.transaction.flow)


async def test_a_wallet_that_is_away_ends_the_question_too(standing: Standing) -> None:
    """
    It may be asked again; each question is one of its own.
    """
    standing.world.clock.move(days=31)
    standing.world.network.failing[STANDING] = 1
    with pytest.raises(VerifierError) as caught:
        await standing.ask()

    assert Failure.WALLET_UNREACHABLE is caught.value.failure
    assert "verified" == (await standing.use())["state"]


async def test_nobody_asks_in_that_flow_without_a_consent(world: World) -> None:
    """
    The flow belongs to a consent that stands; a desk cannot choose it.
    """
    for asking in (
        world.verifiers.ask_profile("loan-review", Wish(flow=Flow.STANDING)),
        world.verifiers.ask_profile("adult-check", Wish(flow=Flow.STANDING)),
    ):
        with pytest.raises(VerifierError) as caught:
            await asking
        assert Failure.FLOW_NOT_REGISTERED is caught.value.failure


def _told(state: JsonObject) -> tuple[object, object]:
    return state["state"], state["credentials"]


def _pair(consent: JsonObject) -> dict[str, bytes]:
    return {name: base64url.decode(str(consent[name])) for name in ("label", "mac_key")}


async def _another(world: World) -> JsonObject:
    """Return a consent of another holder to the same party and purpose."""
    asked = await world.ask("loan-review")
    opened = await world.wallet.open(asked)
    held = world.issuer.tax()
    bound = world.wallet.bound(held.show(*CLAIMS), opened.request, held.key)
    shown = verify_sd_jwt(
        parse_sd_jwt(bound),
        held.issuer.public.verification_key(),
        expected_typ=frozenset({"dc+sd-jwt"}),
    )
    other = "1c1f9b1c-6b7e-4f0e-9a55-0d7d6c4b8a11"
    world.ledger.by_key.clear()
    return world.wallet.consent(opened, shown, record_id=other, consent_id=other)
