"""Tokens that bring the certificates of whoever signed them (RFC 7515 section 4.1.6).

The standards differ in the type of the token, the root that may vouch for its signer, and the
algorithms they take; what has to hold of the signature is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keys import jws
from keys.errors import KeysError, KeysFailure
from keys.jwk import Algorithm
from keys.x5c import parse_x5c
from keys.x509 import Anchor, Role, ValidatedChain, validate_chain


@dataclass(frozen=True, slots=True)
class SignedByChain:
    """A token and the chain whose leaf signed it; only `verify_signed_by_chain` makes one."""

    token: jws.VerifiedJws
    signer: ValidatedChain


def verify_signed_by_chain(
    token: str,
    *,
    expected_typ: str,
    anchors: Sequence[Anchor],
    role: Role,
    now: datetime,
    limit: int,
    algorithms: frozenset[Algorithm] = frozenset(Algorithm),
) -> SignedByChain:
    """Return a token of at most ``limit`` octets as proven by its ``x5c``, or raise `KeysError`.

    1. a well-formed token with a chain that leads to one of ``anchors``, for ``role``, at ``now``
    2. a leaf whose key is for one of ``algorithms``
    3. of the type that is expected, signed with that key

    The times in its claims are the caller's matter.
    """
    unverified = jws.parse(token, limit=limit)
    chain = parse_x5c(unverified.header.get("x5c"))
    signer = validate_chain(chain, anchors=anchors, role=role, now=now)  # 1
    algorithm = signer.leaf_key.algorithm
    if algorithm not in algorithms:  # 2
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, f"alg {algorithm} is not accepted")
    return SignedByChain(
        jws.verify(unverified, signer.leaf_key, expected_typ=expected_typ), signer
    )
