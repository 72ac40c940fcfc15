"""What a check needs years later, when nobody can be asked: kept with the receipt, never logged.

    {"kb_jwts": ["<JWS>"], "issuer_jwts": ["<JWS>"], "disclosed_digests": [["<43>", …]],
     "request_object": "<JWS>" or null, "trust_list": "<JWS>" or null, "status_tokens": ["<JWS>"]}

One element of the first three for each presentation, in the order of the query. That is the form
of answers in SD-JWTs alone; where another format is among them, each part names its own:

    {"presentations": [{"format": "mso_mdoc", "holder_part": "<text>" or null,
                        "issuer_part": "<text>" or null, "disclosed_digests": ["<43>"] or null}],
     "request_object": …, "trust_list": …, "status_tokens": …}

No disclosure is in it, so no value and no salt of a claim: it proves what was shown to whoever is
told it again. The relying party keeps what the holder signed and no issuer's part (SECURITY P11).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, Self

from consent.forms.fields import Fields, malformed
from keys.json_value import JsonObject, JsonValue
from standards.profiles import DC_SD_JWT

# A trust list or a status list of a large authority; the whole receipt stays below a few of them.
TOKEN_LIMIT: Final = 1024 * 1024
# More presentations than one answer has.
_COUNT_LIMIT: Final = 64

# The format that receipts had before there was another: theirs alone is not named.
_UNNAMED: Final = DC_SD_JWT
_LISTS: Final = ("kb_jwts", "issuer_jwts", "disclosed_digests")
_OF_THE_DAY: Final = ("request_object", "trust_list", "status_tokens")
_NAMED: Final = "presentations"
_OF_EACH: Final = ("format", "holder_part", "issuer_part", "disclosed_digests")


@dataclass(frozen=True, slots=True)
class KeptPresentation:
    """What is kept of one presentation in ``format``; None for what is not there.

    The parts are those of `standards.formats.content.Content`, and so are the ``digests``.
    """

    format: str
    holder_part: str | None = None
    issuer_part: str | None = None
    digests: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read one that names its format, or raise `ConsentError` (malformed)."""
        fields = Fields("offline", value, _OF_EACH)
        return cls(
            fields.text("format"),
            _token(fields, "holder_part"),
            _token(fields, "issuer_part"),
            fields.texts("disclosed_digests") if fields.has("disclosed_digests") else None,
        )

    def as_dict(self) -> JsonObject:
        """Return the form that names its format."""
        return {
            "format": self.format,
            "holder_part": self.holder_part,
            "issuer_part": self.issuer_part,
            "disclosed_digests": None if self.digests is None else list(self.digests),
        }


@dataclass(frozen=True, slots=True)
class Offline:
    """Signed things of the day of the sharing, as they were; none is believed before its check.

    ``trust_list`` and ``status_tokens`` are that day's snapshots.
    """

    presentations: tuple[KeptPresentation, ...]
    request_object: str | None = None
    trust_list: str | None = None
    status_tokens: tuple[str, ...] = ()

    @property
    def names_formats(self) -> bool:
        """Whether a format is among them that receipts did not have from the beginning."""
        return any(each.format != _UNNAMED for each in self.presentations)

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        is_named = isinstance(value, dict) and _NAMED in value
        fields = Fields("offline", value, ((_NAMED,) if is_named else _LISTS) + _OF_THE_DAY)
        read = cls(
            presentations=_named(fields) if is_named else _unnamed(fields),
            request_object=_token(fields, "request_object"),
            trust_list=_token(fields, "trust_list"),
            status_tokens=_tokens(fields, "status_tokens"),
        )
        if read.names_formats is not is_named:
            raise malformed("offline: a format is named where there is another than SD-JWT")
        return read

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        parts: JsonObject = {_NAMED: [each.as_dict() for each in self.presentations]}
        return {
            **(parts if self.names_formats else self._lists()),
            "request_object": self.request_object,
            "trust_list": self.trust_list,
            "status_tokens": list(self.status_tokens),
        }

    def _lists(self) -> JsonObject:
        kept = self.presentations
        return {
            "kb_jwts": _there(each.holder_part for each in kept),
            "issuer_jwts": _there(each.issuer_part for each in kept),
            "disclosed_digests": [list(each.digests) for each in kept if each.digests is not None],
        }


def _named(fields: Fields) -> tuple[KeptPresentation, ...]:
    return tuple(map(KeptPresentation.parse, _list(fields, _NAMED)))


def _unnamed(fields: Fields) -> tuple[KeptPresentation, ...]:
    """Read the three lists; where one is shorter, its last parts are not there."""
    parts = zip_longest(
        _tokens(fields, "kb_jwts"),
        _tokens(fields, "issuer_jwts"),
        (
            Fields("offline", {"digests": each}, ("digests",)).texts("digests")
            for each in _list(fields, "disclosed_digests")
        ),
    )
    return tuple(KeptPresentation(_UNNAMED, *each) for each in parts)


def _there(parts: Iterable[str | None]) -> list[JsonValue]:
    return [part for part in parts if part is not None]


def _list(fields: Fields, name: str) -> list[JsonValue]:
    value = fields.value(name)
    if not isinstance(value, list) or len(value) > _COUNT_LIMIT:
        raise malformed(f"offline: {name} is a list of at most {_COUNT_LIMIT}")
    return value


def _token(fields: Fields, name: str) -> str | None:
    return fields.text(name, limit=TOKEN_LIMIT) if fields.has(name) else None


def _tokens(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(
        Fields("offline", {name: each}, (name,)).text(name, limit=TOKEN_LIMIT)
        for each in _list(fields, name)
    )
