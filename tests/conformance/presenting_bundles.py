"""The bundles of a wallet's answer, with one message that is right and what bends it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.conformance.bundles.presentation import leading_on, mdoc, response, sd_jwt_kb
from tests.conformance.mobile_presenter import QUERY as CARD
from tests.conformance.mobile_presenter import MobilePresenter
from tests.conformance.presentation_messages import (
    AGE,
    AUTHORITY,
    CLIENT,
    CREDENTIAL,
    METADATA,
    NAME,
    NONCE,
    VCT,
    VERIFIER,
    bound,
    claims,
    disclosure,
    envelope,
    issued,
    private,
    sealed,
    visited,
)
from tests.conformance.presentation_messages import posted as sent
from tests.conformance.signing import Key, broken, now

Check = Callable[..., object]
MOBILE = mdoc.Expected(CLIENT, NONCE, f"{VERIFIER}/response", None, [AUTHORITY.root])
BACK = f"{VERIFIER}/back?code=1#f"
CHOICE = CREDENTIAL | {
    "claims": [{"id": "n", "path": ["name"]}, {"id": "a", "path": ["age"]}],
    "claim_sets": [["n"], ["a"]],
}


def checks() -> dict[str, Check]:
    """Every bundle as a function of one message."""
    presented = sd_jwt_kb.Expected(CLIENT, NONCE, [AUTHORITY.root])
    return {
        "RESP, posted": response.check_posted,
        "RESP, encrypted": lambda token: response.check_jwe(token, METADATA, private()),
        "RESP": lambda found: response.check(found, claims()),
        "RESP, an error": lambda found: response.check_error(found, claims()),
        "FMT-MDOC": lambda text: mdoc.check(text, CARD["credentials"][0], MOBILE),
        "FMT-SDJWT": lambda text: sd_jwt_kb.check(text, CREDENTIAL, presented),
        "FMT-SDJWT, claim sets": lambda text: sd_jwt_kb.check(text, CHOICE, presented),
        "REDIR": lambda found: leading_on.check([found], BACK),
    }


def bundles() -> dict[str, tuple[Any, dict[str, Any]]]:
    """What is right, and what is wrong in one thing."""
    return {**of_responses(), **of_formats(), "FMT-MDOC": of_mdocs()}


def of_mdocs() -> tuple[Any, dict[str, Any]]:
    asked = {"client_id": CLIENT, "nonce": NONCE, "response_uri": f"{VERIFIER}/response"}
    holder = MobilePresenter(AUTHORITY, request={**asked, "client_metadata": {}})
    good = holder.presented()
    return good, {
        "padding": good + "=",
        "another nonce": holder.presented(nonce="another"),
        "an issuer's signature that is none": holder.presented(breaks_signature=True),
        "an element nobody signed": holder.presented(name="Grace"),
        "an end long ago": holder.presented(lasts=timedelta(minutes=-9)),
        "another type": holder.presented(doctype="example.other.card.1"),
        "elements of the device's own": holder.presented(states={"a": {"b": 1}}),
    }


def of_responses() -> dict[str, tuple[Any, dict[str, Any]]]:
    error = {"error": "access_denied", "state": "s"}
    return {
        "RESP, posted": (
            sent("response=a"),
            {
                "by GET": sent("response=a", method="GET"),
                "a query": sent("response=a", url=f"{VERIFIER}/response?a=b"),
                "as JSON": sent("{}", sent={"content-type": "application/json"}),
                "twice": sent("response=a&response=b"),
            },
        ),
        "RESP, encrypted": (
            sealed(envelope()),
            {
                "another name": sealed(envelope(), kid="e2"),
                "no name": sealed(envelope(), kid=None),
                "another content": sealed(envelope(), cty="JWT"),
                "the weaker cipher": sealed(envelope(), enc="A128GCM"),
                "broken": sealed(envelope())[:-2] + "AA",
                "an issuer": sealed(envelope(iss="a")),
                "an end": sealed(envelope(exp=1)),
                "an audience": sealed(envelope(aud="a")),
            },
        ),
        "RESP": (
            envelope(),
            {
                "an error": error,
                "another state": envelope(state="t"),
                "no state": envelope(state=None),
                "a submission of a draft": envelope(presentation_submission={}),
                "a member nobody knows": envelope(id_token="a"),
                "a token that is a list": envelope(vp_token=["a"]),
                "an empty token": envelope(vp_token={}),
                "an empty list": envelope(vp_token={"card": []}),
                "no list": envelope(vp_token={"card": "a"}),
                "objects": envelope(vp_token={"card": [{}]}),
                "two of them": envelope(vp_token={"card": ["a", "b"]}),
                "an answer to nothing": envelope(vp_token={"c": ["a"]}),
            },
        ),
        "RESP, an error": (
            error,
            {
                "another error": error | {"error": "server_error"},
                "a token beside it": error | {"vp_token": {}},
                "another state": error | {"state": "t"},
                "a member nobody knows": error | {"a": 1},
            },
        ),
    }


def of_formats() -> dict[str, tuple[Any, dict[str, Any]]]:
    card, stray = issued(), disclosure("stray", 1)
    return {
        "FMT-SDJWT": (
            bound(),
            {
                "broken by its issuer": bound(broken(card), NAME),
                "another type of token": bound(issued(typ="vc+sd-jwt"), NAME),
                "another type of card": bound(issued(vct=f"{VCT}/2"), NAME),
                "over": bound(issued(exp=now(minutes=-1)), NAME),
                "not yet": bound(issued(nbf=now(hours=1)), NAME),
                "bound to nobody": bound(issued(cnf=None), NAME),
                "a private key": bound(issued(cnf={"jwk": {**Key().jwk, "d": "A"}}), NAME),
                "too little": bound(card),
                "too much": bound(card, NAME, AGE),
                "what nothing refers to": bound(card, NAME, stray),
                "bound by another": bound(by=Key()),
                "another type of binding": bound(typ="JWT"),
                "for another": bound(aud="x509_hash:a"),
                "for another question": bound(nonce="n"),
                "long ago": bound(iat=now(minutes=-6)),
                "no time": bound(iat=None),
                "over other disclosures": bound(sd_hash="h"),
                "a claim nobody knows": bound(exp=now(hours=1)),
                "not bound": bound().rpartition("~")[0] + "~",
            },
        ),
        "FMT-SDJWT, claim sets": (
            bound(card, AGE),
            {"both sets": bound(card, NAME, AGE), "no set": bound(card)},
        ),
        "REDIR": (
            visited(BACK),
            {
                "by POST": visited(BACK, method="POST"),
                "something added": visited(f"{VERIFIER}/back?code=1&a=b#f"),
                "something left out": visited(f"{VERIFIER}/back#f"),
                "another fragment": visited(f"{VERIFIER}/back?code=1#g"),
                "another page": visited(f"{VERIFIER}/other?code=1#f"),
                "by the wallet itself": visited(BACK, sent={"accept": "application/json"}),
            },
        ),
    }
