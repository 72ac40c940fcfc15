"""Gather all that can be shown of one consent, for an authority or a court, years from now.

What the ledger gives is put in as it came: whoever checks the file believes none of it before. A
ledger that does not answer leaves its parts empty, and the receipt speaks for itself.
"""

from datetime import datetime

from consent.complete.evidence import ConsentEvidence
from consent.complete.proof import CompletenessProof
from consent.errors import ConsentError
from consent.forms.reading import ReadRecord
from consent.forms.receipt import Receipt
from keys import base64url
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.errors import WalletError
from wallet.kept.vault import Vault
from wallet.ledger.pairing import Met, pair_with
from wallet.ledger.records import read_records
from wallet.outside.correspondence import JSON, LARGE_ANSWER
from wallet.ports import Ports
from wallet.proving.cosigned import answer_of, cosigned_proof


async def gather(given: Receipt, *, ports: Ports, vault: Vault, now: datetime) -> ConsentEvidence:
    """Return the evidence of one consent; raises nothing of the world outside."""
    records = await _records(given, ports, vault, now)
    completeness = await _completeness(given, ports)
    listed = {} if completeness is None else dict(completeness.entries)
    proofs = [
        await cosigned_proof(each.index, listed[each.index], ports=ports)
        for each in records
        if each.index in listed
    ]
    return ConsentEvidence(
        receipt=given,
        records=records,
        completeness=completeness,
        proofs=tuple(each for each in proofs if each is not None),
        vkey=ports.log.key().text(),
    )


async def _records(
    given: Receipt, ports: Ports, vault: Vault, now: datetime
) -> tuple[ReadRecord, ...]:
    """Return what the ledger keeps of this consent; other consents of the pair are not shown."""
    record = given.record
    met = Met(record.controller.id, record.event_time.year)
    pair = await pair_with(met.party_id, vault=vault, shelf=ports.shelf, now=met.midst())
    try:
        read = await read_records(pair, log=ports.log, correspondent=ports.correspondent, now=now)
    except WalletError:
        return ()
    own = record.record_id
    return tuple(
        each for each in read if each.record is not None and each.record.consent_id == own
    )


async def _completeness(given: Receipt, ports: Ports) -> CompletenessProof | None:
    label = base64url.encode(given.record.label)
    answer = await answer_of(f"/consent/labels/{label}", ports, JSON, LARGE_ANSWER)
    if answer is None:
        return None
    try:
        proof = CompletenessProof.parse(loads_object(answer.body, limit=LARGE_ANSWER))
        proof.verify(log_key=ports.log.key(), expected_label=given.record.label)
    except (KeysError, ConsentError):
        return None
    return proof
