"""From a grant to signed copies: what every way of asking for a certificate ends in.

1. the authority's record gives the claims, or says that the citizen is not entitled; they must be
   of the person the order was about (`issuers.certificate.tripwire`), and the signer one the
   world can verify;
2. what is used up, places on the status list, the certificate and its notices are written down;
3. each key gets its own copy: fresh salts, its own place, times that tell nothing; each is read
   again before it leaves.

Between 2 and 3 a crash, or an answer that is lost, wastes places and nothing else: the wallet asks
again, and gets further copies of the certificate that is in the book already.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from issuers.authorization.grants import Grant
from issuers.catalogue import Catalogue
from issuers.certificate.tripwire import check_copy
from issuers.clerks import OPERATOR
from issuers.desk.applications import Applications
from issuers.errors import IssuerError
from issuers.issuance import issuing
from issuers.issuance.issuing import Statement
from issuers.issuance.proving import Proved
from issuers.issuance.refusals import Stage
from issuers.issuance.refusing import Refusals
from issuers.issuance.superseding import (
    check_renewable,
    is_renewed,
    says_the_same,
    statement_mac,
)
from issuers.numbers.codes import IssuerSecret
from issuers.numbers.numbering import NOT_YET, Numbers, numbers_of
from issuers.ports import Change, Stores
from issuers.published.guarding import SignerGuard
from issuers.published.status_tokens import StatusTokens
from issuers.register.notices import concerned
from issuers.status import standing
from issuers.status.signing_keys import AuthorityKeys
from issuers.status.standing import Action, Place
from issuers.surroundings import Surroundings
from standards.status_list.reference import StatusReference


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate about to be issued: what its record says now, and by which right.

    ``moves`` is how many moves its household had before the record was read, None when it is not
    of the register. ``issued_at`` is when it is, or was, issued; ``supersedes`` is the number of
    the certificate it takes the place of, empty for none.
    """

    grant: Grant
    number: str
    record: object
    statement: Statement
    moves: int | None
    issued_at: datetime
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one request reads: each record once, after the moves of its household were counted."""

    applications: Applications
    moves: int | None


class Releasing:
    """Reads and releases the papers of all authorities."""

    def __init__(  # each is a part of this room, made once
        self,
        catalogue: Catalogue,
        stores: Stores,
        applications: Applications,
        keys: AuthorityKeys,
        guard: SignerGuard,
        lists: StatusTokens,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._certificates = stores.certificates
        self._book = stores.book
        self._applications = applications
        self._keys = keys
        self._guard = guard
        self._lists = lists
        self._around = around
        self._secret = IssuerSecret(around.secret)
        self._refusals = Refusals(stores.refusals, around.clock)

    async def paper(self, grant: Grant, *, now: datetime) -> Paper:
        """Return what would be issued for a grant, or raise `IssuerError`; nothing is written.

        For a grant that has led to a certificate before see `issuers.issuance.superseding`.
        """
        number = numbers_of(grant.order, self._secret).issue
        kept = await self._book.entry(number, grant.entitlement.authority, now=now)
        reading = await self._reading(grant)
        if kept is None:
            return await self._read(grant, now, reading)
        check_renewable(kept, grant)
        if not is_renewed(kept, grant, now=now):
            # Who may have it is asked as of today; what it says is as of its day of issue.
            await self._record(grant, NOT_YET, now, reading)
            again = await self._read(grant, kept.certificate.issued_at, reading)
            stated = statement_mac(number, again.statement.claims, self._secret)
            if says_the_same(kept, stated, grant):
                return again
        return replace(await self._read(grant.next_edition(), now, reading), supersedes=number)

    async def _reading(self, grant: Grant) -> _Reading:
        kind = self._catalogue.kind(grant.entitlement.kind)
        moves = await self._applications.moves(kind, grant.entitlement)
        return _Reading(self._applications.reading_once(), moves)

    async def _read(self, grant: Grant, now: datetime, reading: _Reading) -> Paper:
        """Return what the record says for a certificate issued ``now``."""
        entitlement = grant.entitlement
        kind = self._catalogue.kind(entitlement.kind)
        numbers = numbers_of(grant.order, self._secret)
        record = await self._record(grant, numbers, now, reading)
        statement = issuing.state(kind, record, entitlement.view, base=self._around.base, now=now)
        grant.check_subject(statement.named, self._secret)
        await self._guard.check(entitlement.authority, until=statement.expires_at, now=now)
        return Paper(grant, numbers.issue, record, statement, reading.moves, now)

    async def _record(
        self, grant: Grant, numbers: Numbers, now: datetime, reading: _Reading
    ) -> object:
        """Return the record as of ``now``, or raise `IssuerError`; a refusal is kept.

        What was right at the order is not any more: the applicant is told why.
        """
        entitlement = grant.entitlement
        kind = self._catalogue.kind(entitlement.kind)
        try:
            return await reading.applications.record(kind, entitlement, numbers, now=now)
        except IssuerError as error:
            await self._refusals.note(entitlement, error, Stage.ISSUE)
            raise

    async def release(
        self, paper: Paper, proved: Proved, transaction: bytes | None = None, *, now: datetime
    ) -> tuple[str, ...]:
        """Return a copy for each key proved; ``transaction`` is the deferred one that ends by it.

        Raises `IssuerError` as `issuers.ports.CertificateStore.issue` does, and mis_issue.
        """
        entitlement, statement = paper.grant.entitlement, paper.statement
        issuance = issuing.Issuance(
            issuing.Certificate(
                paper.number,
                entitlement,
                paper.issued_at,
                statement.expires_at,
                statement_mac(paper.number, statement.claims, self._secret),
            ),
            len(proved.holders),
            paper.grant.token_hash,
            proved.nonces,
            concerned(paper.record, entitlement),
            paper.moves,
            transaction,
            paper.supersedes,
        )
        places = await self._certificates.issue(issuance, self._draw, now=now)
        copies = self._signed(entitlement.authority, statement, proved, places)
        await self._check_copies(copies, paper, proved, now=now)
        return copies

    def _draw(self, count: int) -> tuple[int, ...]:
        return standing.draw_places(self._around.entropy, count)

    def _signed(
        self, authority: str, statement: Statement, proved: Proved, places: tuple[Place, ...]
    ) -> tuple[str, ...]:
        keys = self._keys.issuing(authority)
        return tuple(
            issuing.sign_copy(
                statement,
                holder,
                StatusReference(self._lists.uri(authority, place.list_number), place.index),
                keys=keys,
                entropy=self._around.entropy,
            )
            for holder, place in zip(proved.holders, places, strict=True)
        )

    async def _check_copies(
        self, copies: tuple[str, ...], paper: Paper, proved: Proved, *, now: datetime
    ) -> None:
        """Hold every copy against what was stated; one that differs revokes all of them."""
        try:
            for copy, holder in zip(copies, proved.holders, strict=True):
                check_copy(
                    copy,
                    expected_format=paper.statement.format,
                    expected_claims=paper.statement.claims,
                    expected_vct=paper.statement.vct,
                    expected_holder=holder,
                )
        except IssuerError as error:
            change = Change(paper.number, Action.REVOKE, error.failure.value, by=OPERATOR)
            await self._certificates.change(change, now=now)
            raise
