"""What is for one, and fifty who reach for it at once: each race prepared anew for each round.

A race returns what one racer does: the prize when it won, None when it was refused as it should
be. Whatever else happens is an error that nobody catches. The racers start right before the check
that decides, so that nothing above it brings them there one by one; `tests.issuers.test_races` has
a round of each over HTTP.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from issuers.authorization.authorization_codes import CodeRedeemer
from issuers.authorization.client_authentication import ClientPresented
from issuers.authorization.grants import Sender
from issuers.authorization.proofs_of_possession import DpopPresented
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import at_rest
from issuers.offers.offer import GrantType, Order
from issuers.serving.callers import Callers, Presented
from issuers.store import IssuersStore
from standards.oauth.client_attestation import ATTESTATION_HEADER, POP_HEADER
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.private_key_jwt import ASSERTION_TYPE
from standards.openid4vci.token import (
    AuthorizationCodeRequest,
    PreAuthorizedCodeRequest,
    RefreshRequest,
)
from tests.issuers.strange_wallet import CITIZEN, CLIENT, KIND, REDIRECT, StrangeWallet, signer
from tests.issuers.test_deferred import begun, decide
from tests.issuers.test_store import draw, issuance, token_of
from tests.issuers.world import NOW, REGISTRY, World

AUTHORITY = "resident-registry"
NOBODY = Presented(ClientPresented(), DpopPresented((), "POST", f"{REGISTRY}/token"))
NO_KEY = DpopPresented((), "POST", f"{REGISTRY}/par")

# What one racer does, by its number.
Racer = Callable[[int], Awaitable[str | None]]


@dataclass
class Track:
    """A world and the wallets that were there before the race."""

    world: World
    wallets: dict[bool, StrangeWallet] = field(default_factory=dict)
    refresh_token: str = ""

    async def wallet(self, *, is_attested: bool) -> StrangeWallet:
        """Return the registered wallet of either kind, the same in each round."""
        if is_attested not in self.wallets:
            key, name = (None, CLIENT) if is_attested else (signer(), f"{CLIENT}/keys")
            wallet = StrangeWallet(self.world, client_id=name, client_key=key)
            self.wallets[is_attested] = await wallet.register()
        return self.wallets[is_attested]

    @property
    def store(self) -> IssuersStore:
        """The room's database, asked past everything above it."""
        return IssuersStore(self.world.engine)

    @property
    def callers(self) -> Callers:
        """Whoever proves callers in this room."""
        return self.world.issuers.server._callers


def of(*failures: object, won: Callable[[int], Awaitable[str]]) -> Racer:
    """Return a racer that may be refused with these failures and no other."""

    async def run(number: int) -> str | None:
        try:
            return await won(number)
        except IssuerError as error:
            if error.failure not in failures:
                raise
        except OAuthRequestError as error:
            if error.code not in failures:
                raise
        return None

    return run


async def pre_authorized_code(track: Track) -> Racer:
    """Everybody redeems the code of one offer."""
    request = PreAuthorizedCodeRequest(await track.world.code())

    async def won(_: int) -> str:
        return (await track.world.issuers.tokens.token(AUTHORITY, request, NOBODY)).access_token

    return of(IssuerFailure.CODE_INVALID, won=won)


async def authorization_code(track: Track) -> Racer:
    """Everybody redeems one code as its wallet, proven before."""
    wallet = await track.wallet(is_attested=False)
    request = AuthorizationCodeRequest(await wallet.code(), REDIRECT, wallet.verifier)
    sender = Sender(wallet.client_id, dpop_jkt=wallet.key.public.thumbprint())
    redeemer = CodeRedeemer(request, AUTHORITY, sender, track.world.clock.now, os.urandom)

    async def won(_: int) -> str:
        redeemed = await track.store.authorizations.redeem_code(redeemer)
        return redeemed.outcome().access_token

    return of(IssuerFailure.CODE_INVALID, won=won)


async def refresh_proof(track: Track) -> Racer:
    """Everybody refreshes with one proof of the key; the token itself stays good (FAPI 2.0)."""
    wallet = await track.wallet(is_attested=False)
    track.refresh_token = track.refresh_token or (await wallet.tokens())["refresh_token"]
    request, proof = (
        RefreshRequest(track.refresh_token),
        wallet.dpop("/token", await wallet.nonce()),
    )

    async def won(_: int) -> str:
        presented = Presented(_asserted(wallet), _dpop(proof))
        return (await track.world.issuers.tokens.token(AUTHORITY, request, presented)).access_token

    return of(OAuthErrorCode.INVALID_DPOP_PROOF, won=won)


async def c_nonce(track: Track) -> Racer:
    """Everybody asks with one nonce, with tokens of five orders: no order's lock decides it."""
    tokens = [await token_of(track.store) for _ in range(5)]
    nonce = os.urandom(32)

    async def won(number: int) -> str:
        asked = issuance(tokens[number % 5], nonce=nonce, copies=1)
        return str(await track.store.certificates.issue(asked, draw, now=NOW))

    return of(IssuerFailure.NONCE_INVALID, won=won)


async def transaction_id(track: Track) -> Racer:
    """Everybody fetches one certificate that an officer approved."""
    access, transaction = await begun(track.world)
    assert 200 == (await decide(track.world, "approve")).status_code
    asked = issuance(at_rest(access), copies=1)
    fetched = replace(asked, nonces=(), transaction=at_rest(transaction))

    async def won(_: int) -> str:
        now = track.world.clock.now
        return str(await track.store.certificates.issue(fetched, draw, now=now))

    return of(IssuerFailure.TRANSACTION_INVALID, won=won)


async def request_uri(track: Track) -> Racer:
    """Half allow one pushed request, half refuse it; each refusal is somebody else's."""
    wallet, server = await track.wallet(is_attested=False), track.world.issuers.server
    uri = await wallet.pushed()
    asked = await server.named(AUTHORITY, wallet.client_id, uri)
    order = Order(kind=KIND, citizen=CITIZEN, grant=GrantType.AUTHORIZATION_CODE)

    async def won(number: int) -> str:
        if number % 2:
            return await server.allow(asked, uri, CITIZEN, order)
        somebody = f"somebody-{number}"
        return somebody + await server.refuse(asked, uri, somebody)

    return of(IssuerFailure.UNKNOWN_REQUEST, won=won)


async def attestation_pop(track: Track) -> Racer:
    """Everybody shows one proof of an attested instance."""
    wallet = await track.wallet(is_attested=True)
    _, headers = await wallet.proof_of_client()
    attestation, pop = headers[ATTESTATION_HEADER], headers[POP_HEADER]
    client = ClientPresented(wallet.client_id, (attestation,), (pop,))
    return _shown(track, Presented(client, NO_KEY), OAuthErrorCode.INVALID_CLIENT_ATTESTATION)


async def client_assertion(track: Track) -> Racer:
    """Everybody shows one assertion of a registered key."""
    client = _asserted(await track.wallet(is_attested=False))
    return _shown(track, Presented(client, NO_KEY), OAuthErrorCode.INVALID_CLIENT)


async def dpop_proof(track: Track) -> Racer:
    """Everybody calls with one proof of a key, of a wallet that says no name."""
    wallet = await track.wallet(is_attested=False)
    presented = Presented(ClientPresented(), _dpop(wallet.dpop("/token", await wallet.nonce())))

    async def won(number: int) -> str:
        sender = await track.callers.anybody(AUTHORITY, presented)
        return f"{sender.dpop_jkt} {number}"

    return of(OAuthErrorCode.INVALID_DPOP_PROOF, won=won)


RACES: tuple[Callable[[Track], Awaitable[Racer]], ...] = (
    pre_authorized_code,
    authorization_code,
    refresh_proof,
    c_nonce,
    transaction_id,
    request_uri,
    attestation_pop,
    client_assertion,
    dpop_proof,
)


def _shown(track: Track, presented: Presented, refusal: OAuthErrorCode) -> Racer:
    async def won(number: int) -> str:
        client, _ = await track.callers.client(AUTHORITY, presented)
        return f"{client.client_id} {number}"

    return of(refusal, won=won)


def _asserted(wallet: StrangeWallet) -> ClientPresented:
    kind, assertion = ASSERTION_TYPE, wallet.assertion()
    return ClientPresented(wallet.client_id, assertion_type=kind, assertion=assertion)


def _dpop(proof: str) -> DpopPresented:
    return DpopPresented((proof,), "POST", f"{REGISTRY}/token")
