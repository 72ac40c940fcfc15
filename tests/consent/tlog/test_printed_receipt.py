"""A receipt on paper: one QR code that verifies with the log's key and nothing else."""

import os
from dataclasses import replace
from hashlib import sha256

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf
from consent.forms.printed_receipt import QR_LIMIT, PrintedReceipt
from consent.forms.receipt import EntryProof, Receipt
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import Cosigner, open_cosigned
from consent.tlog.merkle import inclusion_siblings, leaf_hash, node_hash
from keys.jwk import Algorithm
from tests.consent.tlog.worlds import NOW, cosigner, log
from tests.consent.world import record_example, terms_example
from web.qr import qr_svg

ORIGIN = "mydata.example/consent/2026"
LINK = "https://mydata.example/wallet/r/7Kq2mPx4"
LOG = log(ORIGIN)
WITNESSES = [cosigner("regulator.example/witness"), cosigner("university.example/witness")]


def receipt_in(size: int, *witnesses: Cosigner) -> Receipt:
    """Return a receipt whose entry is somewhere in a tree of this size."""
    terms = terms_example()
    record, salt = record_example(terms=terms), bytes(range(32))
    leaf = Leaf(EntryType.CONSENT, bytes(32), 2, os.urandom(32), record.commitment(salt)).octets()
    index = size * 2 // 3
    proof, root = [], leaf_hash(leaf)
    for start, end in inclusion_siblings(index, size):
        sibling = sha256(f"{start} {end}".encode()).digest()
        proof.append(sibling)
        root = node_hash(sibling, root) if start < index else node_hash(root, sibling)
    text = Checkpoint(ORIGIN, size, root).text()
    note = LOG.sign(text) + "".join(witness.line(text, NOW) for witness in witnesses)
    return Receipt(record, salt, EntryProof(index, leaf, size, tuple(proof), note), terms)


@pytest.mark.parametrize("size", [1, 2**20, 2**28, 2**33])
def test_a_receipt_fits_into_one_code_with_two_cosignatures(size: int) -> None:
    """
    Up to eight thousand million entries: drawn, read again, and the entry proven by it alone.
    """
    receipt = receipt_in(size, *WITNESSES)

    printed = PrintedReceipt.of(receipt, LINK)
    again = PrintedReceipt.parse(printed.text())

    assert qr_svg(printed.text(), "receipt").startswith("<svg")
    assert printed == again
    assert (LINK, receipt.body_sha256()) == (again.link, again.body_sha256)
    assert receipt.log.index == again.entry.verify(log_key=LOG.verifier_key).index
    opened = open_cosigned(
        again.entry.checkpoint,
        log_key=LOG.verifier_key,
        witnesses=[witness.verifier_key for witness in WITNESSES],
    )
    assert 2 == len(opened.cosignatures)


@pytest.mark.parametrize(
    ("size", "octets"), [(2**20, 1_724), (2**28, 2_089)], ids=["a million", "a quarter milliard"]
)
def test_the_code_has_this_many_octets(size: int, octets: int) -> None:
    """
    Of 2,953 that a version 40 code at level L holds.
    """
    text = PrintedReceipt.of(receipt_in(size, *WITNESSES), LINK).text()

    assert octets == len(text.encode())


def test_what_has_no_room_is_left_out() -> None:
    """
    An ML-DSA-44 cosignature never fits, and a dozen witnesses do not all: the order decides.
    """
    large = cosigner("archive.example/witness", Algorithm.ML_DSA_44)
    many = [cosigner(f"w{n}.example/witness") for n in range(12)]

    printed = PrintedReceipt.of(receipt_in(2**28, large, *many), LINK)

    names = [line.split(" ")[1] for line in printed.text().splitlines() if line[:1] == "\u2014"]
    assert [ORIGIN, *(f"w{n}.example/witness" for n in range(len(names) - 1))] == names
    assert 6 <= len(names) < 12
    assert len(printed.text().encode()) <= QR_LIMIT


def test_a_receipt_that_cannot_fit_is_the_callers_bug() -> None:
    """
    An address of three thousand characters is no short one.
    """
    with pytest.raises(ValueError, match="too long"):
        PrintedReceipt.of(receipt_in(1), f"https://mydata.example/{'x' * 3000}")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("mydata-receipt-v1", "mydata-receipt-v2", id="another form"),
        pytest.param("https://", "javascript:", id="no web address"),
        pytest.param("/r/", "/r/" + "x" * 200, id="a long address"),
        pytest.param('"v":1}\n', '"v":1}', id="a line less"),
        pytest.param("index ", "index 0", id="another spelling of the index"),
        pytest.param('{"c', '{"\ud800c', id="no Unicode"),
    ],
)
def test_what_is_no_printed_receipt_is_refused_h98(old: str, new: str) -> None:
    """
    H98: a photographed code may hold anything.
    """
    text = PrintedReceipt.of(receipt_in(7), LINK).text()
    assert old in text

    with pytest.raises(ConsentError) as caught:
        PrintedReceipt.parse(text.replace(old, new, 1))

    assert ConsentFailure.MALFORMED == caught.value.failure


def test_another_entry_does_not_verify_h98() -> None:
    """
    H98: what the code says of the entry is proven, or refused.
    """
    printed = PrintedReceipt.parse(PrintedReceipt.of(receipt_in(7), LINK).text())
    leaf = printed.entry.leaf.replace(b'"number":2', b'"number":3')

    with pytest.raises(ConsentError):
        replace(printed.entry, leaf=leaf).verify(log_key=LOG.verifier_key)
