"""The checks of what was shown on the day of a sharing, whatever the format it was shown in.

A part is there for every presentation or for none: one too few hides something.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from consent.forms.checks import NotShownError
from consent.forms.day import Day, mismatch
from consent.forms.disclosure import disclosure_commitment, shared_kb_sha256, shared_sd_hash
from consent.forms.offer import read_verifier_info
from consent.forms.offline import TOKEN_LIMIT, KeptPresentation
from keys.role import Role
from keys.strict_json import loads_object
from keys.x5c import parse_x5c
from standards.formats.binding import Request
from standards.formats.errors import CredentialError
from standards.formats.known import format_of
from standards.formats.parts import HolderPart, IssuedPart
from standards.status_list.bits import Status
from standards.status_list.reference import StatusReference
from standards.status_list.token import parse_status_token, verify_status_token

_Part = TypeVar("_Part")


@dataclass(frozen=True)
class ShownOn:
    """The presentations of one receipt; what is proven once is kept, as in `Day`."""

    day: Day

    @cached_property
    def issued(self) -> tuple[IssuedPart, ...]:
        """What each issuer signed, as a chain of that day vouches for it."""
        parts = self._whole("issuer's token", (each.issuer_part for each in self._kept))
        return tuple(map(self._issued, self._kept, parts))

    @cached_property
    def holders(self) -> tuple[HolderPart, ...]:
        """What each holder signed, unproven."""
        parts = self._whole("key binding", (each.holder_part for each in self._kept))
        return tuple(
            format_of(kept.format).read_holder_part(part)
            for kept, part in zip(self._kept, parts, strict=True)
        )

    def check_nonce(self) -> None:
        """Prove that what the holder signed commits to these terms.

        By the nonce of the request and of what each holder says; where only a signature tells,
        by the hash of what it was made over, as the record has it.
        """
        nonce = self.day.receipt.nonce()
        if nonce is None:
            raise NotShownError("the record opens no nonce")
        asked = self.day.asked
        said = {holder.nonce for holder in self.holders} if self._is_bound else set[str | None]()
        if {asked.get("nonce"), *(said - {None})} != {nonce}:
            raise mismatch("a nonce does not commit to the terms")
        if None in said:
            self.check_key_binding_hash()
        info = asked.get("verifier_info")
        offer = read_verifier_info(info if isinstance(info, list) else [])
        if offer is None or offer.terms != self.day.receipt.terms:
            raise mismatch("the request offered other terms")

    def check_key_binding_hash(self) -> None:
        """Prove that the record is about these key bindings and no others."""
        made = (self.day.kb_commitment(shared_kb_sha256(each)) for each in self._signed())
        if self.day.named("kb_sha256") not in made:
            raise mismatch("the record names another key binding")

    def check_issuers(self) -> None:
        """Prove that a trusted issuer signed each certificate."""
        _ = self.issued

    def check_key_bindings(self) -> None:
        """Prove that each certificate's own holder key signed for this party and this request.

        All of an answer are for one page, where the request named several.
        """
        pairs = tuple(zip(self.issued, self.holders, strict=True))
        refused: list[CredentialError] = []
        for request in self.day.requests:
            try:
                for issued, holder in pairs:
                    holder.verify(issued, request)
            except CredentialError as error:
                refused.append(error)
            else:
                return
        raise refused[0]

    def check_disclosure(self) -> None:
        """Recompute the commitment of the record from what was signed and the digests."""
        salt, each = self.day.salt, zip(self._kept, self.holders, self._digests, strict=True)
        shown = [
            _there("issuer's token", holder.digest(kept.issuer_part, digests))
            for kept, holder, digests in each
        ]
        digests = [digest for each in self._digests for digest in each]
        made = disclosure_commitment(salt, shared_sd_hash(shown), digests)
        if made != self.day.named("disclosure_commitment"):
            raise mismatch("the record commits to other disclosures")

    def check_digests(self) -> None:
        """Prove that what was disclosed is in what the issuers signed.

        Where a claim stands inside a disclosed one, its digest is in the other's disclosure,
        which is not kept.
        """
        for issued, digests in zip(self.issued, self._digests, strict=True):
            if not issued.digests.intersection(digests):
                raise mismatch("the issuer signed none of the disclosed digests")
            if issued.digests.issuperset(digests):
                continue
            if not issued.nests:
                raise mismatch("the issuer did not sign a disclosed digest")
            raise NotShownError("a digest stands inside another disclosure")

    def check_status(self) -> None:
        """Prove that each certificate was valid by the status list of that day."""
        for issued in self.issued:
            if issued.status is None:
                raise NotShownError("a certificate names no status list")
            self._check_valid(issued.status)

    @property
    def _kept(self) -> tuple[KeptPresentation, ...]:
        return self.day.offline.presentations

    @property
    def _is_bound(self) -> bool:
        return any(each.holder_part is not None for each in self._kept)

    @property
    def _digests(self) -> Sequence[tuple[str, ...]]:
        return self._whole("disclosed digests", (each.digests for each in self._kept))

    def _whole(self, what: str, parts: Iterable[_Part | None]) -> tuple[_Part, ...]:
        """Return the parts of all presentations, or raise: nobody kept any, or one is missing."""
        there = tuple(part for part in parts if part is not None)
        _there(what, there or None)
        if len(there) != len(self._kept):
            raise mismatch(f"a presentation has no {what}, and another has")
        return there

    def _issued(self, kept: KeptPresentation, part: str) -> IssuedPart:
        unverified = format_of(kept.format).read_issuer_part(part)
        return unverified.verify(self.day.chain(unverified.chain, Role.ISSUER).leaf_key)

    def _signed(self) -> Iterator[list[bytes]]:
        """Yield the hashes of what the holders signed, for each request it may have been for.

        Of what says itself what was signed, no request is needed.
        """
        is_asked = self.day.offline.request_object is not None
        requests: Iterable[Request | None] = self.day.requests if is_asked else (None,)
        for request in requests:
            signed = (holder.signed(request) for holder in self.holders)
            yield [hashlib.sha256(_there("request object", each)).digest() for each in signed]

    def _check_valid(self, reference: StatusReference) -> None:
        for token in self.day.offline.status_tokens:
            unverified = parse_status_token(token)
            if loads_object(unverified.payload, limit=TOKEN_LIMIT).get("sub") != reference.uri:
                continue
            signer = self.day.chain(parse_x5c(unverified.header.get("x5c")), Role.STATUS)
            now = self.day.receipt.record.event_time
            listed = verify_status_token(
                unverified, signer.leaf_key, expected_uri=reference.uri, now=now
            )
            if listed.status_at(reference.idx) is not Status.VALID:
                raise mismatch("the certificate was not valid on that day")
            return
        raise NotShownError("the receipt carries no status list of a certificate")


def _there(what: str, part: _Part | None) -> _Part:
    if part is None:
        raise NotShownError(f"the receipt carries no {what}")
    return part
