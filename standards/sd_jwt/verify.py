"""Verify an SD-JWT and put its disclosures in place (RFC 9901 §7.1).

The steps, by the section's numbers:

1. the parts were separated (`parse`);
2. the issuer-signed JWT: algorithm, signature, type — the key is the caller's finding (2.3);
3. digests and disclosures (`unpack`): 3.1 a digest of every disclosure, 3.2 and 3.3 each put
   where its digest stands, 3.4 digest carriers removed;
4. no digest twice; 5. no disclosure left over — both in `unpack`;
6. validity times need a clock and a policy: the format above does it (SD-JWT VC).
"""

from typing import NamedTuple

from keys import jws
from keys.errors import KeysError, KeysFailure
from keys.jwk import VerificationKey
from keys.jws import UnverifiedJws
from keys.strict_json import JsonObject
from standards.positions import ClaimPath, Positions
from standards.sd_jwt.disclosure import SD_ALG, SHA_256, HashAlgorithm
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.parse import UnverifiedSdJwt
from standards.sd_jwt.unpack import Disclosed, unpack

_HASH_ALGORITHMS = {algorithm.value: algorithm for algorithm in HashAlgorithm}


class VerifiedSdJwt(NamedTuple):
    """What an issuer signed, as far as it was disclosed; only `verify_sd_jwt` makes it.

    ``claims`` is the processed payload: disclosures in place, digests gone. ``disclosed`` says
    which claim came by which disclosure, in the order presented. ``positions`` says where the
    issuer had the elements of arrays that lost some. ``presented`` is the text that `sd_hash`
    covers; ``kb_jwt`` came with it and is not verified yet (`verify_key_binding`).
    """

    header: JsonObject
    claims: JsonObject
    disclosed: tuple[Disclosed, ...]
    positions: Positions
    sd_alg: HashAlgorithm
    issuer_jwt: str
    presented: str
    kb_jwt: str | None

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Where in ``claims`` the disclosed claims are, parents included."""
        return tuple(found.path for found in self.disclosed)


def verify_sd_jwt(
    unverified: UnverifiedSdJwt, key: VerificationKey, *, expected_typ: frozenset[str]
) -> VerifiedSdJwt:
    """Return the claims the holder of ``key`` signed, or raise `SdJwtError` (§7.1)."""
    payload = _verify_issuer_jwt(unverified.issuer, key, expected_typ)  # 2
    algorithm = _hash_algorithm(payload)  # 2.4
    claims, disclosed, positions = unpack(payload, unverified.disclosures, algorithm)  # 3, 4, 5
    return VerifiedSdJwt(
        header=unverified.header,
        claims=claims,
        disclosed=disclosed,
        positions=positions,
        sd_alg=algorithm,
        issuer_jwt=unverified.presented.partition("~")[0],
        presented=unverified.presented,
        kb_jwt=unverified.kb_jwt,
    )


def _verify_issuer_jwt(
    issuer: UnverifiedJws, key: VerificationKey, expected_typ: frozenset[str]
) -> JsonObject:
    if issuer.typ not in expected_typ:
        raise SdJwtError(
            SdJwtFailure.WRONG_TYP, f"typ {' or '.join(sorted(expected_typ))} was expected"
        )
    try:
        return jws.verify(issuer, key, expected_typ=None).claims()
    except KeysError as error:
        failure = (
            SdJwtFailure.ISSUER_SIGNATURE_INVALID
            if error.failure is KeysFailure.SIGNATURE_INVALID
            else SdJwtFailure.ISSUER_JWT_REFUSED
        )
        raise SdJwtError(failure, error.detail) from error


def _hash_algorithm(payload: JsonObject) -> HashAlgorithm:
    """Return what `_sd_alg` names, letter for letter; absent means sha-256 (§4.1.1)."""
    name = payload.get(SD_ALG, SHA_256)
    algorithm = _HASH_ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise SdJwtError(
            SdJwtFailure.HASH_ALGORITHM_REFUSED, "_sd_alg names no hash function we accept"
        )
    return algorithm
