"""What a desk does with the person before it: scan, or show a challenge first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keys.entropy import Entropy
from keys.trust_list import TrustList
from standards.shown_code.challenge import CHALLENGE_TIME, NONCE_SIZE, Challenge
from verifiers.asking.desks import Desks, PrintedDesks
from verifiers.asking.enquiry import Enquiries
from verifiers.asking.questions import Asked, Question
from verifiers.errors import VerifierError
from verifiers.failure import Failure
from verifiers.services.catalogue import Catalogue
from verifiers.verifying.scanning import PersonsLinks, Scan, Scanner, purpose_of
from verifiers.verifying.settling import Settling
from verifiers.verifying.verification import Desk


class OpenChallenges(Protocol):
    """Where the challenges on the desks' screens are kept, until they are over."""

    async def open_challenge(
        self, party: str, nonce: str, *, now: datetime, until: datetime
    ) -> None:
        """Keep one, and forget those that are over."""
        ...

    async def is_challenge_open(self, party: str, nonce: str, *, now: datetime) -> bool:
        """Tell whether this party shows it; that it is answered once is `add_read`'s part."""
        ...


class CounterStore(OpenChallenges, PrintedDesks, Protocol):
    """What stands at counters, and is kept."""


@dataclass(frozen=True, slots=True)
class ShownChallenge:
    """A challenge on a desk's screen, which an answer is taken for until ``expires_at``."""

    text: str
    expires_at: datetime


class Counter:
    """The counters of every institution; ``begin`` opens a transaction and gives its link."""

    def __init__(  # noqa: PLR0913  # each is one thing a counter cannot have by itself
        self,
        catalogue: Catalogue,
        enquiries: Enquiries,
        links: PersonsLinks,
        desk: Desk,
        *,
        store: CounterStore,
        begin: Callable[[Question, datetime], Awaitable[Asked]],
        trust: Callable[[], TrustList],
        clock: Callable[[], datetime],
        entropy: Entropy,
    ) -> None:
        self._catalogue = catalogue
        self._challenges = store
        self._trust = trust
        self._clock = clock
        self._entropy = entropy
        self.desks = Desks(catalogue, enquiries, store, begin=begin, clock=clock, entropy=entropy)
        self._scanner = Scanner(
            catalogue,
            enquiries,
            links,
            desk,
            is_open=store.is_challenge_open,
            begin=begin,
            entropy=entropy,
        )
        self.settling = Settling(self._scanner, desk, trust=trust, clock=clock)

    async def scan(self, scan: Scan) -> str:
        """Return the transaction that what a person holds up, or reads out, has opened.

        A shown code is verified at once. A desk link or a spoken code gets our request and waits
        for the person. Of an institution at its desk the profile must be its own
        (PROFILE_UNKNOWN). Raises CODE_… and SPOKEN_… for what is not, or no longer, a code.
        """
        return await self._scanner.scan(scan, trust=self._trust(), now=self._clock())

    async def challenge(self, profile: str, *, party: str | None = None) -> ShownChallenge:
        """Return what a desk shows before a code is made for it.

        ``party`` is the institution at the desk: the profile must be its own (PROFILE_UNKNOWN).
        Raises CODE_NOT_REGISTERED where the purpose takes no codes.
        """
        meant, purpose = purpose_of(self._catalogue, profile, party)
        if not purpose.offline_ok:
            raise VerifierError(Failure.CODE_NOT_REGISTERED)
        now = self._clock()
        challenge = Challenge.new(meant, self._entropy(NONCE_SIZE), now=now)
        until = now + CHALLENGE_TIME
        await self._challenges.open_challenge(meant, challenge.nonce, now=now, until=until)
        return ShownChallenge(challenge.text, until)
