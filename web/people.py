"""The people who sign in, and as what each of them acts."""

import re
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from web.errors import Party, Problem, WebError

# Stands in addresses, file names and the ledger's party ids: one plain word.
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# The longest names on record stay well below; a page still has to wrap one.
SHOWN_NAME_LIMIT: Final = 500


class PersonRole(StrEnum):
    """As what a person acts; each role has its own pages and no others."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    INSTITUTION = "institution"
    # Of an institution as well, and nothing else there: who may read what a law has kept.
    CUSTODIAN = "custodian"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in.

    ``name`` is typed at sign-in, ``shown_name`` is what pages say. ``subject`` is for whom the
    person acts: a citizen's own handle in the registers and in the wallet, an officer's authority,
    the institution's registration id (also a custodian's), an auditor's own name.
    """

    name: str
    shown_name: str
    role: PersonRole
    subject: str


class PeopleError(WebError):
    """A person who cannot be added, or whom nobody knows."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(status, Problem(code, Party.CALLER, detail))


def person_of(name: str, shown_name: str, role: str, subject: str) -> Person:
    """Return a person well formed in every part, or raise ``PeopleError`` naming the part."""
    for part, text in (("name", name), ("subject", subject)):
        if NAME.fullmatch(text) is None:
            raise _malformed(f"the {part} is lower case letters, digits and hyphens, 64 at most")
    if not shown_name.strip() or len(shown_name) > SHOWN_NAME_LIMIT or "\0" in shown_name:
        raise _malformed(f"the shown name has 1 to {SHOWN_NAME_LIMIT} characters")
    if role not in set(PersonRole):
        raise _malformed(f"the role is one of: {', '.join(PersonRole)}")
    return Person(name, shown_name, PersonRole(role), subject)


def nobody(name: str) -> PeopleError:
    """Return the error for a name that no person has."""
    return PeopleError(HTTPStatus.NOT_FOUND, "person_unknown", f"nobody is called {name!r}")


def _malformed(detail: str) -> PeopleError:
    return PeopleError(HTTPStatus.BAD_REQUEST, "malformed_person", detail)
