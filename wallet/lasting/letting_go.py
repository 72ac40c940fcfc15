"""What arrives for a certificate that its holder has let go of: not kept, and its grant ended.

A renewal takes seconds, or days when an officer decides about it. Whoever deletes the certificate
meanwhile does not want the new one: its issuer hears that it was deleted, and is asked, as for a
lost one, to end the grant with all that was issued on it, because nobody has the keys any more.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from keys import base64url
from wallet.kept.holdings import HeldCredential
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import Errand, Stage
from wallet.kept.vault import Vault
from wallet.lasting.losses import Loss, Return
from wallet.outside.tokens import Renewal
from wallet.ports import Ports
from wallet.receiving.refreshing import end_quietly
from wallet.receiving.waiting import Waiting, opened

_SUBJECT_CONTEXT: Final = b"mydata-letting-go-v1"
# Ended tokens tell an issuer nothing any more: what became of the certificate is told first.
_FIRST_TOLD: Final = timedelta(seconds=10)


async def let_go(
    credential: HeldCredential, renewal: Renewal, *, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Have a grant ended under which something came for a certificate that is gone."""
    if await ports.shelf.holder(vault.holder) is None:
        return await end_quietly(renewal, credential.provenance.issuer, ports)
    if await _is_shared(renewal, credential.id, ports, vault):
        return None
    named = f"{credential.id}\n{renewal.refresh_token}".encode()
    subject = base64url.encode(hashlib.sha256(_SUBJECT_CONTEXT + named).digest())
    due_at = int((now + _FIRST_TOLD).timestamp())
    loss = Loss(
        credential.id,
        credential.vct,
        {},
        credential.provenance.issuer,
        credential.provenance.name,
        now,
        renewal=renewal,
        is_hidden=True,
    )
    new = Errand(vault.holder, subject, Stage.REVOKING, 0, due_at, b"")
    await ports.outbox.begin(sealed_loss(new, loss, vault, now))
    return None


async def let_go_of_coming(
    credential_id: str, *, ports: Ports, vault: Vault, now: datetime
) -> None:
    """Wait no longer for what was to replace a certificate that is gone.

    Who asks for it right now is not held up, and finds it gone.
    """
    for errand in await ports.outbox.all(vault.holder):
        if errand.stage is Stage.PREPARING:
            waiting = opened(errand, vault)
            if waiting.replaces == credential_id:
                moved = await let_go_of_errand(errand, waiting, ports=ports, vault=vault, now=now)
                await ports.outbox.move(errand, moved)


async def let_go_of_errand(
    errand: Errand, waiting: Waiting, *, ports: Ports, vault: Vault, now: datetime
) -> Errand:
    """Return the errand of a wait as it goes on: its grant is ended, if it is this one's alone."""
    loss = Loss(
        waiting.replaces or errand.subject,
        waiting.offered.vct,
        {},
        waiting.issuer,
        "",
        now,
        Return.OVER,
        is_hidden=True,
    )
    renewal = waiting.renewal
    if renewal is None or await _is_shared(renewal, waiting.replaces, ports, vault):
        return sealed_loss(replace(errand, stage=Stage.DONE, due_at=None), loss, vault, now)
    due_at = int((now + _FIRST_TOLD).timestamp())
    asked = replace(errand, stage=Stage.REVOKING, attempts=0, due_at=due_at)
    return sealed_loss(asked, replace(loss, ended=Return.ASKED, renewal=renewal), vault, now)


def sealed_loss(errand: Errand, loss: Loss, vault: Vault, now: datetime) -> Errand:
    """Return an errand that says what is to be taken back."""
    box = vault.seal(BoxKind.ERRAND, errand.subject, now, loss.as_dict())
    return replace(errand, sealed=box.sealed)


def opened_loss(errand: Errand, vault: Vault) -> Loss | None:
    """Return what an errand is to take back; None for an errand of another kind."""
    box = SealedBox(errand.holder, BoxKind.ERRAND, errand.subject, 0, errand.sealed)
    return Loss.parse(vault.open(box))


async def _is_shared(renewal: Renewal, but: str, ports: Ports, vault: Vault) -> bool:
    """Tell whether another certificate, here or coming, rests on the same grant.

    An offer of several certificates gives one grant for all of them.
    """
    token = renewal.refresh_token
    for box in await ports.shelf.all(vault.holder, BoxKind.CREDENTIAL):
        held = HeldCredential.parse(vault.open(box))
        if held.id != but and held.renewal is not None and held.renewal.refresh_token == token:
            return True
    for errand in await ports.outbox.all(vault.holder):
        if errand.stage is Stage.PREPARING:
            other = opened(errand, vault)
            is_other = other.replaces != but
            if is_other and other.renewal is not None and other.renewal.refresh_token == token:
                return True
    return False
