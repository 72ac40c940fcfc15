"""What the sources of record behind identity cards answer, as frozen types.

A `ResidentCard` is the registry's, a `DrivingLicence` the police's; each has what its plastic card
prints (주민등록법 제24조제2항, 도로교통법 시행규칙 별지 제55호서식). Days are days in Korea.
"""

from dataclasses import dataclass
from datetime import date

from issuers.source.records import Office, Person, ResidentNumber


@dataclass(frozen=True, slots=True)
class ResidentCard:
    """Somebody's resident card (주민등록증); ``portrait`` is a picture, JPEG."""

    person: Person
    address: str
    office: Office
    issued_on: date
    portrait: bytes


@dataclass(frozen=True, slots=True)
class Driver:
    """Who drives, as the police write it; the other two names are those of the passport."""

    name: str
    family_name_latin: str
    given_name_latin: str
    resident_number: ResidentNumber
    born_on: date
    address: str


@dataclass(frozen=True, slots=True)
class DrivingClass:
    """A class of vehicles somebody may drive (면허의 종류), in the law's words."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class DrivingLicence:
    """A driving licence: ``until`` is the last day to have it renewed (적성검사·갱신기간)."""

    driver: Driver
    number: str
    classes: tuple[DrivingClass, ...]
    office: Office
    issued_on: date
    until: date
    portrait: bytes
