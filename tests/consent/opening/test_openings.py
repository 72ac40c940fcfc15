"""Receipts opened by proving a key: the ledger asks for a certificate, and for no claim of it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from consent.errors import ConsentError, ConsentFailure
from consent.forms.record import EventState
from consent.ledger import Ledger
from consent.opening.openings import Openings
from consent.opening.proof import prove_key
from consent.opening.question import Question, new_question
from consent.opening.sealed_question import open_question, seal_question
from consent.store import SqlOpeningStore
from consent.store.openings import openings as table
from keys.entropy import SYSTEM_ENTROPY
from keys.role import Role
from keys.sealing import DataKey
from keys.signer import SoftwareSigner
from standards.openid4vp.errors import AuthorizationErrorCode
from standards.openid4vp.request_object import verify_request_object
from standards.openid4vp.response import ErrorResponse, encode_response
from standards.openid4vp.signer import Grounds
from tests.conftest import EngineOf
from tests.consent.opening.world import (
    BASE,
    DOCTYPE,
    NOW,
    VCT,
    ForeignWallet,
    OpeningWorld,
    code_in,
    opening_id,
    request_in,
)
from tests.consent.sharing import Sharing
from tests.consent.world import World

BROWSER = "b" * 43


@pytest.fixture
def opening() -> OpeningWorld:
    """Roots and a clock."""
    return OpeningWorld()


@pytest.fixture
def wallet(opening: OpeningWorld) -> ForeignWallet:
    """Another maker's wallet with a certificate of a trusted issuer."""
    return ForeignWallet(opening.issuer)


@pytest.fixture
def desk(ledger: Ledger, sqlite: AsyncEngine, opening: OpeningWorld) -> Openings:
    """The ledger that asks."""
    store = SqlOpeningStore(sqlite)
    return Openings(store, ledger.records_of_key, DataKey(bytes(32)), opening.desk())


async def refusal(work: Any) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        await work
    return caught.value.failure


async def test_what_was_filed_with_a_key_is_read_by_who_proves_it(
    desk: Openings, ledger: Ledger, world: World, wallet: ForeignWallet
) -> None:
    """
    A use without a consent of ours, filed with the wallet's key: shown to it, and nothing else is.
    """
    foreign, other = Sharing(ledger, world), Sharing(ledger, world)
    theirs = foreign.deposit(foreign.record(EventState.USED), holder_key=wallet.thumbprint)
    anothers = other.deposit(other.record(EventState.USED), holder_key=bytes(32))
    for sharing, deposit in ((foreign, theirs), (other, anothers)):
        await ledger.submit(sharing.token(deposit, opens=True))

    link = await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(link))
    back = await desk.receive(opening_id(link), wallet.answer(asked))
    [kept] = await desk.records(opening_id(link), code_in(back), BROWSER)

    assert back.startswith(f"{BASE}/consent/receipts/{opening_id(link)}?")
    assert kept.deposit is not None
    assert theirs.record == kept.deposit.record


async def test_the_request_asks_for_no_claim_and_says_who_asks(
    desk: Openings, opening: OpeningWorld
) -> None:
    """
    Signed by the ledger's certified key, encrypted answer, one certificate, no claims at all.
    """
    link = await desk.begin([VCT, "https://other.example/t"], BROWSER)
    asked = await desk.request_object(opening_id(link))
    request = request_in(asked)
    verified = verify_request_object(
        asked,
        expected_client_id=request.client_id,
        expected_wallet_nonce=None,
        grounds=Grounds(opening.trust.anchors(Role.VERIFIER, NOW)),
        now=NOW,
    )

    assert verified.certificate is not None
    assert "ledger" == verified.certificate.organization_id
    [query] = request.dcql_query.credentials
    assert ((), True) == (query.claims, query.require_cryptographic_holder_binding)
    assert (VCT, "https://other.example/t") == query.types


async def test_another_browser_is_told_nothing(desk: Openings, wallet: ForeignWallet) -> None:
    """
    T9: whoever began elsewhere, or lacks the code, hears what who comes too late hears.
    """
    link = await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(link))
    early = await refusal(desk.records(opening_id(link), "x", BROWSER))
    code = code_in(await desk.receive(opening_id(link), wallet.answer(asked)))

    foreign = await refusal(desk.records(opening_id(link), code, "c" * 43))
    wrong = await refusal(desk.records(opening_id(link), "x" * 43, BROWSER))
    absent = await refusal(desk.records("x" * 22, code, BROWSER))
    assert {ConsentFailure.OPENING_UNKNOWN} == {early, foreign, wrong, absent}


async def test_it_is_over_after_five_minutes(
    desk: Openings, opening: OpeningWorld, wallet: ForeignWallet
) -> None:
    """
    Neither asked, answered nor read after its time, and gone from the table with the next one.
    """
    link = await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(link))
    opening.now += timedelta(minutes=5)
    late = await refusal(desk.receive(opening_id(link), wallet.answer(asked)))
    await desk.begin([VCT], BROWSER)

    assert ConsentFailure.OPENING_UNKNOWN == late
    assert ConsentFailure.OPENING_UNKNOWN == await refusal(desk.request_object(opening_id(link)))


async def test_of_many_answers_the_first_counts(desk: Openings, wallet: ForeignWallet) -> None:
    """
    R15: fifty answers at once, one proof; the others are refused.
    """
    link = await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(link))
    body = wallet.answer(asked)
    outcomes = await asyncio.gather(
        *(desk.receive(opening_id(link), body) for _ in range(50)), return_exceptions=True
    )

    won = [outcome for outcome in outcomes if isinstance(outcome, str)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, ConsentError)]
    assert (1, 49) == (len(won), len(lost))
    assert {ConsentFailure.OPENING_REFUSED} == {error.failure for error in lost}


async def test_a_question_in_the_database_opens_nothing_elsewhere(
    desk: Openings, sqlite: AsyncEngine, wallet: ForeignWallet
) -> None:
    """
    What was proven for one question, put into another's row, does not open.
    """
    first, second = await desk.begin([VCT], BROWSER), await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(first))
    await desk.receive(opening_id(first), wallet.answer(asked))
    other = await desk.request_object(opening_id(second))
    code = code_in(
        await desk.receive(opening_id(second), ForeignWallet(wallet.issuer).answer(other))
    )
    store = SqlOpeningStore(sqlite)
    stolen = await store.find(opening_id(first))
    assert stolen is not None
    async with sqlite.begin() as connection:
        moved = update(table).where(table.c.id == opening_id(second))
        await connection.execute(moved.values(proven=stolen.proven))

    unknown = await refusal(desk.records(opening_id(second), code, BROWSER))
    assert ConsentFailure.OPENING_UNKNOWN == unknown


def damaged() -> None:
    key = DataKey(bytes(32))
    world = OpeningWorld()
    question = new_question(
        [VCT], browser=bytes(32), base=BASE, key=world.key, entropy=SYSTEM_ENTROPY, now=NOW
    )
    sealed = seal_question(question, key)
    assert question.nonce == open_question(question.id, sealed, key).nonce
    open_question("another", sealed, key)


def test_a_damaged_question_is_named() -> None:
    """
    A sealed question bound to another id is damage, not an answer.
    """
    with pytest.raises(ConsentError) as caught:
        damaged()

    assert ConsentFailure.STORE_DAMAGED == caught.value.failure


Lie = Callable[[ForeignWallet, str], bytes]
LIES: dict[str, Lie] = {
    "unknown-issuer": lambda wallet, asked: replace(wallet, issuer=OpeningWorld().rogue).answer(
        asked
    ),
    "another-key": lambda wallet, asked: replace(
        wallet, signs_with=SoftwareSigner.generate()
    ).answer(asked),
    "a-claim-too-many": lambda wallet, asked: replace(wallet, shows=1).answer(asked),
    "another-type": lambda wallet, asked: replace(wallet, vct="https://x.example/t").answer(asked),
    "another-nonce": lambda wallet, asked: wallet.answer(asked, nonce="n" * 43),
    "another-audience": lambda wallet, asked: wallet.answer(asked, audience="x509_hash:other"),
    "an-old-signature": lambda wallet, asked: wallet.answer(asked, now=NOW - timedelta(hours=1)),
    "nothing": lambda wallet, asked: wallet.answer(asked, times=0),
    "twice-the-same": lambda wallet, asked: wallet.answer(asked, times=2),
    "a-refusal": lambda _wallet, asked: encode_response(
        ErrorResponse.of(AuthorizationErrorCode.ACCESS_DENIED, request_in(asked)),
        request_in(asked),
    ),
    "nonsense": lambda _wallet, _asked: b"vp_token=%7B%7D",
}


@pytest.mark.parametrize("lie", sorted(LIES))
async def test_what_proves_no_key_opens_nothing(
    desk: Openings, wallet: ForeignWallet, lie: str
) -> None:
    """
    Each in its own way is refused, and the question can still be answered.
    """
    link = await desk.begin([VCT], BROWSER)
    asked = await desk.request_object(opening_id(link))
    refused = await refusal(desk.receive(opening_id(link), LIES[lie](wallet, asked)))

    assert ConsentFailure.OPENING_REFUSED == refused
    assert await desk.receive(opening_id(link), wallet.answer(asked))


ENDS = {"valid": NOW + timedelta(days=1), "ended": NOW - timedelta(days=1), "never": None}


@pytest.mark.parametrize("expires_at", ENDS.values(), ids=ENDS)
def test_an_ended_certificate_still_proves_its_key(
    opening: OpeningWorld, expires_at: datetime | None
) -> None:
    """
    What was shared while it was valid stays its holder's to read.
    """
    question = new_question(
        [VCT], browser=bytes(32), base=BASE, key=opening.key, entropy=SYSTEM_ENTROPY, now=NOW
    )
    wallet = ForeignWallet(opening.issuer, expires_at=expires_at)
    body = wallet.answer(question.request_object)

    assert wallet.thumbprint == prove_key(body, question, trust=opening.trust, now=NOW)


DOCUMENT_LIES: dict[str, Lie] = {
    each: LIES[each]
    for each in ("unknown-issuer", "another-key", "a-claim-too-many", "another-nonce")
} | {
    "another-audience": LIES["another-audience"],
    "nothing": LIES["nothing"],
    "two-at-once": lambda wallet, asked: wallet.answer(asked, times=2),
    "another-type": lambda wallet, asked: replace(wallet, vct="example.other.1").answer(asked),
    "another-address": lambda wallet, asked: wallet.answer(asked, response_uri="https://x/y"),
    "in-the-clear": lambda wallet, asked: wallet.answer(asked, encrypted_to=None),
}


def question_for_documents(opening: OpeningWorld) -> Question:
    return new_question(
        [VCT, DOCTYPE, "example.second.1"],
        browser=bytes(32),
        base=BASE,
        key=opening.key,
        entropy=SYSTEM_ENTROPY,
        now=NOW,
    )


@pytest.mark.parametrize("ends", [NOW + timedelta(days=1), NOW - timedelta(days=1)])
def test_a_document_proves_its_key_as_a_certificate_does(
    opening: OpeningWorld, ends: datetime
) -> None:
    """
    One question, either format: an mdoc with no element, ended or not.
    """
    question = question_for_documents(opening)
    wallet = ForeignWallet(opening.issuer, ends, DOCTYPE, format="mso_mdoc")
    body = wallet.answer(question.request_object)

    assert wallet.thumbprint == prove_key(body, question, trust=opening.trust, now=NOW)
    certificate = ForeignWallet(opening.issuer)
    body = certificate.answer(question.request_object)
    assert certificate.thumbprint == prove_key(body, question, trust=opening.trust, now=NOW)


@pytest.mark.parametrize("lie", sorted(DOCUMENT_LIES))
def test_a_document_that_proves_no_key_opens_nothing(opening: OpeningWorld, lie: str) -> None:
    """
    Its signature is for this question, this address and this key, or for nothing.
    """
    question = question_for_documents(opening)
    wallet = ForeignWallet(opening.issuer, vct=DOCTYPE, format="mso_mdoc")
    body = DOCUMENT_LIES[lie](wallet, question.request_object)

    with pytest.raises(ConsentError) as caught:
        prove_key(body, question, trust=opening.trust, now=NOW)

    assert ConsentFailure.OPENING_REFUSED == caught.value.failure


async def test_questions_are_kept_on_both_databases(
    engine_of: EngineOf, opening: OpeningWorld
) -> None:
    """
    Kept, found, proven once, on SQLite and PostgreSQL.
    """
    from consent.store import metadata  # noqa: PLC0415  # the table is registered by the import

    engine = await engine_of(metadata)
    desk = Openings(SqlOpeningStore(engine), _nothing, DataKey(bytes(32)), opening.desk())
    link = await desk.begin([VCT], BROWSER)
    wallet = ForeignWallet(opening.issuer)
    back = await desk.receive(
        opening_id(link), wallet.answer(await desk.request_object(opening_id(link)))
    )

    assert [] == await desk.records(opening_id(link), code_in(back), BROWSER)


async def _nothing(_thumbprint: bytes) -> list[Any]:
    return []
