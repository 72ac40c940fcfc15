"""A type of transaction as its file defines it: its members, its names, how it is put in words.

{"format": "https://mydata.example/formats/transaction-type/1", "type": a URI,
 "name": {"ko", "en", "ja"}, "sentence": {"ko", "en", "ja"} with {member} where values go,
 "members": [{"name", "kind", "required", "label", "choices"?}, …]}

Whatever a request says beyond these members is refused: nobody confirms what was not shown.
"""

import re
from dataclasses import dataclass
from typing import Final

from consent.forms.fields import Fields, malformed
from consent.forms.terms import LocalText
from consent.transactions.member import Member
from keys.json_value import JsonObject, JsonValue

FORMAT: Final = "https://mydata.example/formats/transaction-type/1"
MEMBERS_LIMIT: Final = 16

_FILE: Final = ("format", "type", "name", "sentence", "members")
_URI: Final = re.compile(r"(urn|https):[!-~]{1,200}")
# RFC 9901 and OpenID4VP own these: a type cannot have members of the same names.
_TAKEN: Final = frozenset({"type", "credential_ids", "transaction_data_hashes_alg"})
_PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class ShownTransaction:
    """A transaction in words: what it is called, one sentence, and every member with its label."""

    name: LocalText
    sentence: LocalText
    facts: tuple[tuple[LocalText, LocalText], ...]

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "name": self.name.as_dict(),
            "sentence": self.sentence.as_dict(),
            "facts": [
                {"label": label.as_dict(), "value": value.as_dict()} for label, value in self.facts
            ],
        }


@dataclass(frozen=True, slots=True)
class TransactionType:
    """One type; made by `parse` only, so that every sentence finds its members."""

    type: str
    name: LocalText
    sentence: LocalText
    members: tuple[Member, ...]

    @classmethod
    def parse(cls, value: JsonValue) -> "TransactionType":
        """Read a definition file's JSON, or raise `ConsentError` (malformed)."""
        fields = Fields("transaction type", value, _FILE)
        if fields.text("format") != FORMAT:
            raise malformed(f"transaction type: format must be {FORMAT}")
        if not _URI.fullmatch(fields.text("type")):
            raise malformed("transaction type: type must be a urn: or https: identifier")
        defined = cls(
            type=fields.text("type"),
            name=LocalText.parse(fields.value("name")),
            sentence=LocalText.parse(fields.value("sentence")),
            members=_members(fields.value("members")),
        )
        for text in (defined.sentence.ko, defined.sentence.en, defined.sentence.ja):
            defined._check_sentence(text)
        return defined

    def shown(self, members: JsonObject) -> ShownTransaction:
        """Return a transaction of this type in words, or raise `ConsentError` (malformed).

        ``members`` are those of the type alone, without what every type has.
        """
        known = {member.name: member for member in self.members}
        if not members.keys() <= known.keys():
            raise malformed("a transaction has only the members its type defines")
        missing = [each.name for each in self.members if each.is_required]
        if not set(missing) <= members.keys():
            raise malformed(f"a transaction of this type has {', '.join(missing)}")
        values = {
            each.name: each.shown(members[each.name])
            for each in self.members
            if each.name in members
        }
        facts = tuple((known[name].label, value) for name, value in values.items())
        return ShownTransaction(self.name, _filled(self.sentence, values), facts)

    def _check_sentence(self, text: str) -> None:
        """Raise unless every place of the sentence is a member that is always there."""
        always = {member.name for member in self.members if member.is_required}
        if not set(_PLACE.findall(text)) <= always:
            raise malformed("transaction type: sentence names required members in braces")
        if set(_PLACE.sub("", text)) & set("{}"):
            raise malformed("transaction type: sentence has a brace without its other")


def _members(value: JsonValue) -> tuple[Member, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MEMBERS_LIMIT:
        raise malformed(f"transaction type: 1 to {MEMBERS_LIMIT} members")
    members = tuple(map(Member.parse, value))
    names = {member.name for member in members}
    if len(names) < len(members) or not names.isdisjoint(_TAKEN):
        raise malformed("transaction type: a member's name is taken")
    return members


def _filled(sentence: LocalText, values: dict[str, LocalText]) -> LocalText:
    """Put values into their places, once: a brace within a value is only text."""
    return LocalText(
        ko=_PLACE.sub(lambda place: values[place[1]].ko, sentence.ko),
        en=_PLACE.sub(lambda place: values[place[1]].en, sentence.en),
        ja=_PLACE.sub(lambda place: values[place[1]].ja, sentence.ja),
    )
