"""Verify an SD-JWT VC (draft-13 §3.4), on top of RFC 9901's own verification.

1. the SD-JWT itself, with a `typ` the profile accepts (§3.2.1);
2. what must always be open came in the open (§3.2.2.2);
3. the claims of the format have their form (§3.2.2);
4. the time is right; 5. the holder's key can be used, or no key binding pretends to use it.

Whether the key is this issuer's (§3.5) comes before, whether the status is good after: both need
what this folder must not know.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from keys import jwt_time
from keys.errors import KeysError, KeysFailure
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from keys.verification_key import VerificationKey
from standards.profiles import Profile, rules
from standards.sd_jwt.key_binding import KeyBinding, verify_key_binding
from standards.sd_jwt.parse import UnverifiedSdJwt
from standards.sd_jwt.verify import VerifiedSdJwt, verify_sd_jwt
from standards.sd_jwt_vc.errors import VcError, VcFailure
from standards.status_list.errors import StatusListError
from standards.status_list.reference import StatusReference

# §3.2.2.2; `aka_vcts` is of a later draft and only makes us stricter.
NEVER_SD = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status", "aka_vcts"})
# What describes the credential and not the subject: ours to set, never the authority's.
SET_BY_FORMAT = NEVER_SD | {"iat"}


class VerifiedVc(NamedTuple):
    """A credential its issuer signed and that is in its time; only `verify_vc` makes it.

    ``issuer`` is `iss`, None where the certificate alone names it (§3.5). ``holder`` None: anybody
    may show it. ``status`` is still to be looked up. ``claims`` are all that were disclosed, the
    format's own included; ``sd`` is the SD-JWT beneath, for presenting it.
    """

    vct: str
    issuer: str | None
    holder: PublicJwk | None
    status: StatusReference | None
    issued_at: datetime | None
    expires_at: datetime | None
    vct_integrity: str | None
    claims: JsonObject
    sd: VerifiedSdJwt


def verify_vc(
    unverified: UnverifiedSdJwt,
    key: VerificationKey,
    *,
    profile: Profile,
    now: datetime,
    skew: timedelta = jwt_time.CLOCK_SKEW,
) -> VerifiedVc:
    """Return what the issuer with ``key`` states, or raise `SdJwtError` or `VcError`."""
    sd = verify_sd_jwt(unverified, key, expected_typ=rules(profile).credential_typ)  # 1
    _check_open(sd)  # 2
    claims = sd.claims
    vct = _text(claims, "vct")  # 3
    if not vct:
        raise _malformed("vct is missing")
    times = _times(claims, now, skew)  # 4
    holder = _holder(claims, kb_jwt=sd.kb_jwt)  # 5
    return VerifiedVc(
        vct=vct,
        issuer=_text(claims, "iss"),
        holder=holder,
        status=_status(claims),
        issued_at=times.iat,
        expires_at=times.exp,
        vct_integrity=_text(claims, "vct#integrity"),
        claims=claims,
        sd=sd,
    )


def verify_vc_key_binding(
    vc: VerifiedVc,
    *,
    expected_audience: str,
    expected_nonce: str,
    now: datetime,
    max_age: timedelta,
) -> KeyBinding:
    """Return what the holder named in `cnf` signed for us, or raise (§3.4, RFC 9901 §7.3).

    Raises holder_key_refused for a credential that is bound to nobody.
    """
    if vc.holder is None:
        raise VcError(VcFailure.HOLDER_KEY_REFUSED, "the credential is bound to no key")
    return verify_key_binding(
        vc.sd,
        vc.holder,
        expected_audience=expected_audience,
        expected_nonce=expected_nonce,
        now=now,
        max_age=max_age,
    )


def _check_open(sd: VerifiedSdJwt) -> None:
    """Refuse a disclosure for, or within, a claim that may never be hidden (H29)."""
    for found in sd.disclosed:
        if found.path[0] in NEVER_SD:
            raise VcError(
                VcFailure.ALWAYS_OPEN_CLAIM_HIDDEN, f"{found.path[0]} came by a disclosure"
            )


def _times(claims: JsonObject, now: datetime, skew: timedelta) -> jwt_time.Times:
    """Return the credential's times once ``now`` is within them."""
    try:
        return jwt_time.check_times(claims, now=now, skew=skew)
    except KeysError as error:
        raise VcError(_TIME_FAILURES.get(error.failure, _MALFORMED), error.detail) from error


def _holder(claims: JsonObject, *, kb_jwt: str | None) -> PublicJwk | None:
    """Return the key in `cnf`: by `jwk` and by nothing beside it, so that there is one answer."""
    if "cnf" not in claims:
        if kb_jwt is not None:
            raise VcError(
                VcFailure.KEY_BINDING_WITHOUT_KEY, "key binding for a credential bound to nobody"
            )
        return None
    cnf = claims["cnf"]
    if not isinstance(cnf, dict) or cnf.keys() != {"jwk"}:
        raise VcError(VcFailure.HOLDER_KEY_REFUSED, "cnf with jwk and nothing else was expected")
    try:
        return PublicJwk.parse(cnf["jwk"])
    except KeysError as error:
        raise VcError(VcFailure.HOLDER_KEY_REFUSED, error.detail) from error


def _status(claims: JsonObject) -> StatusReference | None:
    if "status" not in claims:
        return None
    try:
        return StatusReference.parse(claims["status"])
    except StatusListError as error:
        raise VcError(VcFailure.STATUS_REFUSED, error.detail) from error


def _text(claims: JsonObject, name: str) -> str | None:
    if name not in claims:
        return None
    value = claims[name]
    if not isinstance(value, str):
        raise _malformed(f"{name} is a string")
    return value


_MALFORMED = VcFailure.CLAIM_MALFORMED
_TIME_FAILURES = {
    KeysFailure.EXPIRED: VcFailure.EXPIRED,
    KeysFailure.NOT_YET_VALID: VcFailure.NOT_YET_VALID,
}


def _malformed(detail: str) -> VcError:
    return VcError(_MALFORMED, detail)
