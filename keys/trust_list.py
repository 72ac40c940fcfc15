"""Who is trusted for what, as one signed list that anyone may cache (JWS, ``trust-list+jwt``).

A root stands in the list for a role, for a time and for a scope; taking it out is how trust ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from keys import jws, strict_json
from keys.certificate_reader import common_name, read_certificate
from keys.errors import KeysError, KeysFailure
from keys.json_value import JsonObject, JsonValue
from keys.jwt_time import check_times, numeric_date, seconds
from keys.signer import Signer
from keys.verification_key import VerificationKey
from keys.x5c import certificate_of, to_base64
from keys.x509 import Anchor, Role

TYP: Final = "trust-list+jwt"
# A few hundred roots; a list that grows past it is divided by role.
TOKEN_LIMIT: Final = 1024 * 1024
_ROLES: Final = {role.value: role for role in Role}


@dataclass(frozen=True, slots=True)
class TrustEntry:
    """One root trusted for ``role`` from ``valid_from`` to ``valid_until``, both included.

    ``scope`` are the types (``vct``) or purposes it is trusted for; empty means all. ``lists``
    are the addresses of the public trust lists it was taken from, as their keepers publish them.
    """

    role: Role
    certificate: bytes
    name: str
    scope: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    lists: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        role: Role,
        certificate: bytes,
        *,
        now: datetime,
        scope: tuple[str, ...] = (),
        lists: tuple[str, ...] = (),
    ) -> Self:
        """Return an entry for a DER certificate, from ``now`` until the certificate expires."""
        until = read_certificate(certificate).not_after
        return cls(role, certificate, common_name(certificate), scope, now, until, lists)

    def is_for(self, role: Role, now: datetime) -> bool:
        """Tell whether the root is trusted for ``role`` at ``now``."""
        return self.role is role and self.valid_from <= now <= self.valid_until


@dataclass(frozen=True, slots=True)
class TrustList:
    """Who is trusted; a copy is good until ``expires_at`` and is asked for again each ``ttl``."""

    entries: tuple[TrustEntry, ...]
    issued_at: datetime
    expires_at: datetime
    ttl: timedelta

    def anchors(self, role: Role, now: datetime) -> tuple[Anchor, ...]:
        """Return the roots trusted for ``role`` at ``now``; none when the list itself expired."""
        if now > self.expires_at:
            return ()
        return tuple(
            Anchor(entry.certificate, entry.name, entry.scope, entry.lists)
            for entry in self.entries
            if entry.is_for(role, now)
        )

    def lists_by_key(self, role: Role, now: datetime) -> Mapping[bytes, frozenset[str]]:
        """Return the addresses of public lists by the key identifier of each root from them."""
        found: dict[bytes, frozenset[str]] = {}
        for anchor in self.anchors(role, now):
            identifier = read_certificate(anchor.certificate).subject_key_identifier
            if anchor.lists and identifier is not None:
                found[identifier] = found.get(identifier, frozenset()).union(anchor.lists)
        return found


def sign_trust_list(trust: TrustList, signer: Signer) -> str:
    """Return the list as a token signed by its keeper."""
    claims: JsonObject = {
        "iat": seconds(trust.issued_at),
        "exp": seconds(trust.expires_at),
        "ttl": int(trust.ttl.total_seconds()),
        "anchors": [_written(entry) for entry in trust.entries],
    }
    header: JsonObject = {"typ": TYP, "kid": signer.public.kid}
    return jws.sign(header, strict_json.dumps(claims), signer)


def verify_trust_list(token: str, key: VerificationKey, now: datetime) -> TrustList:
    """Return the list a token carries, signed by ``key`` and not expired, or raise `KeysError`."""
    unverified = jws.parse(token, limit=TOKEN_LIMIT)
    claims = jws.verify(unverified, key, expected_typ=TYP).claims()
    check_times(claims, now=now, require_exp=True)
    entries = claims.get("anchors")
    if not isinstance(entries, list):
        raise _malformed("anchors is an array")
    return TrustList(
        entries=tuple(map(_read, entries)),
        issued_at=numeric_date(claims.get("iat")),
        expires_at=numeric_date(claims.get("exp")),
        ttl=_seconds(claims.get("ttl")),
    )


def _written(entry: TrustEntry) -> JsonObject:
    return {
        "role": entry.role.value,
        "certificate": to_base64(entry.certificate),
        "name": entry.name,
        "scope": list(entry.scope),
        "from": seconds(entry.valid_from),
        "until": seconds(entry.valid_until),
        "lists": list(entry.lists),
    }


def _read(value: JsonValue) -> TrustEntry:
    if not isinstance(value, dict):
        raise _malformed("an anchor is an object")
    role, name, scope = value.get("role"), value.get("name"), value.get("scope", [])
    # A list signed by an earlier release has no such member.
    lists = value.get("lists", [])
    if not (isinstance(role, str) and role in _ROLES and isinstance(name, str)):
        raise _malformed("an anchor has a known role and a name")
    if not isinstance(scope, list) or not isinstance(lists, list):
        raise _malformed("scope and lists are arrays")
    return TrustEntry(
        role=_ROLES[role],
        certificate=read_certificate(certificate_of(value.get("certificate"))).der,
        name=name,
        scope=tuple(map(_text, scope)),
        valid_from=numeric_date(value.get("from")),
        valid_until=numeric_date(value.get("until")),
        lists=tuple(map(_text, lists)),
    )


def _text(value: JsonValue) -> str:
    if not isinstance(value, str):
        raise _malformed("text was expected")
    return value


def _seconds(value: JsonValue) -> timedelta:
    return numeric_date(value) - numeric_date(0)


def _malformed(detail: str) -> KeysError:
    return KeysError(KeysFailure.MALFORMED, detail)
