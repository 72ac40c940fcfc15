"""Whoever was given something, when the holder wants it back: honest, slow, wrong or gone."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from consent.forms.deposit import Deposit
from consent.forms.receipt import Receipt
from consent.forms.record import Asked as AskedClaims
from consent.forms.record import ConsentRecord, EventState, Evidence
from consent.forms.submission import NewEntry, PairSecret, Submission, sign_submission
from consent.forms.withdrawal_notice import VerifiedNotice, verify_notice
from keys import jws
from keys.strict_json import loads_object
from tests.wallet.verifier_of_test import VerifierOfTest, terms
from tests.wallet.world import Asked, json_reply, unchanged
from web.outbound import Reply


@dataclass
class RecipientOfTest:
    """Takes notices where the verifier's terms say; ``change`` bends the record it signs.

    ``delay`` seconds pass before it answers; ``status`` refuses.
    """

    verifier: VerifierOfTest
    status: int = 200
    delay: float = 0.0
    change: Callable[[ConsentRecord], ConsentRecord] = unchanged
    change_answer: Callable[[Any], Any] = unchanged
    notices: list[VerifiedNotice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uri = terms().withdrawal.uri
        self.verifier.world.network.serve(self.uri, self._take)

    async def _take(self, asked: Asked) -> Reply:
        await asyncio.sleep(self.delay)
        world = self.verifier.world
        notice = verify_notice(
            asked.content.decode(),
            expected_parties={self.verifier.used_by.id},
            log_key=world.ledger.signer.verifier_key,
            now=world.clock.now,
        )
        self.notices.append(notice)
        if self.status != 200:
            return json_reply({"error": "nope"}, self.status)
        receipt = self.file(EventState.ACKNOWLEDGED, notice.notice.label, notice.notice.consent_id)
        return json_reply(self.change_answer({"acknowledged": receipt.as_dict()}))

    def file(self, state: EventState, label: bytes, consent_id: str) -> Receipt:
        """Write an entry of the party's under a label, as it would by its own key."""
        world = self.verifier.world
        record = self.change(
            ConsentRecord(
                record_id=str(uuid.UUID(bytes=self.verifier.entropy(16), version=4)),
                event_state=state,
                event_time=world.clock.now.replace(microsecond=0),
                label=label,
                controller=self.verifier.used_by,
                asked=AskedClaims(()),
                evidence=Evidence(),
                language="ko",
                jurisdiction="KR",
                consent_id=consent_id,
            )
        )
        salt = self.verifier.entropy(32)
        pair = PairSecret(record.label, bytes(32))
        entry = NewEntry(
            record.entry_type,
            record.label,
            record.commitment(salt),
            f"filed-{self.verifier.entropy(8).hex()}",
        )
        token = sign_submission(
            entry,
            pair=pair,
            audience=world.ledger.signer.verifier_key.name,
            signer=self.verifier.signer,
            deposit=Deposit(record, salt),
        )
        submission = Submission.parse(loads_object(jws.parse(token).payload))
        return Receipt(record, salt, world.ledger.write(submission))
