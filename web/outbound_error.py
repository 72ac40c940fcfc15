"""Why something on the network could not be fetched."""

from enum import StrEnum

from typing_extensions import override


class OutboundFailure(StrEnum):
    """The closed list of reasons; the text says what happened, the caller says what to do."""

    ADDRESS_REFUSED = "only https at a public address may be contacted"
    UNRESOLVED = "the host name has no address"
    UNREACHABLE = "no connection could be made"
    TIMED_OUT = "no complete answer came in time"
    TOO_LARGE = "the answer is larger than allowed"
    REDIRECTED = "the answer is a redirect, and redirects are not followed"
    ENCODED = "the answer is compressed, which was not asked for"
    MALFORMED = "the answer is not proper HTTP"


class OutboundError(Exception):
    """Nothing usable came back from ``host`` (host and port, never a path or a query)."""

    def __init__(self, failure: OutboundFailure, host: str) -> None:
        super().__init__(failure, host)
        self.failure = failure
        self.host = host

    @override
    def __str__(self) -> str:
        return f"{self.host}: {self.failure.value}"
