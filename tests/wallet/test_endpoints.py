"""The holder's API: every route, who may call it, and how failures look."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.requests import Request

from keys.strict_json import JsonObject
from tests.problems import answer_web_error
from tests.wallet.authorization_server_of_test import AUTHORIZE, AuthorizationServerOfTest
from tests.wallet.issuer_of_test import ISSUER, KIND, VCT, IssuerOfTest
from tests.wallet.log_of_test import LogOfTest
from tests.wallet.recipient_of_test import RecipientOfTest
from tests.wallet.verifier_of_test import VerifierOfTest, query
from tests.wallet.world import HOLDER, World, json_reply
from wallet.endpoints import ROLE, loss_routes, routes, status_of
from wallet.errors import WalletError, WalletFailure
from web.errors import Party, Unauthorised, WebError

BASE = f"/wallet/holders/{HOLDER}"


def authorize(request: Request, role: str) -> str:
    assert ROLE == role
    scheme, _, name = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Unauthorised
    return name


def every_route(world: World) -> APIRouter:
    async def sign_out(holder: str) -> int:
        assert HOLDER == holder
        return 2

    router = APIRouter()
    router.include_router(routes(world.wallets, world.consents, authorize))
    router.include_router(loss_routes(world.wallets, authorize, sign_out))
    return router


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(every_route(world))
    app.add_exception_handler(WebError, answer_web_error)
    transport = httpx2.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {HOLDER}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://wallet.example", headers=headers
    ) as client:
        yield client


async def test_the_whole_trip_over_http(
    client: httpx2.AsyncClient, issuer: IssuerOfTest, world: World
) -> None:
    """
    Accept, list, show, review, present, look back, fetch the receipt.
    """
    offer = {"credential_offer_uri": issuer.offer_uri()}
    accepted = (await client.post(f"{BASE}/accept", json=offer)).json()
    assert (VCT, ISSUER) == (accepted["vct"], accepted["issuer"])

    (listed,) = (await client.get(f"{BASE}/credentials")).json()["credentials"]
    assert accepted["credential_id"] == listed["credential_id"]
    shown = (await client.get(f"{BASE}/credentials/{listed['credential_id']}")).json()
    assert 7 == len(shown["claims"])

    verifier = VerifierOfTest(world, issuer, dcql=query("birth_date"))
    request = {"request_uri": verifier.link}
    reviewed = (await client.post(f"{BASE}/review", json=request)).json()
    assert ["birth_date"] == reviewed["optional"]

    body = {**request, "with": ["birth_date"], "drop": ["address"], "language": "en"}
    presented = (await client.post(f"{BASE}/present", json=body)).json()
    assert "presented" == presented["state"]

    entry, _ = (await client.get(f"{BASE}/history")).json()["history"]
    assert presented["receipt"] == entry["receipt"]
    receipt = (await client.get(f"{BASE}/receipts/{presented['receipt']}")).json()
    assert ["birth_date"] == receipt["record"]["pii_information"]["optional_chosen"]
    assert "en" == receipt["record"]["language"]


async def test_signing_in_over_http(client: httpx2.AsyncClient, issuer: IssuerOfTest) -> None:
    """
    An offer without a code, and a kind nobody offered: both say where the holder signs in.
    """
    server = AuthorizationServerOfTest(issuer)
    offered = await client.post(f"{BASE}/accept", json={"credential_offer_uri": server.offer()})
    wanted: JsonObject = {"credential_issuer": ISSUER, "credential_configuration_id": KIND}
    asked = await client.post(f"{BASE}/request", json=wanted)

    for answer in (offered, asked):
        assert (200, "authorization_needed") == (answer.status_code, answer.json()["state"])
        assert answer.json()["authorization_url"].startswith(AUTHORIZE)
    missing = await client.post(f"{BASE}/request", json={"credential_issuer": ISSUER})
    assert (400, "call_malformed") == (missing.status_code, missing.json()["error"])


async def test_what_is_being_prepared_is_listed(
    client: httpx2.AsyncClient, issuer: IssuerOfTest
) -> None:
    """
    Section 9: an accepted offer that brings nothing yet, told beside what is kept.
    """
    issuer.metadata = {"deferred_credential_endpoint": f"{ISSUER}/deferred"}
    issuer.change_response = lambda _: json_reply({"transaction_id": "t", "interval": 60}, 202)
    accepted = await client.post(
        f"{BASE}/accept", json={"credential_offer_uri": issuer.offer_uri()}
    )
    assert {"vct": VCT, "issuer": ISSUER, "state": "preparing", "preparing": 1} == accepted.json()
    listed = (await client.get(f"{BASE}/credentials")).json()

    assert [] == listed["credentials"]
    (coming,) = listed["preparing"]
    assert (VCT, ISSUER) == (coming["vct"], coming["issuer"])


async def test_refusing_over_http(client: httpx2.AsyncClient, verifier: VerifierOfTest) -> None:
    """
    The answer says that the request was refused.
    """
    answer = await client.post(f"{BASE}/refuse", json={"request_uri": verifier.link})

    assert (200, "refused") == (answer.status_code, answer.json()["state"])


async def test_taking_back_and_proving_over_http(
    client: httpx2.AsyncClient, verifier: VerifierOfTest, world: World
) -> None:
    """
    The answer says how far it came, and the proof that nothing is missing afterwards.
    """
    RecipientOfTest(verifier)
    LogOfTest(world.ledger)
    shared = (await client.post(f"{BASE}/present", json={"request_uri": verifier.link})).json()
    path = f"{BASE}/receipts/{shared['receipt']}/withdraw"

    asked = (await client.post(path, json={"delete_only": True})).json()
    taken_back = (await client.post(path, json={})).json()
    proven = (await client.post(f"{BASE}/history/prove", json={})).json()
    sharing = (await client.get(f"{BASE}/sharings/{shared['receipt']}")).json()
    evidence = (await client.get(f"{BASE}/receipts/{shared['receipt']}/evidence")).json()
    wrong = await client.post(path, json={"delete_only": "yes"})

    assert ("deletion_requested", "done") == (asked["state"], asked["stage"])
    assert ("withdrawn", "done", shared["receipt"]) == (
        taken_back["state"],
        taken_back["stage"],
        taken_back["consent"],
    )
    assert (True, 6) == (proven["complete"], proven["entries"])
    assert ("stopped", "proven") == (sharing["state"], sharing["source"])
    assert 6 == len(evidence["records"])
    assert (400, "call_malformed") == (wrong.status_code, wrong.json()["error"])


@pytest.mark.parametrize(
    ("form", "media_type", "begins"),
    [
        ("json", "application/json", "{"),
        ("csv", "text/csv", '\ufeff"record_id"'),
        ("jsonld", "application/ld+json", '{"@context"'),
    ],
)
async def test_the_history_is_taken_along(
    client: httpx2.AsyncClient, verifier: VerifierOfTest, form: str, media_type: str, begins: str
) -> None:
    """
    Every receipt in one file, in the form asked for; another form is refused.
    """
    await client.post(f"{BASE}/present", json={"request_uri": verifier.link})
    answer = await client.get(f"{BASE}/history/export", params={"form": form})
    wrong = await client.get(f"{BASE}/history/export")

    assert answer.headers["content-type"].startswith(media_type)
    assert answer.content.decode().startswith(begins)
    assert "no-store" == answer.headers["cache-control"]
    assert "카나리아" not in answer.text
    assert (400, "call_malformed") == (wrong.status_code, wrong.json()["error"])


async def test_an_address_nobody_opened_answers_nothing(client: httpx2.AsyncClient) -> None:
    """
    No token is asked for: the code is the only right, and this one is none.
    """
    body = {"request_uri": "openid4vp://?x"}
    answer = await client.post("/wallet/standing/unknown", json=body, headers={})
    malformed = await client.post("/wallet/standing/unknown", json={})

    assert (404, "standing_closed") == (answer.status_code, answer.json()["error"])
    assert (400, "call_malformed") == (malformed.status_code, malformed.json()["error"])


async def test_a_code_over_http(client: httpx2.AsyncClient, issuer: IssuerOfTest) -> None:
    """
    The text to draw and the second it ends; without claims named there is no code.
    """
    offer = {"credential_offer_uri": issuer.offer_uri()}
    credential_id = (await client.post(f"{BASE}/accept", json=offer)).json()["credential_id"]
    body = {"credential_id": credential_id, "show": ["age_over_19"], "language": "ja"}

    shown = (await client.post(f"{BASE}/shown-codes", json=body)).json()
    assert {"text", "expires_at"} == set(shown)
    assert shown["text"].startswith("MD2:")
    assert re.fullmatch(r"2026-11-22T09:00:\d\dZ", shown["expires_at"])
    none = await client.post(f"{BASE}/shown-codes", json={"credential_id": credential_id})
    assert (422, "unknown_claim") == (none.status_code, none.json()["error"])


ROUTES = [
    ("POST", "/accept"),
    ("GET", "/credentials"),
    ("GET", "/credentials/a"),
    ("DELETE", "/credentials/a"),
    ("POST", "/credentials/a/renew"),
    ("POST", "/lost"),
    ("GET", "/lost"),
    ("DELETE", "/lost/a"),
    ("GET", "/states"),
    ("POST", "/review"),
    ("POST", "/present"),
    ("POST", "/refuse"),
    ("POST", "/request"),
    ("POST", "/shown-codes"),
    ("POST", "/spoken-codes"),
    ("GET", "/spoken-codes"),
    ("POST", "/handed-requests"),
    ("GET", "/handed-requests/a"),
    ("GET", "/history"),
    ("GET", "/receipts/a"),
    ("POST", "/receipts/a/withdraw"),
    ("POST", "/history/prove"),
    ("GET", "/history/export"),
    ("GET", "/history/household"),
    ("GET", "/receipts/a/evidence"),
    ("GET", "/sharings/a"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(("token", "status"), [("", 401), ("Bearer jun", 403)])
async def test_only_the_holder_may_call(
    client: httpx2.AsyncClient, method: str, path: str, token: str, status: int
) -> None:
    """
    Without a token, and with another holder's, every route answers the same nothing (T16).
    """
    answer = await client.request(
        method, f"{BASE}{path}", headers={"Authorization": token}, json={}
    )

    assert status == answer.status_code
    assert "caller" == answer.json()["party"]


async def test_every_route_is_in_the_list_above(world: World) -> None:
    """
    A new route must be added to the matrix of who may call (T16).
    """
    found = {
        (method, re.sub("{[a-z]+_(id|uri)}", "a", str(context.path)))
        for context in iter_route_contexts(every_route(world).routes)
        for method in context.methods or ()
    }
    holders = {(method, f"/wallet/holders/{{holder}}{path}") for method, path in ROUTES}

    addresses = ("/wallet/desk/{code}", "/wallet/standing/{code}", "/wallet/spoken")
    codes = {("POST", address) for address in addresses}
    assert holders | codes == found


async def test_states_are_told_and_a_certificate_is_deleted(
    client: httpx2.AsyncClient, world: World, issuer: IssuerOfTest
) -> None:
    """
    How each stands by its id; 204 for a deletion, and 404 for the one after it.
    """
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())
    (credential_id,) = accepted.credential_ids
    issuer.status = 3

    states = await client.get(f"{BASE}/states")
    deleted = await client.delete(f"{BASE}/credentials/{credential_id}")
    again = await client.delete(f"{BASE}/credentials/{credential_id}")

    assert {"states": {credential_id: "outdated"}} == states.json()
    assert (204, b"") == (deleted.status_code, deleted.content)
    assert (404, "unknown_credential") == (again.status_code, again.json()["error"])


async def test_a_renewal_leads_to_its_issuer_and_a_loss_is_told(
    client: httpx2.AsyncClient, world: World, issuer: IssuerOfTest
) -> None:
    """
    An issuer that gave nothing to renew with takes no sign-in either; its holder tells a loss.
    """
    accepted = await world.wallets.accept(HOLDER, issuer.offer_uri())
    (credential_id,) = accepted.credential_ids
    renewed = await client.post(f"{BASE}/credentials/{credential_id}/renew")
    lost = await client.post(f"{BASE}/lost")
    again = await client.get(f"{BASE}/lost")

    assert "offer_unsupported" == renewed.json()["error"]
    (told,) = lost.json()["lost"]
    assert (credential_id, "tell_issuer") == (told["credential_id"], told["state"])
    assert 2 == lost.json()["signed_out"]
    assert lost.json()["lost"] == again.json()["lost"]
    hidden = await client.delete(f"{BASE}/lost/{credential_id}")
    assert (204, b"") == (hidden.status_code, hidden.content)
    assert {"lost": []} == (await client.get(f"{BASE}/lost")).json()
    assert 404 == (await client.delete(f"{BASE}/lost/{credential_id}")).status_code
    assert (await client.get(f"{BASE}/credentials")).json() == {"credentials": []}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/accept", {}),
        ("/accept", {"credential_offer_uri": 7}),
        ("/accept", {"credential_offer_uri": "openid-credential-offer://?", "tx_code": 4093}),
        ("/review", {"request_uri": ""}),
        ("/present", {"request_uri": "openid4vp://", "with": "name"}),
        ("/present", {"request_uri": "openid4vp://", "with": [7]}),
        ("/present", {"request_uri": "openid4vp://", "drop": [""]}),
        ("/present", {"request_uri": "openid4vp://", "drop": ["a"] * 300}),
        ("/present", {"request_uri": "openid4vp://", "language": "xx"}),
        ("/refuse", {"request_uri": None}),
    ],
)
async def test_a_malformed_call_is_told_what_is_wrong(
    client: httpx2.AsyncClient, path: str, body: JsonObject
) -> None:
    """
    A member of the wrong kind is named, with status 400.
    """
    answer = await client.post(f"{BASE}{path}", json=body)

    assert (400, "call_malformed", "caller") == (
        answer.status_code,
        answer.json()["error"],
        answer.json()["party"],
    )


async def test_a_failure_has_code_party_and_next_step(client: httpx2.AsyncClient) -> None:
    """
    Every failure is the same three members, whatever the rule that raised it.
    """
    answer = await client.get(f"{BASE}/receipts/none")

    assert 404 == answer.status_code
    assert {"error", "party", "detail"} == answer.json().keys()
    assert "unknown_receipt" == answer.json()["error"]


@pytest.mark.parametrize("failure", WalletFailure)
def test_every_failure_has_a_status_a_party_and_a_next_step(failure: WalletFailure) -> None:
    """
    The two tables are total: no failure can be added without saying what it means.
    """
    error = WalletError(failure)

    assert 400 <= status_of(failure) < 600
    assert error.party in set(Party)
    assert error.detail.endswith(".")
    assert str(error).startswith(failure.value)
