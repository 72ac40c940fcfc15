"""Our own formats, held to the vectors that are published with them (docs/vectors)."""

import base64
import hmac
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from consent.errors import ConsentError
from consent.forms.checks import Outcome
from consent.forms.disclosure import disclosure_commitment
from consent.forms.entry import EntryType, Leaf, log_label, party_label
from consent.forms.erasure import ErasureRequest
from consent.forms.handover import Handover
from consent.forms.offer import check_nonce, commit_nonce
from consent.forms.reading import Reading
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.receipt_check import check_receipt
from consent.forms.record import ConsentRecord
from consent.forms.submission import NewEntry, PairSecret, Submission
from consent.forms.terms import Terms
from consent.tlog.merkle import leaf_hash
from consent.tlog.signed_note import VerifierKey
from keys import base64url
from keys.canonical_json import canonical
from keys.jwk import PublicJwk

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "vectors"


def vector(name: str) -> Any:
    return json.loads((FOLDER / name).read_text())


def test_terms_and_their_nonce() -> None:
    """
    Canonical octets, hash and nonce of each terms vector; and the terms that must be refused.
    """
    vectors = vector("terms.json")

    assert vectors["valid"]
    assert vectors["refused"]
    for case in vectors["valid"]:
        terms = Terms.parse(case["terms"])
        random = base64url.decode(case["random"])

        assert case["canonical"].encode() == canonical(terms.as_dict())
        assert case["sha256"] == terms.sha256().hex()
        assert case["nonce"] == commit_nonce(terms, random)
        check_nonce(case["nonce"], terms, random)
    for case in vectors["refused"]:
        with pytest.raises(ConsentError):
            Terms.parse(case["terms"])


def test_a_record_and_what_the_log_holds_of_it() -> None:
    """
    Canonical octets and both commitments.
    """
    case = vector("record.json")
    record = ConsentRecord.parse(case["record"])
    disclosure = case["disclosure"]

    assert case["canonical"].encode() == canonical(record.as_dict())
    assert base64url.decode(case["commitment"]) == record.commitment(
        base64url.decode(case["salt"])
    )
    assert base64url.decode(disclosure["commitment"]) == disclosure_commitment(
        base64url.decode(disclosure["salt"]), disclosure["sd_hash"], disclosure["digests"]
    )


def test_labels_and_macs() -> None:
    """
    Every pair of the holder, and the MAC of an entry, also as the payload carries it.
    """
    case = vector("submission.json")
    secret = base64url.decode(case["holder_secret"])
    for each in case["pairs"]:
        pair = PairSecret.derive(secret, party_id=each["party_id"], year=each["year"])
        assert each["label"] == base64url.encode(pair.label)
        assert each["mac_key"] == base64url.encode(pair.mac_key)
    mac_key = base64url.decode(case["pairs"][0]["mac_key"])
    entry = case["entry"]
    new = NewEntry(
        EntryType(entry["type"]),
        base64url.decode(entry["label"]),
        base64url.decode(entry["commitment"]),
        entry["key"],
    )
    submission = Submission.parse(case["payload"])

    assert entry["mac"] == base64url.encode(new.mac(mac_key))
    assert new == submission.entry
    submission.check_mac(mac_key)


def test_who_may_read_and_erase() -> None:
    """
    The MACs of both requests, and those of any other request do not fit.
    """
    case = vector("submission.json")
    mac_key = base64url.decode(case["pairs"][0]["mac_key"])
    audience = {"aud": case["payload"]["aud"]}
    reading = Reading.parse({**audience, **case["reading"]})
    erasure = ErasureRequest.parse({**audience, **case["erasure"]})

    reading.check_mac(mac_key)
    erasure.check_mac(mac_key)
    with pytest.raises(ConsentError):
        replace(reading, first=2).check_mac(mac_key)
    with pytest.raises(ConsentError):
        replace(erasure, consent_id="another").check_mac(mac_key)


def test_labels_that_belong_to_no_pair() -> None:
    """
    The log's own, and a party's own: anyone can compute them.
    """
    log, party = vector("leaf.json")["labels"]

    assert log["label"] == base64url.encode(log_label(log["origin"]))
    label = party_label(party["party_id"], party["origin"])
    assert party["label"] == base64url.encode(label)


def test_leaves_have_one_spelling() -> None:
    """
    Text and hash of each entry; and the spellings that must be refused.
    """
    leaves = vector("leaf.json")["leaves"]
    assert {each.value for each in EntryType} == {case["type"] for case in leaves}
    for case in leaves:
        leaf = Leaf.parse(case["text"].encode())
        assert case["text"].encode() == leaf.octets()
        assert case["hash"] == leaf_hash(leaf.octets()).hex()
        assert (case["type"], case["number"]) == (leaf.type, leaf.number)
    for case in vector("leaf.json")["refused"]:
        with pytest.raises(ConsentError):
            Leaf.parse(case["text"].encode())


def test_receipts_with_their_day_prove_all_of_it() -> None:
    """
    Every check of both, with the two published keys; each is written again as it was.
    """
    case = vector("receipt-3.json")
    log_key = VerifierKey.parse(case["vkey"])
    trust_key = PublicJwk.parse(case["trust_key"]).verification_key()
    for value in case["receipts"]:
        receipt = Receipt.parse(value)
        found = check_receipt(receipt, log_key=log_key, trust_key=trust_key)

        assert value == receipt.as_dict()
        assert {Outcome.PROVED} == {check.outcome for check in found}


def test_receipts_verify_offline() -> None:
    """
    With the published key, both receipts hold; with one octet of a salt changed, neither.
    """
    case = vector("receipt.json")
    log_key = VerifierKey.parse(case["vkey"])
    for value in case["receipts"]:
        receipt = Receipt.parse(value)
        assert value == receipt.as_dict()
        verify_receipt(receipt, log_key=log_key)
        with pytest.raises(ConsentError):
            verify_receipt(replace(receipt, record_salt=bytes(32)), log_key=log_key)
    assert case["handover"] == Handover.parse(case["handover"]).as_dict()


def test_the_formulas_are_the_documented_ones() -> None:
    """
    A second opinion by the standard library alone, from the texts in the vectors.
    """

    def digest(*parts: bytes) -> str:
        return base64.urlsafe_b64encode(sha256(b"".join(parts)).digest()).decode().rstrip("=")

    def octets(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=")

    def mac(key: bytes, *parts: bytes) -> str:
        code = hmac.digest(key, b"".join(parts), "sha256")
        return base64.urlsafe_b64encode(code).decode().rstrip("=")

    for case in vector("terms.json")["valid"]:
        terms = sha256(case["canonical"].encode()).digest()
        assert case["nonce"] == digest(b"mydata-terms-v1", octets(case["random"]), terms)
    case = vector("record.json")
    record = sha256(case["canonical"].encode()).digest()
    assert case["commitment"] == digest(b"mydata-record-v1", octets(case["salt"]), record)
    shown = case["disclosure"]
    digests = b"".join(sorted(map(octets, shown["digests"])))
    disclosed = [b"mydata-disclosure-v1", octets(shown["salt"]), octets(shown["sd_hash"]), digests]
    assert shown["commitment"] == digest(*disclosed)
    case = vector("submission.json")
    secret, entry = octets(case["holder_secret"]), case["entry"]
    for pair in case["pairs"]:
        suffix = f"{pair['party_id']}\0{pair['year']}".encode()
        assert pair["label"] == mac(secret, b"mydata-label-v1", suffix)
        assert pair["mac_key"] == mac(secret, b"mydata-mac-key-v1", suffix)
    message = [b"mydata-entry-v1", octets(entry["label"]), octets(entry["commitment"])]
    message += [f"{entry['type']}\0{entry['key']}".encode()]
    assert entry["mac"] == mac(octets(case["pairs"][0]["mac_key"]), *message)
