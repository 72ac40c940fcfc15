"""Key attestations (OpenID4VCI 1.0 appendix D.1): somebody vouches for keys and how they are kept.

They come in the header of a ``jwt`` proof, or alone as an ``attestation`` proof.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keys import jws
from keys.errors import KeysError
from keys.jwk import Algorithm, PublicJwk
from keys.jwt_time import check_times, seconds
from keys.signed_by_chain import verify_signed_by_chain
from keys.signer import Signer
from keys.strict_json import JsonObject, JsonValue, dumps
from keys.x509 import Anchor, Role
from standards.members import Members, members, present
from standards.openid4vci.configuration import KeyAttestationsRequired
from standards.openid4vci.credential import MAX_PROOFS, invalid_proof

TYP: Final = "key-attestation+jwt"
# A chain of certificates and as many keys as a request may prove.
ATTESTATION_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class KeyAttestation:
    """Keys that are kept as ``key_storage`` and ``user_authentication`` say (appendix D.2).

    Without a level nothing is said of how well they are kept, only that they are this wallet's.
    ``nonce`` is the issuer's, when the attestation is to be fresh by itself.
    """

    attested_keys: tuple[PublicJwk, ...]
    issued_at: datetime
    expires_at: datetime | None = None
    nonce: str | None = None
    key_storage: tuple[str, ...] = ()
    user_authentication: tuple[str, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the claims of the token; keys in their required members alone."""
        keys = [PublicJwk(key.algorithm, key.x, key.y).as_dict() for key in self.attested_keys]
        return present(
            {
                "iat": seconds(self.issued_at),
                "exp": None if self.expires_at is None else seconds(self.expires_at),
                "attested_keys": list[JsonValue](keys),
                "nonce": self.nonce,
                "key_storage": list(self.key_storage),
                "user_authentication": list(self.user_authentication),
            }
        )

    def check_attests(self, key: PublicJwk) -> None:
        """Return when ``key`` is among the attested ones (VCI-80), else raise invalid_proof."""
        if key.thumbprint() not in {attested.thumbprint() for attested in self.attested_keys}:
            raise invalid_proof("the key attestation is of other keys")

    def check_levels(self, demanded: KeyAttestationsRequired) -> None:
        """Return when each demand has one of its levels here, else raise invalid_proof.

        A demand without levels is met by any attestation; names are compared as they are
        written (VCI-79).
        """
        for wanted, said in (
            (demanded.key_storage, self.key_storage),
            (demanded.user_authentication, self.user_authentication),
        ):
            if wanted and set(wanted).isdisjoint(said):
                raise invalid_proof("the key attestation states no level that is asked for")


def make_key_attestation(attestation: KeyAttestation, signer: Signer, x5c: Sequence[str]) -> str:
    """Return the token; ``x5c`` is the attester's chain without its root (HAIP 4.5.1)."""
    header: JsonObject = {"typ": TYP, "x5c": list[JsonValue](x5c)}
    return jws.sign(header, dumps(attestation.as_dict()), signer)


def verify_key_attestation(
    token: str,
    *,
    anchors: Sequence[Anchor],
    now: datetime,
    needs_expiry: bool,
    check_nonce: Callable[[str], None],
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256}),
) -> KeyAttestation:
    """Return what an attester trusted by ``anchors`` says, or raise invalid_proof.

    1. a well-formed token of the right type, signed by the leaf of a chain to a trusted root
    2. in time; with ``exp`` where ``needs_expiry`` (in a ``jwt`` proof, VCI-78)
    3. of one key at least, each public, all different, for one of ``algorithms``
    4. with a nonce that ``check_nonce`` takes, if it has one; it is asked last
    """
    try:
        signed = verify_signed_by_chain(
            token,
            expected_typ=TYP,
            anchors=anchors,
            role=Role.WALLET_PROVIDER,
            now=now,
            limit=ATTESTATION_LIMIT,
            algorithms=algorithms,
        )
        claims = signed.token.claims()
        times = check_times(claims, now=now, require_exp=needs_expiry)
        reader = members(claims, "key attestation", invalid_proof)
        keys = _keys(reader, algorithms)
    except KeysError as error:
        raise invalid_proof(error.detail) from None
    if times.iat is None:
        raise invalid_proof("iat is missing")
    attestation = KeyAttestation(
        attested_keys=keys,
        issued_at=times.iat,
        expires_at=times.exp,
        nonce=reader.optional_text("nonce"),
        key_storage=reader.optional_texts("key_storage"),
        user_authentication=reader.optional_texts("user_authentication"),
    )
    if attestation.nonce is not None:
        check_nonce(attestation.nonce)
    return attestation


def _keys(reader: Members, algorithms: frozenset[Algorithm]) -> tuple[PublicJwk, ...]:
    written = reader.array("attested_keys")
    if len(written) > MAX_PROOFS:
        raise invalid_proof(f"at most {MAX_PROOFS} keys are attested at once")
    keys = tuple(map(PublicJwk.parse, written))
    if any(key.algorithm not in algorithms for key in keys):
        raise invalid_proof("an attested key is for another algorithm")
    if len({key.thumbprint() for key in keys}) != len(keys):
        raise invalid_proof("a key is attested twice")
    return keys
