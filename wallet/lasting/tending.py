"""Certificates that their holder lets the wallet keep fresh: an errand that comes back.

It looks how the certificate stands, has it renewed when that is due, and comes back later. What
its issuer refuses is noted once and tried again, ever more seldom; deleting the certificate, or
switching it off, ends the errand.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from wallet.errors import WalletError, WalletFailure
from wallet.history.remembering import failure_entry, sealed_entry
from wallet.kept.changing import change
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import Errand, Stage, later
from wallet.kept.vault import Vault
from wallet.lasting.renewing import renewed
from wallet.lasting.succeeding import issuer_of
from wallet.ports import Ports
from wallet.status.freshness import freshness_of

_SUBJECT_CONTEXT: Final = b"mydata-tending-v1"
# The facts behind a certificate change a few times a year; its copies call for themselves.
LOOK_EVERY: Final = timedelta(hours=6)
# What is worth a line in the history when it happens without the holder.
# So many attempts stand for a refusal that the history tells already; waits are longest then.
_NOTED: Final = 20
_TOLD: Final = frozenset({WalletFailure.RENEWAL_DENIED, WalletFailure.RENEWAL_OVER})


async def keep_fresh(
    credential: HeldCredential, *, is_on: bool, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Let the wallet renew a certificate by itself from now on, or no more."""
    await change(
        credential.id,
        lambda kept: replace(kept, keeps_fresh=is_on),
        shelf=ports.shelf,
        vault=vault,
    )
    if not is_on:
        return  # the errand sees it when it comes back
    errand = _errand(credential.id, vault, now)
    begun = await ports.outbox.begin(errand)
    if begun.stage is Stage.DONE:
        await ports.outbox.move(begun, errand)


async def hurry(credential_id: str, *, ports: Ports, vault: Vault, now: datetime) -> None:
    """Let the errand look at once: a copy was shown, and it may have been the last but one."""
    found = await ports.outbox.find(vault.holder, _subject(credential_id))
    if found is not None and found.stage is Stage.TENDING:
        await ports.outbox.move(found, replace(found, due_at=int(now.timestamp())))


async def tend(claimed: Errand, *, ports: Ports, vault: Vault, now: datetime) -> Errand:
    """Look once, renew if it is due, and return the errand as it is then."""
    credential = await _credential(claimed, ports, vault)
    if credential is None or not credential.keeps_fresh:
        moved = replace(claimed, stage=Stage.DONE, due_at=None)
    else:
        moved = await _tended(credential, claimed, ports, vault, now)
    await ports.outbox.move(claimed, moved)
    return moved


async def _tended(
    credential: HeldCredential, claimed: Errand, ports: Ports, vault: Vault, now: datetime
) -> Errand:
    states = await ports.lists.states(
        (credential,), trust=ports.trust(), correspondent=ports.correspondent, now=now
    )
    fresh = freshness_of(credential, states[credential.id], now)
    if fresh.due is not None and fresh.is_renewable:
        try:
            await renewed(credential, ports=ports, vault=vault, now=now)
        except WalletError as error:
            if error.failure not in _TOLD:
                return later(claimed, now)
            if claimed.attempts < _NOTED:
                await _note(credential, error, ports, vault, now)
            return later(replace(claimed, attempts=max(claimed.attempts, _NOTED)), now)
    return replace(claimed, attempts=0, due_at=int((now + LOOK_EVERY).timestamp()))


async def _note(
    credential: HeldCredential, error: WalletError, ports: Ports, vault: Vault, now: datetime
) -> None:
    entry = failure_entry(issuer_of(credential), error, ports, now)
    await ports.shelf.put(sealed_entry(entry, vault))


async def _credential(errand: Errand, ports: Ports, vault: Vault) -> HeldCredential | None:
    """Return the certificate an errand is about, None when it is gone."""
    box = SealedBox(errand.holder, BoxKind.ERRAND, errand.subject, 0, errand.sealed)
    kept = await ports.shelf.find(
        vault.holder, BoxKind.CREDENTIAL, str(vault.open(box)["credential_id"])
    )
    return None if kept is None else HeldCredential.parse(vault.open(kept))


def _errand(credential_id: str, vault: Vault, now: datetime) -> Errand:
    """Return a new errand for a certificate, due at once."""
    subject = _subject(credential_id)
    box = vault.seal(BoxKind.ERRAND, subject, now, {"credential_id": credential_id})
    return Errand(vault.holder, subject, Stage.TENDING, 0, int(now.timestamp()), box.sealed)


def _subject(credential_id: str) -> str:
    digest = hashlib.sha256(_SUBJECT_CONTEXT + credential_id.encode()).digest()
    return base64url.encode(digest)
