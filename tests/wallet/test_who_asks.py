"""Who asks, for each way to be known: what the holder is told, and what is kept from whom."""

from dataclasses import replace
from typing import Any

import pytest

from consent.forms.checks import CheckName, Outcome
from consent.forms.offer import TERMS_FORMAT
from consent.forms.receipt import Receipt
from consent.forms.receipt_check import check_receipt
from consent.forms.terms import Party as Controller
from keys.authority import CertificateAuthority
from keys.entropy import SYSTEM_ENTROPY
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from keys.x509 import Role, to_x5c
from standards.dcql.paths import ClaimsPathPointer
from standards.openid4vp.response import AuthorizationResponse, ErrorResponse
from tests.wallet.issuer_of_test import VCT, IssuerOfTest
from tests.wallet.refusal import refused
from tests.wallet.registration_of_test import registered, show_registration
from tests.wallet.stranger_of_test import DOCUMENT_URI, KINDS, NOBODYS, StrangerOfTest
from tests.wallet.verifier_of_test import (
    BASE,
    HOST,
    ORGANIZATION,
    RESPONSE_URI,
    VerifierOfTest,
    terms,
)
from tests.wallet.world import HOLDER, World
from wallet.errors import WalletFailure
from wallet.presenting.possible import Wish
from wallet.presenting.said import Said
from web.errors import Party
from web.outbound import Reply

FORMS = [
    *((kind, "uri") for kind in KINDS),
    *((kind, "value") for kind in KINDS if kind != "redirect_uri"),
    ("redirect_uri", "parameters"),
]
WORDS = {
    "redirect_uri": "address",
    "verifier_attestation": "attestation",
    "did:key": "nobody",
    "did:jwk": "nobody",
    "did:web": "address",
    "registered": "registration",
}


def shop(world: World, issuer: IssuerOfTest, kind: str, form: str = "uri", **more: Any) -> Any:
    return StrangerOfTest(world, issuer, kind=kind, form=form, terms=None, **more)


@pytest.fixture
async def held(world: World, issuer: IssuerOfTest) -> IssuerOfTest:
    """A holder with a credential to show."""
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    return issuer


async def last_event(world: World) -> Any:
    return (await world.wallets.history(HOLDER))[0]


@pytest.mark.parametrize(("kind", "form"), FORMS)
async def test_each_is_answered_in_each_form(
    world: World, held: IssuerOfTest, kind: str, form: str
) -> None:
    """
    VP-19, VP-20, VP-24: and the presentation is for the whole client_id (VP-60).
    """
    asking = shop(world, held, kind, form)

    await world.wallets.present(HOLDER, asking.link, Wish(), said=Said(takes_unverified=True))

    [response] = asking.responses
    assert isinstance(response, AuthorizationResponse)
    assert 1 == len(asking.verified)
    told = await last_event(world)
    assert told["party"]["verified"] is (kind not in NOBODYS)


@pytest.mark.parametrize("kind", KINDS)
async def test_the_holder_is_told_how_the_party_is_known(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    P9, T13: by what was proven, and never by a word of the party's own.
    """
    asking = shop(world, held, kind)
    told = (await world.wallets.review(HOLDER, asking.link)).as_dict()["party"]

    assert isinstance(told, dict)
    assert WORDS[kind] == told["known_by"]
    assert told["verified"] is (kind not in NOBODYS)
    if kind in NOBODYS:
        assert (f"unverified:{HOST}", HOST, None) == (told["id"], told["name"], told["trusted_by"])


@pytest.mark.parametrize("kind", NOBODYS)
async def test_nobody_is_answered_without_one_more_step(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    T13: a party nobody vouches for gets nothing until the holder has said that this is known.
    """
    asking = shop(world, held, kind)

    with refused(WalletFailure.PARTY_UNVERIFIED, Party.VERIFIER, "--unverified"):
        await world.wallets.present(HOLDER, asking.link, Wish())

    assert [] == asking.responses
    assert [] == world.ledger.submissions
    told = await last_event(world)
    assert {"id": f"unverified:{HOST}", "name": HOST, "verified": False} == told["party"]


async def test_nobody_is_refused_without_that_step(world: World, held: IssuerOfTest) -> None:
    """
    Saying no to a stranger is always possible.
    """
    asking = shop(world, held, "did:key")

    await world.wallets.refuse(HOLDER, asking.link)

    assert isinstance(asking.responses[0], ErrorResponse)


async def test_the_ledger_names_nobody_as_unverified(world: World, held: IssuerOfTest) -> None:
    """
    The record can be confused with no registration: it names the host, and says unverified.
    """
    asking = shop(world, held, "did:jwk")

    outcome = await world.wallets.present(
        HOLDER, asking.link, Wish(), said=Said(takes_unverified=True)
    )

    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, outcome.receipt or ""))
    assert Controller(f"unverified:{HOST}", HOST) == receipt.record.controller


@pytest.mark.parametrize("kind", NOBODYS)
async def test_terms_of_somebody_nobody_vouches_for_are_none(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    VP-11: no promise, no law and no standing consent in a registered party's name.
    """
    asking = StrangerOfTest(world, held, kind=kind, terms=terms())

    told = (await world.wallets.review(HOLDER, asking.link)).as_dict()

    assert told["terms"] is None
    assert told["notice"] is None


async def test_terms_are_read_only_when_the_signature_holds(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    VP-11: what is wrong with the terms of a request nobody signed is never looked at.
    """
    wrong: JsonObject = {"format": TERMS_FORMAT, "data": {"terms": "none"}}
    verifier.change_claims = lambda claims: {**claims, "verifier_info": [wrong]}
    with refused(WalletFailure.TERMS_MISMATCH, Party.VERIFIER):
        await world.wallets.review(HOLDER, verifier.link)

    verifier.signer = SoftwareSigner.generate()
    with refused(WalletFailure.REQUEST_INVALID, Party.VERIFIER):
        await world.wallets.review(HOLDER, verifier.link)


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_sees_what_takes_a_law_without_one(
    world: World, issuer: IssuerOfTest, kind: str
) -> None:
    """
    개인정보 보호법 제24조의2: no tick gives a resident number away, whoever vouches for who asks.
    """
    issuer.claims = {**issuer.claims, "resident_number_back": "2345678"}
    await world.wallets.accept(HOLDER, issuer.offer_uri())
    asking = shop(world, issuer, kind)
    asking.dcql = {"credentials": [{**BASE, "claims": [{"path": ["resident_number_back"]}]}]}

    with refused(WalletFailure.WITHHELD_BY_LAW, Party.VERIFIER, "제24조의2"):
        await world.wallets.present(
            HOLDER, asking.link, Wish(), said=Said(takes_unverified=True, takes_surplus=True)
        )

    told = (await world.wallets.review(HOLDER, asking.link)).as_dict()
    assert [] == told["choices"]
    assert [] == asking.responses


async def test_a_client_nobody_registered_is_not_even_asked(
    world: World, held: IssuerOfTest
) -> None:
    """
    VP-18, module invalid-client-id-prefix: nothing is fetched for a name that is nobody's.
    """
    asking = shop(world, held, "registered")
    world.clients.clear()
    asked = len(world.network.asked)

    for link in (asking.link, asking.link.replace("client_id=shop", "client_id=x%3Ashop")):
        with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER, "not registered"):
            await world.wallets.present(HOLDER, link, Wish())

    assert asked == len(world.network.asked)


async def test_federations_are_refused_in_words_of_their_own(
    world: World, held: IssuerOfTest
) -> None:
    """
    The page can say what is missing, and nothing is fetched.
    """
    link = f"openid4vp://?client_id=openid_federation:https://{HOST}&request=a.b.c"

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER, "Federation"):
        await world.wallets.review(HOLDER, link)


async def test_a_document_that_changed_counts_at_once(world: World, held: IssuerOfTest) -> None:
    """
    H87: between the review and the answer the host takes its key back.
    """
    asking = shop(world, held, "did:web")
    await world.wallets.review(HOLDER, asking.link)
    asking.published = SoftwareSigner.generate().public

    with refused(WalletFailure.REQUEST_INVALID, Party.VERIFIER):
        await world.wallets.present(HOLDER, asking.link, Wish(), said=Said(takes_unverified=True))

    assert [] == asking.responses


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404, "application/json", b"{}"),
        Reply(200, "text/html", b"{}"),
        Reply(200, "application/did+json", b"[]"),
        Reply(200, "application/json", b"x" * 70_000),
    ],
    ids=["missing", "a page", "no object", "huge"],
)
async def test_a_host_that_says_no_keys_is_told(
    world: World, held: IssuerOfTest, reply: Reply
) -> None:
    """
    H55: the person learns that the party cannot be verified now.
    """
    asking = shop(world, held, "did:web")
    world.network.serve(DOCUMENT_URI, lambda _: reply)

    with refused(WalletFailure.REQUEST_UNREACHABLE, Party.NETWORK):
        await world.wallets.review(HOLDER, asking.link)


async def test_an_identifier_of_another_method_is_not_looked_up(
    world: World, held: IssuerOfTest
) -> None:
    """
    T18: no network is asked that learns who asks whom.
    """
    link = "openid4vp://?client_id=decentralized_identifier:did:ion:abc&request=a.b.c"
    before = len(world.network.asked)

    with refused(WalletFailure.REQUEST_UNSUPPORTED, Party.VERIFIER):
        await world.wallets.review(HOLDER, link)

    assert before == len(world.network.asked)


async def test_an_answer_goes_to_the_address_that_is_the_name(
    world: World, held: IssuerOfTest
) -> None:
    """
    VP-20, module response-uri-not-client-id: nothing is posted anywhere.
    """
    asking = shop(world, held, "redirect_uri", "parameters")
    elsewhere = "https://evil.example/answers"
    asking.change_claims = lambda claims: {**claims, "response_uri": elsewhere}

    with refused(WalletFailure.REQUEST_MISMATCH, Party.VERIFIER):
        await world.wallets.present(HOLDER, asking.link, Wish(), said=Said(takes_unverified=True))

    assert [] == world.network.to(elsewhere) + world.network.to(RESPONSE_URI)
    assert "evil.example" == (await last_event(world))["party"]["id"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_request_found_at_another_host_is_refused(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    VP-64: whoever copies a request elsewhere cannot have it answered from there.
    """
    asking = shop(world, held, kind)
    world.network.serve("https://copy.example/1", asking._request)
    link = asking.link.replace(HOST + "%2Fverifiers%2Frequests%2F1", "copy.example%2F1")
    assert "copy.example" in link

    with refused(WalletFailure.REQUEST_MISMATCH, Party.VERIFIER):
        await world.wallets.review(HOLDER, link)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_posted_fetch_is_answered_by_each(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    VP-26: with the nonce of this fetch, signed or not.
    """
    asking = shop(world, held, kind)
    asking.method = "post"

    await world.wallets.review(HOLDER, asking.link)

    assert 1 == len(world.network.to(asking.request_uri))


async def test_a_registration_is_read_with_the_request(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    VP-11, T30: what the party may ask, in a registrar's words.
    """
    show_registration(verifier, registered())

    valid = (await world.wallets.review(HOLDER, verifier.link)).valid

    assert valid.registration is not None
    assert ORGANIZATION == valid.registration.party
    assert valid.registration.allows(VCT, ClaimsPathPointer.parse_dotted("name"))
    assert not valid.registration.allows(VCT, ClaimsPathPointer.parse_dotted("address"))


@pytest.mark.parametrize(
    ("changes", "hashed"),
    [
        ({"party": {"id": "KR-999"}}, None),
        ({"purpose": {"code": "another"}}, None),
        ({}, {"another": "registration"}),
        ({"ended": True}, None),
    ],
    ids=["another party", "another purpose", "another hash", "ended"],
)
async def test_a_registration_that_is_not_of_this_question_is_refused(
    world: World, verifier: VerifierOfTest, changes: JsonObject, hashed: JsonObject | None
) -> None:
    """
    VP-11: it is bound to the party that signed, and to the terms beside it.
    """
    party = "KR-999" if "party" in changes else ORGANIZATION
    show_registration(verifier, registered(**changes), hashed=hashed, party=party)

    with refused(WalletFailure.TERMS_MISMATCH, Party.VERIFIER):
        await world.wallets.review(HOLDER, verifier.link)


async def test_a_registrar_nobody_knows_says_nothing(
    world: World, verifier: VerifierOfTest
) -> None:
    """
    The request is read as if it showed no registration.
    """
    show_registration(verifier, registered())
    world.authorities.trusted.discard(Role.REGISTRAR)

    assert (await world.wallets.review(HOLDER, verifier.link)).valid.registration is None


def with_word(asking: StrangerOfTest) -> StrangerOfTest:
    """Let it give its word on the sharing, as a party that keeps our receipts does."""
    asking.change_answer = lambda answer: {**answer, "mydata_receipt": asking.receipt(None)}
    # Each is a question of its own, and answered once.
    asking.random = SYSTEM_ENTROPY(32)
    return asking


async def word_kept(world: World, asking: StrangerOfTest) -> tuple[str | None, Any]:
    """What is kept of its word, and what the history says of the rest."""
    outcome = await world.wallets.present(
        HOLDER, asking.link, Wish(), said=Said(takes_unverified=True)
    )
    receipt = Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt)))
    return receipt.countersignature, (await last_event(world)).get("reason")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "redirect_uri"])
async def test_a_party_signs_for_a_sharing_with_the_key_of_its_request(
    world: World, held: IssuerOfTest, kind: str
) -> None:
    """
    What proves who asks proves who signed afterwards; another's key proves nothing.
    """
    asking = with_word(shop(world, held, kind))
    kept, reason = await word_kept(world, asking)
    assert (True, None) == (kept is not None, reason)

    other = with_word(shop(world, held, kind, countersigner=SoftwareSigner.generate()))
    assert (None, "party_receipt_invalid") == await word_kept(world, other)


@pytest.mark.parametrize(
    ("kind", "host", "expected"),
    [
        *((kind, HOST, None) for kind in ("redirect_uri", "did:key", "did:web")),
        ("did:web", "elsewhere.example", "party_receipt_invalid"),
        # A registrar names no host: the key it attested signs, and no certificate.
        ("verifier_attestation", HOST, "party_receipt_invalid"),
    ],
)
async def test_a_certificate_for_the_host_that_was_answered_signs_as_well(
    world: World, held: IssuerOfTest, kind: str, host: str, expected: str | None
) -> None:
    """
    A host is all that is known of it; a trusted root that certified that host says as much.
    """
    signer = SoftwareSigner.generate()
    chain = world.authorities.certify(Role.VERIFIER, signer, "The Shop", dns_names=[host])
    asking = shop(
        *(world, held, kind),
        countersigner=signer,
        countersigned_by=[str(each) for each in to_x5c(chain)],
    )

    kept, reason = await word_kept(world, with_word(asking))

    assert (expected is None, expected) == (kept is not None, reason)


async def test_whose_word_it_is_may_be_unknown(world: World, held: IssuerOfTest) -> None:
    """
    Of an unsigned request, and of a root nobody trusts: nothing is kept, and it is no accusation.
    """
    unsigned = with_word(shop(world, held, "redirect_uri"))
    assert (None, "party_receipt_unproven") == await word_kept(world, unsigned)

    signer = SoftwareSigner.generate()
    chain = CertificateAuthority.create("Own root", Role.VERIFIER, world.clock.now).issue(
        signer.public, "The Shop", now=world.clock.now, dns_names=[HOST]
    )
    own = shop(
        *(world, held, "did:web"),
        countersigner=signer,
        countersigned_by=[str(each) for each in to_x5c(chain)],
    )
    assert (None, "party_receipt_unproven") == await word_kept(world, with_word(own))


async def test_a_registered_client_signs_with_its_certificate(
    world: World, held: IssuerOfTest
) -> None:
    """
    The operator registered it under its organisation: a certificate of that one is its own.
    """
    for organization, kept in (("KR-7", True), ("KR-8", False)):
        signer = SoftwareSigner.generate()
        chain = world.authorities.certify(
            Role.VERIFIER, signer, "The Shop", organization_id=organization
        )
        asking = shop(
            *(world, held, "registered"),
            countersigner=signer,
            countersigned_by=[str(each) for each in to_x5c(chain)],
        )
        world.clients["shop"] = replace(world.clients["shop"], organization_id="KR-7")
        assert kept is ((await word_kept(world, with_word(asking)))[0] is not None)


async def test_a_use_nobody_handed_a_label_for_cannot_be_matched(
    world: World, held: IssuerOfTest, verifier: VerifierOfTest
) -> None:
    """
    Its word is kept, its entry on the ledger is not: it stands under a label of its own.
    """
    await world.wallets.present(HOLDER, verifier.link, Wish())
    used = await world.wallets.receipt(HOLDER, (await last_event(world))["used_receipt"])
    asking = shop(world, held, "did:web")
    asking.change_answer = lambda answer: {
        **answer,
        "mydata_receipt": {**asking.receipt(None), "used": used},
    }

    kept, reason = await word_kept(world, asking)

    assert (True, "party_receipt_unproven") == (kept is not None, reason)


async def checked_offline(world: World, asking: StrangerOfTest) -> Outcome:
    """How the party's word comes out when the kept receipt is checked years later."""
    outcome = await world.wallets.present(
        HOLDER, asking.link, Wish(), said=Said(takes_unverified=True)
    )
    found = check_receipt(
        Receipt.parse(await world.wallets.receipt(HOLDER, str(outcome.receipt))),
        log_key=world.ledger.signer.verifier_key,
        trust_key=world.trust_signer.public.verification_key(),
    )
    return next(each.outcome for each in found if each.name is CheckName.COUNTERSIGNATURE)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("verifier_attestation", Outcome.PROVED),
        ("did:key", Outcome.NOT_SHOWN),
        ("registered", Outcome.NOT_SHOWN),
    ],
)
async def test_what_the_kept_word_proves_years_later(
    world: World, held: IssuerOfTest, kind: str, outcome: Outcome
) -> None:
    """
    With the trust list of the day a registrar's word proves the key; nothing proves other keys.
    """
    assert outcome is await checked_offline(world, with_word(shop(world, held, kind)))


async def test_a_certificate_for_the_host_proves_years_later_too(
    world: World, held: IssuerOfTest
) -> None:
    """
    The record names the host, and so does the certificate, whatever organisation it is of.
    """
    signer = SoftwareSigner.generate()
    chain = world.authorities.certify(
        *(Role.VERIFIER, signer, "The Shop"), organization_id="KR-7", dns_names=[HOST]
    )
    asking = shop(
        *(world, held, "did:web"),
        countersigner=signer,
        countersigned_by=[str(each) for each in to_x5c(chain)],
    )

    assert Outcome.PROVED is await checked_offline(world, with_word(asking))
