"""The authorization code flow by hand, each step bendable: what the FAPI 2.0 modules are made of.

The wallet is attested by a provider of another maker; tokens are bound to a P-256 key by DPoP.
"""

import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from tests.conformance.bundles.wallet.reading import encoded, hashed
from tests.conformance.citizen import Citizen
from tests.conformance.exchanges import Exchange
from tests.conformance.service import UnderTest
from tests.conformance.signing import Key, now, random_text
from tests.interop.foreign_authority import ForeignAuthority

ATTESTATION, POP = "OAuth-Client-Attestation", "OAuth-Client-Attestation-PoP"
Fields = dict[str, Any]
# None takes one out that goes with every request.
Headers = Mapping[str, str | None]


def kept(fields: Mapping[str, Any]) -> Fields:
    """What is None is left out."""
    return {name: value for name, value in fields.items() if value is not None}


@dataclass
class Wallet:
    """One client: who it is, the key its provider vouches for, where its answers go."""

    client_id: str
    redirect_uri: str
    instance: Key = field(default_factory=Key)

    def attestation(self, **changed: Any) -> str:
        """A client attestation; claims can be put in others' place, or left out with None."""
        claims = {
            "iss": "https://provider.example",
            "sub": self.client_id,
            "iat": now(),
            "exp": now(hours=1),
            "cnf": {"jwk": self.instance.jwk},
            **changed,
        }
        return self._provided(claims, "oauth-client-attestation+jwt")

    def key_attestation(self, keys: list[Key], nonce: str) -> str:
        """What the provider says of holders' keys (OpenID4VCI appendix D.1)."""
        claims = {"iat": now(), "exp": now(minutes=5), "nonce": nonce}
        claims |= {"attested_keys": [key.jwk for key in keys]}
        return self._provided(claims, "key-attestation+jwt")

    def _provided(self, claims: Fields, typ: str) -> str:
        """A token of the provider, whose chain is beside it."""
        authority = ForeignAuthority.cached()
        chain = [b64encode(authority.leaf.public_bytes(Encoding.DER)).decode()]
        return Key(authority.leaf_key).sign(kept(claims), typ=typ, x5c=chain)

    def pop(
        self, audience: str, challenge: str | None, by: Key | None = None, **changed: Any
    ) -> str:
        """A proof of possession for one request."""
        claims = {
            "iss": self.client_id,
            "aud": audience,
            "jti": random_text(),
            "iat": now(),
            "challenge": challenge,
            **changed,
        }
        return (by or self.instance).sign(kept(claims), typ="oauth-client-attestation-pop+jwt")


@dataclass
class CodeFlow:
    """One run of one wallet at one authority."""

    service: UnderTest
    citizen: Citizen
    wallet: Wallet
    kind: str = "tax-payment"
    key: Key = field(default_factory=Key)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str | None = field(default_factory=random_text)
    dpop_nonce: str | None = None
    last: Exchange | None = None

    @property
    def issuer(self) -> str:
        return self.service.issuer()

    # what goes with a request

    def challenge(self) -> str:
        """A fresh challenge of the server."""
        answer = self.service.http.post(f"{self.issuer}/challenge")
        return str(answer.json()["attestation_challenge"])

    def pop(self, by: Key | None = None, **changed: Any) -> str:
        """A proof of possession with a fresh challenge, bent."""
        return self.wallet.pop(self.issuer, self.challenge(), by, **changed)

    def client(self) -> dict[str, str]:
        """The two headers that prove the client."""
        return {ATTESTATION: self.wallet.attestation(), POP: self.pop()}

    def nonce(self) -> str:
        """A fresh nonce for a proof, as any answer brings one."""
        return str(self.service.http.post(f"{self.issuer}/nonce").headers["dpop-nonce"])

    def dpop(
        self,
        path: str,
        access: str | None = None,
        *,
        by: Key | None = None,
        header: Fields | None = None,
        **changed: Any,
    ) -> str:
        """A DPoP proof for a POST below the issuer."""
        key = by or self.key
        claims = {
            "jti": random_text(),
            "htm": "POST",
            "htu": f"{self.issuer}{path}",
            "iat": now(),
            "nonce": self.nonce(),
            "ath": None if access is None else hashed(access),
            **changed,
        }
        return key.sign(kept(claims), **{"typ": "dpop+jwt", "jwk": key.jwk, **(header or {})})

    # the steps

    def pushing(self, **changed: Any) -> Fields:
        """The parameters of a good pushed request, bent."""
        wanted = {
            "response_type": "code",
            "client_id": self.wallet.client_id,
            "redirect_uri": self.wallet.redirect_uri,
            "scope": self.kind,
            "state": self.state,
            "code_challenge": hashed(self.verifier),
            "code_challenge_method": "S256",
            **changed,
        }
        return kept(wanted)

    def push(self, headers: Headers | None = None, **changed: Any) -> Exchange:
        """Push the request."""
        sent = {**self.client(), **(headers or {})}
        return self._post("/par", data=self.pushing(**changed), headers=sent)

    def pushed(self, headers: Headers | None = None, **changed: Any) -> str:
        """Push a request that is taken; its name."""
        answer = self.push(headers, **changed)
        assert 201 == answer.status, answer.body
        return str(answer.json()["request_uri"])

    def front(self, request_uri: str | None, **more: Any) -> str:
        """Where the person is sent."""
        named = {"client_id": self.wallet.client_id, "request_uri": request_uri, **more}
        return f"{self.issuer}/authorize?{urlencode(kept(named))}"

    def visit(self, address: str) -> Exchange:
        """Let the person open it."""
        self.last = self.citizen.visit(address)
        return self.last

    def decided(self, request_uri: str, decision: str = "allow", **more: Any) -> str:
        """Let the person decide; where the browser is sent back to."""
        asked = self.visit(self.front(request_uri, **more))
        assert 200 == asked.status, asked.body
        answer = self.citizen.decide(decision)
        assert 303 == answer.status, answer.body
        return answer.headers["location"]

    def code(self, headers: Headers | None = None, **changed: Any) -> str:
        """Go as far as the code."""
        return returned(self.decided(self.pushed(headers, **changed)))["code"]

    def token(self, code: str, headers: Headers | None = None, **changed: Any) -> Exchange:
        """Trade a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.wallet.redirect_uri,
            "code_verifier": self.verifier,
            "client_id": self.wallet.client_id,
            **changed,
        }
        return self.ask_token(form, headers)

    def refresh(
        self, refresh_token: str, headers: Headers | None = None, **changed: Any
    ) -> Exchange:
        """Use a refresh token."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self.wallet.client_id,
            **changed,
        }
        return self.ask_token(form, headers)

    def ask_token(self, form: Fields, headers: Headers | None) -> Exchange:
        sent = {**self.client(), "DPoP": self.dpop("/token"), **(headers or {})}
        return self._post("/token", data=kept(form), headers=kept(sent))

    def tokens(self, **changed: Any) -> dict[str, Any]:
        """Go as far as a token."""
        answer = self.token(self.code(**changed))
        assert 200 == answer.status, answer.body
        return answer.json()

    def c_nonce(self) -> str:
        """A fresh nonce for a proof of the holder's key."""
        return str(self.service.http.post(f"{self.issuer}/nonce").json()["c_nonce"])

    def proof(self, holder: Key, nonce: str, **header: Any) -> str:
        """A proof of the holder's key."""
        claims = {"aud": self.issuer, "iat": now(), "nonce": nonce}
        return holder.sign(claims, typ="openid4vci-proof+jwt", jwk=holder.jwk, **header)

    def credential(
        self,
        access: str,
        headers: Headers | list[tuple[str, str]] | None = None,
        **changed: Any,
    ) -> Exchange:
        """Ask the credential endpoint with a good proof of a new holder's key."""
        proof = self.proof(Key(), self.c_nonce())
        body = {"credential_configuration_id": self.kind, "proofs": {"jwt": [proof]}} | changed
        if isinstance(headers, list):
            return self._post("/credential", json=body, headers=headers)
        good = self.bound(access)
        return self._post("/credential", json=body, headers=kept({**good, **(headers or {})}))

    def bound(self, access: str) -> dict[str, str]:
        """The two headers of a bound token."""
        return {"Authorization": f"DPoP {access}", "DPoP": self.dpop("/credential", access)}

    def send(self, method: str, path: str, **what: Any) -> Exchange:
        """Ask below the issuer in any way there is."""
        self.last = Exchange.of(self.service.http.request(method, f"{self.issuer}{path}", **what))
        return self.last

    def _post(self, path: str, **what: Any) -> Exchange:
        return self.send("POST", path, **what)


def returned(location: str) -> dict[str, str]:
    """What a redirect brings, each parameter once and nothing in the fragment."""
    assert not urlsplit(location).fragment
    pairs = parse_qsl(urlsplit(location).query, strict_parsing=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


def thumbprint(key: Key) -> str:
    """RFC 7638 of a key."""
    jwk = key.jwk
    text = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return encoded(sha256(text.encode()).digest())
