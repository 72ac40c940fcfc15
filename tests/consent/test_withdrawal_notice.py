"""A holder tells a relying party that consent is over: what is signed, and what is believed."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.forms.entry import EntryType, Leaf
from consent.forms.receipt import EntryProof
from consent.forms.withdrawal_notice import (
    NoticeKind,
    VerifiedNotice,
    WithdrawalNotice,
    sign_notice,
    verify_notice,
)
from consent.tlog.checkpoint import Checkpoint, sign_checkpoint
from consent.tlog.merkle import root_of
from consent.tlog.signed_note import NoteSigner
from keys import jws
from keys.jwk import Algorithm
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, dumps, loads_object

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LABEL = b"l" * 32


@dataclass
class Holder:
    """A holder with a withdrawal in a log of one entry; each part can be made wrong."""

    key: SoftwareSigner = field(default_factory=SoftwareSigner.generate)
    log: NoteSigner = field(
        default_factory=lambda: NoteSigner(
            "ledger.example/2026", SoftwareSigner.generate(Algorithm.ED25519)
        )
    )

    def entry(self, of: EntryType = EntryType.WITHDRAWN, label: bytes = LABEL) -> EntryProof:
        leaf = Leaf(of, label, 1, None, b"c" * 32)
        checkpoint = Checkpoint(self.log.verifier_key.name, 1, root_of([leaf.hash()]))
        return EntryProof(0, leaf.octets(), 1, (), sign_checkpoint(checkpoint, self.log))

    def notice(self, **changes: Any) -> WithdrawalNotice:
        notice = WithdrawalNotice(
            party="corner-store",
            label=LABEL,
            consent_id="0b0f9b1c-6b7e-4f0e-9a55-0d7d6c4b8a11",
            kind=NoticeKind.WITHDRAWN,
            entry=self.entry(),
            issued_at=NOW,
        )
        return replace(notice, **changes)

    def token(self, **changes: Any) -> str:
        return sign_notice(self.notice(**changes), signer=self.key)

    def resigned(self, **members: Any) -> str:
        """Return a notice with members that `sign_notice` would not write."""
        unsigned = jws.parse(self.token())
        header = {name: value for name, value in unsigned.header.items() if name != "alg"}
        payload: JsonObject = loads_object(unsigned.payload) | members.pop("payload", {})
        return jws.sign(header | members, dumps(payload), self.key)

    def verified(self, token: str, now: datetime = NOW) -> VerifiedNotice:
        return verify_notice(
            token,
            expected_parties={"corner-store", "gaon-bank"},
            log_key=self.log.verifier_key,
            now=now,
        )


def refusal(holder: Holder, token: str) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        holder.verified(token)
    return caught.value.failure


def test_a_notice_says_who_withdraws_what_and_that_it_is_on_the_log() -> None:
    """
    It comes back as it was signed, with the entry as proven and the key that signed.
    """
    holder = Holder()

    verified = holder.verified(holder.token())

    assert holder.notice() == verified.notice
    assert (EntryType.WITHDRAWN, LABEL) == (verified.entry.leaf.type, verified.entry.leaf.label)
    assert holder.key.public.thumbprint() == verified.holder


def test_a_notice_never_grows_too_old() -> None:
    """
    It is sent from an outbox until it is answered, however long the party was away.
    """
    holder = Holder()

    assert holder.verified(holder.token(), now=NOW + timedelta(days=400)).notice.issued_at == NOW


def _other_key(holder: Holder) -> str:
    signed, _, _ = holder.token().rpartition(".")
    _, _, forged = sign_notice(holder.notice(), signer=SoftwareSigner.generate()).rpartition(".")
    return f"{signed}.{forged}"


def _other_log(holder: Holder) -> str:
    token = holder.token()
    key = SoftwareSigner.generate(Algorithm.ED25519)
    holder.log = NoteSigner("ledger.example/2027", key)
    return token


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda holder: "no token", ConsentFailure.NOTICE_INVALID),
        (_other_key, ConsentFailure.NOTICE_INVALID),
        (lambda holder: holder.resigned(typ="mydata-entry+jwt"), ConsentFailure.NOTICE_INVALID),
        (lambda holder: holder.resigned(jwk=None), ConsentFailure.NOTICE_INVALID),
        (
            lambda holder: holder.token(issued_at=NOW + timedelta(hours=1)),
            ConsentFailure.NOTICE_INVALID,
        ),
        (lambda holder: holder.resigned(payload={"iat": None}), ConsentFailure.NOTICE_INVALID),
        (lambda holder: holder.resigned(payload={"kind": "used"}), ConsentFailure.MALFORMED),
        (lambda holder: holder.resigned(payload={"why": "bored"}), ConsentFailure.MALFORMED),
        (lambda holder: holder.token(consent_id="x" * 37), ConsentFailure.MALFORMED),
        (lambda holder: holder.token(party="another"), ConsentFailure.WRONG_AUDIENCE),
        (_other_log, ConsentFailure.NOTE_UNSIGNED),
        (lambda holder: holder.token(label=b"m" * 32), ConsentFailure.RECORD_MISMATCH),
        (
            lambda holder: holder.token(entry=holder.entry(EntryType.REFUSED)),
            ConsentFailure.RECORD_MISMATCH,
        ),
        (
            lambda holder: holder.token(entry=replace(holder.entry(), index=1)),
            ConsentFailure.PROOF_INVALID,
        ),
    ],
    ids=[
        "no token",
        "another's signature",
        "another typ",
        "no key",
        "of the future",
        "no time",
        "unknown kind",
        "unknown member",
        "no id",
        "another party",
        "another log",
        "another label",
        "another type",
        "not in the log",
    ],
)
def test_a_notice_that_proves_nothing_is_refused(make: Any, expected: ConsentFailure) -> None:
    """
    H98: no part of it is believed on its word, and each lie has its own reason.
    """
    holder = Holder()

    assert expected is refusal(holder, make(holder))
