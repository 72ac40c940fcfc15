"""What people read: one text in the three languages of the product."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """One text, Korean first because the printed form is Korean."""

    ko: str
    en: str
    ja: str

    def by_locale(self) -> Iterator[tuple[str, str]]:
        """Yield (language tag of BCP 47, text), Korean, English, Japanese."""
        yield "ko", self.ko
        yield "en", self.en
        yield "ja", self.ja
