"""Terms, records, receipts, handovers, countersignatures: what they accept and what they bind."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any, ParamSpec

import pytest

from consent.errors import ConsentError, ConsentFailure
from consent.forms.countersignature import (
    COUNTERSIGNATURE_TYP,
    Countersignature,
    sign_countersignature,
    signed_part_sha256,
    verify_countersignature,
)
from consent.forms.disclosure import (
    disclosure_commitment,
    shared_kb_sha256,
    shared_sd_hash,
)
from consent.forms.entry import EntryType, Leaf
from consent.forms.laws import law_label, law_of
from consent.forms.legal_basis import LegalBasis
from consent.forms.offer import (
    TERMS_FORMAT,
    SharingFlow,
    TermsOffer,
    check_nonce,
    commit_nonce,
    read_verifier_info,
    verifier_info,
)
from consent.forms.record import ConsentRecord, EventState
from consent.forms.submission import PairSecret
from consent.forms.terms import Periodic, Terms
from keys import jws
from keys.json_value import JsonObject
from keys.strict_json import dumps, loads
from tests.consent.world import NOW, World, record_example, terms_example

_P = ParamSpec("_P")
DROP = object()
RANDOM = bytes(range(32))


def changed(form: JsonObject, path: str, value: object) -> Any:
    """Return a copy in which the member at a dotted path has another value, or is gone."""
    copy = json.loads(json.dumps(form))
    *parents, last = path.split(".")
    target = copy
    for name in parents:
        target = target[name]
    if value is DROP:
        del target[last]
    else:
        target[last] = value
    return copy


def refusal_of(call: Callable[_P, object], *args: _P.args, **kwargs: _P.kwargs) -> ConsentFailure:
    with pytest.raises(ConsentError) as caught:
        call(*args, **kwargs)
    return caught.value.failure


def test_terms_read_back_as_they_were_written() -> None:
    """
    Parsing what was written gives the same terms, with the same hash, with and without options.
    """
    terms = terms_example()
    once = replace(terms, optional=(), periodic=None, uses=1, until=None)

    for each in (terms, once):
        again = Terms.parse(loads(dumps(each.as_dict())))
        assert each == again
        assert each.sha256() == again.sha256()
    assert terms.sha256() != once.sha256()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("hidden", "and your house"),
        ("sender", 7),
        ("sender", "x" * 2001),
        ("sender", "a\u202eb"),
        ("sender", "a\nb"),
        ("information", "all"),
        ("information", [1]),
        ("information", ["a"] * 201),
        ("periodic", {"cycle": "monthly"}),
        ("periodic", {"cycle": "P"}),
        ("periodic", {"cycle": "P1DT"}),
        ("until", "2027-11-22"),
        ("until", "2027-13-22T00:00:00Z"),
        ("until", "2027-1-22T00:00:00Z"),
        ("notice.uri", "javascript:alert(1)"),
        ("notice.sha256.ko", "AAAA"),
        ("notice.sha256.ja", "not base64!"),
        ("uses", -1),
        ("uses", "often"),
        ("purpose.text", "loan"),
        ("purpose.text.de", "Kredit"),
        ("retention.period", "five years"),
        ("withdrawal.uri", "tel:110"),
    ],
)
def test_terms_that_are_not_wholly_understood_are_refused(path: str, value: object) -> None:
    """
    A member missing, added, of another type, with hidden text: what is agreed to is all shown.
    """
    form = changed(terms_example().as_dict(), path, value)

    assert ConsentFailure.MALFORMED == refusal_of(Terms.parse, form)


@pytest.mark.parametrize("nothing", [DROP, None, ""], ids=["absent", "null", "empty"])
@pytest.mark.parametrize(
    "path",
    [
        *("purpose", "sender", "receiver", "information", "retention", "legal_basis"),
        *("jurisdiction", "notice", "withdrawal", "purpose.code", "receiver.address"),
        *("receiver.contact", "retention.period", "notice.version", "withdrawal.uri"),
    ],
)
def test_terms_that_leave_something_out_are_refused_by_name(path: str, nothing: object) -> None:
    """
    Each of the seven items of the decree, and what 27560 makes mandatory, is missed by its name.
    """
    form = changed(terms_example().as_dict(), path, nothing)

    with pytest.raises(ConsentError) as caught:
        Terms.parse(form)

    assert ConsentFailure.TERMS_INCOMPLETE == caught.value.failure
    assert f"do not say: {path}" == caught.value.detail.removeprefix("the terms ")


def test_terms_that_are_no_object_are_refused() -> None:
    """
    What is no JSON object leaves nothing out: it is nothing.
    """
    nothing: list[Any] = [None, "terms", [], 7]
    for value in nothing:
        assert ConsentFailure.MALFORMED == refusal_of(Terms.parse, value)


@pytest.mark.parametrize("path", ["optional", "periodic", "uses", "until"])
def test_a_member_that_may_be_null_must_still_be_there(path: str) -> None:
    """
    What is absent may have been left out on the way; only ``null`` says that there is nothing.
    """
    form = changed(terms_example().as_dict(), path, DROP)

    assert ConsentFailure.TERMS_INCOMPLETE == refusal_of(Terms.parse, form)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"until": None, "uses": None}, "until or uses", id="no end"),
        pytest.param({"until": None, "uses": 0}, "until or uses", id="no use"),
        pytest.param({"periodic": Periodic("P0D")}, "periodic.cycle", id="no time between uses"),
        pytest.param({"legal_basis": "because"}, "legal_basis", id="a basis nobody knows"),
        pytest.param({"information": ()}, "information", id="nothing asked"),
        pytest.param({"jurisdiction": "", "sender": ""}, "sender, jurisdiction", id="two of them"),
    ],
)
def test_terms_without_an_end_or_a_basis_are_not_complete(
    changes: dict[str, Any], named: str
) -> None:
    """
    Beyond what can be read: the end, a cycle that passes, and a basis of the closed list.
    """
    terms_example().check_complete()

    with pytest.raises(ConsentError) as caught:
        replace(terms_example(), **changes).check_complete()

    assert ConsentFailure.TERMS_INCOMPLETE == caught.value.failure
    assert named in caught.value.detail


def test_every_legal_basis_is_a_law_in_three_languages() -> None:
    """
    The list is closed: each code names act, article and jurisdiction, and what it was read from.
    """
    for basis in LegalBasis:
        law = law_of(basis)
        assert basis is law.basis
        assert all((law.act, law.article, law.read_in))
        assert 3 == len({law.label.ko, law.label.en, law.label.ja})
        assert basis.jurisdiction in {"KR", "EU", "JP"}
        assert law.label == law_label(basis.value)
    assert "private" == law_label("private").en


def test_the_nonce_commits_to_terms_and_random_octets() -> None:
    """
    43 characters; other terms or other random octets make another nonce.
    """
    terms = terms_example()
    nonce = commit_nonce(terms, RANDOM)
    other = replace(terms, legal_basis="another")

    assert 43 == len(nonce)
    check_nonce(nonce, terms, RANDOM)
    for case in ((nonce, other, RANDOM), (nonce, terms, bytes(32)), ("naïve", terms, RANDOM)):
        assert ConsentFailure.TERMS_MISMATCH == refusal_of(check_nonce, *case)
    with pytest.raises(ValueError, match="32 random octets"):
        commit_nonce(terms, b"short")


def test_an_offer_of_terms_travels_in_verifier_info() -> None:
    """
    Ours is found among other formats; none is None; two are refused.
    """
    terms = terms_example()
    offer = TermsOffer(terms, RANDOM, SharingFlow.COUNTER, bytes(32))
    info = verifier_info(offer)
    other: Any = {"format": "registration_cert", "data": "eyJ"}

    assert offer == read_verifier_info([other, "text", *info])
    assert read_verifier_info([other]) is None
    assert ConsentFailure.MALFORMED == refusal_of(read_verifier_info, info + info)
    bare: Any = {"format": TERMS_FORMAT}
    assert ConsentFailure.MALFORMED == refusal_of(read_verifier_info, [bare])


def test_a_record_reads_back_and_says_its_entry_type() -> None:
    """
    Every event state has its own entry type, and the record round-trips.
    """
    types = set()
    for state in EventState:
        record = record_example(state=state, terms=terms_example())
        assert record == ConsentRecord.parse(loads(dumps(record.as_dict())))
        types.add(record.entry_type)

    assert len(EventState) == len(types)


def test_a_record_names_who_acted() -> None:
    """
    The holder by the pair's label alone, the relying party by its registration id.
    """
    given = record_example(state=EventState.GIVEN).as_dict()
    used = record_example(state=EventState.USED).as_dict()

    assert given["entity_id"] == given["pii_principal_id"]
    assert "kr-110111-0000001" == used["entity_id"]
    assert used["event_type"] is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("record_id", "1"),
        ("record_id", "12345678-1234-1234-8234-123456789012"),
        ("schema_version", "2"),
        ("event_type", None),
        ("entity_id", "somebody else"),
        ("event_state", "consent_assumed"),
        ("claims", {"name": "홍길동"}),
        ("pii_information.values", ["홍길동"]),
        ("evidence.key", "stolen"),
        ("evidence.request_sha256", "AAAA"),
        ("evidence.transactions", "all"),
        ("consent_id", None),
        ("consent_id", "00000000-0000-4000-8000-000000009999"),
        ("reason", "because"),
        ("kept_until", "2029-11-22T00:00:00Z"),
        ("states_version", "mydata-states-0"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(path: str, value: object) -> None:
    """
    Unknown members (a claim's value, for one), derived members that disagree, open lists.
    """
    form = changed(record_example().as_dict(), path, value)

    assert ConsentFailure.MALFORMED == refusal_of(ConsentRecord.parse, form)


def test_a_record_says_what_went_beyond_a_registration() -> None:
    """
    The form is the newest then, and the older one without; what is beyond was asked, by a party
    whose registration is named, and a holder says so.
    """
    plain = record_example(terms=terms_example())
    asked = replace(plain.asked, beyond_registration=("birthdate",))
    beyond = replace(plain, asked=asked)

    assert beyond == ConsentRecord.parse(loads(dumps(beyond.as_dict())))
    assert ("/2", "/4") == tuple(
        str(each.as_dict()["schema_version"])[-2:] for each in (plain, beyond)
    )
    wrong = [
        replace(beyond, asked=replace(asked, beyond_registration=("income",))),
        replace(beyond, evidence=replace(plain.evidence, registration_sha256=None)),
        replace(record_example(state=EventState.USED), asked=asked),
    ]
    for each in wrong:
        assert ConsentFailure.MALFORMED == refusal_of(ConsentRecord.parse, each.as_dict())
    empty = changed(plain.as_dict(), "pii_information.beyond_registration", [])
    assert ConsentFailure.MALFORMED == refusal_of(ConsentRecord.parse, empty)


def test_a_retention_names_law_and_day() -> None:
    """
    What a law retains says which law and until when; nothing else says until when.
    """
    retained = record_example(state=EventState.RETAINED)

    assert "ledger" == record_example(state=EventState.LOOKED_UP).as_dict()["entity_id"]
    wrong = [
        replace(retained, reason=None),
        replace(retained, kept_until=None),
        replace(record_example(), kept_until=NOW),
    ]
    for each in wrong:
        assert ConsentFailure.MALFORMED == refusal_of(ConsentRecord.parse, each.as_dict())


def test_several_presentations_have_one_hash() -> None:
    """
    One stands for itself; of several the order counts, so that none can be left out or moved.
    """
    one, two = "A" * 43, "B" * 42 + "A"

    assert one == shared_sd_hash([one])
    assert RANDOM == shared_kb_sha256([RANDOM])
    assert 3 == len({shared_sd_hash(each) for each in ([one], [one, two], [two, one])})
    pairs = ([RANDOM], [RANDOM, bytes(32)], [bytes(32), RANDOM])
    assert 3 == len({shared_kb_sha256(each) for each in pairs})


def test_a_commitment_needs_the_salt() -> None:
    """
    The same record under another salt is another commitment, and a short salt is a bug.
    """
    record = record_example()

    assert record.commitment(RANDOM) != record.commitment(bytes(32))
    with pytest.raises(ValueError, match="32 octets"):
        record.commitment(b"")


def test_the_disclosure_commitment_is_of_a_set_of_digests() -> None:
    """
    The order of disclosures does not matter; salt, key binding and each digest do.
    """
    one, two = "A" * 43, "B" * 42 + "A"
    commitment = disclosure_commitment(RANDOM, one, [one, two])

    assert commitment == disclosure_commitment(RANDOM, one, [two, one])
    others = [
        disclosure_commitment(bytes(32), one, [one, two]),
        disclosure_commitment(RANDOM, two, [one, two]),
        disclosure_commitment(RANDOM, one, [one]),
    ]
    assert commitment not in others
    for bad in ("AAAA", "!" * 43, "A" * 64):
        failure = refusal_of(disclosure_commitment, RANDOM, one, [bad])
        assert ConsentFailure.MALFORMED == failure
    with pytest.raises(ValueError, match="32 octets"):
        disclosure_commitment(b"", one, [])


def test_a_leaf_has_one_spelling() -> None:
    """
    What was written reads back; anything else than exactly that is refused.
    """
    first = Leaf(EntryType.CONSENT, bytes(32), 1, None, RANDOM)
    second = Leaf(EntryType.USED, bytes(32), 2, first.hash(), RANDOM)

    for leaf in (first, second):
        assert leaf == Leaf.parse(leaf.octets())
    octets = second.octets()
    hostile = [
        octets + b" ",
        octets.replace(b'"v":1', b'"v":2'),
        octets.replace(b'"number":2', b'"number":02'),
        octets.replace(b'"number":2', b'"number":1'),
        octets.replace(b'"used"', b'"misused"'),
        octets.replace(b'"type"', b'"kind"'),
        octets.replace(b'A","number"', b'B","number"'),
        first.octets().replace(b'"number":1', b'"number":2'),
    ]
    for each in hostile:
        assert ConsentFailure.MALFORMED == refusal_of(Leaf.parse, each)


def test_labels_and_secrets_differ_by_party_and_year() -> None:
    """
    A pair's label and MAC key are the same next time, and unrelated to any other pair's.
    """
    pairs = {
        PairSecret.derive(secret, party_id=party, year=year)
        for secret in (RANDOM, bytes(32))
        for party in ("kr-1", "kr-2", "kr-12")
        for year in (2026, 2027)
    }
    again = PairSecret.derive(RANDOM, party_id="kr-1", year=2026)

    assert 12 == len(pairs)
    assert again in pairs
    assert 24 == len({each for pair in pairs for each in (pair.label, pair.mac_key)})
    with pytest.raises(ValueError, match="32 octets"):
        PairSecret.derive(b"short", party_id="kr-1", year=2026)


def countersigned(world: World) -> tuple[Countersignature, str]:
    signed = Countersignature(RANDOM, bytes(32), bytes([2]) * 32, bytes([1]) * 32, NOW, "tx-1")
    return signed, sign_countersignature(signed, signer=world.party_signer, x5c=world.x5c)


def verified(world: World, token: str) -> Countersignature:
    return verify_countersignature(
        token,
        key=world.party_signer.public.verification_key(),
        expected_request_sha256=RANDOM,
        expected_kb_sha256=bytes(32),
    )


def test_a_countersignature_is_about_one_request_and_one_presentation(world: World) -> None:
    """
    What was signed comes back; with or without the wallet's own record.
    """
    signed, token = countersigned(world)
    bare = replace(signed, record_commitment=None)

    assert signed == verified(world, token)
    again = sign_countersignature(bare, signer=world.party_signer, x5c=world.x5c)
    assert bare == verified(world, again)


def test_a_countersignature_about_something_else_is_refused(world: World) -> None:
    """
    Another request, another presentation, another signer, another state, another time.
    """
    signed, token = countersigned(world)
    others = [replace(signed, request_sha256=bytes(32)), replace(signed, kb_sha256=RANDOM)]
    tokens = [
        sign_countersignature(each, signer=world.party_signer, x5c=world.x5c) for each in others
    ]
    tokens.append(sign_countersignature(signed, signer=world.holder_signer, x5c=world.x5c))
    claims = jws.parse(token).payload
    for old, new in ((b'"verified"', b'"received"'), (b'"iat":', b'"iat":-')):
        payload = claims.replace(old, new)
        header = {"typ": COUNTERSIGNATURE_TYP}
        tokens.append(jws.sign(header, payload, world.party_signer))
    for each in [*tokens, "no token"]:
        failure = refusal_of(verified, world, each)
        assert ConsentFailure.COUNTERSIGNATURE_INVALID == failure


def test_a_tokens_identity_leaves_its_signature_out() -> None:
    """
    The twin of an ECDSA signature is the same token (H12).
    """
    assert signed_part_sha256("a.b.c") == signed_part_sha256("a.b.d")
    assert signed_part_sha256("a.b.c") != signed_part_sha256("a.c.c")


def test_times_are_written_in_utc() -> None:
    """
    A moment has one spelling, whatever zone it came in.
    """
    korea = timezone(timedelta(hours=9))
    record = replace(record_example(), event_time=NOW.astimezone(korea))

    assert "2026-11-22T09:00:00Z" == record.as_dict()["event_time"]
