"""Who of a household is told, on the ledger, what another one showed about them.

A household's copy holds other people's data. Each adult whose wallet has given us an inbox gets a
label for every other adult, and that one's wallet files there what it shows of them. Children get
none. Where the law keeps somebody away from somebody (주민등록법 시행규칙 §13의2), in whichever
direction, there is no label between the two: no entry may tell that the other did anything.
"""

from dataclasses import dataclass
from datetime import date, datetime

from consent.errors import ConsentError
from consent.forms.household import (
    HouseholdLabels,
    MemberLabel,
    label_between,
    parse_inbox,
)
from issuers.ages import ADULT, age_on
from issuers.issuance.issuing import KOREA
from issuers.numbers.codes import IssuerSecret
from issuers.offers.offer import Entitlement
from issuers.ports import InboxStore, RegisterStore
from issuers.resident_register.copy import RegisterCopy
from issuers.source.records import Person
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.sealing import DataKey
from standards.openid4vci.credential import CredentialRequest
from standards.openid4vci.error_response import CredentialErrorCode, CredentialRequestError

_SEAL = b"mydata-inbox-at-rest-v1\0"
_PURPOSE = "sealing inboxes"


@dataclass(frozen=True, slots=True)
class Adult:
    """An adult of a household with an inbox; ``place`` is that in the copy's ``members``."""

    place: int
    person: Person
    inbox: bytes

    @property
    def name_in_labels(self) -> str:
        """What names the person for good; it is hashed with a secret and never told."""
        number = self.person.resident_number
        return f"{number.front}-{number.back}"


def inbox_in(request: CredentialRequest) -> bytes | None:
    """Return what a wallet gives with its request, or raise `CredentialRequestError`."""
    if request.mydata_inbox is None:
        return None
    try:
        return parse_inbox(request.mydata_inbox)
    except ConsentError as error:
        code = CredentialErrorCode.INVALID_CREDENTIAL_REQUEST
        raise CredentialRequestError(code, error.detail) from None


class Inboxes:
    """Keeps inboxes, and gives out labels to file under and to read."""

    def __init__(self, store: InboxStore, register: RegisterStore, secret: IssuerSecret) -> None:
        self._store = store
        self._register = register
        self._key = DataKey(secret.mac(_PURPOSE))

    async def exchange(
        self, inbox: bytes | None, record: object, entitlement: Entitlement, *, now: datetime
    ) -> JsonObject | None:
        """Keep what the applicant's wallet gave, and return what goes with the credential.

        None for a wallet that gives nothing, and for a kind that tells of no household.
        """
        if inbox is None or not isinstance(record, RegisterCopy):
            return None
        await self.keep(entitlement.citizen, inbox)
        return await self.labels_for(record, entitlement, now=now)

    async def labels_for(
        self, record: object, entitlement: Entitlement, *, now: datetime
    ) -> JsonObject | None:
        """Return what goes with a credential that its wallet had to wait for; see `exchange`."""
        if not isinstance(record, RegisterCopy):
            return None
        return (await self.labels(record, entitlement.citizen, now=now)).as_dict()

    async def keep(self, citizen: str, inbox: bytes) -> None:
        """Keep what a citizen's wallet gave, sealed for this citizen."""
        sealed = self._key.seal(inbox, context=_SEAL + citizen.encode())
        await self._store.keep(citizen, sealed)

    async def labels(
        self, record: RegisterCopy, applicant: str, *, now: datetime
    ) -> HouseholdLabels:
        """Return the labels that go with a copy of the applicant's own household."""
        adults = await self._adults(record, now.astimezone(KOREA).date())
        own = next((one for one in adults if one.person.citizen == applicant), None)
        if own is None:
            return HouseholdLabels()
        others = [one for one in adults if one is not own and await self._may_meet(own, one)]
        return HouseholdLabels(
            tuple(
                MemberLabel(one.place, label_between(one.inbox, own.name_in_labels))
                for one in others
            ),
            tuple(
                MemberLabel(one.place, label_between(own.inbox, one.name_in_labels))
                for one in others
            ),
        )

    async def _adults(self, copy: RegisterCopy, today: date) -> list[Adult]:
        """Return the copy's adults who have an inbox, in the order of the copy."""
        people = [member.person for member in copy.household.members]
        kept = await self._store.of(person.citizen for person in people)
        return [
            Adult(place, person, inbox)
            for place, person in enumerate(people)
            if age_on(today, person.born_on) >= ADULT
            and (inbox := self._opened(person.citizen, kept.get(person.citizen))) is not None
        ]

    async def _may_meet(self, one: Adult, other: Adult) -> bool:
        here, there = one.person.citizen, other.person.citizen
        ways = [
            await self._register.relation(here, there),
            await self._register.relation(there, here),
        ]
        return not any(way.is_kept_away for way in ways)

    def _opened(self, citizen: str, sealed: bytes | None) -> bytes | None:
        """Return an inbox; what was sealed by another secret counts as none."""
        if sealed is None:
            return None
        try:
            return self._key.open(sealed, context=_SEAL + citizen.encode())
        except KeysError:
            return None
