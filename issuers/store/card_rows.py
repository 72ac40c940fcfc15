"""What is written down of identity cards: each by its citizen, pictures by their hash."""

import hashlib
from collections.abc import Iterable

from issuers.source.identity_records import DrivingLicence, ResidentCard
from issuers.store import identity_tables as tables
from issuers.store.sheet_rows import Offices, Row, Rows


def portrait_rows(pictures: Iterable[bytes]) -> dict[bytes, Row]:
    """Return the rows of pictures, by their hash, each once."""
    return {
        digest: {"digest": digest, "picture": picture}
        for digest, picture in ((_digest(picture), picture) for picture in pictures)
    }


def add_card(rows: Rows, household: int, card: ResidentCard) -> None:
    """Add a resident card."""
    rows[tables.resident_cards].append(
        {
            "citizen": card.person.citizen,
            "household": household,
            "issued_on": card.issued_on.isoformat(),
            "portrait": _digest(card.portrait),
        }
    )


def add_licence(rows: Rows, citizen: str, licence: DrivingLicence, offices: Offices) -> None:
    """Add a driving licence with its classes."""
    driver = licence.driver
    rows[tables.driving_licences].append(
        {
            "citizen": citizen,
            "office": offices[licence.office],
            "licence_number": licence.number,
            "name": driver.name,
            "family_name_latin": driver.family_name_latin,
            "given_name_latin": driver.given_name_latin,
            "number_front": driver.resident_number.front,
            "number_back": driver.resident_number.back,
            "born_on": driver.born_on.isoformat(),
            "address": driver.address,
            "issued_on": licence.issued_on.isoformat(),
            "until": licence.until.isoformat(),
            "portrait": _digest(licence.portrait),
        }
    )
    rows[tables.driving_classes] += [
        {"citizen": citizen, "number": at, "name": one.name, "since": one.since.isoformat()}
        for at, one in enumerate(licence.classes, start=1)
    ]


def _digest(picture: bytes) -> bytes:
    return hashlib.sha256(picture).digest()
