"""The ledger: what comes in is checked, decided, written, and answered with its proof."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consent import key_history
from consent.appending import Appending
from consent.asking import Asking
from consent.authorisation import verify_submission
from consent.browsing import Browsing
from consent.complete.proof import CompletenessProof
from consent.cosigned_files import CosignedFiles
from consent.dues import DutyFilter, OpenDuty
from consent.duties import Duties
from consent.erasure import Erasure
from consent.forms.entry import EntryType, log_label
from consent.forms.receipt import EntryProof
from consent.forms.record import ConsentRecord
from consent.key_history import KeyHistory
from consent.log_files import LogFiles
from consent.looking_up import LookingUp
from consent.months import Months
from consent.ports import RecordKeys, Store
from consent.quota import Quota
from consent.records import KeptRecord, Records
from consent.reuses import Reuses
from consent.sequencer import Sequencer, stopped
from consent.sequencing import AuthorisedEntry
from consent.submitters import Trust
from consent.tlog.signed_note import NoteSigner, VerifierKey
from consent.tlog.tlog_policy import Policy
from consent.verifying import Verifying
from keys.sealing import DataKey
from keys.signer import Signer
from keys.strict_json import dumps


@dataclass(frozen=True, slots=True)
class LedgerKeys:
    """What the ledger holds secret, and its name.

    ``origin`` names the log for ever (one log a year and operator: ``example.kr/consent/2026``),
    ``signer`` holds its Ed25519 key, ``data_key`` seals the pairs' MAC keys at rest. While the log
    changes its key, ``beside`` signs too; ``retired`` are keys that signed before those.
    ``witnesses`` is whose word a verification at an auditor's page asks for besides.
    """

    origin: str
    signer: Signer
    data_key: DataKey
    beside: tuple[Signer, ...] = ()
    retired: tuple[VerifierKey, ...] = ()
    witnesses: Policy | None = None


class Ledger:
    """The façade of the room: `submit` and `file` are all that the endpoints need.

    ``browsing`` and ``verifying`` are what auditors see, and change nothing of the log; ``asking``
    is what a pair may read and have destroyed, ``looking_up`` what is shown for a case.

    ``trust`` returns the present trust list, ``clock`` the time; ``anchor`` is a file outside the
    database that remembers what was signed last (None: a restored backup cannot be recognised).
    """

    def __init__(
        self,
        store: Store,
        keys: LedgerKeys,
        *,
        record_keys: RecordKeys,
        trust: Trust,
        clock: Callable[[], datetime],
        anchor: Path | None = None,
        quota: Quota | None = None,
    ) -> None:
        signer = NoteSigner(keys.origin, keys.signer, beside=keys.beside, retired=keys.retired)
        self.log_key: VerifierKey = signer.verifier_key
        self._trust = trust
        self._clock = clock
        self._quota = quota or Quota()
        self.files = LogFiles(store, self.log_key)
        self._key_history = KeyHistory(store, self.files, self.log_key)
        self._cosigned = CosignedFiles(store.cosignatures, self.files)
        self.browsing = Browsing(store, self.files, self.log_key)
        self.verifying = Verifying(store, self.files, self.log_key, clock, policy=keys.witnesses)
        self._records = Records(store.deposits, store.codes, record_keys, keys.data_key)
        self._sequencer = Sequencer(store.writer(signer, anchor), record_keys)
        self._appending = Appending(
            store.deposits,
            self._records,
            self._sequencer,
            self.files,
            origin=self.log_key.name,
            data_key=keys.data_key,
        )
        self._erasure = Erasure(
            store.deposits,
            store.dues,
            record_keys,
            self._records,
            self._appending,
            self._sequencer,
        )
        self.looking_up = LookingUp(
            store.deposits, self._records, self._appending, self.files, clock=clock
        )
        self.months = Months(store.months, self._records, self.files, signer, clock)
        self._duties = Duties(store.dues, self._records, self._appending, self._erasure)
        self._reuses = Reuses(store.codes, self._records, self._appending)
        self.asking = Asking(
            store.deposits,
            self._records,
            self._erasure,
            origin=self.log_key.name,
            data_key=keys.data_key,
            trust=trust,
            clock=clock,
        )

    async def start(self) -> None:
        """Check what is stored and begin to sequence; raises `ConsentError` when it must not.

        ledger_in_use, checkpoint_ahead or store_damaged: see `consent.store.startup`.
        """
        await self._sequencer.open()
        await self._erasure.replay()
        self._sequencer.start()
        await self._announce()

    async def _announce(self) -> None:
        """Have every key but the first named by an entry: whoever knows one learns the next."""
        for key in self._key_history.successors:
            await self.write_own(
                EntryType.ROTATED,
                log_label(self.log_key.name),
                commitment=key_history.commitment_of(key),
                request=key_history.request_of(key),
            )

    async def close(self) -> None:
        """Write what is queued, then give back the lock and the connections."""
        await self.verifying.close()
        await self._sequencer.close()
        await self.files.close()

    async def submit(self, token: str) -> EntryProof:
        """Write what a submission (a compact JWS) asks for; the answer is durable and proven.

        A retry with the same idempotency key returns the same entry. Raises `ConsentError` for
        whatever the authorisation, the quota, the deposit, the consent or the journal refuses.
        """
        now = self._clock()
        signed = verify_submission(
            token, expected_audience=self.log_key.name, trust=self._trust, now=now
        )
        self._quota.take(str(signed.submitter), now=now)
        return await self._appending.submit(signed, now=now)

    async def append(self, authorised: AuthorisedEntry) -> EntryProof:
        """Write an entry that is authorised already; as `submit`, without checking who sent it.

        Raises `ConsentError` (key_not_of_label) when it would open a label that has keys.
        """
        return await self._appending.append(authorised)

    async def write_own(
        self,
        type_: EntryType,
        label: bytes,
        *,
        record: ConsentRecord | None = None,
        commitment: bytes | None = None,
        request: bytes,
    ) -> EntryProof:
        """Write an entry of the ledger itself; the same ``request`` again is the same entry.

        ``record`` is committed to and kept like everybody's; an entry that is about no record has
        its ``commitment`` given. Raises `ConsentError` as `append` does.
        """
        return await self._appending.write_own(
            type_, label, record=record, commitment=commitment, request=request, now=self._clock()
        )

    async def tick(self, now: datetime) -> int:
        """Write what time has brought about, and return how much that was; run each minute.

        Raises `ConsentError` (ledger_stopped, ledger_busy): the next tick goes on where it was.
        """
        return await self._duties.tick(now) + await self._reuses.tick(now)

    async def reused_codes(self) -> int:
        """Return how many codes of the last month were used at several institutions."""
        return await self._reuses.count()

    async def duties(self, wanted: DutyFilter) -> list[OpenDuty]:
        """Return what recipients have not done yet, the oldest due first; nobody's name in it."""
        return await self._duties.open(wanted, now=self._clock())

    async def records_of(self, label: bytes) -> list[KeptRecord]:
        """Return the label's records that the ledger keeps, in the order of the log."""
        return await self._records.of_label(label)

    async def records_of_key(self, thumbprint: bytes) -> list[KeptRecord]:
        """Return what was filed with a foreign wallet's key; whoever asks has proven that key."""
        return await self._records.of_holder_key(thumbprint)

    async def prove(self, index: int) -> EntryProof:
        """Return the proof of an entry in the present tree; raises `ConsentError` (not_found)."""
        return await self.files.prove(index)

    async def complete(self, label: bytes) -> CompletenessProof:
        """Return all entries of a label with the proof that they are all; none is an answer too.

        Raises `ConsentError`: not_found before the first seal of the log, store_damaged.
        """
        return await self.files.complete(label)

    async def file(self, path: str) -> bytes:
        """Return a file of the log: ``checkpoint``, ``tile/…``, its keys, or one with witnesses.

        ``vkey`` and ``key-history`` are its keys; with witnesses are ``cosigned-checkpoint`` and
        ``proof/<index>``. Raises `ConsentError`: not_found, or store_damaged instead of serving
        what is broken.
        """
        match path:
            case "checkpoint":
                return (await self._cosigned.checkpoint()).encode()
            case "vkey":
                return self.log_key.lines().encode()
            case "key-history":
                return dumps(await self._key_history.as_dict())
            case _ if path.startswith("statistics/") and path.endswith(".csv"):
                month = path.removeprefix("statistics/").removesuffix(".csv")
                return (await self.months.sheet(month)).encode()
            case _ if path.startswith("tile/"):
                return await self.files.tile(path)
            case _:
                return (await self._cosigned.file(path)).encode()

    async def check_ready(self) -> None:
        """Return when entries are taken and the log can be read, or raise `ConsentError`."""
        if not self._sequencer.can_write:
            raise stopped()
        await self.files.head()

    @property
    def waiting(self) -> int:
        """How many entries are queued and not yet being written."""
        return self._sequencer.waiting
