"""Another maker's wallet at an authority's authorization server: each step by itself."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2

from issuers.authorization.clients import Client
from issuers.offers.offer import GrantType, Order
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.x5c import to_base64
from standards.oauth.client_attestation import (
    ATTESTATION_HEADER,
    POP_HEADER,
    AttestationPop,
    ClientAttestation,
    make_attestation_pop,
    make_client_attestation,
)
from standards.oauth.dpop import DpopClaims, make_dpop_proof
from standards.oauth.pkce import challenge_of
from standards.oauth.private_key_jwt import (
    ASSERTION_TYPE,
    ClientAssertion,
    make_client_assertion,
)
from tests.issuers.world import REGISTRY, World

CLIENT = "https://wallet.example/client"
REDIRECT = "https://wallet.example/back"
PROVIDER = "https://provider.example"
CITIZEN = "demo"
KIND = "resident-register"
Form = dict[str, str | None]
Headers = dict[str, str]


def signer() -> SoftwareSigner:
    """Return a new key."""
    return SoftwareSigner.generate()


@dataclass
class StrangeWallet:
    """A wallet with an attested instance key, a DPoP key and a PKCE verifier."""

    world: World
    client_id: str = CLIENT
    issuer: str = REGISTRY
    instance: SoftwareSigner = field(default_factory=signer)
    key: SoftwareSigner = field(default_factory=signer)
    # Registered with this, it proves itself by assertions instead.
    client_key: SoftwareSigner | None = None
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    async def register(self, *more: str) -> "StrangeWallet":
        """Register the wallet as an operator would."""
        keys = () if self.client_key is None else (self.client_key.public,)
        client = Client(self.client_id, (REDIRECT, *more), keys)
        await self.world.issuers.clients.add(client)
        return self

    @property
    def now(self) -> Any:
        """The moment of everything that is signed."""
        return self.world.clock.now

    # What proves the client

    async def challenge(self) -> str:
        """Return a fresh attestation challenge."""
        answer = await self.world.http.post(f"{self.issuer}/challenge")
        return str(answer.json()["attestation_challenge"])

    def attestation(self, **changes: Any) -> str:
        """Return an attestation by a provider in the trust list."""
        provider = signer()
        chain = self.world.keys.roots[Role.WALLET_PROVIDER].issue(
            provider.public, "provider", now=self.now
        )
        claims: dict[str, Any] = {
            "issuer": PROVIDER,
            "client_id": self.client_id,
            "key": self.instance.public,
            "issued_at": self.now - timedelta(minutes=1),
            "expires_at": self.now + timedelta(hours=1),
            **changes,
        }
        x5c = tuple(map(to_base64, chain))
        return make_client_attestation(ClientAttestation(**claims), provider, x5c)

    def pop(self, challenge: str | None, **changes: Any) -> str:
        """Return the instance's proof for one request."""
        by = changes.pop("by", self.instance)
        claims: dict[str, Any] = {
            "client_id": self.client_id,
            "audience": self.issuer,
            "jti": secrets.token_urlsafe(16),
            "issued_at": self.now,
            "challenge": challenge,
            **changes,
        }
        return make_attestation_pop(AttestationPop(**claims), by)

    async def proof_of_client(self) -> tuple[Form, Headers]:
        """Return the form parameters and headers that prove this client."""
        if self.client_key is None:
            pop = self.pop(await self.challenge())
            return {}, {ATTESTATION_HEADER: self.attestation(), POP_HEADER: pop}
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion()}, {}

    def assertion(self, **changes: Any) -> str:
        """Return an assertion by the registered key."""
        assert self.client_key is not None
        audience = changes.pop("audience", self.issuer)
        claims: dict[str, Any] = {
            "client_id": self.client_id,
            "jti": secrets.token_urlsafe(16),
            "expires_at": self.now + timedelta(minutes=1),
            **changes,
        }
        return make_client_assertion(
            ClientAssertion(**claims), audience=audience, now=self.now, signer=self.client_key
        )

    # What proves the key

    async def nonce(self) -> str:
        """Return a fresh DPoP nonce, as any answer brings one."""
        return str((await self.world.http.post(f"{self.issuer}/nonce")).headers["dpop-nonce"])

    def dpop(self, path: str, nonce: str | None, **changes: Any) -> str:
        """Return a DPoP proof for a POST to ``path`` below the issuer."""
        by = changes.pop("by", self.key)
        claims: dict[str, Any] = {
            "method": "POST",
            "url": f"{self.issuer}{path}",
            "issued_at": self.now,
            "jti": secrets.token_urlsafe(16),
            "nonce": nonce,
            **changes,
        }
        return make_dpop_proof(DpopClaims(**claims), by)

    # The steps

    async def push(self, *, headers: Headers | None = None, **changes: Any) -> httpx2.Response:
        """Push an authorization request; None leaves a parameter out."""
        proof, proving = await self.proof_of_client()
        form: Form = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": REDIRECT,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "state": "state-1",
            "scope": KIND,
            **proof,
            **changes,
        }
        return await self.post("/par", form, {**proving, **(headers or {})})

    async def pushed(self, **changes: Any) -> str:
        """Push a request that is taken, and return what it is called."""
        answer = await self.push(**changes)
        assert 201 == answer.status_code, answer.text
        return str(answer.json()["request_uri"])

    async def allowed(self, uri: str, citizen: str = CITIZEN) -> dict[str, str]:
        """Let a citizen allow the request; return what the browser brings back."""
        return returned(await self.decided(uri, citizen))

    async def decided(self, uri: str, citizen: str = CITIZEN, *, allows: bool = True) -> str:
        """Let a citizen decide, as the page does; return where the browser is led."""
        server, authority = self.world.issuers.server, self.issuer.rpartition("/")[2]
        asked = await server.named(authority, self.client_id, uri)
        if not allows:
            return await server.refuse(asked, uri, citizen)
        is_own = asked.request.offer is None and asked.is_undecided
        kind, grant = asked.kind.name, GrantType.AUTHORIZATION_CODE
        order = Order(kind=kind, citizen=citizen, grant=grant) if is_own else None
        return await server.allow(asked, uri, citizen, order)

    async def code(self, **changes: Any) -> str:
        """Go as far as the code."""
        return (await self.allowed(await self.pushed(**changes)))["code"]

    async def token(
        self,
        code: str,
        *,
        proof: str | None = "",
        headers: Headers | None = None,
        **changes: Any,
    ) -> httpx2.Response:
        """Redeem a code; ``proof`` None sends no DPoP proof, empty a good one."""
        form: Form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": self.verifier,
            "client_id": self.client_id,
            **changes,
        }
        return await self._at_token(form, proof, headers)

    async def refresh(
        self,
        token: str,
        *,
        proof: str | None = "",
        headers: Headers | None = None,
        **changes: Any,
    ) -> httpx2.Response:
        """Bring a refresh token."""
        form: Form = {"grant_type": "refresh_token", "refresh_token": token, **changes}
        return await self._at_token(form, proof, headers)

    async def tokens(self, **changes: Any) -> Any:
        """Go the whole way to tokens."""
        answer = await self.token(await self.code(**changes))
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def ask(
        self, access: str, *, proof: str | None = "", scheme: str = "DPoP", **body: Any
    ) -> httpx2.Response:
        """Ask for one copy of the certificate."""
        c_nonce = await self.world.nonce(self.issuer)
        proved = self.world.prove(c_nonce, issuer=self.issuer)
        asked = {"credential_configuration_id": KIND, "proofs": {"jwt": [proved]}, **body}
        asked = {name: value for name, value in asked.items() if value is not None}
        headers = {"Authorization": f"{scheme} {access}"}
        if proof is not None:
            nonce = await self.nonce()
            headers["DPoP"] = proof or self.dpop("/credential", nonce, access_token=access)
        return await self.world.http.post(f"{self.issuer}/credential", json=asked, headers=headers)

    async def _at_token(
        self, form: Form, proof: str | None, headers: Headers | None
    ) -> httpx2.Response:
        parameters, proving = (
            ({}, headers) if headers is not None else await self.proof_of_client()
        )
        if proof is not None:
            proving = {**proving, "DPoP": proof or self.dpop("/token", await self.nonce())}
        return await self.post("/token", {**parameters, **form}, proving)

    async def post(self, path: str, form: Form, headers: Headers) -> httpx2.Response:
        """Post a form below the issuer."""
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.world.http.post(f"{self.issuer}{path}", data=sent, headers=headers)


def returned(address: str) -> dict[str, str]:
    """Return the parameters a browser brings back, all in the query (FAPI 2.0)."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == REDIRECT
    assert not parts.fragment
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


async def wallet_at(world: World, **differences: Any) -> StrangeWallet:
    """Return a registered wallet."""
    return await StrangeWallet(world, **differences).register()
