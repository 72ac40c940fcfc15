"""The wallet under test: a holder of ours, and an issuer of another maker it meets."""

from dataclasses import dataclass
from typing import Any

from app.authorisation import holder_token_file, read_token
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
        return [Exchange.told(each) for each in self.stranger.ask("told", issuer=self.name).result]


@dataclass(frozen=True)
class HolderOfOurs:
    """A person with our wallet; speaks to it as the command line does."""

    service: UnderTest

    def accept(self, offer: str, **more: Any) -> Exchange:
        """Take up an offer."""
        return self._post("/accept", {"credential_offer_uri": offer, **more})

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
