"""The bundles of a verifier's messages, with one message that is right and what bends it."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from tests.conformance.bundles.presentation import encryption, posted, query, request
from tests.conformance.bundles.schemas import Schemas
from tests.conformance.exchanges import Exchange
from tests.conformance.presentation_messages import (
    AUTHORITY,
    CLIENT,
    CREDENTIAL,
    LEAF,
    METADATA,
    NONCE,
    QUERY,
    TYP,
    VERIFIER,
    claims,
    kept,
    link,
    metadata,
    requested,
    signed,
)
from tests.conformance.presentation_messages import encryption as offering
from tests.conformance.presentation_messages import posted as sent
from tests.conformance.signing import Key, broken, now

Check = Callable[..., object]
X5C = b64encode(LEAF).decode()
FRONT = {"client_id": CLIENT}
CHOICE = CREDENTIAL | {
    "claims": [{"id": "n", "path": ["name"]}, {"id": "a", "path": ["age"]}],
    "claim_sets": [["n"], ["a"]],
}
TWICE = {"credentials": [CREDENTIAL, CREDENTIAL]}


def checks(schemas: Schemas) -> dict[str, Check]:
    """Every bundle as a function of one message."""
    asked = request.Expected("direct_post.jwt", "x509_hash", [AUTHORITY.root], schemas)
    return {
        "REQ, the link": request.check_link,
        "REQ, fetched": request.check_fetched,
        "REQ": lambda token: request.check_object(token, FRONT, asked),
        "REQ, by certificate": lambda said: request.check_client(X5C, said, "x509_hash"),
        "REQ, by name": lambda said: request.check_client(X5C, said, "x509_san_dns"),
        "ENC": encryption.check,
        "ENC, fresh": encryption.check_fresh,
        "DCQL": lambda found: query.check(found, schemas),
        "RESP": lambda answer: posted.check(answer, haip=True),
        "NEG": posted.check_refused,
    }


def asked(**changed: Any) -> dict[str, Any]:
    """A query whose one credential has something else in it."""
    return {"credentials": [kept(CREDENTIAL | changed)]}


def answered(body: str, status: int = 200, kind: str = "application/json") -> Exchange:
    return sent("", body=body, status=status, headers={"content-type": kind})


def bundles() -> dict[str, tuple[Any, dict[str, Any]]]:
    """What is right, and what is wrong in one thing."""
    return {**of_requests(), **of_queries(), **of_answers()}


def of_requests() -> dict[str, tuple[Any, dict[str, Any]]]:
    token, object_type = requested(), request.MEDIA_TYPE
    return {
        "REQ, the link": (
            link(),
            {
                "no TLS": link(request_uri="http://localhost/r"),
                "a fragment": link(request_uri=f"{VERIFIER}/r#f"),
                "by PUT": link(request_uri_method="put"),
                "one parameter more": link(client_id_scheme="x509_hash"),
                "no request": link(request_uri=None),
            },
        ),
        "REQ, fetched": (
            answered(token, kind=object_type),
            {
                "over": answered(token, 410, object_type),
                "as JSON": answered(token),
                "no token": answered("{}", kind=object_type),
            },
        ),
        "REQ, by certificate": (
            claims(),
            {
                "another certificate": claims(client_id="x509_hash:" + "A" * 43),
                "another prefix": claims(client_id="x509_san_dns:localhost"),
            },
        ),
        "REQ, by name": (
            claims(client_id="x509_san_dns:localhost"),
            {
                "another name": claims(client_id="x509_san_dns:a.example"),
                "answered elsewhere": claims(
                    client_id="x509_san_dns:localhost", response_uri="https://a.example/response"
                ),
                "another prefix": claims(),
            },
        ),
        "REQ": (
            token,
            {
                "broken": broken(token),
                "by another key": signed(claims(), by=Key(), typ=TYP),
                "another type": requested(typ="JWT"),
                "another client": requested(client_id=CLIENT + "x"),
                "without a prefix": requested(client_id="localhost"),
                "over": requested(exp=now(minutes=-1)),
                "far too long": requested(exp=now(days=9)),
                "made tomorrow": requested(iat=now(days=1)),
                "no time": requested(iat=None),
                "a time in words": requested(exp="soon"),
                "a number that is null": signed({**claims(), "nbf": None}, typ=TYP),
                "another issuer": requested(iss="https://a.example"),
                "for somebody": requested(aud="https://wallet.example"),
                "for nobody": requested(aud=None),
                "an ID Token wanted": requested(response_type="vp_token id_token"),
                "another mode": requested(response_mode="direct_post"),
                "no mode": requested(response_mode=None),
                "no nonce": requested(nonce=None),
                "a short nonce": requested(nonce="w0Fq3nT8bV1yR6u"),
                "a long nonce": requested(nonce=NONCE + "x"),
                "a nonce of other letters": requested(nonce=NONCE[:40] + "+/="),
                "a guessable nonce": requested(nonce="a" * 43),
                "no TLS": requested(response_uri="http://localhost/response"),
                "a fragment": requested(response_uri=f"{VERIFIER}/response#f"),
                "nowhere to answer": requested(response_uri=None),
                "a nonce of no wallet": requested(wallet_nonce="n"),
                "a verifier info of another form": requested(verifier_info=[{"format": "a"}]),
                "no verifier info in it": requested(verifier_info=[]),
                "no metadata": requested(client_metadata=None),
                "metadata nobody knows": requested(client_metadata=metadata(client_name="A")),
                "no formats": requested(client_metadata=metadata(vp_formats_supported={})),
                "a format of a draft": requested(
                    client_metadata=metadata(vp_formats_supported={"vc+sd-jwt": {}})
                ),
                "algorithms nobody knows": requested(
                    client_metadata=metadata(
                        vp_formats_supported={"dc+sd-jwt": {"sd-jwt_alg_values": ["ES265"]}}
                    )
                ),
                **{
                    f"with {name}": requested({name: value})
                    for name, value in {
                        "request": "a.b.c",
                        "request_uri": f"{VERIFIER}/r",
                        "request_uri_method": "post",
                        "sub": CLIENT,
                        "scope": "card",
                        "client_id_scheme": "x509_hash",
                        "redirect_uri": f"{VERIFIER}/back",
                        "presentation_definition": {},
                        "presentation_definition_uri": f"{VERIFIER}/p",
                        "transaction_data": ["e30"],
                        "code_challenge": "c",
                    }.items()
                },
            },
        ),
    }


def of_queries() -> dict[str, tuple[Any, dict[str, Any]]]:
    key = encryption.check(METADATA)
    return {
        "ENC": (
            METADATA,
            {
                "no keys": metadata(jwks={"keys": []}),
                "no name": offering(kid=None),
                "one name twice": metadata(jwks={"keys": [key, key]}),
                "no algorithm": offering(alg=None),
                "another algorithm": offering(alg="ECDH-ES+A256KW"),
                "to sign with": offering(use="sig"),
                "a private key": offering(d="AAAA"),
                "a symmetric key": offering(kty="oct", k="AAAA"),
                "padded": offering(x=f"{key['x']}="),
                "no point of the curve": offering(y=key["x"]),
                "no second coordinate": offering(y=None),
                "one cipher": metadata(encrypted_response_enc_values_supported=["A256GCM"]),
                "no cipher": metadata(encrypted_response_enc_values_supported=None),
            },
        ),
        "ENC, fresh": (
            [key, offering(**Key().jwk)["jwks"]["keys"][0]],
            {"a key used again": [key, {**key, "kid": "e2"}]},
        ),
        "DCQL": (
            QUERY,
            {
                "nothing asked": {"credentials": []},
                "one id twice": TWICE,
                "no id": asked(id=None),
                "no format": asked(format=None),
                "no type": asked(meta={}),
                "another format": asked(format="mso_mdoc", meta={"doctype_value": "a"}),
                "an mdoc by another's type": asked(
                    format="mso_mdoc", claims=[{"path": ["a", "b"]}]
                ),
                "what is kept, of another format": asked(
                    claims=[{"path": ["name"], "intent_to_retain": False}]
                ),
                "a member nobody knows": asked(purpose="a"),
                "one path twice": asked(claims=[{"path": ["a"]}, {"path": ["a"]}]),
                "one claim id twice": asked(
                    claims=[{"id": "n", "path": ["a"]}, {"id": "n", "path": ["b"]}]
                ),
                "a claim that is always open": asked(claims=[{"path": ["vct"]}]),
                "sets without ids": asked(claim_sets=[["n"]]),
                "a set of unknown claims": {
                    "credentials": [CHOICE | {"claim_sets": [["n", "a", "x"]]}]
                },
                "a claim in no set": {"credentials": [CHOICE | {"claim_sets": [["n"]]}]},
                "a set of unknown credentials": {
                    **QUERY,
                    "credential_sets": [{"options": [["x"]]}],
                },
                "a set without options": {**QUERY, "credential_sets": [{"required": True}]},
                "an authority without values": asked(trusted_authorities=[{"type": "aki"}]),
            },
        ),
    }


def of_answers() -> dict[str, tuple[Any, dict[str, Any]]]:
    refused = answered('{"error":"invalid_request"}', 400)
    return {
        "RESP": (
            sent(""),
            {
                "created": sent("", status=201),
                "no JSON": sent("", headers={"content-type": "text/html"}),
                "no way back": answered("{}"),
                "a way back that is null": answered('{"redirect_uri":null}'),
                "a way back without TLS": answered('{"redirect_uri":"http://a.example"}'),
                "a member nobody knows": answered(f'{{"redirect_uri":"{VERIFIER}/b","a":1}}'),
            },
        ),
        "NEG": (
            refused,
            {
                "accepted": answered("{}"),
                "sent elsewhere": answered('{"error":"a"}', 302),
                "broken down": answered('{"error":"a"}', 500),
                "no reason": answered("{}", 400),
                "a way back": answered(f'{{"error":"a","redirect_uri":"{VERIFIER}/b"}}', 400),
            },
        ),
    }
