"""The wallet and the authorities in one process, with a wire between them that can break."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

import httpx2
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from issuers.authorization.clients import Client
from issuers.clerks import OPERATOR
from issuers.offers.offer import HandedOffer, Order
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.trust_list import TrustList
from keys.x5c import to_base64
from tests.issuers import world as issuers_world
from tests.issuers.world import BASE, FreshKeys, MovableClock, application_of, room
from tests.wallet import world as wallet_world
from tests.wallet.world import HOLDER, Asked, Authorities
from wallet.kept.holdings import HeldCredential
from wallet.lives import Lives
from wallet.outside.provider import WalletProvider
from wallet.ports import Ports
from wallet.receiving.authorizing import client_id, redirect_uri
from wallet.store import OutboxStore, WalletStore
from wallet.wallet import Wallets
from web.outbound import OutboundError, OutboundFailure, Reply

CITIZEN = "demo"
WALLET = wallet_world.WALLET_URL


@dataclass
class Life:
    """A wallet, the authorities it asks, and what was asked."""

    issuers: issuers_world.World
    wallet: wallet_world.World
    # Paths whose answer gets lost once the authority has done what was asked.
    lost: set[str] = field(default_factory=set)
    # What happens once, by path, when the authority has done what was asked and before its
    # answer is there.
    meanwhile: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    unreachable: bool = False
    _wallets: Wallets | None = None
    _earlier: list[Wallets] = field(default_factory=list)

    @property
    def ports(self) -> Ports:
        return self.wallets.ports

    @property
    def wallets(self) -> Wallets:
        """One wallet service; it forgets status lists when it is asked for anew."""
        if self._wallets is None:
            self._wallets = self.wallet.wallets
            self._earlier.append(self._wallets)
        return self._wallets

    @property
    def lives(self) -> Lives:
        return Lives(self.wallets)

    def forget_lists(self) -> None:
        self._wallets = None

    async def settle(self) -> None:
        """Wait for what the authorities are being told."""
        for each in self._earlier:
            await each.ports.notifier.settle()

    def move(self, **by: float) -> None:
        """Let time go on for everybody."""
        self.issuers.clock.move(**by)
        self.wallet.clock.now = self.issuers.clock.now
        self.wallet.provider = provider_of(self.issuers.keys, self.issuers.clock.now)
        self.forget_lists()

    async def receive(
        self, *, holder: str = HOLDER, kind: str = "resident-register", about: str = ""
    ) -> str:
        """Let the citizen take a certificate; return its id in the wallet."""
        order = Order(kind=kind, citizen=CITIZEN, about=about)
        offered: HandedOffer = await self.issuers.issuers.desk.offer(order, OPERATOR)
        accepted = await self.wallets.accept(holder, offered.credential_offer_uri)
        return accepted.credential_ids[0]

    async def held(self, credential_id: str) -> HeldCredential:
        return await self.wallets.credential(HOLDER, credential_id)

    async def states(self) -> list[str]:
        """The demo citizen's certificates in the issue book, the latest first."""
        kept = await self.issuers.issuers.desk.certificates_of(CITIZEN)
        return [each.state.value for each in kept]


@asynccontextmanager
async def life(issuing: AsyncEngine, holding: AsyncEngine, keys: FreshKeys) -> AsyncIterator[Life]:
    """Wire both rooms together: the wallet's network is the authorities' application."""
    clock = MovableClock()
    issuers = room(issuing, keys, clock)
    await issuers.prepare()
    await issuers.clients.add(Client(client_id(WALLET), (redirect_uri(WALLET),), ()))
    transport = httpx2.ASGITransport(application_of(issuers))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        world = issuers_world.World(issuers, issuing, clock, keys, http)
        wallet = wallet_world.World.around(WalletStore(holding), OutboxStore(holding))
        wallet.authorities = TrustedKeys(keys)
        wallet.provider = provider_of(keys, clock.now)
        wallet.clock.now = clock.now
        alive = Life(world, wallet)
        wallet.network.serve_below(BASE, lambda asked: _answer(alive, asked))
        yield alive
        await alive.settle()


async def _answer(alive: Life, asked: Asked) -> Reply:
    if alive.unreachable:
        raise OutboundError(OutboundFailure.UNREACHABLE, "issuers.example")
    headers = {**asked.headers, "Accept": asked.accept}
    if asked.authorization is not None:
        headers["Authorization"] = asked.authorization
    if asked.method == "POST" and asked.content:
        is_form = not asked.content.startswith(b"{")
        form = "application/x-www-form-urlencoded"
        headers["Content-Type"] = form if is_form else "application/json"
        if asked.content.startswith(b"ey"):
            headers["Content-Type"] = "application/jwt"
    answer = await alive.issuers.http.request(
        asked.method, asked.url, content=asked.content, headers=headers
    )
    is_done = answer.status_code == HTTPStatus.OK
    if is_done and (act := alive.meanwhile.pop(asked.url.rpartition("/")[2], None)) is not None:
        await act()
    if is_done and asked.url.rpartition("/")[2] in alive.lost:
        raise OutboundError(OutboundFailure.TIMED_OUT, "issuers.example")
    media = answer.headers.get("content-type", "").partition(";")[0]
    known = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status_code, media, answer.content, headers=known)


class TrustedKeys(Authorities):
    """The roots of the authorities' test keys, as the wallet trusts them."""

    def __init__(self, keys: FreshKeys) -> None:
        super().__init__()
        self._keys = keys

    @override
    def trust(self) -> TrustList:
        """Return their trust list."""
        return self._keys.trust()


def provider_of(keys: FreshKeys, now: datetime) -> WalletProvider:
    """Return a wallet provider below the root the authorities trust."""
    name, signer = f"{WALLET}/wallet-provider", SoftwareSigner.generate()
    chain = keys.roots[Role.WALLET_PROVIDER].issue(
        signer.public, "Provider", now=now, uris=(name,)
    )
    return WalletProvider(name, client_id(WALLET), signer, tuple(map(to_base64, chain)))
