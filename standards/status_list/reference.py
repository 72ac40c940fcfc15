"""What a credential says about where its status is kept (Token Status List §6.2)."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.status_list.errors import StatusListError, StatusListFailure

# Far more than any list address needs; it is fetched, logged and shown.
_MAX_URI = 2048


@dataclass(frozen=True, slots=True)
class StatusReference:
    """A place in a list: the list's address and the credential's own index in it."""

    uri: str
    idx: int

    @classmethod
    def parse(cls, status: JsonValue) -> Self:
        """Return the reference in a `status` claim, or raise reference_malformed (H45).

        The only mechanism is `status_list`: a status kept any other way could not be checked, and
        what cannot be checked is not passed over.
        """
        match status:
            case {"status_list": {"uri": str(uri), "idx": int(idx)}} if (
                not isinstance(idx, bool) and idx >= 0 and 0 < len(uri) <= _MAX_URI
            ):
                return cls(uri, idx)
            case _:
                raise StatusListError(
                    StatusListFailure.REFERENCE_MALFORMED,
                    "status_list with a uri and an index of 0 or more was expected",
                )

    def as_claim(self) -> JsonObject:
        """Return the value of the `status` claim."""
        return {"status_list": {"idx": self.idx, "uri": self.uri}}
