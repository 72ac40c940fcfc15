"""Several signatures over one payload: the general JSON serialization (RFC 7515 section 7.2.1).

    {"payload": "…", "signatures": [{"protected": "…", "signature": "…"}, …]}

Each signature with its header and the payload is a compact token of its own, and is checked as
one. A ``header`` beside the signature is not signed, so it is not read.
"""

from collections.abc import Sequence
from typing import Final

from keys.strict_json import JsonObject, JsonValue
from standards.members import Members, members
from standards.openid4vp.errors import malformed_request

# A verifier is known in as many ways as there are frameworks of trust; each costs a check.
MAX_SIGNATURES: Final = 8


def joined(tokens: Sequence[str]) -> JsonObject:
    """Return compact tokens over one and the same payload in one object."""
    parts = [token.split(".") for token in tokens]
    payload = {each[1] for each in parts}
    if len(payload) != 1:
        raise ValueError("tokens over one payload are needed")
    return {
        "payload": payload.pop(),
        "signatures": [
            {"protected": protected, "signature": signature} for protected, _, signature in parts
        ],
    }


def split(value: JsonValue) -> tuple[str, ...]:
    """Return the compact token of each signature, or raise `RequestError`; none is checked."""
    reader = members(value, "request", malformed_request)
    payload, signatures = reader.text("payload"), reader.objects("signatures")
    if len(signatures) > MAX_SIGNATURES:
        raise malformed_request(f"at most {MAX_SIGNATURES} signatures")
    return tuple(_compact(each, payload) for each in signatures)


def _compact(signature: Members, payload: str) -> str:
    return f"{signature.text('protected')}.{payload}.{signature.text('signature')}"
