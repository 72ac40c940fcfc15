"""Receipts and handovers: what they prove offline, who signed them, and what breaks them."""

from dataclasses import replace
from typing import Any

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.forms.deposit import Deposit
from consent.forms.entry import EntryType
from consent.forms.handover import Handover
from consent.forms.holder_signature import body_sha256, pair_key, sign_body
from consent.forms.offer import commit_nonce
from consent.forms.offline import KeptPresentation, Offline
from consent.forms.receipt import EntryProof, Receipt, verify_receipt
from consent.forms.submission import NewEntry, PairSecret
from consent.ledger import Ledger
from consent.tlog.signed_note import NoteSigner
from consent.tlog.tlog_proof import TlogProof
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import dumps, loads
from tests.consent.test_forms import DROP, changed, refusal_of
from tests.consent.world import RANDOM, World, authorised, record_example, terms_example

OFFLINE = Offline(
    (KeptPresentation("dc+sd-jwt", "a.b.c", "d.e.f", ("A" * 43,)),),
    request_object="g.h.i",
    trust_list="j.k.l",
    status_tokens=("m.n.o",),
)


async def receipt_of(
    ledger: Ledger, world: World, party: str, offline: Offline | None = None
) -> tuple[Receipt, PairSecret]:
    """Return the receipt of a consent that the holder signed and the ledger has."""
    pair = PairSecret.derive(RANDOM, party_id=party, year=2026)
    terms, record = terms_example(), record_example(pair.label, terms=terms_example())
    evidence = replace(record.evidence, pair_key=pair_key(world.holder_signer.public))
    record = replace(record, evidence=evidence)
    commitment = record.commitment(RANDOM)
    entry = NewEntry(EntryType.CONSENT, pair.label, commitment, "key-0001")
    submitted = world.by_holder(entry, pair, deposit=Deposit(record, RANDOM, terms))
    proof = await ledger.submit(submitted)
    signature = sign_body(body_sha256(record, terms), commitment, signer=world.holder_signer)
    receipt = Receipt(
        record,
        RANDOM,
        EntryProof.parse(loads(dumps(proof.as_dict()))),
        terms,
        disclosure_salt=bytes(32),
        holder_signature=signature,
        offline=offline,
    )
    return receipt, pair


async def test_a_receipt_verifies_offline(ledger: Ledger, world: World) -> None:
    """
    With the log's key alone: record, terms, entry and proof belong together.
    """
    await ledger.append(authorised())
    receipt, pair = await receipt_of(ledger, world, "kr-110111-0000001", OFFLINE)

    again = Receipt.parse(loads(dumps(receipt.countersigned("a.b.c").as_dict())))
    verified = verify_receipt(again, log_key=ledger.log_key)

    assert receipt.record == verified.record
    assert receipt.offline == again.offline
    assert receipt.log.index == verified.entry.index
    assert commit_nonce(terms_example(), RANDOM) == again.nonce()
    assert "a.b.c" == again.countersignature
    handover = Handover(receipt, pair)
    assert handover == Handover.parse(loads(dumps(handover.as_dict())))


async def test_the_ledger_writes_no_record_that_names_another_key(
    ledger: Ledger, world: World
) -> None:
    """
    The key in the record is the one that signs for the pair, so the receipt's signature proves it.
    """
    pair = PairSecret.derive(RANDOM, party_id="kr-7", year=2026)
    record = record_example(pair.label, terms=terms_example())
    evidence = replace(record.evidence, pair_key=bytes(32))
    record = replace(record, evidence=evidence)
    entry = NewEntry(EntryType.CONSENT, pair.label, record.commitment(RANDOM), "key-0001")
    submitted = world.by_holder(entry, pair, deposit=Deposit(record, RANDOM, terms_example()))

    with pytest.raises(ConsentError) as caught:
        await ledger.submit(submitted)

    assert ConsentFailure.RECORD_MISMATCH == caught.value.failure


async def test_a_receipt_holds_the_proof_as_c2sp_writes_it(ledger: Ledger, world: World) -> None:
    """
    Any reader of tlog-proof can take the member as it stands.
    """
    receipt, _ = await receipt_of(ledger, world, "kr-1")
    text = str(receipt.as_dict()["proof"])

    assert text.startswith("c2sp.org/tlog-proof@v1\nindex ")
    assert text == TlogProof.parse(text).text()
    assert {"leaf", "proof"} == receipt.log.as_dict().keys()


async def test_a_receipt_for_anything_else_is_refused(ledger: Ledger, world: World) -> None:
    """
    Another record, salt, terms, label, type, index, size, key: each breaks the receipt.
    """
    await ledger.append(authorised())
    receipt, _ = await receipt_of(ledger, world, "kr-2")
    other_log = NoteSigner(ledger.log_key.name, SoftwareSigner.generate(Algorithm.ED25519))
    record, log = receipt.record, receipt.log

    mismatched = [
        replace(receipt, record=replace(record, language="en")),
        replace(receipt, record_salt=bytes(32)),
        replace(receipt, terms=replace(terms_example(), sender="another")),
        replace(receipt, terms=None),
    ]
    for each in mismatched:
        failure = refusal_of(verify_receipt, each, log_key=ledger.log_key)
        assert ConsentFailure.RECORD_MISMATCH == failure
    unproven = [
        replace(receipt, log=replace(log, index=log.index + 1)),
        replace(receipt, log=replace(log, size=log.size + 1)),
        replace(receipt, log=replace(log, proof=(*log.proof, bytes(32)))),
        replace(receipt, log=replace(log, leaf=log.leaf.replace(b'"v":1', b'"v":2'))),
    ]
    for each in unproven:
        failure = refusal_of(verify_receipt, each, log_key=ledger.log_key)
        assert ConsentFailure.PROOF_INVALID == failure
    unsigned = refusal_of(verify_receipt, receipt, log_key=other_log.verifier_key)
    assert ConsentFailure.NOTE_UNSIGNED == unsigned


async def test_the_nonce_is_recomputed_from_the_record_alone(ledger: Ledger, world: World) -> None:
    """
    The record names the terms' hash and the random octets; without either there is no nonce.
    """
    receipt, _ = await receipt_of(ledger, world, "kr-5")
    evidence = receipt.record.evidence

    assert commit_nonce(terms_example(), RANDOM) == receipt.nonce()
    for blinded in (replace(evidence, random=None), replace(evidence, terms_sha256=None)):
        blind = replace(receipt.record, evidence=blinded)
        assert replace(receipt, record=blind).nonce() is None


async def test_the_holder_signs_the_whole_body(ledger: Ledger, world: World) -> None:
    """
    Record and terms are one body: another of either, another key, and no signature are refused.
    """
    receipt, _ = await receipt_of(ledger, world, "kr-6")
    receipt.check_holder_signature()
    record, evidence = receipt.record, receipt.record.evidence
    stranger = SoftwareSigner.generate()
    commitment = record.commitment(receipt.record_salt)
    foreign = sign_body(receipt.body_sha256(), commitment, signer=stranger)
    unnamed = replace(record, evidence=replace(evidence, pair_key=None))

    wrong = [
        replace(receipt, record=replace(record, language="en")),
        replace(receipt, terms=replace(terms_example(), sender="another")),
        replace(receipt, terms=None),
        replace(receipt, record_salt=bytes(32)),
        replace(receipt, holder_signature=foreign),
        replace(receipt, holder_signature=None),
        replace(receipt, holder_signature="a.b.c"),
        replace(receipt, record=unnamed),
    ]
    for each in wrong:
        failure = refusal_of(each.check_holder_signature)
        assert ConsentFailure.HOLDER_SIGNATURE_INVALID == failure


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "2"),
        ("countersignature", DROP),
        ("countersignature", "x" * 70_000),
        ("holder_signature", 7),
        ("record_salt", "AA"),
        ("leaf", "A" * 500),
        ("leaf", "!"),
        ("proof", 5),
        ("proof", "index 0\n\nnote"),
        ("offline", {}),
        ("offline.kb_jwts", "a.b.c"),
        ("offline.kb_jwts", ["x"] * 65),
        ("offline.disclosed_digests", "A" * 43),
        ("offline.disclosed_digests", [["x", 1]]),
        ("offline.disclosed_digests", [[]] * 65),
        ("offline.status_tokens", [1]),
        ("offline.values", ["홍길동"]),
    ],
)
async def test_a_receipt_that_cannot_be_read_is_refused(
    ledger: Ledger, world: World, path: str, value: Any
) -> None:
    """
    Members missing, of other types, and sizes beyond any real receipt's.
    """
    receipt, _ = await receipt_of(ledger, world, "kr-3", OFFLINE)
    form = changed(receipt.as_dict(), path, value)

    assert ConsentFailure.MALFORMED == refusal_of(Receipt.parse, form)


async def test_a_handover_with_two_stories_is_refused(ledger: Ledger, world: World) -> None:
    """
    The label and the salts beside the receipt are those inside it.
    """
    receipt, pair = await receipt_of(ledger, world, "kr-4")
    value = Handover(receipt, pair).as_dict()

    changes: list[tuple[str, object]] = [
        ("record_salt", "A" * 43),
        ("disclosure_salt", None),
        ("label", "A" * 43),
    ]
    for path, other in changes:
        form = changed(value, path, other)
        assert ConsentFailure.MALFORMED == refusal_of(Handover.parse, form)
