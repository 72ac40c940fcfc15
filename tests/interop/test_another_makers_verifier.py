"""A verifier of another maker is served by our wallet."""

import json
from collections.abc import Callable

import pytest

from tests.interop.conftest import Counterpart, OurService
from tests.interop.foreign_authority import ForeignAuthority


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_our_wallet_presents_to_it(
    service: OurService,
    foreign: ForeignAuthority,
    serve: Callable[..., Counterpart],
    mode: str,
    method: str,
) -> None:
    """
    Our wallet answers exactly what was asked, and the other side's code finds all of it right.
    """
    service.mydata("trust", "add", "--role", "verifier", str(foreign.root_file))
    offer = service.mydata("issuers", "offer", "resident-register", "--to", "demo")
    taken = service.mydata(
        "wallet", "accept", str(offer["credential_offer_uri"]), "--holder", "demo"
    )
    query = {
        "credentials": [
            {
                "id": "adult",
                "format": "dc+sd-jwt",
                "meta": {"vct_values": [taken["vct"]]},
                "claims": [{"path": ["age_over_19"]}, {"path": ["members", None, "name"]}],
            }
        ]
    }
    verifier = serve(
        "verifier.mjs",
        *foreign.identity,
        *foreign.identity,
        mode,
        json.dumps(query),
        str(service.trust),
        method,
    )

    shown = service.mydata("wallet", "present", str(verifier.first["request"]), "--holder", "demo")

    assert 0 == shown["exit"], shown
    seen = verifier.next()
    claims = seen["verified"]["adult"]["claims"]
    assert {"age_over_19", "members"} == set(claims) - {
        "iss",
        "iat",
        "nbf",
        "exp",
        "cnf",
        "status",
    }
    assert {"name"} == set(claims["members"][0])
    assert ("direct_post.jwt" == mode) == seen["encrypted"]


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_our_wallet_shows_it_a_driving_licence(
    service: OurService, foreign: ForeignAuthority, serve: Callable[..., Counterpart], mode: str
) -> None:
    """
    The other side's code proves issuer, digests and device signature over its own transcript.
    """
    service.mydata("trust", "add", "--role", "verifier", str(foreign.root_file))
    offer = service.mydata("issuers", "offer", "driving-licence", "--to", "demo")
    taken = service.mydata(
        "wallet", "accept", str(offer["credential_offer_uri"]), "--holder", "demo"
    )
    space = "org.iso.18013.5.1"
    query = {
        "credentials": [
            {
                "id": "licence",
                "format": "mso_mdoc",
                "meta": {"doctype_value": taken["vct"]},
                "claims": [{"path": [space, "age_over_19"]}, {"path": [space, "given_name"]}],
            }
        ]
    }
    verifier = serve(
        "verifier.mjs",
        *foreign.identity,
        *foreign.identity,
        mode,
        json.dumps(query),
        str(service.trust),
    )

    shown = service.mydata("wallet", "present", str(verifier.first["request"]), "--holder", "demo")

    assert 0 == shown["exit"], shown
    seen = verifier.next()
    assert {space} == set(seen["verified"]["licence"]["namespaces"])
    assert {"age_over_19", "given_name"} == set(seen["verified"]["licence"]["namespaces"][space])
    assert ("direct_post.jwt" == mode) == seen["encrypted"]
