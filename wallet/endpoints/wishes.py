"""What the holder wants of an answer, as a call says it."""

from typing import Final

from keys.strict_json import JsonObject, JsonValue
from wallet.endpoints.bodies import paths_of
from wallet.errors import WalletError, WalletFailure
from wallet.presenting.possible import Wish

# As many as a response has presentations, for each credential query there may be.
_CREDENTIALS_LIMIT: Final = 1024


def wish_of(body: JsonObject) -> Wish:
    """Return what ``with``, ``drop`` and ``credentials`` of a call say, each of them optional.

    A credential is named by its id; ``QUERY_ID=ID`` names it for one credential query.
    """
    anywhere: list[str] = []
    pinned: dict[str, tuple[str, ...]] = {}
    for text in _texts(body):
        # Neither kind of id holds this character.
        query_id, is_pinned, credential_id = text.rpartition("=")
        if is_pinned:
            pinned[query_id] = (*pinned.get(query_id, ()), credential_id)
        else:
            anywhere.append(credential_id)
    return Wish(paths_of(body, "with"), paths_of(body, "drop"), tuple(anywhere), pinned)


def _texts(body: JsonObject) -> list[str]:
    values = body.get("credentials", [])
    if not isinstance(values, list) or len(values) > _CREDENTIALS_LIMIT:
        raise WalletError(WalletFailure.CALL_MALFORMED, "credentials must be a list of ids")
    return [_text(value) for value in values]


def _text(value: JsonValue) -> str:
    if not isinstance(value, str) or not value:
        raise WalletError(WalletFailure.CALL_MALFORMED, "credentials must be a list of ids")
    return value
