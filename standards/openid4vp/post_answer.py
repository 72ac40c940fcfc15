"""What the verifier answers to the wallet's post (OpenID4VP 1.0 section 8.2)."""

from dataclasses import dataclass
from typing import Self

from keys.strict_json import JsonObject, JsonValue
from standards.members import members, present
from standards.openid4vp.errors import malformed_response
from standards.web_address import check_address


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """A 200 answer: where the person goes on, and our receipt, which strangers ignore.

    ``redirect_uri`` holds a fresh secret and is opened in the person's browser, never fetched
    (VP-49). ``mydata_receipt`` is passed on unread.
    """

    redirect_uri: str | None = None
    mydata_receipt: JsonValue = None

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Return the answer, or raise `ResponseError`; unknown members are ignored."""
        reader = members(value, "answer", malformed_response)
        redirect_uri = reader.optional_text("redirect_uri")
        if redirect_uri is not None:
            check_address(redirect_uri, "redirect_uri", malformed_response)
        return cls(redirect_uri, reader.value.get("mydata_receipt"))

    def as_dict(self) -> JsonObject:
        """Return the body of a 200 answer."""
        return present({"redirect_uri": self.redirect_uri, "mydata_receipt": self.mydata_receipt})
