"""A chunk of a year's job, decided and signed: the same steps as for one wallet, for hundreds.

1. the kind's rules decide on the authority's record, with each order's own purpose;
2. what is stated must be of the person the order was about (`issuers.certificate.tripwire`);
3. the signer guard is asked once, for the last of the certificates to end;
4. each key gets its own copy: fresh salts, its own place, times that tell nothing; each is read
   again before it is sealed for its transaction.

Nothing is written here: the store does that, in the transaction that holds the chunk.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final

from issuers.catalogue import AnyKind, Catalogue
from issuers.certificate.protections import Asking, ProtectedSource
from issuers.certificate.tripwire import check_copy
from issuers.errors import IssuerError, IssuerFailure
from issuers.issuance import issuing
from issuers.issuance.bulk import Approved, Chunk, Denied, Ordered, Outcome, Waiting
from issuers.issuance.issuing import Certificate, Issuance, Statement
from issuers.issuance.superseding import statement_mac
from issuers.issuance.years import CopySeal, SealedCopies
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.numbering import NOT_YET, numbers_of
from issuers.offers.offer import Entitlement
from issuers.published.guarding import SignerGuard
from issuers.published.status_tokens import StatusTokens
from issuers.register.notices import concerned
from issuers.source.port import SourceOfRecord
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.status.standing import Place, draw_places
from issuers.surroundings import Surroundings
from keys.entropy import Entropy, Pool
from standards.status_list.reference import StatusReference

# Why somebody gets nothing: told when they apply, or to whom an order waits for.
_REFUSALS: Final = frozenset({IssuerFailure.NOT_ENTITLED, IssuerFailure.UNKNOWN_CITIZEN})
# An order whose person the register calls by another name or number by now: never issued (H76).
_DENIALS: Final = _REFUSALS | {IssuerFailure.MIS_ISSUE}


class BulkIssuing:
    """`issuers.issuance.bulk.BulkWorker` for every kind."""

    def __init__(
        self,
        catalogue: Catalogue,
        keys: AuthorityKeys,
        guard: SignerGuard,
        lists: StatusTokens,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._guard = guard
        self._lists = lists
        self._around = around
        self._secret = IssuerSecret(around.secret)
        self._seal = CopySeal(self._secret)

    async def decide(self, chunk: Chunk, source: SourceOfRecord) -> Outcome:
        """Decide about the people of a chunk; see `issuers.issuance.bulk.BulkWorker`."""
        now = self._around.clock()
        kind = self._catalogue.kind(chunk.kind)
        own = ProtectedSource(source, Asking(is_own=True), now.astimezone(issuing.KOREA).date())
        approved, denied = await self._orders(kind, chunk.orders, own, now)  # 1, 2
        await self._check_signer(kind, approved, now)  # 3
        ordered = {one.order.grant.entitlement.citizen for one in approved}
        ready = await _ready(kind, [one for one in chunk.citizens if one not in ordered], own, now)
        without = {one.order.grant.entitlement.citizen for one in denied}
        ready = [one for one in ready if one not in without]
        refused = len(chunk.citizens) - len(ordered) - len(ready)
        return Outcome(tuple(ready), refused, tuple(approved), tuple(denied))

    def draw(self, count: int) -> Sequence[int]:
        """Draw so many places at random."""
        return draw_places(self._around.entropy, count)

    def sign(self, outcome: Outcome, places: Sequence[Place]) -> Sequence[SealedCopies]:
        """Sign and seal what was approved; see `issuers.issuance.bulk.BulkWorker`."""
        authority = outcome.approved[0].issuance.certificate.entitlement.authority
        entropy, free = Pool(self._around.entropy), iter(self._references(authority, places))
        keys = self._keys.issuing(authority)
        return [
            SealedCopies(
                waiting.transaction_hash,
                approved.issuance.certificate.number,
                self._seal.seal(
                    _copies(approved.statement, waiting, free, keys, entropy),
                    waiting.transaction_hash,
                    entropy,
                ),
            )
            for approved in outcome.approved
            for waiting in approved.order.waiting
        ]

    def _references(self, authority: str, places: Sequence[Place]) -> Iterator[StatusReference]:
        """Yield where the status of each copy is told; a chunk's stand on one list, or two."""
        uris = {
            number: self._lists.uri(authority, number)
            for number in {place.list_number for place in places}
        }
        return (StatusReference(uris[place.list_number], place.index) for place in places)

    async def _orders(
        self, kind: AnyKind, orders: Iterable[Ordered], source: SourceOfRecord, now: datetime
    ) -> tuple[list[Approved], list[Denied]]:
        approved: list[Approved] = []
        denied: list[Denied] = []
        for order in orders:
            try:
                approved.append(await self._approved(kind, order, source, now))
            except IssuerError as error:
                if error.failure not in _DENIALS:
                    raise
                denied.append(Denied(order, error.ground))
        return approved, denied

    async def _approved(
        self, kind: AnyKind, order: Ordered, source: SourceOfRecord, now: datetime
    ) -> Approved:
        """Return what is to be issued for an order, or raise `IssuerError`."""
        grant = order.grant
        entitlement, numbers = grant.entitlement, numbers_of(grant.order, self._secret)
        record = await kind.read(source, issuing.application_for(entitlement, numbers, now=now))
        statement = issuing.state(kind, record, entitlement.view, base=self._around.base, now=now)
        grant.check_subject(statement.named, self._secret)
        told = concerned(record, entitlement)
        return Approved(
            order, self._issuance(order, numbers.issue, statement, told, now), statement
        )

    def _issuance(
        self,
        order: Ordered,
        number: str,
        statement: Statement,
        told: tuple[str, ...],
        now: datetime,
    ) -> Issuance:
        mac = statement_mac(number, statement.claims, self._secret)
        entitlement = order.grant.entitlement
        certificate = Certificate(number, entitlement, now, statement.expires_at, mac)
        return Issuance(certificate, order.copies, order.grant.token_hash, (), told)

    async def _check_signer(
        self, kind: AnyKind, approved: Sequence[Approved], now: datetime
    ) -> None:
        """Ask the guard once, for what holds longest; where nothing is signed it is not asked."""
        if approved:
            until = max(one.statement.expires_at for one in approved)
            await self._guard.check(kind.authority.name, until=until, now=now)


def _copies(
    statement: Statement,
    waiting: Waiting,
    free: Iterator[StatusReference],
    keys: CertifiedSigner,
    entropy: Entropy,
) -> Iterator[str]:
    """Yield the copies of one transaction, each read again."""
    places = islice(free, len(waiting.holders))
    for holder, place in zip(waiting.holders, places, strict=True):
        copy = issuing.sign_copy(statement, holder, place, keys=keys, entropy=entropy)
        check_copy(
            copy,
            expected_format=statement.format,
            expected_claims=statement.claims,
            expected_vct=statement.vct,
            expected_holder=holder,
        )
        yield copy


async def _ready(
    kind: AnyKind, citizens: Iterable[str], source: SourceOfRecord, now: datetime
) -> list[str]:
    """Return for whom of ``citizens`` a certificate can be made, by the kind's own rules.

    The record is read and not kept: the certificate says what holds on the day it is taken.
    """
    ready = []
    nobody = Entitlement(kind.authority.name, kind.name, "", kind.purpose)
    blank = issuing.application_for(nobody, NOT_YET, now=now)
    for citizen in citizens:
        try:
            await kind.read(source, replace(blank, citizen=citizen))
        except IssuerError as error:
            if error.failure not in _REFUSALS:
                raise
        else:
            ready.append(citizen)
    return ready
