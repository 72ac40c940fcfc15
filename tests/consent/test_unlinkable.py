"""What nobody can join through the ledger: an issuer its uses, two parties their common holders.

Ten thousand simulated sharings and holders, with the real labels, records, commitments and leaves;
no signatures, which are public keys' business and tell the same to everybody.
"""

import hashlib
import random
import sys
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from consent.forms.deposit import Deposit
from consent.forms.disclosure import (
    disclosure_commitment,
    key_binding_commitment,
    transaction_commitment,
)
from consent.forms.entry import Leaf
from consent.forms.record import ConsentRecord, EventState
from consent.forms.submission import PairSecret
from keys import base64url
from tests.consent.world import record_example

HOLDERS = 10_000
PARTIES = ("kr-bank", "kr-shop")
CLAIMS = 3
YEAR = 2026


@dataclass(frozen=True)
class Certificate:
    """What the issuer knows of one certificate: everything it signed and every disclosure."""

    token: bytes
    salts: tuple[bytes, ...]
    digests: tuple[bytes, ...]

    def sd_hash(self) -> bytes:
        """An issuer can make the presentation of any choice of its own claims."""
        return hashlib.sha256(self.token + b"~".join(self.salts)).digest()


def say(line: str) -> None:
    """Tell a measured figure to whoever runs with -s."""
    sys.stdout.write(f"{line}\n")


def certificates(chance: random.Random) -> list[Certificate]:
    issued = []
    for _ in range(HOLDERS):
        salts = tuple(chance.randbytes(16) for _ in range(CLAIMS))
        digests = tuple(hashlib.sha256(salt).digest() for salt in salts)
        issued.append(Certificate(chance.randbytes(64), salts, digests))
    return issued


def record_of(certificate: Certificate, pair: PairSecret, salt: bytes) -> ConsentRecord:
    """Return the record of sharing a certificate whole, as a wallet writes it."""
    example = record_example(pair.label)
    sd_hash = base64url.encode(certificate.sd_hash())
    digests = map(base64url.encode, certificate.digests)
    evidence = replace(
        example.evidence,
        disclosure_commitment=disclosure_commitment(salt, sd_hash, digests),
        kb_sha256=key_binding_commitment(salt, key_binding_hash(certificate)),
    )
    return replace(example, evidence=evidence)


def key_binding_hash(certificate: Certificate) -> bytes:
    """Whoever knows nonce, time and certificate can make the key binding's signed part."""
    return hashlib.sha256(b'{"aud":"a","iat":1,"nonce":"n"}' + certificate.sd_hash()).digest()


def known_to_issuer(certificate: Certificate) -> Iterator[bytes]:
    """Yield all an issuer can compute of a certificate and its presentation."""
    shown = base64url.encode(certificate.sd_hash())
    texts = [base64url.encode(digest) for digest in certificate.digests]
    binding = key_binding_hash(certificate)
    yield from (certificate.token, *certificate.salts, *certificate.digests)
    yield from (hashlib.sha256(certificate.token).digest(), certificate.sd_hash(), binding)
    yield disclosure_commitment(bytes(32), shown, texts)
    yield key_binding_commitment(bytes(32), binding)
    yield hashlib.sha256(certificate.sd_hash() + b"".join(sorted(certificate.digests))).digest()


def test_an_issuer_finds_none_of_its_certificates_uses_in_the_ledger() -> None:
    """
    DESIGN 3: all digests, salts and certificates it signed, joined with every leaf and with every
    opened record, match 0 of 10,000 sharings.
    """
    chance = random.Random(20261122)
    issued = certificates(chance)
    of_whom = {
        octets: index for index, each in enumerate(issued) for octets in known_to_issuer(each)
    }
    found: set[int] = set()
    for certificate in issued:
        pair = PairSecret.derive(chance.randbytes(32), party_id=PARTIES[0], year=YEAR)
        record = record_of(certificate, pair, salt=chance.randbytes(32))
        salt = chance.randbytes(32)
        leaf = Leaf(record.entry_type, pair.label, 1, None, record.commitment(salt))
        seen = (leaf.commitment, leaf.label, leaf.hash(), *_octets_in(record))
        found |= {of_whom[octets] for octets in seen if octets in of_whom}
        assert base64url.encode(certificate.digests[0]).encode() not in leaf.octets()
        assert certificate.salts[0] not in Deposit(record, salt).octets()

    say(f"issuer joined with the ledger: {len(found)} of {HOLDERS} sharings matched")
    assert set() == found


def _octets_in(record: ConsentRecord) -> tuple[bytes, ...]:
    """Return every hash an opened record holds."""
    evidence = record.evidence
    hashes = (
        *(evidence.request_sha256, evidence.terms_sha256, evidence.disclosure_commitment),
        *(evidence.random, evidence.notice_sha256, evidence.registration_sha256),
        *(evidence.kb_sha256, evidence.pair_key, record.label),
    )
    return tuple(octets for octets in hashes if octets is not None)


def test_without_the_salt_the_issuer_would_find_every_use() -> None:
    """
    The join is a real one: with the salts that only the pair has, it matches all of them.
    """
    chance = random.Random(7)
    for certificate in certificates(chance)[:100]:
        salt = chance.randbytes(32)
        record = record_of(certificate, PairSecret(bytes(32), bytes(32)), salt)
        made = key_binding_commitment(salt, key_binding_hash(certificate))
        assert made == record.evidence.kb_sha256


@dataclass(frozen=True)
class Seen:
    """What one party and the public log show of one holder: label, when, how often."""

    label: bytes
    at: int
    leaves: tuple[bytes, ...]


@cache
def sightings() -> dict[str, list[Seen]]:
    """Return what each of two parties has of 10,000 holders who use both, in random order."""
    chance = random.Random(42)
    seen: dict[str, list[Seen]] = defaultdict(list)
    for _ in range(HOLDERS):
        secret = chance.randbytes(32)
        for party in PARTIES:
            pair = PairSecret.derive(secret, party_id=party, year=YEAR)
            # Each meets each party at a time of its own, over a day of minutes.
            at = chance.randrange(1440)
            record = replace(
                record_example(pair.label),
                record_id=str(uuid.UUID(bytes=chance.randbytes(16), version=4)),
                event_state=EventState.GIVEN,
            )
            given = Leaf(
                record.entry_type, pair.label, 1, None, record.commitment(chance.randbytes(32))
            )
            seen[party].append(Seen(pair.label, at, (given.octets(),)))
    return seen


def features(each: Seen) -> list[bytes]:
    """Return everything two parties could compare: octets of label and leaf."""
    octets = each.label + hashlib.sha256(each.leaves[0]).digest()
    return [octets[start : start + 2] for start in range(0, len(octets), 2)]


def test_two_parties_link_their_holders_no_better_than_by_the_time_of_entry() -> None:
    """
    DESIGN 3: the whole log and each other's labels give no advantage over guessing within the same
    minute, measured on 10,000 holders.
    """
    chance, seen = random.Random(43), sightings()
    ours, theirs = (seen[party] for party in PARTIES)
    true = list(range(HOLDERS))
    by_octets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    by_minute: dict[int, list[int]] = defaultdict(list)
    for index, each in enumerate(theirs):
        by_minute[each.at].append(index)
        for place, octets in enumerate(features(each)):
            by_octets[(place, octets)].append(index)
    linked = guessed = 0
    for index, each in enumerate(ours):
        votes: dict[int, int] = defaultdict(int)
        for place, octets in enumerate(features(each)):
            for candidate in by_octets.get((place, octets), ()):
                votes[candidate] += 1
        best = max(votes, key=lambda one: (votes[one], one)) if votes else chance.choice(true)
        linked += best == index
        same = by_minute.get(each.at) or true
        guessed += chance.choice(same) == index

    advantage = (linked - guessed) / HOLDERS
    say(f"linked by labels {linked}, by time of entry {guessed}, advantage {advantage:.4%}")
    # A blind guess is right once in 10,000; chance alone stays far below ten.
    assert linked < 10
    assert advantage < 10 / HOLDERS


def test_no_two_labels_or_leaves_of_all_holders_share_an_octet_string() -> None:
    """
    Exactly: among 20,000 labels no value comes twice, and none of a pair stands in the other's.
    """
    seen = sightings()
    labels = [each.label for party in PARTIES for each in seen[party]]

    assert 2 * HOLDERS == len(set(labels))
    for one, other in zip(*(seen[party] for party in PARTIES), strict=True):
        assert base64url.encode(one.label).encode() not in other.leaves[0]


def test_the_salt_and_the_hash_have_their_sizes() -> None:
    """
    A short salt would be guessed; it is a bug of ours and no hostile form.
    """
    for salt, hashed in ((b"short", bytes(32)), (bytes(32), b"short")):
        with pytest.raises(ValueError, match="32 octets of salt"):
            key_binding_commitment(salt, hashed)
    with pytest.raises(ValueError, match="32 octets of salt"):
        transaction_commitment(b"short", "e30")
