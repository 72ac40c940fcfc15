"""What is logged and counted: requests by template, acts by code, and no series for anybody."""

import math
import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import httpx2
import pytest
from fastapi.routing import iter_route_contexts
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from starlette.responses import Response

from app.acts import DONE, FAILED, code_of, watched
from app.authorisation import operator_token_file
from app.clock import utc_now
from app.main import create_app
from app.measures import USES, signed_at
from app.metrics import METHODS, OTHER, Act, Metrics
from app.request_log import REQUEST_ID, WatchedApp
from app.serve import prepare
from app.settings import Settings
from consent.errors import ConsentError, ConsentFailure
from issuers.errors import IssuerError, IssuerFailure
from standards.oauth.error_response import OAuthErrorCode
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError
from tests.app.conftest import Commands, Lines, Service, free_port
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.skew import Direction, TimeCheck
from verifiers.transaction import Progress
from wallet.errors import WalletError, WalletFailure
from web.errors import ForbiddenError

# Every code with which an act can be refused; a new one is in here by itself.
CODES = {
    DONE,
    FAILED,
    *(failure.value for failure in IssuerFailure),
    *(failure.value for failure in WalletFailure),
    *(failure.value for failure in ConsentFailure),
    *(failure.code for failure in Failure),
    *(code.value for code in CredentialErrorCode),
    *(code.value for code in OAuthErrorCode),
    *(progress.value for progress in Progress),
    *("sign_in_refused", "too_many_tries", "invitation_over", "forbidden", "deferred"),
}
BOUNDED: dict[str, set[str]] = {
    "method": {*METHODS, OTHER},
    "status": {str(status.value) for status in HTTPStatus},
    "act": {act.value for act in Act},
    "outcome": CODES,
    "use": set(USES),
    "check": {check.value for check in TimeCheck},
    "direction": {direction.value for direction in Direction},
    # The names in the operator's own policy; these services have none.
    "witness": set(),
    "generation": {"0", "1", "2"},
}


def watched_app(metrics: Metrics) -> httpx2.AsyncClient:
    """An application of two routes, one of which is broken."""
    app = WatchedApp(metrics)

    @app.get("/people/{name}")
    async def person(name: str) -> Response:
        return Response(name)

    @app.get("/broken/{name}")
    async def broken(name: str) -> Response:
        raise OSError(name)

    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://test")


async def counted(metrics: Metrics, family: str) -> dict[tuple[str, ...], float]:
    """The samples of one family by the values of their labels."""
    text = (await metrics.text()).decode()
    return {
        tuple(sample.labels.values()): sample.value
        for found in text_string_to_metric_families(text)
        for sample in found.samples
        if sample.name == family
    }


async def test_a_request_is_told_by_its_template(lines: Lines) -> None:
    """
    Method, template, status, time and an id that the answer has too; never the address.
    """
    metrics = Metrics()
    async with watched_app(metrics) as client:
        answer = await client.get("/people/CANARY?code=CANARY")

    (line,) = [line for line in lines() if "route" in line]
    assert ("request", "GET", "/people/{name}", 200) == (
        *(line["event"], line["method"]),
        *(line["route"], line["status"]),
    )
    assert line["ms"] >= 0
    assert answer.headers[REQUEST_ID] == line["request"]
    assert {("GET", "/people/{name}", "200"): 1} == await counted(metrics, "mydata_requests_total")


async def test_a_fault_of_ours_is_told_by_its_place(lines: Lines) -> None:
    """
    500 with an id; the line says the type and where, and nothing of the message.
    """
    metrics = Metrics()
    async with watched_app(metrics) as client:
        answer = await client.get("/broken/CANARY")

    (line,) = [line for line in lines() if "route" in line]
    assert (500, "OSError") == (line["status"], line["error"])
    assert line["place"].startswith("test_metrics.py:")
    assert answer.headers[REQUEST_ID] == line["request"]
    assert "CANARY" not in str(lines())
    assert {("GET", "/broken/{name}", "500"): 1} == await counted(metrics, "mydata_requests_total")


async def test_strangers_make_no_series(lines: Lines) -> None:
    """
    Unknown addresses and methods are one series together, whatever their names are.
    """
    metrics = Metrics()
    async with watched_app(metrics) as client:
        for at in range(20):
            await client.get(f"/nowhere/{at}")
            await client.request(f"METHOD{at}", f"/nowhere/{at}")
            await client.request("BREW", "/people/x")

    assert {
        ("GET", OTHER, "404"): 20,
        (OTHER, OTHER, "404"): 20,
        (OTHER, "/people/{name}", "405"): 20,
    } == await counted(metrics, "mydata_requests_total")
    assert "METHOD" not in str(lines())


def own(lines: Lines) -> list[dict[str, object]]:
    """The lines of this program, without the libraries'."""
    return [line for line in lines() if line["event"] != "library"]


class Desk:
    """A façade that does, refuses, or breaks."""

    __slots__ = ()

    async def do(self, error: Exception | None) -> str:
        """Do what is asked."""
        if error is not None:
            raise error
        return "done"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, DONE),
        (IssuerError(IssuerFailure.UNKNOWN_OFFER, "CANARY"), "unknown_offer"),
        (WalletError(WalletFailure.CLAIM_REQUIRED, "CANARY"), "claim_required"),
        (ConsentError(ConsentFailure.NOT_FOUND, "CANARY"), "not_found"),
        (VerifierError(Failure.CREDENTIAL_REVOKED, "CANARY"), Failure.CREDENTIAL_REVOKED.code),
        (
            CredentialRequestError(CredentialErrorCode.INVALID_NONCE, "CANARY"),
            CredentialErrorCode.INVALID_NONCE.value,
        ),
        (ForbiddenError("CANARY"), "forbidden"),
        (OSError("CANARY"), FAILED),
        (OperationalError("CANARY", None, Exception("CANARY")), FAILED),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_an_act_is_told_by_how_it_came_out(
    lines: Lines, error: Exception | None, outcome: str
) -> None:
    """
    Done, the room's own code, or failed with the place of the fault; never a detail.
    """
    metrics = Metrics()
    desk = watched(Desk(), {"do": Act.ISSUED}, metrics)
    if error is None:
        assert "done" == await desk.do(None)
    else:
        with pytest.raises(type(error)):
            await desk.do(error)

    (line,) = own(lines)
    assert ("act", "issued", outcome) == (line["event"], line["act"], line["outcome"])
    assert (outcome == FAILED) == ("place" in line)
    assert "CANARY" not in str(line)
    assert {("issued", outcome): 1} == await counted(metrics, "mydata_acts_total")
    assert {("issued",): 1} == await counted(metrics, "mydata_act_seconds_count")
    assert outcome in CODES


async def test_only_the_stand_in_is_watched(lines: Lines) -> None:
    """
    The façade itself is left alone, and the outcome may be read out of the arguments.
    """
    desk, metrics = Desk(), Metrics()
    seen = watched(
        desk, {"do": Act.VERIFIED}, metrics, outcome_of=lambda error: f"with_{error}".lower()
    )

    await seen.do(None)
    await desk.do(None)

    assert ["with_none"] == [line["outcome"] for line in own(lines)]


async def test_an_answer_may_say_that_nothing_is_done_yet(lines: Lines) -> None:
    """
    A certificate that an officer decides about is promised and not issued.
    """
    seen = watched(Desk(), {"do": Act.ISSUED}, Metrics(), answered=lambda answer: f"{answer}_yet")

    await seen.do(None)

    assert ["done_yet"] == [line["outcome"] for line in own(lines)]


def test_a_stand_in_passes_everything_else_on() -> None:
    """
    An attribute that is nobody's act is the façade's own; a part may be a stand-in itself.
    """
    desk, part = Desk(), object()
    seen = watched(desk, {}, Metrics(), parts={"do": part})

    assert seen.do is part
    assert seen.__class__ is not desk.__class__
    with pytest.raises(AttributeError):
        seen.nothing  # type: ignore[attr-defined]  # noqa: B018  # what is not there stays so


def test_a_code_that_is_no_code_is_a_failure() -> None:
    """
    Only closed reasons become labels.
    """
    assert FAILED == code_of(KeyError("CANARY"))
    assert FAILED == code_of(SystemError())


async def test_what_cannot_be_looked_up_is_not_a_number(lines: Lines) -> None:
    """
    A database that is away makes one gauge NaN, and the others are still told.
    """
    metrics = Metrics()

    async def away() -> float:
        raise OperationalError("CANARY", None, Exception("CANARY"))

    async def four() -> float:
        return 4.0

    metrics.read(metrics.ledger_entries, away)
    metrics.read(metrics.ledger_waiting, four)

    assert math.isnan((await counted(metrics, "mydata_ledger_entries"))[()])
    assert {(): 4.0} == await counted(metrics, "mydata_ledger_waiting")
    assert "reading_failed" == own(lines)[0]["event"]
    assert "CANARY" not in str(lines())


def scraped(service: Service) -> str:
    token = operator_token_file(service.home).read_text()
    headers = {"Authorization": f"Bearer {token}"}
    return httpx2.get(f"{service.base}/metrics", headers=headers, timeout=30).text


def test_every_label_is_out_of_a_closed_list(inside: Service, tmp_path: Path) -> None:
    """
    After a whole issue, presentation and refusal: no label holds a name, an id or an address.
    """
    mydata = Commands(inside)
    offer = mydata.json("issuers", "offer", "resident-register", "--to", "demo")
    mydata.json("wallet", "accept", offer["credential_offer_uri"])
    assert 1 == mydata("wallet", "accept", offer["credential_offer_uri"] + "x", "--json").code
    request = mydata.json("verifiers", "request", "address-check")
    mydata.json("wallet", "present", request["request_uri"])
    assert 1 == mydata("wallet", "present", request["request_uri"], "--json").code
    httpx2.get(f"{inside.base}/wallet/holders/CANARY/history")
    httpx2.get(f"{inside.base}/CANARY?CANARY=1")
    settings = Settings(home=tmp_path / "var", port=free_port(), demo=True)
    prepare(settings)
    known = {str(context.path) for context in iter_route_contexts(create_app(settings).routes)}

    text = scraped(inside)
    families = list(text_string_to_metric_families(text))

    bounded = BOUNDED | {"route": {*known, OTHER}, "le": set(re.findall(r'le="([^"]+)"', text))}
    for family in families:
        for sample in family.samples:
            for label, value in sample.labels.items():
                assert value in bounded[label], (sample.name, label)
    assert len(bounded["le"]) < 20
    assert "CANARY" not in text
    for act in (Act.OFFERED, Act.ISSUED, Act.RECEIVED, Act.PRESENTED, Act.VERIFIED, Act.RECORDED):
        assert f'mydata_acts_total{{act="{act}",outcome="done"}}' in text


def test_what_the_service_lives_on_is_measured(inside: Service) -> None:
    """
    The log, the trust list, the status lists, every use of certificates, and memory.
    """
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(scraped(inside))
        for sample in family.samples
    }

    assert values["mydata_ledger_entries",] >= 0
    assert 0 == values["mydata_ledger_waiting",]
    assert 0 == values["mydata_duties_overdue",]
    assert 0 <= values["mydata_trust_list_age_seconds",] < 7200
    assert 29 < values["mydata_trust_list_days_left",] <= 30
    assert 0 <= values["mydata_status_list_age_seconds",] <= 600
    for use in USES:
        assert 300 < values["mydata_certificate_days_left", use] < 366
    assert values["process_resident_memory_bytes",] > 10_000_000


def test_a_status_lists_age_is_read_out_of_its_token(inside: Service) -> None:
    """
    The token says itself when it was signed.
    """
    token = httpx2.get(f"{inside.base}/issuers/resident-registry/status/0").text

    assert timedelta(0) <= utc_now() - signed_at(token) < timedelta(hours=1)
