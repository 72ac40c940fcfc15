"""A request and its answer that are right, each part of which can be put wrong."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwe
from joserfc.jwk import ECKey

from tests.conformance.bundles.wallet import reading
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key, now
from tests.interop.foreign_authority import ForeignAuthority

VERIFIER = "https://localhost"
VCT = "https://issuer.example/types/card"
TYP = "oauth-authz-req+jwt"
NONCE = "w0Fq3nT8bV1yR6uJ9sKx2LmZ5cPd7GhE4aBiNoQtUvY"
HOLDER = Key()
ENCRYPTION = Key()
AUTHORITY = ForeignAuthority.cached()
LEAF = AUTHORITY.leaf.public_bytes(Encoding.DER)
CLIENT = f"x509_hash:{reading.encoded(sha256(LEAF).digest())}"
CREDENTIAL: dict[str, Any] = {
    "id": "card",
    "format": "dc+sd-jwt",
    "meta": {"vct_values": [VCT]},
    "claims": [{"path": ["name"]}],
}
QUERY: dict[str, Any] = {"credentials": [CREDENTIAL]}
JWK = ENCRYPTION.jwk | {"kid": "e1", "use": "enc", "alg": "ECDH-ES"}
METADATA: dict[str, Any] = {
    "vp_formats_supported": {
        "dc+sd-jwt": {"sd-jwt_alg_values": ["ES256"], "kb-jwt_alg_values": ["ES256"]}
    },
    "jwks": {"keys": [JWK]},
    "encrypted_response_enc_values_supported": ["A128GCM", "A256GCM"],
}


def kept(found: dict[str, Any]) -> dict[str, Any]:
    """Members that are there: None takes one out."""
    return {name: each for name, each in found.items() if each is not None}


def metadata(**changed: Any) -> dict[str, Any]:
    return kept(METADATA | changed)


def encryption(**changed: Any) -> dict[str, Any]:
    """Metadata whose one key has something else in it."""
    return metadata(jwks={"keys": [kept(JWK | changed)]})


def link(**changed: str | None) -> str:
    good = {"client_id": CLIENT, "request_uri": f"{VERIFIER}/r", "request_uri_method": "post"}
    return f"openid4vp://?{urlencode(kept(good | changed))}"


def claims(**changed: Any) -> dict[str, Any]:
    good = {
        "client_id": CLIENT,
        "response_type": "vp_token",
        "response_mode": "direct_post.jwt",
        "response_uri": f"{VERIFIER}/response",
        "nonce": NONCE,
        "state": "s",
        "aud": "https://self-issued.me/v2",
        "iat": now(),
        "exp": now(minutes=5),
        "dcql_query": QUERY,
        "client_metadata": METADATA,
        "verifier_info": [{"format": "registration", "data": "a.b.c"}],
    }
    return kept(good | changed)


def signed(said: dict[str, Any], by: Key | None = None, **header: Any) -> str:
    """Signed by a verifier of the foreign authority."""
    key = by or Key(AUTHORITY.leaf_key)
    return key.sign(said, **{"x5c": [b64encode(LEAF).decode()], **header})


def requested(changed: dict[str, Any] | None = None, typ: str = TYP, **more: Any) -> str:
    return signed(claims(**(changed or {}), **more), typ=typ)


def disclosure(name: str, value: Any) -> str:
    return reading.encoded(json.dumps(["salt-of-" + name, name, value]).encode())


NAME, AGE = disclosure("name", "Kim"), disclosure("age", 40)


def issued(typ: str = "dc+sd-jwt", **changed: Any) -> str:
    """A card of another maker with two hidden claims."""
    good = {
        "iss": "https://issuer.example",
        "vct": VCT,
        "iat": now(),
        "exp": now(hours=1),
        "cnf": {"jwk": HOLDER.jwk},
        "_sd": [reading.hashed(NAME), reading.hashed(AGE)],
    }
    return signed(kept(good | changed), typ=typ)


def bound(*texts: str, by: Key = HOLDER, typ: str = "kb+jwt", **changed: Any) -> str:
    """A presentation of a card and disclosures, bound by its holder."""
    shown = "".join(f"{text}~" for text in texts or (issued(), NAME))
    said = {"iat": now(), "aud": CLIENT, "nonce": NONCE, "sd_hash": reading.hashed(shown)}
    return shown + by.sign(kept(said | changed), typ=typ)


def posted(content: str, **changed: Any) -> Exchange:
    """A response on its way, and an answer that accepts it."""
    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = {"content-type": "application/json"}
    address = f"{VERIFIER}/response"
    good = Exchange(
        "POST", address, kind, content, 200, answer, f'{{"redirect_uri":"{VERIFIER}/back"}}'
    )
    return replace(good, **changed)


def envelope(**changed: Any) -> dict[str, Any]:
    return kept({"vp_token": {"card": ["a~b"]}, "state": "s"} | changed)


def sealed(said: dict[str, Any], **header: Any) -> str:
    """A response encrypted to the verifier's key."""
    return encrypted(said, ENCRYPTION.jwk, **({"kid": "e1"} | header))


def sealed_to(said: dict[str, Any], request: dict[str, Any]) -> dict[str, str]:
    """The form a wallet posts, in the mode that a request wants."""
    if request["response_mode"] == "direct_post":
        return {
            name: each if isinstance(each, str) else json.dumps(each)
            for name, each in said.items()
        }
    [jwk] = request["client_metadata"]["jwks"]["keys"]
    return {"response": encrypted(said, jwk, kid=jwk["kid"])}


def encrypted(said: dict[str, Any], jwk: dict[str, Any], **header: Any) -> str:
    """A JWE; what is None in its header is left out."""
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A128GCM", "A256GCM"])
    named = kept({"alg": "ECDH-ES", "enc": "A256GCM"} | header)
    key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    return jwe.encrypt_compact(named, json.dumps(said).encode(), key, registry=registry)


def private() -> dict[str, Any]:
    """The private half of the verifier's key."""
    number = ENCRYPTION.private.private_numbers().private_value
    return JWK | {"d": reading.encoded(number.to_bytes(32, "big"))}


def visited(address: str = f"{VERIFIER}/back?code=1", **changed: Any) -> Exchange:
    """A browser that comes back."""
    good = Exchange("GET", address, {"accept": "text/html"}, "", 200, {}, "")
    return replace(good, **changed)
