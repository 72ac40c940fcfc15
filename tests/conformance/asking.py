"""Our verifier under test: it asks, somebody answers, and the bundles look at all of it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

from app.authorisation import operator_token_file, read_token
from keys.role import Role
from tests.conformance.bundles.presentation import encryption, posted, query, request
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange, at
from tests.conformance.service import UnderTest
from tests.interop.stranger import Stranger


@dataclass(frozen=True)
class Way:
    """One choice of the plan's variants."""

    mode: str = "direct_post.jwt"
    prefix: str = "x509_hash"
    method: str = "get"

    @property
    def haip(self) -> bool:
        """HAIP fixes the mode and the prefix (section 5.1)."""
        return ("direct_post.jwt", "x509_hash") == (self.mode, self.prefix)

    def by(self, method: str) -> Self:
        """The same, and the request fetched by another method."""
        return replace(self, method=method)


WAYS = {
    "HAIP": Way(),
    "encrypted, by name": Way(prefix="x509_san_dns"),
    "plain": Way("direct_post"),
    "plain, by name": Way("direct_post", "x509_san_dns"),
}
# What was offered to encrypt to in all modules: no key comes twice.
KEYS: list[dict[str, Any]] = []


def query_for(service: UnderTest) -> dict[str, Any]:
    """One claim of a tax payment certificate of ours."""
    wanted = {
        "id": "tax",
        "format": "dc+sd-jwt",
        "meta": {"vct_values": [f"{service.issuer()}/types/tax-payment/1"]},
        "claims": [{"path": ["no_arrears"]}],
    }
    return {"credentials": [wanted]}


@dataclass
class Asking:
    """One transaction of our desk for queries of its own, and what went over the line in it."""

    service: UnderTest
    schemas: Schemas
    way: Way
    dcql: dict[str, Any]
    exchanges: list[Exchange] = field(default_factory=list)

    @cached_property
    def begun(self) -> dict[str, Any]:
        """What the desk is handed: the number of the transaction, and the link for the wallet."""
        how = {"mode": self.way.mode, "prefix": self.way.prefix, "method": self.way.method}
        return self._operate("POST", "", json={"dcql": self.dcql, **how})

    @property
    def link(self) -> str:
        return str(self.begun["request_uri"])

    def fetch(self) -> dict[str, Any]:
        """Fetch the request by hand; REQ, DCQL and ENC; returns the claims."""
        front = request.check_link(self.link)
        self.exchanges.append(self.service.fetch(front["request_uri"]))
        return self.check_request()

    def check_request(self, wallet_nonce: str | None = None) -> dict[str, Any]:
        """REQ, DCQL and ENC for the request that was fetched last; returns the claims."""
        front = request.check_link(self.link)
        token = request.check_fetched(at(self.exchanges, front["request_uri"]))
        roots = self.service.roots(Role.VERIFIER)
        expected = request.Expected(
            self.way.mode, self.way.prefix, roots, self.schemas, wallet_nonce
        )
        claims = request.check_object(token, front, expected)
        query.check(claims["dcql_query"], self.schemas)
        if self.way.mode == "direct_post.jwt":
            key = encryption.check(claims["client_metadata"])
            if key not in KEYS:
                KEYS.append(key)
        else:
            assert "jwks" not in claims["client_metadata"]
        return claims

    def let(self, peer: Stranger, *credentials: str, fetches: int = 1) -> str | None:
        """Let the other maker's wallet answer; returns where its person is led."""
        roots = str(self.service.exported / f"{Role.VERIFIER.value}.pem")
        told = peer.ask(
            "show", link=self.link, roots=roots, credentials=credentials, fetches=fetches
        )
        assert told.error is None, (told.error, told.body, told.exchanges)
        self.exchanges.extend(map(Exchange.told, told.exchanges))
        claims = self.check_request(told.result.get("wallet_nonce"))
        return self.check_accepted(at(self.exchanges, claims["response_uri"]))

    def check_accepted(self, answer: Exchange) -> str | None:
        """RESP, and the desk has what it asked for; returns where the person is led."""
        back = posted.check(answer, haip=self.way.haip)
        assert "verified" == self.result()["state"]
        return back

    def result(self) -> dict[str, Any]:
        """What the desk knows of the transaction."""
        return self._operate("GET", f"/{self.begun['transaction_id']}")

    def _operate(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        token = read_token(operator_token_file(self.service.home))
        answer = self.service.http.request(
            method,
            f"{self.service.base}/verifiers/operator/transactions{path}",
            headers={"Authorization": f"Bearer {token}"},
            **what,
        )
        assert 200 == answer.status_code, answer.text
        return dict(answer.json())
