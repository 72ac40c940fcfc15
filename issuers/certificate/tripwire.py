"""The tripwire: no certificate leaves that tells of somebody else than it was ordered for.

In April 2024 a national portal gave 1,233 people certificates of others; requests that ran at the
same time and a changed template had been enough. Here the order commits to its subject, read
from the register by a way of its own, and what is about to be released is held against that:

1. before anything is written, the full claims must name the subject (`check_subject`);
2. after signing, each copy is taken apart again and must say exactly what was stated, to the key
   that was proven (`check_copy`).

A kind whose form names nobody cannot be held against anything, so it stops the start
(`check_names_its_subject`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from issuers.certificate.form import Described
from issuers.errors import IssuerError, IssuerFailure
from issuers.numbers.codes import IssuerSecret, equal
from issuers.source.records import Person
from keys import base64url
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from standards.formats.known import format_of

NAME = "name"
NUMBER = "resident_number"
BACK = "resident_number_back"

_PURPOSE = "subject of an order"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom an object of a certificate names: name, front of the number masked, back of it."""

    name: str
    number: str
    back: str

    @classmethod
    def of(cls, person: Person) -> "Identity":
        """Return how a form would name a person."""
        number = person.resident_number
        return cls(person.name, number.masked, number.back)

    def mac(self, offer_id_hash: bytes, secret: IssuerSecret) -> bytes:
        """Return what an order keeps of its subject; two orders about one person share nothing."""
        offer = base64url.encode(offer_id_hash)
        return secret.mac(_PURPOSE, offer, self.name, self.number, self.back)


def identities_in(value: JsonValue) -> Iterator[Identity]:
    """Yield everybody whom claims name by name and whole number, wherever they stand."""
    match value:
        case {"name": str(name), "resident_number": str(number), "resident_number_back": str(b)}:
            yield Identity(name, number, b)
        case _:
            pass
    match value:
        case dict():
            for member in value.values():
                yield from identities_in(member)
        case list():
            for element in value:
                yield from identities_in(element)
        case _:
            return


def check_subject(
    named: Iterable[Identity], expected: bytes, offer_id_hash: bytes, secret: IssuerSecret
) -> None:
    """Return when one of the ``named`` is whom the order was about, or raise (mis_issue)."""
    if not any(equal(one.mac(offer_id_hash, secret), expected) for one in named):
        raise _mis_issue("its record is not of the person it was ordered for")


def check_copy(
    copy: str,
    *,
    expected_format: str,
    expected_claims: JsonObject,
    expected_vct: str,
    expected_holder: PublicJwk,
) -> None:
    """Return when a signed copy says what was stated, to whom it was stated, or raise (mis_issue).

    The copy is read as anybody will read it; what the issuer adds of its own (times, status) is
    not compared.
    """
    released = format_of(expected_format).read_issued(copy).said()
    told = {name: released.claims.get(name) for name in expected_claims}
    if told != expected_claims or released.type != expected_vct:
        raise _mis_issue("what was signed is not what was stated")
    if released.holder != _named(expected_holder):
        raise _mis_issue("it was signed for another key")


def _named(holder: PublicJwk) -> JsonObject:
    """Return a key as a credential holds it: what it needs and no more."""
    jwk = holder.as_dict()
    jwk.pop("kid", None)
    return jwk


def check_names_its_subject(kind: str, claims: Iterable[Described]) -> None:
    """Return when a form names somebody by name and number, or raise ``ValueError``."""
    parents: dict[tuple[str | None, ...], set[str | None]] = {}
    for claim in claims:
        parents.setdefault(claim.path[:-1], set()).add(claim.path[-1])
    if not any({NAME, NUMBER, BACK} <= names for names in parents.values()):
        raise ValueError(f"{kind}: a form names its subject by {NAME}, {NUMBER} and {BACK}")


def _mis_issue(detail: str) -> IssuerError:
    return IssuerError(
        IssuerFailure.MIS_ISSUE,
        f"the certificate was held back: {detail}; nothing left, and the authority is told",
    )
