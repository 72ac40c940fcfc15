"""FLOW of the issuer's table: the other maker's wallet takes a certificate from our service."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, assert_never
from urllib.parse import parse_qs, urlsplit

from keys.role import Role
from tests.conformance.bundles import (
    attestation,
    authorization,
    credential,
    deferred,
    mdoc,
    metadata,
    nonce,
    notification,
    offer,
    sd_jwt,
    server_metadata,
    token,
)
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.bundles.sd_jwt import Opened
from tests.conformance.citizen import Citizen
from tests.conformance.code_flow import Wallet
from tests.conformance.exchanges import Exchange, at
from tests.conformance.service import UnderTest
from tests.conformance.signing import random_text
from tests.interop.foreign_authority import ForeignAuthority
from tests.interop.stranger import Stranger, Told

KIND = "tax-payment"


class Begun(StrEnum):
    """How a wallet comes to a token: the grants, what is asked for, and who began."""

    BY_CODE = "pre-authorized code"
    BY_CODE_BOUND = "pre-authorized code, attested and bound"
    BY_SCOPE = "wallet-initiated, by scope"
    BY_DETAILS = "wallet-initiated, by authorization details"
    BY_OFFER = "issuer-initiated"


def attested(wallet: Wallet, foreign: ForeignAuthority) -> dict[str, Any]:
    """A client as the other maker's wallet is told of it: its provider is of another maker too."""
    chain, key = foreign.identity
    return {
        "id": wallet.client_id,
        "redirectUri": wallet.redirect_uri,
        "provider": "https://provider.example",
        "chain": chain,
        "key": key,
    }


@dataclass
class Walk:
    """One run of the other maker's wallet, and all that went over the line in it."""

    service: UnderTest
    peer: Stranger
    schemas: Schemas
    exchanges: list[Exchange] = field(default_factory=list)
    encrypted: bool = False
    session: str = ""
    issuer: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    configuration: str = ""
    taken: dict[str, Any] = field(default_factory=dict)
    opened: list[Opened] = field(default_factory=list)
    cards: list[mdoc.Opened] = field(default_factory=list)
    identifiers: dict[str, list[str]] = field(default_factory=dict)

    def step(self, step: str, **arguments: Any) -> Told:
        """Take one step, which must succeed."""
        said = {name: each for name, each in arguments.items() if each is not None}
        told = self.peer.ask(step, session=self.session, **said)
        self.exchanges += map(Exchange.told, told.exchanges)
        assert told.error is None, (told.error, told.body, told.exchanges[-1:])
        return told

    def get_token(
        self, begun: Begun, citizen: Citizen, client: dict[str, Any], **asked: Any
    ) -> None:
        """Everything up to TOKEN, in one of the ways there are."""
        how: dict[str, Any] = {"encrypted": self.encrypted, "client": client, "dpop": True}
        wanted: dict[str, Any] = {"scope": KIND}
        extra, state = asked.get("extra", {}), asked.get("state", random_text())
        order: dict[str, Any] = asked.get("order", {})
        match begun:
            case Begun.BY_CODE | Begun.BY_CODE_BOUND:
                handed = self.service.order(by="reference", tx_code=True, **order)
                anonymous = {"encrypted": self.encrypted}
                found = self.open(
                    handed["credential_offer_uri"],
                    **(anonymous if begun is Begun.BY_CODE else how),
                )
                offer.check_pre_authorized(found)
                self.redeem(txCode=handed["tx_code"], extra=extra)
                return
            case Begun.BY_SCOPE:
                self.begin(**how)
            case Begun.BY_DETAILS:
                self.begin(**how)
                wanted = {"details": [detail_of(KIND)]}
            case Begun.BY_OFFER:
                handed = self.service.order(grant="authorization_code", **order)
                offer.check_issuer_state(self.open(handed["credential_offer_uri"], **how))
                wanted = {"scope": self.configuration}
            case _:
                assert_never(begun)
        wanted |= {"state": state, "extra": extra}
        url = self.push(client, **wanted)
        for _ in range(asked.get("visits", 1)):
            assert 200 == citizen.visit(f"{url}{asked.get('front', '')}").status
        location = citizen.decide("allow").headers["location"]
        issuer = self.server["issuer"]
        authorization.check_returned(location, client["redirectUri"], issuer, state)
        self.redeem(redirect=location, extra=extra)

    def open(self, link: str, **how: Any) -> dict[str, Any]:
        """META, AS-META and OFFER, as the wallet reads them; returns the offer."""
        told = self.step("open", offer=link, **how)
        handed: dict[str, Any] = told.result["offer"]
        self._opened(told, handed["credential_configuration_ids"][0])
        query = offer.check_link(link)
        for address in query.get("credential_offer_uri", ()):
            offer.check_fetched(at(self.exchanges, address))
        offer.check(handed, self.schemas)
        return handed

    def begin(self, configuration: str = KIND, **how: Any) -> None:
        """META and AS-META, by a wallet that begins of its own accord."""
        issuer = self.service.issuer()
        told = self.step("open", issuer=issuer, configuration=configuration, **how)
        self._opened(told, configuration)

    def _opened(self, told: Told, configuration: str) -> None:
        self.session, self.issuer = told.result["session"], told.result["issuer"]
        self.server, self.configuration = told.result["servers"][0], configuration
        identifier = self.issuer["credential_issuer"]
        metadata.check(
            at(self.exchanges, metadata.address_of(identifier)), identifier, self.schemas
        )
        server_metadata.check(
            at(self.exchanges, server_metadata.address_of(identifier)),
            identifier,
            self.issuer["credential_configurations_supported"],
        )

    def push(self, client: dict[str, Any], **how: Any) -> str:
        """ATT and AUTHZ as far as PAR; returns the address the browser is sent to."""
        told = self.step("push", **how)
        pushed = at(self.exchanges, self.server["pushed_authorization_request_endpoint"])
        authorization.check_pushed(pushed)
        if "chain" in client:
            attestation.check_challenge(at(self.exchanges, self.server["challenge_endpoint"]))
            attestation.check_used(pushed)
        url = str(told.result["url"])
        # only the client and the name of the request go through the browser
        assert {"client_id", "request_uri"} == set(parse_qs(urlsplit(url).query))
        return url

    def redeem(self, **how: Any) -> None:
        """TOKEN."""
        self.step("redeem", **how)
        self._check_token()

    def refresh(self, **how: Any) -> None:
        """TOKEN again, by the refresh token."""
        self.step("refresh", **how)
        self._check_token()

    def _check_token(self) -> None:
        answer = at(self.exchanges, self.server["token_endpoint"])
        token.check(answer)
        if "authorization_details" in answer.json():
            given = token.check_details(answer, self.configuration)
            # VCIEnsureCredentialIdentifiersUnchangedAcrossTokenResponses
            assert given == (self.identifiers or given)
            self.identifiers = given

    def take(self, **how: Any) -> None:
        """NONCE, CRED and SDJWT or MDOC for every copy that comes."""
        self.taken = self.step("take", **how).result
        nonce.check(at(self.exchanges, self.issuer["nonce_endpoint"]))
        self._check_granted(at(self.exchanges, self.issuer["credential_endpoint"]))

    def put_off(self, **how: Any) -> None:
        """DEFER while nobody has decided: at the credential endpoint, and when asked again."""
        told = self.step("take", **how)
        self.taken = told.result
        answer = at(self.exchanges, self.issuer["credential_endpoint"])
        deferred.check_put_off(answer, is_encrypted=self.encrypted)
        self.step("deferred")
        again = at(self.exchanges, self.issuer["deferred_credential_endpoint"])
        deferred.check_asked(again, self.issuer, is_encrypted=self.encrypted)
        # The suite warns of this being encrypted too; section 9.2 wants it whatever it says.
        deferred.check_put_off(again, is_encrypted=self.encrypted)

    def fetch(self) -> None:
        """DEFER, and SDJWT or MDOC, once it is decided."""
        holders = self.taken["holders"]
        self.taken = self.step("deferred").result | {"holders": holders}
        answer = at(self.exchanges, self.issuer["deferred_credential_endpoint"])
        self._check_granted(answer)

    def _check_granted(self, answer: Exchange) -> None:
        if self.encrypted:
            credential.check_encrypted(answer)
        else:
            credential.check(answer)
        expected, credentials = self.expected(), self.taken["credentials"]
        if expected.configuration["format"] == "mso_mdoc":
            self.cards = [mdoc.check(each, expected) for each in credentials]
        else:
            self.opened = [sd_jwt.check(each, expected) for each in credentials]

    def notify(self, **how: Any) -> None:
        """NOTIF."""
        self.step("notify", **how)
        told = at(self.exchanges, self.issuer["notification_endpoint"])
        notification.check(told, self.taken["notification"], self.issuer)

    def expected(self) -> sd_jwt.Expected:
        """What this run's credentials are held against."""
        return sd_jwt.Expected(
            self.issuer["credential_configurations_supported"][self.configuration],
            self.taken["holders"],
            self.service.roots(Role.ISSUER),
            self.service.roots(Role.STATUS),
            self.service.fetch,
        )


def detail_of(configuration: str) -> dict[str, str]:
    """An authorization detail for one configuration (section 5.1.1)."""
    return {"type": "openid_credential", "credential_configuration_id": configuration}
