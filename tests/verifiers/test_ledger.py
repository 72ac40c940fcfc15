"""Log before use: what is recorded, and that nothing is released without its proof."""

import hashlib
import logging
from typing import Any

import pytest

from consent.forms.checks import CheckName, Outcome
from consent.forms.countersignature import verify_countersignature
from consent.forms.entry import EntryType
from consent.forms.offer import SharingFlow
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.receipt_check import check_receipt
from consent.forms.record import EventState, TermsBinding
from consent.forms.submission import Submission
from consent.forms.terms import Party
from keys import base64url
from keys.jws import parse, sign
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps, loads
from keys.x509 import Role, parse_x5c, validate_chain
from standards.openid4vp.request import AuthorizationRequest
from standards.sd_jwt.disclosure import HashAlgorithm, digest_of
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.verify import verify_sd_jwt
from tests.verifiers.world import ADDRESS, LEDGER_URL, NAME, NOW, REGISTER_VCT, Held, World
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked as AskedQuestion
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.verifying.acknowledgement import Acknowledgement

ENTRIES = f"{LEDGER_URL}/consent/entries"


async def with_consent(
    world: World,
    *,
    asked: AskedQuestion | None = None,
    held: Held | None = None,
    wallet_nonce: str | None = None,
    change: Any = None,
    **changes: Any,
) -> Acknowledgement:
    """Answer an adult check as our own wallet does; ``changes`` makes its record wrong."""
    asked = asked or await world.ask()
    opened = await world.wallet.open(asked, wallet_nonce)
    held = held or world.issuer.issue()
    text = held.show("age_over_19")
    bound = world.wallet.bound(text, opened.request, held.key)
    shown = verify_sd_jwt(
        parse_sd_jwt(bound),
        held.issuer.public.verification_key(),
        expected_typ=frozenset({"dc+sd-jwt"}),
    )
    consent = world.wallet.consent(opened, shown, **changes)
    handed_over = consent if change is None else change(consent)
    body = world.wallet.body(opened.request, {"adult": [bound]}, consent=handed_over)
    return await world.post(asked, body)


async def test_our_wallet_gets_a_countersignature_and_the_receipt_of_the_use(
    world: World,
) -> None:
    """
    DESIGN 3: the use is filed under the holder's label, provably, and the relying party signs
    what it received and for which request.
    """
    acknowledgement = await with_consent(world)

    receipt = acknowledgement.as_dict()["mydata_receipt"]
    assert isinstance(receipt, dict)
    used = Receipt.parse(receipt["used"])
    verified = verify_receipt(used, log_key=world.ledger.signer.verifier_key)
    consent, use = world.ledger.submissions
    assert (EntryType.CONSENT, EntryType.USED) == (consent.entry.type, use.entry.type)
    assert consent.entry.label == use.entry.label == verified.record.label
    assert EventState.USED is verified.record.event_state
    assert TermsBinding.SHOWN is verified.record.evidence.terms_binding
    assert ("age_over_19",) == verified.record.asked.disclosed
    assert 1 == verified.entry.index
    token = str(receipt["countersignature"])
    assert token == used.countersignature
    chain = validate_chain(
        parse_x5c(parse(token).header["x5c"]),
        anchors=world.roots.trust().anchors(Role.VERIFIER, NOW),
        role=Role.VERIFIER,
        now=NOW,
    )
    claims = loads(parse(token).payload)
    assert isinstance(claims, dict)
    signed = verify_countersignature(
        token,
        key=chain.leaf_key,
        expected_request_sha256=used.record.evidence.request_sha256 or b"",
        expected_kb_sha256=_octets(claims["kb_sha256"]),
    )
    assert consent.entry.commitment == signed.record_commitment
    assert "corner-store" == chain.organization_id


async def test_another_makers_wallet_is_recorded_under_a_label_of_one_use(world: World) -> None:
    """
    Its key binding still commits to the terms through the nonce: ``committed``, not ``shown``.
    """
    asked = await world.ask()
    await world.answer(asked)
    await world.answer(await world.ask())

    receipt = Receipt.parse((await world.state(asked))["receipt"])
    first, second = world.ledger.submissions
    assert TermsBinding.COMMITTED is receipt.record.evidence.terms_binding
    assert receipt.nonce() is not None
    assert first.entry.label != second.entry.label
    assert first.entry.key == asked.transaction_id


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (503, Failure.LEDGER_UNREACHABLE),
        (429, Failure.LEDGER_UNREACHABLE),
        (403, Failure.LEDGER_REFUSED),
    ],
)
async def test_what_the_ledger_does_not_take_is_not_released(
    world: World, status: int, expected: Failure
) -> None:
    """
    The ledger is down, full, or refuses: its own answer, and no claim for anybody.
    """
    world.ledger.status = status
    asked = await world.ask()

    with pytest.raises(VerifierError) as refused:
        await world.answer(asked)

    assert expected is refused.value.failure
    state = await world.state(asked)
    assert ("failed", []) == (state["state"], state["credentials"])


async def test_a_ledger_that_answers_nothing_is_asked_once_more(world: World) -> None:
    """
    H56: an answer that was lost is asked for again under the same key, and makes one entry.
    """
    world.network.lost[ENTRIES] = 1
    await world.answer(await world.ask())
    assert 1 == len(world.ledger.entries)

    world.network.failing[ENTRIES] = 2
    with pytest.raises(VerifierError) as refused:
        await world.answer(await world.ask())

    assert Failure.LEDGER_UNREACHABLE is refused.value.failure


def _with_hash(proof: JsonValue) -> str:
    """Return a tlog-proof with one hash more than the tree has."""
    head, _, rest = str(proof).partition("\n\n")
    return f"{head}\n{'A' * 43}=\n\n{rest}"


def _other_root(answer: JsonObject) -> JsonObject:
    return answer | {"proof": _with_hash(answer["proof"])}


def _other_leaf(answer: JsonObject) -> JsonObject:
    return answer | {"proof": str(answer["proof"]).replace("index 0", "index 1")}


@pytest.mark.parametrize("change", [_other_root, _other_leaf])
async def test_a_proof_that_does_not_hold_releases_nothing(world: World, change: Any) -> None:
    """
    The ledger's word is not enough: the entry must be provably in the log its key signs.
    """
    world.ledger.change = change

    with pytest.raises(VerifierError) as refused:
        await world.answer(await world.ask())

    assert Failure.LEDGER_PROOF_INVALID is refused.value.failure


async def test_an_answer_of_the_ledger_that_cannot_be_read_releases_nothing(
    world: World,
) -> None:
    """
    Not the form of the seam.
    """
    world.ledger.change = lambda _answer: {"ok": True}

    with pytest.raises(VerifierError) as refused:
        await world.answer(await world.ask())

    assert Failure.LEDGER_REFUSED is refused.value.failure


def _without_receipt(consent: JsonObject) -> JsonObject:
    return consent | {"receipt": None}


def _other_proof(consent: JsonObject) -> JsonObject:
    receipt = consent["receipt"]
    assert isinstance(receipt, dict)
    return consent | {"receipt": receipt | {"proof": _with_hash(receipt["proof"])}}


def _unsigned(consent: JsonObject) -> JsonObject:
    receipt = consent["receipt"]
    assert isinstance(receipt, dict)
    return consent | {"receipt": receipt | {"holder_signature": None}}


@pytest.mark.parametrize(
    "lie",
    [
        {"change": _without_receipt},
        {"change": _other_proof},
        {"change": _unsigned},
        {"evidence": {"pair_key": b"k" * 32}},
        {"evidence": {"kb_sha256": b"k" * 32}},
        {"evidence": {"kb_sha256": None}},
        {"evidence": {"notice_sha256": b"n" * 32}},
        {"evidence": {"flow": SharingFlow.STANDING}},
        {"evidence": {"random": b"r" * 32}},
        {"event_state": EventState.REFUSED},
        {"controller": None},
        {"evidence": {"request_sha256": b"r" * 32}},
        {"evidence": {"disclosure_commitment": b"d" * 32}},
        {"evidence": {"disclosure_commitment": None}},
        {"evidence": {"terms_binding": TermsBinding.COMMITTED}},
    ],
    ids=[
        "malformed",
        "not in the log",
        "not signed by the holder",
        "signed by another key",
        "other presentation",
        "no presentation said",
        "a notice nobody hashed",
        "another flow",
        "other random octets",
        "refused",
        "other party",
        "other request",
        "other claims",
        "no claims said",
        "terms not shown",
    ],
)
async def test_a_consent_about_something_else_is_refused(
    world: World, lie: dict[str, Any]
) -> None:
    """
    What comes along as consent must be this consent, or nothing is released.
    """
    if "controller" in lie:
        other = world.verifiers.catalogue.registrations.party("gaon-bank")
        lie = {"controller": Party(other.id, other.names.ko)}

    with pytest.raises(VerifierError) as refused:
        await with_consent(world, **lie)

    assert Failure.CONSENT_MISMATCH is refused.value.failure


async def test_a_consent_to_other_terms_is_refused(world: World) -> None:
    """
    The receipt's terms and random octets must open the very nonce that was signed.
    """
    other = await world.wallet.open(await world.ask("adult-check"))
    asked = await world.ask()
    opened = await world.wallet.open(asked)
    held = world.issuer.issue()
    text = held.show("age_over_19")
    bound = world.wallet.bound(text, opened.request, held.key)
    shown = verify_sd_jwt(
        parse_sd_jwt(bound),
        held.issuer.public.verification_key(),
        expected_typ=frozenset({"dc+sd-jwt"}),
    )
    request_sha256 = hashlib.sha256(opened.hashed_part).digest()
    consent = world.wallet.consent(other, shown, evidence={"request_sha256": request_sha256})
    bound = world.wallet.bound(text, opened.request, held.key)
    body = world.wallet.body(opened.request, {"adult": [bound]}, consent=consent)

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, body)

    assert Failure.CONSENT_MISMATCH is refused.value.failure


async def test_an_answer_to_a_request_that_nobody_fetched_is_refused(world: World) -> None:
    """
    An answer must name the request it answers; who never fetched it cannot have answered it.
    """
    asked = await world.ask()
    transaction, _ = await world.store.find(asked.transaction_id)
    claims = loads(parse(transaction.request_object).payload)
    assert isinstance(claims, dict)
    request = AuthorizationRequest.parse(claims)
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_19"), request, held.key)

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, world.wallet.body(request, {"adult": [shown]}))

    assert Failure.CONSENT_MISMATCH is refused.value.failure


async def test_no_value_of_a_claim_leaves_but_in_the_result(
    world: World, caplog: pytest.LogCaptureFixture, tmp_path: Any
) -> None:
    """
    T23, P11, P14: canary values through success and failure: none in logs, errors, the ledger's
    input or the database.
    """
    caplog.set_level(logging.DEBUG)
    errors = []
    for names in (("applicant", "current_address.address"), ("applicant", "age_over_14")):
        asked = await world.ask("address-check")
        request = (await world.wallet.open(asked)).request
        held = world.issuer.issue()
        shown = world.wallet.bound(held.show(*names), request, held.key)
        try:
            await world.post(asked, world.wallet.body(request, {"base": [shown]}))
        except VerifierError as error:
            errors.append(f"{error} {error.detail} {error.__cause__}")
    asked_ok = await world.ask("address-check")
    request = (await world.wallet.open(asked_ok)).request
    held = world.issuer.issue()
    paths = ("applicant", "current_address.address")
    shown = world.wallet.bound(held.show(*paths), request, held.key)
    await world.post(asked_ok, world.wallet.body(request, {"base": [shown]}))

    result = dumps(await world.state(asked_ok)).decode()
    database = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    elsewhere = "\n".join(
        [
            *errors,
            *(record.getMessage() for record in caplog.records if "aiosqlite" in record.name),
            *(body.decode() for body in world.ledger.bodies),
        ]
    )
    assert 1 == len(errors)
    assert ADDRESS in result
    assert NAME in result
    for canary in ("CANARY", *(d for d in shown.split("~")[1:-1])):
        assert canary not in elsewhere
        assert canary.encode() not in database
    assert "CANARY" not in "\n".join(record.getMessage() for record in caplog.records)


def sha512(world: World, request: AuthorizationRequest) -> str:
    """Return an adult check whose issuer hashes with SHA-512."""
    holder = SoftwareSigner.generate()
    disclosure = base64url.encode(dumps(["salt", "age_over_19", True]))
    payload: JsonObject = {
        "vct": REGISTER_VCT,
        "cnf": {"jwk": holder.public.as_dict()},
        "_sd_alg": "sha-512",
        "_sd": [digest_of(disclosure, HashAlgorithm.SHA_512)],
    }
    header: JsonObject = {"typ": "dc+sd-jwt", "x5c": [*world.issuer.certified.x5c]}
    token = sign(header, dumps(payload), world.issuer.certified.signer)
    presentation = f"{token}~{disclosure}~"
    return world.wallet.bound(presentation, request, holder, sd_alg=HashAlgorithm.SHA_512)


async def test_another_hash_function_is_taken_where_it_can_be_recorded(world: World) -> None:
    """
    H28: SHA-512 is accepted; several certificates are committed to together, with SHA-256 only.
    """
    asked = await world.ask()
    request = (await world.wallet.open(asked)).request
    await world.post(asked, world.wallet.body(request, {"adult": [sha512(world, request)]}))
    several: JsonObject = {
        "id": "adult",
        "format": "dc+sd-jwt",
        "multiple": True,
        "meta": {"vct_values": [REGISTER_VCT]},
        "claims": [{"path": ["age_over_19"]}],
    }
    asked = await world.verifiers.ask_query({"credentials": [several]}, Wish())
    request = (await world.wallet.open(asked)).request
    shown = [sha512(world, request), sha512(world, request)]

    with pytest.raises(VerifierError) as refused:
        await world.post(asked, world.wallet.body(request, {"adult": shown}))

    assert Failure.POLICY_NOT_MET is refused.value.failure


async def test_a_submission_says_nothing_of_what_was_shown(world: World) -> None:
    """
    The ledger gets the record in deposit, with the paths; the value of a claim it never gets.
    """
    await world.answer(await world.ask())

    payload = parse(world.ledger.bodies[0].decode()).payload
    submission = Submission.parse(loads(payload))
    assert isinstance(submission, Submission)
    assert b"true" not in payload


def _octets(text: Any) -> bytes:
    return base64url.decode(text)


@pytest.mark.parametrize("wallet_nonce", [None, "n" * 43], ids=["by get", "by post"])
async def test_the_party_keeps_what_the_holder_signed_and_nothing_of_the_certificate(
    world: World, wallet_nonce: str | None
) -> None:
    """
    P11, P13: both signatures, key binding and request stay as sealed evidence; the issuer's token,
    digests and salts of claims do not.
    """
    asked = await world.ask()
    held = world.issuer.issue()
    await with_consent(world, asked=asked, held=held, wallet_nonce=wallet_nonce)

    evidence = await world.verifiers.evidence(asked.transaction_id)
    consent = Receipt.parse(evidence["consent"])
    key = world.ledger.signer.verifier_key
    found = {each.name: each.outcome for each in check_receipt(consent, log_key=key)}

    for name in (CheckName.LOG_PROOF, CheckName.HOLDER_SIGNATURE, CheckName.KEY_BINDING_HASH):
        assert Outcome.PROVED is found[name]
    assert Outcome.NOT_SHOWN is found[CheckName.ISSUER]
    assert (wallet_nonce is None) == (found[CheckName.NONCE] is Outcome.PROVED)
    assert Outcome.FAILED not in found.values()
    kept = dumps(evidence).decode()
    assert held.text.partition("~")[0] not in kept
    for disclosure in held.text.split("~")[1:-1]:
        assert disclosure not in kept
        assert digest_of(disclosure, HashAlgorithm.SHA_256) not in kept
