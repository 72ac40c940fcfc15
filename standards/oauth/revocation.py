"""Token revocation (RFC 7009 section 2): a client gives back a token that it needs no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.form import encode_form

REFRESH_TOKEN_HINT = "refresh_token"  # noqa: S105 - the name of a kind of token
# Longer than any token of ours or of anybody we know.
_TOKEN_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class RevocationRequest:
    """The token to revoke; ``hint`` says of which kind, and a wrong one harms nothing (2.1)."""

    token: str = field(repr=False)
    hint: str | None = None
    client_id: str | None = None

    @classmethod
    def parse(cls, form: Mapping[str, str]) -> Self:
        """Return the request in a form, or raise `OAuthRequestError` (invalid_request)."""
        token = form.get("token")
        if token is None or len(token) > _TOKEN_LIMIT:
            detail = "token is required: the one to revoke"
            raise OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)
        return cls(token, form.get("token_type_hint"), form.get("client_id"))

    def encode(self) -> bytes:
        """Return the body of the request."""
        return encode_form(
            {"token": self.token, "token_type_hint": self.hint, "client_id": self.client_id}
        )
