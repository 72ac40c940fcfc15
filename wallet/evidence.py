"""Gather all that can be shown of one consent, for an authority or a court, years from now.

What the ledger gives is put in as it came: whoever checks the file believes none of it before. A
ledger that does not answer leaves its parts empty, and the receipt speaks for itself.
"""

from datetime import datetime
from typing import Final

from consent.complete.evidence import ConsentEvidence
from consent.complete.proof import CompletenessProof
from consent.errors import ConsentError
from consent.forms.reading import ReadRecord
from consent.forms.receipt import EntryProof, Receipt
from keys import base64url
from keys.errors import KeysError
from keys.strict_json import loads_object
from wallet.correspondence import JSON, LARGE_ANSWER, SMALL_ANSWER, Answer, UnansweredError
from wallet.errors import WalletError
from wallet.pairing import Met, pair_with
from wallet.ports import Ports
from wallet.records import read_records
from wallet.vault import Vault

_PLAIN: Final = "text/plain"
_OK: Final = 200


async def gather(given: Receipt, *, ports: Ports, vault: Vault, now: datetime) -> ConsentEvidence:
    """Return the evidence of one consent; raises nothing of the world outside."""
    records = await _records(given, ports, vault, now)
    completeness = await _completeness(given, ports)
    listed = {} if completeness is None else dict(completeness.entries)
    proofs = [await _proof(each.index, listed.get(each.index), ports) for each in records]
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
    answer = await _get(f"/consent/labels/{label}", ports, JSON, LARGE_ANSWER)
    if answer is None:
        return None
    try:
        proof = CompletenessProof.parse(loads_object(answer.body, limit=LARGE_ANSWER))
        proof.verify(log_key=ports.log.key(), expected_label=given.record.label)
    except (KeysError, ConsentError):
        return None
    return proof


async def _proof(index: int, leaf: bytes | None, ports: Ports) -> EntryProof | None:
    """Return one entry under the largest checkpoint that witnesses have signed, if any is."""
    if leaf is None:
        return None
    answer = await _get(f"/consent/log/proof/{index}", ports, _PLAIN, SMALL_ANSWER)
    if answer is None:
        return None
    try:
        text = answer.body.decode("utf-8")
        proof = EntryProof.parse({"leaf": base64url.encode(leaf), "proof": text})
        proof.verify(log_key=ports.log.key())
    except (UnicodeDecodeError, ConsentError):
        return None
    return proof


async def _get(path: str, ports: Ports, accept: str, limit: int) -> Answer | None:
    try:
        answer = await ports.correspondent.get(ports.log.url + path, accept=accept, limit=limit)
    except UnansweredError:
        return None
    return answer if answer.status == _OK else None
