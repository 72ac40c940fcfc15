"""What a party may ask for, as a registrar signs it; the wallet reads it in the request itself.

A relying party shows it in ``verifier_info`` of its signed request (OpenID4VP 1.0 section 5.11):

    {"format": "https://mydata.example/formats/registration-certificate/1", "data": "<JWS>"}

The whole registration stands in it, so nobody has to be asked what it said on that day.
``docs/registration-certificate.md`` is the format.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import malformed
from keys import jws
from keys.canonical_json import canonical
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue
from keys.jwt_time import check_times, seconds
from keys.role import Role
from keys.signed_by_chain import SignedByChain, verify_signed_by_chain
from keys.signer import Signer
from keys.strict_json import dumps
from keys.x509 import Anchor
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from standards.members import Members, members

REGISTRATION_CERTIFICATE_FORMAT: Final = (
    "https://mydata.example/formats/registration-certificate/1"
)
TYP: Final = "registration-certificate+jwt"
# A registration with texts in three languages and a chain of five certificates.
CERTIFICATE_LIMIT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class RegisteredClaims:
    """Claims of one type that may be asked for.

    ``vct`` None is every type that no other entry names, ``paths`` None every claim of it.
    """

    vct: str | None
    paths: tuple[ClaimsPathPointer, ...] | None


@dataclass(frozen=True, slots=True)
class RegistrationCertificate:
    """One registered purpose of a party; only `read_registration` makes one.

    ``registrar`` is the name of the root behind it. ``sha256`` is that of the registration in
    canonical JSON: the very hash that terms of it carry. ``statute`` is the law that allows asking
    for unique identifiers, None without one.
    """

    party: str
    purpose: str
    legal_basis: str
    statute: str | None
    claims: tuple[RegisteredClaims, ...]
    sha256: bytes
    registrar: str
    expires_at: datetime

    def allows(self, vct: str, path: ClaimsPathPointer) -> bool:
        """Tell whether a claim of this type is registered: itself, or what it lies in."""
        named = [entry for entry in self.claims if entry.vct == vct]
        entries = named or [entry for entry in self.claims if entry.vct is None]
        return any(
            entry.paths is None or any(each.covers(path.steps) for each in entry.paths)
            for entry in entries
        )


def sign_registration(
    registration: JsonObject,
    *,
    issuer: str,
    party: str,
    signer: Signer,
    x5c: Sequence[str],
    now: datetime,
    lifetime: timedelta,
) -> str:
    """Return the certificate of a published registration; ``x5c`` without the root."""
    claims: JsonObject = {
        "iss": issuer,
        "sub": party,
        "iat": seconds(now),
        "exp": seconds(now + lifetime),
        "registration": registration,
    }
    header: JsonObject = {"typ": TYP, "x5c": list[JsonValue](x5c)}
    return jws.sign(header, dumps(claims), signer)


def read_registration(
    entries: Sequence[JsonValue],
    *,
    expected_party: str,
    anchors: Sequence[Anchor],
    now: datetime,
) -> RegistrationCertificate | None:
    """Return the registration in a request's ``verifier_info``, None when it shows none.

    Also none is shown by a certificate of a registrar that nobody here knows: it says nothing.

    1. one of our format, signed by a trusted registrar, in its own name, in time
    2. about the party that asks, and a purpose that has not ended

    Raises `ConsentError` (malformed, terms_mismatch) for any other: it is somebody else's, or old.
    """
    ours = [entry for entry in entries if _format_of(entry) == REGISTRATION_CERTIFICATE_FORMAT]
    if not ours:
        return None
    if len(ours) > 1:
        raise malformed("a request shows at most one registration")
    signed = _signed(members(ours[0], "verifier_info", malformed).text("data"), anchors, now)  # 1
    if signed is None:
        return None
    certificate = _read(signed, now)
    if certificate.party != expected_party:  # 2
        raise _mismatch("the registration is another party's")
    return certificate


def _signed(token: str, anchors: Sequence[Anchor], now: datetime) -> SignedByChain | None:
    try:
        return verify_signed_by_chain(
            token,
            expected_typ=TYP,
            anchors=anchors,
            role=Role.REGISTRAR,
            now=now,
            limit=CERTIFICATE_LIMIT,
        )
    except KeysError as error:
        if error.failure is KeysFailure.CHAIN_UNTRUSTED:
            return None
        raise _mismatch(f"the registration: {error.detail}") from None


def _read(signed: SignedByChain, now: datetime) -> RegistrationCertificate:
    try:
        claims = signed.token.claims()
        times = check_times(claims, now=now, require_exp=True)
    except KeysError as error:
        raise _mismatch(f"the registration: {error.detail}") from None
    reader = members(claims, "registration certificate", malformed)
    if signed.signer.uris and reader.text("iss") not in signed.signer.uris:
        raise _mismatch("the registration: iss is not the owner of its certificate")
    registration = reader.object("registration")
    party = registration.object("party").text("id")
    if party != reader.text("sub") or registration.flag("ended", default=False):
        raise _mismatch("the registration has ended, or is not of its subject")
    return RegistrationCertificate(
        party=party,
        purpose=registration.object("purpose").text("code"),
        legal_basis=registration.text("legal_basis"),
        statute=_optional(registration, "statute"),
        claims=tuple(map(_claims, registration.objects("claims"))),
        sha256=hashlib.sha256(canonical(registration.value)).digest(),
        registrar=signed.signer.anchor.name,
        expires_at=times.exp or now,
    )


def _claims(entry: Members) -> RegisteredClaims:
    vct, listed = _optional(entry, "vct"), entry.value.get("paths")
    if listed is None:
        return RegisteredClaims(vct, None)
    try:
        paths = tuple(map(ClaimsPathPointer.parse_dotted, entry.optional_texts("paths")))
    except DcqlError as error:
        raise malformed(f"registration: {error.detail}") from None
    return RegisteredClaims(vct, paths)


def _optional(reader: Members, name: str) -> str | None:
    """Return a text that the form writes as null where there is none."""
    return None if reader.value.get(name) is None else reader.text(name)


def _format_of(entry: JsonValue) -> JsonValue:
    return entry.get("format") if isinstance(entry, dict) else None


def _mismatch(detail: str) -> ConsentError:
    return ConsentError(ConsentFailure.TERMS_MISMATCH, detail)
