from typing import Any

import pytest

from keys import jws
from keys.errors import KeysFailure
from keys.jwk import Algorithm
from keys.role import OWN_USAGE
from keys.signed_by_chain import verify_signed_by_chain
from keys.signer import SoftwareSigner
from keys.x5c import to_x5c
from keys.x509 import Anchor, Role
from tests.keys.pki import NOW, YEAR, leaf, new_key, root
from tests.keys.refusal import refused

ROOT = root()
KEY = new_key()
SIGNED = ROOT.make(leaf(usages=(OWN_USAGE[Role.ISSUER],)), KEY)
SIGNER = SoftwareSigner(KEY)
TYP = "example+jwt"
EXPECTED: dict[str, Any] = {
    "expected_typ": TYP,
    "anchors": (Anchor(ROOT.der, "a root"),),
    "role": Role.ISSUER,
    "now": NOW,
    "limit": 10_000,
}


def token(typ: str = TYP, *, by: SoftwareSigner = SIGNER) -> str:
    return jws.sign({"typ": typ, "x5c": to_x5c((SIGNED.der,))}, b'{"a":1}', by)


def test_a_token_is_proven_by_the_leaf_of_its_chain() -> None:
    """
    What it says comes with who said it.
    """
    signed = verify_signed_by_chain(token(), **EXPECTED)

    assert {"a": 1} == signed.token.claims()
    assert ("Leaf", ROOT.der) == (signed.signer.subject_name, signed.signer.anchor.certificate)


@pytest.mark.parametrize(
    ("changed", "failure"),
    [
        ({"expected_typ": "another+jwt"}, KeysFailure.TYPE_MISMATCH),
        ({"anchors": (Anchor(root("Other").der, "another root"),)}, KeysFailure.CHAIN_UNTRUSTED),
        ({"role": Role.VERIFIER}, KeysFailure.CHAIN_WRONG_ROLE),
        ({"now": NOW + 9 * YEAR}, KeysFailure.CHAIN_EXPIRED),
        ({"limit": 100}, KeysFailure.TOO_LARGE),
        ({"algorithms": frozenset({Algorithm.ED25519})}, KeysFailure.ALGORITHM_REFUSED),
    ],
    ids=lambda each: ", ".join(each) if isinstance(each, dict) else each.value,
)
def test_what_is_expected_of_the_signer_is_held_against_it(
    changed: dict[str, Any], failure: KeysFailure
) -> None:
    """
    Type, root, role, time, size and algorithm: each has its reason.
    """
    with refused(failure):
        verify_signed_by_chain(token(), **EXPECTED | changed)


def test_another_keys_signature_is_refused() -> None:
    """
    A chain that anybody can copy proves nothing without its leaf's signature.
    """
    with refused(KeysFailure.SIGNATURE_INVALID):
        verify_signed_by_chain(token(by=SoftwareSigner.generate()), **EXPECTED)
