"""For whom a credential is meant: nobody in particular, us, or somebody else."""

import pytest

from keys import jws, strict_json
from keys.strict_json import JsonObject, JsonValue
from standards.formats.credential import ProvenCredential
from standards.formats.errors import CredentialError, CredentialFailure
from standards.formats.known import format_of
from standards.profiles import DC_SD_JWT, Profile
from tests.standards.sd_jwt.making import ISSUER, NOW

US = "x509_hash:abc"


def proven(claims: JsonObject) -> ProvenCredential:
    """A credential that says this, in the open."""
    payload = strict_json.dumps({"vct": "https://a.example/t/1", **claims})
    text = jws.sign({"typ": DC_SD_JWT}, payload, ISSUER)
    return (
        format_of(DC_SD_JWT)
        .read_presented(f"{text}~")
        .verify(ISSUER.public.verification_key(), profile=Profile.HAIP, now=NOW)
    )


@pytest.mark.parametrize("aud", [US, [US], ["https://a.example", US]])
def test_whoever_is_named_may_take_it(aud: JsonValue) -> None:
    """RFC 7519 4.1.3: one name, or several of which ours is one; without any, everybody."""
    proven({"aud": aud}).check_audience(US)
    proven({}).check_audience(US)

    assert proven({}).audiences is None
    assert {} == proven({"aud": aud}).content.about_subject


@pytest.mark.parametrize(
    ("aud", "failure"),
    [
        ("https://a.example", CredentialFailure.WRONG_AUDIENCE),
        (["x509_hash:ABC", "abc"], CredentialFailure.WRONG_AUDIENCE),
        ([], CredentialFailure.WRONG_AUDIENCE),
        ([US, 1], CredentialFailure.CREDENTIAL_MALFORMED),
        ({US: US}, CredentialFailure.CREDENTIAL_MALFORMED),
        (None, CredentialFailure.CREDENTIAL_MALFORMED),
    ],
)
def test_sdj_34_what_is_meant_for_others_is_refused(
    aud: JsonValue, failure: CredentialFailure
) -> None:
    """RFC 9901 7.1 step 6: letter for letter, and what cannot be read names nobody."""
    with pytest.raises(CredentialError) as refused:
        proven({"aud": aud}).check_audience(US)

    assert failure is refused.value.failure
