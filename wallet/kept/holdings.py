"""A credential as the wallet keeps it: what the issuer signed, our key, and how to show it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from consent.forms.household import HouseholdLabels
from consent.forms.record import HolderKey
from consent.forms.statutory import has_identifier
from keys import base64url
from keys.jwk import PublicJwk
from keys.strict_json import JsonObject, JsonValue
from standards.dcql.candidates import CandidateCredential
from standards.dcql.paths import dotted
from standards.formats.content import Content
from standards.formats.known import format_of
from standards.positions import ClaimPath, leaves
from standards.profiles import DC_SD_JWT
from standards.status_list.reference import StatusReference
from wallet.kept.copies import Copy, KeptKey, least_used
from wallet.labels import Description
from wallet.outside.notifying import NotificationPlace
from wallet.outside.tokens import Renewal


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who issued a credential: the identifier it came from and the name its certificate proved."""

    issuer: str
    name: str
    key: PublicJwk
    authority_key_identifiers: tuple[bytes, ...]


@dataclass(frozen=True)
class HeldCredential:
    """One credential of one holder; ``text`` is what was issued, with every claim.

    ``status`` is where its issuer says whether it still holds, None when it says nothing of that;
    ``notification`` where it wants to hear what becomes of it, None when it does not;
    ``household`` the labels between its adults, None for one that tells of no household. Without
    slots, because its disclosures are read when somebody asks for a claim: a list does not.

    Where there are several copies, ``text``, ``key`` and ``status`` are those of the copy to show
    next, shown ``uses`` times, and ``others`` are the rest. ``renewal`` is what its issuer is
    asked with for another one, None when it gave nothing for that; ``keeps_fresh`` tells that the
    holder agreed to it being renewed by the wallet itself.
    """

    id: str
    format: str
    text: str
    vct: str
    status: StatusReference | None
    provenance: Provenance
    key: KeptKey
    received_at: datetime
    expires_at: datetime | None
    description: Description
    notification: NotificationPlace | None = None
    household: HouseholdLabels | None = None
    uses: int = 0
    others: tuple[Copy, ...] = ()
    renewal: Renewal | None = None
    keeps_fresh: bool = False

    def __repr__(self) -> str:
        # The claims are the holder's; only the id may appear in a log or a traceback.
        return f"HeldCredential({self.id})"

    @cached_property
    def content(self) -> Content:
        """What its issuer signed, with every claim in place; it was checked when it came."""
        return _signed_by(self.provenance.key, self.format, self.text)

    @cached_property
    def holds_identifier(self) -> bool:
        """Whether anything in it is a unique identifier, which takes a law to ask for."""
        return has_identifier(self.content.claims)

    @property
    def fits_codes(self) -> bool:
        """Whether a code on a screen can carry it."""
        return format_of(self.format).fits_codes

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every copy, the one to show next first."""
        return Copy(self.text, self.key, self.status, self.uses), *self.others

    def used(self) -> Self:
        """Return the credential after one more use: the copy used least is shown next."""
        shown, *others = self.copies
        best, rest = least_used((*others, shown.used()))
        return replace(
            self, text=best.text, key=best.key, status=best.status, uses=best.uses, others=rest
        )

    @property
    def key_kind(self) -> HolderKey:
        """Where the key is; a device's key will be told apart here."""
        return HolderKey.KEPT

    def is_expired(self, now: datetime) -> bool:
        """Tell whether the credential's own end has come."""
        return self.expires_at is not None and now >= self.expires_at

    def candidate(
        self, *, rank: int = 0, trusted_lists: frozenset[str] = frozenset()
    ) -> CandidateCredential:
        """Return the credential as DCQL matching sees it."""
        return CandidateCredential(
            id=self.id,
            format=self.format,
            vct=self.vct,
            claims=self.content.claims,
            authority_key_identifiers=self.provenance.authority_key_identifiers,
            trusted_lists=trusted_lists,
            rank=rank,
        )

    def summary(self) -> JsonObject:
        """Return the line a list shows."""
        return {
            "credential_id": self.id,
            "vct": self.vct,
            "name": self.description.names(),
            "issuer": self.provenance.issuer,
            "issuer_name": self.provenance.name,
            "received_at": _time_text(self.received_at),
            "expires_at": _time_text(self.expires_at) if self.expires_at else None,
            "key": self.key_kind.value,
        }

    def shown(self) -> JsonObject:
        """Return all the holder may see: the summary, and every claim in the order of its form."""
        paths = [path for path, _ in leaves(self.content.about_subject)]
        in_order = self.description.in_order(paths)
        return {**self.summary(), "claims": [self.shown_claim(path) for path in in_order]}

    def shown_claim(self, path: ClaimPath) -> JsonObject:
        """Return one claim as shown to the holder: where, what it is called, its value."""
        return {
            "path": dotted(path),
            "labels": self.description.labels(path),
            "value": value_at(self.content.claims, path),
        }

    def as_dict(self) -> JsonObject:
        """Return the content of the credential's box; it holds the private key."""
        return {
            "id": self.id,
            "format": self.format,
            "sd_jwt": self.text,
            "vct": self.vct,
            "status": self.status.as_claim() if self.status else None,
            "key": base64url.encode(self.key.octets),
            "issuer": self.provenance.issuer,
            "issuer_name": self.provenance.name,
            "issuer_key": self.provenance.key.as_dict(),
            "authority_key_identifiers": [
                base64url.encode(each) for each in self.provenance.authority_key_identifiers
            ],
            "received_at": int(self.received_at.timestamp()),
            "expires_at": int(self.expires_at.timestamp()) if self.expires_at else None,
            "description": self.description.as_dict(),
            "notification": self.notification.as_dict() if self.notification else None,
            "household": self.household.as_dict() if self.household else None,
            "uses": self.uses,
            "others": [copy.as_dict() for copy in self.others],
            "renewal": self.renewal.as_dict() if self.renewal else None,
            "keeps_fresh": self.keeps_fresh,
        }

    @classmethod
    def parse(cls, box: JsonObject) -> Self:
        """Read the content of an opened box; we wrote it, so what is missing is a bug."""
        match box:
            case {
                "id": str(credential_id),
                "sd_jwt": str(text),
                "key": str(key),
                "issuer": str(issuer),
                "issuer_name": str(name),
                "issuer_key": dict(issuer_key),
                "authority_key_identifiers": list(identifiers),
                "received_at": int(received_at),
                "expires_at": int() | None as expires_at,
                "description": description,
            }:
                public = PublicJwk.parse(issuer_key)
                # A box of the first release does not repeat what the credential says of itself.
                said = box if "vct" in box else _signed_by(public, DC_SD_JWT, text).claims
                return cls(
                    id=credential_id,
                    # A box of an earlier release holds the one format there was.
                    format=str(box.get("format", DC_SD_JWT)),
                    text=text,
                    vct=str(said["vct"]),
                    status=_status(said.get("status")),
                    provenance=Provenance(
                        issuer,
                        name,
                        public,
                        tuple(base64url.decode(str(each)) for each in identifiers),
                    ),
                    key=KeptKey(base64url.decode(key)),
                    received_at=datetime.fromtimestamp(received_at, UTC),
                    expires_at=_time(expires_at),
                    description=Description.parse(description),
                    notification=_notification(box.get("notification")),
                    household=_household(box.get("household")),
                    uses=_uses(box.get("uses")),
                    others=_others(box.get("others")),
                    renewal=_renewal(box.get("renewal")),
                    keeps_fresh=box.get("keeps_fresh") is True,
                )
            case _:
                raise ValueError("this is not the box of a credential")


def _signed_by(issuer: PublicJwk, credential_format: str, text: str) -> Content:
    return format_of(credential_format).read_issued(text).content(issuer.verification_key())


def value_at(claims: JsonObject, path: ClaimPath) -> JsonValue:
    """Return the value at a concrete path that is known to be there."""
    value: JsonValue = claims
    for step in path:
        match value, step:
            case dict(), str():
                value = value[step]
            case list(), int():
                value = value[step]
            case _:
                raise ValueError("no claim at this path")
    return value


def _status(kept: JsonValue) -> StatusReference | None:
    return None if kept is None else StatusReference.parse(kept)


def _notification(kept: JsonValue) -> NotificationPlace | None:
    # A box of the first release has no such member.
    return None if kept is None else NotificationPlace.parse(kept)


def _household(kept: JsonValue) -> HouseholdLabels | None:
    # A box of an earlier release has no such member.
    return None if kept is None else HouseholdLabels.parse(kept)


def _uses(kept: JsonValue) -> int:
    # A box of an earlier release has no such member: its one copy counts from here.
    return kept if isinstance(kept, int) else 0


def _others(kept: JsonValue) -> tuple[Copy, ...]:
    return tuple(map(Copy.parse, kept)) if isinstance(kept, list) else ()


def _renewal(kept: JsonValue) -> Renewal | None:
    return None if kept is None else Renewal.parse(kept)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _time_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
