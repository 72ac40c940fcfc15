"""The test wallet: it answers the request of any desk that scans one of its links, by the case.

It is our wallet's own code. A link is good again and again, and nobody is asked: it is for trying
out, and what it holds is nobody's.
"""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.test_wallet.case import Case
from app.test_wallet.certificates import CITIZEN, CaseCertificates
from wallet.errors import WalletError, WalletFailure
from wallet.kept.holdings import HeldCredential
from wallet.kept.vault import open_vault
from wallet.labels import Language
from wallet.ports import Ports
from wallet.presenting import sharing
from wallet.presenting.fetching import read_link
from wallet.presenting.opening import open_request
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Wish
from wallet.presenting.requests import ValidRequest
from wallet.presenting.said import Said
from wallet.presenting.sharing import Act
from wallet.status.states import CredentialState

# Whom the answer of one case is signed for, instead of the desk that asks.
OTHER_DESK: Final = "x509_san_dns:another-desk.example"
# A desk may rely on a status list it has for 30 seconds: it could not know before.
SETTLING: Final = timedelta(seconds=31)
# Made anew before they expire by themselves.
_MADE_ANEW: Final = timedelta(days=1)
_CHANGED: Final = frozenset({Case.REVOKED, Case.SUSPENDED})
_EVERYTHING: Final = Said(confirms=True, takes_surplus=True)


class CaseWallet:
    """Answers by case; the certificates are made at the first question."""

    def __init__(
        self, ports: Ports, certificates: CaseCertificates, settling: timedelta = SETTLING
    ) -> None:
        self._ports = ports
        self._certificates = certificates
        self._settling = settling
        self._making = asyncio.Lock()
        self._made: tuple[datetime, dict[Case, HeldCredential]] | None = None
        self._later: set[asyncio.Task[None]] = set()

    async def hand_over(self, case: Case, request_uri: str) -> None:
        """Answer a desk's request before this returns.

        Where the desk cannot know the status yet it is answered once it can. Raises
        ``WalletError`` for what is no request, and when the answer could not be sent.
        """
        read_link(request_uri)
        made_at, certificates = await self._ready()
        held = certificates[case]
        wait = made_at + self._settling - self._ports.clock()
        if case in _CHANGED and wait > timedelta():
            task = asyncio.create_task(self._answer_in(wait, case, held, request_uri))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        else:
            await self._answer(case, held, request_uri)

    async def stop(self) -> None:
        """Leave unanswered what has waited until now."""
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _ready(self) -> tuple[datetime, dict[Case, HeldCredential]]:
        async with self._making:
            now = self._ports.clock()
            if self._made is None or now > self._made[0] + _MADE_ANEW:
                certificates = await self._certificates.make(now)
                self._made = (self._ports.clock(), certificates)
            return self._made

    async def _answer_in(
        self, wait: timedelta, case: Case, held: HeldCredential, request_uri: str
    ) -> None:
        await asyncio.sleep(wait.total_seconds())
        await self._answer(case, held, request_uri)

    async def _answer(self, case: Case, held: HeldCredential, request_uri: str) -> None:
        """Present the case's certificate; where it is none that was asked for, say no."""
        ports, now = self._ports, self._ports.clock()
        valid = await open_request(read_link(request_uri), ports=ports, now=now)
        if case is Case.WRONG_AUDIENCE:
            valid = _for_another(valid)
        vault = await open_vault(ports.shelf, ports.store_key, CITIZEN, ports.entropy)
        act = Act(valid, ports, vault, now, Language.KOREAN, _EVERYTHING)
        # A holder's wallet leaves out what has expired; here it is the point.
        pool = Pool((held,), {held.id: CredentialState.VALID})
        try:
            await sharing.present(act, pool, Wish())
        except WalletError as error:
            if error.failure is WalletFailure.NO_MATCHING_CREDENTIAL:
                await sharing.refuse(act)
            elif error.failure is not WalletFailure.VERIFIER_REFUSED:
                raise


def _for_another(valid: ValidRequest) -> ValidRequest:
    """Return the request as if another desk had asked it, answered where it came from."""
    request = replace(valid.request, client_id=OTHER_DESK)
    return replace(valid, verified=replace(valid.verified, request=request))
