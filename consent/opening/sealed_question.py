"""A question at rest: sealed whole, for its private key and its codes are in it."""

from datetime import UTC, datetime

from consent.errors import ConsentError, ConsentFailure
from consent.forms.fields import Fields
from consent.opening.question import Question
from keys import base64url
from keys.errors import KeysError
from keys.json_value import JsonObject
from keys.jwe import DecryptionKey
from keys.sealing import DataKey
from keys.strict_json import dumps, loads

_CONTEXT = b"mydata-opening-v1\0"
_MEMBERS = (
    *("client_id", "nonce", "state", "types", "request_object"),
    *("key", "browser", "response_code", "expires_at"),
)
# A request object carries a certificate chain.
_TEXT_LIMIT = 64 * 1024


def seal_question(question: Question, data_key: DataKey) -> bytes:
    """Return a question as it is kept, bound to its id."""
    content: JsonObject = {
        "client_id": question.client_id,
        "nonce": question.nonce,
        "state": question.state,
        "types": list(question.types),
        "request_object": question.request_object,
        "key": base64url.encode(question.key.private_octets()),
        "browser": base64url.encode(question.browser),
        "response_code": question.response_code,
        "expires_at": int(question.expires_at.timestamp()),
    }
    return data_key.seal(dumps(content), context=_CONTEXT + question.id.encode())


def open_question(id_: str, sealed: bytes, data_key: DataKey) -> Question:
    """Return what was sealed, or raise `ConsentError` (store_damaged)."""
    try:
        content = loads(data_key.open(sealed, context=_CONTEXT + id_.encode()))
    except KeysError:
        raise ConsentError(
            ConsentFailure.STORE_DAMAGED, "a kept question is not the one that was sealed"
        ) from None
    fields = Fields("question", content, _MEMBERS)
    return Question(
        id=id_,
        client_id=fields.text("client_id"),
        nonce=fields.text("nonce"),
        state=fields.text("state"),
        types=fields.texts("types"),
        request_object=fields.text("request_object", limit=_TEXT_LIMIT),
        key=DecryptionKey.from_der(base64url.decode(fields.text("key")), kid=id_),
        browser=fields.octets("browser"),
        response_code=fields.text("response_code"),
        expires_at=datetime.fromtimestamp(fields.integer("expires_at"), UTC),
    )
