"""Reading the members of a call; whatever is not as documented is (call_malformed)."""

from typing import Final

from starlette.requests import Request

from keys.strict_json import JsonObject, JsonValue
from standards.dcql.errors import DcqlError
from standards.dcql.paths import ClaimsPathPointer
from wallet.errors import WalletError, WalletFailure
from wallet.labels import Language
from web.body import read_json_object

# An offer by value is the largest thing a holder sends.
_BODY_LIMIT: Final = 64 * 1024
# No profile has more optional claims.
_PATHS_LIMIT: Final = 256


async def body_of(request: Request) -> JsonObject:
    """Return what a holder sent."""
    return await read_json_object(request, limit=_BODY_LIMIT)


def text_of(body: JsonObject, name: str) -> str:
    """Return a member that must be text and not empty."""
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be text")
    return value


def optional_text_of(body: JsonObject, name: str) -> str | None:
    """Return a member that may be missing or ``null``."""
    return None if body.get(name) is None else text_of(body, name)


def flag_of(body: JsonObject, name: str) -> bool:
    """Return a member that is true or false, false when it is missing."""
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be true or false")
    return value


def paths_of(body: JsonObject, name: str) -> tuple[ClaimsPathPointer, ...]:
    """Return a list of dotted claim paths, empty when it is missing."""
    values = body.get(name, [])
    if not isinstance(values, list) or len(values) > _PATHS_LIMIT:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be a list of claim paths")
    return tuple(_path(value, name) for value in values)


def _path(value: JsonValue, name: str) -> ClaimsPathPointer:
    if not isinstance(value, str):
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} must be a list of claim paths")
    try:
        return ClaimsPathPointer.parse_dotted(value)
    except DcqlError:
        raise WalletError(WalletFailure.CALL_MALFORMED, f"{name} has no claim path") from None


def language_of(body: JsonObject) -> Language:
    """Return the language of the holder's screen, Korean when none is named."""
    name = optional_text_of(body, "language") or Language.KOREAN.value
    try:
        return Language(name)
    except ValueError:
        raise WalletError(WalletFailure.CALL_MALFORMED, "language is ko, en or ja") from None
