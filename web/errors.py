"""What a caller is told when something is refused: a code, who is responsible, what to do next."""

from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from keys.strict_json import JsonObject


class Party(StrEnum):
    """Who a failure lies with, so that the reader knows whom to ask."""

    ISSUER = "issuer"
    WALLET = "wallet"
    VERIFIER = "verifier"
    TRUST_LIST = "trust list"
    STATUS = "status"
    CLOCK = "clock"
    NETWORK = "network"
    LEDGER = "ledger"
    CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Problem:
    """The body of every error answer outside the OpenID wire."""

    error: str
    party: str
    detail: str

    def as_dict(self) -> JsonObject:
        """Return the JSON form, DESIGN: ``{"error", "party", "detail"}``."""
        return {"error": self.error, "party": str(self.party), "detail": self.detail}


class WebError(Exception):
    """A request that is answered with a status and a problem, and changes nothing."""

    def __init__(self, status: HTTPStatus, problem: Problem) -> None:
        super().__init__(status, problem)
        self.status = status
        self.problem = problem


class UnauthorisedError(WebError):
    """The caller has not shown who it is, or the token is not valid for this role."""

    def __init__(self, detail: str = "send a valid token: Authorization: Bearer …") -> None:
        problem = Problem("unauthorised", Party.CALLER, detail)
        super().__init__(HTTPStatus.UNAUTHORIZED, problem)


class ForbiddenError(WebError):
    """The caller is known, or came from another site, and may not do this."""

    def __init__(self, detail: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, Problem("forbidden", Party.CALLER, detail))


class BodyError(WebError):
    """The request's body was not read to its end, or is not what the address takes."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(status, Problem(code, Party.CALLER, detail))


# The short name is what handlers raise and catch.
Unauthorised = UnauthorisedError
