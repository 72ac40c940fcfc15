"""Answer a request, or refuse it (trip 2, DESIGN section 2).

Log before use: the consent stands in the ledger before anything is posted. When the ledger does
not answer, nothing is sent.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from consent.forms.handover import Handover
from consent.forms.receipt import Receipt
from consent.forms.record import SALT_SIZE
from keys.strict_json import JsonObject
from standards.openid4vp.errors import AuthorizationErrorCode
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.history.turns import Finished, OwnTurn, turn
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.vault import Vault, new_id
from wallet.labels import Language
from wallet.ledger.pairing import Pair, pair_with
from wallet.ledger.recording import Decision, record
from wallet.ports import Ports
from wallet.presenting.agreeing import Agreed
from wallet.presenting.answering import PartyAnswer
from wallet.presenting.choosing import Choice, claim_names
from wallet.presenting.decided import decided, prepare_answer
from wallet.presenting.deciding import consent_given, consent_refused
from wallet.presenting.delivering import deliver, takes_consent
from wallet.presenting.household import tell_members
from wallet.presenting.party_receipt import Shared, party_receipt
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Possible, Wish
from wallet.presenting.presentation import PreparedAnswer, assemble, sign
from wallet.presenting.requests import ValidRequest
from wallet.presenting.reviewing import read_notice, requested_claims
from wallet.presenting.said import NOTHING_SAID, Said
from wallet.presenting.snapshot import snapshot
from wallet.presenting.standing import is_standing, open_address
from wallet.presenting.surplus import check_surplus, over_asked
from wallet.presenting.using import note_use


class State(StrEnum):
    """How a request ended for the holder."""

    PRESENTED = "presented"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: ``receipt`` is the id of the kept receipt, None without one.

    ``entry`` is the id of the history's entry; it is for our own pages and on no wire.
    """

    state: State
    redirect_uri: str | None
    receipt: str | None
    entry: str

    def as_dict(self) -> JsonObject:
        """Return the JSON form; what is not there is left out."""
        optional: JsonObject = {"redirect_uri": self.redirect_uri, "receipt": self.receipt}
        present = {name: value for name, value in optional.items() if value is not None}
        return {"state": self.state.value, **present}


@dataclass(frozen=True, slots=True)
class Act:
    """A holder facing one valid request; ``language`` is that of the holder's screen."""

    valid: ValidRequest
    ports: Ports
    vault: Vault
    now: datetime
    language: Language
    said: Said = NOTHING_SAID


async def present(act: Act, pool: Pool, wish: Wish | Agreed) -> Outcome:
    """Send what the holder chose, or the very answer that was shown, after recording it.

    Raises ``WalletError``; before verifier_unreachable and verifier_refused nothing was sent.
    """
    if not (act.valid.is_vouched_for or act.said.takes_unverified):
        raise WalletError(WalletFailure.PARTY_UNVERIFIED)
    await read_notice(act.valid, act.ports, act.language)
    request, salt = act.valid.request, act.ports.entropy(SALT_SIZE)
    possible = Possible.of(request.dcql_query, pool, limit=act.valid.limit)
    choice = decided(act.valid, possible, wish, confirms=act.said.confirms)
    check_surplus(act.valid, choice, takes_surplus=act.said.takes_surplus)
    prepared = prepare_answer(act.valid, choice, now=act.now)
    decision = consent_given(
        act.valid, choice, prepared, possible=possible, salt=salt, language=act.language
    )
    async with _own_turn(act) as own:
        pair, given = await _record(act, decision)
        await tell_members(choice, decision, ports=act.ports, vault=act.vault, now=act.now)
        response = await _response(act, prepared, pair, given)
        receipt = _with_snapshot(act, prepared, response, given)
        await note_use(choice, ports=act.ports, vault=act.vault)
        answer = await _post(act, response, receipt)
        shared = _shared(act, prepared, pair, receipt)
        return await _finish(act, choice, own, receipt, shared, answer)


async def refuse(act: Act) -> Outcome:
    """Tell the party no, in a way that says neither "will not" nor "cannot" (section 15.4.1).

    Of a party that showed terms or a registration the refusal stands in the ledger; one that does
    not answer does not keep the holder from refusing.
    """
    async with _own_turn(act) as own:
        receipt = await _recorded_refusal(act)
        response = ErrorResponse.of(AuthorizationErrorCode.ACCESS_DENIED, act.valid.request)
        answer = await _post(act, response, receipt)
        receipt_id = None if receipt is None else _id_of(receipt)
        entry = HistoryEntry(
            id=new_id(act.ports.entropy),
            at=act.now,
            event=Event.REFUSED,
            counterpart=act.valid.counterpart,
            claims=requested_claims(act.valid.request.dcql_query),
            over_asked=over_asked(act.valid),
            receipt=receipt_id,
            redirect_uri=answer.redirect_uri,
        )
        outcome = Outcome(State.REFUSED, answer.redirect_uri, receipt_id, entry.id)
        await own.finish(outcome.as_dict(), sealed_entry(entry, act.vault))
        return outcome


async def _post(
    act: Act, response: AuthorizationResponse | ErrorResponse, receipt: Receipt | None
) -> PartyAnswer:
    """Send what was decided, and return the party's answer.

    The receipt is kept before: what stands in the ledger is never forgotten, whatever follows.
    """
    receipt_id = None
    if receipt is not None:
        receipt_id = _id_of(receipt)
        await act.ports.shelf.put(_sealed(act, receipt))
    try:
        return await deliver(response, act.valid, ports=act.ports, vault=act.vault, now=act.now)
    except WalletError as error:
        raise WalletError(error.failure, error.reason, receipt=receipt_id) from None


@asynccontextmanager
async def _own_turn(act: Act) -> AsyncIterator[OwnTurn]:
    """Take the turn to answer this request; an answered one stays answered."""
    busy = WalletFailure.REQUEST_IN_PROGRESS
    async with turn(
        act.valid.subject, ports=act.ports, vault=act.vault, now=act.now, busy=busy
    ) as taken:
        match taken:
            case Finished():
                raise WalletError(WalletFailure.REQUEST_ANSWERED)
            case OwnTurn():
                yield taken


async def _record(act: Act, decision: Decision) -> tuple[Pair, Receipt]:
    ports = act.ports
    pair = await pair_with(act.valid.party.id, vault=act.vault, shelf=ports.shelf, now=act.now)
    receipt = await record(
        decision,
        pair=pair,
        log=ports.log,
        correspondent=ports.correspondent,
        now=act.now,
        entropy=ports.entropy,
    )
    return pair, receipt


async def _recorded_refusal(act: Act) -> Receipt | None:
    if act.valid.offer is None and act.valid.registration is None:
        return None
    try:
        _, receipt = await _record(act, consent_refused(act.valid, language=act.language))
    except WalletError:
        return None
    return receipt


async def _response(
    act: Act, prepared: PreparedAnswer, pair: Pair, receipt: Receipt
) -> AuthorizationResponse:
    """Sign with each credential's own key; a party without our terms gets nothing of ours."""
    signatures = [
        sign(each, each.disclosing.credential.key.signer()) for each in prepared.presentations
    ]
    standing = None
    if is_standing(receipt.terms):
        standing = await open_address(receipt, ports=act.ports, vault=act.vault)
    handover = None
    if takes_consent(act.valid):
        handover = Handover(receipt, pair.secret, standing).as_dict()
    return AuthorizationResponse(assemble(prepared, signatures), act.valid.request.state, handover)


def _with_snapshot(
    act: Act, prepared: PreparedAnswer, response: AuthorizationResponse, given: Receipt
) -> Receipt:
    """Return the receipt as the holder keeps it; the party is handed the one without."""
    token = act.valid.token
    offline = snapshot(prepared, response.vp_token, request_object=token, ports=act.ports)
    return replace(given, offline=offline)


def _shared(act: Act, prepared: PreparedAnswer, pair: Pair, receipt: Receipt) -> Shared:
    consent = receipt if takes_consent(act.valid) else None
    return Shared(act.valid, prepared.kb_sha256(), pair.secret, consent)


async def _finish(
    act: Act,
    choice: Choice,
    own: OwnTurn,
    receipt: Receipt,
    shared: Shared,
    answer: PartyAnswer,
) -> Outcome:
    """Keep what the party signed, if it is about this sharing; say so in the history if not."""
    party = party_receipt(
        answer.mydata_receipt,
        shared,
        trust=act.ports.trust(),
        log_key=act.ports.log.key(),
        now=act.now,
    )
    if party.countersignature is not None:
        receipt = receipt.countersigned(party.countersignature)
    boxes = [_sealed(act, receipt)]
    used_id = None
    if party.used is not None:
        # The party chose the id of its record, perhaps one of ours: the box gets a fresh one.
        used_id = new_id(act.ports.entropy)
        boxes.append(act.vault.seal(BoxKind.RECEIPT, used_id, act.now, party.used.as_dict()))
    entry = HistoryEntry(
        id=new_id(act.ports.entropy),
        at=act.now,
        event=Event.PRESENTED,
        counterpart=act.valid.counterpart,
        credential_types=tuple(dict.fromkeys(each.credential.vct for each in choice)),
        claims=claim_names(choice),
        over_asked=over_asked(act.valid),
        reason=party.problem,
        receipt=_id_of(receipt),
        used_receipt=used_id,
        redirect_uri=answer.redirect_uri,
    )
    outcome = Outcome(State.PRESENTED, answer.redirect_uri, _id_of(receipt), entry.id)
    await own.finish(outcome.as_dict(), *boxes, sealed_entry(entry, act.vault))
    return outcome


def _sealed(act: Act, receipt: Receipt) -> SealedBox:
    return act.vault.seal(BoxKind.RECEIPT, _id_of(receipt), act.now, receipt.as_dict())


def _id_of(receipt: Receipt) -> str:
    """Return the name of a receipt of our own: its record's, which is random."""
    return receipt.record.record_id
