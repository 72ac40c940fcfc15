"""A browser that stands between a page of another maker and our wallet: a double of the platform.

No browser can be given our wallet, which is a web service, so this plays its part: it knows the
origin of the page, hands the request over, lets the holder answer, and takes the answer back.
"""

import json
from base64 import b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Self
from urllib.parse import quote

from cryptography.hazmat.primitives.serialization import Encoding
from jwt.algorithms import ECAlgorithm

from keys.role import Role
from tests.conformance.bundles.presentation import response, sd_jwt_kb
from tests.conformance.bundles.sd_jwt import Opened
from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange
from tests.conformance.holder import HolderOfOurs
from tests.conformance.signing import Key, broken, now, random_text
from tests.interop.foreign_authority import ForeignAuthority

ORIGIN = "https://shop.example"
UNSIGNED = "openid4vp-v1-unsigned"
SIGNED = "openid4vp-v1-signed"
MULTISIGNED = "openid4vp-v1-multisigned"
TYP = "oauth-authz-req+jwt"


def kept(found: dict[str, Any]) -> dict[str, Any]:
    """Members that are there: None takes one out."""
    return {name: each for name, each in found.items() if each is not None}


@dataclass(frozen=True)
class Page:
    """A page of another maker's verifier, and the request it gives to the browser.

    ``change`` puts other claims into the request, ``spoilt`` are the places of signatures that
    nobody made.
    """

    authority: ForeignAuthority
    query: dict[str, Any]
    protocol: str = SIGNED
    mode: str = "dc_api.jwt"
    change: dict[str, Any] = field(default_factory=dict)
    spoilt: frozenset[int] = frozenset()
    more_keys: tuple[dict[str, Any], ...] = ()
    encryption: Key = field(default_factory=Key)
    nonce: str = field(default_factory=random_text)

    def but(self, **changed: Any) -> Self:
        """The same page, something of its request changed."""
        return replace(self, change=self.change | changed)

    @property
    def private(self) -> dict[str, Any]:
        """The key to open the answer with."""
        return ECAlgorithm.to_jwk(self.encryption.private, as_dict=True)

    @property
    def claims(self) -> dict[str, Any]:
        """The parameters of the request, whoever signs them."""
        said: dict[str, Any] = {
            "response_type": "vp_token",
            "response_mode": self.mode,
            "nonce": self.nonce,
            "dcql_query": self.query,
            "client_metadata": self._metadata(),
        }
        if self.protocol != UNSIGNED:
            said |= {"expected_origins": [ORIGIN], "iat": now(), "exp": now(minutes=5)}
        if self.protocol == SIGNED:
            said["client_id"] = self._names()[0]
        return kept(said | self.change)

    def handed(self) -> dict[str, Any]:
        """What the page gives to the browser."""
        return {"protocol": self.protocol, "data": self._data()}

    def _data(self) -> dict[str, Any]:
        claims = self.claims
        if self.protocol == UNSIGNED:
            return claims
        if self.protocol == SIGNED:
            return {"request": self._signed(claims, 0)}
        tokens = [
            self._signed(claims, place, client_id=name) for place, name in enumerate(self._names())
        ]
        parts = [token.split(".") for token in tokens]
        signatures = [{"protected": each[0], "signature": each[2]} for each in parts]
        return {"request": {"payload": parts[0][1], "signatures": signatures}}

    def _signed(self, claims: dict[str, Any], place: int, **beside: str) -> str:
        leaf = self.authority.leaf.public_bytes(Encoding.DER)
        header = {"typ": TYP, "x5c": [b64encode(leaf).decode()], **beside}
        token = Key(self.authority.leaf_key).sign(claims, **header)
        return broken(token) if place in self.spoilt else token

    def _names(self) -> list[str]:
        leaf = self.authority.leaf.public_bytes(Encoding.DER)
        return [f"x509_hash:{reading.encoded(sha256(leaf).digest())}", "x509_san_dns:localhost"]

    def _metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "vp_formats_supported": {"dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"]}}
        }
        if self.mode == "dc_api.jwt":
            key = self.encryption.jwk | {"kid": "e1", "use": "enc", "alg": "ECDH-ES"}
            found["jwks"] = {"keys": [*self.more_keys, key]}
            found["encrypted_response_enc_values_supported"] = ["A128GCM", "A256GCM"]
        return found


@dataclass(frozen=True)
class Platform:
    """The holder's browser, in front of a page; ``heard`` is all that our wallet told it."""

    holder: HolderOfOurs
    heard: list[str] = field(default_factory=list)

    def hand_over(self, page: Page, origin: str = ORIGIN) -> str:
        """Hand the page's request over, and return what our wallet calls it."""
        answer = self._told(
            self.holder.call("/handed-requests", page.handed() | {"origin": origin})
        )
        assert 200 == answer.status, answer.body
        return str(answer.json()["request_uri"])

    def answer(self, request_uri: str) -> dict[str, Any]:
        """What there is to take back to the page."""
        answer = self._told(self.holder.look(f"/handed-requests/{quote(request_uri, safe='')}"))
        return dict(answer.json())

    def share(self, page: Page) -> dict[str, Opened]:
        """Let the holder answer, and hold the answer against RESP and FMT; what each shows."""
        request_uri = self.hand_over(page)
        assert {"state": "waiting"} == self.answer(request_uri)
        presented = self.holder.call(
            "/present", {"request_uri": request_uri, "unverified": page.protocol == UNSIGNED}
        )
        assert 200 == presented.status, presented.body
        return self.check(page, self.answer(request_uri))

    def check(self, page: Page, answered: dict[str, Any]) -> dict[str, Opened]:
        """RESP and FMT; CheckAudInBindingJwtDcApi."""
        shown = response.check(self.opened(page, answered), page.claims)
        asked = {each["id"]: each for each in page.query["credentials"]}
        roots = self.holder.service.roots(Role.ISSUER)
        expected = sd_jwt_kb.Expected(f"origin:{ORIGIN}", page.nonce, roots)
        return {
            name: sd_jwt_kb.check(text, asked[name], expected) for name, (text,) in shown.items()
        }

    def opened(self, page: Page, answered: dict[str, Any]) -> dict[str, Any]:
        """The parameters of an answer; ExtractVP1FinalBrowserApiResponse, DecryptResponse."""
        assert page.protocol == answered["protocol"]
        data = dict(answered["data"])
        if page.mode != "dc_api.jwt":
            return data
        assert {"response"} == set(data)
        return response.check_jwe(data["response"], page.claims["client_metadata"], page.private)

    def stopped(self, page: Page, origin: str = ORIGIN) -> str:
        """The wallet answers an error by itself, shows nothing; the error's code."""
        request_uri = self.hand_over(page, origin)
        answered = self.answer(request_uri)
        assert "answered" == answered["state"], "the holder would have been asked"
        assert {"error"} == set(answered["data"]), answered
        assert 4 == self.holder.call("/present", {"request_uri": request_uri}).status // 100
        return str(answered["data"]["error"])

    def saw(self, *secrets: str) -> bool:
        """Whether any of these texts was in what our wallet told the platform."""
        return any(secret in text for secret in secrets for text in self.heard)

    def _told(self, answer: Exchange) -> Exchange:
        self.heard.append(json.dumps(answer.json(), ensure_ascii=False))
        return answer
