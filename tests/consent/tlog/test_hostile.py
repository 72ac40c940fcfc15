"""Whatever text a stranger sends is read as what it is, or refused as malformed; nothing else."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ConsentError
from consent.forms.printed_receipt import PrintedReceipt
from consent.tlog.checkpoint import Checkpoint
from consent.tlog.cosignature import open_cosigned
from consent.tlog.signed_note import open_note, read_note
from consent.tlog.tlog_policy import Policy
from consent.tlog.tlog_proof import TlogProof
from consent.tlog.verifier_key import VerifierKey
from keys.jwk import Algorithm
from tests.consent.tlog.test_printed_receipt import LINK, receipt_in
from tests.consent.tlog.worlds import cosigner, seen
from tests.read_or_refused import check_read_or_refused

MADE = seen()
WITNESS = cosigner("w.example")
LARGE = cosigner("l.example", Algorithm.ML_DSA_44)
NOTE = MADE.note(WITNESS, LARGE)
KEYS = [WITNESS.verifier_key, LARGE.verifier_key]
LOG = MADE.log.verifier_key
POLICY = f"log {LOG.text()}\nwitness w {KEYS[0].text()}\ngroup g any w\nquorum g\n"
PROOF = TlogProof(4, (bytes(32),) * 3, NOTE, b"extra").text()

READERS: dict[str, tuple[Callable[[str], object], str]] = {
    "key": (VerifierKey.parse, KEYS[1].text()),
    "note": (read_note, NOTE),
    "opened note": (lambda text: open_note(text, known=[LOG]), NOTE),
    "checkpoint": (Checkpoint.parse, MADE.checkpoint.text()),
    "cosigned": (lambda text: open_cosigned(text, log_key=LOG, witnesses=KEYS), NOTE),
    "proof": (TlogProof.parse, PROOF),
    "policy": (Policy.parse, POLICY),
    "checked": (lambda text: Policy.parse(POLICY).check(text), NOTE),
    "printed": (PrintedReceipt.parse, PrintedReceipt.of(receipt_in(7), LINK).text()),
}
# Surrogates too: text out of JSON may hold a half of a pair.
ANYTHING = st.text(st.characters(codec=None), max_size=80)


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_any_text_is_read_or_refused_h97_h98(name: str, data: st.DataObject) -> None:
    """
    H97, H98: pieces of the right text with anything put between, in any order, cut anywhere.
    """
    read, whole = READERS[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(0, len(whole)))
    text = whole[:start] + data.draw(ANYTHING) + whole[end:]

    check_read_or_refused(lambda: read(text), type(read(whole)), ConsentError)


@pytest.mark.parametrize("name", READERS)
def test_the_right_text_is_read(name: str) -> None:
    """
    Otherwise the test above would prove little: what is whole is read, what is empty is not.
    """
    read, whole = READERS[name]

    assert read(whole) == read(whole)
    with pytest.raises(ConsentError):
        read("")
