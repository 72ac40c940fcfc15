"""What a check needs years later, when nobody can be asked: kept with the receipt, never logged.

    {"kb_jwts": ["<JWS>"], "issuer_jwts": ["<JWS>"], "disclosed_digests": [["<43>", …]],
     "request_object": "<JWS>" or null, "trust_list": "<JWS>" or null, "status_tokens": ["<JWS>"]}

One element of the first three for each presentation, in the order of the query. No disclosure is
in it, so no value and no salt of a claim: it proves what was shown to whoever is told it again.
The relying party keeps what the holder signed and no issuer's JWT (SECURITY P11).
"""

from dataclasses import dataclass
from typing import Final, Self

from consent.forms.fields import Fields, malformed
from keys.json_value import JsonObject, JsonValue

# A trust list or a status list of a large authority; the whole receipt stays below a few of them.
TOKEN_LIMIT: Final = 1024 * 1024
# More presentations than one answer has.
_COUNT_LIMIT: Final = 64

_MEMBERS: Final = (
    "kb_jwts",
    "issuer_jwts",
    "disclosed_digests",
    "request_object",
    "trust_list",
    "status_tokens",
)


@dataclass(frozen=True, slots=True)
class Offline:
    """Signed things of the day of the sharing, as they were; none is believed before its check.

    ``trust_list`` and ``status_tokens`` are that day's snapshots.
    """

    kb_jwts: tuple[str, ...]
    issuer_jwts: tuple[str, ...] = ()
    disclosed_digests: tuple[tuple[str, ...], ...] = ()
    request_object: str | None = None
    trust_list: str | None = None
    status_tokens: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read the JSON form (`as_dict`), or raise `ConsentError` (malformed)."""
        fields = Fields("offline", value, _MEMBERS)
        digests = fields.value("disclosed_digests")
        if not isinstance(digests, list) or len(digests) > _COUNT_LIMIT:
            raise malformed("offline: disclosed_digests is a list of lists")
        return cls(
            kb_jwts=_tokens(fields, "kb_jwts"),
            issuer_jwts=_tokens(fields, "issuer_jwts"),
            disclosed_digests=tuple(
                Fields("offline", {"digests": each}, ("digests",)).texts("digests")
                for each in digests
            ),
            request_object=_token(fields, "request_object"),
            trust_list=_token(fields, "trust_list"),
            status_tokens=_tokens(fields, "status_tokens"),
        )

    def as_dict(self) -> JsonObject:
        """Return the JSON form; every member is always present, ``null`` where it has nothing."""
        return {
            "kb_jwts": list(self.kb_jwts),
            "issuer_jwts": list(self.issuer_jwts),
            "disclosed_digests": [list(each) for each in self.disclosed_digests],
            "request_object": self.request_object,
            "trust_list": self.trust_list,
            "status_tokens": list(self.status_tokens),
        }


def _token(fields: Fields, name: str) -> str | None:
    return fields.text(name, limit=TOKEN_LIMIT) if fields.has(name) else None


def _tokens(fields: Fields, name: str) -> tuple[str, ...]:
    value = fields.value(name)
    if not isinstance(value, list) or len(value) > _COUNT_LIMIT:
        raise malformed(f"offline: {name} is a list of tokens")
    return tuple(
        Fields("offline", {name: each}, (name,)).text(name, limit=TOKEN_LIMIT) for each in value
    )
