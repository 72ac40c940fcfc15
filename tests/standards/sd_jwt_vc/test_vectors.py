"""The examples of SD-JWT VC, as credentials."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from keys import strict_json
from keys.jwk import PublicJwk
from standards.profiles import Profile
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.credential import verify_vc


@pytest.mark.parametrize(
    "name", ["example-issued.json", "example-presented-kb.json", "example-without-kb.json"]
)
def test_the_examples_of_the_draft_verify(vectors: Path, name: str) -> None:
    """Both with and without a holder's key."""
    vector = strict_json.loads_object((vectors / "sd-jwt-vc" / name).read_bytes())
    key = PublicJwk.parse(vector["issuer_jwk"]).verification_key()

    seen = verify_vc(
        parse_sd_jwt(str(vector["compact"])),
        key,
        profile=Profile.HAIP,
        now=datetime(2026, 1, 1, tzinfo=UTC),
    )

    assert "https://credentials.example.com/identity_credential" == seen.vct
    assert ("without" in name) == (seen.holder is None)
