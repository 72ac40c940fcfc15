"""Every address of the application and who may use it: a route that is not listed here fails."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from fastapi.routing import iter_route_contexts

from app.authorisation import LIFETIME, CallerRole, Gate, holder_token_file, operator_token_file
from app.clock import utc_now
from app.main import create_app
from app.serve import prepare
from app.settings import Role, Settings
from keys.entropy import SYSTEM_ENTROPY
from keys.sign_in_token import SECRET_OCTETS, issue_token
from tests.app.conftest import Service, free_port
from tests.app.visiting import signed_in
from web.people import PersonRole

Route = tuple[str, str]

# Each asks for the operator's token before anything else of the request is looked at.
OPERATORS: tuple[Route, ...] = (
    ("GET", "/metrics"),
    ("GET", "/consent/operator/institutions"),
    ("POST", "/consent/operator/look-ups"),
    ("GET", "/issuers/operator/kinds"),
    ("POST", "/issuers/operator/citizens"),
    ("POST", "/issuers/operator/previews"),
    ("POST", "/issuers/operator/offers"),
    ("GET", "/issuers/operator/clients"),
    ("POST", "/issuers/operator/clients"),
    ("POST", "/issuers/operator/clients/remove"),
    ("POST", "/issuers/operator/book"),
    ("GET", "/issuers/operator/notices"),
    ("GET", "/issuers/operator/credentials"),
    ("GET", "/issuers/operator/credentials/{number}"),
    ("POST", "/issuers/operator/credentials/{number}/revoke"),
    ("POST", "/issuers/operator/credentials/{number}/suspend"),
    ("POST", "/issuers/operator/credentials/{number}/reinstate"),
    ("GET", "/issuers/operator/queue"),
    ("POST", "/issuers/operator/queue/{number}/approve"),
    ("POST", "/issuers/operator/queue/{number}/deny"),
    ("POST", "/issuers/operator/revocations"),
    ("POST", "/issuers/operator/moves"),
    ("POST", "/issuers/operator/restrictions"),
    ("POST", "/issuers/operator/restrictions/lift"),
    ("POST", "/issuers/operator/refusals"),
    ("GET", "/issuers/operator/refusals"),
    ("POST", "/issuers/operator/mandates"),
    ("GET", "/issuers/operator/mandates"),
    ("POST", "/issuers/operator/mandates/{mandate_id}/withdraw"),
    ("POST", "/issuers/operator/day"),
    ("POST", "/issuers/operator/views"),
    ("POST", "/issuers/operator/book.csv"),
    ("GET", "/verifiers/operator/profiles"),
    ("GET", "/verifiers/operator/desks"),
    ("POST", "/verifiers/operator/desks"),
    ("DELETE", "/verifiers/operator/desks/{desk_id}"),
    ("GET", "/verifiers/operator/webhooks"),
    ("POST", "/verifiers/operator/parties/{party}/webhook"),
    ("GET", "/verifiers/operator/parties/{party}/webhook"),
    ("DELETE", "/verifiers/operator/parties/{party}/webhook"),
    ("GET", "/verifiers/operator/parties/{party}/events"),
    ("POST", "/verifiers/operator/transactions"),
    ("POST", "/verifiers/operator/transactions/{transaction_id}/response"),
    ("GET", "/verifiers/operator/transactions/{transaction_id}"),
    ("GET", "/verifiers/operator/transactions/{transaction_id}/evidence"),
    ("GET", "/verifiers/operator/over-asking"),
    ("GET", "/verifiers/operator/originals"),
    ("POST", "/verifiers/operator/checks"),
    ("GET", "/verifiers/operator/registrations"),
    ("POST", "/verifiers/operator/registrations"),
    ("POST", "/verifiers/operator/scans"),
    ("POST", "/verifiers/operator/challenges"),
    ("GET", "/verifiers/operator/supplies/{profile}"),
    ("POST", "/verifiers/operator/uses"),
    ("GET", "/people"),
    ("POST", "/people"),
    ("POST", "/people/{name}/invite"),
    ("POST", "/people/{name}/remove"),
)
# Each asks for the token of the very holder in the address.
HOLDERS: tuple[Route, ...] = (
    ("POST", "/wallet/holders/{holder}/accept"),
    ("POST", "/wallet/holders/{holder}/request"),
    ("POST", "/wallet/holders/{holder}/review"),
    ("POST", "/wallet/holders/{holder}/present"),
    ("POST", "/wallet/holders/{holder}/refuse"),
    ("POST", "/wallet/holders/{holder}/shown-codes"),
    ("POST", "/wallet/holders/{holder}/handed-requests"),
    ("GET", "/wallet/holders/{holder}/handed-requests/{request_uri}"),
    ("POST", "/wallet/holders/{holder}/spoken-codes"),
    ("GET", "/wallet/holders/{holder}/spoken-codes"),
    ("GET", "/wallet/holders/{holder}/credentials"),
    ("GET", "/wallet/holders/{holder}/credentials/{credential_id}"),
    ("DELETE", "/wallet/holders/{holder}/credentials/{credential_id}"),
    ("POST", "/wallet/holders/{holder}/credentials/{credential_id}/renew"),
    ("POST", "/wallet/holders/{holder}/lost"),
    ("GET", "/wallet/holders/{holder}/lost"),
    ("DELETE", "/wallet/holders/{holder}/lost/{loss_id}"),
    ("GET", "/wallet/holders/{holder}/states"),
    ("GET", "/wallet/holders/{holder}/history"),
    ("GET", "/wallet/holders/{holder}/receipts/{receipt_id}"),
    ("POST", "/wallet/holders/{holder}/receipts/{receipt_id}/withdraw"),
    ("GET", "/wallet/holders/{holder}/receipts/{receipt_id}/evidence"),
    ("GET", "/wallet/holders/{holder}/sharings/{receipt_id}"),
    ("POST", "/wallet/holders/{holder}/history/prove"),
    ("GET", "/wallet/holders/{holder}/history/household"),
    ("GET", "/wallet/holders/{holder}/history/export"),
)
# Open to all: what a call without body and cookies is answered, whoever makes it.
OPEN: dict[Route, int] = {
    ("GET", "/healthz"): 200,
    ("GET", "/readyz"): 200,
    ("GET", "/docs"): 200,
    ("GET", "/openapi.json"): 200,
    # The wire: what counts is in the body, a submission's signature or a code.
    ("POST", "/consent/entries"): 415,
    ("GET", "/consent/log/{path:path}"): 200,
    ("GET", "/consent/frozen/{shard}/{path:path}"): 404,
    ("GET", "/consent/labels/{label}"): 400,
    ("POST", "/consent/labels/{label}/records"): 415,
    ("POST", "/consent/labels/{label}/reused"): 415,
    ("POST", "/consent/labels/{label}/erasure"): 415,
    ("GET", "/consent/openings/{opening_id}/request"): 404,
    ("POST", "/consent/openings/{opening_id}/response"): 415,
    # A certificate is shown instead of signing in; the browser that began reads alone.
    ("GET", "/consent/receipts"): 200,
    ("POST", "/consent/receipts"): 403,
    ("GET", "/consent/receipts/{opening_id}"): 404,
    ("GET", "/consent/receipts/{opening_id}/records.json"): 404,
    ("GET", "/.well-known/openid-credential-issuer/issuers/{authority}"): 200,
    ("GET", "/.well-known/oauth-authorization-server/issuers/{authority}"): 200,
    ("GET", "/.well-known/jwt-vc-issuer/issuers/{authority}"): 200,
    ("GET", "/issuers/{authority}/types/{kind}/{edition:int}"): 200,
    ("GET", "/issuers/{authority}/status"): 200,
    ("GET", "/issuers/{authority}/status/{number:int}"): 200,
    ("GET", "/issuers/{authority}/offers/{offer_id}"): 404,
    ("POST", "/issuers/{authority}/par"): 415,
    ("POST", "/issuers/{authority}/token"): 415,
    ("POST", "/issuers/{authority}/revoke"): 415,
    ("POST", "/issuers/{authority}/challenge"): 200,
    ("POST", "/issuers/{authority}/nonce"): 200,
    ("GET", "/verifiers/requests/{transaction_id}"): 404,
    ("POST", "/verifiers/requests/{transaction_id}"): 415,
    # What counts is the code in the address; the body is looked at first.
    ("POST", "/wallet/desk/{code}"): 415,
    ("POST", "/wallet/spoken"): 415,
    # Of demo mode alone: a test wallet that answers whoever asks, and the list of its links.
    ("POST", "/test-wallet/wallet/desk/{code}"): 415,
    ("GET", "/test-wallet/codes"): 200,
    ("GET", "/test-wallet"): 200,
    ("POST", "/wallet/standing/{code}"): 415,
    ("POST", "/verifiers/responses/{transaction_id}"): 415,
    ("GET", "/verifiers/return/{transaction_id}"): 404,
    ("GET", "/verifiers/notices/{party}/{purpose}"): 400,
    ("GET", "/verifiers/notices/{party}/{purpose}/{language}"): 400,
    ("GET", "/verifiers/registrations/{party}/{purpose}"): 400,
    ("POST", "/verifiers/withdrawals"): 415,
    # Pages for everybody: nothing of a person is on them; a form counts from our own page alone.
    ("GET", "/"): 200,
    ("GET", "/sign-in"): 200,
    ("POST", "/sign-in"): 403,
    ("POST", "/sign-in/demo"): 403,
    ("GET", "/invitation/{code}"): 200,
    ("POST", "/invitation"): 403,
    ("GET", "/style"): 200,
    ("GET", "/language/{tag}"): 303,
    ("GET", "/static/{digest}/{name}"): 404,
    ("GET", "/static/{digest}/{name:path}/{file}"): 404,
    # The counter without network: the same for everybody, so a browser may keep it.
    ("GET", "/verifiers/offline/worker.js"): 200,
    ("GET", "/verifiers/offline/{language}"): 404,
    ("GET", "/issuers/open/{offer_id}"): 410,
    # Which page it is, only a pushed request says: without one there is nothing to sign in for.
    ("GET", "/issuers/{authority}/authorize"): 400,
    ("GET", "/verifiers/back/{transaction_id}"): 404,
    ("GET", "/verifiers/open/{transaction_id}"): 404,
    ("GET", "/verifiers/embed/{transaction_id}"): 404,
    ("GET", "/verifiers/desk/{desk_id}"): 404,
    # A form without the page's token.
    ("POST", "/verifiers/desk/{desk_id}"): 403,
    # The browser that began is known by its cookie; an answer counts from our own page alone.
    ("GET", "/verifiers/sign-in"): 200,
    ("GET", "/verifiers/online/{profile}"): 400,
    ("POST", "/verifiers/online/{profile}"): 403,
    ("GET", "/verifiers/online/checks/{transaction_id}"): 404,
    ("GET", "/verifiers/online/checks/{transaction_id}/state"): 404,
    ("GET", "/verifiers/online/checks/{transaction_id}/back"): 404,
    ("GET", "/verifiers/online/checks/{transaction_id}/request"): 404,
    ("POST", "/verifiers/online/checks/{transaction_id}/response"): 403,
    ("GET", "/wallet/desk/{code}"): 200,
}
# Pages by whose they are: nobody is led to sign-in, another role is told whose page it is (403).
PAGES: dict[PersonRole, tuple[Route, ...]] = {
    PersonRole.CITIZEN: (
        ("GET", "/issuers"),
        ("GET", "/issuers/apply/{kind}"),
        ("POST", "/issuers/apply/{kind}"),
        ("POST", "/issuers/{authority}/authorize"),
        ("GET", "/issuers/notices"),
        ("GET", "/issuers/mandates"),
        ("GET", "/issuers/mandates/give/{kind}"),
        ("POST", "/issuers/mandates/give/{kind}"),
        ("POST", "/issuers/mandates/{mandate}/apply"),
        ("POST", "/issuers/mandates/{mandate}/withdraw"),
        ("POST", "/issuers/orders/{number}/cancel"),
        ("GET", "/issuers/offers/{offer_id}"),
        ("GET", "/wallet"),
        ("GET", "/wallet/ask"),
        ("GET", "/wallet/ask/check"),
        ("POST", "/wallet/ask/refuse"),
        ("POST", "/wallet/ask/send"),
        ("GET", "/wallet/authorizations/{authorization_id}"),
        ("GET", "/wallet/authorized"),
        ("GET", "/wallet/certificates/{credential_id}"),
        ("GET", "/wallet/certificates/{credential_id}/delete"),
        ("GET", "/wallet/certificates/{credential_id}/pictures/{namespace}/{element}"),
        ("POST", "/wallet/certificates/{credential_id}/delete"),
        ("POST", "/wallet/certificates/{credential_id}/renew"),
        ("POST", "/wallet/certificates/{credential_id}/fresh"),
        ("GET", "/wallet/lost"),
        ("POST", "/wallet/lost"),
        ("POST", "/wallet/lost/{loss_id}/again"),
        ("POST", "/wallet/lost/{loss_id}/hide"),
        ("GET", "/wallet/history"),
        ("GET", "/wallet/history/household"),
        ("GET", "/wallet/history/export/{form}"),
        ("GET", "/wallet/history/proof"),
        ("POST", "/wallet/history/proof"),
        ("GET", "/wallet/open"),
        ("GET", "/wallet/receipts/{receipt_id}"),
        ("GET", "/wallet/receipts/{receipt_id}/download"),
        ("GET", "/wallet/receipts/{receipt_id}/paper"),
        ("GET", "/wallet/receipts/{receipt_id}/evidence"),
        ("GET", "/wallet/receive"),
        ("POST", "/wallet/receive"),
        ("POST", "/wallet/receive/sign-in"),
        ("GET", "/wallet/received"),
        ("GET", "/wallet/request"),
        ("GET", "/wallet/scan"),
        ("POST", "/wallet/scan"),
        ("GET", "/wallet/sent/{entry_id}"),
        ("GET", "/wallet/sharings/{receipt_id}"),
        ("GET", "/wallet/sharings/{receipt_id}/erase"),
        ("POST", "/wallet/sharings/{receipt_id}/erase"),
        ("GET", "/wallet/sharings/{receipt_id}/withdraw"),
        ("POST", "/wallet/sharings/{receipt_id}/withdraw"),
        ("GET", "/wallet/show"),
        ("GET", "/wallet/show/code/{credential_id}"),
        ("POST", "/wallet/show/code/{credential_id}"),
        ("POST", "/wallet/show/desk"),
        ("GET", "/wallet/show/desk/{code}"),
        ("GET", "/wallet/show/desk/{code}/waiting"),
        ("POST", "/wallet/show/spoken"),
        ("GET", "/wallet/show/spoken/{name}"),
        ("GET", "/wallet/show/spoken/{name}/waiting"),
        ("GET", "/wallet/show/now/{name}"),
    ),
    PersonRole.OFFICER: (
        ("GET", "/issuers/desk"),
        ("GET", "/issuers/desk/accesses"),
        ("GET", "/issuers/desk/readiness"),
        ("GET", "/issuers/desk/refusals"),
        ("GET", "/issuers/desk/day"),
        ("POST", "/issuers/desk/citizens/{citizen}/issue/{kind}/show"),
        ("GET", "/issuers/desk/book.csv"),
        ("GET", "/issuers/desk/citizens/{citizen}/mandates"),
        ("POST", "/issuers/desk/citizens/{citizen}/mandates/{mandate}/withdraw"),
        ("GET", "/issuers/desk/citizens/{citizen}/mandates/give/{kind}"),
        ("POST", "/issuers/desk/citizens/{citizen}/mandates/give/{kind}"),
        ("GET", "/issuers/desk/citizens/{citizen}/issue/{kind}/refuse"),
        ("POST", "/issuers/desk/citizens/{citizen}/issue/{kind}/refuse"),
        ("GET", "/issuers/desk/book"),
        ("GET", "/issuers/desk/certificates/{number}"),
        ("GET", "/issuers/desk/certificates/{number}/{action}"),
        ("POST", "/issuers/desk/certificates/{number}/{action}"),
        ("GET", "/issuers/desk/citizens/{citizen}"),
        ("GET", "/issuers/desk/citizens/{citizen}/issue/{kind}"),
        ("GET", "/issuers/desk/citizens/{citizen}/issue/{kind}/preview"),
        ("POST", "/issuers/desk/citizens/{citizen}/issue/{kind}"),
        ("POST", "/issuers/desk/citizens/{citizen}/issue/{kind}/preview"),
        ("GET", "/issuers/desk/citizens/{citizen}/revoke"),
        ("POST", "/issuers/desk/citizens/{citizen}/revoke"),
        ("GET", "/issuers/desk/citizens/{citizen}/move"),
        ("POST", "/issuers/desk/citizens/{citizen}/move"),
        ("GET", "/issuers/desk/citizens/{citizen}/protection"),
        ("POST", "/issuers/desk/citizens/{citizen}/protection"),
        ("POST", "/issuers/desk/find"),
        ("GET", "/issuers/desk/offers/{offer_id}"),
        ("GET", "/issuers/desk/queue"),
        ("GET", "/issuers/desk/queue/{number}"),
        ("GET", "/issuers/desk/queue/{number}/deny"),
        ("POST", "/issuers/desk/queue/{number}/approve"),
        ("POST", "/issuers/desk/queue/{number}/deny"),
    ),
    PersonRole.INSTITUTION: (
        ("GET", "/verifiers"),
        ("POST", "/verifiers"),
        ("GET", "/verifiers/self-check"),
        ("POST", "/verifiers/self-check"),
        ("GET", "/verifiers/checks"),
        ("GET", "/verifiers/checks/{transaction_id}"),
        ("GET", "/verifiers/checks/{transaction_id}/state"),
        ("GET", "/verifiers/offline/supplies"),
        ("POST", "/verifiers/offline/uses"),
        ("GET", "/verifiers/owed"),
        ("POST", "/verifiers/owed"),
        ("GET", "/verifiers/scan"),
        ("POST", "/verifiers/challenges"),
        ("GET", "/verifiers/desks"),
        ("POST", "/verifiers/desks"),
        ("GET", "/verifiers/desks/{desk_id}"),
        ("POST", "/verifiers/desks/{desk_id}/close"),
        ("GET", "/verifiers/challenges"),
        ("POST", "/verifiers/scan"),
    ),
    PersonRole.CUSTODIAN: (
        ("GET", "/verifiers/originals"),
        ("POST", "/verifiers/originals"),
        ("GET", "/verifiers/originals/readings/{reading_id}"),
        ("GET", "/verifiers/originals/readings/{reading_id}/original.json"),
    ),
    PersonRole.AUDITOR: (
        ("GET", "/consent"),
        ("GET", "/consent/entries/{index:int}"),
        ("GET", "/consent/entries/{index:int}/proof"),
        ("GET", "/consent/institutions"),
        ("GET", "/consent/look-ups"),
        ("POST", "/consent/look-ups"),
        ("GET", "/consent/look-ups/{index:int}"),
        ("GET", "/consent/look-ups/{index:int}/record"),
        ("GET", "/consent/verify"),
        ("POST", "/consent/verify"),
        ("GET", "/verifiers/unsettled"),
    ),
}
# Every signed-in person's own.
SIGNED_IN: tuple[Route, ...] = (
    ("GET", "/sessions"),
    ("POST", "/sessions/end"),
    ("POST", "/sign-out"),
)
# An access token of the authority's own is asked for; ours for people are none.
ACCESS_TOKEN: tuple[Route, ...] = (
    ("POST", "/issuers/{authority}/credential"),
    ("POST", "/issuers/{authority}/deferred"),
    ("POST", "/issuers/{authority}/notification"),
)

EXAMPLES = {
    "authority": "resident-registry",
    "kind": "resident-register",
    "edition": "1",
    "number": "0",
    "holder": "demo",
    "path": "checkpoint",
    "tag": "en",
    "citizen": "demo",
    "action": "revoke",
    "index": "0",
}
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def address_of(path: str) -> str:
    """Return the path with an example, or the name of nobody, for each parameter."""
    return _PARAMETER.sub(lambda found: EXAMPLES.get(found[1], "unknown"), path)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def callers(inside: Service) -> dict[str, dict[str, str]]:
    """The headers of everybody who might call, by what they are."""
    gate = Gate(inside.home, clock=utc_now, entropy=SYSTEM_ENTROPY)
    gate.write_holder_token("another")
    forged, expired = (
        issue_token(secret, "operator", CallerRole.OPERATOR, now=now, lifetime=LIFETIME)
        for secret, now in (
            (SYSTEM_ENTROPY(SECRET_OCTETS), utc_now()),
            (gate._secret, utc_now() - LIFETIME - timedelta(seconds=1)),  # or wait a year
        )
    )
    return {
        "nobody": {},
        "forger": bearer(forged),
        "yesterday's operator": bearer(expired),
        "operator": bearer(operator_token_file(inside.home).read_text()),
        "holder": bearer(holder_token_file(inside.home, "demo").read_text()),
        "another holder": bearer(holder_token_file(inside.home, "another").read_text()),
    }


def statuses(service: Service, callers: dict[str, dict[str, str]], route: Route) -> dict[str, int]:
    """Return what each caller is answered, without body, query and cookies."""
    method, path = route
    url = service.base + address_of(path)
    return {
        name: httpx2.request(method, url, headers=headers, timeout=30).status_code
        for name, headers in callers.items()
    }


def test_every_route_stands_in_this_table(tmp_path: Path) -> None:
    """
    The router is the source: who adds an address says here who may use it.
    """
    settings = Settings(home=tmp_path / "var", port=free_port(), demo=True)
    prepare(settings)
    routed = {
        (method, str(context.path))
        for context in iter_route_contexts(create_app(settings).routes)
        for method in (context.methods or set()) - {"HEAD"}
    }

    pages = {route for routes in PAGES.values() for route in routes}
    assert {*OPERATORS, *HOLDERS, *OPEN, *ACCESS_TOKEN, *pages, *SIGNED_IN} == routed


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ALL], ids=str)
def test_a_room_served_alone_has_its_own_pages_and_sign_in(tmp_path: Path, role: Role) -> None:
    """
    Every role is deployable by itself: its pages, people and sessions, and nobody else's.
    """
    settings = Settings(home=tmp_path / "var", port=free_port(), demo=True, role=role)
    prepare(settings)
    routed = {
        (method, str(context.path))
        for context in iter_route_contexts(create_app(settings).routes)
        for method in (context.methods or set())
    }
    pages = {route for routes in PAGES.values() for route in routes}

    assert {*SIGNED_IN, ("GET", "/"), ("GET", "/sign-in"), ("POST", "/people")} <= routed
    assert {route for route in pages if route[1].split("/")[1] == role.value} == pages & routed


@pytest.mark.parametrize("route", OPERATORS, ids=" ".join)
def test_an_operators_route_is_the_operators(
    inside: Service, callers: dict[str, dict[str, str]], route: Route
) -> None:
    """
    H90: 401 for everybody else, whatever the rest of the request is.
    """
    answered = statuses(inside, callers, route)

    assert answered.pop("operator") not in {401, 403, 422, 500}
    assert {HTTPStatus.UNAUTHORIZED} == set(answered.values()), answered


@pytest.mark.parametrize("route", HOLDERS, ids=" ".join)
def test_a_holders_route_is_that_holders(
    inside: Service, callers: dict[str, dict[str, str]], route: Route
) -> None:
    """
    H90: another holder is known and refused, everybody else is nobody.
    """
    answered = statuses(inside, callers, route)

    assert answered.pop("holder") not in {401, 403, 422, 500}
    assert HTTPStatus.FORBIDDEN == answered.pop("another holder")
    assert {HTTPStatus.UNAUTHORIZED} == set(answered.values()), answered


@pytest.mark.parametrize("route", OPEN, ids=" ".join)
def test_an_open_route_is_the_same_for_all(
    inside: Service, callers: dict[str, dict[str, str]], route: Route
) -> None:
    """
    Nobody's token opens more, or less.
    """
    answered = statuses(inside, callers, route)

    assert {OPEN[route]} == set(answered.values()), answered


@pytest.mark.parametrize("route", ACCESS_TOKEN, ids=" ".join)
def test_a_token_for_people_issues_nothing(
    inside: Service, callers: dict[str, dict[str, str]], route: Route
) -> None:
    """
    H76: the credential endpoint knows its own access tokens alone.
    """
    url = inside.base + address_of(route[1])
    body = {
        "credential_configuration_id": "resident-register",
        "proofs": {"jwt": ["a.b.c"]},
        "transaction_id": "unknown",
        "notification_id": "unknown",
        "event": "credential_accepted",
    }
    for name, headers in callers.items():
        answer = httpx2.request(route[0], url, headers=headers, json=body, timeout=30)
        assert HTTPStatus.UNAUTHORIZED == answer.status_code, name


@pytest.mark.parametrize(
    "path",
    [
        "/verifiers/requests/%00",
        "/verifiers/return/%00",
        "/wallet/holders/%00/history",
        "/issuers/resident-registry/status/" + "9" * 5000,
        "/issuers/resident-registry/types/resident-register/" + "9" * 5000,
    ],
)
def test_an_address_no_route_has_is_nowhere(inside: Service, path: str) -> None:
    """
    H47, H63: 404 in the usual form, on both databases; never a fault of ours.
    """
    answer = httpx2.get(inside.base + path)

    assert (404, "not_found") == (answer.status_code, answer.json()["error"])
    assert "content-security-policy" in answer.headers


WHO = {
    PersonRole.CITIZEN: "demo",
    PersonRole.OFFICER: "officer",
    PersonRole.INSTITUTION: "corner-store",
    PersonRole.CUSTODIAN: "haneul-city-keeper",
    PersonRole.AUDITOR: "auditor",
}


@pytest.fixture(scope="module")
def visitors(inside: Service) -> Iterator[dict[PersonRole, httpx2.Client]]:
    """One browser per role, signed in."""
    with ExitStack() as closing:
        yield {role: closing.enter_context(signed_in(inside, name)) for role, name in WHO.items()}


def looked(client: httpx2.Client, route: Route) -> httpx2.Response:
    return client.request(route[0], address_of(route[1]), headers={"accept": "text/html"})


@pytest.mark.parametrize(
    ("role", "route"),
    [(role, route) for role, routes in PAGES.items() for route in routes],
    ids=lambda part: " ".join(part) if isinstance(part, tuple) else part,
)
def test_a_page_is_one_roles(
    inside: Service,
    visitors: dict[PersonRole, httpx2.Client],
    role: PersonRole,
    route: Route,
) -> None:
    """
    H90: its own people see it, another role is told whose it is, nobody is led to sign-in.
    """
    for each, client in visitors.items():
        answer = looked(client, route)
        whose = f"<code>page_of_{role}</code>" in answer.text
        if each is role:
            assert answer.status_code not in {401, 500}
            assert not whose
            assert "/sign-in" not in answer.headers.get("location", "")
            assert "html" in answer.headers.get("content-type", "html") or answer.is_success
            # A form that no page of ours rendered counts for nothing (H89).
            assert (answer.status_code == HTTPStatus.FORBIDDEN) == (route[0] == "POST")
        else:
            assert (HTTPStatus.FORBIDDEN, True) == (answer.status_code, whose), each
    with httpx2.Client(base_url=inside.base) as nobody:
        answer = looked(nobody, route)
    assert HTTPStatus.SEE_OTHER == answer.status_code
    assert answer.headers["location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("route", SIGNED_IN, ids=" ".join)
def test_a_persons_own_page_asks_for_sign_in(
    inside: Service, visitors: dict[PersonRole, httpx2.Client], route: Route
) -> None:
    """
    Every role has its sessions; a form that no page rendered changes nothing (H89).
    """
    expected = HTTPStatus.OK if route[0] == "GET" else HTTPStatus.FORBIDDEN
    assert {expected} == {looked(client, route).status_code for client in visitors.values()}
    with httpx2.Client(base_url=inside.base) as nobody:
        assert HTTPStatus.SEE_OTHER == looked(nobody, route).status_code
