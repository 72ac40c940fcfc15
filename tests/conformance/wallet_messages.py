"""Messages of a wallet that are right, each part of which can be put wrong."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.conformance.bundles.wallet import reading
from tests.conformance.code_flow import Wallet
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key, now

ISSUER = "https://issuer.example/a"
BACK = "https://wallet.example/back"
KEY = Key()
WALLET = Wallet("https://wallet.example", BACK)
CHALLENGE = "c" * 43


def sent_to(path: str, content: str = "", status: int = 200, **sent: str) -> Exchange:
    """A POST of a wallet, and an answer that has no objection."""
    headers = {name.replace("_", "-"): value for name, value in sent.items()}
    return Exchange("POST", f"{ISSUER}{path}", headers, content, status, {}, "{}")


def form_to(path: str, **fields: str | None) -> Exchange:
    """The same with a form; what is None is left out."""
    kept = {name: value for name, value in fields.items() if value is not None}
    kind = "application/x-www-form-urlencoded"
    return sent_to(path, urlencode(kept), content_type=kind)


def pushed(**changed: str | None) -> Exchange:
    return form_to(
        "/par",
        **{
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "response_type": "code",
            "redirect_uri": BACK,
            "state": "s",
            "issuer_state": "i",
            "scope": "card",
            **changed,
        },
    )


def details(**changed: Any) -> dict[str, str]:
    entry = {"type": "openid_credential", "credential_configuration_id": "card", **changed}
    return {"authorization_details": json.dumps([entry])}


def proof(by: Key = KEY, typ: str = "openid4vci-proof+jwt", **changed: Any) -> str:
    claims = {"aud": ISSUER, "iat": now(), "nonce": "n", **changed}
    return by.sign(claims, typ=typ, jwk=KEY.jwk)


def bound(access: str | None = "t", scheme: str = "DPoP", **changed: Any) -> Exchange:
    claims = {"jti": "j", "htm": "POST", "htu": f"{ISSUER}/credential", "iat": now(), "nonce": "n"}
    claims |= {"ath": reading.hashed("t")} if access else {}
    signed = KEY.sign({**claims, **changed}, typ="dpop+jwt", jwk=KEY.jwk)
    return sent_to("/credential", dpop=signed, authorization=f"{scheme} t")


def attested(attest: str | None = None, pop: str | None = None) -> Exchange:
    return sent_to(
        "/par",
        oauth_client_attestation=attest or WALLET.attestation(),
        oauth_client_attestation_pop=pop or WALLET.pop(ISSUER, "c"),
    )


def asked_for(**changed: Any) -> str:
    body = {"credential_configuration_id": "card", "proofs": {"jwt": ["a.b.c"]}, **changed}
    return json.dumps({name: each for name, each in body.items() if each is not None})


def plain(content: str, kind: str = "application/json") -> Exchange:
    return sent_to("/credential", content, content_type=kind)


def told(**changed: Any) -> Exchange:
    body = {"notification_id": "n", "event": "credential_accepted", **changed}
    return sent_to("/notification", json.dumps(body), 204)


def later(content: str, kind: str = "application/json") -> Exchange:
    return sent_to("/later", content, content_type=kind)


def code(**changed: str) -> Exchange:
    good = {"grant_type": "authorization_code", "code": "c", "redirect_uri": BACK}
    return form_to("/token", **{**good, "code_verifier": "v", **changed})
