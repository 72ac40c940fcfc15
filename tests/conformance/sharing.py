"""What a verifier of another maker saw of our wallet, held against the wallet's bundles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from keys.role import Role
from tests.conformance.bundles.presentation import request as req
from tests.conformance.bundles.presentation import response, sd_jwt_kb
from tests.conformance.bundles.sd_jwt import Opened
from tests.conformance.exchanges import Exchange
from tests.conformance.holder import HolderOfOurs
from tests.interop.stranger import Stranger


@dataclass(frozen=True)
class Party:
    """A verifier of another maker, opened for one test, and the link to its request."""

    stranger: Stranger
    name: str
    base: str
    link: str

    def heard(self) -> dict[str, Any]:
        """Its request, its private key, its exchanges, and what the packages say to the answer."""
        told: dict[str, Any] = self.stranger.ask("asked", verifier=self.name).result
        return told

    def told(self) -> list[Exchange]:
        """Every exchange the wallet, or the browser, had with it so far."""
        return list(map(Exchange.told, self.heard()["exchanges"]))

    def at(self, path: str) -> list[Exchange]:
        """The exchanges at one of its addresses."""
        return [each for each in self.told() if urlsplit(each.url).path.endswith(f"/{path}")]


@dataclass
class Sharing:
    """One run of our wallet in front of a verifier of another maker."""

    party: Party
    holder: HolderOfOurs

    def answer(self) -> dict[str, Opened]:
        """Let our wallet answer, and hold it against RESP and FMT; what is shown, by query id."""
        answer = self.holder.present(self.party.link)
        assert 200 == answer.status, answer.body
        return self.check()

    def check(self) -> dict[str, Opened]:
        """RESP and FMT for the one response there is, and the other maker's own word."""
        heard = self.party.heard()
        # one response only, and the request never fetched after it
        [*_before, last] = self.party.told()
        assert ["response"] == [_step(last)], last.url
        assert 1 == len(self.party.at("response"))
        presented = response.check(self.parameters(last, heard), heard["request"])
        assert heard["verified"], heard
        return {
            name: sd_jwt_kb.check(text, self._query(heard, name), self._expected(heard))
            for name, texts in presented.items()
            for text in texts
        }

    def parameters(self, posted: Exchange, heard: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of the response, opened with the verifier's key where it has one."""
        request = heard["request"]
        if request["response_mode"] == "direct_post":
            return response.check_plain(posted)
        return response.check_encrypted(posted, request["client_metadata"], heard["private"])

    def check_posted_fetch(self) -> None:
        """The request was fetched by POST, with a nonce and nothing else about anybody."""
        [asked] = self.party.at("request")
        # EnsureIncomingUrlQueryIsEmpty, Accept, the form, and no parameters nobody knows
        sent = response.check_posted(asked)
        assert req.MEDIA_TYPE == asked.sent["accept"]
        assert {"wallet_metadata", "wallet_nonce"} >= set(sent)
        req.check_nonce(sent["wallet_nonce"])

    def stopped(self) -> None:
        """The wallet tells its person that it will not answer, and posts nothing."""
        answer = self.holder.present(self.party.link)
        assert [] == self.party.at("response"), "something was posted"
        assert 4 == answer.status // 100, answer.body
        assert answer.json()["error"]

    def _query(self, heard: Mapping[str, Any], name: str) -> dict[str, Any]:
        queries = heard["request"]["dcql_query"]["credentials"]
        [query] = [each for each in queries if each["id"] == name]
        return dict(query)

    def _expected(self, heard: Mapping[str, Any]) -> sd_jwt_kb.Expected:
        service, request = self.holder.service, heard["request"]
        return sd_jwt_kb.Expected(
            request["client_id"],
            request["nonce"],
            service.roots(Role.ISSUER),
            service.roots(Role.STATUS),
            service.fetch,
        )


def _step(asked: Exchange) -> str:
    return urlsplit(asked.url).path.rpartition("/")[2]
