"""Which answers the holder can give, and which one the holder chose.

Optional claims come as several credential queries under one required set, smallest first (DESIGN,
section 3). So a claim is required when every possible answer discloses it, and optional when only
some do; optional claims start unticked, because the first answer is the smallest.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from keys import base64url
from keys.strict_json import canonical
from standards.dcql.paths import dotted
from standards.positions import ClaimPath
from wallet.kept.holdings import HeldCredential


@dataclass(frozen=True, slots=True)
class Disclosing:
    """One credential of an answer: which, for which credential query, and which claims of it."""

    query_id: str
    credential: HeldCredential
    paths: tuple[ClaimPath, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The claims as dotted text."""
        return tuple(dotted(path) for path in self.paths)

    @property
    def key(self) -> str:
        """A name made of what is disclosed, never of a place in a list (irmamobile#158)."""
        return answer_key(self.query_id, self.credential.id, self.paths)


Choice = tuple[Disclosing, ...]
"""One whole answer: what is disclosed of which credential, in the order of the query."""

Picks = Mapping[str, Sequence[Disclosing]]
"""What the holder picked for some credential queries, by their ids."""


def picks_of(choice: Choice) -> Picks:
    """Return an answer as what was picked for each credential query."""
    picks: dict[str, list[Disclosing]] = {}
    for each in choice:
        picks.setdefault(each.query_id, []).append(each)
    return picks


def required_claims(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the claims, as dotted text, that every possible answer discloses."""
    every = [claim_names(choice) for choice in choices]
    first = next(iter(every), ())
    common = frozenset(first).intersection(*every)
    return tuple(name for name in first if name in common)


def optional_claims(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return the claims that some possible answers disclose and some do not."""
    required = frozenset(required_claims(choices))
    every = dict.fromkeys(name for choice in choices for name in claim_names(choice))
    return tuple(name for name in every if name not in required)


def claim_names(choice: Choice) -> tuple[str, ...]:
    """Return every claim of an answer as dotted text, each once."""
    return tuple(dict.fromkeys(name for each in choice for name in each.names))


def answer_key(query_id: str, credential_id: str, paths: Iterable[ClaimPath]) -> str:
    """Return the name of an answer to one credential query: what it says, hashed."""
    disclosed = canonical([query_id, credential_id, *sorted(map(dotted, paths))])
    return base64url.encode(hashlib.sha256(disclosed).digest()[:16])
