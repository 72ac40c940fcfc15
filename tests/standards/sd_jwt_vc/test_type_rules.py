"""A credential against its type's claim metadata (draft-13 9.3, 9.4)."""

import pytest

from keys.strict_json import JsonObject
from standards.positions import ClaimPath
from standards.profiles import Profile
from standards.sd_jwt.frame import FramePath, only
from standards.sd_jwt.parse import parse_sd_jwt
from standards.sd_jwt.present import present
from standards.sd_jwt_vc.credential import VerifiedVc, verify_vc
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.sd_jwt_vc.issue import NewVc, issue_vc
from standards.sd_jwt_vc.type_metadata import ClaimMetadata, SelectiveDisclosure, TypePath
from standards.sd_jwt_vc.type_rules import check_issued, check_presented
from tests.standards.sd_jwt.making import ISSUER, NOW, counting

CLAIMS: JsonObject = {
    "name": "홍길동",
    "address": {"city": "서울", "road": "세종대로"},
    "members": [{"name": "홍판서"}, {"name": "춘섬"}],
}
HIDDEN: list[FramePath] = [("name",), ("address",), ("members", None)]
ALWAYS, ALLOWED, NEVER = SelectiveDisclosure
_KEY = ISSUER.public.verification_key()


def read(text: str) -> VerifiedVc:
    """Verify as anybody does who trusts the issuer."""
    return verify_vc(parse_sd_jwt(text), _KEY, profile=Profile.HAIP, now=NOW)


_NEW = NewVc(vct="type", issuer="issuer", claims=CLAIMS, holder=None, issued_at=NOW)
HELD = read(
    issue_vc(_NEW, signer=ISSUER, x5c=(), entropy=counting(), frame=only(HIDDEN)).serialize()
)


def shown(*paths: ClaimPath) -> VerifiedVc:
    """Return what a verifier sees of some claims."""
    return read(present(HELD.sd, paths))


def rule(
    *path: str | int | None, sd: SelectiveDisclosure | None = None, mandatory: bool = False
) -> list[ClaimMetadata]:
    """Return one rule about one path."""
    return [ClaimMetadata(path, sd=sd, mandatory=mandatory)]


@pytest.mark.parametrize(
    "rules",
    [
        rule("name", sd=ALWAYS, mandatory=True),
        rule("name"),
        rule("name", sd=ALLOWED),
        rule("address", "city", sd=NEVER, mandatory=True),
        rule("members", sd=NEVER, mandatory=True),
        rule("members", None, sd=ALWAYS, mandatory=True),
        rule("members", 1, "name", sd=NEVER, mandatory=True),
        rule("age", sd=ALWAYS),
        rule("age", sd=NEVER),
        rule("name", "first"),
        rule("members", "name"),
        rule("members", 7),
    ],
)
def test_a_credential_that_obeys_its_type(rules: list[ClaimMetadata]) -> None:
    """Hidden where it must be, open where it must be, complete; both as issued and as shown."""
    check_issued(HELD.sd, rules)
    check_presented(shown(*HELD.sd.disclosed_paths).sd, rules)

    with pytest.raises(VcError):
        check_issued(HELD.sd, [*rules, ClaimMetadata(("gone",), mandatory=True)])


@pytest.mark.parametrize(
    ("rules", "failure"),
    [
        (rule("age", mandatory=True), VcFailure.CLAIM_MISSING),
        (rule("members", None, "age", mandatory=True), VcFailure.CLAIM_MISSING),
        (rule("name", 0, mandatory=True), VcFailure.CLAIM_MISSING),
        (rule("members", 7, mandatory=True), VcFailure.CLAIM_MISSING),
        (rule("address", "city", sd=ALWAYS), VcFailure.CLAIM_MUST_BE_HIDDEN),
        (rule("members", None, "name", sd=ALWAYS), VcFailure.CLAIM_MUST_BE_HIDDEN),
        (rule("name", sd=NEVER), VcFailure.CLAIM_MUST_BE_OPEN),
        (rule("members", 0, sd=NEVER), VcFailure.CLAIM_MUST_BE_OPEN),
    ],
)
def test_a_credential_that_does_not(rules: list[ClaimMetadata], failure: VcFailure) -> None:
    """Missing, open or hidden against its type's word: the wallet refuses it on receipt."""
    with pytest.raises(VcError) as caught:
        check_issued(HELD.sd, rules)
    assert failure == caught.value.failure


@pytest.mark.parametrize(
    "path",
    [("name",), ("address",), ("address", "city"), ("members", None)],
)
def test_what_the_holder_kept_back_is_not_missing(path: TypePath) -> None:
    """A verifier cannot call a hidden claim missing, nor a part of one."""
    sd = NEVER if path == ("address", "city") else ALWAYS

    rules = [ClaimMetadata(path, sd=sd, mandatory=True)]
    check_presented(shown().sd, rules)

    with pytest.raises(VcError) as caught:
        check_issued(read(present(HELD.sd, ())).sd, rules)
    assert VcFailure.CLAIM_MISSING == caught.value.failure


@pytest.mark.parametrize("path", [("age",), ("address", "country")])
def test_what_can_never_be_hidden_is_missing_when_it_is_not_there(path: TypePath) -> None:
    """A mandatory claim that may not be hidden, absent from what is in the open."""
    rules = [ClaimMetadata(path, sd=NEVER, mandatory=True)]

    with pytest.raises(VcError) as caught:
        check_presented(shown(("address",)).sd, rules)
    assert VcFailure.CLAIM_MISSING == caught.value.failure


def test_an_index_in_a_type_is_the_issuers() -> None:
    """9.1: a rule about the first member is none about the second, shown alone."""
    first, second = rule("members", 0, sd=NEVER), rule("members", 1, sd=NEVER)
    alone = shown(("members", 1))

    check_presented(alone.sd, first)
    with pytest.raises(VcError) as caught:
        check_presented(alone.sd, second)
    assert VcFailure.CLAIM_MUST_BE_OPEN == caught.value.failure


def test_a_shown_claim_must_be_hidden_or_open_as_its_type_says() -> None:
    """9.4: the verifier checks what it sees."""
    with pytest.raises(VcError) as caught:
        check_presented(shown(("name",)).sd, rule("name", sd=NEVER))
    assert VcFailure.CLAIM_MUST_BE_OPEN == caught.value.failure
