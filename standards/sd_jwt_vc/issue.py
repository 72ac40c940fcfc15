"""Issue an SD-JWT VC (draft-13 §3.2)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from keys import jwt_time
from keys.entropy import Entropy
from keys.jwk import PublicJwk
from keys.signer import Signer
from keys.strict_json import JsonObject
from standards.profiles import DC_SD_JWT
from standards.sd_jwt.frame import Frame, everything
from standards.sd_jwt.issue import SdJwt, issue
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from standards.status_list.reference import StatusReference

_EVERYTHING = everything()


class NewVc(NamedTuple):
    """What an authority states: ``claims`` about the subject, the rest about the credential.

    Times are cut to whole seconds; rounding them further, so that a batch does not link
    (RFC 9901 §10.1), is the issuer's policy. ``holder`` None makes a credential anybody can show.
    """

    vct: str
    issuer: str
    claims: JsonObject
    holder: PublicJwk | None
    issued_at: datetime
    expires_at: datetime | None = None
    not_before: datetime | None = None
    status: StatusReference | None = None
    vct_integrity: str | None = None


def issue_vc(
    new: NewVc,
    *,
    signer: Signer,
    x5c: Sequence[str],
    entropy: Entropy,
    frame: Frame | None = None,
    decoys: int = 0,
) -> SdJwt:
    """Return the signed credential; ``x5c`` is the signer's chain, leaf first and no anchor.

    ``frame`` says which claims the holder may show one by one; None hides every one of them at
    any depth. ``decoys`` as in `standards.sd_jwt.issue`. The claims the format sets always stay
    open, and a claim about the subject that takes the name of one of these is the caller's
    mistake (ValueError).
    """
    if not SET_BY_FORMAT.isdisjoint(new.claims):
        raise ValueError("claims about the subject may not be named like the credential's own")
    header: JsonObject = {"typ": DC_SD_JWT}
    if x5c:
        header["x5c"] = [*x5c]
    return issue(
        new.claims,
        frame=_EVERYTHING if frame is None else frame,
        header=header,
        signer=signer,
        entropy=entropy,
        decoys=decoys,
        kept_open=_own_claims(new),
    )


def _own_claims(new: NewVc) -> JsonObject:
    """Return the claims the format defines (§3.2.2), in the order people read them."""
    claims: JsonObject = {"iss": new.issuer, "vct": new.vct}
    if new.vct_integrity is not None:
        claims["vct#integrity"] = new.vct_integrity
    claims["iat"] = jwt_time.seconds(new.issued_at)
    if new.not_before is not None:
        claims["nbf"] = jwt_time.seconds(new.not_before)
    if new.expires_at is not None:
        claims["exp"] = jwt_time.seconds(new.expires_at)
    if new.status is not None:
        claims["status"] = new.status.as_claim()
    if new.holder is not None:
        jwk = new.holder.as_dict()
        jwk.pop("kid", None)  # one more name for the holder, and the key needs none
        claims["cnf"] = {"jwk": jwk}
    return claims
