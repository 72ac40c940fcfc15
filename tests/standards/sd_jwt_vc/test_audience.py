"""For whom a credential is meant: nobody in particular, us, or somebody else."""

import pytest

from keys.strict_json import JsonValue
from standards.sd_jwt_vc.audience import audience_of, check_audience
from standards.sd_jwt_vc.errors import VcError, VcFailure

US = "x509_hash:abc"


@pytest.mark.parametrize("aud", [US, [US], ["https://a.example", US]])
def test_whoever_is_named_may_take_it(aud: JsonValue) -> None:
    """RFC 7519 4.1.3: one name, or several of which ours is one; without any, everybody."""
    check_audience({"aud": aud}, expected_audience=US)
    check_audience({}, expected_audience=US)

    assert audience_of({}) is None


@pytest.mark.parametrize(
    ("aud", "failure"),
    [
        ("https://a.example", VcFailure.WRONG_AUDIENCE),
        (["x509_hash:ABC", "abc"], VcFailure.WRONG_AUDIENCE),
        ([], VcFailure.WRONG_AUDIENCE),
        ([US, 1], VcFailure.CLAIM_MALFORMED),
        ({US: US}, VcFailure.CLAIM_MALFORMED),
        (None, VcFailure.CLAIM_MALFORMED),
    ],
)
def test_sdj_34_what_is_meant_for_others_is_refused(aud: JsonValue, failure: VcFailure) -> None:
    """RFC 9901 7.1 step 6: letter for letter, and what cannot be read names nobody."""
    with pytest.raises(VcError) as refused:
        check_audience({"aud": aud}, expected_audience=US)

    assert failure is refused.value.failure
