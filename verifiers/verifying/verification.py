"""Verify one response or shown code, step by step, each beside the section that asks for it.

 1 transaction open     OpenID4VP 8.2, 14.1.2: answered once, in its time
 2 parse                OpenID4VP 8.1, 8.2, 8.3, A.4: form or data object, whose page and session,
                        decryption, vp_token; RFC 9901 7.1 step 1
 3 issuer trusted       RFC 9901 7.1 step 2.3; SD-JWT VC 3.5; HAIP 6.1.1
 4 signature and typ    RFC 9901 7.1 steps 2.1, 2.2; SD-JWT VC 3.2.1
 5 validity             RFC 9901 7.1 step 6; SD-JWT VC 3.2.2.2
 6 digests              RFC 9901 7.1 steps 3 to 5
 7 key binding          RFC 9901 7.3; OpenID4VP B.3.6, 14.1.2; B.3.3 for what was confirmed
 8 query satisfied      OpenID4VP 6.4, 8.6, 14.9
 9 status               Token Status List 8.3, only for what passed all before
10 policy               OpenID4VP 8.6, the service's own rules
11 ledger               the use is recorded, provably, before anything is released; for a shown
                        code at a ledger that is away, written down, to be recorded late
12 transaction closed   with the result sealed, until it is fetched

Step 3 to 7 are done for every presentation; one that fails ends the whole response. A failure
closes the transaction too: the person at the desk sees the same reason the wallet is told. What
each step came to is kept with the transaction (`verifiers.presented.steps`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from keys.strict_json import loads
from keys.trust_list import TrustList
from standards.dcql.credential_query import CredentialQuery
from standards.dcql.query import DcqlQuery, parse_query
from verifiers.delivering.result import credential_form
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.originals.keeping import Originals
from verifiers.owing.erasing import Erasing
from verifiers.presented.chains import Chains
from verifiers.presented.checked import CheckedPresentation
from verifiers.presented.confirmed import (
    asked_transactions,
    check_confirmed,
)
from verifiers.presented.expected import Expected, expected_of
from verifiers.presented.issuer_trust import check_trust_list
from verifiers.presented.presentation import check_presentation, check_query
from verifiers.presented.requirements import Requirements
from verifiers.presented.responses import HandedBack, Posted, read_answer
from verifiers.presented.skew import SkewSeen
from verifiers.presented.status import StatusLists
from verifiers.presented.steps import Step, Trail
from verifiers.presented.verified import VerifiedCredential
from verifiers.recording.late import LateUses
from verifiers.recording.recorder import RecordedUse, Recorder, Use
from verifiers.recording.sealing import Sealing
from verifiers.registered.party_keys import PartyKey, PartyKeys
from verifiers.transaction import Outcome, Progress, Transaction, Transactions
from verifiers.verifying.answered import Answered, answered_by_code, asked_and_given
from verifiers.verifying.noted import (
    note_presentations,
    note_statuses,
    note_taken,
    note_trust,
    tell_code_skew,
    tell_skew,
)
from verifiers.verifying.released import released_outcome


@dataclass(frozen=True, slots=True)
class Desk:
    """What a verification needs from outside.

    ``requirements_of`` says what a transaction's purpose declares, ``skew_seen`` is told of every
    acceptance that needed the clocks' budget.
    """

    transactions: Transactions
    sealing: Sealing
    statuses: StatusLists
    recorder: Recorder
    late: LateUses
    party_keys: PartyKeys
    chains: Chains
    erasing: Erasing
    originals: Originals
    requirements_of: Callable[[Transaction], Requirements]
    skew_seen: SkewSeen


_WITNESS: Final = object()


@dataclass(frozen=True, slots=True)
class VerifiedPresentation:
    """A response that passed every step and is recorded; only this module makes one."""

    transaction: Transaction
    credentials: tuple[VerifiedCredential, ...]
    use: RecordedUse
    witness: object

    def __post_init__(self) -> None:
        if self.witness is not _WITNESS:
            raise RuntimeError(
                "a verified presentation comes from verify_response or verify_shown"
            )


async def verify_response(
    came: Posted | HandedBack,
    transaction_id: str,
    *,
    response_code: str,
    desk: Desk,
    trust: TrustList,
    now: datetime,
) -> VerifiedPresentation:
    """Return what a wallet has proven to this relying party, or raise `VerifierError`.

    ``response_code`` is the fresh secret that the redirect of a posted form will carry.
    """
    transaction = await desk.transactions.take(transaction_id, now)  # 1
    async with _ending(transaction, desk.transactions, now) as trail:
        query = _query(transaction, desk)
        key = desk.sealing.key_of(transaction)
        answer = read_answer(came, transaction, query, key)  # 2
        trail.note(Step.PARSE, response_mode=transaction.mode.value)
        given = tuple(asked_and_given(query, answer.vp_token))
        expected = expected_of(transaction, key)
        presentations = _checked(given, expected, trust, trail, now)  # 3 to 7
        confirmed = check_confirmed(asked_transactions(transaction), presentations)  # 7
        answers = check_query(query, presentations)  # 8
        answered = Answered(transaction, query, presentations, answers, confirmed)
        credentials = await _accepted(answered, desk, trust, trail, now)  # 9, 10
        served = await desk.transactions.requests_served(transaction.id)
        within = await desk.transactions.within(transaction.id)
        agreement = desk.recorder.agreement(answer.mydata_consent, transaction, served, within)
        use = answered.use(agreement)
        recorded = await desk.recorder.record(use, party_key=_key(use, desk), now=now)  # 11
        verified = VerifiedPresentation(transaction, credentials, recorded, _WITNESS)
        presented = [text for _, text in given]
        await _released(verified, use, presented, response_code, trail, desk=desk, now=now)  # 12
    return verified


async def verify_shown(
    presentation: str, transaction: Transaction, *, desk: Desk, trust: TrustList, now: datetime
) -> VerifiedPresentation:
    """Return what a shown code has proven, or raise `VerifierError`; the steps are the same.

    1 and 2 were done: the code was read (`verifiers.verifying.scanned`), and ``transaction``,
    whose audience and nonce are the code's, was kept by taking that nonce.
    """
    async with _ending(transaction, desk.transactions, now) as trail:
        query = _query(transaction, desk)
        given = ((query.credentials[0], presentation),)
        (checked,) = _checked(given, expected_of(transaction), trust, trail, now)  # 3 to 7
        answered = answered_by_code(transaction, query, checked)  # 8
        credentials = await _accepted(answered, desk, trust, trail, now)  # 9, 10
        tell_code_skew(checked, trail, desk.skew_seen, now)
        use = answered.use(desk.recorder.code_agreement(transaction))
        recorded = await desk.late.record(use, party_key=_key(use, desk), now=now)  # 11
        verified = VerifiedPresentation(transaction, credentials, recorded, _WITNESS)
        await _released(verified, use, [presentation], None, trail, desk=desk, now=now)  # 12
    return verified


async def settle_shown(
    presentation: str,
    transaction: Transaction,
    *,
    read_at: datetime,
    desk: Desk,
    trust: TrustList,
    now: datetime,
) -> None:
    """Write down the late use of a code that a desk read without network, or raise.

    The desk has acted already (`web/static/counter/offline`): nothing is released, and what status
    and policy say today changes nothing of what happened.
    """
    async with _ending(transaction, desk.transactions, now) as trail:
        query = _query(transaction, desk)
        given = ((query.credentials[0], presentation),)
        (checked,) = _checked(given, expected_of(transaction), trust, trail, read_at)  # 3 to 7
        answered = answered_by_code(transaction, query, checked)  # 8
        use = answered.use(desk.recorder.code_agreement(transaction))
        recorded = await desk.late.owe(use, party_key=_key(use, desk), now=read_at)  # 11
        verified = VerifiedPresentation(transaction, (), recorded, _WITNESS)
        await _released(verified, use, [presentation], None, trail, desk=desk, now=now)  # 12


@asynccontextmanager
async def _ending(
    transaction: Transaction, transactions: Transactions, now: datetime
) -> AsyncIterator[Trail]:
    """Verify one answer of a transaction that is CHECKING; a failure is its end as well."""
    trail = Trail()
    note_taken(trail, transaction, now)
    try:
        yield trail
    except VerifierError as error:
        is_refusal = error.failure is Failure.HOLDER_REFUSED
        outcome = Outcome(
            Progress.REFUSED if is_refusal else Progress.FAILED,
            error.failure,
            error.where,
            closed_at=now,
            steps=trail.failed(error.failure),
        )
        await transactions.close(transaction.id, outcome)
        raise


def _query(transaction: Transaction, desk: Desk) -> DcqlQuery:
    """Return what was asked, as an answer is held against it."""
    return desk.requirements_of(transaction).asked(parse_query(loads(transaction.query)))


def _checked(
    given: tuple[tuple[CredentialQuery, str], ...],
    expected: Expected,
    trust: TrustList,
    trail: Trail,
    now: datetime,
) -> tuple[CheckedPresentation, ...]:
    """Return every presentation that was given, each proven by itself (steps 3 to 7)."""
    note_trust(trail, trust, now)
    check_trust_list(trust, now=now)
    presentations = tuple(
        check_presentation(asked, text, expected, trust=trust, now=now) for asked, text in given
    )
    note_presentations(trail, presentations, now)
    return presentations


async def _accepted(
    answered: Answered, desk: Desk, trust: TrustList, trail: Trail, now: datetime
) -> tuple[VerifiedCredential, ...]:
    """Return the credentials once their status and the service's rules allow it."""
    presentations = answered.presentations
    trail.note(Step.QUERY_SATISFIED, presentations=len(presentations))
    required = desk.requirements_of(answered.transaction)
    statuses = await asyncio.gather(
        *(
            desk.statuses.check(
                one.credential.status, trust=trust, now=now, grace=required.status_grace
            )
            for one in presentations
        )
    )  # 9
    note_statuses(trail, statuses, now)
    credentials = tuple(
        one.verified(checked.status) for one, checked in zip(presentations, statuses, strict=True)
    )
    trail.note(Step.POLICY, rules=[*required.check(credentials, now=now)])  # 10
    for presentation, checked in zip(presentations, statuses, strict=True):
        tell_skew(presentation, checked, desk.skew_seen, now)
    return credentials


def _key(use: Use, desk: Desk) -> PartyKey:
    """Return the key the question was signed with; the use is signed by the same."""
    return desk.party_keys.by_leaf(use.transaction.party, use.transaction.leaf_sha256)


async def _released(
    verified: VerifiedPresentation,
    use: Use,
    presented: Sequence[str],
    response_code: str | None,
    trail: Trail,
    *,
    desk: Desk,
    now: datetime,
) -> None:
    """Close the transaction with what was verified, now that its use is written down."""
    transaction = verified.transaction
    await desk.erasing.keep(transaction, use.agreement, ends_at=use.terms.until, now=now)
    forms = map(credential_form, verified.credentials)
    await desk.originals.keep(transaction, forms, presented, now=now)
    receipt = verified.use.receipt
    trail.note(Step.LEDGER, entry=None if receipt is None else receipt.log.index)
    outcome = replace(
        released_outcome(use, verified.credentials, receipt, response_code, desk.sealing, now),
        steps=trail.passed(),
    )
    await desk.transactions.close(transaction.id, outcome)  # 12
    # What was believed once can be put back into codes from now on.
    await desk.chains.learn(use.presentations)
