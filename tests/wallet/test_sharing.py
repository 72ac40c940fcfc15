"""Presenting: what is recorded, sent, kept; and that nothing is sent without a record."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from consent.forms.handover import Handover
from consent.forms.receipt import Receipt, verify_receipt
from consent.forms.record import EventState, HolderKey, TermsBinding
from keys import base64url, jws
from keys.jwe import decrypt
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue, dumps, loads_object
from standards.dcql.paths import ClaimsPathPointer
from standards.oauth.form import parse_form
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from tests.wallet.issuer_of_test import KIND, VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.verifier_of_test import (
    BASE,
    ORGANIZATION,
    RESPONSE_URI,
    VerifierOfTest,
    query,
)
from tests.wallet.world import HOLDER, LEDGER_URL, Asked, World, json_reply
from wallet.errors import WalletFailure
from wallet.labels import Language
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party
from web.outbound import Reply

ENTRIES = f"{LEDGER_URL}/consent/entries"


def paths(*texts: str) -> tuple[ClaimsPathPointer, ...]:
    return tuple(ClaimsPathPointer.parse_dotted(text) for text in texts)


async def receipt_of(world: World, receipt_id: str | None) -> Receipt:
    assert receipt_id is not None
    return Receipt.parse(await world.wallets.receipt(HOLDER, receipt_id))


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("prefix", ["x509_hash", "x509_san_dns"])
async def test_a_request_is_answered(
    world: World, verifier: VerifierOfTest, mode: str, method: str, prefix: str
) -> None:
    """
    In every mode, method and prefix the party gets what it asked for, bound to its request.
    """
    verifier.mode, verifier.method, verifier.prefix = mode, method, prefix

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert "presented" == outcome.state
    (vc,) = verifier.verified
    assert (("name",),) == vc.sd.disclosed_paths


async def test_the_stronger_encryption_is_used(world: World, verifier: VerifierOfTest) -> None:
    """
    Where the party takes both, A256GCM encrypts the answer, to its own key (HAIP-18, H83).
    """
    verifier.mode = "direct_post.jwt"

    await world.wallets.present(HOLDER, verifier.link, Wish())

    (asked,) = world.network.to(RESPONSE_URI)
    form = parse_form(asked.content, ValueError)
    assert {"response"} == form.keys()
    opened = decrypt(form["response"], verifier.key)
    assert ("A256GCM", "enc-1") == (opened.enc, opened.header["kid"])


async def test_the_consent_is_recorded_before_the_answer_is_posted(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Log before use: the ledger has the entry when the party gets the answer.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())

    asked = [each.url for each in world.network.asked]
    assert asked.index(ENTRIES) < asked.index(RESPONSE_URI)


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (503, WalletFailure.LEDGER_UNAVAILABLE),
        (429, WalletFailure.LEDGER_UNAVAILABLE),
        (403, WalletFailure.LEDGER_REFUSED),
    ],
)
async def test_without_a_record_nothing_is_sent(
    world: World, verifier: VerifierOfTest, status: int, failure: WalletFailure
) -> None:
    """
    When the ledger does not write, the party gets nothing and the person is told why.
    """
    world.ledger.status = status

    with refused(failure, Party.LEDGER, str(status)):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.network.to(RESPONSE_URI)
    world.ledger.status = 200
    assert "presented" == (await world.wallets.present(HOLDER, verifier.link, Wish())).state


async def test_a_ledger_out_of_reach_stops_everything(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The ledger is down: nothing is sent, and the history says so.
    """
    world.network.unreachable.add("ledger.example")

    with refused(WalletFailure.LEDGER_UNAVAILABLE, Party.LEDGER, "ledger.example"):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.network.to(RESPONSE_URI)
    entry, _ = await world.wallets.history(HOLDER)
    assert ("failed", "ledger_unavailable") == (entry["event"], entry["reason"])


async def test_a_lost_answer_of_the_ledger_makes_no_second_entry(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The entry was written and the answer lost: asking again gives the same entry (H56).
    """
    world.network.lost.add("ledger.example")
    with refused(WalletFailure.LEDGER_UNAVAILABLE):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert 2 == len(world.ledger.bodies)
    assert 1 == len(world.ledger.entries)


def another_index(answer: JsonObject) -> JsonObject:
    return {**answer, "proof": str(answer["proof"]).replace("index 0", "index 1")}


def another_leaf(answer: JsonObject) -> JsonObject:
    return {**answer, "leaf": "e30"}


def without_proof(answer: JsonObject) -> JsonObject:
    return {name: value for name, value in answer.items() if name != "proof"}


def other_signature(answer: JsonObject) -> JsonObject:
    return {**answer, "proof": str(answer["proof"]).replace("\n1\n", "\n2\n", 1)}


@pytest.mark.parametrize("change", [another_index, another_leaf, without_proof, other_signature])
async def test_a_ledger_that_proves_nothing_has_recorded_nothing(
    world: World, verifier: VerifierOfTest, change: Any
) -> None:
    """
    An answer whose proof does not hold counts as no record, and nothing is sent.
    """
    world.ledger.change = change

    with refused(WalletFailure.LEDGER_REFUSED, Party.LEDGER):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.network.to(RESPONSE_URI)


async def test_a_ledger_that_answers_no_json_has_recorded_nothing(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The same for an answer that cannot be read at all.
    """
    world.network.serve(ENTRIES, lambda _: Reply(200, "text/html", b"<p>OK</p>"))

    with refused(WalletFailure.LEDGER_REFUSED, Party.LEDGER, "cannot be read"):
        await world.wallets.present(HOLDER, verifier.link, Wish())


async def test_a_receipt_is_kept_that_anyone_can_verify(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The receipt has the record, the terms, the log's proof and the party's countersignature.
    """
    outcome = await world.wallets.present(
        HOLDER, verifier.link, Wish(), language=Language.JAPANESE
    )

    receipt = await receipt_of(world, outcome.receipt)
    log_key = world.ledger.signer.verifier_key
    record = verify_receipt(receipt, log_key=log_key).record
    assert EventState.GIVEN is record.event_state
    assert (ORGANIZATION, "시험 은행") == (record.controller.id, record.controller.name)
    assert (("name",), (), ("name",), (VCT,)) == (
        record.asked.requested,
        record.asked.optional_chosen,
        record.asked.disclosed,
        record.asked.credential_types,
    )
    assert HolderKey.KEPT is record.evidence.key
    assert TermsBinding.SHOWN is record.evidence.terms_binding
    assert ("ja", "KR") == (record.language, record.jurisdiction)
    assert receipt.nonce() == verifier.nonce
    assert receipt.countersignature is not None
    (entry, _) = await world.wallets.history(HOLDER)
    used = await receipt_of(world, str(entry["used_receipt"]))
    assert EventState.USED is verify_receipt(used, log_key=log_key).record.event_state


async def test_the_party_is_given_what_it_needs_to_record_its_use(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Beside the presentation goes the receipt and the secret of this pair, not another's.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())

    (response,) = verifier.responses
    assert isinstance(response, AuthorizationResponse)
    handover = Handover.parse(response.mydata_consent)
    verify_receipt(handover.receipt, log_key=world.ledger.signer.verifier_key)
    assert {"consent"} == {each["type"] for each in world.ledger.submissions}


async def test_two_parties_meet_two_strangers(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    Label and key of a holder differ from party to party, and stay the same for one party.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())
    verifier.random = verifier.entropy(32)
    await world.wallets.present(HOLDER, verifier.link, Wish())
    other = VerifierOfTest(world, issuer, organization="KR-2", terms=None)
    await world.wallets.present(HOLDER, other.link, Wish())

    one, two, three = world.ledger.submissions
    keys = [jws.parse(body.decode()).header["jwk"] for body in world.ledger.bodies]
    assert one["label"] == two["label"] != three["label"]
    assert keys[0] == keys[1] != keys[2]


async def test_a_stranger_without_our_terms_is_served_too(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The record says that no terms were shown, and nothing of ours is sent along.
    """
    verifier.terms, verifier.organization = None, None

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    receipt = await receipt_of(world, outcome.receipt)
    assert receipt.terms is None
    assert receipt.record.evidence.terms_binding is None
    assert receipt.countersignature is None
    (response,) = verifier.responses
    assert isinstance(response, AuthorizationResponse)
    assert response.mydata_consent is None


async def test_a_party_without_registration_is_known_by_its_name(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    A certificate without organisation number names the party, and cannot be taken for a number.
    """
    stranger = VerifierOfTest(world, issuer, terms=None, organization=None)

    outcome = await world.wallets.present(HOLDER, stranger.link, Wish())

    receipt = await receipt_of(world, outcome.receipt)
    assert "name:Test verifier root/시험 은행" == receipt.record.controller.id


# Optional claims: several credential queries under one set, smallest first (DESIGN section 3).


@pytest.mark.parametrize(
    ("include", "exclude", "expected"),
    [
        ((), (), {"name"}),
        (("birth_date",), (), {"name", "birth_date"}),
        (("address",), (), {"name", "address"}),
        (("address.region",), (), {"name", "address"}),
        (("name",), (), {"name"}),
        ((), ("birth_date",), {"name"}),
        (("birth_date",), ("address",), {"name", "birth_date"}),
    ],
)
async def test_a_choice_is_answered_exactly(
    world: World,
    verifier: VerifierOfTest,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    expected: set[str],
) -> None:
    """
    Without a word the smallest answer goes out; ticking and unticking choose another, exactly.
    """
    verifier.dcql = query("birth_date", "address")

    outcome = await world.wallets.present(
        HOLDER, verifier.link, Wish(paths(*include), paths(*exclude))
    )

    (vc,) = verifier.verified
    assert expected == {str(path[0]) for path in vc.sd.disclosed_paths}
    record = (await receipt_of(world, outcome.receipt)).record
    assert tuple(expected - {"name"}) == record.asked.optional_chosen


@pytest.mark.parametrize(
    ("include", "exclude"),
    [
        ((), ("name",)),
        (("birth_date", "address"), ()),
        (("nickname",), ()),
        (("birth_date",), ("birth_date",)),
        (("address",), ("address.street",)),
    ],
)
async def test_a_choice_nobody_accepts_sends_nothing(
    world: World,
    verifier: VerifierOfTest,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
) -> None:
    """
    What the smallest answer needs cannot be dropped: claim_required, no record, nothing sent.
    """
    verifier.dcql = query("birth_date", "address")

    with refused(WalletFailure.CLAIM_REQUIRED, Party.CALLER):
        await world.wallets.present(HOLDER, verifier.link, Wish(paths(*include), paths(*exclude)))

    assert [] == world.network.to(RESPONSE_URI)
    assert [] == world.ledger.submissions


async def test_one_element_of_a_list_is_shown_and_remembered_by_its_place(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Ticking the second member shows the second, the history says so, and dropping it drops it.
    """
    verifier.dcql = query("members.0.name", "members.1.name")
    second, first = Wish(paths("members.1.name")), Wish(paths("members"), paths("members.1"))

    outcome = await world.wallets.present(
        HOLDER, verifier.link, second, said=Said(takes_surplus=True)
    )

    (vc,) = verifier.verified
    assert [{"name": "이카나리아"}] == vc.claims["members"]
    assert ("members", 1, "name") == vc.sd.positions.issued(("members", 0, "name"))
    entry, _ = await world.wallets.history(HOLDER)
    assert ["name", "members.1.name"] == entry["claims"]
    record = (await receipt_of(world, outcome.receipt)).record
    assert ("name", "members.1.name") == record.asked.disclosed
    verifier.random = verifier.entropy(32)
    await world.wallets.present(HOLDER, verifier.link, first, said=Said(takes_surplus=True))
    assert [{"name": "김카나리아"}] == verifier.verified[-1].claims["members"]


async def test_a_query_without_claims_discloses_none(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Without a claims array no selectively disclosable claim is sent (P6).
    """
    bare = {name: value for name, value in BASE.items() if name != "claims"}
    verifier.dcql = {"credentials": [bare]}

    await world.wallets.present(HOLDER, verifier.link, Wish())

    (vc,) = verifier.verified
    assert () == vc.sd.disclosed_paths


async def test_two_credentials_are_presented_each_by_its_key(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    One answer of two credentials: two bindings, one record, one countersignature over both.
    """
    issuer.code, issuer.codes_used, issuer.kinds = "code-2", 0, ("tax-payment",)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    tax: JsonValue = {
        **BASE,
        "id": "tax",
        "meta": {"vct_values": [VCT.replace(KIND, "tax-payment")]},
    }
    verifier.dcql = {"credentials": [BASE, tax]}

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert 2 == len({vc.holder.thumbprint() for vc in verifier.verified if vc.holder})
    receipt = await receipt_of(world, outcome.receipt)
    assert 2 == len(receipt.record.asked.credential_types)
    assert receipt.countersignature is not None


async def test_credentials_hashed_in_two_ways_are_not_shown_together(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    One record cannot commit to digests of two lengths; nothing is recorded or sent.
    """
    issuer.code, issuer.codes_used, issuer.kinds = "code-2", 0, ("tax-payment",)
    issuer.change_text = hashed_with_sha_512(issuer)
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    vct = VCT.replace(KIND, "tax-payment")
    tax: JsonValue = {**BASE, "id": "tax", "meta": {"vct_values": [vct]}}
    verifier.dcql = {"credentials": [BASE, tax]}

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER, "hashed in two ways"):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == verifier.responses
    assert [] == world.ledger.submissions


def hashed_with_sha_512(issuer: IssuerOfTest) -> Callable[[str], str]:
    """Return the change of a credential into one of another maker, hashed with SHA-512."""

    def change(text: str) -> str:
        token = jws.parse(text.split("~", maxsplit=1)[0])
        payload = loads_object(token.payload)
        disclosure = base64url.encode(dumps(["salt", "name", "이름"]))
        digest = base64url.encode(hashlib.sha512(disclosure.encode()).digest())
        payload = payload | {"_sd_alg": "sha-512", "_sd": [digest]}
        header = {name: value for name, value in token.header.items() if name != "alg"}
        return f"{jws.sign(header, dumps(payload), issuer.signer)}~{disclosure}~"

    return change


async def test_of_two_like_credentials_the_newer_is_shown(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    A certificate that was renewed replaces the older one in what is presented.
    """
    issuer.code, issuer.codes_used = "code-2", 0
    world.clock.now = world.clock.now.replace(minute=30)
    await world.wallets.accept(HOLDER, issuer.offer_uri())

    await world.wallets.present(HOLDER, verifier.link, Wish())

    (vc,) = verifier.verified
    assert vc.holder is not None
    assert issuer.keys[-1].thumbprint() == vc.holder.thumbprint()


async def test_an_expired_credential_is_not_shown(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    What the issuer no longer stands for does not answer; the party hears nothing of it (P7).
    """
    world.clock.now += issuer.lifetime
    world.authorities.now = world.clock.now
    verifier = VerifierOfTest(world, issuer)

    with refused(WalletFailure.NO_MATCHING_CREDENTIAL, Party.WALLET):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.network.to(RESPONSE_URI)


async def test_an_impossible_query_sends_nothing(world: World, verifier: VerifierOfTest) -> None:
    """
    Two required credentials, one not held: neither is sent (VP-41).
    """
    unknown: JsonValue = {**BASE, "id": "other", "meta": {"vct_values": ["urn:other"]}}
    verifier.dcql = {"credentials": [BASE, unknown]}

    with refused(WalletFailure.NO_MATCHING_CREDENTIAL):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    assert [] == world.network.to(RESPONSE_URI)


# Once is once.


async def test_of_many_answers_at_once_one_goes_out(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Ten calls for one request at the same time: one answer, one record.
    """
    results = await asyncio.gather(
        *(world.wallets.present(HOLDER, verifier.link, Wish()) for _ in range(10)),
        return_exceptions=True,
    )

    errors = {getattr(each, "failure", None) for each in results if isinstance(each, Exception)}
    assert {WalletFailure.REQUEST_IN_PROGRESS, WalletFailure.REQUEST_ANSWERED} >= errors
    assert 1 == len(verifier.responses)
    assert 1 == len(world.ledger.submissions)


async def test_two_first_requests_of_one_party_at_once_share_one_key(
    world: World, issuer: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    The pair's key is made once, also when two requests of a new party are answered together.
    """
    other = VerifierOfTest(world, issuer, host="desk.example:8443")
    other.random = other.entropy(32)

    await asyncio.gather(
        *(world.wallets.present(HOLDER, each.link, Wish()) for each in (verifier, other))
    )

    one, two = (jws.parse(body.decode()).header["jwk"] for body in world.ledger.bodies)
    assert one == two


async def test_while_one_answer_goes_out_another_is_told_to_wait(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    In the middle of one answer the same request is somebody's turn already.
    """
    seen = []

    def answer(body: JsonObject) -> JsonObject:
        seen.append(body)
        return body

    verifier.change_answer = answer
    respond = world.network.answering[RESPONSE_URI]

    async def meanwhile(asked: Asked) -> Reply:
        with refused(WalletFailure.REQUEST_IN_PROGRESS, Party.CALLER):
            await world.wallets.refuse(HOLDER, verifier.link)
        reply = respond(asked)
        assert isinstance(reply, Reply)
        return reply

    world.network.serve(RESPONSE_URI, meanwhile)

    await world.wallets.present(HOLDER, verifier.link, Wish())

    assert 1 == len(seen)


async def test_an_answered_request_is_not_answered_again(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A second answer, or a refusal after the answer, is the caller's mistake; neither is sent.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())

    with refused(WalletFailure.REQUEST_ANSWERED, Party.CALLER):
        await world.wallets.present(HOLDER, verifier.link, Wish())
    with refused(WalletFailure.REQUEST_ANSWERED, Party.CALLER):
        await world.wallets.refuse(HOLDER, verifier.link)

    assert 1 == len(verifier.responses)


# What the party answers.


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (json_reply({"error": "invalid_request"}, 400), "invalid_request"),
        (Reply(500, "text/html", b"<h1>Oops</h1>"), "500"),
        (json_reply({"error": 7}, 400), "400"),
        (Reply(200, "text/html", b"<h1>404</h1>"), "application/json"),
        (Reply(200, "application/json", b"[]"), "JSON"),
    ],
)
async def test_a_party_that_refuses_is_named(
    world: World, verifier: VerifierOfTest, reply: Reply, reason: str
) -> None:
    """
    The consent stands in the ledger, its receipt is kept, and the history names the failure.
    """
    verifier.change_answer = lambda _: reply

    with refused(WalletFailure.VERIFIER_REFUSED, Party.VERIFIER, reason):
        await world.wallets.present(HOLDER, verifier.link, Wish())

    entry, _ = await world.wallets.history(HOLDER)
    assert ("failed", "verifier_refused") == (entry["event"], entry["reason"])
    receipt = await receipt_of(world, str(entry["receipt"]))
    assert receipt.countersignature is None


async def test_when_the_answer_may_be_lost_the_person_is_told_so(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Done but reported lost: the person is sent to the party, not into a blind retry.
    """
    world.network.lost.add("desk.example")
    # The request itself was fetched before the line broke.
    request = world.network.answering.pop(
        verifier.link.split("request_uri=")[1].split("&", maxsplit=1)[0]
    )
    world.network.serve("https://cdn.example/request", request)

    with refused(WalletFailure.REQUEST_MISMATCH):
        await world.wallets.present(
            HOLDER,
            f"openid4vp://?client_id={verifier.client_id}&request_uri=https://cdn.example/request",
            Wish(),
        )

    world.network.lost.clear()
    world.network.serve("https://desk.example/request", request)

    def lose(answer: JsonObject) -> JsonObject:
        world.network.lost.add("desk.example")
        return answer

    verifier.change_answer = lose
    with refused(WalletFailure.VERIFIER_UNREACHABLE, Party.NETWORK, "not known whether"):
        await world.wallets.present(
            HOLDER,
            f"openid4vp://?client_id={verifier.client_id}&request_uri=https://desk.example/request",
            Wish(),
        )


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://desk.example/done#code", "https://desk.example/done#code"),
        ("https://other.example/done", "https://other.example/done"),
        ("http://desk.example/done", None),
        ("javascript:alert(1)", None),
        ("myapp://done", None),
        ("https://user@desk.example/done", None),
        ("https://desk.example/a b", None),
        ("https://[", None),
        ("https://desk.example/" + "a" * 3000, None),
    ],
)
async def test_a_browser_is_sent_to_web_addresses_only(
    world: World, verifier: VerifierOfTest, uri: str, expected: str | None
) -> None:
    """
    Script, custom schemes and disguised hosts are left out; the answer was sent all the same.
    """
    verifier.redirect_uri = uri

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert expected == outcome.redirect_uri
    assert expected == outcome.as_dict().get("redirect_uri")


def with_receipt(**members: JsonValue) -> Any:
    def change(answer: JsonObject) -> JsonObject:
        receipt = answer["mydata_receipt"]
        assert isinstance(receipt, dict)
        return {**answer, "mydata_receipt": {**receipt, **members}}

    return change


@pytest.mark.parametrize(
    "change",
    [
        with_receipt(countersignature="a.b.c"),
        with_receipt(countersignature=7),
        with_receipt(used={}),
        lambda answer: {**answer, "mydata_receipt": "signed"},
    ],
    ids=["no token", "no text", "no receipt", "no object"],
)
async def test_a_receipt_of_the_party_that_does_not_hold_is_not_kept(
    world: World, verifier: VerifierOfTest, change: Any
) -> None:
    """
    The sharing took place; the history says that the party did not sign for it.
    """
    verifier.change_answer = change

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert (await receipt_of(world, outcome.receipt)).countersignature is None
    entry, _ = await world.wallets.history(HOLDER)
    assert ("presented", "party_receipt_invalid") == (entry["event"], entry["reason"])
    assert entry["used_receipt"] is None


@pytest.mark.parametrize(
    ("organization", "is_kept"), [("KR-2", False), (None, False), (ORGANIZATION, True)]
)
async def test_only_the_party_that_asked_can_sign_for_it(
    world: World, verifier: VerifierOfTest, organization: str | None, *, is_kept: bool
) -> None:
    """
    A countersignature counts when the registration is the same, whatever else is right; the
    certificate may have been renewed.
    """

    def sign_with_another_certificate(answer: JsonObject) -> JsonObject:
        verifier.signer, verifier.organization = SoftwareSigner.generate(), organization
        verifier.certify()
        response = verifier.responses[-1]
        assert isinstance(response, AuthorizationResponse)
        receipt = verifier.receipt(Handover.parse(response.mydata_consent))
        return {**answer, "mydata_receipt": receipt}

    verifier.change_answer = sign_with_another_certificate

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    kept = await receipt_of(world, outcome.receipt)
    assert is_kept is (kept.countersignature is not None)


async def test_the_receipt_of_another_use_is_not_kept(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The party hands back the holder's own entry as if it were its use: it is not.
    """

    def own_entry(answer: JsonObject) -> JsonObject:
        response = verifier.responses[-1]
        assert isinstance(response, AuthorizationResponse)
        receipt = Handover.parse(response.mydata_consent).receipt.as_dict()
        return {**answer, "mydata_receipt": {"used": receipt}}

    verifier.change_answer = own_entry

    await world.wallets.present(HOLDER, verifier.link, Wish())

    entry, _ = await world.wallets.history(HOLDER)
    assert "party_receipt_invalid" == entry["reason"]


# Refusing.


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
async def test_a_refusal_is_told_and_recorded(
    world: World, verifier: VerifierOfTest, mode: str
) -> None:
    """
    The party hears access_denied with its state; history and ledger have the refusal.
    """
    verifier.mode = mode

    outcome = await world.wallets.refuse(HOLDER, verifier.link)

    assert [ErrorResponse("access_denied", None, "state-1")] == verifier.responses
    record = (await receipt_of(world, outcome.receipt)).record
    assert EventState.REFUSED is record.event_state
    assert (("name",), ()) == (record.asked.requested, record.asked.disclosed)
    assert {"state": "refused", "receipt": record.record_id} == outcome.as_dict()
    entry, _ = await world.wallets.history(HOLDER)
    assert ("refused", ["name"], ORGANIZATION) == (
        entry["event"],
        entry["claims"],
        entry["party"]["id"] if isinstance(entry["party"], dict) else None,
    )


async def test_a_refusal_that_did_not_arrive_keeps_its_receipt(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    It stands in the ledger, so the holder has the proof, and finds it in the history.
    """
    verifier.change_answer = lambda _answer: json_reply({"error": "server_error"}, 500)

    with refused(WalletFailure.VERIFIER_REFUSED, Party.VERIFIER):
        await world.wallets.refuse(HOLDER, verifier.link)

    failed, _ = await world.wallets.history(HOLDER)
    assert "failed" == failed["event"]
    receipt = await receipt_of(world, str(failed["receipt"]))
    assert EventState.REFUSED is receipt.record.event_state


async def test_a_stranger_is_refused_without_a_record(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    Without terms there is nothing on the ledger to refuse; the history remembers it.
    """
    verifier.terms = None

    assert {"state": "refused"} == (await world.wallets.refuse(HOLDER, verifier.link)).as_dict()

    assert [] == world.ledger.submissions


async def test_refusing_does_not_wait_for_the_ledger(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A ledger that is down keeps nobody from saying no.
    """
    world.ledger.status = 503

    assert {"state": "refused"} == (await world.wallets.refuse(HOLDER, verifier.link)).as_dict()


async def test_refusing_needs_no_credential(world: World, issuer: IssuerOfTest) -> None:
    """
    The answer is the same whether the person will not or cannot (P7).
    """
    verifier = VerifierOfTest(world, issuer)

    await world.wallets.refuse(HOLDER, verifier.link)

    assert [ErrorResponse("access_denied", None, "state-1")] == verifier.responses


async def test_an_unknown_receipt_is_not_found(world: World) -> None:
    """
    Another's receipt and one that never was look the same (H90).
    """
    with refused(WalletFailure.UNKNOWN_RECEIPT, Party.CALLER):
        await world.wallets.receipt(HOLDER, "11111111-1111-4111-8111-111111111111")


async def test_a_countersignature_for_another_consent_is_not_kept(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    DESIGN 3: the party signs for the very entry it was given, or its signature proves nothing.
    """
    verifier.signs_for_record = b"c" * 32

    outcome = await world.wallets.present(HOLDER, verifier.link, Wish())

    assert (await receipt_of(world, outcome.receipt)).countersignature is None
    entry, _ = await world.wallets.history(HOLDER)
    assert "party_receipt_invalid" == entry["reason"]


async def test_the_use_of_another_party_is_not_kept(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    A party that records its use in another's name is not believed.
    """
    verifier.used_by = replace(verifier.used_by, id="KR-2")

    await world.wallets.present(HOLDER, verifier.link, Wish())

    entry, _ = await world.wallets.history(HOLDER)
    assert ("party_receipt_invalid", None) == (entry["reason"], entry["used_receipt"])


async def test_a_party_cannot_take_the_place_of_a_kept_receipt(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The party chooses its record's id, and may choose that of a receipt it knows: this sharing's
    or an earlier one's. The holder's own receipts stay, and so does the history.
    """

    def name_it_like_ours(answer: JsonObject) -> JsonObject:
        response = verifier.responses[-1]
        assert isinstance(response, AuthorizationResponse)
        handover = Handover.parse(response.mydata_consent)
        verifier.used_record_id = verifier.used_record_id or handover.receipt.record.record_id
        return {**answer, "mydata_receipt": verifier.receipt(handover)}

    verifier.change_answer = name_it_like_ours
    first = await world.wallets.present(HOLDER, verifier.link, Wish())
    verifier.random = verifier.entropy(32)
    await world.wallets.present(HOLDER, verifier.link, Wish())

    assert EventState.GIVEN is (await receipt_of(world, first.receipt)).record.event_state
    for entry in (await world.wallets.history(HOLDER))[:2]:
        used = await receipt_of(world, str(entry["used_receipt"]))
        assert EventState.USED is used.record.event_state
