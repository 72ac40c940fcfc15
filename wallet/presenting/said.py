"""What a holder said beyond the choice: each a step of its own before anything is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """``takes_unverified``: nobody vouches for who asks, and the holder answers all the same.

    ``confirms``: the transactions that come with the request were read. ``takes_surplus``: what is
    asked beyond the party's terms was shown, and is sent.
    """

    takes_unverified: bool = False
    confirms: bool = False
    takes_surplus: bool = False


NOTHING_SAID = Said()
