"""The wallets of all holders: each call reads the clock once and works for one holder."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from keys.strict_json import JsonObject
from standards.dcql.paths import ClaimsPathPointer
from wallet.errors import WalletError, WalletFailure
from wallet.history import remembering
from wallet.history.remembering import remember_failure
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind
from wallet.kept.vault import Vault, open_vault
from wallet.labels import Language
from wallet.lasting import deleting
from wallet.ports import Ports
from wallet.presenting import sharing, showing_link, spoken
from wallet.presenting.agreed_before import changes_since
from wallet.presenting.agreeing import Agreed
from wallet.presenting.compared import check_match
from wallet.presenting.fetching import read_link, stranger
from wallet.presenting.handed import (
    HandedOver,
    answer_of,
    handed_over,
    name_in,
    open_handed,
    take_over,
)
from wallet.presenting.opening import open_request
from wallet.presenting.pool import Pool
from wallet.presenting.possible import Wish
from wallet.presenting.requests import ValidRequest
from wallet.presenting.reviewing import Review, read_notice, requested_claims, review
from wallet.presenting.said import NOTHING_SAID, Said
from wallet.presenting.sharing import Act, Outcome
from wallet.presenting.showing import Showing, ShownCode, show_code
from wallet.presenting.showing_link import DeskLink
from wallet.presenting.spoken import SpokenCode
from wallet.receiving import accepting, authorizing, pending
from wallet.receiving.accepting import AcceptedOffer
from wallet.receiving.authorized import authorized
from wallet.receiving.authorizing import AuthorizationNeeded
from wallet.receiving.offers import read_offer, wanted_of
from wallet.receiving.pending import PendingAuthorization
from wallet.receiving.preparing import Preparing, read_preparing
from wallet.status.states import CredentialState


@dataclass(frozen=True, slots=True)
class Wallets:
    """What a holder can do; every method raises ``WalletError`` and nothing else of the world."""

    ports: Ports

    async def accept(
        self, holder: str, offer_uri: str, *, tx_code: str | None = None
    ) -> AcceptedOffer:
        """Redeem an offer and keep what it brings."""
        vault, now = await self._vault(holder), self.ports.clock()
        return await accepting.accept(
            offer_uri, tx_code=tx_code, ports=self.ports, vault=vault, now=now
        )

    async def begin(self, holder: str, offer_uri: str) -> AuthorizationNeeded:
        """Begin to take an offer that sends the holder to the issuer; return where that is."""
        vault, now = await self._vault(holder), self.ports.clock()
        offer = await read_offer(offer_uri, self.ports.correspondent)
        return await authorizing.begin(offer, ports=self.ports, vault=vault, now=now)

    async def request(
        self, holder: str, issuer: str, configuration_id: str
    ) -> AuthorizationNeeded:
        """Begin to get a kind of certificate that nobody has offered, at an issuer's address."""
        vault, now = await self._vault(holder), self.ports.clock()
        offer = wanted_of(issuer, configuration_id)
        return await authorizing.begin(offer, ports=self.ports, vault=vault, now=now)

    async def signing_in(self, holder: str, name: str) -> PendingAuthorization:
        """Return a sign-in that was begun and not answered yet, by the id it was given.

        Raises ``WalletError``: authorization_unknown, authorization_expired.
        """
        found = await pending.find(name, ports=self.ports, vault=await self._vault(holder))
        found.check(self.ports.clock())
        return found

    async def authorized(self, holder: str, query: str) -> AcceptedOffer:
        """Redeem the code that the holder's browser has brought from the issuer."""
        vault, now = await self._vault(holder), self.ports.clock()
        return await authorized(query, ports=self.ports, vault=vault, now=now)

    async def credentials(self, holder: str) -> tuple[HeldCredential, ...]:
        """Return everything kept for the holder, newest first."""
        return await self._held(await self._vault(holder))

    async def preparing(self, holder: str) -> tuple[Preparing, ...]:
        """Return what issuers have promised the holder and not handed out yet."""
        return await read_preparing(ports=self.ports, vault=await self._vault(holder))

    async def credential(self, holder: str, credential_id: str) -> HeldCredential:
        """Return one credential, or raise (unknown_credential)."""
        vault = await self._vault(holder)
        box = await self.ports.shelf.find(holder, BoxKind.CREDENTIAL, credential_id)
        if box is None:
            raise WalletError(WalletFailure.UNKNOWN_CREDENTIAL)
        return HeldCredential.parse(vault.open(box))

    async def states(self, held: Sequence[HeldCredential]) -> Mapping[str, CredentialState]:
        """Return how each of these stands today, by credential id.

        Status lists are fetched whole and kept for their ttl; where one cannot be had it says
        unknown.
        """
        return await self._states(held, self.ports.clock())

    async def delete(self, holder: str, credential_id: str) -> None:
        """Destroy one credential and its key, or raise (unknown_credential)."""
        vault, now = await self._vault(holder), self.ports.clock()
        await deleting.delete(credential_id, ports=self.ports, vault=vault, now=now)

    async def review(
        self, holder: str, request_uri: str, *, language: Language = Language.KOREAN
    ) -> Review:
        """Return who asks what and why, with the notice in ``language``; nothing is sent.

        The request is fetched, and status lists when they are not fresh: whole, so that nobody
        learns whose they were fetched for.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        valid = await self._valid(request_uri, vault, now)
        held = await self._held(vault)
        notice = await read_notice(valid, self.ports, language)
        changed = await changes_since(valid, ports=self.ports, vault=vault)
        states = await self._states(held, now)
        pool = Pool.of(held, states, self.ports.trust(), now)
        return review(valid, pool, held, notice=notice, changes=changed)

    async def present(  # each is something the holder has said of it
        self,
        holder: str,
        request_uri: str,
        wish: Wish | Agreed,
        *,
        match: str | None = None,
        language: Language = Language.KOREAN,
        said: Said = NOTHING_SAID,
    ) -> Outcome:
        """Record the consent, then send what the holder chose, or agreed to as it was shown.

        ``match`` is the number the holder read from the desk's screen, None where nobody
        compared. Raises ``WalletError``: match_wrong for another number, when the party was told
        no; party_unverified, confirmation_needed, beyond_terms and beyond_registration unless the
        holder has ``said`` that this is known.
        """
        act = replace(await self._act(holder, request_uri, language), said=said)
        await check_match(act, match)
        async with self._remembered(act):
            held = await self._held(act.vault)
            states = await self._states(held, act.now)
            pool = Pool.of(held, states, self.ports.trust(), act.now)
            return await sharing.present(act, pool, wish)

    async def refuse(
        self, holder: str, request_uri: str, *, language: Language = Language.KOREAN
    ) -> Outcome:
        """Tell the asking party no."""
        act = await self._act(holder, request_uri, language)
        async with self._remembered(act):
            return await sharing.refuse(act)

    async def take_over(self, holder: str, handed: JsonObject, origin: str) -> str:
        """Keep what the holder's platform hands over, and return what it is called.

        It is then reviewed, answered and refused as a link's request is.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        given = HandedOver.parse(handed, origin)
        return await take_over(given, ports=self.ports, vault=vault, now=now)

    async def handed_answer(self, holder: str, request_uri: str) -> JsonObject | None:
        """Return the answer for the platform to take back, None while there is none."""
        vault = await self._vault(holder)
        return await answer_of(request_uri, ports=self.ports, vault=vault)

    async def show_code(
        self,
        holder: str,
        credential_id: str,
        paths: tuple[ClaimsPathPointer, ...],
        *,
        challenge: str | None = None,
        language: Language = Language.KOREAN,
    ) -> ShownCode:
        """Return a code with these claims, good for 30 seconds: for whoever reads it, or a desk.

        The consent is recorded first. Raises ``WalletError``: unknown_credential, unknown_claim,
        credential_expired, credential_revoked and its like, ledger_unavailable, code_too_large,
        challenge_unreadable, challenge_over.
        """
        credential = await self.credential(holder, credential_id)
        vault, now = await self._vault(holder), self.ports.clock()
        showing = Showing(self.ports, vault, now, language)
        return await show_code(credential, paths, showing, challenge=challenge)

    async def open_desk_link(self, holder: str) -> DeskLink:
        """Return a one-time link for a desk to scan; it brings a request and releases nothing."""
        vault, now = await self._vault(holder), self.ports.clock()
        return await showing_link.open_link(ports=self.ports, vault=vault, now=now)

    async def hand_over(self, code: str, request_uri: str) -> None:
        """Keep the request of a desk that scanned a link, or raise (desk_link_closed)."""
        now = self.ports.clock()
        await showing_link.hand_over(code, request_uri, ports=self.ports, now=now)

    async def desk_request(self, holder: str, code: str) -> str | None:
        """Return the link to the request a desk handed over, None while none has.

        Raises ``WalletError`` (desk_link_closed) for a link that is over or somebody else's.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        return await showing_link.handed_request(code, ports=self.ports, vault=vault, now=now)

    async def open_spoken(self, holder: str) -> SpokenCode:
        """Return a code to read out at a desk; the holder's last one is closed."""
        vault, now = await self._vault(holder), self.ports.clock()
        return await spoken.open_spoken(ports=self.ports, vault=vault, now=now)

    async def spoken_code(self, holder: str, name: str = "") -> SpokenCode:
        """Return the code that is read out now, or raise (desk_link_closed)."""
        return await spoken.spoken_code(name, ports=self.ports, vault=await self._vault(holder))

    async def spoken_request(self, holder: str, name: str = "") -> str | None:
        """Return the link to the request of the desk that was told the code, None while none is.

        Raises ``WalletError`` (desk_link_closed) for a code that is over.
        """
        vault, now = await self._vault(holder), self.ports.clock()
        kept = await spoken.spoken_code(name, ports=self.ports, vault=vault)
        return await spoken.spoken_request(kept, ports=self.ports, vault=vault, now=now)

    async def enter_spoken(self, token: str) -> None:
        """Keep the request of a desk that was told a code, or raise what `spoken.enter` does."""
        await spoken.enter(token, ports=self.ports, now=self.ports.clock())

    async def history(self, holder: str) -> tuple[JsonObject, ...]:
        """Return what happened, newest first."""
        return await remembering.read_history(ports=self.ports, vault=await self._vault(holder))

    async def receipt(self, holder: str, receipt_id: str) -> JsonObject:
        """Return a kept receipt as JSON, or raise (unknown_receipt)."""
        vault = await self._vault(holder)
        box = await self.ports.shelf.find(holder, BoxKind.RECEIPT, receipt_id)
        if box is None:
            raise WalletError(WalletFailure.UNKNOWN_RECEIPT)
        return vault.open(box)

    async def _act(self, holder: str, request_uri: str, language: Language) -> Act:
        """Return the holder facing a valid request; an invalid one is remembered by its host."""
        ports, vault, now = self.ports, await self._vault(holder), self.ports.clock()
        name = name_in(request_uri)
        if name is None:
            seems = stranger(read_link(request_uri))
        else:
            seems = (await handed_over(name, ports=ports, vault=vault)).stranger
        async with remember_failure(seems, ports=ports, vault=vault, now=now):
            valid = await self._valid(request_uri, vault, now)
            return Act(valid, ports, vault, now, language)

    async def _valid(self, request_uri: str, vault: Vault, now: datetime) -> ValidRequest:
        name = name_in(request_uri)
        if name is not None:
            return await open_handed(name, ports=self.ports, vault=vault, now=now)
        link, types = read_link(request_uri), self.ports.transaction_types
        return await open_request(link, ports=self.ports, now=now, types=types)

    def _remembered(self, act: Act) -> AbstractAsyncContextManager[None]:
        claims = requested_claims(act.valid.request.dcql_query)
        return remember_failure(
            act.valid.counterpart, ports=act.ports, vault=act.vault, now=act.now, claims=claims
        )

    async def _vault(self, holder: str) -> Vault:
        return await open_vault(self.ports.shelf, self.ports.store_key, holder, self.ports.entropy)

    async def _held(self, vault: Vault) -> tuple[HeldCredential, ...]:
        boxes = await self.ports.shelf.all(vault.holder, BoxKind.CREDENTIAL)
        return tuple(HeldCredential.parse(vault.open(box)) for box in boxes)

    async def _states(
        self, held: Sequence[HeldCredential], now: datetime
    ) -> Mapping[str, CredentialState]:
        ports = self.ports
        return await ports.lists.states(
            held, trust=ports.trust(), correspondent=ports.correspondent, now=now
        )
