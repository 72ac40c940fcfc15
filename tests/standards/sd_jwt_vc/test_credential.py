"""Credentials as their issuer made them, and as nobody should believe them (draft-13 3.2, 3.4)."""

from datetime import datetime, timedelta

import pytest

from keys import jws, strict_json
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject
from standards.profiles import Profile
from standards.sd_jwt.errors import SdJwtError, SdJwtFailure
from standards.sd_jwt.frame import OPEN, everything, only
from standards.sd_jwt.key_binding import bind
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt_vc.credential import (
    NEVER_SD,
    VerifiedVc,
    verify_vc,
    verify_vc_key_binding,
)
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.status_list.reference import StatusReference
from tests.standards.sd_jwt.making import (
    HOLDER,
    ISSUER,
    NOW,
    counting,
    disclosure,
    sha256,
    signed,
)

VCT = "https://registry.example/issuers/resident-registry/types/resident-register/1"
STATUS = StatusReference("https://registry.example/issuers/resident-registry/status/1", 7)
NEW = NewVc(
    vct=VCT,
    issuer="https://registry.example/issuers/resident-registry",
    claims={"name": "홍길동", "members": ["홍판서", "춘섬"]},
    holder=HOLDER.public,
    issued_at=NOW,
    expires_at=NOW + timedelta(days=90),
    not_before=NOW - timedelta(hours=1),
    status=STATUS,
    vct_integrity="sha256-abc",
)
ISSUED = issue_vc(NEW, signer=ISSUER, x5c=["MIIB", "MIIC"], entropy=counting()).serialize()
CNF: JsonObject = {"jwk": HOLDER.public.as_dict()}
BASE: JsonObject = {"vct": VCT, "iss": NEW.issuer, "cnf": CNF}


def verified(text: str, *, profile: Profile = Profile.HAIP, now: datetime = NOW) -> VerifiedVc:
    """Verify as anybody does who trusts the issuer."""
    return verify_vc(
        parse_sd_jwt(text), ISSUER.public.verification_key(), profile=profile, now=now
    )


def credential(changes: JsonObject | None = None, typ: str = "dc+sd-jwt") -> str:
    """Return a signed credential with some claims changed; None leaves a claim out."""
    claims = BASE | (changes or {})
    kept: JsonObject = {name: value for name, value in claims.items() if value is not None}
    return signed(kept, typ=typ)


def assert_refused(text: str, failure: VcFailure, *, now: datetime = NOW) -> None:
    """Check that a credential is refused for exactly this reason."""
    with pytest.raises(VcError) as caught:
        verified(text, now=now)
    assert failure == caught.value.failure


def test_what_was_stated_is_what_is_read() -> None:
    """Every part of a new credential comes back from its text."""
    seen = verified(ISSUED)

    assert VCT == seen.vct
    assert NEW.issuer == seen.issuer
    assert seen.holder is not None
    assert HOLDER.public.thumbprint() == seen.holder.thumbprint()
    assert STATUS == seen.status
    assert NOW == seen.issued_at
    assert NEW.expires_at == seen.expires_at
    assert "sha256-abc" == seen.vct_integrity
    assert "홍길동" == seen.claims["name"]
    assert ["홍판서", "춘섬"] == seen.claims["members"]


def test_the_header_is_what_the_drafts_ask_for() -> None:
    """3.2.1 and HAIP 6.1.1: the type, and the chain in `x5c`; the key has no name in `cnf`."""
    token = jws.parse(ISSUED.partition("~")[0])
    payload = strict_json.loads_object(token.payload)

    assert {"alg": "ES256", "typ": "dc+sd-jwt", "x5c": ["MIIB", "MIIC"]} == token.header
    assert {"jwk": {k: v for k, v in HOLDER.public.as_dict().items() if k != "kid"}} == payload[
        "cnf"
    ]


def test_without_a_frame_every_claim_about_the_subject_is_hidden() -> None:
    """The payload says only what the format says; nothing about the person is in the open."""
    payload = strict_json.loads_object(jws.parse(ISSUED.partition("~")[0]).payload)

    assert {
        "iss",
        "vct",
        "vct#integrity",
        "iat",
        "nbf",
        "exp",
        "status",
        "cnf",
        "_sd",
        "_sd_alg",
    } == payload.keys()
    assert NEVER_SD - {"aka_vcts"} < payload.keys()


def test_the_least_a_credential_says() -> None:
    """No holder, no status, no end, no chain, nothing hidden: still a credential (3.2.2.4)."""
    new = NewVc(vct=VCT, issuer="i", claims={"a": 1}, holder=None, issued_at=NOW)
    text = issue_vc(new, signer=ISSUER, x5c=(), entropy=counting(), frame=OPEN).serialize()

    seen = verified(text)

    assert {"iss": "i", "vct": VCT, "iat": int(NOW.timestamp()), "a": 1} == seen.claims
    assert (None, None, None, None) == (
        seen.holder,
        seen.status,
        seen.expires_at,
        seen.vct_integrity,
    )
    assert "x5c" not in seen.sd.header


def test_a_frame_of_the_callers_is_obeyed() -> None:
    """Only the name is hidden; the members are open to everybody."""
    sd_jwt = issue_vc(
        NEW, signer=ISSUER, x5c=(), entropy=counting(), frame=only([("name",)]), decoys=3
    )

    seen = verified(f"{sd_jwt.jwt}~")

    assert ["홍판서", "춘섬"] == seen.claims["members"]
    assert "name" not in seen.claims


@pytest.mark.parametrize("name", sorted(NEVER_SD | {"iat"}))
def test_a_claim_about_the_subject_cannot_take_the_formats_names(name: str) -> None:
    """`iss`, `exp` and their kin are the issuer's to set: the caller's mistake."""
    new = NewVc(vct=VCT, issuer="i", claims={name: 1}, holder=None, issued_at=NOW)

    with pytest.raises(ValueError, match="named like"):
        issue_vc(new, signer=ISSUER, x5c=(), entropy=counting(), frame=everything())


@pytest.mark.parametrize("name", sorted(NEVER_SD))
def test_h29_a_claim_that_must_be_open_is_refused_when_hidden(name: str) -> None:
    """H29: whoever shows the credential could leave it out."""
    text = disclosure("salt", name, "x")
    payload = {key: value for key, value in BASE.items() if key != name}

    assert_refused(
        signed(payload | {"_sd": [sha256(text)]}, [text], typ="dc+sd-jwt"),
        VcFailure.ALWAYS_OPEN_CLAIM_HIDDEN,
    )


def test_h29_a_part_of_a_claim_that_must_be_open_is_refused_when_hidden() -> None:
    """H29: the key inside `cnf`, the index inside `status`; `iat` may be hidden (3.2.2.2)."""
    inside = disclosure("salt", "jwk", HOLDER.public.as_dict())
    iat = disclosure("salt", "iat", int(NOW.timestamp()))
    hidden: JsonObject = {"_sd": [sha256(iat)]}

    assert_refused(
        signed(BASE | {"cnf": {"_sd": [sha256(inside)]}}, [inside], typ="dc+sd-jwt"),
        VcFailure.ALWAYS_OPEN_CLAIM_HIDDEN,
    )
    assert NOW == verified(signed(BASE | hidden, [iat], typ="dc+sd-jwt")).issued_at


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"vct": None}, VcFailure.CLAIM_MALFORMED),
        ({"vct": ""}, VcFailure.CLAIM_MALFORMED),
        ({"vct": [VCT]}, VcFailure.CLAIM_MALFORMED),
        ({"iss": 5}, VcFailure.CLAIM_MALFORMED),
        ({"vct#integrity": 5}, VcFailure.CLAIM_MALFORMED),
        ({"exp": "later"}, VcFailure.CLAIM_MALFORMED),
        ({"nbf": True}, VcFailure.CLAIM_MALFORMED),
        ({"iat": -1}, VcFailure.CLAIM_MALFORMED),
        ({"iat": 2**63}, VcFailure.CLAIM_MALFORMED),
        ({"cnf": {"kid": "1"}}, VcFailure.HOLDER_KEY_REFUSED),
        ({"cnf": {}}, VcFailure.HOLDER_KEY_REFUSED),
        ({"cnf": "key"}, VcFailure.HOLDER_KEY_REFUSED),
        ({"cnf": CNF | {"kid": "1"}}, VcFailure.HOLDER_KEY_REFUSED),
        ({"cnf": {"jwk": {"kty": "EC"}}}, VcFailure.HOLDER_KEY_REFUSED),
        ({"cnf": {"jwk": HOLDER.public.as_dict() | {"d": "AA"}}}, VcFailure.HOLDER_KEY_REFUSED),
        ({"status": {}}, VcFailure.STATUS_REFUSED),
        ({"status": {"status_list": {"idx": -1, "uri": "u"}}}, VcFailure.STATUS_REFUSED),
        ({"status": "valid"}, VcFailure.STATUS_REFUSED),
    ],
)
def test_h18_h33_h45_a_claim_of_another_form_is_refused(
    changes: JsonObject, failure: VcFailure
) -> None:
    """H18, H33 (double and private keys), H45: each claim of the format has its form."""
    assert_refused(credential(changes), failure)


def test_an_issuer_may_be_named_by_its_certificate_alone() -> None:
    """3.5: `iss` is optional where `x5c` tells who it is."""
    assert verified(credential({"iss": None})).issuer is None


@pytest.mark.parametrize("seconds", [-60, 0, 60])
def test_h19_a_credential_is_good_to_the_edge(seconds: int) -> None:
    """H19: from a skew before `nbf` to a skew after `exp`, both included."""
    at = int(NOW.timestamp())

    assert VCT == verified(credential({"nbf": at - seconds, "exp": at - seconds})).vct


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"exp": int(NOW.timestamp()) - 61}, VcFailure.EXPIRED),
        ({"nbf": int(NOW.timestamp()) + 61}, VcFailure.NOT_YET_VALID),
        ({"iat": int(NOW.timestamp()) + 3600}, VcFailure.NOT_YET_VALID),
    ],
)
def test_h19_a_credential_out_of_its_time_is_refused(
    changes: JsonObject, failure: VcFailure
) -> None:
    """H19: one second beyond the skew; issued an hour from now."""
    assert_refused(credential(changes), failure)


def test_h35_each_profile_reads_its_types() -> None:
    """H35: the old type is for the plain profile only; the new one (+) for both."""
    old, new = credential(typ="vc+sd-jwt"), credential()

    assert VCT == verified(old, profile=Profile.PLAIN).vct
    assert VCT == verified(new, profile=Profile.PLAIN).vct == verified(new).vct
    with pytest.raises(SdJwtError) as caught:
        verified(old)
    assert SdJwtFailure.WRONG_TYP == caught.value.failure


def _bound(text: str, signer: SoftwareSigner = HOLDER) -> str:
    return bind(text, signer=signer, audience="a", nonce="n", now=NOW)


def _check_binding(vc: VerifiedVc) -> str:
    binding = verify_vc_key_binding(
        vc, expected_audience="a", expected_nonce="n", now=NOW, max_age=timedelta(minutes=5)
    )
    return binding.nonce


def test_the_holder_named_in_the_credential_signs() -> None:
    """3.4: key binding is verified with the key in `cnf`; another's is refused."""
    assert "n" == _check_binding(verified(_bound(ISSUED)))
    with pytest.raises(SdJwtError) as caught:
        _check_binding(verified(_bound(ISSUED, ISSUER)))
    assert SdJwtFailure.KEY_BINDING_SIGNATURE_INVALID == caught.value.failure


def test_h33_key_binding_needs_a_key_to_be_bound_to() -> None:
    """H33: a KB-JWT without `cnf` proves nothing; nor can it be asked for."""
    unbound = credential({"cnf": None})

    assert_refused(_bound(unbound), VcFailure.KEY_BINDING_WITHOUT_KEY)
    with pytest.raises(VcError) as caught:
        _check_binding(verified(unbound))
    assert VcFailure.HOLDER_KEY_REFUSED == caught.value.failure


def test_h62_odd_names_are_plain_claims() -> None:
    """H62: they are hidden, shown and read like any other."""
    claims: JsonObject = {"__proto__": 1, "constructor": 2, "$ref": 3, "__class__": 4}
    new = NewVc(vct=VCT, issuer="i", claims=claims, holder=None, issued_at=NOW)

    seen = verified(issue_vc(new, signer=ISSUER, x5c=(), entropy=counting()).serialize())

    assert claims == {name: seen.claims[name] for name in claims}
