"""How issuers, credentials and claims are shown, per language (OpenID4VCI 1.0 section 12.2.4).

All of it is text and addresses from a stranger: shown, never run, and fetched by policy only.
"""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject
from standards.members import Members, present, written


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address (https or data), with words for those who do not see it."""

    uri: str
    alt_text: str | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return the image, refused with the reader's error."""
        return cls(reader.text("uri"), reader.optional_text("alt_text"))

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present({"uri": self.uri, "alt_text": self.alt_text})


@dataclass(frozen=True, slots=True)
class Display:
    """What to show in one language; which members are used depends on what is described.

    Issuers use ``name`` and ``logo``, claims ``name``, credentials all of them.
    """

    name: str | None = None
    locale: str | None = None
    logo: Image | None = None
    description: str | None = None
    background_color: str | None = None
    background_image: Image | None = None
    text_color: str | None = None

    @classmethod
    def parse(cls, reader: Members) -> Self:
        """Return one display object, refused with the reader's error."""
        return cls(
            name=reader.optional_text("name"),
            locale=reader.optional_text("locale"),
            logo=reader.part("logo", Image.parse),
            description=reader.optional_text("description"),
            background_color=reader.optional_text("background_color"),
            background_image=reader.part("background_image", Image.parse),
            text_color=reader.optional_text("text_color"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON object `parse` reads."""
        return present(
            {
                "name": self.name,
                "locale": self.locale,
                "logo": written(self.logo),
                "description": self.description,
                "background_color": self.background_color,
                "background_image": written(self.background_image),
                "text_color": self.text_color,
            }
        )
