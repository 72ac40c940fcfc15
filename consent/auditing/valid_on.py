"""Was this certificate valid on that day? Answered from a list that was signed then.

A status list says what holds now; what it said then only a token of then can say (Token Status
List section 8.4). So the answer is of the time that the token covers, from its ``iat`` to its
``exp``, and where no token of that time is there, the answer is that nobody can tell.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import instant_text, malformed
from consent.forms.offline import Offline
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.role import Role
from keys.strict_json import loads_object
from keys.trust_list import TrustList
from keys.verification_key import VerificationKey
from keys.x5c import parse_x5c
from keys.x509 import validate_chain
from standards.formats.credential import CredentialFormat
from standards.formats.errors import CredentialError
from standards.formats.known import FORMATS, format_of
from standards.formats.parts import IssuerPart
from standards.status_list.bits import Status
from standards.status_list.errors import StatusListError
from standards.status_list.reference import StatusReference
from standards.status_list.token import parse_status_token, verify_status_token


@dataclass(frozen=True, slots=True)
class ValidOn:
    """What a list of then said: ``status`` held from ``issued_at`` to ``expires_at`` at least."""

    status: Status
    at: datetime
    issued_at: datetime
    expires_at: datetime

    @property
    def ok(self) -> bool:
        """Whether the certificate was valid."""
        return self.status is Status.VALID

    def as_dict(self) -> JsonObject:
        """Return ``{"ok", "status", "at", "signed_at", "good_until"}``."""
        return {
            "ok": self.ok,
            "status": self.status.name.lower(),
            "at": instant_text(self.at),
            "signed_at": instant_text(self.issued_at),
            "good_until": instant_text(self.expires_at),
        }


def issuer_parts(text: str) -> tuple[IssuerPart, ...]:
    """Return what issuers signed in a certificate of any format, or in a receipt's offline part.

    Raises `ConsentError` (malformed) for what holds none.
    """
    if not text.lstrip().startswith("{"):
        return (_of_certificate(text.strip()),)
    value = loads_object(text).get("offline")
    kept = () if value is None else Offline.parse(value).presentations
    found = tuple(
        format_of(each.format).read_issuer_part(each.issuer_part)
        for each in kept
        if each.issuer_part is not None
    )
    if not found:
        raise _none_found()
    return found


def reference_of(part: IssuerPart) -> StatusReference:
    """Return where the certificate says its status is kept; unverified, for finding the list.

    Raises `ConsentError` (malformed) for a certificate that names no list.
    """
    try:
        reference = part.status
    except StatusListError as error:
        raise malformed(error.detail) from None
    if reference is None:
        raise malformed("the certificate names no status list")
    return reference


def valid_on(part: IssuerPart, status_token: str, *, trust: TrustList, at: datetime) -> ValidOn:
    """Return what the token said of the certificate, or raise why it cannot be told.

    1. a trusted issuer signed the certificate; 2. a trusted provider signed the token, for the
    very list the certificate names; 3. the token covers ``at``. Trust is that of ``at``. Raises
    `ConsentError` (not_found) when it covers another time, (malformed) without a list;
    `KeysError`, `CredentialError` or `StatusListError` for the rest.
    """
    part.verify(_key(part.chain, Role.ISSUER, trust, at))
    reference = reference_of(part)
    token = parse_status_token(status_token)
    provider = _key(parse_x5c(token.header.get("x5c")), Role.STATUS, trust, at)
    listed = verify_status_token(token, provider, expected_uri=reference.uri, now=at)
    if listed.expires_at is None or not listed.issued_at <= at <= listed.expires_at:
        raise ConsentError(
            ConsentFailure.NOT_FOUND,
            f"the list is of {instant_text(listed.issued_at)}: it does not cover that time",
        )
    status = listed.status_at(reference.idx)
    return ValidOn(status, at, listed.issued_at, listed.expires_at)


def _of_certificate(text: str) -> IssuerPart:
    """Return the issuer's part of a certificate, as issued, as presented, or the part alone."""
    for each in FORMATS.values():
        for read in (each.read_issuer_part, partial(_issued, each), partial(_presented, each)):
            try:
                return read(text)
            except (CredentialError, KeysError):
                continue
    raise _none_found()


def _issued(each: CredentialFormat, text: str) -> IssuerPart:
    return each.read_issuer_part(each.read_issued(text).issuer_part)


def _presented(each: CredentialFormat, text: str) -> IssuerPart:
    return each.read_issuer_part(each.read_presented(text).issuer_part)


def _none_found() -> ConsentError:
    return malformed("a certificate, or a receipt with its offline part, was expected")


def _key(chain: tuple[bytes, ...], role: Role, trust: TrustList, at: datetime) -> VerificationKey:
    return validate_chain(chain, anchors=trust.anchors(role, at), role=role, now=at).leaf_key
