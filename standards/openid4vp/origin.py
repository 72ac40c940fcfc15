"""The origin of a page, as the browser or the system tells it to a wallet (RFC 6454, HTML 7.1.1).

It comes from the platform and never from a request: what a request says of its own origin proves
nothing. Two origins are the same when their texts are (OpenID4VP 1.0 appendix A.2, errata 1).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Self

from standards.openid4vp.errors import RequestError, RequestFailure

# Section 5.9.3: what presentations over the browser's API name, and no request may (VP-23, VP-70).
PREFIX: Final = "origin:"
# A host of 253 characters, a scheme and a port.
_LIMIT: Final = 300
# As browsers write it: lower case, names of other scripts in their ASCII form, no usual port.
_SECURE: Final = re.compile(
    r"https://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?!443$)[1-9][0-9]{0,4})?"
)
# A page of this very computer is as safe as one over TLS (Secure Contexts 3.1).
_LOOPBACK: Final = re.compile(
    r"http://(?:localhost|127\.0\.0\.1|\[::1\])(?::(?!80$)[1-9][0-9]{0,4})?"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a page is from; ``text`` is the one way to write it."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the origin, or raise `RequestError` (origin) for none that may ask a wallet.

        ``null``, pages without TLS, and whatever no browser writes in this way.
        """
        is_origin = _SECURE.fullmatch(text) or _LOOPBACK.fullmatch(text)
        if len(text) > _LIMIT or not is_origin:
            raise RequestError(RequestFailure.ORIGIN, "the origin of a page with TLS was expected")
        return cls(text)

    @property
    def audience(self) -> str:
        """What the holder's key binding names, also when the request is signed (VP-70)."""
        return f"{PREFIX}{self.text}"

    def check_expected(self, expected: Collection[str]) -> None:
        """Return when the verifier expected its page here, else raise `RequestError` (VP-67)."""
        if self.text not in expected:
            raise RequestError(RequestFailure.ORIGIN, "the request was made for another page")

    def __str__(self) -> str:
        return self.text
