"""From what an issuer handed out to what the wallet keeps: checked, described, with its keys."""

from dataclasses import dataclass
from datetime import datetime

from keys.jwk import PublicJwk
from keys.signer import SoftwareSigner
from wallet.errors import WalletError, WalletFailure
from wallet.kept.copies import Copy, KeptKey, least_used, matched
from wallet.kept.holdings import HeldCredential, Provenance
from wallet.kept.vault import new_id
from wallet.outside.describing import describe
from wallet.ports import Ports
from wallet.receiving.acceptance import Accepted, check_received
from wallet.receiving.redeeming import Received
from wallet.status.standing import check_status


@dataclass(frozen=True, slots=True)
class _Believed:
    accepted: Accepted
    signer: SoftwareSigner


async def believed(
    received: Received, *, expected_issuer: str, ports: Ports, now: datetime
) -> HeldCredential:
    """Return one certificate, with all its copies, as it is kept; or raise ``WalletError``.

    Every copy passes every check, its status last, and says the same as the others.
    """
    offered = received.requested.offered
    pairs = matched(received.texts, offered.format, received.requested.signers)
    trust = ports.trust()
    copies = [
        _Believed(
            check_received(
                text,
                expected_format=offered.format,
                expected_issuer=expected_issuer,
                expected_vct=offered.vct,
                expected_key=signer.public,
                trust=trust,
                now=now,
            ),
            signer,
        )
        for text, signer in pairs
    ]
    first = copies[0].accepted
    said = first.proven.content.about_subject
    if any(copy.accepted.proven.content.about_subject != said for copy in copies):
        raise WalletError(WalletFailure.CREDENTIAL_INVALID, "The copies do not say the same")
    for status in [each.accepted.proven.status for each in copies]:
        if status is not None:
            await check_status(status, trust=trust, correspondent=ports.correspondent, now=now)
    return await _held(received, copies, expected_issuer, ports, now)


async def _held(
    received: Received, copies: list[_Believed], issuer: str, ports: Ports, now: datetime
) -> HeldCredential:
    first = copies[0].accepted
    shown, others = least_used([_copy(each) for each in copies])
    ends = [at for each in copies if (at := each.accepted.proven.expires_at) is not None]
    return HeldCredential(
        id=new_id(ports.entropy),
        text=shown.text,
        format=first.proven.content.format,
        vct=first.proven.type,
        status=shown.status,
        provenance=_provenance(first, issuer),
        key=shown.key,
        received_at=now,
        expires_at=min(ends, default=None),
        description=await describe(
            first.proven, received.requested.offered.names, ports.correspondent
        ),
        notification=received.notification,
        household=received.household,
        others=others,
        renewal=received.requested.renewal,
    )


def _copy(believed: _Believed) -> Copy:
    accepted = believed.accepted
    return Copy(accepted.text, KeptKey.of(believed.signer), accepted.proven.status)


def _provenance(accepted: Accepted, issuer: str) -> Provenance:
    return Provenance(
        issuer=issuer,
        name=accepted.chain.subject_name,
        key=PublicJwk.of(accepted.chain.leaf_key),
        authority_key_identifiers=accepted.chain.authority_key_identifiers,
    )
