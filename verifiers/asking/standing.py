"""Ask again within one consent: the holder's wallet answers by itself, as often as was agreed.

The request carries the very terms that were agreed to, so nothing new can be agreed by nobody. The
ledger counts the uses and their distance; the one beyond is refused there, and nothing of it is
released (`verifiers.verifying.verification`, step 11).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, Protocol

from consent.forms.terms import Terms
from keys.strict_json import loads
from standards.dcql.query import parse_query
from verifiers.asking.manner import Manner
from verifiers.asking.questions import Asked, Question
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.owing.kept_sharing import KeptSharing, KeptSharings
from verifiers.recording.sealing import Sealing
from verifiers.registered.published import registration_sha256
from verifiers.registered.registration import Registrations, check_registered
from verifiers.transaction import Flow, Outcome, Progress, Transaction, Transactions

# What a wallet answers with is the address it gave us; ours is in the request.
_MANNER: Final = Manner(flow=Flow.STANDING)


class StandingAsks(KeptSharings, Transactions, Protocol):
    """What was shared under a consent, and which transactions ask again within it."""

    async def ask_within(self, transaction_id: str, consent_id: str) -> None:
        """Note within which consent a transaction asks, before anybody can answer it."""
        ...


class StandingWallets(Protocol):
    """Where wallets answer by themselves."""

    async def ask_standing(self, address: str, request_uri: str) -> None:
        """Return when one has answered; CONSENT_ENDED, STANDING_REFUSED, WALLET_UNREACHABLE."""
        ...


class StandingConsents:
    """Asks again for every registered party; ``begin`` opens a transaction and gives its link."""

    def __init__(
        self,
        registrations: Registrations,
        store: StandingAsks,
        wallets: StandingWallets,
        sealing: Sealing,
        *,
        begin: Callable[[Question, datetime], Awaitable[Asked]],
    ) -> None:
        self._registrations = registrations
        self._store = store
        self._wallets = wallets
        self._sealing = sealing
        self._begin = begin

    async def ask(self, party: str, purpose: str, consent_id: str, now: datetime) -> Asked:
        """Return a transaction that the holder's wallet has been asked to answer.

        Raises CONSENT_UNKNOWN, also for a consent that stands nowhere; CONSENT_ENDED; and what
        the wallet's address does: then the transaction has ended.
        """
        sharings = await self._store.sharings_of(party, consent_id)
        latest = _latest(sharings, purpose, now)
        address = _address(sharings, self._sealing)
        transaction, _ = await self._store.find(latest.transaction_id)
        asked = await self._begin(self._question(transaction), now)
        await self._store.ask_within(asked.transaction_id, consent_id)
        try:
            await self._wallets.ask_standing(address, asked.request_uri)
        except VerifierError as error:
            await self._end(asked.transaction_id, error, now)
            raise
        return asked

    def _question(self, before: Transaction) -> Question:
        """Return the same question on the same terms, under what is registered today."""
        party = self._registrations.party(before.party)
        purpose = party.purpose(before.purpose)
        query = parse_query(loads(before.query))
        check_registered(purpose, query, flow=_MANNER.flow, mode=_MANNER.mode)
        return Question(
            party=before.party,
            purpose=before.purpose,
            profile=before.profile,
            query=query,
            terms=Terms.parse(loads(before.terms)),
            registration_sha256=registration_sha256(party, purpose),
            manner=_MANNER,
        )

    async def _end(self, transaction_id: str, error: VerifierError, now: datetime) -> None:
        await self._store.take(transaction_id, now)
        outcome = Outcome(Progress.FAILED, error.failure, error.where, closed_at=now)
        await self._store.close(transaction_id, outcome)


def _latest(sharings: tuple[KeptSharing, ...], purpose: str, now: datetime) -> KeptSharing:
    """Return the latest use of a consent that still stands."""
    if not sharings or sharings[-1].purpose != purpose:
        raise VerifierError(Failure.CONSENT_UNKNOWN)
    latest = sharings[-1]
    is_over = latest.ends_at is None or latest.ends_at <= now
    if is_over or any(one.stopped_at is not None for one in sharings):
        raise VerifierError(Failure.CONSENT_ENDED)
    return latest


def _address(sharings: tuple[KeptSharing, ...], sealing: Sealing) -> str:
    for sharing in reversed(sharings):
        if sharing.standing_sealed is not None:
            return sealing.open_standing(sharing.transaction_id, sharing.standing_sealed)
    raise VerifierError(Failure.CONSENT_UNKNOWN)
