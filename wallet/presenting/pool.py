"""What of the holder's certificates may be presented now, the best first, as matching sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Self

from keys.trust_list import TrustList
from keys.x509 import Role
from standards.dcql.candidates import CandidateCredential
from standards.dcql.query import DcqlQuery
from wallet.kept.holdings import HeldCredential
from wallet.status.states import KNOWN_BAD, CredentialState, rank_of


@dataclass(frozen=True)
class Pool:
    """Everything kept that has not expired: valid, then not known, then known bad.

    Within these newest first. ``states`` says how each stands, ``lists`` which public trust lists
    hold the root with a key identifier (`TrustList.lists_by_key`). Without slots, so that a
    credential is found by its id at once.
    """

    credentials: tuple[HeldCredential, ...]
    states: Mapping[str, CredentialState]
    lists: Mapping[bytes, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        held: Sequence[HeldCredential],
        states: Mapping[str, CredentialState],
        trust: TrustList,
        now: datetime,
    ) -> Self:
        """Return the pool of everything kept, newest first."""
        fit = [each for each in held if states[each.id] is not CredentialState.EXPIRED]
        ranked = sorted(fit, key=lambda each: rank_of(states[each.id]))
        return cls(tuple(ranked), states, trust.lists_by_key(Role.ISSUER, now))

    def credential(self, credential_id: str) -> HeldCredential:
        """Return one of the credentials; an id that is none of theirs is a bug."""
        return self._by_id[credential_id]

    def is_known_bad(self, held: HeldCredential) -> bool:
        """Tell whether its issuer says that it does not hold today."""
        return rank_of(self.states[held.id]) == KNOWN_BAD

    def candidates(self, query: DcqlQuery) -> list[CandidateCredential]:
        """Return what may answer a query, in the same order; other types are not even opened."""
        asked = [credential.types for credential in query.credentials]
        every = frozenset(vct for types in asked for vct in types)
        return [
            self._candidate(each)
            for each in self.credentials
            if each.vct in every or not all(asked)
        ]

    def _candidate(self, held: HeldCredential) -> CandidateCredential:
        known = (self.lists.get(each) for each in held.provenance.authority_key_identifiers)
        lists = frozenset[str]().union(*filter(None, known)) if self.lists else frozenset[str]()
        return held.candidate(rank=rank_of(self.states[held.id]), trusted_lists=lists)

    @cached_property
    def _by_id(self) -> Mapping[str, HeldCredential]:
        return {each.id: each for each in self.credentials}
