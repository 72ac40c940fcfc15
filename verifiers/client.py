"""This room's way to the world, over ``web.outbound``: status lists, type names, the ledger."""

import re
from datetime import datetime
from typing import Final

from consent.errors import ConsentError, ConsentFailure
from consent.forms.reading import ReadRecords
from consent.forms.receipt import EntryProof
from keys import base64url
from keys.errors import KeysError
from keys.strict_json import dumps, loads, loads_object
from standards.oauth.errors import OAuthError
from standards.oauth.metadata import WELL_KNOWN as SERVER_METADATA
from standards.oauth.metadata import AuthorizationServerMetadata, well_known_url
from standards.openid4vci.metadata import WELL_KNOWN as ISSUER_METADATA
from standards.sd_jwt_vc.errors import VcError
from standards.sd_jwt_vc.issuer_keys import MAX_DOCUMENT, WELL_KNOWN, read_chains
from standards.spoken_code.entry import MEDIA_TYPE as ENTRY_TYPE
from standards.spoken_code.entry import SpokenEntry, sign_entry
from standards.status_list.aggregation import parse_aggregation
from standards.status_list.errors import StatusListError
from standards.status_list.token import MAX_TOKEN, MEDIA_TYPE
from verifiers.errors import VerifierError
from verifiers.events.event import MEDIA_TYPE as EVENT_TYPE
from verifiers.events.ports import Undelivered, UndeliveredError
from verifiers.failure import Failure
from verifiers.registered.party_keys import PartyKey
from web.outbound import Outbound, OutboundError, OutboundFailure, Reply

_SUBMISSION_TYPE: Final = "application/jwt"
# An entry, its proof (at most 63 hashes) and a checkpoint with its witnesses' signatures.
_PROOF_LIMIT: Final = 64 * 1024
# A hundred records of what the ledger wrote, without terms.
_RECORDS_LIMIT: Final = 512 * 1024
# A type with a label in three languages for each of a few hundred claims.
_TYPE_LIMIT: Final = 256 * 1024
# Our codes are such words; anything else a stranger wrote is not passed on.
_CODE: Final = re.compile("[a-z_]{1,40}")
_JSON: Final = "application/json"
_OK: Final = 200
# What an institution answers to an event; what it says is not read.
_TAKEN: Final = range(200, 300)
_ANSWER_LIMIT: Final = 64 * 1024
_NOT_FOUND: Final = 404
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class VerifiersClient:
    """The ports of status, type names, recording, chains, scanning and standing, over HTTP.

    ``ledger_url`` is the base address of the ledger; entries go to ``/consent/entries`` there.
    ``wallet_url`` is that of the wallets whose holders read codes out; without it none are heard.
    """

    def __init__(self, outbound: Outbound, *, ledger_url: str, wallet_url: str = "") -> None:
        self._outbound = outbound
        self._wallet = wallet_url
        self._entries = f"{ledger_url}/consent/entries"
        self._labels = f"{ledger_url}/consent/labels"

    async def fetch(self, uri: str) -> str:
        """Return the status list token at this very address, or raise STATUS_UNREACHABLE."""
        try:
            reply = await self._outbound.get(uri, accept=MEDIA_TYPE, limit=MAX_TOKEN)
        except OutboundError as error:
            raise VerifierError(Failure.STATUS_UNREACHABLE, str(error)) from error
        if reply.status != _OK or reply.content_type != MEDIA_TYPE or not reply.body.isascii():
            raise VerifierError(Failure.STATUS_UNREACHABLE, f"it answered {reply.status}")
        return reply.body.decode("ascii")

    async def type_document(self, vct: str) -> bytes | None:
        """Return the type metadata at the address of the type, None when it cannot be had."""
        return await self._document(vct)

    async def issuer_document(self, issuer: str) -> bytes | None:
        """Return the Credential Issuer Metadata of an issuer, None when it cannot be had."""
        try:
            return await self._document(well_known_url(issuer, ISSUER_METADATA))
        except OAuthError:
            return None

    async def issuer_chains(self, issuer: str) -> tuple[tuple[str, ...], ...]:
        """Return the certificates an authority publishes for its keys, none when it cannot."""
        try:
            address = well_known_url(issuer, WELL_KNOWN)
            reply = await self._outbound.get(address, accept=_JSON, limit=MAX_DOCUMENT)
            return read_chains(reply.body, expected_issuer=issuer) if reply.status == _OK else ()
        except (OAuthError, OutboundError, VcError):
            return ()

    async def status_lists(self, issuer: str) -> tuple[str, ...]:
        """Return the addresses of an authority's status lists, none when they cannot be had.

        Its server's metadata says where they are named (Token Status List section 9.2).
        """
        try:
            described = await self._document(well_known_url(issuer, SERVER_METADATA))
            metadata = AuthorizationServerMetadata.parse(
                loads(described or b"null"), expected_issuer=issuer
            )
            where = metadata.status_list_aggregation_endpoint
            named = None if where is None else await self._document(where)
            return () if named is None else parse_aggregation(loads(named))
        except (OAuthError, KeysError, StatusListError):
            return ()

    async def hand_over(self, link: str, request_uri: str) -> None:
        """Put our request's link into a person's one-time link.

        Raises CODE_EXPIRED when the wallet says the link is over (it says no more), CODE_FOREIGN
        when it leads where we may not go, CODE_UNREACHABLE for the rest.
        """
        try:
            reply = await self._outbound.post(
                link,
                content=dumps({"request_uri": request_uri}),
                content_type=_JSON,
                accept=_JSON,
                limit=_TYPE_LIMIT,
            )
        except OutboundError as error:
            is_refused = error.failure is OutboundFailure.ADDRESS_REFUSED
            failure = Failure.CODE_FOREIGN if is_refused else Failure.CODE_UNREACHABLE
            raise VerifierError(failure, str(error)) from error
        if reply.status == _NOT_FOUND:
            raise VerifierError(Failure.CODE_EXPIRED)
        if reply.status != _OK:
            raise VerifierError(Failure.CODE_UNREACHABLE, f"it answered {reply.status}")

    async def enter_spoken(
        self, entry: SpokenEntry, *, party_key: PartyKey, now: datetime
    ) -> None:
        """Bring our request to whoever read out this code at our wallet service.

        Raises SPOKEN_CLOSED, SPOKEN_LOCKED and, for the rest, CODE_UNREACHABLE.
        """
        token = sign_entry(
            entry,
            audience=self._wallet,
            signer=party_key.signer,
            chain=party_key.chain,
            now=now,
        )
        try:
            reply = await self._outbound.post(
                f"{self._wallet}/wallet/spoken",
                content=token.encode("ascii"),
                content_type=ENTRY_TYPE,
                accept=_JSON,
                limit=_TYPE_LIMIT,
            )
        except OutboundError as error:
            raise VerifierError(Failure.CODE_UNREACHABLE, str(error)) from error
        if reply.status == _NOT_FOUND:
            raise VerifierError(Failure.SPOKEN_CLOSED)
        if reply.status == _TOO_MANY:
            raise VerifierError(Failure.SPOKEN_LOCKED)
        if reply.status != _OK:
            raise VerifierError(Failure.CODE_UNREACHABLE, f"it answered {reply.status}")

    async def ask_standing(self, address: str, request_uri: str) -> None:
        """Post our request's link to where a wallet answers within a consent.

        Raises CONSENT_ENDED when it says that nothing is there, STANDING_REFUSED with its own
        code when it will not answer this time, WALLET_UNREACHABLE for the rest.
        """
        body = dumps({"request_uri": request_uri})
        try:
            reply = await self._outbound.post(
                address, content=body, content_type=_JSON, accept=_JSON, limit=_TYPE_LIMIT
            )
        except OutboundError as error:
            raise VerifierError(Failure.WALLET_UNREACHABLE, str(error)) from error
        if reply.status == _NOT_FOUND:
            raise VerifierError(Failure.CONSENT_ENDED)
        if reply.status >= _SERVER_ERROR:
            raise VerifierError(Failure.WALLET_UNREACHABLE, f"it answered {reply.status}")
        if reply.status != _OK:
            raise VerifierError(Failure.STANDING_REFUSED, _refusal(reply))

    async def append(self, submission: str) -> EntryProof:
        """Return the proof of the entry.

        Raises LEDGER_UNREACHABLE, LEDGER_REFUSED, and CODE_USED_ELSEWHERE for a shown code that
        another institution has used.
        """
        reply = await self._post(self._entries, submission, _PROOF_LIMIT)
        _check_taken(reply)
        try:
            return EntryProof.parse(loads(reply.body, limit=_PROOF_LIMIT))
        except (KeysError, ConsentError) as error:
            raise VerifierError(Failure.LEDGER_REFUSED, "its answer cannot be read") from error

    async def reused(self, label: bytes, token: str) -> ReadRecords:
        """Return a party's uses of codes that others used too; else LEDGER_…, as `append`."""
        address = f"{self._labels}/{base64url.encode(label)}/reused"
        reply = await self._post(address, token, _RECORDS_LIMIT)
        _check_taken(reply)
        try:
            return ReadRecords.parse(loads(reply.body, limit=_RECORDS_LIMIT))
        except (KeysError, ConsentError) as error:
            raise VerifierError(Failure.LEDGER_REFUSED, "its answer cannot be read") from error

    async def _document(self, address: str) -> bytes | None:
        try:
            reply = await self._outbound.get(address, accept=_JSON, limit=_TYPE_LIMIT)
        except OutboundError:
            return None
        return reply.body if reply.status == _OK else None

    async def _post(self, address: str, token: str, limit: int) -> Reply:
        """Post, and once again when no answer came: a token sent twice does what it does once."""
        try:
            return await self._post_once(address, token, limit)
        except OutboundError:
            pass
        try:
            return await self._post_once(address, token, limit)
        except OutboundError as error:
            raise VerifierError(Failure.LEDGER_UNREACHABLE, str(error)) from error

    async def _post_once(self, address: str, token: str, limit: int) -> Reply:
        return await self._outbound.post(
            address,
            content=token.encode("ascii"),
            content_type=_SUBMISSION_TYPE,
            accept=_JSON,
            limit=limit,
        )


class EventClient:
    """The port of `verifiers.events.ports`: posts to institutions, as guarded as everything."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def tell(self, address: str, token: str) -> None:
        """Return when the receiver answered 2xx, or raise `UndeliveredError`."""
        try:
            reply = await self._outbound.post(
                address,
                content=token.encode("ascii"),
                content_type=EVENT_TYPE,
                accept=_JSON,
                limit=_ANSWER_LIMIT,
            )
        except OutboundError as error:
            is_refused = error.failure is OutboundFailure.ADDRESS_REFUSED
            raise UndeliveredError(
                Undelivered.ADDRESS_REFUSED if is_refused else Undelivered.UNREACHABLE
            ) from error
        if reply.status not in _TAKEN:
            raise UndeliveredError(Undelivered.REFUSED)


def _check_taken(reply: Reply) -> None:
    """Raise unless the ledger did what was asked."""
    if reply.status >= _SERVER_ERROR or reply.status == _TOO_MANY:
        raise VerifierError(Failure.LEDGER_UNREACHABLE, f"it answered {reply.status}")
    if reply.status == _OK:
        return
    code = _refusal(reply)
    if code == ConsentFailure.CODE_USED:
        raise VerifierError(Failure.CODE_USED_ELSEWHERE)
    raise VerifierError(Failure.LEDGER_REFUSED, code)


def _refusal(reply: Reply) -> str:
    """Return the code of somebody's refusal, the status where they gave none we can read."""
    try:
        code = loads_object(reply.body, limit=_PROOF_LIMIT).get("error")
    except KeysError:
        code = None
    is_code = isinstance(code, str) and _CODE.fullmatch(code)
    return str(code) if is_code else f"it answered {reply.status}"
