"""What presentations of one transaction are held against: the request, and the profile's rules."""

from dataclasses import dataclass

from keys.encryption_key import DecryptionKey, EncryptionJwk
from keys.json_value import JsonObject
from keys.jws import parse
from keys.strict_json import loads, loads_object
from standards.formats.binding import Request
from standards.openid4vp.dc_api import DcApiRequest
from standards.profiles import Profile
from verifiers.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Expected:
    """Whom and what a holder must have signed for, and by which rules it is read."""

    request: Request
    profile: Profile


def expected_of(transaction: Transaction, key: DecryptionKey | None = None) -> Expected:
    """Return what the answers of a transaction must be bound to; ``key`` is what opened them.

    The audience is our full client identifier (OpenID4VP 14.8), or the page's origin (A.4).
    """
    asked = claims_asked(transaction) if transaction.request_object else {}
    response_uri = asked.get("response_uri")
    request = Request(
        audience=transaction.client_id,
        nonce=transaction.nonce,
        response_uri=response_uri if isinstance(response_uri, str) else None,
        encrypted_to=_key_of(asked) if transaction.mode.is_encrypted else None,
        reader_key=key,
    )
    # Encrypted responses are asked for under HAIP; its rules then hold for what comes.
    profile = Profile.HAIP if transaction.mode.is_encrypted else Profile.PLAIN
    return Expected(request, profile)


def claims_asked(transaction: Transaction) -> JsonObject:
    """Return the claims of the request, whichever way it was handed out; all copies ask alike."""
    if not transaction.mode.is_over_dc_api:
        return loads_object(parse(transaction.request_object).payload)
    handed = DcApiRequest.parse(loads(transaction.request_object))
    tokens = handed.tokens()
    return loads_object(parse(tokens[0]).payload) if tokens else handed.data


def _key_of(asked: JsonObject) -> EncryptionJwk | None:
    """Return the one key we name to encrypt to; None for a code that asks nobody."""
    match asked.get("client_metadata"):
        case {"jwks": {"keys": [jwk, *_]}}:
            return EncryptionJwk.parse(jwk)
        case _:
            return None
