"""Every address as `/openapi.json` describes it, called with what fits and with what does not.

Schemathesis draws the calls from the description, and every answer is held against it: no fault of
ours, a status and a media type that are written there, an error in the form that is written there.
`make fuzz` draws many more than a test run does.
"""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.authorisation import holder_token_file, operator_token_file
from tests.app.conftest import Service, serving_on
from tests.app.drawn_calls import (
    BODIES,
    FIELDS,
    calls_of,
    forms_of,
    parameters_of,
    unlisted,
)
from tests.app.test_every_route import PAGES, WHO
from tests.app.visiting import signed_in
from tests.issuers.world import GRANT, code_in
from web.people import PersonRole

EXAMPLES = int(os.environ.get("MYDATA_FUZZ_EXAMPLES", "4"))
CALLS = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
# A page takes ten times as long as an answer to a program.
PAGE_CALLS = settings(CALLS, max_examples=EXAMPLES // 2)
_FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
PROMISED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fuzzed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Everything in demo mode in a thread, for nobody else: what is drawn here changes it."""
    with serving_on(request.param, tmp_path_factory.mktemp("fuzzed") / "var") as running:
        yield running


@pytest.fixture(scope="module")
def tokens(fuzzed: Service) -> Mapping[str, str]:
    """A token of each kind; the access token is for an order that waits for an officer."""
    operator = operator_token_file(fuzzed.home).read_text(encoding="ascii").strip()
    holder = holder_token_file(fuzzed.home, "demo").read_text(encoding="ascii").strip()
    with httpx2.Client(base_url=f"{fuzzed.base}/issuers", timeout=30) as client:
        order = {"kind": "resident-register", "to": "demo", "decision": True}
        signed_in = {"Authorization": f"Bearer {operator}"}
        offered = client.post("/operator/offers", json=order, headers=signed_in).json()
        form = {"grant_type": GRANT, "pre-authorized_code": code_in(offered)}
        access = client.post("/resident-registry/token", data=form).json()["access_token"]
    return {"operator": operator, "holder": holder, "access": access}


@pytest.fixture(scope="module")
def operations(fuzzed: Service) -> list[Any]:
    """Every operation that the service itself describes."""
    document = httpx2.get(f"{fuzzed.base}/openapi.json").json()
    schema: Any = schemathesis.openapi.from_dict(document)
    return [found.ok() for found in schema.get_all_operations()]


def test_every_answer_is_as_described(
    fuzzed: Service, tokens: Mapping[str, str], operations: list[Any]
) -> None:
    """
    H47, H61, R12: with a token and without, right, nearly right and wrong: no fault of ours, and
    what is answered stands in the description.
    """
    with requests.Session() as session:
        for operation in operations:
            call_and_check(operation, fuzzed.base, session, tokens[whose(operation.path)])


def whose(path: str) -> str:
    """Return whose token opens an address, if any does."""
    if path.startswith("/issuers/{authority}"):
        return "access"
    return "holder" if path.startswith("/wallet/holders") else "operator"


def call_and_check(operation: Any, base: str, session: requests.Session, token: str) -> None:
    """Call one operation with what is drawn for it; the answers must be as it says."""

    @CALLS
    @given(case=calls_of(operation), body=BODIES, with_token=st.booleans())
    def check(case: Any, body: Any, with_token: bool) -> None:  # noqa: FBT001 - drawn
        headers = {"Authorization": f"Bearer {token}"} if with_token else {}
        told = {} if operation.body or case.method == "GET" else {"json": body}
        response = case.call(base_url=base, session=session, headers=headers, **told)
        if unlisted(operation):
            check_closed(response)
        else:
            case.validate_response(response, checks=PROMISED)

    check()


def check_closed(response: Any) -> None:
    """Hold an answer of an address that lists no refusals against what every refusal keeps to."""
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/json"]
        body = response.json()
        assert {"error", "party", "detail"} == set(body) or "error_description" in body


@pytest.mark.parametrize("role", PAGES, ids=str)
def test_pages_stand_any_form(fuzzed: Service, role: PersonRole) -> None:
    """
    H47, H61: a signed-in person's browser sends any fields to any page of theirs, in a form that
    counts: an answer for people, and no fault of ours.
    """
    with signed_in(fuzzed, WHO[role]) as client:
        found = _FORM_TOKEN.search(client.get("/").text)
        assert found is not None
        for method, path in PAGES[role]:
            send_and_check(client, method, path, found[1])


def send_and_check(client: httpx2.Client, method: str, path: str, form_token: str) -> None:
    """Send what is drawn to one page; whatever it answers, it is a page or leads to one."""
    names = _PARAMETER.findall(path)

    @PAGE_CALLS
    @given(form=forms_of(form_token), query=FIELDS, filled=parameters_of(names))
    def check(form: dict[str, str], query: dict[str, str], filled: dict[str, str]) -> None:
        address = _PARAMETER.sub(lambda name: quote(filled[name[1]], safe=""), path)
        own = {"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
        headers = {"accept": "text/html", **own}
        data = form if method == "POST" else None
        answer = client.request(method, address, params=query, data=data, headers=headers)
        assert answer.status_code < 500, answer.text

    check()
