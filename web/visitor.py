"""Who looks at a page: a person, in a language, in a session."""

from dataclasses import dataclass

from web.language import Language
from web.people import Person


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person; ``session`` is the session's handle, never its id."""

    person: Person
    language: Language
    session: str
