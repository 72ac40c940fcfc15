"""The wallet's bundles themselves: each sees what is wrong, one thing at a time."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from jwt.exceptions import InvalidTokenError

from tests.conformance.bundles import metadata
from tests.conformance.bundles import server_metadata as server
from tests.conformance.bundles.wallet import (
    attestation,
    authorization,
    credential,
    deferred,
    discovery,
    dpop,
    nonce,
    notification,
    reading,
    token,
)
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key, broken, now
from tests.conformance.wallet_messages import (
    BACK,
    ISSUER,
    KEY,
    WALLET,
    asked_for,
    attested,
    bound,
    code,
    details,
    later,
    plain,
    proof,
    pushed,
    sent_to,
    told,
)
from tests.interop.foreign_authority import ForeignAuthority

Check = Callable[..., object]


def check_pushed(asked: Exchange) -> None:
    authorization.check_pushed(asked, BACK, "i")


def check_front(query: str) -> None:
    address = f"{ISSUER}/authorize?{query}"
    sent = {"client_id": "w"}
    authorization.check_front(address, f"{ISSUER}/authorize", sent, "urn:r")


def check_details(sent: dict[str, str]) -> None:
    authorization.check_details(sent, "card", [ISSUER])


def check_attested(asked: Exchange) -> None:
    roots = [ForeignAuthority.cached().root]
    attestation.check(asked, WALLET.client_id, ISSUER, roots, ["c"])


def check_proof(jwt: str) -> None:
    credential.check_proof(jwt, ISSUER, "n")


def check_encryption(wanted: dict[str, Any]) -> None:
    offered = {"alg_values_supported": ["ECDH-ES"], "enc_values_supported": ["A256GCM"]}
    credential.check_response_encryption({"credential_response_encryption": wanted}, offered)


def check_later(asked: Exchange) -> None:
    deferred.check([asked], f"{ISSUER}/later", "t")


def check_code(asked: Exchange) -> None:
    token.check_code(asked, PUSHED, "c")


PUSHED = {"client_id": "w", "redirect_uri": BACK, "code_challenge": reading.hashed("v")}


def check_found(path: str) -> None:
    asked = replace(sent_to(""), method="GET")
    found = [replace(asked, url=of(ISSUER)) for of in (metadata.address_of, server.address_of)]
    discovery.check([*found, replace(sent_to(""), url=f"https://issuer.example{path}")], ISSUER)


JWK = KEY.jwk | {"alg": "ECDH-ES"}


def bundles() -> dict[str, tuple[Check, Any, dict[str, Any]]]:
    """The check, what is right, and what is wrong in one thing; made when looked at, so fresh."""
    return {
        "WK": (
            check_found,
            "/par",
            {
                "another document": "/.well-known/openid-configuration/a",
                "an appended path": "/a/.well-known/openid-credential-issuer",
            },
        ),
        "AUTHZ": (
            check_pushed,
            pushed(),
            {
                "a request inside": pushed(request_uri="urn:r"),
                "a request object": pushed(request="a.b.c"),
                "no challenge": pushed(code_challenge=None),
                "plain challenge": pushed(code_challenge_method="plain"),
                "a token wanted": pushed(response_type="token"),
                "another address": pushed(redirect_uri="https://a.example"),
                "no issuer state": pushed(issuer_state=None),
                "an odd state": pushed(state="a b"),
                "an endless state": pushed(state="s" * 129),
            },
        ),
        "AUTHZ, the front": (
            check_front,
            "client_id=w&request_uri=urn:r",
            {
                "one thing more": "client_id=w&request_uri=urn:r&state=s",
                "another request": "client_id=w&request_uri=urn:q",
                "no client": "request_uri=urn:r",
            },
        ),
        "AUTHZ, by details": (
            check_details,
            details(locations=[ISSUER]),
            {
                "no location": details(),
                "another location": details(locations=["https://a.example"]),
                "identifiers": details(locations=[ISSUER], credential_identifiers=["a"]),
                "another type": details(locations=[ISSUER], type="a"),
                "another kind": details(locations=[ISSUER], credential_configuration_id="b"),
            },
        ),
        "ATT": (
            check_attested,
            attested(),
            {
                "broken": attested(broken(WALLET.attestation())),
                "of another client": attested(WALLET.attestation(sub="another")),
                "over": attested(WALLET.attestation(exp=now(minutes=-1))),
                "absurdly long": attested(WALLET.attestation(exp=now(days=400))),
                "made tomorrow": attested(WALLET.attestation(iat=now(days=1))),
                "proven by another key": attested(pop=WALLET.pop(ISSUER, "c", Key())),
                "for another server": attested(pop=WALLET.pop("https://a.example", "c")),
                "without the challenge": attested(pop=WALLET.pop(ISSUER, None)),
                "an old challenge": attested(pop=WALLET.pop(ISSUER, "b")),
                "once for all": attested(pop=WALLET.pop(ISSUER, "c", jti=None)),
                "by another maker": attested(pop=WALLET.pop(ISSUER, "c", iss="another")),
            },
        ),
        "TOKEN": (
            check_code,
            code(),
            {
                "another code": code(code="d"),
                "another verifier": code(code_verifier="w"),
                "another client": code(client_id="x"),
                "another address": code(redirect_uri="https://a.example"),
            },
        ),
        "TOKEN, DPoP": (
            partial(dpop.check, access=None, nonces=["n"]),
            bound(None),
            {"with a hash of a token": bound()},
        ),
        "CRED, DPoP": (
            partial(dpop.check, access="t", nonces=["n"]),
            bound(),
            {
                "as bearer": bound(scheme="Bearer"),
                "another method": bound(htm="GET"),
                "another address": bound(htu="https://a.example"),
                "an hour old": bound(iat=now(hours=-1)),
                "another nonce": bound(nonce="m"),
                "another token": bound(ath=reading.hashed("u")),
                "no hash of the token": bound(None),
            },
        ),
        "CRED": (
            credential.check_plain,
            plain(asked_for()),
            {
                "no JSON": plain(asked_for(), "text/plain"),
                "both references": plain(asked_for(credential_identifier="a")),
                "no reference": plain(asked_for(credential_configuration_id=None)),
                "two types of proof": plain(
                    asked_for(proofs={"jwt": ["a"], "attestation": ["b"]})
                ),
                "a proof of a draft": plain(asked_for(proof={})),
                "encryption in the clear": plain(asked_for(credential_response_encryption={})),
                "a token beside it": replace(plain(asked_for()), url=f"{ISSUER}/c?access_token=t"),
            },
        ),
        "CRED, encrypted": (
            check_encryption,
            {"jwk": JWK, "enc": "A256GCM"},
            {
                "no enc": {"jwk": JWK},
                "another enc": {"jwk": JWK, "enc": "A128GCM"},
                "a key without alg": {"jwk": KEY.jwk, "enc": "A256GCM"},
                "another alg": {"jwk": JWK | {"alg": "RSA-OAEP"}, "enc": "A256GCM"},
                "a private key": {"jwk": JWK | {"d": "AAAA"}, "enc": "A256GCM"},
            },
        ),
        "PROOF": (
            check_proof,
            proof(),
            {
                "another type": proof(typ="JWT"),
                "another key": proof(by=Key()),
                "another nonce": proof(nonce="m"),
                "another issuer": proof(aud="https://a.example"),
                "two issuers": proof(aud=[ISSUER]),
                "six minutes old": proof(iat=now(minutes=-6)),
            },
        ),
        "DEFER": (
            check_later,
            later('{"transaction_id":"t"}'),
            {
                "another transaction": later('{"transaction_id":"u"}'),
                "no JSON": later('{"transaction_id":"t"}', "application/jwt"),
                "refused": replace(later('{"transaction_id":"t"}'), status=400),
                "by GET": replace(later('{"transaction_id":"t"}'), method="GET"),
            },
        ),
        "NOTIF": (
            partial(notification.check, notification_id="n"),
            told(),
            {
                "another id": told(notification_id="m"),
                "another event": told(event="credential_lost"),
                "a quotation mark": told(event_description='"'),
                "a member nobody knows": told(at=1),
                "refused": replace(told(), status=400),
            },
        ),
    }


CASES = [(name, what) for name, (_check, _right, bent) in bundles().items() for what in bent]


@pytest.mark.parametrize(("name", "what"), CASES)
def test_a_bundle_sees_what_is_wrong(name: str, what: str) -> None:
    """
    One wrong thing in a message that is right without it.
    """
    check, _right, bent = bundles()[name]

    with pytest.raises((AssertionError, KeyError, ValueError, InvalidTokenError)):
        check(bent[what])


@pytest.mark.parametrize("name", bundles())
def test_a_bundle_has_no_objection_to_what_is_right(name: str) -> None:
    """
    Otherwise the test above would see nothing but a message that was made wrongly.
    """
    check, right, bent = bundles()[name]
    check(right)

    assert bent


def test_nonces_are_asked_for_by_nobody_in_particular() -> None:
    """
    NONCE: by POST, and without a token.
    """
    endpoint = f"{ISSUER}/nonce"
    good = replace(sent_to("/nonce"), body='{"c_nonce":"n"}')
    assert ["n"] == nonce.check([good], endpoint)

    for wrong in (replace(good, method="GET"), replace(good, sent={"authorization": "DPoP t"})):
        with pytest.raises(AssertionError):
            nonce.check([wrong], endpoint)
    with pytest.raises(AssertionError):
        nonce.check([], endpoint)


def test_no_proof_of_possession_comes_twice() -> None:
    """
    ATT and DPoP: a proof seen before proves nothing; one key proves a whole run.
    """
    paths: dict[str, str | None] = {f"{ISSUER}/credential": "t"}
    dpop.check_run([bound(), bound(jti="k")], paths, ["n"])

    with pytest.raises(AssertionError):
        dpop.check_run([bound(), bound()], paths, ["n"])
