"""The privacy notice that terms point at: one version of it, hashed as it is read.

ISO/IEC TS 27560 asks for the *specific version* of the notice; we bind its very octets, in each
language, so that what a person read can be told from what was written later.
"""

from dataclasses import dataclass
from typing import Final, Self

from consent.forms.fields import Fields
from keys import base64url
from keys.json_value import JsonObject, JsonValue

_LANGUAGES: Final = ("ko", "en", "ja")


@dataclass(frozen=True, slots=True)
class NoticeHashes:
    """SHA-256 (32 octets) of the notice's octets in each language, as it is rendered."""

    ko: bytes
    en: bytes
    ja: bytes

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read ``{"ko", "en", "ja"}`` in base64url, or raise `ConsentError` (malformed)."""
        fields = Fields("notice.sha256", value, _LANGUAGES)
        return cls(*(fields.octets(language) for language in _LANGUAGES))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {language: base64url.encode(self.of(language)) for language in _LANGUAGES}

    def of(self, language: str) -> bytes:
        """Return the hash of ``ko``, ``en`` or ``ja`` (BCP 47); raises KeyError for another."""
        return {"ko": self.ko, "en": self.en, "ja": self.ja}[language]


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in one ``version``: another text is another version, and other hashes.

    ``uri`` is for people; the text of one language, whose hash stands here, is at `address`.
    """

    uri: str
    version: str
    sha256: NoticeHashes

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read ``{"uri", "version", "sha256"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("notice", value, ("uri", "version", "sha256"))
        return cls(
            fields.uri("uri"),
            fields.text("version"),
            NoticeHashes.parse(fields.value("sha256")),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"uri": self.uri, "version": self.version, "sha256": self.sha256.as_dict()}

    def address(self, language: str) -> str:
        """Return where the notice of a language stands, octet for octet what was hashed."""
        return f"{self.uri}/{language}"
