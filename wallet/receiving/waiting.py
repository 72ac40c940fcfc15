"""A certificate its issuer is still preparing (OpenID4VCI section 9): an errand of the wallet.

Everything needed to ask again is kept, sealed, so that it arrives although nobody is looking and
the service was restarted in between.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from keys import base64url
from keys.signer import SoftwareSigner
from keys.strict_json import JsonObject, JsonValue
from standards.profiles import DC_SD_JWT
from wallet.kept.keeping import BoxKind, SealedBox
from wallet.kept.outbox import Errand, Stage
from wallet.kept.vault import Vault
from wallet.labels import Description
from wallet.outside.tokens import Renewal, TokenInUse, kept, signer_of
from wallet.receiving.offers import OfferedCredential
from wallet.receiving.own_proofs import ProofPlan
from wallet.receiving.redeeming import Promised, Requested

_SUBJECT_CONTEXT: Final = b"mydata-deferred-v1"
# An officer decides within days, but what was ordered for a year may come at its end; who has not
# brought it a month later has forgotten.
LONGEST_WAIT: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was promised, and the keys and token to ask for it with.

    ``replaces`` is the id of the certificate it takes the place of, empty for none;
    ``generation`` names the very copies it was asked for, empty for any.
    """

    issuer: str
    offered: OfferedCredential
    transaction_id: str = field(repr=False)
    interval: int
    signers: tuple[SoftwareSigner, ...] = field(repr=False)
    token: TokenInUse = field(repr=False)
    renewal: Renewal | None = field(repr=False)
    since: datetime
    replaces: str = ""
    generation: str = ""

    @classmethod
    def of(cls, promised: Promised, issuer: str, now: datetime) -> Self:
        """Return what an issuer has just promised."""
        requested = promised.requested
        return cls(
            issuer=issuer,
            offered=requested.offered,
            transaction_id=promised.transaction_id,
            interval=promised.interval,
            signers=requested.signers,
            token=requested.token,
            renewal=requested.renewal,
            since=now,
        )

    @property
    def requested(self) -> Requested:
        """What was asked for in the first place."""
        return Requested(self.offered, self.signers, self.token, self.renewal)

    def is_over(self, now: datetime) -> bool:
        """Tell whether it was waited for long enough."""
        return now - self.since > LONGEST_WAIT

    def with_token(self, token: TokenInUse, renewal: Renewal | None) -> Self:
        """Return the same, to be asked for with another token."""
        return replace(self, token=token, renewal=renewal)

    def as_dict(self) -> JsonObject:
        """Return the JSON form that is kept, sealed; it holds private keys."""
        signers: list[JsonValue] = [kept(signer) for signer in self.signers]
        return {
            "issuer": self.issuer,
            "configuration_id": self.offered.configuration_id,
            "format": self.offered.format,
            "vct": self.offered.vct,
            "names": self.offered.names.as_dict(),
            "transaction_id": self.transaction_id,
            "interval": self.interval,
            "signers": signers,
            "token": self.token.as_dict(),
            "renewal": None if self.renewal is None else self.renewal.as_dict(),
            "since": int(self.since.timestamp()),
            "replaces": self.replaces,
            "generation": self.generation,
        }

    @classmethod
    def parse(cls, value: JsonValue) -> Self:
        """Read what `as_dict` wrote; anything else is a bug (ValueError)."""
        match value:
            case {
                "issuer": str(issuer),
                "configuration_id": str(configuration_id),
                "vct": str(vct),
                "transaction_id": str(transaction_id),
                "interval": int(interval),
                "signers": list(signers),
                "token": token,
                "renewal": renewal,
                "since": int(since),
                **others,
            }:
                return cls(
                    issuer,
                    # The keys are proven already; how they were is of no more interest.
                    OfferedCredential(
                        configuration_id,
                        # An earlier release waited for the one format there was.
                        str(others.get("format", DC_SD_JWT)),
                        vct,
                        ProofPlan(),
                        _names(value, vct),
                    ),
                    transaction_id,
                    interval,
                    tuple(signer_of(str(each)) for each in signers),
                    TokenInUse.parse(token),
                    None if renewal is None else Renewal.parse(renewal),
                    datetime.fromtimestamp(since, UTC),
                    str(others.get("replaces", "")),
                    # What an earlier release began to wait for knows no generation.
                    str(others.get("generation", "")),
                )
            case _:
                raise ValueError("this is not a certificate being prepared")


def _names(waiting: JsonValue, vct: str) -> Description:
    """Return the names that were kept; an earlier release kept none, and knew only addresses."""
    match waiting:
        case {"names": names}:
            return Description.parse(names)
        case _:
            return Description(vct)


def waiting_errand(waiting: Waiting, vault: Vault, *, now: datetime) -> Errand:
    """Return a new errand, due when the issuer said."""
    named = f"{waiting.issuer}\n{waiting.transaction_id}".encode()
    subject = base64url.encode(hashlib.sha256(_SUBJECT_CONTEXT + named).digest())
    new = Errand(vault.holder, subject, Stage.PREPARING, 0, None, b"")
    return again(new, waiting, vault, now=now)


def again(errand: Errand, waiting: Waiting, vault: Vault, *, now: datetime) -> Errand:
    """Return the errand to be taken up after the issuer's interval."""
    box = vault.seal(BoxKind.ERRAND, errand.subject, now, waiting.as_dict())
    due_at = int((now + timedelta(seconds=waiting.interval)).timestamp())
    return replace(errand, attempts=0, due_at=due_at, sealed=box.sealed)


def opened(errand: Errand, vault: Vault) -> Waiting:
    """Return what is waited for, or raise ``WalletError`` (storage_broken)."""
    box = SealedBox(errand.holder, BoxKind.ERRAND, errand.subject, 0, errand.sealed)
    return Waiting.parse(vault.open(box))
