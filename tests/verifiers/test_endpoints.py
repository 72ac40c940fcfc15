"""The wire: what wallets and the operator are answered, byte for byte where it matters."""

import hashlib
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request

from consent.forms.offer import read_verifier_info
from consent.forms.receipt import Receipt
from consent.forms.record import EventState
from keys.canonical_json import canonical
from keys.strict_json import JsonObject
from standards.openid4vp.dc_api import DcApiRequest
from standards.openid4vp.request_uri import RequestUri
from tests.problems import answer_web_error
from tests.verifiers.browsing import Page
from tests.verifiers.sharing import share
from tests.verifiers.shown import code, publish
from tests.verifiers.world import BASE, REGISTER_VCT, World
from verifiers.asking.questions import Asked
from verifiers.endpoints import routes
from verifiers.endpoints.limits import RESPONSE_LIMIT, WALLET_POST_LIMIT
from verifiers.endpoints.scans import SCAN_LIMIT
from verifiers.endpoints.wallets import SESSION_COOKIE
from verifiers.registered.published import registration_sha256
from web.errors import Unauthorised, WebError

OPERATOR = {"Authorization": "Bearer operator"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TRANSACTIONS = "/verifiers/operator/transactions"
SCANS = "/verifiers/operator/scans"
ADULT: JsonObject = {
    "credentials": [
        {
            "id": "adult",
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [REGISTER_VCT]},
            "claims": [{"path": ["age_over_19"]}],
        }
    ]
}


def authorize(request: Request, role: str) -> str:
    """Let the operator in and nobody else."""
    if role != "operator" or request.headers.get("authorization") != "Bearer operator":
        raise Unauthorised
    return "operator"


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of the room as an application serves it."""
    application = FastAPI()
    application.include_router(routes(world.verifiers, authorize))
    application.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(application)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def begin(http: httpx2.AsyncClient, **body: object) -> Asked:
    """Begin a transaction over HTTP."""
    reply = await http.post(TRANSACTIONS, json=body, headers=OPERATOR)
    assert 200 == reply.status_code, reply.text
    return Asked(**reply.json())


async def honest_body(world: World, asked: Asked) -> bytes:
    request = (await world.wallet.open(asked)).request
    held = world.issuer.issue()
    shown = world.wallet.bound(held.show("age_over_19"), request, held.key)
    return world.wallet.body(request, {"adult": [shown]})


async def test_the_whole_trip_over_http(http: httpx2.AsyncClient, world: World) -> None:
    """
    The suite's happy flow: 200, JSON, a redirect_uri; the desk reads one claim.
    """
    asked = await begin(http, profile="adult-check")
    fetched = await http.get(RequestUri.parse(asked.request_uri).request_uri)
    assert "application/oauth-authz-req+jwt" == fetched.headers["content-type"]
    assert "no-store" == fetched.headers["cache-control"]
    body = await honest_body(world, asked)

    posted = await http.post(
        f"/verifiers/responses/{asked.transaction_id}", content=body, headers=FORM
    )

    assert (200, "application/json") == (posted.status_code, posted.headers["content-type"])
    assert {"redirect_uri"} == posted.json().keys()
    result = (await http.get(f"{TRANSACTIONS}/{asked.transaction_id}", headers=OPERATOR)).json()
    assert "verified" == result["state"]
    assert {"age_over_19": True} == result["credentials"][0]["claims"]


async def test_a_posted_fetch_is_answered_with_its_nonce(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    VP 5.10: form body, unknown parameters ignored; a body that is no form is refused.
    """
    asked = await begin(http, profile="adult-check", method="post")
    address = f"/verifiers/requests/{asked.transaction_id}"
    body = urlencode({"wallet_nonce": "n", "wallet_metadata": "{}", "other": "x"})

    posted = await http.post(address, content=body, headers=FORM)
    twice = await http.post(address, content="wallet_nonce=a&wallet_nonce=b", headers=FORM)
    unsized = await http.post(address, content="x" * (WALLET_POST_LIMIT + 1), headers=FORM)

    assert 200 == posted.status_code
    assert "application/oauth-authz-req+jwt" == posted.headers["content-type"]
    assert (400, "invalid_request") == (twice.status_code, twice.json()["error"])
    assert 413 == unsized.status_code


@pytest.mark.parametrize(
    ("metadata", "status", "code"),
    [
        ('{"vp_formats_supported":{"mso_mdoc":{}}}', 400, "wallet_unfit"),
        ('{"client_id_prefixes_supported":["redirect_uri"]}', 400, "wallet_unfit"),
        ("[]", 400, "request_invalid"),
    ],
)
async def test_a_wallet_that_cannot_answer_is_told_when_it_fetches(
    world: World, http: httpx2.AsyncClient, metadata: str, status: int, code: str
) -> None:
    """
    Section 5.10: the person learns it before anything was chosen, and the question stays open.
    """
    asked = await world.ask()
    address = RequestUri.parse(asked.request_uri).request_uri
    body = urlencode({"wallet_nonce": "n", "wallet_metadata": metadata})

    refused = await http.post(address, content=body, headers=FORM)

    assert status == refused.status_code
    assert code in refused.text
    assert 200 == (await http.get(address)).status_code


async def test_wallets_are_refused_in_the_words_of_oauth(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    H58, VP 8.2: 4xx at once with error and error_description, whatever was wrong.
    """
    asked = await begin(http, profile="adult-check")
    address = f"/verifiers/responses/{asked.transaction_id}"
    unread = [
        await http.post(address, json={}),
        await http.post(address, content=b"x" * (RESPONSE_LIMIT + 1), headers=FORM),
        await http.post(address, content=b"", headers=FORM | {"Content-Encoding": "gzip"}),
    ]
    body = await honest_body(world, asked)
    good = await http.post(address, content=body, headers=FORM)
    second = await http.post(address, content=body, headers=FORM)
    unknown = await http.post("/verifiers/responses/unknown", content=body, headers=FORM)

    assert [415, 413, 415] == [reply.status_code for reply in unread]
    assert 200 == good.status_code
    assert 400 == second.status_code
    assert {"error", "error_description"} == second.json().keys()
    assert "invalid_request" == second.json()["error"]
    assert second.json()["error_description"].startswith("transaction_closed: ")
    assert (404, "invalid_request") == (unknown.status_code, unknown.json()["error"])


async def test_a_wallets_refusal_is_received(http: httpx2.AsyncClient, world: World) -> None:
    """
    VP 8.5: an error response is answered like any other: 200 and a JSON object.
    """
    asked = await begin(http, profile="adult-check")
    request = (await world.wallet.open(asked)).request
    body = urlencode({"error": "access_denied", "state": request.state or ""})

    reply = await http.post(
        f"/verifiers/responses/{asked.transaction_id}", content=body, headers=FORM
    )

    assert (200, {}) == (reply.status_code, reply.json())
    result = await http.get(f"{TRANSACTIONS}/{asked.transaction_id}", headers=OPERATOR)
    assert "refused" == result.json()["state"]
    assert "holder_refused" == result.json()["failure"]["code"]


async def test_a_ledger_that_is_down_is_not_the_wallets_fault(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    503 with its own reason; the desk reads whom to call.
    """
    world.ledger.status = 503
    asked = await begin(http, profile="adult-check")
    body = await honest_body(world, asked)

    reply = await http.post(
        f"/verifiers/responses/{asked.transaction_id}", content=body, headers=FORM
    )

    assert (503, "temporarily_unavailable") == (reply.status_code, reply.json()["error"])
    result = await http.get(f"{TRANSACTIONS}/{asked.transaction_id}", headers=OPERATOR)
    assert "ledger" == result.json()["failure"]["party"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/verifiers/operator/profiles"),
        ("POST", TRANSACTIONS),
        ("GET", f"{TRANSACTIONS}/x"),
        ("GET", f"{TRANSACTIONS}/x/evidence"),
        ("GET", "/verifiers/operator/over-asking"),
    ],
)
async def test_the_operators_addresses_are_closed_to_others(
    http: httpx2.AsyncClient, method: str, path: str
) -> None:
    """
    V57, T16: without the token nothing is told, whether or not the transaction exists.
    """
    reply = await http.request(method, path, json={})

    assert 401 == reply.status_code
    assert "unauthorised" == reply.json()["error"]


async def test_the_profiles_are_listed(http: httpx2.AsyncClient) -> None:
    """
    DESIGN 6: who asks what, and why; the smallest question first.
    """
    listed = (await http.get("/verifiers/operator/profiles", headers=OPERATOR)).json()["profiles"]

    assert [
        "adult-check",
        "age-by-mobile-id",
        "loan-review",
        "resident-card-sign-in",
        "driving-licence-sign-in",
        "bank-identity-check",
        "address-check",
        "creditor-check",
        "contract-payment",
        "lease-loan",
    ] == [one["profile"] for one in listed]
    assert ["age_over_19"] == listed[0]["claims"]
    offline = [one["profile"] for one in listed if one["offline_ok"]]
    assert ["adult-check", "address-check"] == offline


async def test_every_choice_of_the_command_line_is_taken(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    ``--dcql FILE --mode --method --prefix --flow``.
    """
    asked = await begin(
        http,
        dcql=ADULT,
        mode="direct_post",
        method="post",
        prefix="x509_san_dns",
        flow="cross_device",
    )

    request = (await world.wallet.open(asked, nonce="n")).request
    assert "x509_san_dns:desk.example" == request.client_id
    assert "direct_post" == request.response_mode


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"profile": "adult-check", "dcql": ADULT},
        {"profile": 1},
        {"profile": "adult-check", "flow": "sideways"},
        {"profile": "adult-check", "mode": 1},
        {"profile": "adult-check", "unknown": True},
    ],
)
async def test_a_call_that_makes_no_sense_is_the_callers(
    http: httpx2.AsyncClient, body: JsonObject
) -> None:
    """
    Refused with what to correct.
    """
    reply = await http.post(TRANSACTIONS, json=body, headers=OPERATOR)

    assert (400, "request_invalid", "caller") == (
        reply.status_code,
        reply.json()["error"],
        reply.json()["party"],
    )


async def test_over_asking_is_refused_and_listed(http: httpx2.AsyncClient) -> None:
    """
    T30: the attempt is told to the caller, and kept for those who look after it.
    """
    query = {"credentials": [ADULT["credentials"][0] | {"claims": [{"path": ["members"]}]}]}  # type: ignore[index,operator]  # by hand

    reply = await http.post(TRANSACTIONS, json={"dcql": query}, headers=OPERATOR)
    listed = await http.get("/verifiers/operator/over-asking", headers=OPERATOR)

    assert (400, "over_asking", "verifier") == (
        reply.status_code,
        reply.json()["error"],
        reply.json()["party"],
    )
    assert ["members"] == listed.json()["refused"][0]["asked"]


async def test_the_way_back_gives_the_result_to_its_session_alone(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    H85, H86: same device; another browser and a wrong code are told the same as a stranger.
    """
    asked = await begin(http, profile="adult-check", flow="same_device", session="mine")
    body = await honest_body(world, asked)
    posted = await http.post(
        f"/verifiers/responses/{asked.transaction_id}", content=body, headers=FORM
    )
    redirect = posted.json()["redirect_uri"]

    wrong = await http.get(f"/verifiers/return/{asked.transaction_id}?response_code=x")
    stranger = await http.get("/verifiers/return/unknown?response_code=x")
    back = await http.get(redirect, headers={"Cookie": f"{SESSION_COOKIE}=mine"})

    assert (wrong.status_code, wrong.content) == (stranger.status_code, stranger.content)
    assert 404 == wrong.status_code
    assert "verified" == back.json()["state"]
    assert 1 == len(back.json()["credentials"])


@pytest.mark.parametrize("cookie", [None, "another's"])
async def test_another_browser_on_the_way_back_ends_it_for_everybody(
    http: httpx2.AsyncClient, world: World, cookie: str | None
) -> None:
    """
    H86: no cookie or somebody else's is told what a stranger is told; then nobody gets a result.
    """
    asked = await begin(http, profile="adult-check", flow="same_device", session="mine")
    body = await honest_body(world, asked)
    address = f"/verifiers/responses/{asked.transaction_id}"
    redirect = (await http.post(address, content=body, headers=FORM)).json()["redirect_uri"]
    headers = {} if cookie is None else {"Cookie": f"{SESSION_COOKIE}={cookie}"}

    other = await http.get(redirect, headers=headers)
    stranger = await http.get("/verifiers/return/unknown?response_code=x")
    own = await http.get(redirect, headers={"Cookie": f"{SESSION_COOKIE}=mine"})

    assert (stranger.status_code, stranger.content) == (other.status_code, other.content)
    assert (404, stranger.content) == (own.status_code, own.content)
    assert [] == (await world.state(asked))["credentials"]


async def test_a_withdrawal_is_answered_with_its_acknowledgement(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    P17: at the address the terms name, without signing in; what is nobody's is 404.
    """
    shared = await share(world)
    assert shared.terms.withdrawal.uri == f"{BASE}/verifiers/withdrawals"
    jwt = {"Content-Type": "application/jwt"}

    answer = await http.post(
        shared.terms.withdrawal.uri, content=shared.notice().encode(), headers=jwt
    )
    receipt = Receipt.parse(answer.json()["acknowledged"])
    assert EventState.ACKNOWLEDGED is receipt.record.event_state

    shared.consent_id = "0b0f9b1c-6b7e-4f0e-9a55-0d7d6c4b8a11"
    absent = await http.post(
        shared.terms.withdrawal.uri, content=shared.notice().encode(), headers=jwt
    )
    assert (404, "consent_unknown") == (absent.status_code, absent.json()["error"])
    broken = await http.post(shared.terms.withdrawal.uri, content=b"\xff", headers=jwt)
    assert (400, "notice_invalid") == (broken.status_code, broken.json()["error"])
    assert 415 == (await http.post(shared.terms.withdrawal.uri, json={})).status_code
    world.ledger.status = 503
    away = await http.post(
        shared.terms.withdrawal.uri, content=(await share(world)).notice().encode(), headers=jwt
    )
    assert (503, "ledger_unreachable") == (away.status_code, away.json()["error"])


async def test_what_is_registered_is_public_and_hashed(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    P12: one spelling under one address, whose hash a request names; nobody registers afterwards.
    """
    party = world.verifiers.catalogue.registrations.party("gaon-bank")
    published = await http.get(f"{BASE}/verifiers/registrations/gaon-bank/lease-loan")

    assert "application/json" == published.headers["content-type"]
    expected = registration_sha256(party, party.purpose("lease-loan"))
    assert expected == hashlib.sha256(published.content).digest()
    assert canonical(published.json()) == published.content
    kept = published.json()["kept_by_law"]
    assert {"is_conditional": True, "period": "P5Y"}.items() <= kept.items()
    absent = await http.get(f"{BASE}/verifiers/registrations/gaon-bank/another")
    assert 400 == absent.status_code


async def test_the_notice_is_what_the_terms_hash(http: httpx2.AsyncClient, world: World) -> None:
    """
    The notice of each language has the hash the terms name; the page for people has all three.
    """
    asked = await begin(http, profile="address-check")
    request = (await world.wallet.open(asked)).request
    offer = read_verifier_info([entry.as_dict() for entry in request.verifier_info])
    assert offer is not None

    notice = offer.terms.notice
    whole = await http.get(notice.uri)

    for language in ("ko", "en", "ja"):
        text = await http.get(notice.address(language))
        assert hashlib.sha256(text.content).digest() == notice.sha256.of(language)
        assert text.text in whole.text
    assert "주소" in whole.text
    assert 400 == (await http.get(f"{notice.uri}-other")).status_code
    assert 400 == (await http.get(notice.address("de"))).status_code


async def test_the_evidence_is_for_the_operator(http: httpx2.AsyncClient, world: World) -> None:
    """
    All three parts of the proof of a sharing.
    """
    asked = await begin(http, profile="adult-check")
    await world.answer(asked)

    evidence = await http.get(f"{TRANSACTIONS}/{asked.transaction_id}/evidence", headers=OPERATOR)

    assert {
        "receipt",
        "consent",
        "key_bindings",
        "confirmed",
        "request_objects",
        "steps",
    } == evidence.json().keys()


async def test_a_scan_over_http(http: httpx2.AsyncClient, world: World) -> None:
    """
    DESIGN 6: scan answers as result, with the number the result is kept under.
    """
    publish(world)
    body = {"text": code(world), "profile": "adult-check"}

    reply = await http.post(SCANS, json=body, headers=OPERATOR)
    scanned = reply.json()
    number = scanned.pop("transaction_id")
    assert ("verified", 200) == (scanned["state"], reply.status_code)
    read = await http.get(f"{TRANSACTIONS}/{number}", headers=OPERATOR)
    assert scanned == read.json()
    again = await http.post(SCANS, json=body, headers=OPERATOR)
    assert (400, "code_used", "wallet") == (
        again.status_code,
        again.json()["error"],
        again.json()["party"],
    )


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"text":"' + b"x" * (SCAN_LIMIT - 11) + b'"}', {}, 400),
        (b'{"text":"' + b"x" * (SCAN_LIMIT - 10) + b'"}', {}, 413),
        (b"{}", {"content-encoding": "gzip"}, 415),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{", {}, 400),
        (b"{}", {}, 400),
        (b'{"text":1}', {}, 400),
        (b'{"text":"a","profile":null}', {}, 400),
        (b'{"text":"a","more":1}', {}, 400),
        (b'{"text":"a","text":"b"}', {}, 400),
    ],
    ids=[
        *("at the limit", "one octet more", "compressed", "text", "cut off", "empty"),
        *("a number", "no profile", "unknown member", "twice"),
    ],
)
async def test_a_hostile_scan_is_refused(
    http: httpx2.AsyncClient, content: bytes, headers: dict[str, str], status: int
) -> None:
    """
    H48, H61: each has its answer, and none is a fault of ours.
    """
    sent = OPERATOR | {"content-type": "application/json"} | headers

    assert status == (await http.post(SCANS, content=content, headers=sent)).status_code


async def test_an_institutions_own_page_asks_and_answers_through_its_operator(
    http: httpx2.AsyncClient, world: World
) -> None:
    """
    What a page gives to ``navigator.credentials.get``, and what it brings back, with its session.
    """
    body = {"profile": "adult-check", "mode": "dc_api.jwt", "session": "s"}
    asked = (await http.post(TRANSACTIONS, json=body, headers=OPERATOR)).json()
    (handed,) = asked["digital"]["requests"]
    page = Page(world, asked["transaction_id"], DcApiRequest.parse(handed))
    address = f"{TRANSACTIONS}/{page.transaction_id}/response"
    brought = {"origin": BASE, "session": "s", "data": page.answer(page.presented())}

    unreadable = await http.post(address, json={"data": {}}, headers=OPERATOR)
    answered = await http.post(address, json=brought, headers=OPERATOR)

    assert {"transaction_id", "digital"} == asked.keys()
    assert (400, "request_invalid") == (unreadable.status_code, unreadable.json()["error"])
    assert (200, "verified") == (answered.status_code, answered.json()["state"])
