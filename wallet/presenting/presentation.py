"""Presentations in three steps: prepare, sign, assemble.

Preparing needs no key and assembling needs only the signature, so what is in between may happen
in this process (a kept key) or on the holder's device.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consent.forms.disclosure import disclosure_commitment, shared_kb_sha256, shared_sd_hash
from keys.signer import Signer
from keys.strict_json import JsonObject
from standards.formats.binding import Request
from standards.formats.content import Unsigned
from standards.openid4vp.vp_token import VpToken
from wallet.presenting.choosing import Choice, Disclosing


@dataclass(frozen=True, slots=True)
class Prepared:
    """One presentation, ready to be signed: ``signing_input`` is what the holder's key signs."""

    disclosing: Disclosing
    unsigned: Unsigned
    signing_input: bytes


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """All presentations of one answer, in the order of the query."""

    presentations: tuple[Prepared, ...]

    def disclosure_commitment(self, salt: bytes) -> bytes:
        """Return what the consent record says was disclosed, without saying it."""
        digests = [digest for each in self.presentations for digest in each.unsigned.digests]
        return disclosure_commitment(salt, self._shared_sd_hash(), digests)

    def kb_sha256(self) -> bytes:
        """Return the hash that stands for all the holder signed in this answer.

        One presentation stands for itself; of several, the hash over their hashes in order.
        """
        return shared_kb_sha256(
            hashlib.sha256(each.signing_input).digest() for each in self.presentations
        )

    def _shared_sd_hash(self) -> str:
        return shared_sd_hash(each.unsigned.digest for each in self.presentations)


def prepare(
    choice: Choice,
    request: Request,
    *,
    now: datetime,
    further: Sequence[JsonObject | None] | None = None,
) -> PreparedAnswer:
    """Return the presentations of ``choice`` for one verifier and one request, unsigned.

    ``further`` says for each presentation what its holder signs beside, as
    `wallet.presenting.confirming` has it.
    """
    beside = further or (None,) * len(choice)
    return PreparedAnswer(
        tuple(
            _prepare(each, request, now, claims)
            for each, claims in zip(choice, beside, strict=True)
        )
    )


def sign(prepared: Prepared, signer: Signer) -> bytes:
    """Return the holder's signature over one presentation."""
    return signer.sign(prepared.signing_input)


def assemble(answer: PreparedAnswer, signatures: Sequence[bytes]) -> VpToken:
    """Return the ``vp_token``: for each credential query its presentations (section 8.1)."""
    by_query: dict[str, tuple[str, ...]] = {}
    for each, signature in zip(answer.presentations, signatures, strict=True):
        name = each.disclosing.query_id
        by_query[name] = (*by_query.get(name, ()), _attach(each, signature))
    return VpToken(tuple(by_query.items()))


def _attach(prepared: Prepared, signature: bytes) -> str:
    return prepared.unsigned.signed(prepared.signing_input, signature)


def _prepare(
    disclosing: Disclosing, request: Request, now: datetime, further: JsonObject | None
) -> Prepared:
    credential = disclosing.credential
    unsigned = credential.content.present(disclosing.paths)
    algorithm = credential.key.signer().algorithm
    to_sign = unsigned.to_sign(request, algorithm=algorithm, now=now, further=further)
    return Prepared(disclosing, unsigned, to_sign)
