"""Signed Credential Issuer Metadata (OpenID4VCI 1.0 section 12.2.3)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keys import jws
from keys.authority import CertificateAuthority
from keys.role import Role
from keys.signer import SoftwareSigner
from keys.strict_json import dumps, loads_object
from keys.x5c import to_base64
from standards.openid4vci.errors import VciError, VciFailure
from standards.openid4vci.signed_metadata import TYP, sign_metadata, verify_signed_metadata
from tests.standards.openid4vci.test_metadata import FULL

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ISSUER = FULL.credential_issuer
ROOT = CertificateAuthority.create("root", Role.ISSUER, NOW)
ANCHORS = (ROOT.anchor,)
SIGNER = SoftwareSigner.generate()


def chain(signer: SoftwareSigner = SIGNER, **names: Any) -> tuple[str, ...]:
    """Return the ``x5c`` of a key; by default its certificate names the issuer's identifier."""
    wanted = names or {"uris": (ISSUER,)}
    return tuple(map(to_base64, ROOT.issue(signer.public, "issuer", now=NOW, **wanted)))


def signed(x5c: tuple[str, ...] = chain(), signer: SoftwareSigner = SIGNER) -> str:
    return sign_metadata(FULL, signer=signer, x5c=x5c, now=NOW, lifetime=timedelta(days=1))


def verified(token: str, *, now: datetime = NOW) -> Any:
    return verify_signed_metadata(token, anchors=ANCHORS, expected_issuer=ISSUER, now=now)


@pytest.mark.parametrize(
    "names", [{"uris": (ISSUER,)}, {"dns_names": ("issuer.example",)}], ids=["identifier", "host"]
)
def test_signed_metadata_is_what_the_issuer_said(names: Any) -> None:
    """
    VCI-59: type, ``sub``, ``iat``, the chain without its anchor, every member a top-level claim.
    """
    token = signed(chain(**names))
    unverified = jws.parse(token)
    claims = loads_object(unverified.payload)

    assert FULL == verified(token)
    assert (TYP, "ES256") == (unverified.typ, unverified.header["alg"])
    assert 1 == len(unverified.header["x5c"])  # type: ignore[arg-type]  # an array
    assert FULL.as_dict().items() <= claims.items()
    times = int(NOW.timestamp())
    assert (ISSUER, times, times + 86400) == (claims["sub"], claims["iat"], claims["exp"])


def retold(**claims: Any) -> str:
    """Return a token of the issuer's own key that says something else; None leaves out."""
    said = {**loads_object(jws.parse(signed()).payload), **claims}
    kept = {name: value for name, value in said.items() if value is not None}
    return jws.sign({"typ": TYP, "x5c": [*chain()]}, dumps(kept), SIGNER)


OTHER = SoftwareSigner.generate()
STRANGER = CertificateAuthority.create("stranger", Role.ISSUER, NOW)
UNTRUSTED = tuple(map(to_base64, STRANGER.issue(OTHER.public, "issuer", now=NOW, uris=(ISSUER,))))


@pytest.mark.parametrize(
    ("token", "failure"),
    [
        (signed(UNTRUSTED, OTHER), VciFailure.SIGNER_UNTRUSTED),
        (signed(chain(), OTHER), VciFailure.MALFORMED),
        (signed(chain(OTHER, uris=("https://other.example",)), OTHER), VciFailure.ISSUER_MISMATCH),
        (retold(sub=f"{ISSUER}/"), VciFailure.ISSUER_MISMATCH),
        (retold(sub=None), VciFailure.ISSUER_MISMATCH),
        (retold(credential_issuer=f"{ISSUER}/"), VciFailure.ISSUER_MISMATCH),
        (retold(iat=None), VciFailure.MALFORMED),
        (jws.sign({"typ": "JWT", "x5c": [*chain()]}, b"{}", SIGNER), VciFailure.MALFORMED),
        (jws.sign({"typ": TYP}, b"{}", SIGNER), VciFailure.MALFORMED),
        ("a.b.c", VciFailure.MALFORMED),
    ],
    ids=[
        "untrusted",
        "another key",
        "another issuer",
        "other sub",
        "no sub",
        "other metadata",
        "no iat",
        "typ",
        "no chain",
        "no token",
    ],
)
def test_metadata_signed_by_or_about_another_is_refused(token: str, failure: VciFailure) -> None:
    """
    H79: a trusted chain, the right type and time, and this issuer in all three places.
    """
    with pytest.raises(VciError) as caught:
        verified(token)

    assert failure is caught.value.failure


def test_signed_metadata_ends() -> None:
    """
    VCI-59: an old copy says nothing of today.
    """
    with pytest.raises(VciError):
        verified(signed(), now=NOW + timedelta(days=2))
