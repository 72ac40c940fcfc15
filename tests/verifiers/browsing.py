"""A page of the institution in a browser, and a wallet of another maker behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keys.jws import parse
from keys.strict_json import JsonObject, loads_object
from standards.openid4vp.dc_api import DcApiProtocol, DcApiRequest
from standards.openid4vp.request import OVER_DC_API, AuthorizationRequest, ResponseMode
from standards.openid4vp.response import AuthorizationResponse, travelling_parameters
from standards.openid4vp.vp_token import VpToken
from tests.verifiers.world import BASE, Held, World
from verifiers.asking.enquiry import Wish
from verifiers.presented.responses import HandedBack

SESSION = "the browser that began"


def payload_of(handed: DcApiRequest) -> JsonObject:
    """Return what is asked, whoever signed it."""
    tokens = handed.tokens()
    return loads_object(parse(tokens[0]).payload) if tokens else handed.data


@dataclass
class Page:
    """One question put through the browser; ``answer`` is what the browser would give back."""

    world: World
    transaction_id: str
    handed: DcApiRequest

    @classmethod
    async def asking(
        cls,
        world: World,
        protocol: DcApiProtocol = DcApiProtocol.SIGNED,
        mode: ResponseMode = ResponseMode.DC_API_JWT,
        *,
        session: str | None = SESSION,
        origin: str | None = None,
        profile: str = "adult-check",
    ) -> "Page":
        wish = Wish(mode=mode, protocol=protocol, origin=origin)
        if mode is ResponseMode.DC_API:
            query = world.verifiers.catalogue.profile(profile).query.as_dict()
            asked = await world.verifiers.ask_query(query, wish, session=session)
        else:
            asked = await world.verifiers.ask_profile(profile, wish, session=session)
        handed = await world.verifiers.browser.handed(asked.transaction_id, session=session)
        assert handed == asked.handed
        return cls(world, asked.transaction_id, handed)

    @property
    def request(self) -> AuthorizationRequest:
        """What is asked; an unsigned request and one of several signatures have no one name."""
        claims = {"client_id": "nobody"} | payload_of(self.handed)
        return AuthorizationRequest.parse(claims, expected_modes=OVER_DC_API)

    def presented(self, held: Held | None = None, **signed: Any) -> str:
        """Return one presentation for this page; ``signed`` replaces what is signed."""
        held = held or self.world.issuer.issue()
        said = {"audience": f"origin:{BASE}"} | signed
        return self.world.wallet.bound(held.show("age_over_19"), self.request, held.key, **said)

    def answer(self, *texts: str, query_id: str = "adult") -> JsonObject:
        """Return the data object with these presentations."""
        return self.travelling(self.request, texts, query_id)

    def travelling(
        self, request: AuthorizationRequest, texts: Sequence[str], query_id: str = "adult"
    ) -> JsonObject:
        token = VpToken(((query_id, tuple(texts)),))
        return travelling_parameters(AuthorizationResponse(token, request.state), request)

    async def bring(
        self, data: JsonObject, *, origin: str = BASE, session: str | None = SESSION
    ) -> None:
        """Bring what the browser gave to the verifier."""
        came = HandedBack(data, origin, session)
        await self.world.verifiers.browser.receive(self.transaction_id, came)

    async def state(self) -> JsonObject:
        return (await self.world.verifiers.result(self.transaction_id)).as_dict()
