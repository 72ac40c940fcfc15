"""SDJWT: every SD-JWT VC that is issued, read by other code than ours (RFC 9901, HAIP section 6).

Signatures are verified with PyJWT, chains with cryptography; disclosures are opened by hand.
"""

import hashlib
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from jwt import PyJWS

from tests.conformance.bundles import type_metadata, words
from tests.conformance.exchanges import Exchange

Fetch = Callable[[str], Exchange]
# The suite's own floor for `iat`.
_FLOOR = datetime(2019, 1, 1, tzinfo=UTC)
_SANE = timedelta(days=3650)


@dataclass(frozen=True)
class Expected:
    """What a credential is held against; roots as certificates, keys as public JWKs."""

    configuration: dict[str, Any]
    holders: list[dict[str, Any]]
    issuer_roots: list[x509.Certificate]
    status_roots: list[x509.Certificate]
    fetch: Fetch


@dataclass(frozen=True)
class Opened:
    """A credential after it was checked: as it is signed, what it says, what is disclosable."""

    payload: dict[str, Any]
    claims: dict[str, Any]
    salts: list[str]
    disclosed: dict[tuple[Any, ...], Any]


def check(credential: str, expected: Expected) -> Opened:
    """All of SDJWT for one credential."""
    opened = parsed(credential)
    header = _header(credential.partition("~")[0])
    # ValidateCredentialJWTHeaderTyp
    assert "dc+sd-jwt" == header["typ"]
    # ValidateSdJwtCredentialX5cCertificateChain (HAIP 6.1.1)
    check_signed(credential.partition("~")[0], expected.issuer_roots)
    _check_times(opened.payload)
    _check_binding(opened.payload, expected.holders)
    # ValidateSdJwtDisclosureSaltsAreUnique
    assert len(opened.salts) == len(set(opened.salts))
    # ValidateCredentialJWTVct, EnsureSdJwtVcVctMatchesCredentialConfiguration
    assert expected.configuration["vct"] == opened.payload["vct"]
    # ValidateCredentialValidityInfoIsPresent (HAIP 6.1)
    assert {"exp", "status"} & set(opened.payload)
    if "status" in opened.payload:
        check_status(opened.payload["status"], expected.status_roots, expected.fetch)
    type_metadata.check(opened.payload, opened.disclosed, expected.fetch)
    return opened


def parsed(credential: str) -> Opened:
    """ParseCredentialAsSdJwt: every disclosure belongs to one digest; no key binding follows."""
    assert credential.endswith("~"), "a key binding where none belongs"
    token, *texts = credential.split("~")[:-1]
    payload = json.loads(_octets(token.split(".")[1]))
    assert "sha-256" == payload.get("_sd_alg", "sha-256")
    by_digest = {_digest(text): json.loads(_octets(text)) for text in texts}
    assert len(texts) == len(by_digest)
    disclosed: dict[tuple[Any, ...], Any] = {}
    claims = _open(payload, (), by_digest, disclosed)
    assert not by_digest, "a disclosure that nothing refers to"
    salts = [json.loads(_octets(text))[0] for text in texts]
    return Opened(payload, claims, salts, disclosed)


def _open(
    value: Any, path: tuple[Any, ...], left: dict[str, Any], disclosed: dict[tuple[Any, ...], Any]
) -> Any:
    """Follow the digests of an object or array into what they hide; returns what it says."""
    if isinstance(value, dict):
        found = {name: each for name, each in value.items() if name not in {"_sd", "_sd_alg"}}
        hidden = [left.pop(digest) for digest in value.get("_sd", ()) if digest in left]
        for _salt, name, content in hidden:
            disclosed[*path, name] = content
            found[name] = content
        return {name: _open(each, (*path, name), left, disclosed) for name, each in found.items()}
    if isinstance(value, list):
        kept = list(_elements(value, path, left, disclosed))
        return [_open(each, (*path, n), left, disclosed) for n, each in enumerate(kept)]
    return value


def _elements(
    value: list[Any],
    path: tuple[Any, ...],
    left: dict[str, Any],
    disclosed: dict[tuple[Any, ...], Any],
) -> Iterator[Any]:
    """The elements of an array: open ones, and hidden ones that are disclosed; no decoys."""
    number = 0
    for each in value:
        digest = each.get("...") if isinstance(each, dict) else None
        if digest is not None and digest not in left:
            continue
        if digest is not None:
            _salt, each = left.pop(digest)  # noqa: PLW2901  # the element behind the digest
            disclosed[*path, number] = each
        yield each
        number += 1


def check_signed(token: str, roots: list[x509.Certificate]) -> None:
    """An `x5c` whose leaf signed, whose chain ends under a root that is not in it."""
    chain = [x509.load_der_x509_certificate(_der(text)) for text in _header(token)["x5c"]]
    leaf, now = chain[0], datetime.now(UTC)
    assert leaf.issuer != leaf.subject, "the leaf signed itself"
    assert not any(each in roots for each in chain), "the anchor is inside"
    root = next(root for root in roots if root.subject == chain[-1].issuer)
    for one, above in zip(chain, [*chain[1:], root], strict=True):
        one.verify_directly_issued_by(above)
        assert one.not_valid_before_utc <= now <= one.not_valid_after_utc
    algorithm = _header(token)["alg"]
    assert algorithm in words.ASYMMETRIC
    PyJWS().decode(token, leaf.public_key(), algorithms=[algorithm])  # type: ignore[arg-type]


def _check_times(payload: dict[str, Any]) -> None:
    """ValidateCredentialJWTIat, …Nbf, …Exp."""
    now = datetime.now(UTC)
    told = {
        name: datetime.fromtimestamp(payload[name], UTC)
        for name in ("iat", "nbf", "exp")
        if name in payload
    }
    assert _FLOOR < told.get("iat", now) <= now
    assert told.get("nbf", now) <= now
    assert now < told.get("exp", now + _SANE / 2) < now + _SANE


def _check_binding(payload: dict[str, Any], holders: list[dict[str, Any]]) -> None:
    """ValidateCredentialCnfJwkIsPublicKey, VCIEnsureSdJwtCnfMatchesProofKey, nothing extra."""
    assert {"jwk"} == set(payload["cnf"])
    bound = payload["cnf"]["jwk"]
    words.check_public_jwk(bound)
    assert {"kty", "crv", "x", "y"} == set(bound)
    assert bound in [{name: jwk[name] for name in bound} for jwk in holders]


def check_status(status: dict[str, Any], roots: list[x509.Certificate], fetch: Fetch) -> None:
    """FetchStatusListToken to CheckCredentialStatus: the entry at the index is VALID."""
    reference = status["status_list"]
    assert {"idx", "uri"} == set(reference)
    answer = fetch(reference["uri"])
    assert 200 == answer.status
    # EnsureContentTypeStatusListJwt
    assert "application/statuslist+jwt" == answer.media_type
    # ValidateStatusListTokenX5cCertificateChain (HAIP 6.1)
    check_signed(answer.body, roots)
    assert "statuslist+jwt" == _header(answer.body)["typ"]
    listed = json.loads(_octets(answer.body.split(".")[1]))
    assert reference["uri"] == listed["sub"]
    bits = listed["status_list"]["bits"]
    assert bits in {1, 2, 4, 8}
    entries = zlib.decompress(_octets(listed["status_list"]["lst"]))
    place, shift = divmod(reference["idx"] * bits, 8)
    assert 0 == entries[place] >> shift & (1 << bits) - 1


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token, as they are."""
    claims = json.loads(_octets(token.split(".")[1]))
    assert isinstance(claims, dict)
    return _header(token), claims


def _header(token: str) -> dict[str, Any]:
    header = json.loads(_octets(token.partition(".")[0]))
    assert isinstance(header, dict)
    return header


def _octets(text: str) -> bytes:
    assert "=" not in text
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _der(text: str) -> bytes:
    return urlsafe_b64decode(text.replace("+", "-").replace("/", "_"))


def _digest(text: str) -> str:
    octets = hashlib.sha256(text.encode("ascii")).digest()
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
