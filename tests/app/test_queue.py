"""What waits for an officer, on the command line of a running service."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from keys.signer import SoftwareSigner
from keys.strict_json import loads_object
from standards.openid4vci.proof import ProofClaims, make_proof
from tests.app.conftest import Commands, Service

GRANT = "urn:ietf:params:oauth:grant-type:pre-authorized_code"


class Wallet:
    """Another maker's wallet: it takes one offer and waits."""

    def __init__(self, service: Service, link: str) -> None:
        offer: Any = loads_object(parse_qs(urlsplit(link).query)["credential_offer"][0])
        self.issuer = str(offer["credential_issuer"])
        form = {
            "grant_type": GRANT,
            "pre-authorized_code": offer["grants"][GRANT]["pre-authorized_code"],
        }
        token = httpx2.post(f"{self.issuer}/token", data=form, timeout=30).json()
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}

    def request(self) -> dict[str, Any]:
        """Return a request for one certificate with a new key."""
        nonce = httpx2.post(f"{self.issuer}/nonce", timeout=30).json()["c_nonce"]
        claims = ProofClaims(self.issuer, nonce, datetime.now(UTC))
        return {
            "credential_configuration_id": "resident-register",
            "proofs": {"jwt": [make_proof(claims, SoftwareSigner.generate())]},
        }

    def ask(self) -> httpx2.Response:
        """Ask for one certificate."""
        url = f"{self.issuer}/credential"
        return httpx2.post(url, json=self.request(), headers=self.headers, timeout=30)

    def fetch(self, promised: httpx2.Response) -> httpx2.Response:
        """Ask for what was promised."""
        body = {"transaction_id": promised.json()["transaction_id"]}
        return httpx2.post(f"{self.issuer}/deferred", json=body, headers=self.headers, timeout=30)


def begun(mydata: Commands) -> tuple[Wallet, httpx2.Response, str]:
    """Let a wallet ask for an order that waits; return its number in the queue too."""
    offer = mydata.json("issuers", "offer", "resident-register", "--decision")
    wallet = Wallet(mydata.service, offer["credential_offer_uri"])
    promised = wallet.ask()
    assert 202 == promised.status_code, promised.text
    (order,) = mydata.json("issuers", "queue")["orders"]
    assert ("resident-register", "demo", "operator") == tuple(
        order[name] for name in ("kind", "to", "officer")
    )
    return wallet, promised, str(order["id"])


def test_an_order_is_approved_from_the_shell(mydata: Commands) -> None:
    """
    Until then its wallet waits, with a date and no caching; afterwards it fetches once.
    """
    wallet, promised, number = begun(mydata)
    assert {"date", "cache-control", "content-type"} <= promised.headers.keys()
    assert 202 == wallet.fetch(promised).status_code
    assert number in mydata("issuers", "queue").output
    decided = mydata.json("issuers", "approve", number)
    fetched = wallet.fetch(promised)

    assert (number, "approved") == (decided["id"], decided["decision"])
    assert 200 == fetched.status_code, fetched.text
    assert "date" in fetched.headers
    assert [] == mydata.json("issuers", "queue")["orders"]
    again = mydata("issuers", "approve", number, "--json")
    assert (1, "unknown_certificate") == (again.code, again.answer["error"])


def test_an_order_is_denied_on_a_ground(mydata: Commands) -> None:
    """
    A ground nobody knows is told with those there are; the wallet hears that it was refused.
    """
    wallet, promised, number = begun(mydata)
    unknown = mydata("issuers", "deny", number, "--ground", "because", "--json")
    decided = mydata.json("issuers", "deny", number, "--ground", "papers_missing")
    answer = wallet.fetch(promised)

    assert (1, "malformed") == (unknown.code, unknown.answer["error"])
    assert "papers_missing" in unknown.answer["detail"]
    assert "refused" == decided["decision"]
    assert (400, "credential_request_denied") == (answer.status_code, answer.json()["error"])
