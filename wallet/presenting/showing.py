"""Show a code anybody may read: one credential, the claims the holder chose, 30 seconds.

Nobody asks and no terms are shown, so the holder alone decides, and the consent is given to
whoever reads the code. It stands in the ledger before the code is given out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Self

from consent.forms.disclosure import key_binding_commitment
from consent.forms.offer import SharingFlow
from consent.forms.record import SALT_SIZE, Asked, EventState, Evidence
from consent.forms.terms import Party
from keys import base64url
from standards.dcql.paths import ClaimsPathPointer
from standards.formats.binding import Request
from standards.openid4vp.vp_token import VpToken
from standards.positions import ClaimPath
from standards.shown_code.challenge import Challenge
from standards.shown_code.code import AUDIENCE, request_sha256, shown_code
from standards.shown_code.errors import ShownCodeError, ShownCodeFailure
from wallet.errors import WalletError, WalletFailure
from wallet.history.events import Counterpart, Event, HistoryEntry
from wallet.history.remembering import sealed_entry
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, new_id
from wallet.labels import Language
from wallet.ledger.pairing import pair_with
from wallet.ledger.recording import Decision, record
from wallet.ports import Ports
from wallet.presenting.choosing import Choice, Disclosing, claim_names
from wallet.presenting.household import tell_members
from wallet.presenting.presentation import PreparedAnswer, assemble, prepare, sign
from wallet.presenting.snapshot import snapshot
from wallet.presenting.using import note_use
from wallet.status.standing import check_status

# Long enough to hold out a phone, short enough that a photograph of it is of little use.
CODE_TIME: Final = timedelta(seconds=30)
# Who stands in records and history where a request would name its party.
READER: Final = Party(AUDIENCE, "코드를 읽는 곳")

# 128 bits: a desk takes each nonce once, so two codes must never share one.
_NONCE_SIZE: Final = 16
_QUERY_ID: Final = "shown"
# Of a path nobody knows so much is repeated.
_NAMED: Final = 80


@dataclass(frozen=True, slots=True)
class ShownCode:
    """What to draw as a QR code; after ``expires_at`` no desk takes it."""

    text: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Showing:
    """A holder about to show something; ``language`` is that of the holder's screen."""

    ports: Ports
    vault: Vault
    now: datetime
    language: Language


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a code is signed for: ``party`` stands in the record, ``audience`` in the signature."""

    party: Party
    audience: str
    nonce: str

    @classmethod
    def anybody(cls, nonce: str) -> Self:
        """Return whoever reads the code."""
        return cls(READER, AUDIENCE, nonce)

    @classmethod
    def of(cls, challenge: Challenge) -> Self:
        """Return the desk that shows a challenge: known by nothing but what it says."""
        party = Party(challenge.party, challenge.party)
        return cls(party, challenge.audience, challenge.nonce)


def read_challenge(text: str, *, now: datetime) -> Challenge:
    """Return what a desk shows now, or raise ``WalletError``.

    challenge_unreadable for what no desk shows, challenge_over for a screen of another time.
    """
    try:
        challenge = Challenge.parse(text.strip())
    except ShownCodeError as error:
        raise WalletError(WalletFailure.CHALLENGE_UNREADABLE, error.detail) from None
    if not challenge.is_open(now):
        raise WalletError(WalletFailure.CHALLENGE_OVER)
    return challenge


async def show_code(
    credential: HeldCredential,
    paths: tuple[ClaimsPathPointer, ...],
    showing: Showing,
    *,
    challenge: str | None = None,
) -> ShownCode:
    """Return the code for these claims, after recording the consent to show them.

    With a desk's ``challenge`` it answers that, and is worth nothing to anybody else.
    """
    if not credential.fits_codes:
        raise WalletError(WalletFailure.NO_CODE_FOR_FORMAT)
    ports, now = showing.ports, showing.now
    if challenge is None:
        shown_to = Addressee.anybody(base64url.encode(ports.entropy(_NONCE_SIZE)))
    else:
        shown_to = Addressee.of(read_challenge(challenge, now=now))
    choice = (Disclosing(_QUERY_ID, credential, _chosen(credential, paths)),)
    await _check_still_good(credential, showing)
    prepared = prepare(choice, Request(shown_to.audience, shown_to.nonce), now=now)
    # Before the record: what does not fit was not shown, and need not be recorded.
    sent = _signed(prepared)
    text = _drawn(sent)
    await _recorded(choice, prepared, sent, shown_to, showing)
    return ShownCode(text, now.replace(microsecond=0) + CODE_TIME)


def _chosen(
    credential: HeldCredential, paths: Sequence[ClaimsPathPointer]
) -> tuple[ClaimPath, ...]:
    """Return the claims meant, each once; what describes the credential itself is none."""
    claims = credential.content.about_subject
    found: dict[ClaimPath, None] = {}
    for pointer in paths:
        selected = pointer.select(claims)
        if not selected:
            raise WalletError(WalletFailure.UNKNOWN_CLAIM, pointer.dotted()[:_NAMED])
        found |= dict.fromkeys(selected)
    if not found:
        raise WalletError(WalletFailure.UNKNOWN_CLAIM, "none was named")
    return tuple(found)


async def _check_still_good(credential: HeldCredential, showing: Showing) -> None:
    """Spare the holder a code every desk refuses; what cannot be asked now, the desk asks."""
    ports, now = showing.ports, showing.now
    if credential.is_expired(now):
        raise WalletError(WalletFailure.CREDENTIAL_EXPIRED)
    if credential.status is None:
        return
    try:
        await check_status(
            credential.status, trust=ports.trust(), correspondent=ports.correspondent, now=now
        )
    except WalletError as error:
        if error.failure is not WalletFailure.STATUS_UNAVAILABLE:
            raise


def _signed(prepared: PreparedAnswer) -> VpToken:
    """Return the presentation, signed by the credential's own key."""
    signatures = [
        sign(each, each.disclosing.credential.key.signer()) for each in prepared.presentations
    ]
    return assemble(prepared, signatures)


def _drawn(sent: VpToken) -> str:
    """Return the text of the code."""
    ((_, (presentation,)),) = sent.by_query
    try:
        return shown_code(presentation)
    except ShownCodeError as error:
        is_large = error.failure is ShownCodeFailure.TOO_LARGE
        failure = WalletFailure.CODE_TOO_LARGE if is_large else WalletFailure.CREDENTIAL_INVALID
        raise WalletError(failure, error.detail) from None


async def _recorded(
    choice: Choice,
    prepared: PreparedAnswer,
    sent: VpToken,
    shown_to: Addressee,
    showing: Showing,
) -> None:
    """Write the consent to the ledger, and receipt and history for the holder."""
    ports, vault, now = showing.ports, showing.vault, showing.now
    decision = _decision(choice, prepared, shown_to, showing)
    receipt = await record(
        decision,
        pair=await pair_with(shown_to.party.id, vault=vault, shelf=ports.shelf, now=now),
        log=ports.log,
        correspondent=ports.correspondent,
        now=now,
        entropy=ports.entropy,
    )
    await tell_members(choice, decision, ports=ports, vault=vault, now=now)
    receipt = replace(receipt, offline=snapshot(prepared, sent, request_object=None, ports=ports))
    receipt_id = receipt.record.record_id
    entry = HistoryEntry(
        id=new_id(ports.entropy),
        at=now,
        event=Event.SHOWN,
        counterpart=Counterpart(shown_to.party.id, shown_to.party.name, verified=False),
        credential_types=tuple(each.credential.vct for each in choice),
        claims=claim_names(choice),
        receipt=receipt_id,
    )
    kept = vault.seal(BoxKind.RECEIPT, receipt_id, now, receipt.as_dict())
    await ports.shelf.put(kept, sealed_entry(entry, vault))
    await note_use(choice, ports=ports, vault=vault)


def _decision(
    choice: Choice, prepared: PreparedAnswer, shown_to: Addressee, showing: Showing
) -> Decision:
    """Return the consent in the words of the record: nothing was asked, all was chosen."""
    names, salt = claim_names(choice), showing.ports.entropy(SALT_SIZE)
    return Decision(
        state=EventState.GIVEN,
        controller=shown_to.party,
        asked=Asked(
            requested=(),
            optional_chosen=names,
            disclosed=names,
            credential_types=tuple(each.credential.vct for each in choice),
        ),
        evidence=Evidence(
            flow=SharingFlow.SHOWN_CODE,
            kb_sha256=key_binding_commitment(salt, prepared.kb_sha256()),
            request_sha256=request_sha256(shown_to.nonce, shown_to.audience),
            disclosure_commitment=prepared.disclosure_commitment(salt),
            key=choice[0].credential.key_kind,
        ),
        offer=None,
        disclosure_salt=salt,
        language=showing.language,
    )
