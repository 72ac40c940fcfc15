"""Compact JSON Web Signatures, strictly (RFC 7515, RFC 8725).

A token is measured before it is decoded, its header is read by the one strict JSON reader, and
what its header says never chooses the key or the check. ``docs/decisions/0002-own-jws.md`` says
why this is our own.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from keys import base64url, strict_json
from keys.errors import KeysError, KeysFailure, echo
from keys.json_value import JsonObject, JsonValue
from keys.jwk import Algorithm, PublicJwk
from keys.signer import Signer
from keys.verification_key import SIGNATURE_OCTETS, VerificationKey

# The largest token that is not a status list: a credential with hundreds of digests.
TOKEN_LIMIT = 256 * 1024
# Characters of an encoded header: five certificates of four kilobytes, and room.
HEADER_LIMIT = 64 * 1024
_SIGNATURE_CHARACTERS = 86
# An issuer's credentials all have one header: the last headers read are kept, but for the longest,
# so that a stranger's cost a few megabytes at the most.
_HEADERS_KEPT = 128
_LONGEST_KEPT = 8 * 1024

# RFC 8037's name, read for tokens of other makers where a caller says so; never written.
_EDDSA: Final = "EdDSA"
# Named one by one: a key may be of a kind that no token is signed with.
_ALGORITHMS: Final = {
    Algorithm.ES256.value: Algorithm.ES256,
    Algorithm.ED25519.value: Algorithm.ED25519,
    _EDDSA: Algorithm.ED25519,
}
# RFC 7515 section 4.1.11, RFC 7797: no extension is understood, so none may be demanded.
_EXTENSIONS: Final = frozenset({"crit", "b64"})
# RFC 7515 sections 4.1.2 and 4.1.5: addresses a token would like us to fetch keys from.
_REFERENCES: Final = frozenset({"jku", "x5u"})


class UnverifiedJws(NamedTuple):
    """A well-formed token that nobody has checked: read it only to find the right key.

    What is inside the members of ``header`` is shared with other tokens, so nobody may change it.
    """

    header: JsonObject
    payload: bytes
    signing_input: bytes
    signature: bytes
    algorithm: Algorithm

    @property
    def typ(self) -> str | None:
        """The media type in the header (RFC 7515 section 4.1.9), exactly as written."""
        typ = self.header.get("typ")
        return typ if isinstance(typ, str) else None


class VerifiedJws(NamedTuple):
    """A token whose signature was checked; only `verify` makes one."""

    header: JsonObject
    payload: bytes

    def claims(self, *, limit: int = strict_json.SIZE_LIMIT) -> JsonObject:
        """Return the payload as a JSON object of at most ``limit`` octets (RFC 7519)."""
        return strict_json.loads_object(self.payload, limit=limit)


def sign(header: Mapping[str, JsonValue], payload: bytes, signer: Signer) -> str:
    """Return a compact JWS of ``payload``; ``alg`` is set by the signer's key."""
    octets = signing_input(header, payload, signer.algorithm)
    return attach(octets, signer.sign(octets))


def signing_input(header: Mapping[str, JsonValue], payload: bytes, algorithm: Algorithm) -> bytes:
    """Return the octets a signature covers (RFC 7515 section 5.1), for any signer to sign."""
    if "alg" in header or not _EXTENSIONS.isdisjoint(header):
        raise ValueError("alg comes from the key; crit and b64 are not supported")
    members: JsonObject = {"alg": str(algorithm), **header}
    encoded = base64url.encode(strict_json.dumps(members))
    return f"{encoded}.{base64url.encode(payload)}".encode("ascii")


def attach(octets: bytes, signature: bytes) -> str:
    """Return the token of a signing input and the 64-octet signature made of it elsewhere."""
    if len(signature) != SIGNATURE_OCTETS:
        raise KeysError(KeysFailure.MALFORMED, "a signature of 64 octets was expected")
    return f"{octets.decode('ascii')}.{base64url.encode(signature)}"


def parse(token: str, *, limit: int = TOKEN_LIMIT) -> UnverifiedJws:
    """Return the parts of a token of at most ``limit`` characters, or raise `KeysError`.

    Nothing is decoded before lengths and dots are right, so a hostile token costs no more than
    its own length (H50).
    """
    header_text, payload_text, signature_text = _segments(token, limit)
    read = _read_known_header if len(header_text) <= _LONGEST_KEPT else _read_header
    header, algorithm = read(header_text)
    return UnverifiedJws(
        header=header.copy(),
        payload=base64url.decode(payload_text),
        signing_input=token[: len(header_text) + 1 + len(payload_text)].encode("ascii"),
        signature=base64url.decode(signature_text),
        algorithm=algorithm,
    )


def verify(
    jws: UnverifiedJws,
    key: VerificationKey,
    *,
    expected_typ: str | None,
    allow_eddsa_name: bool = False,
) -> VerifiedJws:
    """Return the token as proven by ``key``, or raise `KeysError`.

    ``expected_typ`` is compared exactly (RFC 8725 section 3.11); None leaves the type to a caller
    that has checked it. ``allow_eddsa_name`` reads the older name of Ed25519. A ``jwk`` in the
    header must be the very key (H4); which keys may come that way is the caller's decision.
    """
    if expected_typ is not None and jws.typ != expected_typ:
        raise KeysError(
            KeysFailure.TYPE_MISMATCH, f"typ {expected_typ} was expected, got {echo(jws.typ)}"
        )
    if jws.algorithm is not key.algorithm:
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, f"the key is for {key.algorithm}")
    if jws.header["alg"] == _EDDSA and not allow_eddsa_name:
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, "alg Ed25519 was expected, got EdDSA")
    if "jwk" in jws.header:
        _check_same_key(jws.header["jwk"], key)
    key.verify(jws.signature, jws.signing_input)
    return VerifiedJws(jws.header, jws.payload)


def _segments(token: str, limit: int) -> tuple[str, str, str]:
    if len(token) > limit:
        raise KeysError(KeysFailure.TOO_LARGE, f"a token of at most {limit} characters expected")
    # Looking for a period is several times as fast as counting them or splitting at them.
    header, _, rest = token.partition(".")
    payload, period, signature = rest.partition(".")
    if not period or "." in signature:
        raise KeysError(KeysFailure.MALFORMED, "three parts and two periods were expected")
    if len(header) > HEADER_LIMIT:
        raise KeysError(KeysFailure.TOO_LARGE, f"a header of at most {HEADER_LIMIT} expected")
    if len(signature) != _SIGNATURE_CHARACTERS:
        raise KeysError(KeysFailure.MALFORMED, "a signature of 64 octets was expected")
    return header, payload, signature


def _read_header(text: str) -> tuple[JsonObject, Algorithm]:
    header = strict_json.loads_object(base64url.decode(text))
    return header, _header_algorithm(header)


_read_known_header = lru_cache(maxsize=_HEADERS_KEPT)(_read_header)


def _header_algorithm(header: JsonObject) -> Algorithm:
    """Check what a header may say at all, and return its algorithm."""
    if not _EXTENSIONS.isdisjoint(header):
        raise KeysError(KeysFailure.CRITICAL_REFUSED, "crit and b64 are not supported")
    if not _REFERENCES.isdisjoint(header):
        raise KeysError(
            KeysFailure.KEY_BY_REFERENCE, "keys are not fetched from a token's address"
        )
    if "typ" in header and not isinstance(header["typ"], str):
        raise KeysError(KeysFailure.MALFORMED, "typ is text")
    name = header.get("alg")
    algorithm = _ALGORITHMS.get(name) if isinstance(name, str) else None
    if algorithm is None:
        raise KeysError(KeysFailure.ALGORITHM_REFUSED, f"alg {echo(name)} is not accepted")
    return algorithm


def _check_same_key(value: JsonValue, key: VerificationKey) -> None:
    named = PublicJwk.parse(value)
    if (named.x, named.y) != key.coordinates():
        raise KeysError(KeysFailure.KEY_MISMATCH, "the header names another key than expected")
