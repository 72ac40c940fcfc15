"""The guard at work: asked before every issuance, and by whoever wants to know before that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from issuers.catalogue import Catalogue
from issuers.errors import IssuerError, IssuerFailure
from issuers.published.status_tokens import StatusTokens
from issuers.status.guard import (
    Readiness,
    TrustedSigner,
    certificate_end,
    check_signer,
    unpublished,
    untrusted,
)
from issuers.status.signing_keys import AuthorityKeys, CertifiedSigner
from issuers.surroundings import Surroundings
from keys.errors import KeysError
from keys.role import Role
from standards.status_list.errors import StatusListError
from standards.status_list.token import parse_status_token, verify_status_token

# Seen good a moment ago is good enough: a list is signed anew every few minutes, not more often.
LOOK_AGAIN: Final = timedelta(minutes=1)


class SignerGuard:
    """Stands before every signature on a certificate, for every authority."""

    def __init__(
        self,
        catalogue: Catalogue,
        keys: AuthorityKeys,
        lists: StatusTokens,
        around: Surroundings,
    ) -> None:
        self._catalogue = catalogue
        self._keys = keys
        self._lists = lists
        self._around = around
        self._published: dict[str, datetime] = {}

    async def check(self, authority: str, *, until: datetime, now: datetime) -> None:
        """Return when the authority may sign what is to hold ``until``, or raise `IssuerError`.

        signer_untrusted and signer_ending are said of the key that signs certificates; whatever
        is wrong with the list's is status_unpublished. Each says when to ask again.
        """
        self._trusted(authority, Role.ISSUER, until, now)
        try:
            signer = self._trusted(authority, Role.STATUS, now, now)
        except IssuerError:
            raise unpublished() from None
        seen = self._published.get(authority)
        if seen is None or abs(now - seen) >= LOOK_AGAIN:
            await self._look_at_list(authority, signer, now)
            self._published[authority] = now

    async def readiness(self, authority: str) -> Readiness:
        """Return what the readiness page shows of an authority; nothing is raised."""
        now = self._around.clock()
        hindrance = None
        try:
            await self.check(authority, until=now, now=now)
        except IssuerError as error:
            hindrance = error.failure
        return Readiness(
            authority,
            self._end(authority),
            self._is_trusted(authority, now),
            self._published.get(authority),
            hindrance,
        )

    async def hindrances(self) -> Mapping[str, str]:
        """Return why which authority signs nothing now; empty when all do."""
        found = [await self.readiness(name) for name in self._catalogue.authorities]
        return {one.authority: one.hindrance.value for one in found if one.hindrance is not None}

    def _trusted(
        self, authority: str, role: Role, until: datetime, now: datetime
    ) -> TrustedSigner:
        keys = self._signer(authority, role)
        return check_signer(keys, role, self._around.trust(), until=until, now=now)

    def _signer(self, authority: str, role: Role) -> CertifiedSigner:
        try:
            if role is Role.ISSUER:
                return self._keys.issuing(authority)
            return self._keys.status(authority)
        except KeysError as error:
            raise untrusted(error.detail) from None

    async def _look_at_list(self, authority: str, signer: TrustedSigner, now: datetime) -> None:
        """Read the list that new certificates are placed on as a verifier would, or raise."""
        number = await self._lists.latest(authority)
        uri = self._lists.uri(authority, number)
        try:
            token = await self._lists.token(authority, number, now=now)
            parsed = parse_status_token(token)
            verify_status_token(parsed, signer.key, expected_uri=uri, now=now)
        except (IssuerError, KeysError, StatusListError):
            self._published.pop(authority, None)
            self._lists.forget(authority, number)
            raise unpublished() from None

    def _end(self, authority: str) -> datetime | None:
        try:
            return certificate_end(self._keys.issuing(authority))
        except KeysError:
            return None

    def _is_trusted(self, authority: str, now: datetime) -> bool:
        try:
            self._trusted(authority, Role.ISSUER, now, now)
        except IssuerError as error:
            return error.failure is not IssuerFailure.SIGNER_UNTRUSTED
        return True
