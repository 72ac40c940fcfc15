"""FMT-SDJWT: a presentation, opened by other code than ours (RFC 9901, OpenID4VP appendix B.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from tests.conformance.bundles import sd_jwt, words
from tests.conformance.bundles.sd_jwt import Fetch, Opened
from tests.conformance.bundles.wallet import reading

_SKEW = timedelta(minutes=5).total_seconds()
_BINDING = {"iat", "aud", "nonce", "sd_hash"}


@dataclass(frozen=True)
class Expected:
    """Who asked what; ``audience`` is the whole client_id, or over the browser ``origin:``….

    Without ``fetch`` the status is left alone.
    """

    audience: str
    nonce: str
    roots: list[x509.Certificate]
    status_roots: list[x509.Certificate] = field(default_factory=list)
    fetch: Fetch | None = None


def check(presentation: str, asked: dict[str, Any], expected: Expected) -> Opened:
    """All of FMT-SDJWT for one credential query."""
    # ParseCredentialAsSdJwtKb
    shown, tilde, binding = presentation.rpartition("~")
    shown += tilde
    opened = sd_jwt.parsed(shown)
    issued = shown.partition("~")[0]
    sd_jwt.check_signed(issued, expected.roots)
    assert "dc+sd-jwt" == reading.header(issued)["typ"]
    _check_life(opened.payload)
    # FetchStatusListToken to CheckCredentialStatus
    if "status" in opened.payload and expected.fetch is not None:
        sd_jwt.check_status(opened.payload["status"], expected.status_roots, expected.fetch)
    # ValidateCredentialVctMatchesDcqlQuery
    assert opened.payload["vct"] in asked["meta"]["vct_values"]
    check_disclosed(opened, asked)
    check_binding(binding, shown, opened.payload, expected)
    return opened


def check_disclosed(opened: Opened, asked: dict[str, Any]) -> None:
    """ValidateDisclosedClaimsMatchDcqlQuery, CheckOnlyRequestedClaimsDisclosed.

    With ``claim_sets`` one of the sets is disclosed, and nothing of another.
    """
    claims = asked.get("claims", [])
    sets = asked.get("claim_sets", [[claim.get("id") for claim in claims]])
    reasons = []
    for chosen in sets:
        paths = [claim["path"] for claim in claims if claim.get("id") in chosen]
        reasons.append(list(_wrong(opened, paths)))
    assert [] in reasons, reasons


def _wrong(opened: Opened, paths: list[list[Any]]) -> Iterator[str]:
    for path in paths:
        if not list(selected(opened.claims, path)):
            yield f"not disclosed: {path}"
    wanted = [found for path in paths for found in selected(opened.claims, path)]
    for found in opened.disclosed:
        if not any(_on_the_way(found, one) for one in wanted):
            yield f"not asked for: {found}"


def selected(value: Any, path: list[Any], done: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """What a claims path pointer selects (OpenID4VP section 7)."""
    if not path:
        yield done
        return
    step, rest = path[0], path[1:]
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        yield from selected(value[step], rest, (*done, step))
    if isinstance(value, list):
        places = range(len(value)) if step is None else [step]
        for place in places:
            if isinstance(place, int) and place < len(value):
                yield from selected(value[place], rest, (*done, place))


def _on_the_way(found: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    """A disclosure belongs to a claim that was asked for when one leads to the other."""
    shorter = min(len(found), len(wanted))
    return found[:shorter] == wanted[:shorter]


def check_binding(binding: str, shown: str, payload: dict[str, Any], expected: Expected) -> None:
    """ValidateSdJwtKeyBindingSignature to CheckForUnexpectedParametersInBindingJwtClaims."""
    header = reading.header(binding)
    assert {"typ", "alg"} == set(header)
    assert "kb+jwt" == header["typ"]
    claims = reading.claims(binding, payload["cnf"]["jwk"])
    assert _BINDING == set(claims)
    assert abs(datetime.now(UTC).timestamp() - claims["iat"]) < _SKEW
    assert expected.audience == claims["aud"]
    assert expected.nonce == claims["nonce"]
    # ValidateSdJwtKbSdHash: everything up to and including the last tilde
    assert reading.hashed(shown) == claims["sd_hash"]


def _check_life(payload: dict[str, Any]) -> None:
    """What holds of the credential itself while it is shown."""
    now = datetime.now(UTC).timestamp()
    assert payload.get("nbf", now) <= now < payload.get("exp", now + 1)
    words.check_public_jwk(payload["cnf"]["jwk"])
