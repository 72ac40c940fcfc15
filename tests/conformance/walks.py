"""FLOW of the issuer's table: the other maker's wallet takes a certificate from our service."""

from dataclasses import dataclass, field
from typing import Any

from keys.role import Role
from tests.conformance.bundles import (
    credential,
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
from tests.conformance.exchanges import Exchange, at
from tests.conformance.service import UnderTest
from tests.interop.stranger import Stranger, Told


@dataclass
class Walk:
    """One run of the other maker's wallet, and all that went over the line in it."""

    service: UnderTest
    peer: Stranger
    schemas: Schemas
    exchanges: list[Exchange] = field(default_factory=list)
    session: str = ""
    issuer: dict[str, Any] = field(default_factory=dict)
    server: dict[str, Any] = field(default_factory=dict)
    configuration: str = ""
    taken: dict[str, Any] = field(default_factory=dict)
    opened: list[Opened] = field(default_factory=list)

    def step(self, step: str, **arguments: Any) -> Told:
        """Take one step, which must succeed."""
        told = self.peer.ask(step, session=self.session, **arguments)
        self.exchanges += map(Exchange.told, told.exchanges)
        assert told.error is None, (told.error, told.body, told.exchanges[-1:])
        return told

    def open(self, link: str, **how: Any) -> None:
        """META, AS-META and OFFER, as the wallet reads them."""
        told = self.step("open", offer=link, **how)
        self.session, self.issuer = told.result["session"], told.result["issuer"]
        self.server = told.result["servers"][0]
        handed = told.result["offer"]
        self.configuration = handed["credential_configuration_ids"][0]
        query = offer.check_link(link)
        for address in query.get("credential_offer_uri", ()):
            offer.check_fetched(at(self.exchanges, address))
        offer.check(handed, self.schemas)
        identifier = handed["credential_issuer"]
        metadata.check(
            at(self.exchanges, metadata.address_of(identifier)), identifier, self.schemas
        )
        server_metadata.check(
            at(self.exchanges, server_metadata.address_of(identifier)),
            identifier,
            self.issuer["credential_configurations_supported"],
        )

    def redeem(self, **how: Any) -> None:
        """TOKEN."""
        self.step("redeem", **how)
        token.check(at(self.exchanges, self.server["token_endpoint"]))

    def take(self, **how: Any) -> None:
        """NONCE, CRED and SDJWT for every copy that comes."""
        self.taken = self.step("take", **how).result
        nonce.check(at(self.exchanges, self.issuer["nonce_endpoint"]))
        credential.check(at(self.exchanges, self.issuer["credential_endpoint"]))
        self.opened = [sd_jwt.check(each, self.expected()) for each in self.taken["credentials"]]

    def notify(self, **how: Any) -> None:
        """NOTIF."""
        asked = at(self.exchanges, self.issuer["credential_endpoint"])
        self.step("notify", **how)
        told = at(self.exchanges, self.issuer["notification_endpoint"])
        notification.check(told, asked.json(), self.issuer)

    def expected(self) -> sd_jwt.Expected:
        """What this run's credentials are held against."""
        return sd_jwt.Expected(
            self.issuer["credential_configurations_supported"][self.configuration],
            self.taken["holders"],
            self.service.roots(Role.ISSUER),
            self.service.roots(Role.STATUS),
            self.service.fetch,
        )
