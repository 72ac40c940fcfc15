"""A standing consent: the wallet answers by itself, inside what was agreed and no further.

With a consent to several uses the party is given an address of this wallet, one for each consent
and unguessable. A request posted there is answered without the holder only if it is from the same
party, for the same purpose, about claims that were agreed to, by a certificate that is valid, and
while the ledger says that the consent may be used now. The ledger counts and spaces the uses: the
one that is too many gets no proof. Taking the consent back closes the address before all else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from consent.forms.handover import Handover
from consent.forms.receipt import Receipt
from consent.forms.states import ConsentState
from consent.forms.terms import Terms
from keys import base64url
from standards.openid4vp.response import AuthorizationResponse
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.history.sharings import Source, proven_sharing
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox, StandingAddress
from wallet.kept.vault import Vault, new_id, open_vault
from wallet.ledger.pairing import Met, Pair, pair_with
from wallet.ports import Ports
from wallet.presenting.answering import PartyAnswer, post_answer
from wallet.presenting.choosing import Choice, claim_names
from wallet.presenting.fetching import read_link
from wallet.presenting.opening import open_request
from wallet.presenting.party_receipt import Shared, party_receipt
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Possible
from wallet.presenting.presentation import PreparedAnswer, assemble, prepare, sign
from wallet.presenting.requests import ValidRequest
from wallet.presenting.using import note_use
from wallet.status.states import CredentialState

# 256 bits: whoever has it may ask in the party's place, though only the party can read the answer.
_CODE_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class Use:
    """A holder's consent facing one request of its party."""

    given: Receipt
    valid: ValidRequest
    ports: Ports
    vault: Vault
    now: datetime


def is_standing(terms: Terms | None) -> bool:
    """Tell whether terms are for several uses."""
    return terms is not None and terms.uses != 1


async def open_address(given: Receipt, *, ports: Ports, vault: Vault) -> str:
    """Return a new address for a consent; only the hash of its secret part is kept."""
    code = base64url.encode(ports.entropy(_CODE_SIZE))
    address = StandingAddress(_sha256(code), vault.holder, given.record.record_id)
    await ports.shelf.open_standing(address)
    return f"{ports.base}/wallet/standing/{code}"


async def answer(code: str, request_uri: str, *, ports: Ports, now: datetime) -> None:
    """Answer a request inside the consent whose address this is.

    Raises ``WalletError``: standing_closed for no or an ended consent, too_early,
    ledger_unavailable, beyond_consent, also for what is not held (any more): nobody decides here,
    so the party would hear what the holder lacks; and what fetching, checking and answering a
    request raises.
    """
    address = await ports.shelf.standing(_sha256(code))
    if address is None:
        raise WalletError(WalletFailure.STANDING_CLOSED)
    vault = await open_vault(ports.shelf, ports.store_key, address.holder, ports.entropy)
    box = await ports.shelf.find(vault.holder, BoxKind.RECEIPT, address.consent_id)
    if box is None:
        raise WalletError(WalletFailure.STANDING_CLOSED)
    given = Receipt.parse(vault.open(box))
    link = read_link(request_uri)
    await _check_usable(given, ports, vault, now)
    valid = await open_request(link, ports=ports, now=now)
    _check_inside(given, valid)
    use = Use(given, valid, ports, vault, now)
    await _answer(use, await _choice(use))


async def _check_usable(given: Receipt, ports: Ports, vault: Vault, now: datetime) -> None:
    """Raise unless the ledger says that the consent may be used now; an ended one is closed."""
    sharing = await proven_sharing(given, ports=ports, vault=vault, now=now)
    if sharing.source in (Source.KEPT, Source.CONTRADICTED):
        raise WalletError(WalletFailure.LEDGER_UNAVAILABLE)
    if sharing.standing.state is not ConsentState.ACTIVE:
        await ports.shelf.close_standing(vault.holder, given.record.record_id)
        raise WalletError(WalletFailure.STANDING_CLOSED)
    if sharing.standing.next_use_at is not None and now < sharing.standing.next_use_at:
        raise WalletError(WalletFailure.TOO_EARLY)


def _check_inside(given: Receipt, valid: ValidRequest) -> None:
    """Raise unless the request is of the same party, for the same purpose."""
    terms, asked = given.terms, valid.offer
    same_party = valid.party.id == given.record.controller.id
    if terms is None or asked is None or not same_party:
        raise WalletError(WalletFailure.BEYOND_CONSENT)
    if asked.terms.purpose.code != terms.purpose.code:
        raise WalletError(WalletFailure.BEYOND_CONSENT, "The purpose is another one")


async def _choice(use: Use) -> Choice:
    """Return the answer with the most of what was agreed to, and nothing else.

    Raises one and the same ``WalletError`` (beyond_consent) whether there is none or none that was
    agreed to: the party is told neither (OpenID4VP section 15.4.1, P7).
    """
    record, ports = use.given.record, use.ports
    boxes = await ports.shelf.all(use.vault.holder, BoxKind.CREDENTIAL)
    held = tuple(HeldCredential.parse(use.vault.open(box)) for box in boxes)
    agreed, types = set(record.asked.disclosed), set(record.asked.credential_types)
    pool = await _valid_ones(held, use)
    inside = [
        choice
        for choice in _choices(use, pool)
        if agreed >= set(claim_names(choice)) and types >= {each.credential.vct for each in choice}
    ]
    if not inside:
        raise WalletError(WalletFailure.BEYOND_CONSENT, "Nothing that was agreed to answers it")
    return max(inside, key=lambda choice: len(claim_names(choice)))


def _choices(use: Use, pool: Pool) -> tuple[Choice, ...]:
    """Return every answer there is, agreed to or not; none to a question beyond all effort.

    How much effort one takes depends on what is held.
    """
    try:
        possible = Possible.of(use.valid.request.dcql_query, pool, limit=use.valid.limit)
    except WalletError:
        return ()
    return possible.choices()


async def _valid_ones(held: Sequence[HeldCredential], use: Use) -> Pool:
    ports = use.ports
    states = await ports.lists.states(
        held, trust=ports.trust(), correspondent=ports.correspondent, now=use.now
    )
    valid = [each for each in held if states[each.id] is CredentialState.VALID]
    return Pool.of(valid, states, ports.trust(), use.now)


async def _answer(use: Use, choice: Choice) -> None:
    """Sign, send, and keep what the party signed in return; each request is answered once."""
    ports, vault, request = use.ports, use.vault, use.valid.request
    busy = WalletFailure.REQUEST_IN_PROGRESS
    async with turn(use.valid.subject, ports=ports, vault=vault, now=use.now, busy=busy) as own:
        match own:
            case Finished():
                raise WalletError(WalletFailure.REQUEST_ANSWERED)
            case OwnTurn():
                prepared = prepare(choice, request.bound(request.client_id), now=use.now)
                pair = await _pair(use)
                response = _response(use, prepared, pair)
                await note_use(choice, ports=ports, vault=vault)
                answered = await post_answer(response, request, ports.correspondent)
                entry, boxes = _kept(use, choice, prepared, pair, answered)
                await own.finish({"state": "presented"}, *boxes, sealed_entry(entry, vault))


async def _pair(use: Use) -> Pair:
    record = use.given.record
    met = Met(record.controller.id, record.event_time.year)
    return await pair_with(met.party_id, vault=use.vault, shelf=use.ports.shelf, now=met.midst())


def _response(use: Use, prepared: PreparedAnswer, pair: Pair) -> AuthorizationResponse:
    signatures = [
        sign(each, each.disclosing.credential.key.signer()) for each in prepared.presentations
    ]
    handover = Handover(use.given, pair.secret).as_dict()
    return AuthorizationResponse(assemble(prepared, signatures), use.valid.request.state, handover)


def _kept(
    use: Use, choice: Choice, prepared: PreparedAnswer, pair: Pair, answered: PartyAnswer
) -> tuple[HistoryEntry, tuple[SealedBox, ...]]:
    """Return the line of the history and the party's receipt, if it is about this very use."""
    shared = Shared(use.valid, prepared.kb_sha256(), pair.secret, use.given)
    ports = use.ports
    party = party_receipt(
        answered.mydata_receipt,
        shared,
        trust=ports.trust(),
        log_key=ports.log.key(),
        now=use.now,
    )
    used_id = None if party.used is None else new_id(ports.entropy)
    boxes = (
        ()
        if party.used is None or used_id is None
        else (use.vault.seal(BoxKind.RECEIPT, used_id, use.now, party.used.as_dict()),)
    )
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=use.now,
        event=Event.ANSWERED,
        counterpart=use.valid.counterpart,
        credential_types=tuple(dict.fromkeys(each.credential.vct for each in choice)),
        claims=claim_names(choice),
        reason=party.problem,
        receipt=use.given.record.record_id,
        used_receipt=used_id,
    )
    return entry, boxes


def _sha256(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
