"""What a credential type says about itself: names, claim labels, rules (draft-13 §6, §8, §9)."""

from dataclasses import dataclass
from enum import StrEnum

from keys import strict_json
from keys.strict_json import JsonObject, JsonValue

TypePath = tuple[str | int | None, ...]
"""Which claims an entry is about (§9.1): None stands for every element of an array."""


class SelectiveDisclosure(StrEnum):
    """Whether an issuer hides a claim (§9.4)."""

    ALWAYS = "always"
    ALLOWED = "allowed"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture of the type; its address is untrusted, and nothing here fetches it."""

    uri: str
    integrity: str | None = None
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class TypeDisplay:
    """A type's name for people of one language (§8); colours are ``#`` and hexadecimal digits."""

    locale: str
    name: str
    description: str | None = None
    background_color: str | None = None
    text_color: str | None = None
    logo: Logo | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON form, the ``simple`` rendering method included where it says much."""
        simple = _present(background_color=self.background_color, text_color=self.text_color)
        if self.logo is not None:
            logo = {"uri": self.logo.uri, "uri#integrity": self.logo.integrity}
            simple["logo"] = _present(**logo, alt_text=self.logo.alt_text)
        rendering: JsonObject | None = {"simple": simple} if simple else None
        return _present(
            locale=self.locale,
            name=self.name,
            description=self.description,
            rendering=rendering,
        )


@dataclass(frozen=True, slots=True)
class ClaimDisplay:
    """A claim's label for people of one language (§9.2)."""

    locale: str
    label: str
    description: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return _present(locale=self.locale, label=self.label, description=self.description)


@dataclass(frozen=True, slots=True)
class ClaimMetadata:
    """What a type says about the claims at one path (§9).

    ``mandatory`` and ``sd`` are None where the document is silent: then an extended type's word
    holds, and failing that ``false`` and ``allowed``.
    """

    path: TypePath
    display: tuple[ClaimDisplay, ...] = ()
    sd: SelectiveDisclosure | None = None
    mandatory: bool | None = None
    svg_id: str | None = None

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        display: list[JsonValue] = [one.as_dict() for one in self.display]
        return _present(
            path=[*self.path],
            display=display or None,
            mandatory=self.mandatory,
            sd=None if self.sd is None else self.sd.value,
            svg_id=self.svg_id,
        )


@dataclass(frozen=True, slots=True)
class TypeMetadata:
    """One type metadata document (§6.2)."""

    vct: str
    name: str | None = None
    description: str | None = None
    extends: str | None = None
    extends_integrity: str | None = None
    display: tuple[TypeDisplay, ...] = ()
    claims: tuple[ClaimMetadata, ...] = ()

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        extends = {"extends": self.extends, "extends#integrity": self.extends_integrity}
        display: list[JsonValue] = [one.as_dict() for one in self.display]
        claims: list[JsonValue] = [one.as_dict() for one in self.claims]
        return _present(
            vct=self.vct,
            name=self.name,
            description=self.description,
            **extends,
            display=display or None,
            claims=claims or None,
        )

    def serialize(self) -> bytes:
        """Return the document: these very octets are what an integrity hash covers (§7)."""
        return strict_json.dumps(self.as_dict())


def _present(**members: JsonValue) -> JsonObject:
    """Return the members that say something."""
    return {name: value for name, value in members.items() if value is not None}
