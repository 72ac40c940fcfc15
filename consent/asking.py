"""What one of a pair may ask of the ledger: to read its records, to have them destroyed.

Whoever is not of the pair is answered as if the label did not exist: a stranger learns nothing,
not even which labels have records. A request is good for minutes; sent again it only reads again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol

from consent.authorisation import open_mac_key
from consent.erasure import Erasure
from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import Author, EntryType, party_label
from consent.forms.erasure import ERASURE_TYP, ErasureRequest
from consent.forms.reading import READING_TYP, Reading, ReadRecords
from consent.forms.receipt import EntryProof
from consent.ports import Deposits
from consent.records import KeptRecord, Records
from consent.submitters import Submitter, Trust, verify_signed
from keys.sealing import DataKey

# A request is half a kilobyte, a certificate chain three.
REQUEST_LIMIT: Final = 16 * 1024
# How long a signed request is good, either side of our clock.
FRESH: Final = timedelta(minutes=5)
# Records in one answer: with terms in three languages about a megabyte.
RECORDS_LIMIT: Final = 100

_NO_REQUEST: Final = b""


class _Request(Protocol):
    """What both requests have in common."""

    @property
    def audience(self) -> str: ...
    @property
    def label(self) -> bytes: ...
    @property
    def issued_at(self) -> datetime: ...
    def check_mac(self, mac_key: bytes) -> None: ...


class Asking:
    """Answering one of a pair; every method raises `ConsentError`.

    submission_invalid, malformed, not_registered or wrong_audience for what is no request of
    now; not_found for whoever is not of the pair.
    """

    def __init__(
        self,
        deposits: Deposits,
        records: Records,
        erasure: Erasure,
        *,
        origin: str,
        data_key: DataKey,
        trust: Trust,
        clock: Callable[[], datetime],
    ) -> None:
        self._deposits = deposits
        self._records = records
        self._erasure = erasure
        self._origin = origin
        self._data_key = data_key
        self._trust = trust
        self._clock = clock

    async def read(self, label: bytes, token: str) -> ReadRecords:
        """Return the records of a label to one of its pair; a party sees its own alone."""
        now = self._clock()
        signed = verify_signed(
            token, expected_typ=READING_TYP, limit=REQUEST_LIMIT, trust=self._trust, now=now
        )
        reading = Reading.parse(signed.claims)
        mine = await self._check(reading, signed.submitter, label, now)
        kept = await self._records.of_label(label, first=reading.first, limit=RECORDS_LIMIT)
        following = kept[-1].leaf.number + 1 if len(kept) == RECORDS_LIMIT else None
        read = tuple(each.read() for each in kept if mine(each))
        if not read and mine is _is_about_another:
            raise _absent()
        return ReadRecords(read, following)

    async def reused(self, label: bytes, token: str) -> ReadRecords:
        """Return a party's own uses of codes that others used too, under the party's own label.

        Each record stands under the label of its use. ``first`` is the index in the log to begin
        with, and so is what follows. Who the others are is not told.
        """
        now = self._clock()
        signed = verify_signed(
            token, expected_typ=READING_TYP, limit=REQUEST_LIMIT, trust=self._trust, now=now
        )
        reading, party = Reading.parse(signed.claims), signed.submitter.id
        await self._check(reading, signed.submitter, label, now)
        if label != party_label(party, self._origin):
            raise _absent()
        kept = await self._records.reused_of(party, first=reading.first, limit=RECORDS_LIMIT)
        following = kept[-1].index + 1 if len(kept) == RECORDS_LIMIT else None
        return ReadRecords(tuple(each.read() for each in kept), following)

    async def erase(self, label: bytes, token: str) -> list[EntryProof]:
        """Destroy the records of a consent for its holder, and return the entries that say so.

        Also raises retained_by_law, with the date, while a law keeps them.
        """
        now = self._clock()
        signed = verify_signed(
            token, expected_typ=ERASURE_TYP, limit=REQUEST_LIMIT, trust=self._trust, now=now
        )
        request = ErasureRequest.parse(signed.claims)
        if signed.submitter.role is not Author.HOLDER:
            raise _absent()
        mine = await self._check(request, signed.submitter, label, now)
        if mine is not _everything:
            raise _absent()
        return await self._erasure.erase(label, request.consent_id, now=now)

    async def _check(
        self, request: _Request, submitter: Submitter, label: bytes, now: datetime
    ) -> Callable[[KeptRecord], bool]:
        """Return which of the label's records are theirs who ask."""
        if request.audience != self._origin:
            raise ConsentError(
                ConsentFailure.WRONG_AUDIENCE, f"this log is {self._origin}; sign for it"
            )
        if abs(now - request.issued_at) > FRESH:
            raise ConsentError(
                ConsentFailure.SUBMISSION_INVALID, "signed too long ago, or by a clock ahead"
            )
        if request.label != label:
            raise _absent()
        if submitter.role is Author.PARTY and label == party_label(submitter.id, self._origin):
            return partial(_is_of_party, submitter.id)
        return await self._of_pair(request, submitter)

    async def _of_pair(
        self, request: _Request, submitter: Submitter
    ) -> Callable[[KeptRecord], bool]:
        keys = (await self._deposits.label_state(request.label, _NO_REQUEST)).keys
        if keys is None:
            raise _absent()
        try:
            request.check_mac(open_mac_key(keys, request.label, self._data_key))
        except ConsentError as error:
            if error.failure is ConsentFailure.STORE_DAMAGED:
                raise
            raise _absent() from None
        if submitter.role is Author.PARTY:
            return partial(_is_of_party, submitter.id)
        return _everything if submitter.id == keys.holder else _is_about_another


def _everything(_kept: KeptRecord) -> bool:
    return True


def _is_of_party(party: str, kept: KeptRecord) -> bool:
    """Tell whether a record is this party's; what cannot be opened is public as it stands."""
    return kept.deposit is None or kept.deposit.record.controller.id == party


def _is_about_another(kept: KeptRecord) -> bool:
    """Tell whether a record was filed for whoever shares the label without having opened it.

    An adult of a household reads what another one filed about them, with the label's secret alone.
    """
    return kept.leaf.type is EntryType.ABOUT


def _absent() -> ConsentError:
    return ConsentError(ConsentFailure.NOT_FOUND, "there is no such label for whoever asks")
