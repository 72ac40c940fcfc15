"""The terms of a sharing: the seven items of a transmission request, and what 27560 asks beside.

The seven items (Enforcement Decree of Korea's Personal Information Protection Act, article 42-5;
its paragraphs are numbered differently in different copies): purpose; the party asked to send;
receiver; information; periodic or not and its cycle; end; retention and use period. Terms in which
one of them, or a member ISO/IEC TS 27560 makes mandatory, says nothing are refused by name.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from consent.forms.fields import Fields, instant_text
from consent.forms.legal_basis import known_basis
from consent.forms.notice import Notice
from consent.forms.presence import NAMES, check_present, incomplete
from keys.canonical_json import canonical
from keys.json_value import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class LocalText:
    """One sentence in the three languages of our pages."""

    ko: str
    en: str
    ja: str

    @classmethod
    def parse(cls, value: JsonValue) -> "LocalText":
        """Read ``{"ko", "en", "ja"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("text", value, ("ko", "en", "ja"))
        return cls(fields.text("ko"), fields.text("en"), fields.text("ja"))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"ko": self.ko, "en": self.en, "ja": self.ja}


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the information is for: a code for machines, a sentence for people."""

    code: str
    text: LocalText


# What the id of a party begins with that nobody vouches for; the host it is known by follows.
UNVERIFIED = "unverified:"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation by its registration id (never by ``client_id``, which changes) and name."""

    id: str
    name: str

    @classmethod
    def parse(cls, value: JsonValue) -> "Party":
        """Read ``{"id", "name"}``, or raise `ConsentError` (malformed)."""
        fields = Fields("party", value, ("id", "name"))
        return cls(fields.text("id"), fields.text("name"))

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who receives: a party with the ``address`` and ``contact`` that 27560 makes mandatory.

    ``contact`` is a telephone number, e-mail or web address, as text for a person.
    """

    id: str
    name: str
    address: str
    contact: str

    @property
    def party(self) -> Party:
        """The receiver as records name it."""
        return Party(self.id, self.name)

    def as_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "id": self.id,
            "name": self.name,
            "address": self.address,
            "contact": self.contact,
        }


@dataclass(frozen=True, slots=True)
class Periodic:
    """A sharing that repeats: one use in every ``cycle`` (an ISO 8601 duration)."""

    cycle: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the receiver keeps and uses it: an ISO 8601 duration and a sentence."""

    period: str
    text: LocalText


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """How consent is taken back: a sentence and an address."""

    method: LocalText
    uri: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed to; what a record of it names by hash.

    ``sender`` is the party asked to send. ``information`` are the dotted claim paths needed,
    ``optional`` those the holder may leave out. ``uses`` is how often the receiver may use it in
    all, None for no count within ``until``; a single sharing has ``uses`` 1, ``periodic`` and
    ``until`` None. ``legal_basis`` is a code (`consent.forms.legal_basis`), ``jurisdiction`` an
    ISO 3166 code.
    """

    purpose: Purpose
    sender: str
    receiver: Receiver
    information: tuple[str, ...]
    optional: tuple[str, ...]
    periodic: Periodic | None
    uses: int | None
    until: datetime | None
    retention: Retention
    legal_basis: str
    jurisdiction: str
    notice: Notice
    withdrawal: Withdrawal

    @classmethod
    def parse(cls, value: JsonValue) -> "Terms":
        """Read the JSON form (`as_dict`), or raise `ConsentError`.

        terms_incomplete: a member that must say something is absent, ``null`` or empty; all of
        them are named. malformed: anything else; a member we do not know is refused, because it
        would be agreed to without being shown.
        """
        check_present(value)
        fields = Fields("terms", value, NAMES)
        return cls(
            purpose=_purpose(fields.value("purpose")),
            sender=fields.text("sender"),
            receiver=_receiver(fields.value("receiver")),
            information=fields.texts("information"),
            optional=fields.texts("optional"),
            periodic=_periodic(fields.value("periodic")),
            uses=fields.integer("uses") if fields.has("uses") else None,
            until=fields.instant("until") if fields.has("until") else None,
            retention=_retention(fields.value("retention")),
            legal_basis=fields.text("legal_basis"),
            jurisdiction=fields.text("jurisdiction"),
            notice=Notice.parse(fields.value("notice")),
            withdrawal=_withdrawal(fields.value("withdrawal")),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "purpose": {"code": self.purpose.code, "text": self.purpose.text.as_dict()},
            "sender": self.sender,
            "receiver": self.receiver.as_dict(),
            "information": list(self.information),
            "optional": list(self.optional),
            "periodic": {"cycle": self.periodic.cycle} if self.periodic is not None else None,
            "uses": self.uses,
            "until": instant_text(self.until) if self.until is not None else None,
            "retention": {"period": self.retention.period, "text": self.retention.text.as_dict()},
            "legal_basis": self.legal_basis,
            "jurisdiction": self.jurisdiction,
            "notice": self.notice.as_dict(),
            "withdrawal": {
                "method": self.withdrawal.method.as_dict(),
                "uri": self.withdrawal.uri,
            },
        }

    def sha256(self) -> bytes:
        """Return SHA-256 over the canonical JSON (RFC 8785): one hash, however it was spelled."""
        return hashlib.sha256(canonical(self.as_dict())).digest()

    def check_complete(self) -> None:
        """Raise `ConsentError` (terms_incomplete) naming every item that says nothing.

        Beyond what `parse` asks: the end (a time or a number of uses), a cycle that lets time
        pass, and a legal basis of the closed list.
        """
        missing = [name for name, is_there in self._items() if not is_there]
        if missing:
            raise incomplete(missing)
        known_basis(self.legal_basis)

    def _items(self) -> tuple[tuple[str, bool], ...]:
        receiver, notice = self.receiver, self.notice
        return (
            ("purpose", bool(self.purpose.code)),
            ("sender", bool(self.sender)),
            ("receiver", all((receiver.id, receiver.name, receiver.address, receiver.contact))),
            ("information", bool(self.information)),
            ("periodic.cycle", self.periodic is None or _passes_time(self.periodic.cycle)),
            ("until or uses", self.until is not None or bool(self.uses)),
            ("retention", bool(self.retention.period)),
            ("jurisdiction", bool(self.jurisdiction)),
            ("notice", all((notice.uri, notice.version))),
            ("withdrawal", bool(self.withdrawal.uri)),
        )


def _passes_time(cycle: str) -> bool:
    return any(character in "123456789" for character in cycle)


def _purpose(value: JsonValue) -> Purpose:
    fields = Fields("purpose", value, ("code", "text"))
    return Purpose(fields.text("code"), LocalText.parse(fields.value("text")))


def _receiver(value: JsonValue) -> Receiver:
    names = ("id", "name", "address", "contact")
    fields = Fields("receiver", value, names)
    return Receiver(*(fields.text(name) for name in names))


def _periodic(value: JsonValue) -> Periodic | None:
    if value is None:
        return None
    return Periodic(Fields("periodic", value, ("cycle",)).duration("cycle"))


def _retention(value: JsonValue) -> Retention:
    fields = Fields("retention", value, ("period", "text"))
    return Retention(fields.duration("period"), LocalText.parse(fields.value("text")))


def _withdrawal(value: JsonValue) -> Withdrawal:
    fields = Fields("withdrawal", value, ("method", "uri"))
    return Withdrawal(LocalText.parse(fields.value("method")), fields.uri("uri"))
