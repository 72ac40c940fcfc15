"""The statutes whose rules act here, each in the edition that was read.

Paragraph numbers move with every amendment (the seven items of a request have had two numbers in
two copies of one decree), so an article is cited with promulgation number and day. What was read
is a public copy of the national law database: before one of these is relied on in an office, the
database itself is asked (https://www.law.go.kr).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class Statute:
    """A law, decree or rule: its ``name``, promulgation ``number`` and day."""

    name: str
    number: str
    promulgated_on: date

    def at(self, article: str) -> str:
        """Return an article of it as a register prints it, such as ``제13조제8항``."""
        return f"{self.name} {article} ({self.number}, {self.promulgated_on.isoformat()})"


REGISTER_ACT: Final = Statute("주민등록법", "법률 제19632호", date(2023, 8, 16))
REGISTER_RULE: Final = Statute("주민등록법 시행규칙", "행정안전부령 제648호", date(2026, 10, 2))
PRIVACY_DECREE: Final = Statute("개인정보 보호법 시행령", "대통령령 제36671호", date(2026, 9, 10))
