"""A household moves (전입신고, 주민등록법 §16), and earlier papers grow old."""

from dataclasses import dataclass
from datetime import date

from issuers.errors import IssuerError, IssuerFailure


@dataclass(frozen=True, slots=True)
class Move:
    """What is reported: whose household, where to, since when (전입일), and why (변동사유).

    ``reported_on`` (변동일) is the day in Korea on which it was reported.
    """

    citizen: str
    address: str
    on: date
    reason: str
    reported_on: date

    def __post_init__(self) -> None:
        if self.on > self.reported_on:
            raise IssuerError(IssuerFailure.MALFORMED, "a move is reported after it happened")
