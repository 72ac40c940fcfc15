"""What HAIP 1.0 asks of issuance and the suite does not look at (our notes on it, section 5)."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.conformance.bundles import errors, sd_jwt
from tests.conformance.bundles.wallet import reading
from tests.conformance.code_flow import CodeFlow
from tests.conformance.conftest import Meet
from tests.conformance.holder import HolderOfOurs
from tests.conformance.signing import Key, now
from tests.conformance.taking import HAIP, Taking
from tests.interop.foreign_authority import ForeignAuthority


def test_two_issuers_see_nothing_in_common_but_the_wallet(
    meet: Meet, holder: HolderOfOurs
) -> None:
    """
    HAIP 4.3.1: one client for all instances; attested key, DPoP key and holder's key of one
    issuer are never seen by another, nor by the same one again.
    """
    runs = [Taking(meet(**HAIP), holder, HAIP) for _ in range(2)]
    sent = [run.take() for run in runs]
    attested = [sd_jwt.read(run.at("/token").sent["oauth-client-attestation"])[1] for run in runs]
    bound = [reading.header(run.at("/token").sent["dpop"])["jwk"] for run in runs]
    proven = [reading.header(each["proofs"]["jwt"][0])["jwk"] for each in sent]

    assert 1 == len({(each["iss"], each["sub"]) for each in attested})
    keys = [*(each["cnf"]["jwk"] for each in attested), *bound, *proven]
    assert 6 == len({reading.thumbprint(jwk) for jwk in keys})


def test_copies_are_asked_for_in_one_request(meet: Meet, holder: HolderOfOurs) -> None:
    """
    HAIP 4: where the issuer takes batches, one request brings all copies.
    """
    run = Taking(meet(**HAIP, batch=10), holder, HAIP | {"batch": 10})
    run.take()

    granted = [each for each in run.told if each.url == f"{run.met.issuer}/credential"]
    assert [200] == [each.status for each in granted if each.status < 400]


def with_the_anchor(authority: ForeignAuthority) -> list[Any]:
    return [authority.leaf, authority.root]


def signed_by_itself(authority: ForeignAuthority) -> list[Any]:
    return [authority.root]


@pytest.mark.parametrize("chain", [with_the_anchor, signed_by_itself])
def test_a_key_attestation_does_not_bring_its_own_anchor(
    flow: CodeFlow, chain: Callable[[ForeignAuthority], list[Any]]
) -> None:
    """
    HAIP 4.5.1: a leaf is not self-signed, and the anchor is not in the chain; held by the issuer.
    """
    authority = ForeignAuthority.cached()
    certificates = chain(authority)
    own = authority.root_key if certificates[0] is authority.root else authority.leaf_key
    x5c = [b64encode(each.public_bytes(Encoding.DER)).decode() for each in certificates]
    claims = {"iat": now(), "exp": now(minutes=5), "nonce": flow.c_nonce()}
    claims["attested_keys"] = [Key().jwk]
    token = Key(own).sign(claims, typ="key-attestation+jwt", x5c=x5c)

    answer = flow.credential(flow.tokens()["access_token"], proofs={"attestation": [token]})
    errors.check(answer, "invalid_proof")
