"""What a desk takes along to check codes where there is no network.

Everything in it proves itself: the trust list is its keeper's token, status lists are their
providers', a chain counts only when it leads to the list. So the desk's browser believes none of
it before it has checked it (`web/static/counter/offline/`). No word of it is about a person.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from keys import jwt_time
from keys.json_value import JsonObject, JsonValue
from keys.jwk import PublicJwk
from keys.strict_json import dumps
from standards.dcql.claim_query import ClaimQuery
from standards.dcql.credential_query import CredentialQuery
from standards.positions import ClaimPath
from verifiers.errors import VerifierError
from verifiers.presented.requirements import NOTHING_DECLARED
from verifiers.registered.registration import RelyingParty
from verifiers.services.catalogue import Catalogue
from verifiers.services.profile import Profile
from verifiers.type_names import LocalNames, Names

# Every authority has one list per hundred thousand certificates; a browser keeps some megabytes.
MAX_LISTS: Final = 16


class Authorities(Protocol):
    """Where authorities publish what certificates are checked with; none of it is an error."""

    async def issuer_chains(self, issuer: str) -> tuple[tuple[str, ...], ...]:
        """Return the ``x5c`` of each key an authority publishes; none when it does not answer."""
        ...

    async def status_lists(self, issuer: str) -> tuple[str, ...]:
        """Return the addresses of an authority's lists; none when it does not answer."""
        ...

    async def fetch(self, uri: str) -> str:
        """Return the status list token at this very address, or raise STATUS_UNREACHABLE."""
        ...


class Naming(Protocol):
    """What certificates, claims and issuers are called."""

    async def names_of(self, vct: str) -> Names:
        """Return what a type of certificate and its claims are called; never an error."""
        ...

    async def issuer_name(self, issuer: str) -> LocalNames:
        """Return what an issuer calls itself; never an error."""
        ...


@dataclass(frozen=True, slots=True)
class SignedTrustList:
    """The list as its keeper signed it, and the keeper's key."""

    token: str
    keeper: PublicJwk


class Supplies:
    """Puts together what each institution's desk takes along."""

    def __init__(
        self,
        catalogue: Catalogue,
        authorities: Authorities,
        naming: Naming,
        trust: Callable[[], SignedTrustList],
        clock: Callable[[], datetime],
    ) -> None:
        self._catalogue = catalogue
        self._authorities = authorities
        self._naming = naming
        self._trust = trust
        self._clock = clock

    def checks(self, party: str) -> tuple[Profile, ...]:
        """Return an institution's checks that may be made without network, none for no one's.

        Only what is registered for codes, and only what the desk's browser can decide by itself: a
        policy is judged by the service alone.
        """
        own = (profile for profile in self._catalogue.profiles if profile.party == party)
        return tuple(
            profile
            for profile in own
            if self._is_for_browsers(profile) and all(map(_is_plain, profile.query.credentials))
        )

    async def of(self, party: str) -> JsonObject:
        """Return an institution's supplies; what could not be had is missing."""
        checks, trust = self.checks(party), self._trust()
        issuers = dict.fromkeys(_issuers(checks))
        lists, chains, names = await asyncio.gather(
            self._lists(issuers), self._chains(issuers), self._issuer_names(issuers)
        )
        described: list[JsonValue] = [await self._described(check) for check in checks]
        return {
            "made_at": jwt_time.seconds(self._clock()),
            "party": party,
            "names": self._names(party),
            "trust_list": trust.token,
            "trust_keeper": trust.keeper.as_dict(),
            "chains": chains,
            "status_lists": lists,
            "issuers": names,
            "checks": described,
        }

    def _party(self, party: str) -> RelyingParty:
        return self._catalogue.registrations.party(party)

    def _names(self, party: str) -> JsonObject:
        """Return an institution's names, none of one that is not registered (it has no checks)."""
        try:
            return self._party(party).names.as_dict()
        except VerifierError:
            return {}

    def _is_for_browsers(self, profile: Profile) -> bool:
        purpose = self._party(profile.party).purpose(profile.purpose)
        is_free = purpose.policy == NOTHING_DECLARED and not profile.policies
        return purpose.offline_ok and is_free

    async def _lists(self, issuers: Iterable[str]) -> JsonObject:
        found = await asyncio.gather(*map(self._authorities.status_lists, issuers))
        uris = [uri for each in found for uri in each][:MAX_LISTS]
        tokens = await asyncio.gather(*map(self._list, uris))
        return {uri: token for uri, token in zip(uris, tokens, strict=True) if token is not None}

    async def _list(self, uri: str) -> str | None:
        try:
            return await self._authorities.fetch(uri)
        except VerifierError:
            return None

    async def _chains(self, issuers: Iterable[str]) -> list[JsonValue]:
        """Return each chain as it stands in headers: JSON without white space."""
        found = await asyncio.gather(*map(self._authorities.issuer_chains, issuers))
        return [dumps([*chain]).decode("ascii") for each in found for chain in each]

    async def _issuer_names(self, issuers: Iterable[str]) -> JsonObject:
        return {issuer: {**await self._naming.issuer_name(issuer)} for issuer in issuers}

    async def _described(self, check: Profile) -> JsonObject:
        """Return a check with its queries, each claim under its name."""
        queries: list[JsonValue] = [await self._query(query) for query in check.query.credentials]
        return {"name": check.name, "title": check.title.as_dict(), "queries": queries}

    async def _query(self, query: CredentialQuery) -> JsonObject:
        names = await self._naming.names_of(query.types[0])
        labels: list[JsonValue] = [{**names.label(_named(claim))} for claim in query.claims]
        return {**query.as_dict(), "title": {**names.title()}, "labels": labels}


def _named(claim: ClaimQuery) -> ClaimPath:
    """Return a plain claim's path; a query with nulls is not among the checks (`_is_plain`)."""
    return tuple(step for step in claim.path.steps if step is not None)


def _is_plain(query: CredentialQuery) -> bool:
    """Tell whether the browser's verifier knows all that a query says."""
    return not (query.claim_sets or query.trusted_authorities) and not any(
        claim.values or None in claim.path.steps for claim in query.claims
    )


def _issuers(checks: Iterable[Profile]) -> Iterable[str]:
    """Yield the authorities of the types that are asked for."""
    for check in checks:
        for query in check.query.credentials:
            for vct in query.types:
                issuer, found, _ = vct.partition("/types/")
                if found:
                    yield issuer
