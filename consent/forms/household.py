"""Labels inside one household: what somebody showed about an adult is filed under that adult's.

When the metadata of a credential describes claims under ``members``, our wallet gives its issuer
a secret with the credential request, ``mydata_inbox``, and our issuer gives with the credential,
as ``mydata_household``:

    {"file": [{"member": 1, "label": "<43>", "mac_key": "<43>"}],
     "read": [{"member": 1, "label": "<43>", "mac_key": "<43>"}]}

*file* says for members of this copy, by their place in ``members``, where to file what is shown of
them; *read* where each of them files what they show of the holder. Other makers' wallets and
issuers ignore both (OpenID4VCI 1.0 sections 8.2 and 8.3: unknown members are ignored).
"""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from consent.forms.fields import HASH_SIZE, Fields, malformed
from consent.forms.submission import PairSecret
from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject, JsonValue

# Where a copy's claims hold the members.
MEMBERS = "members"
# Larger than any household of the register.
MEMBERS_LIMIT = 100

_INBOX_CONTEXT = b"mydata-inbox-v1"
_PARTY = "household:"
_EVERY_YEAR = 0
_MEMBER = ("member", "label", "mac_key")


@dataclass(frozen=True, slots=True)
class MemberLabel:
    """The label between the holder and a member; ``member`` counts from 0, as claim paths do."""

    member: int
    pair: PairSecret


@dataclass(frozen=True, slots=True)
class HouseholdLabels:
    """What comes with a copy that tells of a household."""

    file: tuple[MemberLabel, ...] = ()
    read: tuple[MemberLabel, ...] = ()

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("mydata_household", value, ("file", "read"))
        return cls(
            tuple(_member(each) for each in _listed(fields, "file")),
            tuple(_member(each) for each in _listed(fields, "read")),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "file": [_written(each) for each in self.file],
            "read": [_written(each) for each in self.read],
        }

    def of_member(self, member: int) -> PairSecret | None:
        """Return where to file what is shown of a member, None where nothing is to be filed."""
        return next((each.pair for each in self.file if each.member == member), None)


def inbox_of(holder_secret: bytes, issuer: str) -> bytes:
    """Return what a wallet gives an issuer: 32 octets that say nothing of the holder's others."""
    if len(holder_secret) != HASH_SIZE:
        raise ValueError(f"a holder secret has {HASH_SIZE} octets")
    return hmac.digest(holder_secret, _INBOX_CONTEXT + issuer.encode(), "sha256")


def label_between(inbox: bytes, presenter: str) -> PairSecret:
    """Return where ``presenter`` files what is shown of the adult with this ``inbox``.

    ``presenter`` is whatever names the other for good in the issuer's register; it is hashed with
    the secret, and nobody without it can tell whose label this is. It is the same every year: the
    two hold copies of different years, and must still meet.
    """
    return PairSecret.derive(inbox, party_id=_PARTY + presenter, year=_EVERY_YEAR)


def parse_inbox(text: str) -> bytes:
    """Return the secret in a credential request, or raise `ConsentError` (malformed)."""
    try:
        octets = base64url.decode(text)
    except KeysError:
        octets = b""
    if len(octets) != HASH_SIZE:
        raise malformed(f"mydata_inbox is base64url of {HASH_SIZE} octets")
    return octets


def _listed(fields: Fields, name: str) -> Iterator[JsonValue]:
    entries = fields.value(name)
    if not isinstance(entries, list) or len(entries) > MEMBERS_LIMIT:
        raise malformed(f"mydata_household: {name} is a list of labels")
    yield from entries


def _member(value: JsonValue) -> MemberLabel:
    fields = Fields("member", value, _MEMBER)
    pair = PairSecret(fields.octets("label"), fields.octets("mac_key"))
    return MemberLabel(fields.integer("member"), pair)


def _written(each: MemberLabel) -> JsonObject:
    return {
        "member": each.member,
        "label": base64url.encode(each.pair.label),
        "mac_key": base64url.encode(each.pair.mac_key),
    }
