"""Proof Key for Code Exchange, S256 only (RFC 7636).

A client shows a hash when it asks and the secret when it redeems: a code that was read on its way
opens nothing.
"""

import hashlib
import hmac
import re
from typing import Final

from keys import base64url
from keys.entropy import Entropy
from standards.oauth.error_response import OAuthErrorCode, OAuthRequestError

METHOD: Final = "S256"
# 256 random bits make the shortest verifier allowed, 43 characters (section 4.1).
_VERIFIER_OCTETS: Final = 32
_VERIFIER: Final = re.compile(r"[A-Za-z0-9\-._~]{43,128}")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9\-_]{43}")


def new_verifier(entropy: Entropy) -> str:
    """Return a fresh secret of 43 characters; one for each authorization request."""
    return base64url.encode(entropy(_VERIFIER_OCTETS))


def challenge_of(verifier: str) -> str:
    """Return what is shown of ``verifier`` when asking: its SHA-256, 43 characters."""
    return base64url.encode(hashlib.sha256(verifier.encode()).digest())


def check_challenge(challenge: str | None, method: str | None) -> str:
    """Return the challenge of a request, or raise `OAuthRequestError` (invalid_request).

    Without ``code_challenge_method`` it would be the verifier itself (plain, section 4.3), which
    is refused as well (FAPI 2.0 section 5.3.2.2).
    """
    if challenge is None:
        raise _invalid_request("code_challenge is missing")
    if method != METHOD:
        raise _invalid_request("code_challenge_method is S256")
    if _CHALLENGE.fullmatch(challenge) is None:
        raise _invalid_request("code_challenge is a SHA-256 in base64url")
    return challenge


def check_verifier(verifier: str | None, challenge: str) -> None:
    """Return when ``verifier`` is the secret behind ``challenge`` (section 4.6, H60).

    Raises `OAuthRequestError` (invalid_grant), for one that is missing too.
    """
    if verifier is None:
        raise _invalid_grant("code_verifier is missing")
    if _VERIFIER.fullmatch(verifier) is None:
        raise _invalid_grant("code_verifier has 43 to 128 unreserved characters")
    if not hmac.compare_digest(challenge_of(verifier).encode(), challenge.encode()):
        raise _invalid_grant("code_verifier is not the one the code was asked for with")


def _invalid_request(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_REQUEST, detail)


def _invalid_grant(detail: str) -> OAuthRequestError:
    return OAuthRequestError(OAuthErrorCode.INVALID_GRANT, detail)
