"""A standing consent: answered by itself inside what was agreed, and nowhere beyond."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consent.forms.handover import Handover
from consent.forms.record import EventState
from consent.forms.terms import Purpose
from standards.openid4vp.response import AuthorizationResponse
from tests.wallet.issuer_of_test import IssuerOfTest
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.refusal import refused
from tests.wallet.test_sharing import paths
from tests.wallet.verifier_of_test import BASE, VerifierOfTest, query, same_text, terms
from tests.wallet.world import HOLDER, WALLET_URL, World
from wallet.errors import WalletFailure
from wallet.kept.keeping import BoxKind
from wallet.presenting.possible import Wish
from web.errors import Party

USES = 3


@pytest.fixture
def log(world: World) -> LogOfTest:
    return LogOfTest(world.ledger)


@pytest.fixture
async def party(world: World, verifier: VerifierOfTest, log: LogOfTest) -> VerifierOfTest:
    """A party that was agreed to three times within a year, and has used it once."""
    until = world.clock.now.replace(microsecond=0) + timedelta(days=365)
    verifier.terms = replace(terms(), uses=USES, until=until)
    verifier.dcql = query("birth_date")
    RecipientOfTest(verifier)
    await world.wallets.present(HOLDER, verifier.link, Wish(include=paths("birth_date")))
    return verifier


def handed_over(party: VerifierOfTest) -> Handover:
    """What the wallet handed over with its first answer."""
    first = party.responses[0]
    assert isinstance(first, AuthorizationResponse)
    return Handover.parse(first.mydata_consent)


async def use(world: World, party: VerifierOfTest) -> None:
    """Ask at the address that was handed over, with a new request."""
    uri = handed_over(party).standing
    assert uri is not None
    assert uri.startswith(f"{WALLET_URL}/wallet/standing/")
    party.random = world.entropy(32)
    await world.consents.answer_standing(uri.rpartition("/")[2], party.link)


def consents_in(world: World) -> int:
    states = [each.record.event_state for each in world.ledger.deposits.values()]
    return states.count(EventState.GIVEN)


async def test_a_request_inside_the_consent_is_answered(
    world: World, party: VerifierOfTest
) -> None:
    """
    The same claims, no new consent, the use recorded by the party, and a line of the history.
    """
    await use(world, party)

    assert 2 == len(party.verified)
    assert {("name",), ("birth_date",)} == set(party.verified[1].sd.disclosed_paths)
    assert 1 == consents_in(world)
    line, *_ = await world.wallets.history(HOLDER)
    given = handed_over(party).receipt.record.record_id
    assert ("answered", given, ["name", "birth_date"]) == (
        line["event"],
        line["receipt"],
        line["claims"],
    )
    assert line["used_receipt"] is not None
    again = party.responses[1]
    assert isinstance(again, AuthorizationResponse)
    assert Handover.parse(again.mydata_consent).standing is None


async def test_after_the_last_use_nothing_is_answered(world: World, party: VerifierOfTest) -> None:
    """
    Three were agreed to; the fourth finds the address closed for good.
    """
    await use(world, party)
    await use(world, party)
    for _ in range(2):
        with refused(WalletFailure.STANDING_CLOSED, Party.CALLER):
            await use(world, party)

    assert USES == len(party.verified)


async def test_after_a_withdrawal_nothing_is_answered(world: World, party: VerifierOfTest) -> None:
    """
    The address is closed before the ledger is asked, and whether it answers or not.
    """
    world.network.unreachable.add("ledger.example")
    given = handed_over(party).receipt.record.record_id
    await world.consents.withdraw(HOLDER, given)

    with refused(WalletFailure.STANDING_CLOSED, Party.CALLER):
        await use(world, party)


async def test_after_its_end_nothing_is_answered(world: World, party: VerifierOfTest) -> None:
    """
    Past the day that was agreed to, the consent is over.
    """
    world.clock.now += timedelta(days=366)

    with refused(WalletFailure.STANDING_CLOSED, Party.CALLER):
        await use(world, party)


async def test_without_the_ledger_nothing_is_answered(world: World, party: VerifierOfTest) -> None:
    """
    Log before use: nobody can say whether the consent still stands.
    """
    world.network.unreachable.add("ledger.example")

    with refused(WalletFailure.LEDGER_UNAVAILABLE, Party.LEDGER):
        await use(world, party)


@pytest.mark.parametrize(
    "bend",
    [
        lambda party: setattr(party, "dcql", query("birth_date", "address")),
        lambda party: setattr(
            party,
            "terms",
            replace(party.terms, purpose=Purpose("another", same_text("Another"))),
        ),
        lambda party: setattr(party, "terms", None),
    ],
    ids=["more claims are optional", "another purpose", "no terms"],
)
async def test_what_goes_beyond_is_not_sent(
    world: World, party: VerifierOfTest, bend: Any, request: pytest.FixtureRequest
) -> None:
    """
    Another purpose is refused; of optional claims only those agreed to are sent.
    """
    bend(party)
    if "optional" in request.node.callspec.id:
        await use(world, party)
        assert {("name",), ("birth_date",)} == set(party.verified[1].sd.disclosed_paths)
        return
    with refused(WalletFailure.BEYOND_CONSENT, Party.VERIFIER):
        await use(world, party)
    assert 1 == len(party.verified)


async def test_a_claim_that_was_not_agreed_to_is_not_sent(
    world: World, party: VerifierOfTest
) -> None:
    """
    A request that needs more than was agreed to is refused whole.
    """
    party.dcql = {"credentials": [{**BASE, "claims": [{"path": ["name"]}, {"path": ["address"]}]}]}

    with refused(WalletFailure.BEYOND_CONSENT, Party.VERIFIER):
        await use(world, party)


async def test_another_party_has_no_use_for_the_address(
    world: World, party: VerifierOfTest, issuer: IssuerOfTest
) -> None:
    """
    A stolen address brings a thief nothing: the request must be the party's own.
    """
    thief = VerifierOfTest(world, issuer, organization="KR-999", terms=terms("KR-999"))
    thief.terms = replace(terms("KR-999"), uses=3)
    code = str(handed_over(party).standing).rpartition("/")[2]

    with refused(WalletFailure.BEYOND_CONSENT, Party.VERIFIER):
        await world.consents.answer_standing(code, thief.link)


@pytest.mark.parametrize("code", ["", "x", "A" * 43])
async def test_an_unknown_address_answers_nothing(
    world: World, party: VerifierOfTest, code: str
) -> None:
    """
    Unknown and ended are told apart to nobody.
    """
    with refused(WalletFailure.STANDING_CLOSED, Party.CALLER):
        await world.consents.answer_standing(code, party.link)


async def test_a_deleted_certificate_is_not_sent(world: World, party: VerifierOfTest) -> None:
    """
    P7: the kind must still be held and valid; the party is told what it would be told of a
    question that goes too far, and not that nothing is there.
    """
    (credential,) = await world.wallets.credentials(HOLDER)
    await world.wallets.delete(HOLDER, credential.id)

    with refused(WalletFailure.BEYOND_CONSENT, Party.VERIFIER, "Nothing that was agreed to"):
        await use(world, party)


async def test_one_request_is_answered_once(world: World, party: VerifierOfTest) -> None:
    """
    The same request ten times at once: one answer, one use.
    """
    code = str(handed_over(party).standing).rpartition("/")[2]
    party.random = world.entropy(32)
    link = party.link
    answered = await asyncio.gather(
        *(world.consents.answer_standing(code, link) for _ in range(10)), return_exceptions=True
    )

    assert 1 == sum(each is None for each in answered)
    assert 2 == len(party.verified)


async def test_a_single_use_has_no_address(world: World, verifier: VerifierOfTest) -> None:
    """
    Nothing is handed over that nobody agreed to.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())

    assert handed_over(verifier).standing is None


async def test_a_receipt_of_something_else_is_told_in_the_history(
    world: World, party: VerifierOfTest
) -> None:
    """
    The use took place; what the party signed does not prove it, and that is said.
    """
    party.change_answer = lambda _: {"mydata_receipt": {"used": {}}}
    await use(world, party)

    line, *_ = await world.wallets.history(HOLDER)
    assert ("party_receipt_invalid", None) == (line["reason"], line["used_receipt"])


async def test_a_consent_without_its_receipt_answers_nothing(
    world: World, party: VerifierOfTest
) -> None:
    """
    Without the receipt nobody knows what was agreed to.
    """
    given = handed_over(party).receipt.record.record_id
    await world.store.remove(HOLDER, BoxKind.RECEIPT, given)

    with refused(WalletFailure.STANDING_CLOSED, Party.CALLER):
        await use(world, party)
