"""The type metadata part of SDJWT: what a `vct` that is an address leads to."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from tests.conformance.bundles import words
from tests.conformance.exchanges import Exchange

_MEMBERS = {
    *("vct", "name", "description", "extends", "extends#integrity"),
    *("display", "claims", "schema", "schema_uri"),
}
Path = tuple[Any, ...]


def check(
    payload: dict[str, Any], disclosed: Mapping[Path, Any], fetch: Callable[[str], Exchange]
) -> None:
    """VCIExtractSdJwtVcTypeMetadataUrl to VCIEnsureSelectiveDisclosureConformsToTypeMetadata."""
    vct = payload["vct"]
    words.check_https(vct)
    answer = fetch(vct)
    assert 200 == answer.status
    assert "application/json" == answer.media_type
    _check_integrity(payload.get("vct#integrity"), answer)
    found = answer.json()
    # VCIEnsureSdJwtVcVctMatchesTypeMetadataVct, VCIValidateSdJwtVcTypeMetadataStructure
    assert vct == found["vct"]
    assert _MEMBERS >= set(found)
    # VCIDetectTypeMetadataExtends
    assert "extends" not in found
    words.check_locales(found.get("display", []))
    for claim in found["claims"]:
        _check_claim(claim, payload, disclosed)


def _check_integrity(stated: str | None, answer: Exchange) -> None:
    """VCIVerifyTypeMetadataIntegrity."""
    if stated is not None:
        digest = hashlib.sha256(answer.body.encode()).digest()
        assert f"sha256-{base64.b64encode(digest).decode()}" == stated


def _check_claim(
    claim: dict[str, Any], payload: dict[str, Any], disclosed: Mapping[Path, Any]
) -> None:
    assert {"path", "sd", "mandatory", "display", "svg_id"} >= set(claim)
    words.check_locales(claim.get("display", []))
    hidden = [path for path in disclosed if _matches(path, claim["path"])]
    # VCIEnsureMandatoryClaimsArePresent
    if claim.get("mandatory") and None not in claim["path"]:
        assert hidden or _open(payload, claim["path"])
    # VCIEnsureSelectiveDisclosureConformsToTypeMetadata
    if claim.get("sd") == "always":
        assert not _open(payload, claim["path"]), claim["path"]
    if claim.get("sd") == "never":
        assert not hidden, claim["path"]


def _matches(path: Path, pattern: list[Any]) -> bool:
    return len(path) == len(pattern) and all(
        step == wanted if wanted is not None else isinstance(step, int)
        for step, wanted in zip(path, pattern, strict=True)
    )


def _open(payload: Any, path: list[Any]) -> bool:
    """Whether a path is there without any disclosure."""
    for step in path:
        if not isinstance(payload, dict) or step not in payload:
            return False
        payload = payload[step]
    return True
