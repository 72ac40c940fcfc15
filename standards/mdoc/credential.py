"""Verify an mdoc (ISO/IEC 18013-5 section 9.3.1): what its issuer states, and when.

1. the issuer's signature over the mobile security object
2. the document's type is the one that was signed
3. each item is behind the digest that its own number names, over the octets that came
4. the values have a form in JSON
5. it was signed while the signer's certificate was good, and the time is right
6. a driving licence is of the country its signer is of

Whether the key is this issuer's comes before (`UnverifiedMdoc.x5chain`), the holder's own
signature and the status after (`device_auth`, `standards.status_list`).
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from keys import jwt_time
from keys.certificate import Certificate
from keys.certificate_reader import read_certificate
from keys.errors import KeysError
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject
from keys.verification_key import VerificationKey
from standards.cose.errors import CoseError, CoseFailure
from standards.cose.sign1 import UnverifiedSign1, verify_sign1
from standards.mdoc.as_json import as_json
from standards.mdoc.errors import MdocError, MdocFailure
from standards.mdoc.item import IssuerSignedItem, digest_of
from standards.mdoc.mdl import check_authority
from standards.mdoc.mso import MobileSecurityObject, parse_mso
from standards.mdoc.parse import DeviceSigned, UnverifiedMdoc
from standards.mdoc.validity import ValidityInfo
from standards.positions import ClaimPath
from standards.status_list.reference import StatusReference


class VerifiedMdoc(NamedTuple):
    """A credential its issuer signed and that is in its time; only `verify_mdoc` makes it.

    ``holder`` is the key it is bound to. ``status`` is still to be looked up. ``claims`` are the
    elements shown, by namespace, as JSON; ``items`` the same as they came. ``device`` came with
    them and is not verified yet (`device_auth.verify_device_auth`).
    """

    doc_type: str
    holder: PublicJwk
    status: StatusReference | None
    issued_at: datetime
    expires_at: datetime
    claims: JsonObject
    items: tuple[IssuerSignedItem, ...]
    mso: MobileSecurityObject
    issuer_auth: UnverifiedSign1
    device: DeviceSigned | None

    @property
    def disclosed_paths(self) -> tuple[ClaimPath, ...]:
        """Where in ``claims`` the elements are: namespace and element, in the order they came."""
        return tuple((item.namespace, item.element) for item in self.items)


def verify_mdoc(
    unverified: UnverifiedMdoc,
    key: VerificationKey,
    *,
    now: datetime,
    skew: timedelta = jwt_time.CLOCK_SKEW,
) -> VerifiedMdoc:
    """Return what the issuer with ``key`` states, or raise `MdocError`.

    ``key`` is that of the leaf in ``unverified.x5chain``, once a trusted root vouches for it.
    """
    mso = parse_mso(_verify_issuer_auth(unverified.issuer_auth, key))  # 1
    if unverified.doc_type not in {None, mso.doc_type}:  # 2
        raise MdocError(MdocFailure.DOC_TYPE_MISMATCH, "the document says another type")
    for item in unverified.items:  # 3
        _check_digest(item, mso)
    claims = claims_of(unverified.items)  # 4
    signer = _signer(unverified, key)
    _check_signed(mso.validity, signer)  # 5
    _check_now(mso.validity, now, skew)
    check_authority(mso.doc_type, claims, signer)  # 6
    return VerifiedMdoc(
        doc_type=mso.doc_type,
        holder=mso.device_key,
        status=mso.status,
        issued_at=mso.validity.signed,
        expires_at=mso.validity.valid_until,
        claims=claims,
        items=unverified.items,
        mso=mso,
        issuer_auth=unverified.issuer_auth,
        device=unverified.device,
    )


def _verify_issuer_auth(issuer_auth: UnverifiedSign1, key: VerificationKey) -> bytes:
    try:
        return verify_sign1(issuer_auth, key)
    except CoseError as error:
        failure = (
            MdocFailure.ISSUER_SIGNATURE_INVALID
            if error.failure is CoseFailure.SIGNATURE_INVALID
            else MdocFailure.ISSUER_AUTH_REFUSED
        )
        raise MdocError(failure, error.detail) from error


def _check_digest(item: IssuerSignedItem, mso: MobileSecurityObject) -> None:
    """Compare the item as received with what was signed for its number in its namespace (T5)."""
    signed = mso.digests.get(item.namespace, {}).get(item.digest_id)
    if signed is None:
        raise MdocError(MdocFailure.DIGEST_MISSING, "no digest stands for one of the items")
    if not hmac.compare_digest(signed, digest_of(item.octets, mso.digest_algorithm)):
        raise MdocError(MdocFailure.DIGEST_MISMATCH, "an item is not what was signed")


def claims_of(items: Iterable[IssuerSignedItem]) -> JsonObject:
    """Return the elements of some items as JSON, by namespace, or raise value_refused."""
    claims: dict[str, JsonObject] = {}
    for item in items:
        claims.setdefault(item.namespace, {})[item.element] = as_json(item.value)
    return {**claims}


def _signer(unverified: UnverifiedMdoc, key: VerificationKey) -> Certificate:
    """Return the leaf of the chain: nobody signed for it, so it must be of the very ``key``."""
    try:
        leaf = read_certificate(unverified.x5chain[0])
        is_of_key = leaf.verification_key().is_same_as(key)
    except KeysError as error:
        raise MdocError(MdocFailure.CHAIN_REFUSED, error.detail) from error
    if not is_of_key:
        raise MdocError(MdocFailure.CHAIN_REFUSED, "the certificate of another key")
    return leaf


def _check_signed(validity: ValidityInfo, signer: Certificate) -> None:
    if not signer.not_before <= validity.signed <= signer.not_after:
        raise MdocError(
            MdocFailure.SIGNED_OUTSIDE_CERTIFICATE, "the signer's certificate was not good then"
        )


def _check_now(validity: ValidityInfo, now: datetime, skew: timedelta) -> None:
    if now - skew > validity.valid_until:
        raise MdocError(MdocFailure.EXPIRED, f"good until {validity.valid_until.isoformat()}")
    if now + skew < validity.valid_from:
        raise MdocError(MdocFailure.NOT_YET_VALID, f"good from {validity.valid_from.isoformat()}")
