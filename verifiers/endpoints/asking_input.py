"""What a call says of the question it begins, and what a browser handed back, member by member."""

from enum import StrEnum
from typing import Final, TypeVar

from keys.json_value import JsonObject
from standards.openid4vp.client_id import CertificatePrefix
from standards.openid4vp.dc_api import DcApiProtocol
from standards.openid4vp.request import ResponseMode
from standards.openid4vp.request_uri import RequestUriMethod
from verifiers.asking.enquiry import Wish
from verifiers.asking.questions import Asked
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.presented.responses import HandedBack
from verifiers.transaction import Flow
from verifiers.verifier import Verifiers

_WISHES: Final = ("flow", "mode", "prefix", "method", "protocol", "origin", "transactions")
_MEMBERS: Final = frozenset({"profile", "dcql", "session", "consent", *_WISHES})

_Choice = TypeVar("_Choice", bound=StrEnum)


async def begun(verifiers: Verifiers, body: JsonObject) -> Asked:
    """Begin what the body asks for: a profile, once or within a consent, or a query."""
    wish, session = _wish(body), _text(body, "session")
    match body:
        case {"profile": str(name), "consent": str(consent)} if body.keys().isdisjoint(
            {"dcql", "transactions"}
        ):
            # How it is asked within a consent was settled when that was given.
            return await verifiers.ask_again(name, consent)
        case {"profile": str(name)} if body.keys().isdisjoint({"dcql", "consent"}):
            return await verifiers.ask_profile(name, wish, session=session)
        case {"dcql": query} if body.keys().isdisjoint({"profile", "consent"}):
            return await verifiers.ask_query(query, wish, session=session)
        case _:
            raise VerifierError(
                Failure.REQUEST_INVALID, "a profile, with a consent or not, or dcql"
            )


def _wish(body: JsonObject) -> Wish:
    """Return how the question is to be put; a member we do not know is a mistake of the caller."""
    if not body.keys() <= _MEMBERS:
        raise VerifierError(Failure.REQUEST_INVALID, f"members are {', '.join(sorted(_MEMBERS))}")
    return Wish(
        flow=_choice(body, "flow", Flow),
        mode=_choice(body, "mode", ResponseMode),
        prefix=_choice(body, "prefix", CertificatePrefix),
        method=_choice(body, "method", RequestUriMethod),
        protocol=_choice(body, "protocol", DcApiProtocol),
        origin=_text(body, "origin"),
        transactions=_transactions(body),
    )


def handed_back(body: JsonObject) -> HandedBack:
    """Return what a browser gave to a page of the institution's own."""
    match body:
        case {"origin": str(origin), "data": dict(data)}:
            return HandedBack(data, origin, _text(body, "session"))
        case _:
            raise VerifierError(Failure.REQUEST_INVALID, "origin, data, and perhaps session")


def _transactions(body: JsonObject) -> tuple[JsonObject, ...]:
    value = body.get("transactions", [])
    entries = value if isinstance(value, list) else [None]
    objects = tuple(entry for entry in entries if isinstance(entry, dict))
    if len(objects) < len(entries):
        raise VerifierError(Failure.REQUEST_INVALID, "transactions is a list of objects")
    return objects


def _choice(body: JsonObject, name: str, choices: type[_Choice]) -> _Choice | None:
    value = _text(body, name)
    if value is None:
        return None
    if value not in set(choices):
        raise VerifierError(Failure.REQUEST_INVALID, f"{name}: {', '.join(choices)}")
    return choices(value)


def _text(body: JsonObject, name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise VerifierError(Failure.REQUEST_INVALID, f"{name} is text")
    return value
