"""JSON schemas of what wallets send: requests and forms of OpenID4VCI, OAuth and RFC 9126.

`standards.openid4vci` and `standards.oauth` decide; what they do not know they ignore.
"""

from typing import Final

from keys.json_value import JsonObject
from standards.oauth.private_key_jwt import ASSERTION_TYPE
from standards.openid4vci.notification import NotificationEvent
from standards.openid4vci.offer import AUTHORIZATION_CODE_GRANT, PRE_AUTHORIZED_GRANT
from standards.openid4vci.token import REFRESH_GRANT
from web.described import having, one_of

_TEXT: Final[JsonObject] = {"type": "string", "minLength": 1}
_OBJECT: Final[JsonObject] = {"type": "object"}
# A wallet that is registered with keys proves itself by these; an attested one by headers.
_CLIENT: Final[dict[str, JsonObject]] = {
    "client_id": _TEXT,
    "client_assertion_type": one_of(ASSERTION_TYPE),
    "client_assertion": _TEXT,
}
_ENCRYPTION: Final = having("jwk", "enc", jwk=_OBJECT, enc=_TEXT, zip=_TEXT)

PUSHED_REQUEST: Final = having(
    *("client_id", "response_type", "redirect_uri", "code_challenge", "code_challenge_method"),
    **_CLIENT,
    response_type=one_of("code"),
    redirect_uri={**_TEXT, "format": "uri"},
    code_challenge={"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
    code_challenge_method=one_of("S256"),
    state=_TEXT,
    scope=_TEXT,
    authorization_details=_TEXT,
    issuer_state=_TEXT,
    dpop_jkt=_TEXT,
)
_GRANTS: Final = (PRE_AUTHORIZED_GRANT, AUTHORIZATION_CODE_GRANT, REFRESH_GRANT)
# A member's name has a hyphen.
_PRE_AUTHORIZED_CODE: Final[dict[str, JsonObject]] = {"pre-authorized_code": _TEXT}
TOKEN_REQUEST: Final = having(
    "grant_type",
    **_CLIENT,
    **_PRE_AUTHORIZED_CODE,
    grant_type=one_of(*_GRANTS),
    tx_code=_TEXT,
    code=_TEXT,
    redirect_uri={**_TEXT, "format": "uri"},
    code_verifier=_TEXT,
    refresh_token=_TEXT,
    scope=_TEXT,
    authorization_details=_TEXT,
)
REVOCATION: Final = having("token", **_CLIENT, token=_TEXT, token_type_hint=_TEXT)
CREDENTIAL_REQUEST: Final = having(
    credential_configuration_id=_TEXT,
    credential_identifier=_TEXT,
    proofs={
        "type": "object",
        "properties": {
            "jwt": {"type": "array", "items": _TEXT, "minItems": 1},
            "attestation": {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": 1},
        },
        "minProperties": 1,
        "maxProperties": 1,
    },
    credential_response_encryption=_ENCRYPTION,
    mydata_inbox={**_TEXT, "description": "where the wallet is told of its household's entries"},
)
DEFERRED_REQUEST: Final = having(
    "transaction_id", transaction_id=_TEXT, credential_response_encryption=_ENCRYPTION
)
NOTIFICATION: Final = having(
    *("notification_id", "event"),
    notification_id=_TEXT,
    event=one_of(*(each.value for each in NotificationEvent)),
    event_description=_TEXT,
)
