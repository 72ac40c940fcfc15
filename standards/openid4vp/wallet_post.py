"""What a wallet posts to fetch a request (OpenID4VP 1.0 section 5.10)."""

from dataclasses import dataclass
from typing import Self

from standards.oauth.form import encode_form, parse_form
from standards.openid4vp.errors import malformed_request

# Section 5.10 puts no limit; a wallet needs 43 characters for 256 bits.
NONCE_LIMIT = 512


@dataclass(frozen=True, slots=True)
class WalletPost:
    """The form of ``request_uri_method=post``; ``wallet_metadata`` is JSON text, kept unread."""

    wallet_nonce: str | None = None
    wallet_metadata: str | None = None

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Return the form, or raise `RequestError`; unknown parameters are ignored (VP-27)."""
        parameters = parse_form(body, malformed_request)
        nonce = parameters.get("wallet_nonce")
        if nonce is not None and len(nonce) > NONCE_LIMIT:
            raise malformed_request(f"wallet_nonce has at most {NONCE_LIMIT} characters")
        return cls(nonce, parameters.get("wallet_metadata"))

    def encode(self) -> bytes:
        """Return the form body `parse` reads."""
        return encode_form(
            {"wallet_nonce": self.wallet_nonce, "wallet_metadata": self.wallet_metadata}
        )
