"""Issue an SD-JWT VC (draft-13 §3.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from keys import jwt_time
from keys.jwk import PublicJwk
from keys.signer import Signer
from keys.strict_json import JsonObject
from standards.profiles import DC_SD_JWT
from standards.sd_jwt.frame import OPEN, Frame, everything
from standards.sd_jwt.issue import Entropy, SdJwt, issue
from standards.sd_jwt_vc.credential import SET_BY_FORMAT
from standards.status_list.reference import StatusReference

_EVERYTHING = everything(except_=SET_BY_FORMAT)
_KEPT_OPEN: Mapping[str | int, Frame] = dict.fromkeys(SET_BY_FORMAT, OPEN)


@dataclass(frozen=True, slots=True)
class NewVc:
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
    """Return the signed credential, `typ` ``dc+sd-jwt``, with the chain ``x5c`` (leaf first).

    ``frame`` says which claims the holder may show one by one; None hides every one of them at
    any depth. The claims the format sets stay open whatever it says. A claim that takes the name
    of one of these is the caller's mistake (ValueError).
    """
    if not SET_BY_FORMAT.isdisjoint(new.claims):
        raise ValueError("claims about the subject may not be named like the credential's own")
    chosen = _EVERYTHING if frame is None else _open_by_format(frame)
    header: JsonObject = {"typ": DC_SD_JWT, "x5c": [*x5c]}
    return issue(
        _own_claims(new) | new.claims,
        frame=chosen,
        header=header,
        signer=signer,
        entropy=entropy,
        decoys=decoys,
    )


def _open_by_format(frame: Frame) -> Frame:
    return Frame(hidden=False, named={**frame.named, **_KEPT_OPEN}, others=frame.others)


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
        claims["cnf"] = {"jwk": _without_name(new.holder)}
    return claims


def _without_name(holder: PublicJwk) -> JsonObject:
    """Return the key alone: a `kid` would be one more name for the holder."""
    return {name: value for name, value in holder.as_dict().items() if name != "kid"}
