"""Why something at a counter was refused, whose turn it is, and what to do next.

A part of the one table of `verifiers.failure`, which says when each is given.
"""

from typing import Final

from verifiers.kind import Kind
from web.errors import Party

CODE_FOREIGN: Final = (Party.CALLER, "Scan the code of a wallet: this one is something else.")
CODE_NOT_FOR_DESKS: Final = (
    Party.CALLER,
    "Scan what the person's wallet shows to a desk: this link is for a wallet to open.",
)
CODE_DAMAGED: Final = (
    Party.WALLET,
    "Scan the whole code again: a part of it is missing or changed.",
)
CODE_EXPIRED: Final = (
    Party.CLOCK,
    "Ask the person to show a new code: the time of this one is over.",
)
CODE_USED: Final = (
    Party.WALLET,
    "Ask the person to show a new code: this one was read here before, and counts once.",
)
CODE_USED_ELSEWHERE: Final = (
    Party.WALLET,
    "Ask the person for a new code: another institution has used this one, and it counts once.",
)
CODE_UNKNOWN_AUTHORITY: Final = (
    Party.TRUST_LIST,
    "It cannot be checked here: ask the person to answer a request of yours instead.",
    Kind.UNAVAILABLE,
)
CODE_UNREACHABLE: Final = (
    Party.NETWORK,
    "Try again in a moment: the wallet that shows this code does not answer.",
    Kind.UNAVAILABLE,
)
DESK_UNKNOWN: Final = (
    Party.CALLER,
    "Ask at the counter which code is theirs: this one starts nothing, or does no longer.",
    Kind.ABSENT,
)
SUPPLIES_UNUSABLE: Final = (
    Party.CALLER,
    "Fetch again what codes are checked with: what was taken along cannot be used.",
)
SUPPLIES_STALE: Final = (
    Party.CLOCK,
    "Go on the network and fetch again what codes are checked with: this is a day old.",
)
CHALLENGE_CLOSED: Final = (
    Party.CLOCK,
    "Show a new challenge: this code answers one that is not, or no longer, on your screen.",
)
SPOKEN_MISHEARD: Final = (
    Party.CALLER,
    "Have the letters read out again: they do not fit each other. No try was counted.",
)
SPOKEN_CLOSED: Final = (
    Party.CALLER,
    "Ask the person for new letters: no such code is open. Five wrong ones lock this desk.",
)
SPOKEN_LOCKED: Final = (
    Party.CALLER,
    "Wait ten minutes, or scan the person's code: too many wrong letters came from here.",
    Kind.FLOODED,
)
CODE_NOT_REGISTERED: Final = (
    Party.VERIFIER,
    "Scan the person's link, or ask with a request: shown codes are off for this purpose.",
)
