"""The wallet under test: a holder of ours, and an issuer of another maker it meets."""

from dataclasses import dataclass
from typing import Any

from app.authorisation import holder_token_file, read_token
from tests.conformance.citizen import Citizen
from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest
from tests.interop.stranger import Stranger

HOLDER = "demo"


@dataclass(frozen=True)
class Met:
    """An issuer of another maker, opened for one test, and the codes its offers bring."""

    stranger: Stranger
    name: str
    issuer: str
    configuration: str
    offer: str
    code: str
    issuer_state: str

    def told(self) -> list[Exchange]:
        """Every exchange the wallet had with it so far."""
        return list(map(Exchange.told, self._heard()["exchanges"]))

    def requests(self) -> list[dict[str, Any]]:
        """Every credential request, in plain however it came."""
        return list(self._heard()["requests"])

    def nonces(self) -> list[str]:
        """Every nonce it has given out for DPoP proofs."""
        return list(self._heard()["nonces"])

    def _heard(self) -> dict[str, Any]:
        heard: dict[str, Any] = self.stranger.ask("told", issuer=self.name).result
        return heard


@dataclass(frozen=True)
class HolderOfOurs:
    """A person with our wallet; speaks to it as the command line does."""

    service: UnderTest
    citizen: Citizen

    @property
    def client_id(self) -> str:
        """What issuers know our wallet by."""
        return f"{self.service.base}/wallet"

    @property
    def redirect_uri(self) -> str:
        """Where issuers send the browser back to."""
        return f"{self.service.base}/wallet/authorized"

    def accept(self, offer: str, **more: Any) -> Exchange:
        """Take up an offer, as far as the wallet comes without its person."""
        return self._post("/accept", {"credential_offer_uri": offer, **more})

    def take(self, offer: str, **more: Any) -> Exchange:
        """Take up an offer; where the issuer wants the person, the person goes and comes back."""
        answer = self.accept(offer, **more)
        if answer.json().get("state") != "authorization_needed":
            return answer
        led = self.citizen.visit(answer.json()["authorization_url"])
        assert 302 == led.status, led.body
        return self.citizen.visit(led.headers["location"])

    def present(self, link: str) -> Exchange:
        """Answer a request with what it needs and nothing that is free, whoever asks."""
        return self._post("/present", {"request_uri": link, "unverified": True})

    def refuse(self, link: str) -> Exchange:
        """Tell whoever asks no."""
        return self._post("/refuse", {"request_uri": link})

    def kept(self) -> list[str]:
        """The types of all certificates kept, one entry for each."""
        answer = self.service.http.get(f"{self._home}/credentials", headers=self._headers)
        return [each["vct"] for each in answer.json()["credentials"]]

    @property
    def _home(self) -> str:
        return f"{self.service.base}/wallet/holders/{HOLDER}"

    @property
    def _headers(self) -> dict[str, str]:
        token = read_token(holder_token_file(self.service.home, HOLDER))
        return {"Authorization": f"Bearer {token}"}

    def _post(self, path: str, body: dict[str, Any]) -> Exchange:
        address = f"{self._home}{path}"
        return Exchange.of(self.service.http.post(address, json=body, headers=self._headers))

    def call(self, path: str, body: dict[str, Any]) -> Exchange:
        """Call the holder's API, as whoever acts for the holder does."""
        return self._post(path, body)

    def look(self, path: str) -> Exchange:
        """Read from the holder's API."""
        return Exchange.of(self.service.http.get(f"{self._home}{path}", headers=self._headers))
