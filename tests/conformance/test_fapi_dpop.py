"""FAPI 2.0 module `dpop-negative-tests` (row 28), at the credential endpoint; each case a twin."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.conformance import put_off
from tests.conformance.bundles.wallet.reading import encoded
from tests.conformance.code_flow import CodeFlow, kept
from tests.conformance.exchanges import Exchange
from tests.conformance.signing import Key, broken, now, random_text

# The headers of one request with a bound token.
Lines = list[tuple[str, str]]
Case = Callable[[CodeFlow, str], Lines]
RESOURCE = "/credential"


def lines(access: str, *proofs: str, scheme: str = "DPoP", name: str = "DPoP") -> Lines:
    return [("Authorization", f"{scheme} {access}"), *((name, proof) for proof in proofs)]


def bent(**changed: Any) -> Case:
    """A proof whose claims, or header as `header`, are others."""
    return lambda flow, access: lines(access, flow.dpop(RESOURCE, access, **changed))


def bent_now(**off: float) -> Case:
    """A proof of another time."""
    return lambda flow, access: lines(access, flow.dpop(RESOURCE, access, iat=now(**off)))


def bent_address(change: Callable[[str], str]) -> Case:
    """A proof whose address is written another way."""
    return lambda flow, access: lines(
        access, flow.dpop(RESOURCE, access, htu=change(f"{flow.issuer}{RESOURCE}"))
    )


def by_hand(header: dict[str, Any], *, unsigned: bool = False) -> Case:
    """A proof, truly signed, whose header no library would write."""

    def made(flow: CodeFlow, access: str) -> Lines:
        good = flow.dpop(RESOURCE, access)
        wanted = kept({**jwt.get_unverified_header(good), **header})
        octets = f"{encoded(json.dumps(wanted).encode())}.{good.split('.')[1]}"
        signature = "" if unsigned else encoded(flow.key.sign_octets(octets.encode()))
        return lines(access, f"{octets}.{signature}")

    return made


def by_rsa(flow: CodeFlow, access: str) -> Lines:
    """A proof by a key of a kind that FAPI 2.0 does not have (section 5.4)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    claims = jwt.decode(flow.dpop(RESOURCE, access), options={"verify_signature": False})
    header = {"typ": "dpop+jwt", "jwk": jwk}
    return lines(access, jwt.encode(claims, key, algorithm="RS256", headers=header))


def used_before(flow: CodeFlow, access: str) -> Lines:
    proof = flow.dpop(RESOURCE, access)
    assert 200 == flow.credential(access, {"DPoP": proof}).status
    return lines(access, proof)


def with_private_key(flow: CodeFlow, access: str) -> Lines:
    secret = flow.key.private.private_numbers().private_value.to_bytes(32, "big")
    jwk = flow.key.jwk | {"d": encoded(secret)}
    return lines(access, flow.dpop(RESOURCE, access, header={"jwk": jwk}))


REFUSED: dict[str, Case] = {
    "two headers": lambda flow, access: lines(
        access, flow.dpop(RESOURCE, access), flow.dpop(RESOURCE, access)
    ),
    "no token at all": lambda _flow, access: lines(access, "not.a.token"),
    "no typ": by_hand({"typ": None}),
    "no alg": by_hand({"alg": None}),
    "no jwk": by_hand({"jwk": None}),
    "alg none": by_hand({"alg": "none"}, unsigned=True),
    "another typ": bent(header={"typ": "JWT"}),
    "RS256": by_rsa,
    "broken signature": lambda flow, access: lines(access, broken(flow.dpop(RESOURCE, access))),
    "private key": with_private_key,
    "another key": lambda flow, access: lines(access, flow.dpop(RESOURCE, access, by=Key())),
    "no jti": bent(jti=None),
    "no htm": bent(htm=None),
    "no htu": bent(htu=None),
    "no iat": bent(iat=None),
    "no ath": bent(ath=None),
    "another method": bent(htm="GET"),
    "another address": bent(htu="https://another.example/credential"),
    "an hour ago": bent_now(hours=-1),
    "an hour ahead": bent_now(hours=1),
    "another token": bent(ath=encoded(b"\0" * 32)),
    "used before": used_before,
    "no proof": lambda _flow, access: lines(access),
    "as bearer": lambda _flow, access: lines(access, scheme="Bearer"),
    "as bearer with proof": lambda flow, access: lines(
        access, flow.dpop(RESOURCE, access), scheme="Bearer"
    ),
}


TAKEN: dict[str, Case] = {
    "header in other letters": lambda flow, access: lines(
        access, flow.dpop(RESOURCE, access), name="dPoP"
    ),
    "address with a query": bent_address(lambda address: f"{address}?a=b"),
    "address with a fragment": bent_address(lambda address: f"{address}#a"),
    "host in capitals": bent_address(lambda address: address.replace("localhost", "LOCALHOST")),
    "scheme in capitals": bent_address(lambda address: address.replace("https", "HTTPS", 1)),
    "more claims": bent(extra={"a": [1]}, sub="somebody"),
}


def asked(flow: CodeFlow, case: Case) -> Exchange:
    """A request with a fresh token, and what a case makes of its headers."""
    access = flow.tokens()["access_token"]
    return flow.credential(access, case(flow, access))


@pytest.mark.parametrize("case", REFUSED)
def test_fapi2_security_profile_final_dpop_negative_tests(flow: CodeFlow, case: str) -> None:
    """
    Row 28: 400 or 401 for each proof that proves nothing (RFC 9449 sections 4.1 to 4.3, 7).
    """
    check_refused(asked(flow, REFUSED[case]))


@pytest.mark.parametrize("case", TAKEN)
def test_the_dpop_module_takes_what_is_only_unusual(flow: CodeFlow, case: str) -> None:
    """
    Row 28: what RFC 9449 section 4.3 and RFC 3986 section 6.2 call the same is the same.
    """
    assert 200 == asked(flow, TAKEN[case]).status


@pytest.mark.parametrize("case", REFUSED)
def test_the_dpop_module_fails_when_its_rule_is_put_off(
    flow: CodeFlow, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """
    Without the proof of the key every one of these requests is granted, and the module sees it.
    """
    access = flow.tokens()["access_token"]
    put_off.proof_of_the_key(monkeypatch, flow)
    answer = flow.credential(access, REFUSED[case](flow, access))

    assert 200 == answer.status, answer.body
    with pytest.raises(AssertionError):
        check_refused(answer)


def check_refused(answer: Exchange) -> None:
    """400 or 401, nothing issued, and a challenge that says which way to prove."""
    assert answer.status in {400, 401}, answer.body
    assert "credentials" not in answer.json()
    if 401 == answer.status:
        assert "DPoP" in answer.headers["www-authenticate"]


def test_a_token_says_nothing_by_itself(flow: CodeFlow) -> None:
    """
    A made-up token under either scheme is told to be none.
    """
    for scheme in ("Bearer", "DPoP"):
        made_up = random_text()
        answer = flow.credential(
            made_up, lines(made_up, flow.dpop(RESOURCE, made_up), scheme=scheme)
        )
        assert 401 == answer.status
