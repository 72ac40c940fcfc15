"""The request to revoke a token (RFC 7009 section 2.1)."""

import pytest

from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError
from standards.oauth.form import parse_form
from standards.oauth.revocation import REFRESH_TOKEN_HINT, RevocationRequest


def refuse(detail: str) -> ValueError:
    return ValueError(detail)


@pytest.mark.parametrize(
    "request_",
    [
        RevocationRequest("45ghiukldjahdnhzdauz", REFRESH_TOKEN_HINT, "https://wallet.example"),
        RevocationRequest("45ghiukldjahdnhzdauz"),
    ],
    ids=["whole", "token alone"],
)
def test_a_request_survives_its_form(request_: RevocationRequest) -> None:
    """
    What is left out is absent; the token is in no representation.
    """
    form = parse_form(request_.encode(), refuse)

    assert request_ == RevocationRequest.parse(form)
    assert request_.token not in repr(request_)


@pytest.mark.parametrize("form", [{}, {"token": "x" * 4097}], ids=["none", "too long"])
def test_a_request_needs_a_token(form: dict[str, str]) -> None:
    """
    Section 2.1: token is required; what is too long is none of ours.
    """
    with pytest.raises(OAuthRequestError) as caught:
        RevocationRequest.parse(form)
    assert OAuthErrorCode.INVALID_REQUEST is caught.value.code
